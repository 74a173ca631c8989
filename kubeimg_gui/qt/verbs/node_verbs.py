"""What a person asks of nodes, started and ended: each verb is a coroutine of its own.

The calls run in worker threads and the dialogs open no loop of theirs, so that a server that does
not answer leaves the window alive. What only a verb needs is imported when that is asked for.
"""

import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtWidgets import QWidget

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.errors import ClusterError
from kubeimg_gui.qt.base.tasks import in_thread
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.verbs import wording as verb_wording
from kubeimg_gui.qt.verbs.job import Job, NodeRef, Stage
from kubeimg_gui.qt.verbs.job_bar import JobBar
from kubeimg_gui.qt.verbs.menu import WANTED
from kubeimg_gui.qt.verbs.verb_context import VerbContext

if TYPE_CHECKING:
    import asyncio

    from kubeimg_gui.qt.verbs.yaml_dialog import YamlDialog

_log = logging.getLogger(__name__)

DETAILS_SIZE = QSize(760, 300)
REVIEW_SECONDS = 60.0
"""How long an answer about permissions is taken for true."""


class NodeVerbs(QObject):
    """The verbs of one window; GUI thread only, within a running event loop of asyncio.

    Signals:
        noted: something was done to a node; carries its name, the words and their Severity.
        reviewed: the permissions of `WANTED` that the person does not have.
    """

    noted = Signal(str, str, object)
    reviewed = Signal(object)

    def __init__(
        self,
        actions: NodeActions,
        model: NodeTableModel,
        strip: JobBar,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._model = model
        self._context = VerbContext(actions, strip, theme, window)
        self._context.noted.connect(self.noted)
        self._reviewed_at = -REVIEW_SECONDS
        strip.undo_asked.connect(self.undo)
        strip.again_asked.connect(self._try_again)
        strip.details_asked.connect(self._show_details)

    def set_context(self, context: str) -> None:
        """Name this context in dialogs from now on."""
        self._context.cluster_context = context

    def set_theme(self, theme: Theme) -> None:
        """Open dialogs in another theme from now on."""
        self._context.theme = theme

    def review(self) -> None:
        """Ask what the person may do, unless that was asked a moment ago."""
        if time.monotonic() - self._reviewed_at >= REVIEW_SECONDS:
            self._reviewed_at = time.monotonic()
            self._context.tasks.start(self._review())

    def annotate(self, nodes: Sequence[NodeRef]) -> None:
        """Let the person edit annotations, and save them."""
        from kubeimg_gui.qt.verbs import annotate

        self._context.tasks.start(annotate.annotate(self._context, nodes))

    def undo(self, job: Job) -> None:
        """Set back what a job has annotated, where nobody has changed it since."""
        from kubeimg_gui.qt.verbs import annotate

        self._context.tasks.start(annotate.undo(self._context, job))

    def delete(self, nodes: Sequence[NodeRef]) -> None:
        """Let the person confirm, ask the server, count down, delete; those counting down do so."""
        from kubeimg_gui.qt.verbs import delete

        self._context.tasks.start(delete.delete(self._context, self._model, nodes))

    def cancel_deletion(self, names: Sequence[str]) -> None:
        """Call the deletion of these nodes off, where it has not been sent."""
        for job in self._context.jobs:
            for name in names:
                if job.stage is Stage.COUNTING:
                    job.cancel_deletion(name)

    def view_yaml(self, nodes: Sequence[NodeRef]) -> None:
        """Show a node as YAML."""
        from kubeimg_gui.qt.verbs.yaml_dialog import YamlDialog

        context, (node, *_) = self._context, nodes
        dialog = YamlDialog(context.cluster_context, node, context.theme, context.window)

        loading: list[asyncio.Task[None]] = []

        def stop_loading() -> None:
            while loading:
                loading.pop().cancel()

        def load(managed: bool) -> None:
            stop_loading()  # the answer asked for last is the one to be shown
            loading.append(context.tasks.start(self._load_yaml(dialog, node, managed=managed)))

        dialog.finished.connect(stop_loading)
        dialog.wanted.connect(load)
        dialog.show()
        load(managed=False)

    def stop(self) -> None:
        """Call everything off; what has been sent is not waited for."""
        self._context.stop()

    async def _review(self) -> None:
        try:
            missing = await in_thread(self._context.actions.missing, WANTED)
        except ClusterError as error:
            # Nothing is known, so all is offered: the call itself will tell.
            _log.info("what the user may do is not known: %s", error)
        else:
            self.reviewed.emit(missing)

    async def _load_yaml(self, dialog: "YamlDialog", node: NodeRef, *, managed: bool) -> None:
        dialog.say_progress(self.tr("Reading …"))
        actions = self._context.actions
        try:
            yaml = await in_thread(actions.yaml, node.name, managed_fields=managed)
        except ClusterError as error:
            dialog.say_problem(str(error))
        else:
            dialog.show_yaml(yaml)
            dialog.say_problem("")
        dialog.say_progress("")

    def _try_again(self, job: Job) -> None:
        self._context.tasks.start(self._context.carry_out(job.again()))

    def _show_details(self, job: Job) -> None:
        from kubeimg_gui.qt.verbs.base_dialog import TextDialog

        context = self._context
        failed = [node for node in job.nodes if node.name in job.failures]
        dialog = TextDialog(
            self.tr("What failed"), context.cluster_context, failed, context.theme, context.window
        )
        dialog.text.setPlainText(verb_wording.failures(job))
        dialog.resize(DETAILS_SIZE)
        dialog.show()
