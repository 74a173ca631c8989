import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.cells import EDGE, PADDING
from kubeimg_gui.qt.base.theme import DARK, LIGHT, mix
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.row import DEPARTED_SECONDS, FADE_SECONDS
from kubeimg_gui.qt.nodes.view import NodeView
from tests.qt.nodes.tables import Show, apply, click, nodes, order, sized
from tests.support.builders import GIB, change, image, images, node
from tests.support.clock import Clock
from tests.support.mouse import move_pointer


def shot(view: NodeView) -> QImage:
    return view.viewport().grab().toImage()


def test_a_click_on_a_header_sorts_and_again_turns_it_round(qtbot: QtBot, show: Show) -> None:
    view = show(sized("a", 5), sized("b", 2**33), sized("c", 2**31))
    assert order(view) == ["b", "c", "a"]

    def click_on(column: Column) -> None:
        header = view.header
        x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 10))

    click_on(Column.REPORTED)
    assert order(view) == ["a", "c", "b"]
    click_on(Column.NODE)
    assert order(view) == ["a", "b", "c"]
    click_on(Column.NODE)
    assert order(view) == ["c", "b", "a"]
    assert view.header.sortIndicatorSection() == Column.NODE


def test_the_selection_survives_sorting_filtering_and_changes(qtbot: QtBot, show: Show) -> None:
    view = show(sized("a", 3), sized("b", 2), sized("c", 1))
    emitted: list[tuple[str, ...]] = []
    view.selected.connect(emitted.append)
    click(view, 1)
    assert emitted == [("b",)]
    view.sort_by(Column.NODE, descending=True)
    apply(view, change(sized("b", 2), sized("b", 9)), change(None, sized("d", 5)))
    view.settle(at_once=True)
    nodes(view).set_filter("c:1")
    assert order(view) == ["c"]
    nodes(view).set_filter("")
    rows = view.selectionModel().selectedRows()
    assert [nodes(view).row_at(index.row()).name for index in rows] == ["b"]
    assert nodes(view).row_at(view.currentIndex().row()).name == "b"
    # The user did none of this, so no signal was emitted.
    assert emitted == [("b",)]


def test_many_selected_rows_come_back_as_ranges(show: Show) -> None:
    view = show(*(sized(f"n{i}", 100 - i) for i in range(30)))
    view.select_names(f"n{i}" for i in range(30) if i != 7)
    view.sort_by(Column.NODE, descending=False)
    assert len(list(view.names)) == 29
    assert len(view.selectionModel().selectedRows()) == 29
    assert view.selectionModel().selection().count() == 2


def test_the_user_can_select_again_after_a_reorder(show: Show) -> None:
    view = show(*(sized(f"n{number:03}", number) for number in range(100)))
    view.select_names(["n050"])
    view.verticalScrollBar().setValue(300)
    view.sort_by(Column.NODE, descending=False)
    assert view.verticalScrollBar().value() == 300
    view.selectRow(3)
    assert view.names == (nodes(view).row_at(3).name,)


def test_arrow_keys_move_the_selection(qtbot: QtBot, show: Show) -> None:
    view = show(sized("a", 3), sized("b", 2))
    click(view, 0)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert list(view.names) == ["b"]


def test_a_changed_row_is_tinted_and_fades_but_keeps_its_edge(
    qtbot: QtBot, show: Show, clock: Clock
) -> None:
    view = show(sized("a", 3 * GIB), sized("b", 2 * GIB))
    apply(view, change(sized("b", 2 * GIB), sized("b", 2 * GIB + 1)))
    row = view.visualRect(nodes(view).index(1, 0))
    ground = QPoint(row.left() + 8, row.top() + 2)
    edge = QPoint(EDGE - 1, row.center().y())
    assert shot(view).pixelColor(ground) == QColor(LIGHT.grown_ground)
    assert shot(view).pixelColor(edge) == QColor(LIGHT.grown)
    clock.now += FADE_SECONDS / 2
    halfway = shot(view).pixelColor(ground)
    assert halfway.name() == mix(LIGHT.page, LIGHT.grown_ground, 0.5).name()
    clock.now += FADE_SECONDS
    assert shot(view).pixelColor(ground) == QColor(LIGHT.page)
    assert shot(view).pixelColor(edge) == QColor(LIGHT.grown)
    click(view, 1)
    click(view, 0)
    view.viewport().repaint()
    assert shot(view).pixelColor(edge) == QColor(LIGHT.page)
    qtbot.waitUntil(lambda: not view.fading)


