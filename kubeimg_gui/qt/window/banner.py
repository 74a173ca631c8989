"""What stands above the table or in its place when there is something to say about it."""

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from kubeimg_gui.qt.base.labels import heavier, plain_label
from kubeimg_gui.qt.window.connection_wording import Notice, Remedy

translate = QCoreApplication.translate


class RemedyButton(QPushButton):
    """The one button of a notice; hidden where there is no remedy.

    Signals:
        asked: the person wants it; carries the Remedy.
    """

    asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._remedy = Remedy.NONE
        self.setAutoDefault(False)
        self.clicked.connect(lambda: self.asked.emit(self._remedy))

    def offer(self, remedy: Remedy) -> None:
        """Stand for a remedy from now on."""
        words = {
            Remedy.NONE: "",
            Remedy.RETRY: translate("Notice", "Retry now"),
            Remedy.START_OVER: translate("Notice", "Retry now"),
            Remedy.CANCEL_LOGIN: translate("Notice", "Cancel"),
            Remedy.CLEAR_FILTER: translate("Notice", "Clear filter"),
            Remedy.DISMISS: translate("Notice", "Dismiss"),
        }
        self._remedy = remedy
        self.setText(words[remedy])
        self.setVisible(remedy is not Remedy.NONE)


class Banner(QFrame):
    """A slim line above the table: amber while what it shows may be out of date, else quiet.

    Signals:
        remedy_asked: the person wants what the button offers; carries the Remedy.
    """

    remedy_asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._words = plain_label(self, wrap=True)
        self._button = RemedyButton(self)
        self._button.asked.connect(self.remedy_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 10, 5)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        self.hide()

    @property
    def words(self) -> str:
        """The sentence as shown."""
        return self._words.text()

    def show_notice(self, notice: Notice | None) -> None:
        """Show a notice on one line or a few; None hides the banner."""
        if notice is not None:
            words = " · ".join(part for part in (notice.headline, notice.sentence) if part)
            self._words.setText(words)
            self._button.offer(notice.remedy)
            self._button.setAccessibleDescription(words)
            self._set_quiet(notice.remedy is Remedy.DISMISS)
        self.setVisible(notice is not None)

    def _set_quiet(self, quiet: bool) -> None:
        if self.property("quiet") is not quiet:
            self.setProperty("quiet", quiet)
            for widget in (self, self._words):
                widget.style().unpolish(widget)
                widget.style().polish(widget)


class NoticePage(QWidget):
    """A headline, a sentence and one button in the middle of the table's place.

    Signals:
        remedy_asked: the person wants what the button offers; carries the Remedy.
    """

    remedy_asked = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._notice = Notice("")
        self._headline = plain_label(self, wrap=True)
        self._headline.setFont(heavier(self.font(), 1.3))
        self._sentence = plain_label(self, "caption", wrap=True)
        self._button = RemedyButton(self)
        self._button.asked.connect(self.remedy_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 0, 48, 0)
        column.setSpacing(10)
        column.addStretch(2)
        for label in (self._headline, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(4)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    @property
    def notice(self) -> Notice:
        """What is shown."""
        return self._notice

    def show_notice(self, notice: Notice) -> None:
        """Show a notice."""
        self._notice = notice
        self._headline.setText(notice.headline)
        self._sentence.setText(notice.sentence)
        self._button.offer(notice.remedy)
        self._button.setAccessibleDescription(f"{notice.headline}\n{notice.sentence}")
