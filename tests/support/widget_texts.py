"""All texts of a window that a user can read or a screen reader can speak."""

from collections.abc import Iterator

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QWidget

PROPERTIES = (
    *("text", "plainText", "title", "windowTitle", "toolTip", "statusTip", "whatsThis"),
    *("accessibleName", "accessibleDescription", "placeholderText", "iconText"),
)
ROLES = (
    *(Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.EditRole),
    *(Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.StatusTipRole),
)


def texts_of(window: QWidget) -> Iterator[str]:
    """Of the window and all that is in it, the models of its views too."""
    for each in (window, *window.findChildren(QWidget), *window.findChildren(QAction)):
        for name in PROPERTIES:
            if isinstance(value := each.property(name), str) and value:
                yield value
        if isinstance(each, QAbstractItemView) and each.model():
            yield from _texts_of_model(each)


def _texts_of_model(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    root = QModelIndex()
    # PySide6 makes the method private for lists.
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(root)
    for row in range(model.rowCount(root)):
        for column in range(columns):
            for role in ROLES:
                yield str(model.data(model.index(row, column, root), role) or "")
