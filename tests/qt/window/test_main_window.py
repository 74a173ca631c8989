from collections.abc import Callable
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QListView, QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.resources import Selector
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.domain.node_labels import ZONE_LABEL
from kubeimg_gui.qt.activity.model import Field
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import DARK, Theme
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.label_columns import LabelColumn
from kubeimg_gui.qt.verbs.verb import DELETE_NODES, PATCH_NODES
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.window.windows import NODES, order, press, quiet_source, state, sync, visible_labels
from tests.support.builders import GIB, change, image, images, known, node
from tests.support.clock import Clock


def test_the_five_figures(qtbot: QtBot, window: MainWindow, clock: Clock) -> None:
    sync(window, *NODES)
    figures = window.summary
    assert figures.nodes.texts == ("3", "nodes · 2 ready")
    assert figures.reported.texts == (
        "≥ 103 GiB",
        "reported image size · 1 list may be cut · compressed and unpacked mixed",
    )
    assert figures.images.texts == ("50", "distinct images")
    assert figures.change.texts[1].startswith("no change since ")
    assert figures.pressure.texts == ("1", "node under pressure")
    clock.now += 60
    window.take_changes([change(NODES[1], node("b", images(9, GIB)))])
    qtbot.waitUntil(lambda: figures.change.texts[0] == "▲ +6.0 GiB")
    caption = figures.change.texts[1]
    assert caption.startswith("on 1 node since ")


def test_figures_are_dashes_until_nodes_are_known(window: MainWindow) -> None:
    assert window.summary.nodes.texts == ("—", "nodes")
    state(window, Phase.FORBIDDEN, reason="No.")
    assert window.summary.reported.texts == ("—", "reported image size")


def test_rows_are_sorted_while_loading(qtbot: QtBot, window: MainWindow) -> None:
    state(window, Phase.SYNCING, known=2)
    window.take_changes(known(NODES[2]))
    window.take_changes(known(NODES[0]))
    qtbot.waitUntil(lambda: order(window) == ["a", "c"])
    assert window.toolbar.state_text == "Syncing · 2 nodes so far"


def test_the_first_row_is_selected_once_synced(qtbot: QtBot, window: MainWindow) -> None:
    sync(window, *NODES)
    qtbot.waitUntil(lambda: list(window.table.names) == ["a"])
    assert window.panel.isVisible()


def test_the_status_bar_shows_counts_and_age(window: MainWindow) -> None:
    state(window, Phase.CONNECTING)
    assert window.status.text == "Connecting"
    sync(window, *NODES)
    assert window.status.text == (
        "Live · 3 of 3 nodes · sorted by reported size · ≥ 103 GiB reported · 0.4 s ago"
    )
    window.toolbar.filter.setText("cri-o-less pool=web b")
    window.toolbar.filter.setText("hostname=b")
    assert " · 1 of 3 nodes · " in window.status.text


def test_pause_freezes_and_resume_follows(qtbot: QtBot, window: MainWindow) -> None:
    sync(window, *NODES)
    press(qtbot, window, "Pause")
    assert window.toolbar.paused_text == "Paused"
    window.take_changes([change(NODES[2], None)])
    assert window.toolbar.paused_text == "Paused · 1 change waiting"
    window.take_changes([change(None, node("d", images(1)))])
    assert window.toolbar.paused_text == "Paused · 2 changes waiting"
    grown = node("a", images(9))
    window.take_changes([change(NODES[0], grown), change(grown, node("a", images(10)))])
    assert window.toolbar.paused_text == "Paused · 3 changes waiting · 1 merged"
    assert sorted(order(window)) == ["a", "b", "c"]
    press(qtbot, window, "Resume")
    qtbot.waitUntil(lambda: sorted(order(window)) == ["a", "b", "c", "d"])
    assert window.toolbar.paused_text == ""


