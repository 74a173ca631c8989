"""Saved views in the window: save, change, apply, restart, rename, delete, contexts, damage."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.domain.image_summary import Grouping
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.inventory.view import ImagesView
from kubeimg_gui.qt.nodes.column_layout import ColumnLayout
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.label_columns import LabelColumn
from kubeimg_gui.qt.nodes.label_scan import LabelScan
from kubeimg_gui.qt.treemap.categories import ColourBy
from kubeimg_gui.qt.treemap.view import TreemapView
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.saved_views import (
    Arrangement,
    SavedView,
    load_views,
    remove_view,
    save_view,
)
from kubeimg_gui.qt.window.settings import load_grouping
from kubeimg_gui.qt.window.source import Source
from kubeimg_gui.qt.window.views import VIEWS
from tests.qt.window.conftest import OpenViews
from tests.qt.window.image_views import PlainImages
from tests.qt.window.windows import NODES, order, press, sync
from tests.support.recorder import connection_to

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of settings of all windows."""
    return tmp_path / "window.ini"


@pytest.fixture
def window(open_views: OpenViews) -> MainWindow:
    return opened(open_views)


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


def test_a_saved_view_is_restored_after_a_restart(open_views: OpenViews) -> None:
    first = opened(open_views)
    arrange(first)
    save_as(first, "Ältere › 节点")
    expected = arranged(first)
    first.toolbar.filter.clear()
    first.table.sort_by(Column.REPORTED, True)
    first.views.show("plain")
    first.close_now()
    second = opened(open_views)
    assert second.saved.applied == ""
    assert arranged(second)["filter"] == "", "a new window hides no nodes"
    assert listed(second) == ["&1  Ältere › 节点"]
    choose(second, "Ältere › 节点")
    assert arranged(second) == expected
    assert expected["rows"] == ["c", "a"]
    assert second.saved.button.text() == "Ältere › 节点"
    assert not second.saved.changed


def test_views_and_their_choices_are_restored_after_a_restart(
    open_views: OpenViews, path: Path
) -> None:
    first = open_views(views=VIEWS)
    sync(first, *NODES)
    first.views.show("images")
    images = first.views.widget
    assert isinstance(images, ImagesView)
    images.bar.grouping_chosen.emit(Grouping.REGISTRY)
    first.views.show("treemap")
    treemap = first.views.widget
    assert isinstance(treemap, TreemapView)
    treemap.choices.choose(colour_by=ColourBy.AGE, label="kubernetes.io/hostname")
    save_as(first, "all")
    images.bar.grouping_chosen.emit(Grouping.NONE)
    first.views.show("nodes")
    first.close_now()
    second = open_views(views=VIEWS)
    sync(second, *NODES)
    choose(second, "all")
    treemap = second.views.widget
    assert isinstance(treemap, TreemapView)
    assert treemap.choices.colour_by is ColourBy.AGE
    assert treemap.choices.label == "kubernetes.io/hostname"
    assert not second.saved.changed
    second.views.show("images")
    images = second.views.widget
    assert isinstance(images, ImagesView)
    assert images.model.arrangement.grouping is Grouping.REGISTRY
    second.views.show("treemap")
    assert not second.saved.changed, "the images are as they were saved, though shown only now"
    assert load_grouping(path) is Grouping.REGISTRY


def test_a_change_is_shown_until_it_is_undone_or_saved(window: MainWindow) -> None:
    button = window.saved.button
    assert button.text() == "Saved views"
    assert not button.update_applied.isEnabled()
    save_as(window, "mine")
    assert button.text() == "mine"
    for change, undo in (
        (lambda: window.toolbar.filter.setText("a"), lambda: window.toolbar.filter.clear()),
        (lambda: window.views.show("plain"), lambda: window.views.show("nodes")),
        (
            lambda: window.table.header.sort_requested.emit(Column.AGE, True),
            lambda: window.table.header.sort_requested.emit(Column.REPORTED, True),
        ),
    ):
        change()
        assert button.text() == "mine · changed"
        assert "changed since" in button.accessibleDescription()
        undo()
        assert button.text() == "mine"
    window.table.header.setSectionHidden(Column.TREND, True)
    window.tick()
    assert button.text() == "mine · changed"
    assert button.update_applied.text() == "Save changes to “mine”"
    button.update_applied.trigger()
    assert button.text() == "mine"
    window.table.header.setSectionHidden(Column.TREND, False)
    choose(window, "mine")
    assert window.table.header.isSectionHidden(Column.TREND)


