"""Deleting nodes from the first click to the end: what hangs on them, the typed name, the
server's dry run, the countdown, the call."""

import asyncio
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.cluster.actions.node_actions import Deletion
from kubeimg_gui.cluster.errors import ApiError, ClusterError, StoppedError
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.verbs import wording as verb_wording
from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog, NodeDependents
from kubeimg_gui.qt.verbs.job import Job, NodeRef, Stage, Verb
from kubeimg_gui.qt.verbs.verb_context import VerbContext

translate = QCoreApplication.translate

CONTROL_PLANE_LABEL = "node-role.kubernetes.io/control-plane"
REFUSALS_SHOWN = 5
SHOWN_SECONDS = 0.5
"""How far a countdown at the rows may be from the job's own."""


async def delete(context: VerbContext, model: NodeTableModel, nodes: Sequence[NodeRef]) -> None:
    """Let the person confirm, ask the server whether it would, count down, delete.

    Nodes that are counting down already are left to that.
    """
    nodes = _not_counting(model, nodes)
    if not nodes:
        return
    warnings = _warnings(model, nodes)
    dialog = DeleteDialog(context.cluster_context, nodes, warnings, context.theme, context.window)
    reading = context.tasks.start(_read_dependents(context, dialog, nodes))
    try:
        dialog.show()
        while await dialog.answer():
            accepted = await _ask_server(context, dialog, nodes)
            if not dialog.isVisible():
                return
            if len(accepted) == len(nodes):
                dialog.accept()
                reading.cancel()
                await _count_down(context, model, nodes, dialog.seconds)
                return
            nodes = accepted or nodes
    finally:
        reading.cancel()
        dialog.deleteLater()


def _not_counting(model: NodeTableModel, nodes: Sequence[NodeRef]) -> list[NodeRef]:
    return [node for node in nodes if node.name not in model.counting]


def _warnings(model: NodeTableModel, nodes: Sequence[NodeRef]) -> list[str]:
    """What makes these nodes special, as far as the table knows."""
    records = [row.record for node in nodes if (row := model.row_named(node.name))]
    warnings: list[str] = []
    labels = (label.partition("=")[0] for record in records for label in record.labels)
    if CONTROL_PLANE_LABEL in labels:
        warnings.append(translate("Delete", "This takes a node of the control plane away."))
    ready = sum(record.ready is True for record in records)
    if ready and ready == model.inventory.ready:
        warnings.append(translate("Delete", "No other node in this window is ready."))
    hidden = len(nodes) - len(model.places_of(node.name for node in nodes))
    if hidden:
        words = translate("Delete", "The filter hides {nodes} of them.")
        warnings.append(formatting.fill(words, nodes=formatting.nodes(hidden)))
    return warnings


async def _read_dependents(
    context: VerbContext, dialog: DeleteDialog, nodes: Sequence[NodeRef]
) -> None:
    """Tell the dialog what hangs on the nodes, one after the other."""
    dependents = NodeDependents(len(nodes))
    dialog.show_dependents(dependents)
    for node in nodes:
        await context.pace.turn(2)
        try:
            dependents.add_node(await asyncio.to_thread(context.actions.read, node.name))
            dialog.show_dependents(dependents)
            await _read_pods(context, dependents, node)
        except StoppedError:
            return
        except ClusterError as error:
            dependents.unknown[str(error)] = None
        dialog.show_dependents(dependents)


async def _read_pods(context: VerbContext, dependents: NodeDependents, node: NodeRef) -> None:
    try:
        dependents.add_pods(await asyncio.to_thread(context.actions.pods, node.name))
    except ApiError as error:
        dependents.may_not_list_pods |= error.code == HTTPStatus.FORBIDDEN
        raise


async def _ask_server(
    context: VerbContext, dialog: DeleteDialog, nodes: Sequence[NodeRef]
) -> Sequence[NodeRef]:
    """The nodes whose deletion the server would accept; the dialog says what it refuses."""
    trial = Job(Verb.DELETE, nodes, partial(_send, context, 0, dry_run=True), context.pace)
    asking = translate("Delete", "Asking the server whether it would … {n} of {of}")
    trial.changed.connect(lambda: dialog.be_busy(asking.format(n=trial.answered, of=len(nodes))))
    dialog.finished.connect(trial.call_off)
    await trial.run()
    dialog.be_busy("")
    accepted = [node for node in nodes if node.name in trial.results]
    if trial.failures:
        refused = formatting.listed(verb_wording.failures(trial).splitlines(), most=REFUSALS_SHOWN)
        if accepted:
            dialog.narrow(accepted, refused)
        else:
            dialog.say_problem(refused)
    return accepted


async def _count_down(
    context: VerbContext, model: NodeTableModel, nodes: Sequence[NodeRef], seconds: int
) -> None:
    """Show the countdown at the rows as well, and delete what has not been spared."""
    nodes = _not_counting(model, nodes)  # another dialog may have been quicker
    if not nodes:
        return
    job = Job(Verb.DELETE, nodes, partial(_send, context, seconds), context.pace, countdown=seconds)
    counting = {node.name for node in nodes}
    ends = float("-inf")

    def follow() -> None:
        nonlocal ends
        goes_on = job.left if job.stage is Stage.COUNTING else ()
        over = counting.difference(node.name for node in goes_on)
        if over:
            model.count_down(over, None)
            counting.difference_update(over)
        # It stands still while the machine sleeps: whoever opens the lid may still call it off.
        due = model.moment.steady + job.seconds_left
        if counting and abs(due - ends) > SHOWN_SECONDS:
            ends = due
            model.count_down(counting, ends)

    follow()
    job.changed.connect(follow)
    await context.carry_out(job)


def _send(context: VerbContext, seconds: int, node: NodeRef, *, dry_run: bool = False) -> Deletion:
    return context.actions.delete(node.name, node.uid, grace_seconds=seconds, dry_run=dry_run)