def test_an_empty_cluster_has_a_notice(qtbot: QtBot, window: MainWindow) -> None:
    sync(window)
    assert window.notice_page.notice.headline == "No nodes in prod-eu-1"
    assert window.notice_page.isVisible()
    window.take_changes([change(None, NODES[1])])
    qtbot.waitUntil(window.table.isVisible)


def test_a_selector_that_matches_no_node_is_named(
    qtbot: QtBot, theme: Theme, clocks: Clocks, target: Target
) -> None:
    source = quiet_source(target, Selector(labels="pool=x"))
    window = MainWindow(source, theme, None, clocks)
    qtbot.addWidget(window)
    sync(window)
    headline = "No node in prod-eu-1 matches the label selector “pool=x”"
    assert window.notice_page.notice.headline == headline


def test_a_forbidden_list_without_data(
    qtbot: QtBot, window: MainWindow, retries: list[str]
) -> None:
    state(window, Phase.FORBIDDEN, reason="admin may not list nodes.", next_try=None)
    assert window.notice_page.notice.sentence == "admin may not list nodes."
    assert not window.banner.isVisible()
    press(qtbot, window, "Retry now")
    assert retries == ["now"]


def test_a_lost_connection_keeps_the_data_with_its_age(
    qtbot: QtBot, window: MainWindow, retries: list[str], clock: Clock
) -> None:
    sync(window, *NODES)
    reason = "The server closed the connection."
    state(window, Phase.RECONNECTING, reason=reason, next_try=clock.now + 4)
    assert window.banner.isVisible()
    assert window.banner.text == f"Reconnecting · {reason} · Next retry in 4 s"
    assert window.toolbar.state_text == "Reconnecting · data from 0.4 s ago"
    assert window.table.isVisible()
    press(qtbot, window, "Retry now")
    assert retries == ["now"]
    state(window, Phase.LIVE)
    assert not window.banner.isVisible()


def test_connecting_shows_a_skeleton(window: MainWindow) -> None:
    assert window.table.isVisible()
    assert window.table.skeleton
    sync(window, *NODES)
    assert not window.table.skeleton


def test_the_layout_is_restored(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    sync(window, *NODES)
    header = window.table.header
    header.moveSection(header.visualIndex(Column.AGE), 1)
    header.setSectionHidden(Column.TREND, True)
    header.resizeSection(Column.NODE, 277)
    window.table.sort_by(Column.AGE, descending=False)
    window.close_now()
    again = open_window()
    sync(again, *NODES)
    header = again.table.header
    assert header.visualIndex(Column.AGE) == 1
    assert header.isSectionHidden(Column.TREND)
    assert header.sectionSize(Column.NODE) == 277
    assert (again.model.sort_column, again.model.descending) == (Column.AGE, False)
    again.close_now()


def test_columns_of_labels_are_restored(open_window: Callable[[], MainWindow]) -> None:
    zone, pool = LabelColumn(ZONE_LABEL), LabelColumn("pool")
    window = open_window()
    sync(window, *NODES)
    for column in (zone, pool):
        window.table.columns.add_label(column.label)
    window.table.header.moveSection(len(Column) + 1, 1)
    window.table.header.resizeSection(len(Column), 123)
    window.table.sort_by(zone, descending=False)
    assert "sorted by label zone" in window.status.text
    arranged = window.table.columns.layout()
    assert arranged.order[1] == pool
    window.close_now()
    again = open_window()
    assert again.table.columns.layout() == arranged
    sync(again, *NODES)
    assert again.table.columns.layout() == arranged
    assert again.table.header.sectionSize(len(Column) + 1) == 123
    again.table.columns.remove_label(ZONE_LABEL)
    assert "sorted by reported size" in again.status.text
    again.close_now()


def test_closing_asks_first(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.close_requested):
        window.close()
    assert window.isVisible()
    window.close_now()
    assert not window.isVisible()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1100, 700)])
