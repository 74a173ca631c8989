"""The bar above the images of the selected nodes: what is not referenced, and a button to check."""

from collections.abc import Sequence
from math import inf

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.labels import SEPARATOR, plain_label
from kubeimg_gui.qt.images.references import Summary
from kubeimg_gui.qt.nodes.columns import Moment
from kubeimg_gui.qt.pods.node_checks import MOST_NODES, Check
from kubeimg_gui.text import units


class ReferenceBar(QWidget):
    """Shows what is not referenced, as of when, or what prevents knowing it.

    Signals:
        check_requested: the pods of the selected nodes should be read.
        cancel_requested: reading them should end.

    Attributes:
        button: requests either.
    """

    check_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._summary = Summary()
        self._figure = plain_label(self, wrap=True)
        self._state = plain_label(self, "caption", wrap=True)
        self._problem = plain_label(self, "doubt", wrap=True)
        self.button = QPushButton(self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._request)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._state, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._figure)
        column.addLayout(row)
        column.addWidget(self._problem)

    def show_summary(self, summary: Summary, moment: Moment) -> None:
        """Shows what is known."""
        self._summary = summary
        self.setVisible(summary.of > 0)
        self._show(self._figure, self._figure_text(summary))
        set_tip(self._figure, self._figure_tip(summary))
        self._show(self._problem, self._problem_text(summary))
        self.show_time(moment)
        self._show_button(summary)

    def show_time(self, moment: Moment) -> None:
        """Brings the age of what is known up to date."""
        self._show(self._state, self._state_text(self._summary, moment))

    def _show(self, label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    def _show_button(self, summary: Summary) -> None:
        watched = summary.watched_as_of is not None
        self.button.setVisible(not watched and not summary.too_many)
        if summary.reading:
            self.button.setText(self.tr("Cancel"))
            set_tip(self.button, "")
            return
        again = summary.checks or summary.failure
        self.button.setText(self.tr("Check again") if again else self.tr("Check references"))
        set_tip(
            self.button,
            self.tr(
                "Reads the pods of the selected nodes once, to see which of their images they"
                " refer to.\nNeeds the permission list on pods, in all namespaces."
            ),
        )

    def _request(self) -> None:
        if self._summary.reading:
            self.cancel_requested.emit()
        else:
            self.check_requested.emit()

    def _figure_text(self, summary: Summary) -> str:
        if summary.not_referenced is None:
            return ""
        text = self.tr("At most {size} not referenced")
        known = len(summary.checks)
        if summary.watched_as_of is None and known < summary.of:
            text = self.tr("At most {size} not referenced on {count} of {nodes}")
        size = units.size(summary.not_referenced)
        shown = text.format(size=size, count=f"{known:,}", nodes=formatting.nodes(summary.of))
        if not summary.unknown:
            return shown
        return SEPARATOR.join((shown, self.tr("%Ln image(s) unknown", "", summary.unknown)))

    def _figure_tip(self, summary: Summary) -> str:
        if summary.not_referenced is None:
            return ""
        return "\n".join(
            (
                self.tr("The reported sizes of the images that no pod of their node refers to."),
                self.tr(
                    "This does not mean safe to delete: images share layers, pods may come, and"
                    " lists may be cut."
                ),
                formatting.exact_size(summary.not_referenced),
            )
        )

    def _state_text(self, summary: Summary, moment: Moment) -> str:
        if summary.too_many:
            return self.tr(
                "Select at most %Ln node(s) to see which images pods refer to, or use the view"
                " Images.",
                "",
                MOST_NODES,
            )
        if summary.reading:
            text = self.tr("Reading pods: {done} of {nodes}")
            nodes = formatting.nodes(summary.reading)
            return text.format(done=f"{summary.done:,}", nodes=nodes)
        if summary.watched_as_of is not None:
            return self._watched_text(summary.watched_as_of, moment)
        return self._checked_text(summary.checks, moment) if summary.checks else ""

    def _watched_text(self, as_of: float, moment: Moment) -> str:
        if as_of == inf:
            return self.tr("Pods are watched.")
        text = self.tr("Pods as of {time}: they are not up to date.")
        return text.format(time=formatting.time_of_day(as_of, moment.now))

    def _checked_text(self, checks: Sequence[Check], moment: Moment) -> str:
        oldest = min(checks, key=lambda check: check.at)
        age = max(0.0, moment.steady - oldest.at)
        text = self.tr("Pods as of {time}, {age} ago.").format(
            time=formatting.clock(oldest.references.read_at, moment.now),
            age=units.elapsed(age, tenths=False),
        )
        newer = sum(check.references.newer for check in checks)
        later = self.tr("%Ln image(s) came later.", "", newer) if newer else ""
        return f"{text} {later}".rstrip()

    def _problem_text(self, summary: Summary) -> str:
        failure = summary.failure
        if failure is not None and failure.forbidden:
            return self.tr(
                "You may not list pods. Ask for the permission to list pods in all namespaces"
                " (verb list on pods)."
            )
        if failure is not None:
            return formatting.fill(self.tr("Pods were not read: {reason}"), reason=failure.reason)
        unreadable = sum(check.references.unreadable for check in summary.checks)
        if not unreadable:
            return ""
        return self.tr("%Ln pod(s) cannot be read; any image may be theirs.", "", unreadable)
