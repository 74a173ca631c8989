"""Saved views in the window: save, change, apply, restart; what is missing is named."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.grouping import Grouping
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
    save_view,
)
from kubeimg_gui.qt.window.settings import load_grouping
from kubeimg_gui.qt.window.views import VIEWS
from tests.qt.window.conftest import OpenViews
from tests.qt.window.image_views import PlainImages
from tests.qt.window.saving import (
    arrange,
    arranged,
    choose,
    listed,
    opened,
    save_as,
)
from tests.qt.window.windows import NODES, order, press, sync

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(open_views: OpenViews) -> MainWindow:
    return opened(open_views)


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
    open_views: OpenViews, settings_file: Path
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
    assert load_grouping(settings_file) is Grouping.REGISTRY


def test_a_change_is_shown_until_it_is_undone_or_saved(window: MainWindow) -> None:
    button = window.saved.button
    assert button.text() == "Saved views"
    assert not button.update_applied.isEnabled()
    save_as(window, "mine")
    assert button.text() == "mine"
    for change, undo in (
        (lambda: window.toolbar.filter.setText("a"), lambda: window.toolbar.filter.clear()),
        (lambda: window.views.show("plain"), lambda: window.views.show("nodes")),
        (lambda: window.model.group_by("pool"), lambda: window.model.group_by("")),
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


def test_what_is_not_here_is_named_and_the_rest_applies(
    qtbot: QtBot, open_views: OpenViews, settings_file: Path
) -> None:
    rack = LabelColumn("rack")
    columns = ColumnLayout((*Column, rack), sort=rack, group="zone")
    states = {"plain": {"size": "3", "label": "row"}}
    old = Arrangement("timeline", "node:a", columns, states)
    save_view(settings_file, "prod-eu-1", SavedView("old", old))
    window = opened(open_views)
    choose(window, "old")
    assert order(window) == ["a"]
    assert window.views.current.name == "nodes"
    notice = window.page.views_banner
    assert notice.text == "“old” is applied. Missing here: view timeline."
    labels = "; ".join(f"label {name}, which no node has" for name in ("rack", "row", "zone"))
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
    qtbot: QtBot, open_views: OpenViews, settings_file: Path
) -> None:
    rack = ColumnLayout((*Column, LabelColumn("rack")))
    save_view(settings_file, "prod-eu-1", SavedView("old", Arrangement("nodes", columns=rack)))
    save_view(settings_file, "prod-eu-1", SavedView("new", Arrangement("nodes", "node:a")))
    window = opened(open_views)
    choose(window, "old")
    choose(window, "new")
    scans = window.saved.findChildren(LabelScan)
    assert len(scans) == 1
    with qtbot.waitSignal(scans[0].destroyed):
        pass
    assert not window.page.views_banner.isVisible()


def test_no_label_is_missed_before_the_nodes_are_known(
    qtbot: QtBot, open_views: OpenViews, settings_file: Path
) -> None:
    rack = ColumnLayout((*Column, LabelColumn("kubernetes.io/hostname")))
    save_view(settings_file, "prod-eu-1", SavedView("mine", Arrangement("nodes", "-node:b", rack)))
    window = open_views()
    choose(window, "mine")
    assert window.saved.findChildren(LabelScan) == []
    sync(window, *NODES)
    qtbot.waitUntil(lambda: order(window) == ["a", "c"])
    assert not window.page.views_banner.isVisible()
    assert not window.saved.changed


def test_labels_of_a_view_applied_early_are_missed_once_the_nodes_are_known(
    qtbot: QtBot, open_views: OpenViews, settings_file: Path
) -> None:
    rack = ColumnLayout((*Column, LabelColumn("rack")))
    save_view(settings_file, "prod-eu-1", SavedView("mine", Arrangement("nodes", columns=rack)))
    window = open_views()
    choose(window, "mine")
    assert not window.page.views_banner.isVisible()
    sync(window, *NODES)
    qtbot.waitUntil(window.page.views_banner.isVisible)
    assert window.page.views_banner.text.endswith("label rack, which no node has.")


def test_the_state_of_a_view_that_was_never_shown_is_saved_on(
    window: MainWindow, settings_file: Path
) -> None:
    states = {"plain": {"shape": "square"}}
    save_view(settings_file, "prod-eu-1", SavedView("mine", Arrangement("nodes", states=states)))
    choose(window, "mine")
    window.saved.save("other")
    assert [view.arrangement.states for view in load_views(settings_file, "prod-eu-1")] == [
        states,
        states,
    ]
    window.views.show("plain")
    widget = window.views.widget
    assert isinstance(widget, PlainImages)
    assert widget.state == {"shape": "square"}
