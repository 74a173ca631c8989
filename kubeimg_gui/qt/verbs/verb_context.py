"""What verbs work with: the cluster's actions, the node model, a rate limiter, the job bar."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base.tasks import Tasks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.verbs import wording
from kubeimg_gui.qt.verbs.job import Job, NodeRef, RateLimiter, Stage
from kubeimg_gui.qt.verbs.job_bar import JobBar

if TYPE_CHECKING:
    from kubeimg_gui.qt.verbs.base_dialog import BaseDialog


class VerbContext(QObject):
    """One per window; GUI thread only, except `actions`, whose calls belong in worker threads.

    Signals:
        noted: a node was changed or a change failed; carries its name, a text and a Severity.
        dialog_opened: carries a dialog about nodes that has just been shown.

    Attributes:
        cluster_context: the kubeconfig context, shown in every dialog; "" while unknown.
        model: the nodes of the window.
        window, theme: parent and colours of dialogs.
        limiter: limits the API calls of all verbs of the window.
        tasks: the coroutines of the verbs.
        jobs: the jobs in progress.
    """

    noted = Signal(str, str, object)
    dialog_opened = Signal(object)

    def __init__(
        self,
        actions: NodeActions,
        model: NodeTableModel,
        job_bar: JobBar,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.cluster_context = ""
        self.actions = actions
        self.model = model
        self.window = window
        self.theme = theme
        self.limiter = RateLimiter()
        self.tasks = Tasks()
        self.jobs: list[Job] = []
        self._job_bar = job_bar

    def open(self, dialog: "BaseDialog") -> None:
        """Shows a dialog about nodes, centred on the window; it follows which of them leave."""
        dialog.follow(self.model)
        dialog.show_centred()
        self.dialog_opened.emit(dialog)

    def hidden_warnings(self, nodes: Sequence[NodeRef]) -> tuple[str, ...]:
        """Returns a warning if the filter hides some of these nodes."""
        hidden = self.model.count_hidden(node.name for node in nodes)
        return (wording.hidden_text(hidden, len(nodes)),) if hidden else ()

    async def run_job(self, job: Job) -> None:
        """Shows a job in the job bar, runs it unless it is done, and notes its results."""
        self.jobs.append(job)
        self._job_bar.add(job)
        try:
            if job.stage is not Stage.DONE:
                await job.run()
        finally:
            self.jobs.remove(job)
            for name, result in job.results.items():
                self.noted.emit(name, job.wording.entry(result), Severity.FINE)
            for name, error in job.failures.items():
                self.noted.emit(name, wording.failure_text(error), Severity.CRITICAL)

    def stop(self) -> None:
        """Cancels everything; calls already sent are not awaited."""
        for job in self.jobs:
            job.cancel()
        self.tasks.cancel()
