"""Saves, lists and applies views in a window, as a user does."""

from PySide6.QtGui import QAction

from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.window.conftest import OpenViews
from tests.qt.window.windows import NODES, order, sync


def opened(open_views: OpenViews, context: str = "prod-eu-1") -> MainWindow:
    window = open_views(context=context)
    sync(window, *NODES)
    return window


def arrange(window: MainWindow) -> None:
    """Something that differs from a new window in every respect."""
    window.toolbar.filter.setText("-node:b")
    header = window.table.header
    header.moveSection(header.visualIndex(Column.AGE), 0)
    header.setSectionHidden(Column.RUNTIME, True)
    header.resizeSection(Column.STATE, 123)
    window.table.columns.add_label("kubernetes.io/hostname")
    window.model.group_by("pool")
    window.table.sort_by(Column.NODE, True)


def arranged(window: MainWindow) -> dict[str, object]:
    header = window.table.header
    return {
        "filter": window.toolbar.filter.text(),
        "order": [column.name for column in sorted(Column, key=header.visualIndex)],
        "hidden": [column.name for column in Column if header.isSectionHidden(column)],
        "width": window.table.columns.layout().widths.get(Column.STATE),
        "labels": window.table.columns.layout().labels,
        "rows": order(window),
        "grouped by": window.model.grouped_by,
        "view": window.views.current.name,
    }


def entries(window: MainWindow) -> list[QAction]:
    """The actions of the menu for saved views."""
    menu = window.saved.button.menu()
    menu.aboutToShow.emit()
    actions = menu.actions()
    return actions[: next(place for place, each in enumerate(actions) if each.isSeparator())]


def listed(window: MainWindow) -> list[str]:
    return [action.text() for action in entries(window)]


def choose(window: MainWindow, name: str) -> None:
    next(action for action in entries(window) if action.text().endswith(name)).trigger()


def name_in_dialog(window: MainWindow, name: str) -> None:
    dialog = window.saved.dialog
    assert dialog is not None
    assert dialog.isVisible()
    dialog.field.setText(name)
    dialog.accept_button.click()
    assert window.saved.dialog is None


def save_as(window: MainWindow, name: str) -> None:
    window.saved.button.save.trigger()
    name_in_dialog(window, name)
