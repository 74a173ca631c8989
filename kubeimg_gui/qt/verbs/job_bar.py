"""Lines above the table that tell what is being done to nodes and how it went.

A countdown and a call under way outlive their dialog, so they are told here, with the button
that calls them off, and afterwards with the one that undoes them.
"""

import time
from collections import deque
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.qt.verbs import wording as verb_wording
from kubeimg_gui.qt.verbs.job import Job, Stage, Verb

MOST_LINES = 4
UNDOABLE = 50
"""How many jobs, the last ones, can be undone by keyboard after their lines have gone."""
READ_SECONDS = 20.0
"""How long a line stays that says that all went well."""


def can_be_undone(job: Job) -> bool:
    """Whether it changed annotations that can be set back."""
    return job.verb is Verb.ANNOTATE and any(job.results.values())


class JobLine(QFrame):
    """One job in one line.

    Attributes:
        job: what it tells of.
        stop, undo, again, details, dismiss: its buttons, shown where they mean something.
    """

    def __init__(self, job: Job, context: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("job")
        self.job = job
        self._context = context
        self._words = plain_label(self, wrap=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.stop = QPushButton(self.tr("Cancel"), self)
        self.undo = QPushButton(self.tr("Undo"), self)
        self.again = QPushButton(self.tr("Try again"), self)
        self.details = QPushButton(self.tr("Details"), self)
        self.dismiss = QPushButton(self.tr("Dismiss"), self)
        self.done_at: float | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 10, 5)
        row.addWidget(self._words, 1)
        self._buttons = (self.stop, self.undo, self.again, self.details, self.dismiss)
        for button in self._buttons:
            row.addWidget(button)
        self.stop.clicked.connect(job.call_off)
        self.refresh()

    @property
    def words(self) -> str:
        """The line as shown."""
        return self._words.text()

    def refresh(self) -> None:
        """Show the job as it stands now."""
        job = self.job
        done = job.stage is Stage.DONE
        if done and self.done_at is None:
            self.done_at = time.monotonic()
        words = verb_wording.sentence(job, self._context)
        self._words.setText(words)
        for button in self._buttons:
            button.setAccessibleDescription(words)
        self.stop.setVisible(not done)
        self.stop.setEnabled(not job.called_off)
        self.undo.setVisible(done and can_be_undone(job))
        # A deletion is confirmed anew.
        self.again.setVisible(done and bool(job.failures) and job.verb is not Verb.DELETE)
        self.details.setVisible(done and bool(job.failures))
        self.dismiss.setVisible(done)
        state = "failed" if job.failures else "done" if done else "under way"
        if self.property("state") != state:
            self.setProperty("state", state)
            for widget in (self, self._words):
                widget.style().unpolish(widget)
                widget.style().polish(widget)


class JobBar(QFrame):
    """The jobs of a window, newest below; hidden while there are none.

    What went well goes by itself; what failed stays until it is dismissed.

    Signals:
        undo_asked, again_asked, details_asked: carry the Job.

    Attributes:
        context: named in what is told from now on.
    """

    undo_asked = Signal(object)
    again_asked = Signal(object)
    details_asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.context = ""
        self._lines: list[JobLine] = []
        self._told: deque[Job] = deque(maxlen=UNDOABLE)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    @property
    def lines(self) -> tuple[JobLine, ...]:
        """What is told now, oldest first."""
        return tuple(self._lines)

    def tell(self, job: Job) -> None:
        """Tell of a job from now on; the oldest that are done make room."""
        line = JobLine(job, self.context, self)
        line.undo.clicked.connect(partial(self._undo, job))
        line.again.clicked.connect(partial(self._try_again, line))
        line.details.clicked.connect(partial(self.details_asked.emit, job))
        line.dismiss.clicked.connect(partial(self._drop, line))
        job.changed.connect(line.refresh)
        self._told.append(job)
        self._lines.append(line)
        self._column.addWidget(line)
        self.show()
        well = [line for line in self._done() if not line.job.failures]
        for old in well[: max(0, len(self._lines) - MOST_LINES)]:
            self._drop(old)

    def tick(self) -> None:
        """Bring waiting times up to date and let go of good news that was there to be read."""
        now = time.monotonic()
        for line in self._done():
            if not line.job.failures and line.done_at and now - line.done_at > READ_SECONDS:
                self._drop(line)
        for line in self._lines:
            line.refresh()

    def undo_last(self) -> None:
        """Undo the last job that can be undone, whether its line is still there or not."""
        undoable = [job for job in self._told if job.stage is Stage.DONE and can_be_undone(job)]
        if undoable:
            self._undo(undoable[-1])

    def _done(self) -> list[JobLine]:
        return [line for line in self._lines if line.job.stage is Stage.DONE]

    def _undo(self, job: Job) -> None:
        if job in self._told:
            self._told.remove(job)
        for line in [line for line in self._lines if line.job is job]:
            self._drop(line)
        self.undo_asked.emit(job)

    def _try_again(self, line: JobLine) -> None:
        self._drop(line)
        self.again_asked.emit(line.job)

    def _drop(self, line: JobLine) -> None:
        if line in self._lines:
            self._lines.remove(line)
            line.job.changed.disconnect(line.refresh)
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
            self.setVisible(bool(self._lines))