def test_what_the_user_does_not_arrange_is_no_change(window: MainWindow) -> None:
    save_as(window, "mine")
    window.table.select_names(["b"])
    window.resize(1000, 700)
    window.toolbar.pause.toggle()
    window.tick()
    assert not window.saved.changed


def test_the_selection_stays_and_the_view_gets_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    arrange(window)
    save_as(window, "mine")
    window.toolbar.filter.clear()
    window.table.select_names(["c"])
    window.toolbar.filter.setFocus()
    choose(window, "mine")
    assert window.table.names == ("c",)
    assert window.focusWidget() is window.table


def test_the_filter_is_set_once_and_nothing_is_painted_between(window: MainWindow) -> None:
    arrange(window)
    save_as(window, "mine")
    window.toolbar.filter.setText("b")
    seen: list[tuple[str, bool]] = []

    def see(text: str) -> None:
        seen.append((text, window.page.updatesEnabled()))

    window.toolbar.filter.textChanged.connect(see)
    choose(window, "mine")
    assert seen == [("-node:b", False)]
    assert window.table.viewport().updatesEnabled()


def test_keys_open_the_menu_and_a_digit_applies(qtbot: QtBot, window: MainWindow) -> None:
    save_as(window, "one")
    window.toolbar.filter.setText("b")
    save_as(window, "two")
    qtbot.waitExposed(window)
    window.activateWindow()
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_V, CONTROL_SHIFT)
    menu = window.saved.button.menu()
    assert menu.isVisible()
    assert [action.isChecked() for action in menu.actions()[:2]] == [False, True]
    QTest.keyClick(menu, Qt.Key.Key_1)
    assert not menu.isVisible()
    assert window.saved.applied == "one"
    assert window.toolbar.filter.text() == ""
    QTest.keyClick(window.table, Qt.Key.Key_S, CONTROL_SHIFT)
    dialog = window.saved.dialog
    assert dialog is not None
    assert dialog.field.selectedText() == "one"
    dialog.reject()
    assert window.saved.dialog is None


def test_saving_under_another_name_keeps_the_first(window: MainWindow, path: Path) -> None:
    save_as(window, "one")
    arrange(window)
    save_as(window, "two")
    save_as(window, "TWO")
    assert listed(window) == ["&1  one", "&2  TWO"]
    assert [view.name for view in load_views(path, "prod-eu-1")] == ["one", "TWO"]


@pytest.mark.parametrize("name", ["mine 2", "MINE"])
def test_a_renamed_view_is_the_same(window: MainWindow, path: Path, name: str) -> None:
    arrange(window)
    save_as(window, "mine")
    kept = load_views(path, "prod-eu-1")[0].arrangement
    window.toolbar.filter.clear()
    window.saved.button.rename.trigger()
    name_in_dialog(window, name)
    assert load_views(path, "prod-eu-1") == [SavedView(name, kept)]
    assert window.saved.button.text() == f"{name} · changed"


def test_a_view_is_not_renamed_to_another_one(window: MainWindow) -> None:
    save_as(window, "one")
    save_as(window, "two")
    window.saved.rename("ONE")
    assert window.saved.names == ["one", "two"]


def test_a_deletion_can_be_undone(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    arrange(window)
    save_as(window, "mine")
    expected = arranged(window)
    kept = load_views(path, "prod-eu-1")
    window.saved.button.delete.trigger()
    assert load_views(path, "prod-eu-1") == []
    assert listed(window) == ["No saved views of this context"]
    assert arranged(window) == expected, "the window stays as it is"
    assert window.saved.button.text() == "Saved views"
    assert window.page.views_banner.text == "The saved view “mine” is deleted."
    press(qtbot, window, "Undo")
    assert load_views(path, "prod-eu-1") == kept
    assert window.saved.button.text() == "mine"
    assert not window.page.views_banner.isVisible()


def test_escape_ends_the_offer_to_undo_before_it_clears_the_filter(
    qtbot: QtBot, window: MainWindow
) -> None:
    arrange(window)
    save_as(window, "mine")
    window.saved.delete()
    qtbot.waitExposed(window)
    window.activateWindow()
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_Escape)
    assert not window.page.views_banner.isVisible()
    assert window.toolbar.filter.text() == "-node:b"
    QTest.keyClick(window.table, Qt.Key.Key_Escape)
    assert window.toolbar.filter.text() == ""
    window.saved.restore_deleted()
    assert window.saved.names == []


