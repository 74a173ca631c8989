"""The shortcuts of the window that belong to no menu."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

Keys = str | QKeySequence.StandardKey


def add_shortcuts(
    widget: QWidget, *actions: tuple[Keys, Callable[[], object]], focused: bool = False
) -> None:
    """Calls an action when its keys are pressed in the window of a widget.

    With `focused`, only while the widget itself has the focus.
    """
    shortcut = Qt.ShortcutContext
    context = shortcut.WidgetShortcut if focused else shortcut.WindowShortcut
    for keys, action in actions:
        QShortcut(QKeySequence(keys), widget, action, context=context)