def test_nothing_is_cut_off(qtbot: QtBot, window: MainWindow, width: int, height: int) -> None:
    sync(
        window,
        *NODES,
        node("n" * 120, images(50, 3 * GIB), unschedulable=True),
        node("节点" * 40, (image("x" * 200 + ":1"),), pressures=("DiskPressure",)),
    )
    state(window, Phase.RECONNECTING, reason="The server is not there. " * 3, next_try=0.0)
    window.resize(width, height)
    assert window.width() == width
    table = window.table
    assert table.header.length() == table.viewport().width()
    assert 320 <= window.panel.width() <= 380
    labels = visible_labels(window)
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    qtbot.waitUntil(lambda: not [label.text() for label in labels if cut_off(label)])


def cut_off(label: QLabel) -> bool:
    needed = label.minimumSizeHint() if label.wordWrap() else label.sizeHint()
    return label.width() < needed.width()


def test_names_are_given_to_assistive_technology(window: MainWindow) -> None:
    named = (window.table, window.table.header, window.toolbar.filter)
    assert all(widget.accessibleName() for widget in named)


def test_the_theme_can_change_while_it_runs(window: MainWindow) -> None:
    sync(window, *NODES)
    before = window.table.viewport().grab().toImage()
    window.set_theme(DARK)
    assert window.table.viewport().grab().toImage() != before


def test_ticks_update_the_order(window: MainWindow, clock: Clock) -> None:
    sync(window, *NODES)
    window.take_changes([change(NODES[2], node("c", images(50, 9 * GIB)))])
    assert order(window) == ["a", "b", "c"]
    clock.now += 10
    window.tick()
    assert order(window) == ["c", "a", "b"]


def test_activity_selects_its_node(window: MainWindow) -> None:
    sync(window, *NODES)
    window.take_changes([change(NODES[1], node("b", images(9, GIB)))])
    assert window.activity.model.rowCount() == 1
    window.toolbar.filter.setText("hostname=b")
    window.activity.node_requested.emit("b")
    assert window.table.names == ("b",)
    assert window.toolbar.filter.text() == "hostname=b"
    assert not window.page.filter_banner.isVisible()
    window.activity.node_requested.emit("never there")
    assert window.table.names == ("b",)


def test_activity_goes_on_while_the_table_is_paused(qtbot: QtBot, window: MainWindow) -> None:
    sync(window, *NODES)
    press(qtbot, window, "Pause")
    window.take_changes([change(NODES[2], None)])
    assert window.activity.model.rowCount() == 1
    assert order(window) == ["a", "b", "c"]


def test_the_worst_condition_is_emitted_once(qtbot: QtBot, window: MainWindow) -> None:
    emitted: list[tuple[Severity, str]] = []
    window.condition_changed.connect(lambda *condition: emitted.append(condition))  # pyright: ignore
    sync(window, *NODES[:2])
    state(window, Phase.LIVE)
    assert emitted[-1] == (Severity.FINE, "Live")
    state(window, Phase.RECONNECTING, reason="Gone.")
    assert emitted[-1] == (Severity.UNCERTAIN, "Reconnecting")
    state(window, Phase.LIVE)
    window.take_changes([change(None, NODES[2])])
    qtbot.waitUntil(lambda: emitted[-1] == (Severity.CRITICAL, "Live · 1 node under pressure"))
    count = len(emitted)
    window.tick()
    assert len(emitted) == count


def test_missing_permissions_are_shown_in_the_menu(qtbot: QtBot, window: MainWindow) -> None:
    sync(window, *NODES)
    menu, actions = window.menu, window.menu.actions
    assert not actions["annotate"].isEnabled(), "no node is selected yet"
    window.table.select_names(["a", "b"])
    assert actions["annotate"].isEnabled()
    assert not actions["view-yaml"].isEnabled(), "that of one node at a time"
    menu.show_missing(frozenset({PATCH_NODES, DELETE_NODES}))
    assert actions["annotate"].text() == "Annotate… (you may not patch nodes)"
    assert actions["delete"].text() == "Delete… (you may not delete nodes)"
    assert not actions["annotate"].isEnabled()
    assert not actions["delete"].isEnabled()
    menu.show_missing(frozenset())
    assert actions["delete"].text() == "Delete…"
    assert actions["delete"].isEnabled()


