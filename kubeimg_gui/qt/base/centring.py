"""Opens dialogs in the middle of their window."""

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QDialog, QWidget


def show_centred(dialog: QDialog, parent: QWidget) -> None:
    """Shows a dialog in the middle of the window of `parent`, within the screen.

    Without a position many window managers choose a corner of the screen. The frame of the dialog
    is not known before it is shown; it is taken to be as thick as that of the window.
    """
    window = parent.window()
    around = window.frameGeometry()
    frame = QRect(QPoint(), dialog.size() + around.size() - window.size())
    frame.moveCenter(around.center())
    room = window.screen().availableGeometry()
    frame.moveLeft(max(room.left(), min(frame.left(), room.right() - frame.width())))
    frame.moveTop(max(room.top(), min(frame.top(), room.bottom() - frame.height())))
    dialog.move(frame.topLeft())
    dialog.show()
