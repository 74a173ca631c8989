"""Notices above the table or in its place."""

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from kubeimg_gui.qt.base.labels import heavier, plain_label
from kubeimg_gui.qt.window.connection_wording import OTHER_CLUSTERS, Notice, NoticeAction

translate = QCoreApplication.translate

QUIET = frozenset({NoticeAction.DISMISS, NoticeAction.RESTORE_FILTER, NoticeAction.RESTORE_VIEW})
"""Actions of notices that do not question the data on screen."""


class NoticeButton(QPushButton):
    """The button of a notice; hidden if the notice offers no action.

    Signals:
        action_requested: carries the NoticeAction.
    """

    action_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._action = NoticeAction.NONE
        self.setAutoDefault(False)
        self.offer(NoticeAction.NONE)
        self.clicked.connect(lambda: self.action_requested.emit(self._action))

    def offer(self, action: NoticeAction) -> None:
        """Sets the action."""
        texts = {
            NoticeAction.NONE: "",
            NoticeAction.RETRY: translate("Notice", "Retry now"),
            NoticeAction.RECONNECT: translate("Notice", "Retry now"),
            NoticeAction.CANCEL_LOGIN: translate("Notice", "Cancel"),
            NoticeAction.CLEAR_FILTER: translate("Notice", "Clear filter"),
            NoticeAction.RESTORE_FILTER: translate("Notice", "Restore filter"),
            NoticeAction.RESTORE_VIEW: translate("Notice", "Undo"),
            NoticeAction.DISMISS: translate("Notice", "Dismiss"),
            NoticeAction.OPEN_KUBECONFIG: translate("Notice", "Open a kubeconfig…"),
            NoticeAction.START_DEMO: translate("Notice", "Start the demo"),
        }
        self._action = action
        self.setText(texts[action])
        self.setAccessibleName(texts[action] or translate("Notice", "No action"))
        self.setVisible(action is not NoticeAction.NONE)


class Banner(QFrame):
    """A line above the table: amber while the table may be out of date, otherwise quiet.

    Signals:
        action_requested: the button was pressed; carries the NoticeAction.
    """

    action_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._label = plain_label(self, wrap=True)
        self._button = NoticeButton(self)
        self._button.action_requested.connect(self.action_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 10, 5)
        row.addWidget(self._label, 1)
        row.addWidget(self._button)
        self.hide()

    @property
    def text(self) -> str:
        """The text as shown."""
        return self._label.text()

    def show_notice(self, notice: Notice | None) -> None:
        """Shows a notice; None hides the banner."""
        if notice is not None:
            text = " · ".join(part for part in (notice.headline, notice.sentence) if part)
            self._label.setText(text)
            self._button.offer(notice.action)
            self._button.setAccessibleDescription(text)
            self._set_quiet(notice.action in QUIET)
        self.setVisible(notice is not None)

    def _set_quiet(self, quiet: bool) -> None:
        if self.property("quiet") is not quiet:
            self.setProperty("quiet", quiet)
            for widget in (self, self._label):
                widget.style().unpolish(widget)
                widget.style().polish(widget)


class NoticePage(QWidget):
    """A headline, a sentence and its buttons in place of the table.

    Signals:
        action_requested: a button was pressed; carries the NoticeAction.
    """

    action_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._notice = Notice("")
        self._headline = plain_label(self, wrap=True)
        self._headline.setFont(heavier(self.font(), 1.3))
        self._sentence = plain_label(self, "caption", wrap=True)
        self._button = NoticeButton(self)
        self._others = [NoticeButton(self) for _ in OTHER_CLUSTERS]
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self._button, *self._others):
            button.action_requested.connect(self.action_requested)
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 0, 48, 0)
        column.setSpacing(10)
        column.addStretch(2)
        for label in (self._headline, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(4)
        column.addLayout(row)
        column.addStretch(3)

    @property
    def notice(self) -> Notice:
        """The notice shown."""
        return self._notice

    def show_notice(self, notice: Notice) -> None:
        """Shows a notice."""
        self._notice = notice
        self._headline.setText(notice.headline)
        self._sentence.setText(notice.sentence)
        self._button.offer(notice.action)
        self._button.setAccessibleDescription(f"{notice.headline}\n{notice.sentence}")
        for button, action in zip(self._others, OTHER_CLUSTERS, strict=True):
            button.offer(action if action in notice.others else NoticeAction.NONE)