def test_verbs_skip_deleted_nodes(window: MainWindow) -> None:
    sync(window, *NODES)
    window.table.select_names(["a", "c"])
    window.take_changes([change(NODES[2], None)])
    assert [ref.name for ref in window.menu.nodes] == ["a"]
    window.take_changes([change(None, node("c", uid="another"))])
    assert [ref.uid for ref in window.menu.nodes] == ["uid-of-a", "another"]


def test_activity_without_focus_is_marked_as_new(qtbot: QtBot, window: MainWindow) -> None:
    sync(window, *NODES)
    dialog, elsewhere = QDialog(window), QWidget()
    qtbot.addWidget(elsewhere)
    for entries, (place, new) in enumerate(((window, 0), (dialog, 0), (elsewhere, 1)), 1):
        place.show()
        place.activateWindow()
        qtbot.waitUntil(place.isActiveWindow)
        window.take_changes([change(NODES[0], node("a", images(49)))])
        qtbot.waitUntil(lambda entries=entries: window.activity.model.known == entries)
        assert window.activity.model.unseen == new
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert window.activity.model.unseen == 1, "to be seen first"


def test_times_carry_a_date_after_midnight(window: MainWindow, clock: Clock) -> None:
    sync(window, *NODES)
    window.take_changes([change(NODES[1], node("b", images(9, GIB)), at=clock.now)])
    window.table.select_names(["b"])
    model, panel = window.activity.model, window.panel.findChild(QListView)
    assert isinstance(panel, QListView)

    def shown() -> list[str]:
        header = str(window.model.headerData(Column.CHANGE, Qt.Orientation.Horizontal))
        time = model.index(0, Field.TIME)
        trend = window.model.index(1, Column.TREND).data()
        tip = panel.model().index(8, 0).data(Qt.ItemDataRole.ToolTipRole)
        return [header, time.data(), trend, tip, window.summary.change.texts[1]]

    window.summary.refresh()
    day = date_of(clock.now)
    assert not [text for text in shown() if day in text]
    narrow = window.activity.view.columnWidth(Field.TIME)
    room = window.table.header.sectionSize(Column.CHANGE)
    clock.now += 24 * 3600
    window.tick()
    assert not [text for text in shown() if day not in text]
    assert window.activity.view.columnWidth(Field.TIME) > narrow, "the date has room"
    assert window.table.header.sectionSize(Column.CHANGE) > room


def test_an_idle_window_dates_its_opening_after_midnight(window: MainWindow, clock: Clock) -> None:
    sync(window)
    day = date_of(clock.now)
    assert day not in window.activity.view.accessibleDescription()
    clock.now += 24 * 3600
    window.tick()
    assert f"No changes since {day} " in window.activity.view.accessibleDescription()


def date_of(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%b %-d}"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("width", [900, 1300])
def test_enter_in_the_nodes_goes_to_their_images(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, width: int
) -> None:
    window.resize(width, 700)
    sync(window, *NODES)
    qtbot.waitUntil(lambda: window.table.names != ())
    window.table.select_names(["b"])
    window.table.setFocus()
    QTest.keyClick(window.table, key)
    (images,) = window.panel.findChildren(QListView)
    assert images.isVisible()
    assert window.focusWidget() is images
    assert images.currentIndex().row() == 0
    QTest.keyClick(images, Qt.Key.Key_Down)
    QTest.keyClick(images, key)
    assert (window.focusWidget(), images.currentIndex().row()) == (images, 1)
