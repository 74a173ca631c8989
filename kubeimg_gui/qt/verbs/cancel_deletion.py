"""Cancel deletion: stops the countdown of nodes that are about to be deleted."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.verbs.job import NodeRef, Stage
from kubeimg_gui.qt.verbs.verb import Verb
from kubeimg_gui.qt.verbs.verb_context import VerbContext

translate = QCoreApplication.translate


async def cancel_deletion(context: VerbContext, nodes: Sequence[NodeRef]) -> None:
    """Removes the nodes from all jobs that are counting down."""
    names = {node.name for node in nodes}
    for job in context.jobs:
        for name in [node.name for node in job.left if node.name in names]:
            if job.stage is Stage.COUNTING:
                job.cancel_node(name)


CANCEL_DELETION = Verb(
    name="cancel-deletion",
    label=lambda: translate("CancelDeletion", "Cancel deletion"),
    run=cancel_deletion,
    visible_when=lambda selection: selection.counting_down,
    click_column=Column.STATE,
)
