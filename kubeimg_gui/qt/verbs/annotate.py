"""Annotating nodes from the first click to the undo: read, edit, compare and set, tell."""

import asyncio
from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.cluster.actions.node_actions import AnnotationConflictError
from kubeimg_gui.cluster.errors import ClusterError
from kubeimg_gui.domain.annotation import AnnotationEdit
from kubeimg_gui.qt.verbs import wording as verb_wording
from kubeimg_gui.qt.verbs.annotate_dialog import AnnotateDialog
from kubeimg_gui.qt.verbs.job import Job, NodeRef, Verb
from kubeimg_gui.qt.verbs.verb_context import VerbContext

translate = QCoreApplication.translate

CALLS = 2
"""A node is read before it is written."""


async def annotate(context: VerbContext, nodes: Sequence[NodeRef]) -> None:
    """Let the person edit the annotations of nodes, and save them.

    On one node the dialog stays until all is saved, so that a conflict loses nothing; many nodes
    take their time, so there it closes and the failures are told afterwards.
    """
    dialog = AnnotateDialog(context.cluster_context, nodes, context.theme, context.window)
    try:
        dialog.show()
        if dialog.single:
            await _load(context, dialog, nodes[0])
        while await dialog.answer():
            edits = dialog.edits
            job = _job(context, Verb.ANNOTATE, nodes, lambda _node, edits=edits: edits)
            if not dialog.single:
                dialog.accept()
            elif not await _saved(dialog, job):
                continue
            await context.carry_out(job)
    finally:
        dialog.deleteLater()


async def undo(context: VerbContext, done: Job) -> None:
    """Set back what a job has annotated, where nobody has changed it since."""

    def reversed_edits(node: NodeRef) -> list[AnnotationEdit]:
        made = cast("Sequence[AnnotationEdit]", done.results[node.name])
        return [edit.reversed() for edit in made]

    nodes = [node for node in done.nodes if done.results.get(node.name)]
    await context.carry_out(_job(context, Verb.UNDO, nodes, reversed_edits))


def _job(
    context: VerbContext,
    verb: Verb,
    nodes: Sequence[NodeRef],
    edits: Callable[[NodeRef], Sequence[AnnotationEdit]],
) -> Job:
    def act(node: NodeRef) -> tuple[AnnotationEdit, ...]:
        return context.actions.annotate(node.name, node.uid, edits(node))

    return Job(verb, nodes, act, context.pace, calls=CALLS)


async def _load(context: VerbContext, dialog: AnnotateDialog, node: NodeRef) -> None:
    dialog.be_busy(translate("Annotate", "Reading the annotations …"))
    try:
        live = await asyncio.to_thread(context.actions.read, node.name)
    except ClusterError as error:
        dialog.be_busy("")
        dialog.say_problem(str(error))
    else:
        dialog.be_busy("")
        dialog.show_annotations(live.annotations)


async def _saved(dialog: AnnotateDialog, job: Job) -> bool:
    """Save on one node while the dialog is open; False where it goes on."""
    dialog.be_busy(translate("Annotate", "Saving …"))
    await job.run()
    dialog.be_busy("")
    if not job.failures or not dialog.isVisible():
        dialog.accept()
        return True
    (failure,) = job.failures.values()
    if isinstance(failure, AnnotationConflictError):
        words = translate(
            "Annotate", "Somebody changed the annotations meanwhile. Nothing is saved."
        )
        dialog.show_conflict(words, failure.node.annotations)
    else:
        dialog.say_problem(verb_wording.failure(failure))
    return False