def test_a_selected_row_that_changes_counts_as_seen_after_it_faded(
    qtbot: QtBot, show: Show, clock: Clock
) -> None:
    view = show(sized("a", 3))
    view.select_names(["a"])
    apply(view, change(sized("a", 3), sized("a", 5)))
    assert not next(nodes(view).shown_nodes).seen
    clock.now += FADE_SECONDS + 1
    qtbot.waitUntil(lambda: not view.fading)
    assert next(nodes(view).shown_nodes).seen


def test_no_other_row_is_selected_when_a_selected_one_goes(show: Show, clock: Clock) -> None:
    view = show(sized("a", 3), sized("b", 2), sized("c", 1))
    view.select_names(["b"])
    apply(view, change(sized("b", 2), None))
    clock.now += DEPARTED_SECONDS
    view.settle(at_once=True)
    assert order(view) == ["a", "c"]
    assert not view.selectionModel().hasSelection()
    assert not view.currentIndex().isValid()
    clock.now += FADE_SECONDS


def test_shrinking_and_retagging_look_different(qtbot: QtBot, show: Show, clock: Clock) -> None:
    shrunk, retagged = sized("a", 9), sized("b", 5)
    view = show(shrunk, retagged)
    apply(
        view,
        change(shrunk, sized("a", 8)),
        change(retagged, node("b", (image("b:1", "b:2", size=5),))),
    )
    picture = shot(view)
    first, second = (view.visualRect(nodes(view).index(place, 0)) for place in (0, 1))
    assert picture.pixelColor(8, first.top() + 2) == QColor(LIGHT.shrunk_ground)
    assert picture.pixelColor(1, first.center().y()) == QColor(LIGHT.shrunk)
    assert picture.pixelColor(8, second.top() + 2) == QColor(LIGHT.page)
    assert picture.pixelColor(1, second.center().y()) == QColor(LIGHT.accent)
    clock.now += 2 * FADE_SECONDS
    qtbot.waitUntil(lambda: not view.fading)


def test_it_paints_anything_in_both_themes(show: Show, clock: Clock) -> None:
    odd = [
        node("n" * 120, images(50, GIB), pressures=("DiskPressure", "MemoryPressure")),
        node("节点-" * 20, (image(),), ready=None, unschedulable=True),
        node("<b>x</b>", (), ready=False, created=None, runtime=""),
    ]
    view = show(*odd)
    apply(view, change(odd[2], None), change(odd[0], node("n" * 120, images(20, GIB))))
    view.select_names(["<b>x</b>"])
    for theme in (LIGHT, DARK):
        view.set_theme(theme)
        assert not shot(view).isNull()
    clock.now += 60
    view.settle(at_once=True)
    view.grab()


def test_the_skeleton_stands_where_rows_will_be(show: Show) -> None:
    view = show()
    blank = shot(view)
    view.show_skeleton(shown=True)
    assert shot(view) != blank


