"""Runs verbs on nodes and reviews the user's permissions for them.

Calls run in worker threads and dialogs have no event loop of their own, so a server that does not
answer does not block the window.
"""

import logging
from collections.abc import Sequence

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtWidgets import QWidget

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.errors import ClusterError
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.tasks import in_thread
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.verbs import wording
from kubeimg_gui.qt.verbs.job import Job, NodeRef
from kubeimg_gui.qt.verbs.job_bar import JobBar
from kubeimg_gui.qt.verbs.verb import Verb, permissions_of
from kubeimg_gui.qt.verbs.verb_context import VerbContext

_log = logging.getLogger(__name__)

DETAILS_SIZE = QSize(760, 300)
REVIEW_SECONDS = 60.0
"""How long the result of an access review stays valid."""


class NodeVerbs(QObject):
    """Runs the verbs of one window; GUI thread only, within a running asyncio event loop.

    Signals:
        noted: a node was changed or a change failed; carries its name, a text and a Severity.
        dialog_opened: carries a dialog about nodes that has just been shown.
        reviewed: carries the permissions that verbs need and the user lacks.
    """

    noted = Signal(str, str, object)
    dialog_opened = Signal(object)
    reviewed = Signal(object)

    def __init__(
        self,
        verbs: Sequence[Verb],
        actions: NodeActions,
        model: NodeTableModel,
        job_bar: JobBar,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._permissions = permissions_of(verbs)
        self._context = VerbContext(actions, model, job_bar, theme, window)
        self._context.noted.connect(self.noted)
        self._context.dialog_opened.connect(self.dialog_opened)
        self._reviewed_at = float("-inf")
        job_bar.undo_requested.connect(self._undo)
        job_bar.retry_requested.connect(self._retry)
        job_bar.details_requested.connect(self._show_details)

    def set_context(self, context: str) -> None:
        """Sets the name of the context for dialogs opened later."""
        self._context.cluster_context = context

    def set_theme(self, theme: Theme) -> None:
        """Sets the theme of dialogs opened later."""
        self._context.theme = theme

    def run(self, verb: Verb, nodes: Sequence[NodeRef]) -> None:
        """Starts a verb."""
        self._context.tasks.start(verb.run(self._context, nodes))

    def review(self) -> None:
        """Requests an access review, unless the last one is recent."""
        now = self._context.limiter.clock()
        if now - self._reviewed_at >= REVIEW_SECONDS:
            self._reviewed_at = now
            self._context.tasks.start(self._review())

    def stop(self) -> None:
        """Cancels everything; calls already sent are not awaited."""
        self._context.stop()

    async def _review(self) -> None:
        try:
            missing = await in_thread(self._context.actions.missing, self._permissions)
        except ClusterError as error:
            # Unknown permissions do not disable a verb: its own call reports the refusal.
            _log.info("Access review failed: %s", error)
        else:
            self.reviewed.emit(missing)

    def _undo(self, job: Job) -> None:
        self._context.tasks.start(job.undo())

    def _retry(self, job: Job) -> None:
        self._context.tasks.start(self._context.run_job(job.retry()))

    def _show_details(self, job: Job) -> None:
        from kubeimg_gui.qt.verbs.base_dialog import TextDialog

        context = self._context
        failed = [node for node in job.nodes if node.name in job.failures]
        title = formatting.fill(self.tr("Failures: {doing}"), doing=job.wording.running())
        dialog = TextDialog(title, context.cluster_context, failed, context.theme, context.window)
        dialog.text.setPlainText(wording.failures_text(job))
        dialog.resize(DETAILS_SIZE)
        context.open(dialog)