def test_only_the_applied_view_is_renamed_and_deleted(window: MainWindow) -> None:
    button = window.saved.button
    assert not button.rename.isEnabled()
    assert not button.delete.isEnabled()
    window.saved.delete()
    save_as(window, "one")
    assert button.rename.text() == "Rename “one”…"
    assert button.delete.isEnabled()


def test_what_is_not_here_is_named_and_the_rest_applies(
    qtbot: QtBot, open_views: OpenViews, path: Path
) -> None:
    columns = ColumnLayout((*Column, LabelColumn("rack")), sort=LabelColumn("rack"))
    states = {"plain": {"size": "3", "label": "row"}}
    old = Arrangement("timeline", "node:a", columns, states)
    save_view(path, "prod-eu-1", SavedView("old", old))
    window = opened(open_views)
    choose(window, "old")
    assert order(window) == ["a"]
    assert window.views.current.name == "nodes"
    notice = window.page.views_banner
    assert notice.text == "“old” is applied. Missing here: view timeline."
    labels = "label rack, which no node has; label row, which no node has"
    qtbot.waitUntil(lambda: notice.text.endswith(f": view timeline; {labels}."))
    assert window.table.columns.layout().labels == ["rack"]
    assert not window.saved.changed
    window.views.show("plain")
    assert notice.text.endswith(f"{labels}; plain size.")
    window.views.show("nodes")
    assert not window.saved.changed
    press(qtbot, window, "Dismiss")
    assert not notice.isVisible()
    choose(window, "old")
    assert notice.isVisible()
    window.saved.save("new")
    assert not notice.isVisible()


def test_a_view_applied_meanwhile_misses_no_labels_of_the_other(
    qtbot: QtBot, open_views: OpenViews, path: Path
) -> None:
    rack = ColumnLayout((*Column, LabelColumn("rack")))
    save_view(path, "prod-eu-1", SavedView("old", Arrangement("nodes", columns=rack)))
    save_view(path, "prod-eu-1", SavedView("new", Arrangement("nodes", "node:a")))
    window = opened(open_views)
    choose(window, "old")
    choose(window, "new")
    scans = window.saved.findChildren(LabelScan)
    assert len(scans) == 1
    with qtbot.waitSignal(scans[0].destroyed):
        pass
    assert not window.page.views_banner.isVisible()


def test_no_label_is_missed_before_the_nodes_are_known(
    qtbot: QtBot, open_views: OpenViews, path: Path
) -> None:
    rack = ColumnLayout((*Column, LabelColumn("kubernetes.io/hostname")))
    save_view(path, "prod-eu-1", SavedView("mine", Arrangement("nodes", "-node:b", rack)))
    window = open_views()
    choose(window, "mine")
    assert window.saved.findChildren(LabelScan) == []
    sync(window, *NODES)
    qtbot.waitUntil(lambda: order(window) == ["a", "c"])
    assert not window.page.views_banner.isVisible()
    assert not window.saved.changed


def test_the_state_of_a_view_that_was_never_shown_is_saved_on(
    window: MainWindow, path: Path
) -> None:
    states = {"plain": {"shape": "square"}}
    save_view(path, "prod-eu-1", SavedView("mine", Arrangement("nodes", states=states)))
    choose(window, "mine")
    window.saved.save("other")
    assert [view.arrangement.states for view in load_views(path, "prod-eu-1")] == [states, states]
    window.views.show("plain")
    widget = window.views.widget
    assert isinstance(widget, PlainImages)
    assert widget.state == {"shape": "square"}


def test_each_context_has_its_own_views(open_views: OpenViews) -> None:
    one = opened(open_views)
    save_as(one, "mine")
    other = opened(open_views, "stage")
    assert listed(other) == ["No saved views of this context"]
    save_as(other, "mine")
    other.saved.delete()
    assert listed(one) == ["&1  mine"]


