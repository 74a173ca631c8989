"""What the window says of a verb on its way: what, to which nodes, in which cluster, how far.

Pure functions of a job, so that every sentence about a deed can be read in a test.
"""

import time
from math import ceil
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.cluster.actions.node_actions import Deletion
from kubeimg_gui.cluster.errors import ClusterError, ConnectionLostError, UnreachableError
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.verbs.job import Job, Stage, Verb

if TYPE_CHECKING:
    from kubeimg_gui.domain.annotation import AnnotationEdit

translate = QCoreApplication.translate

LONGEST_FAILURE = 5000
"""Characters; an admission webhook may have much to say."""
SLOW_SECONDS = 2.0
"""An answer that takes longer is told to be waited for."""


def sentence(job: Job, context: str) -> str:
    """How a job stands, in one line of plain text that names the nodes and the cluster."""
    match job.stage:
        case Stage.COUNTING:
            words = translate("Verb", "{doing} in {context} in {n} s")
        case Stage.RUNNING:
            words = translate("Verb", "{doing} in {context}")
        case Stage.DONE:
            return _summary(job, context)
    doing = formatting.fill(_doing(job.verb), nodes=_named(job))
    words = formatting.fill(words, doing=doing, context=context, n=countdown(job.seconds_left))
    return " · ".join((words, *_progress(job)))


def countdown(seconds: float) -> str:
    """The seconds that are left, begun ones counted: the last one is 1 and not 0."""
    return str(max(1, ceil(seconds)))


def failures(job: Job) -> str:
    """Every failure on a line of its own: the node and why."""
    return "\n".join(
        formatting.line(f"{name}: {failure(error)}", LONGEST_FAILURE)
        for name, error in job.failures.items()
    )


def failure(error: Exception) -> str:
    """Why it failed, in words; and where nobody can know whether it did, that."""
    if not isinstance(error, ClusterError):
        return formatting.fill(
            translate("Verb", "kubeimg made a mistake ({what})"), what=repr(error)
        )
    if isinstance(error, ConnectionLostError) and not isinstance(error, UnreachableError):
        words = translate("Verb", "{why}. Whether it was done is not known")
        return formatting.fill(words, why=str(error))
    return str(error)


def deed(verb: Verb, result: object) -> str:
    """What was done to one node, for the record; annotations by their keys alone."""
    if result is Deletion.TERMINATING:
        return translate("Verb", "deleted by you, a finalizer holds it")
    if verb is Verb.DELETE:
        return translate("Verb", "deleted by you")
    edits = cast("tuple[AnnotationEdit, ...]", result)
    if not edits:
        return translate("Verb", "annotations were so already")
    keys = ", ".join(edit.key for edit in edits)
    if verb is Verb.UNDO:
        return formatting.fill(translate("Verb", "annotations set back by you: {keys}"), keys=keys)
    return formatting.fill(translate("Verb", "annotated by you: {keys}"), keys=keys)


def _doing(verb: Verb) -> str:
    return {
        Verb.ANNOTATE: translate("Verb", "Annotating {nodes}"),
        Verb.UNDO: translate("Verb", "Undoing the annotations of {nodes}"),
        Verb.DELETE: translate("Verb", "Deleting {nodes}"),
    }[verb]


def _done(verb: Verb) -> str:
    return {
        Verb.ANNOTATE: translate("Verb", "Annotated {nodes} in {context}"),
        Verb.UNDO: translate("Verb", "Undid the annotations of {nodes} in {context}"),
        Verb.DELETE: translate("Verb", "Deleted {nodes} in {context}"),
    }[verb]


def _progress(job: Job) -> list[str]:
    parts: list[str] = []
    if job.stage is Stage.RUNNING and len(job.nodes) > 1:
        parts.append(
            translate("Verb", "{count} of {of}").format(count=job.answered, of=len(job.nodes))
        )
    if job.called_off:
        parts.append(translate("Verb", "stopping"))
    waited = time.monotonic() - job.asked_at
    if job.current is not None and waited > SLOW_SECONDS:
        parts.append(
            formatting.fill(
                translate("Verb", "waiting {n} s for the answer about {node}"),
                n=str(round(waited)),
                node=job.current.name,
            )
        )
    return parts


def _summary(job: Job, context: str) -> str:
    if job.called_off and not job.answered:
        return formatting.fill(
            translate("Verb", "Called off: nothing was done to {nodes} in {context}."),
            nodes=_named(job),
            context=context,
        )
    parts = [part for part in (_changed(job, context), _same(job), _failed(job)) if part]
    left_alone = len(job.nodes) - job.answered
    if left_alone:
        parts.append(
            formatting.fill(
                translate("Verb", "{nodes} left alone"), nodes=formatting.nodes(left_alone)
            )
        )
    return "; ".join(parts) + ("" if parts[-1].endswith(".") else ".")


def _changed(job: Job, context: str) -> str:
    """To how many nodes it was done, and which of them still wait for something."""
    count = sum(result != () for result in job.results.values())
    if not count:
        return ""
    words = formatting.fill(_done(job.verb), nodes=_share(job, count), context=context)
    held = sum(result is Deletion.TERMINATING for result in job.results.values())
    if held and len(job.nodes) == 1:
        waiting = translate("Verb", "it is terminating until its finalizers are done")
        return f"{words}; {waiting}"
    if held:
        waiting = translate("Verb", "{nodes} terminating until their finalizers are done")
        return f"{words}; {formatting.fill(waiting, nodes=formatting.nodes(held))}"
    return words


def _same(job: Job) -> str:
    count = sum(result == () for result in job.results.values())
    words = translate("Verb", "{nodes} had it so already")
    return formatting.fill(words, nodes=_share(job, count)) if count else ""


def _failed(job: Job) -> str:
    if not job.failures:
        return ""
    name, error = next(iter(job.failures.items()))
    why = failure(error)
    if len(job.failures) == 1:
        return formatting.fill(translate("Verb", "{node} failed: {why}"), node=name, why=why)
    return formatting.fill(
        translate("Verb", "{count} failed, first {node}: {why}"),
        count=f"{len(job.failures):,}",
        node=name,
        why=why,
    )


def _named(job: Job) -> str:
    return job.nodes[0].name if len(job.nodes) == 1 else formatting.nodes(len(job.nodes))


def _share(job: Job, count: int) -> str:
    """So many of the job's nodes: by name where it has one only."""
    if len(job.nodes) == 1:
        return job.nodes[0].name
    nodes = formatting.nodes(len(job.nodes))
    if count == len(job.nodes):
        return nodes
    return formatting.fill(translate("Verb", "{count} of {nodes}"), count=f"{count:,}", nodes=nodes)
