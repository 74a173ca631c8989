"""Delete: confirmation dialog, server-side dry run, countdown, then the requests."""

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.cluster.actions.node_actions import Deletion
from kubeimg_gui.cluster.errors import ApiError, ClusterError, StoppedError
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.tasks import in_thread
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.verbs import wording
from kubeimg_gui.qt.verbs.job import Job, JobWording, NodeRef, Stage
from kubeimg_gui.qt.verbs.verb import DELETE_NODES, Verb
from kubeimg_gui.qt.verbs.verb_context import VerbContext

if TYPE_CHECKING:
    from kubeimg_gui.domain.dependents import NodeDependents
    from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog

translate = QCoreApplication.translate

CONTROL_PLANE_LABEL = "node-role.kubernetes.io/control-plane"
MAX_REFUSALS = 5
"""Maximum number of refusals shown in the dialog."""
MAX_DRIFT_SECONDS = 0.5
"""Maximum difference between the countdown in the table and that of the job."""


def _entry(result: Deletion) -> str:
    if result is Deletion.TERMINATING:
        return translate("Delete", "deleted by you, waiting for its finalizers")
    return translate("Delete", "deleted by you")


def _pending(job: Job) -> str:
    count = sum(result is Deletion.TERMINATING for result in job.results.values())
    if not count:
        return ""
    if len(job.nodes) == 1:
        return translate("Delete", "it is terminating until its finalizers are removed")
    text = translate("Delete", "{nodes} terminating until their finalizers are removed")
    return formatting.fill(text, nodes=formatting.nodes(count))


WORDING = JobWording(
    running=lambda: translate("Delete", "Deleting {nodes}"),
    done=lambda: translate("Delete", "Deleted {nodes} in {context}"),
    entry=_entry,
    pending=_pending,
)


async def delete(context: VerbContext, nodes: Sequence[NodeRef]) -> None:
    """Asks for confirmation, runs a server-side dry run, counts down, then deletes.

    Skips nodes whose countdown is already running.
    """
    from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog

    model = context.model
    nodes = _not_counting(model, nodes)
    if not nodes:
        return
    warnings = [*_warnings(model, nodes), *context.hidden_warnings(nodes)]
    dialog = DeleteDialog(context.cluster_context, nodes, warnings, context.theme, context.window)
    reading = context.tasks.start(_read_dependents(context, dialog, nodes))
    try:
        context.open(dialog)
        while await dialog.confirmed():
            accepted = await _dry_run(context, dialog, nodes)
            if not dialog.isVisible():
                return
            if len(accepted) == len(nodes):
                dialog.accept()
                reading.cancel()
                await _count_down(context, nodes, dialog.seconds)
                return
            nodes = accepted or nodes
    finally:
        reading.cancel()
        dialog.deleteLater()


def _not_counting(model: NodeTableModel, nodes: Sequence[NodeRef]) -> list[NodeRef]:
    return [node for node in nodes if node.name not in model.counting]


def _warnings(model: NodeTableModel, nodes: Sequence[NodeRef]) -> list[str]:
    """Warnings about these nodes, from what the table shows."""
    records = [row.record for node in nodes if (row := model.row_named(node.name))]
    warnings: list[str] = []
    labels = (label.partition("=")[0] for record in records for label in record.labels)
    if CONTROL_PLANE_LABEL in labels:
        warnings.append(translate("Delete", "This deletes a node of the control plane."))
    ready = sum(record.ready is True for record in records)
    if ready and ready == model.inventory.ready:
        warnings.append(translate("Delete", "No other node in the cluster is ready."))
    return warnings


async def _read_dependents(
    context: VerbContext, dialog: "DeleteDialog", nodes: Sequence[NodeRef]
) -> None:
    """Reads what depends on the nodes, one node after the other, and shows it in the dialog."""
    from kubeimg_gui.domain.dependents import NodeDependents

    dependents = NodeDependents(len(nodes))
    dialog.show_dependents(dependents)
    for node in nodes:
        await context.limiter.acquire(2)
        try:
            dependents.add_node(await in_thread(context.actions.read, node.name))
            dialog.show_dependents(dependents)
            await _read_pods(context, dependents, node)
        except StoppedError:
            return
        except ClusterError as error:
            dependents.add_error(str(error))
        dialog.show_dependents(dependents)


async def _read_pods(context: VerbContext, dependents: "NodeDependents", node: NodeRef) -> None:
    try:
        dependents.add_pods(await in_thread(context.actions.pods, node.name))
    except ApiError as error:
        dependents.may_not_list_pods |= error.code == HTTPStatus.FORBIDDEN
        raise


async def _dry_run(
    context: VerbContext, dialog: "DeleteDialog", nodes: Sequence[NodeRef]
) -> Sequence[NodeRef]:
    """Returns the nodes whose deletion the server would accept; the dialog shows refusals."""
    trial = Job(WORDING, nodes, partial(_send, context, 0, dry_run=True), context.limiter)
    text = translate("Delete", "Dry run on the API server … {n} of {of}")
    trial.changed.connect(lambda: dialog.set_busy(text.format(n=trial.processed, of=len(nodes))))
    dialog.finished.connect(trial.cancel)
    await trial.run()
    dialog.set_busy("")
    accepted = [node for node in nodes if node.name in trial.results]
    if trial.failures:
        refused = formatting.listed(wording.failures_text(trial).splitlines(), most=MAX_REFUSALS)
        if accepted:
            dialog.narrow(accepted, refused)
        else:
            dialog.show_problem(refused)
    return accepted


async def _count_down(context: VerbContext, nodes: Sequence[NodeRef], seconds: int) -> None:
    """Shows the countdown in the table too, and deletes the nodes that are not cancelled."""
    model = context.model
    nodes = _not_counting(model, nodes)  # another dialog may have started a countdown
    if not nodes:
        return
    job = Job(
        WORDING,
        nodes,
        partial(_send, context, seconds),
        context.limiter,
        countdown=seconds,
        retryable=False,
    )
    counting = {node.name for node in nodes}
    shown_due = float("-inf")

    def update_rows() -> None:
        nonlocal shown_due
        left = job.left if job.stage is Stage.COUNTING else ()
        over = counting.difference(node.name for node in left)
        if over:
            model.count_down(over, None)
            counting.difference_update(over)
        # The job's clock stops during suspend, the table's does not: after a resume there is
        # still time to cancel.
        due = model.moment.steady + job.seconds_left
        if counting and abs(due - shown_due) > MAX_DRIFT_SECONDS:
            shown_due = due
            model.count_down(counting, shown_due)

    update_rows()
    job.changed.connect(update_rows)
    await context.run_job(job)


def _send(context: VerbContext, seconds: int, node: NodeRef, *, dry_run: bool = False) -> Deletion:
    return context.actions.delete(node.name, node.uid, grace_seconds=seconds, dry_run=dry_run)


DELETE = Verb(
    name="delete",
    label=lambda: translate("Delete", "Delete…"),
    run=delete,
    shortcut="Del",
    permissions=(DELETE_NODES,),
    wording=WORDING,
    writes=True,
    starts_group=True,
)