def test_a_window_follows_its_context(
    qtbot: QtBot, theme: Theme, clocks: Clocks, path: Path
) -> None:
    save_view(path, "prod", SavedView("of prod", Arrangement("nodes", "node:a")))
    save_view(path, "stage", SavedView("of stage", Arrangement("nodes", "b")))
    target = Target("", "", "", lambda: connection_to(""))
    source = Source(
        target,
        last_heard=lambda: None,
        retry_now=lambda: None,
        reconnect=lambda: None,
        cancel_login=lambda: None,
        actions=NodeActions(target.connect),
    )
    window = MainWindow(source, theme, path, clocks)
    qtbot.addWidget(window)
    window.show()
    assert listed(window) == ["No context to save views of"]
    assert not window.saved.button.save.isEnabled()
    target.context = "prod"
    window.tick()
    assert listed(window) == ["&1  of prod"]
    choose(window, "of prod")
    window.saved.button.save.trigger()
    target.context = "stage"
    window.tick()
    assert window.saved.dialog is None, "it would save for another context"
    assert window.saved.applied == ""
    assert listed(window) == ["&1  of stage"]
    assert [view.name for view in load_views(path, "prod")] == ["of prod"]
    window.close_now()


def test_views_of_another_window_are_offered(window: MainWindow, path: Path) -> None:
    save_as(window, "mine")
    save_view(path, "prod-eu-1", SavedView("theirs", Arrangement("nodes")))
    assert listed(window) == ["&1  mine", "&2  theirs"]
    remove_view(path, "prod-eu-1", "mine")
    assert listed(window) == ["&1  theirs"]
    assert window.saved.button.text() == "Saved views"


def test_a_damaged_file_costs_only_the_damaged_view(open_views: OpenViews, path: Path) -> None:
    save_view(path, "prod-eu-1", SavedView("good", Arrangement("nodes", "node:a")))
    damage = b"[context%20prod-eu-1]\nview%2520bad\\view=@Variant(\\0\\0\nview%2520worse=3\n"
    path.write_bytes(path.read_bytes().replace(b"[context%20prod-eu-1]\n", damage))
    window = opened(open_views)
    assert listed(window) == ["&1  good"]
    choose(window, "good")
    assert order(window) == ["a"]


def test_a_file_that_cannot_be_written_is_reported(window: MainWindow, path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()
    save_as(window, "mine")
    assert window.page.views_banner.text == (
        "The settings file cannot be written: saved views end with this window."
    )
    assert listed(window) == ["&1  mine"]
    path.rmdir()


def test_names_are_shown_as_they_are(window: MainWindow) -> None:
    name = "<b>R&D</b> \u202e {x}"
    save_as(window, name)
    button = window.saved.button
    assert button.text() == "<b>R&&D</b> \\u202e {x}"
    assert "&lt;b&gt;" in button.toolTip()
    assert listed(window)[0].endswith("<b>R&&D</b> \\u202e {x}")
    choose(window, listed(window)[0])
    assert window.saved.applied == name


@pytest.mark.parametrize("width", [900, 820])
def test_a_long_name_fits_a_narrow_window(qtbot: QtBot, open_views: OpenViews, width: int) -> None:
    window = opened(open_views)
    window.resize(width, 600)
    window.views.show("plain")
    save_as(window, "显卡节点的镜像与标签，华东一区生产环境，包含全部版本，按大小排序，每天检查")
    window.toolbar.filter.setText("a")
    assert window.saved.button.text().endswith(" · changed")
    assert "按大小排序，每天检查" in window.saved.button.accessibleDescription()
    bar, button = window.page.view_bar, window.saved.button
    qtbot.waitUntil(lambda: button.width() >= button.minimumSizeHint().width())
    assert window.width() == bar.width() == width
    assert bar.tabs.geometry().right() < button.geometry().left()
    assert button.geometry().right() < parts_switch(window).geometry().left()
    assert button.width() > button.fontMetrics().horizontalAdvance(button.text())


def parts_switch(window: MainWindow) -> QWidget:
    assert window.views.images is not None
    return window.views.images.switch
