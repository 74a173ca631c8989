"""Annotate: edits the annotations of nodes, with conflict detection and undo."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.cluster.actions.node_actions import AnnotationConflictError
from kubeimg_gui.cluster.errors import ClusterError, NodeReplacedError
from kubeimg_gui.domain.annotation import AnnotationEdit
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.tasks import in_thread
from kubeimg_gui.qt.verbs import wording
from kubeimg_gui.qt.verbs.job import Job, JobWording, NodeRef
from kubeimg_gui.qt.verbs.verb import GET_NODES, PATCH_NODES, Verb
from kubeimg_gui.qt.verbs.verb_context import VerbContext

if TYPE_CHECKING:
    from kubeimg_gui.qt.verbs.annotate_dialog import AnnotateDialog

translate = QCoreApplication.translate

CALLS = 2
"""API calls per node: it is read before it is written."""

Edits = Sequence[AnnotationEdit]


def _entry(edits: Edits) -> str:
    if not edits:
        return translate("Annotate", "annotations already up to date")
    text = translate("Annotate", "annotated by you: {keys}")
    return formatting.fill(text, keys=_keys(edits))


def _undo_entry(edits: Edits) -> str:
    if not edits:
        return translate("Annotate", "annotations already up to date")
    text = translate("Annotate", "annotations restored by you: {keys}")
    return formatting.fill(text, keys=_keys(edits))


def _keys(edits: Edits) -> str:
    return ", ".join(edit.key for edit in edits)


def _is_unchanged(edits: Edits) -> bool:
    return not edits


WORDING = JobWording(
    running=lambda: translate("Annotate", "Annotating {nodes}"),
    done=lambda: translate("Annotate", "Annotated {nodes} in {context}"),
    entry=_entry,
    is_unchanged=_is_unchanged,
)
UNDO_WORDING = JobWording(
    running=lambda: translate("Annotate", "Restoring the annotations of {nodes}"),
    done=lambda: translate("Annotate", "Restored the annotations of {nodes} in {context}"),
    entry=_undo_entry,
    is_unchanged=_is_unchanged,
)


async def annotate(context: VerbContext, nodes: Sequence[NodeRef]) -> None:
    """Edits annotations in a dialog and saves them.

    For one node the dialog stays open until everything is saved, so a conflict loses nothing. For
    many nodes it closes first; the job bar reports failures.
    """
    from kubeimg_gui.qt.verbs.annotate_dialog import AnnotateDialog

    warnings = context.hidden_warnings(nodes)
    dialog = AnnotateDialog(context.cluster_context, nodes, context.theme, context.window, warnings)
    try:
        context.open(dialog)
        if dialog.single:
            await _load(context, dialog, nodes[0])
        while await dialog.confirmed():
            edits = dialog.edits
            job = _job(
                context,
                WORDING,
                nodes,
                lambda _node, edits=edits: edits,
                undo=partial(_undo, context),
            )
            if not dialog.single:
                dialog.accept()
            elif not await _saved(dialog, job):
                continue
            await context.run_job(job)
    finally:
        dialog.deleteLater()


async def _undo(context: VerbContext, done: Job) -> None:
    """Reverts the edits of a job; values changed by others meanwhile are reported as conflicts."""

    def reverted(node: NodeRef) -> list[AnnotationEdit]:
        return [edit.reversed() for edit in cast("Edits", done.results[node.name])]

    nodes = [node for node in done.nodes if done.results.get(node.name)]
    await context.run_job(_job(context, UNDO_WORDING, nodes, reverted))


def _job(
    context: VerbContext,
    wording: JobWording,
    nodes: Sequence[NodeRef],
    edits: Callable[[NodeRef], Edits],
    undo: Callable[[Job], Coroutine[Any, Any, None]] | None = None,
) -> Job:
    def act(node: NodeRef) -> tuple[AnnotationEdit, ...]:
        return context.actions.annotate(node.name, node.uid, edits(node))

    return Job(wording, nodes, act, context.limiter, calls=CALLS, undo=undo)


async def _load(context: VerbContext, dialog: "AnnotateDialog", node: NodeRef) -> None:
    dialog.set_busy(translate("Annotate", "Reading the annotations …"))
    try:
        live = await in_thread(context.actions.read, node.name)
        if live.uid != node.uid:
            raise NodeReplacedError(node.name)
    except ClusterError as error:
        dialog.set_busy("")
        dialog.show_problem(str(error))
    else:
        dialog.set_busy("")
        dialog.show_annotations(live.annotations)


async def _saved(dialog: "AnnotateDialog", job: Job) -> bool:
    """Saves on one node while the dialog is open; returns False if the dialog stays open."""
    dialog.set_busy(translate("Annotate", "Saving …"))
    await job.run()
    dialog.set_busy("")
    if not job.failures or not dialog.isVisible():
        dialog.accept()
        return True
    (failure,) = job.failures.values()
    if isinstance(failure, AnnotationConflictError):
        text = translate(
            "Annotate", "Not saved: someone else changed the annotations. Check and save again."
        )
        dialog.show_conflict(text, failure.node.annotations)
    else:
        dialog.show_problem(wording.failure_text(failure))
    return False


ANNOTATE = Verb(
    name="annotate",
    label=lambda: translate("Annotate", "Annotate…"),
    run=annotate,
    shortcut="Ctrl+E",
    permissions=(GET_NODES, PATCH_NODES),
    wording=WORDING,
    writes=True,
)