@pytest.mark.parametrize("width", [770, 1110])
def test_no_column_is_cut_off(show: Show, width: int) -> None:
    view = show(
        node(
            "ip-10-18-181-127.batch.example",
            images(50, 2 * GIB),
            pressures=("DiskPressure",),
            unschedulable=True,
        ),
        width=width,
    )
    header = view.header
    assert header.length() == view.viewport().width()
    assert not view.horizontalScrollBar().isVisible()
    metrics = view.fontMetrics()
    for column, words in (
        (Column.NODE, "ip-10-18-181-127.batch.example"),
        (Column.IMAGES, "50+"),
        (Column.REPORTED, "≥ 88.8 GiB"),
        (Column.CHANGE, "▲ +88.8 GiB"),
        (Column.AGE, "720d"),
    ):
        assert header.sectionSize(column) >= metrics.horizontalAdvance(words) + 10
    runtime = header.sectionSize(Column.RUNTIME)
    needed = metrics.horizontalAdvance("containerd 1.7.27") + 10
    assert runtime >= needed if width > 1000 else not runtime


def test_columns_are_chosen_in_a_menu(show: Show) -> None:
    view = show(sized("a", 1))
    menu = view.header.column_menu()
    titles = [action.text() for action in menu.actions()]
    assert "Node" not in titles
    next(action for action in menu.actions() if action.text() == "Runtime").trigger()
    assert view.header.isSectionHidden(Column.RUNTIME)
    assert view.header.length() == view.viewport().width()
    next(action for action in menu.actions() if action.text() == "Runtime").trigger()
    assert not view.header.isSectionHidden(Column.RUNTIME)
    assert view.columns.layout().widths == {}, "the user resized none"


def test_a_column_that_is_shown_fits_its_heading(show: Show) -> None:
    view = show(sized("a", 100))
    for shown in (True, False, True):
        menu = view.header.column_menu()
        (action,) = [each for each in menu.actions() if each.text() == "Not referenced"]
        assert action.isChecked() is not shown
        action.trigger()
    assert view.columns.layout().widths == {}, "the user has not resized it"
    room = view.header.sectionSize(Column.NOT_REFERENCED) - 2 * PADDING
    assert room >= view.fontMetrics().horizontalAdvance("Not referenced")


def test_a_width_set_by_hand_stays_until_the_handle_is_double_clicked(show: Show) -> None:
    view = show(sized("a", 1))
    view.header.resizeSection(Column.NODE, 333)
    view.resize(900, 300)
    assert view.header.sectionSize(Column.NODE) == 333
    view.header.sectionHandleDoubleClicked.emit(Column.NODE)
    assert view.header.sectionSize(Column.NODE) != 333


def test_the_row_under_the_pointer_is_lit(qtbot: QtBot, show: Show) -> None:
    view = show(sized("a", 2), sized("b", 1))
    before = shot(view)
    move_pointer(view.viewport(), QPoint(60, view.rowHeight(0) + 5))
    assert shot(view) != before


def test_current_row_is_outlined_only_with_the_keyboard_here(show: Show) -> None:
    view = show(sized("a", 2), sized("b", 1))
    index = nodes(view).index(1, 0)
    view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
    assert not shot(view).isNull()


def test_rows_and_columns_fit_a_larger_font(show: Show) -> None:
    view = show(node("a", images(50, GIB)), node("b"))
    header = view.header
    before = [header.sectionSize(column) for column in (Column.IMAGES, Column.REPORTED)]
    view.setFont(QFont(view.font().family(), 24))
    assert view.rowHeight(0) >= view.fontMetrics().height()
    assert header.height() >= header.fontMetrics().height()
    after = [header.sectionSize(column) for column in (Column.IMAGES, Column.REPORTED)]
    assert all(new > old for old, new in zip(before, after, strict=True))


def test_rows_keep_the_font_that_they_are_measured_in(show: Show, clock: Clock) -> None:
    view = show(node("a", images(3, GIB), created=0.0))
    before = view.grab().toImage()
    usual = QApplication.font()
    # A style sheet keeps such a change from the widgets that are shown.
    QApplication.setFont(QFont(usual.family(), 24))
    try:
        assert view.font().pointSize() != 24
        clock.now += 1
        assert view.grab().toImage() == before
    finally:
        QApplication.setFont(usual)
