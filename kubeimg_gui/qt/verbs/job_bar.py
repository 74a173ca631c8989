"""Job bar: one line per job above the table, with progress, result and buttons.

A job outlives its dialog, so it is shown and cancelled here, and undone afterwards.
"""

from collections import deque
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from kubeimg_gui.qt.base.accessibility import announce
from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.qt.verbs import wording
from kubeimg_gui.qt.verbs.job import Job, Stage

MAX_LINES = 4
"""With more lines than this, those of successful jobs are removed, oldest first."""
MAX_UNDO = 50
"""Number of jobs kept for undo by keyboard after their lines are removed."""
ANNOUNCED_SECONDS = (3, 5, 10, 30, 60)
"""Screen readers are informed when so much of a countdown is left, and when it starts and ends."""
SUCCESS_SECONDS = 20.0
"""How long the line of a successful job stays."""


class JobLine(QFrame):
    """One job in one line.

    Attributes:
        job: the job shown.
        stop, undo, retry, details, dismiss: buttons, visible while they apply.
    """

    def __init__(self, job: Job, context: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("job")
        self.job = job
        self._context = context
        self._announced: object = None
        self._label = plain_label(self, wrap=True)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.stop = QPushButton(self.tr("Cancel"), self)
        self.undo = QPushButton(self.tr("Undo"), self)
        self.retry = QPushButton(self.tr("Retry"), self)
        self.details = QPushButton(self.tr("Details"), self)
        self.dismiss = QPushButton(self.tr("Dismiss"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 10, 5)
        row.addWidget(self._label, 1)
        self._buttons = (self.stop, self.undo, self.retry, self.details, self.dismiss)
        for button in self._buttons:
            row.addWidget(button)
        self.stop.clicked.connect(job.cancel)
        self.refresh()

    @property
    def text(self) -> str:
        """The line as shown."""
        return self._label.text()

    def refresh(self) -> None:
        """Shows the current state of the job."""
        job = self.job
        done = job.stage is Stage.DONE
        text = wording.job_text(job, self._context)
        self._label.setText(text)
        for button in self._buttons:
            button.setAccessibleDescription(text)
        self.stop.setVisible(not done)
        self.stop.setEnabled(not job.cancelled)
        self.undo.setVisible(job.can_undo)
        self.retry.setVisible(job.can_retry)
        self.details.setVisible(done and bool(job.failures))
        self.dismiss.setVisible(done)
        self._announce_progress()
        self._set_state("failed" if job.failures else "done" if done else "under way")

    def _announce_progress(self) -> None:
        """Announces each stage of the job, and some steps of its countdown."""
        stage, left = self.job.stage, self.job.seconds_left
        counting = stage is Stage.COUNTING
        step = next((n for n in ANNOUNCED_SECONDS if left <= n), None) if counting else None
        if (stage, step) != self._announced:
            self._announced = stage, step
            announce(self, self.text, urgent=counting or bool(self.job.failures))

    def _set_state(self, state: str) -> None:
        if self.property("state") != state:
            self.setProperty("state", state)
            for widget in (self, self._label):
                widget.style().unpolish(widget)
                widget.style().polish(widget)


class JobBar(QFrame):
    """The jobs of a window, newest at the bottom; hidden while there are none.

    The line of a successful job disappears by itself, that of a failed one when dismissed.

    Signals:
        undo_requested, retry_requested, details_requested: carry the Job.

    Attributes:
        context: the kubeconfig context named in lines added later.
    """

    undo_requested = Signal(object)
    retry_requested = Signal(object)
    details_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.context = ""
        self._lines: list[JobLine] = []
        self._history: deque[Job] = deque(maxlen=MAX_UNDO)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    @property
    def lines(self) -> tuple[JobLine, ...]:
        """The lines shown, oldest first."""
        return tuple(self._lines)

    def add(self, job: Job) -> None:
        """Shows a job; the oldest successful ones are removed if there are too many lines."""
        line = JobLine(job, self.context, self)
        line.undo.clicked.connect(partial(self._undo, job))
        line.retry.clicked.connect(partial(self._retry, line))
        line.details.clicked.connect(partial(self.details_requested.emit, job))
        line.dismiss.clicked.connect(partial(self._remove, line))
        job.changed.connect(line.refresh)
        self._history.append(job)
        self._lines.append(line)
        self._column.addWidget(line)
        self.show()
        for old in self._successful()[: max(0, len(self._lines) - MAX_LINES)]:
            self._remove(old)

    def tick(self) -> None:
        """Updates waiting times and removes lines of jobs that succeeded a while ago."""
        for line in self._successful():
            if line.job.seconds_done > SUCCESS_SECONDS:
                self._remove(line)
        for line in self._lines:
            line.refresh()

    def undo_last(self) -> None:
        """Requests undo of the last job that can be undone, even if its line is removed."""
        undoable = [job for job in self._history if job.can_undo]
        if undoable:
            self._undo(undoable[-1])

    def _successful(self) -> list[JobLine]:
        return [
            line for line in self._lines if line.job.stage is Stage.DONE and not line.job.failures
        ]

    def _undo(self, job: Job) -> None:
        if job in self._history:
            self._history.remove(job)
        for line in [line for line in self._lines if line.job is job]:
            self._remove(line)
        self.undo_requested.emit(job)

    def _retry(self, line: JobLine) -> None:
        self._remove(line)
        self.retry_requested.emit(line.job)

    def _remove(self, line: JobLine) -> None:
        if line in self._lines:
            self._lines.remove(line)
            line.job.changed.disconnect(line.refresh)
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
            self.setVisible(bool(self._lines))
