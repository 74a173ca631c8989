"""What stands above the table or in its place when there is something to say about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from kubeimg_gui.qt.connection_words import Notice, Remedy
from kubeimg_gui.qt.labels import heavier, plain_label


class Banner(QFrame):
    """A slim amber line above the table while what it shows may be out of date.

    Signals:
        retry_asked: the person does not want to wait for the next try.
    """

    retry_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._words = plain_label(self, wrap=True)
        retry = QPushButton(self.tr("Retry now"), self)
        retry.clicked.connect(self.retry_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 10, 5)
        row.addWidget(self._words, 1)
        row.addWidget(retry)
        self.hide()

    @property
    def words(self) -> str:
        """The sentence as shown."""
        return self._words.text()

    def say(self, sentence: str) -> None:
        """Show a sentence; hide when it is empty."""
        self._words.setText(sentence)
        self.setVisible(bool(sentence))


class NoticePage(QWidget):
    """A headline, a sentence and one button in the middle of the table's place.

    Signals:
        retry_asked, clear_asked: the button's meaning as the notice had it.
    """

    retry_asked = Signal()
    clear_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._notice = Notice("")
        self._headline = plain_label(self, wrap=True)
        self._headline.setFont(heavier(self.font(), 1.3))
        self._sentence = plain_label(self, "caption", wrap=True)
        self._button = QPushButton(self)
        self._button.clicked.connect(self._act)
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
        """Show a notice; its button is hidden where it has no remedy."""
        self._notice = notice
        self._headline.setText(notice.headline)
        self._sentence.setText(notice.sentence)
        self._button.setVisible(notice.remedy is not Remedy.NONE)
        clear = notice.remedy is Remedy.CLEAR_FILTER
        self._button.setText(self.tr("Clear filter") if clear else self.tr("Retry now"))

    def _act(self) -> None:
        if self._notice.remedy is Remedy.CLEAR_FILTER:
            self.clear_asked.emit()
        else:
            self.retry_asked.emit()
