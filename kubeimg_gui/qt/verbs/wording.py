"""Texts about jobs: what is being done, to which nodes, in which cluster, with what result.

Pure functions of a job; each verb contributes its `JobWording`.
"""

from collections.abc import Collection
from math import ceil

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.cluster.errors import ClusterError, ConnectionLostError, UnreachableError
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.verbs.job import Job, Stage

translate = QCoreApplication.translate
NodeCounts = TranslationContext("NodeCounts")

MAX_FAILURE = 5000
"""Maximum length of a failure text in characters; admission webhooks may send long ones."""
SLOW_SECONDS = 2.0
"""After this time the job bar says that an answer is awaited."""


def job_text(job: Job, context: str) -> str:
    """The state of a job in one line of plain text that names the nodes and the cluster."""
    match job.stage:
        case Stage.COUNTING:
            text = translate("Verb", "{doing} in {context} in {n} s")
        case Stage.RUNNING:
            text = translate("Verb", "{doing} in {context}")
        case Stage.DONE:
            return _summary(job, context)
    doing = formatting.fill(job.wording.running(), nodes=_nodes(job))
    text = formatting.fill(text, doing=doing, context=context, n=countdown_text(job.seconds_left))
    return " · ".join((text, *_progress(job)))


def countdown_text(seconds: float) -> str:
    """Remaining seconds, rounded up; at least 1."""
    return str(max(1, ceil(seconds)))


def failures_text(job: Job) -> str:
    """All failures, one line per node."""
    return "\n".join(
        formatting.line(f"{name}: {failure_text(error)}", MAX_FAILURE)
        for name, error in job.failures.items()
    )


def failure_text(error: Exception) -> str:
    """Failure text; says so when the outcome is unknown."""
    if not isinstance(error, ClusterError):
        text = translate("Verb", "unexpected error ({what})")
        return formatting.fill(text, what=repr(error))
    if isinstance(error, ConnectionLostError) and not isinstance(error, UnreachableError):
        text = translate("Verb", "{why}. The outcome is unknown")
        return formatting.fill(text, why=str(error))
    return str(error)


def _progress(job: Job) -> list[str]:
    parts: list[str] = []
    if job.stage is Stage.RUNNING and len(job.nodes) > 1:
        text = translate("Verb", "{count} of {of}")
        parts.append(text.format(count=job.processed, of=len(job.nodes)))
    if job.cancelled:
        parts.append(translate("Verb", "cancelling"))
    waited = job.seconds_waited
    if job.current is not None and waited > SLOW_SECONDS:
        text = translate("Verb", "waiting {n} s for {node}")
        parts.append(formatting.fill(text, n=str(round(waited)), node=job.current.name))
    return parts


def _summary(job: Job, context: str) -> str:
    if job.cancelled and not job.processed:
        text = translate("Verb", "Cancelled: {nodes} in {context} not changed.")
        return formatting.fill(text, nodes=_nodes(job), context=context)
    parts = (*_changed(job, context), _unchanged(job), _failed(job), _skipped(job))
    text = "; ".join(part for part in parts if part)
    return text if text.endswith(".") else f"{text}."


def _changed(job: Job, context: str) -> tuple[str, ...]:
    count = sum(not job.wording.is_unchanged(result) for result in job.results.values())
    if not count:
        return ()
    text = formatting.fill(job.wording.done(), nodes=_share(job, count), context=context)
    return text, job.wording.pending(job)


def _unchanged(job: Job) -> str:
    count = sum(map(job.wording.is_unchanged, job.results.values()))
    text = translate("Verb", "{nodes} already up to date")
    return formatting.fill(text, nodes=_share(job, count)) if count else ""


def _failed(job: Job) -> str:
    if not job.failures:
        return ""
    name, error = next(iter(job.failures.items()))
    why = failure_text(error)
    if len(job.failures) == 1:
        return formatting.fill(translate("Verb", "{node} failed: {why}"), node=name, why=why)
    text = translate("Verb", "{count} failed, first {node}: {why}")
    return formatting.fill(text, count=f"{len(job.failures):,}", node=name, why=why)


def _skipped(job: Job) -> str:
    count = len(job.nodes) - job.processed
    text = translate("Verb", "{nodes} skipped")
    return formatting.fill(text, nodes=formatting.nodes(count)) if count else ""


def _nodes(job: Job) -> str:
    return job.nodes[0].name if len(job.nodes) == 1 else formatting.nodes(len(job.nodes))


def _share(job: Job, count: int) -> str:
    """That many of the job's nodes; the name if the job has only one."""
    if len(job.nodes) == 1:
        return job.nodes[0].name
    nodes = formatting.nodes(len(job.nodes))
    if count == len(job.nodes):
        return nodes
    return formatting.fill(translate("Verb", "{count} of {nodes}"), count=f"{count:,}", nodes=nodes)


def nodes_text(names: Collection[str]) -> str:
    """The name of one node, shortened, or the number of nodes."""
    if len(names) == 1:
        return formatting.shortened(next(iter(names)))
    return formatting.nodes(len(names))


def nodes_of_menu(names: Collection[str], left: int) -> str:
    """The nodes that a menu was opened for, and how many of them have left the cluster since."""
    if not names:
        return translate("Verb", "No node selected")
    nodes = nodes_text(names)
    if not left:
        return nodes
    if len(names) == 1:
        return formatting.fill(translate("Verb", "{node} has left the cluster"), node=nodes)
    text = NodeCounts.tr("{nodes}, %Ln of them has/have left the cluster", "", left)
    return formatting.fill(text, nodes=nodes)


def departures_text(names: Collection[str], left: int) -> str:
    """The sentence about nodes of a dialog that have left the cluster; empty for none."""
    if not left:
        return ""
    if len(names) == 1:
        text = translate("Verb", "{node} has left the cluster.")
        return formatting.fill(text, node=nodes_text(names))
    return NodeCounts.tr("%Ln of these nodes has/have left the cluster.", "", left)


def hidden_text(hidden: int, of: int) -> str:
    """The warning that the filter hides some of the nodes; empty if it hides none."""
    if not hidden:
        return ""
    if of == 1:
        return translate("Verb", "This node is hidden by the filter.")
    return NodeCounts.tr("%Ln of these nodes is/are hidden by the filter.", "", hidden)
