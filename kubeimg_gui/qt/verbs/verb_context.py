"""What every verb works with: the cluster's actions, a pace, a place to tell how it goes."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base.tasks import Tasks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.verbs import wording as verb_wording
from kubeimg_gui.qt.verbs.job import Job, Pace, Stage
from kubeimg_gui.qt.verbs.job_bar import JobBar


class VerbContext(QObject):
    """One for a window; GUI thread only, `actions` in worker threads.

    Signals:
        noted: something was done to a node; carries its name, the words and their Severity.

    Attributes:
        cluster_context: the cluster's context, named in every dialog; "" while it is not known.
        window, theme: what dialogs belong to and look like.
        pace: what all verbs of the window share.
        tasks: the coroutines that carry the verbs.
        jobs: those under way.
    """

    noted = Signal(str, str, object)

    def __init__(self, actions: NodeActions, strip: JobBar, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.cluster_context = ""
        self.actions = actions
        self.window = window
        self.theme = theme
        self.pace = Pace()
        self.tasks = Tasks()
        self.jobs: list[Job] = []
        self._strip = strip

    async def carry_out(self, job: Job) -> None:
        """Run a job, unless it has run, where the person can follow it; note what it did."""
        self.jobs.append(job)
        self._strip.tell(job)
        try:
            if job.stage is not Stage.DONE:
                await job.run()
        finally:
            self.jobs.remove(job)
            for name, result in job.results.items():
                self.noted.emit(name, verb_wording.deed(job.verb, result), Severity.FINE)
            for name, error in job.failures.items():
                self.noted.emit(name, verb_wording.failure(error), Severity.CRITICAL)

    def stop(self) -> None:
        """Call everything off; what has been sent is not waited for."""
        for job in self.jobs:
            job.call_off()
        self.tasks.cancel()
