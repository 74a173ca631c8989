"""The view of images: selection, keyboard, live changes, painting."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.inventory.columns import Column
from kubeimg_gui.qt.inventory.header import ImageHeader
from kubeimg_gui.qt.nodes.order_hold import AIM_SECONDS
from kubeimg_gui.qt.nodes.row import FADE_SECONDS
from tests.qt.inventory.tables import CHAT_1, CHAT_2, DB, WEB, Table, uses
from tests.support.builders import CUT, GIB, digest, image, images, node

CHAT, SHOP_WEB = "docker.io/vllm/chat", "ghcr.io/shop/web"


@pytest.fixture
def shop(table: Table) -> Table:
    table.hold(node("a", (CHAT_2, CHAT_1)), node("b", (DB, WEB)))
    return table


def press(table: Table, key: Qt.Key) -> None:
    QTest.keyClick(table.view.tree, key)


def emitted(spy: QSignalSpy) -> list[object]:
    return [spy.at(place)[0] for place in range(spy.count())]


# Selection.


def test_selecting_an_image_reports_its_key_and_a_group_none(shop: Table) -> None:
    spy = QSignalSpy(shop.view.image_selected)
    shop.select(CHAT, "v1")
    shop.select(CHAT)
    assert emitted(spy) == [CHAT_1.key, ""]


@pytest.mark.parametrize("grouping", [Grouping.NONE, Grouping.REGISTRY])
def test_the_selection_survives_sorting_grouping_and_filtering(
    shop: Table, grouping: Grouping
) -> None:
    shop.select(CHAT, "v1")
    spy = QSignalSpy(shop.view.image_selected)
    shop.view.tree.sort_by(Column.NAME, True)
    shop.view.group_by(grouping)
    shop.view.set_search(lambda text: frozenset({WEB.key}) if text else None)
    shop.view.set_filter("web")
    assert shop.selected() == []
    shop.view.set_filter("")
    assert len(shop.selected()) == 1
    assert "vllm/chat" in shop.selected()[0]
    assert spy.count() == 0


def test_groups_stay_expanded_when_many_rows_come(shop: Table) -> None:
    shop.view.tree.setExpanded(shop.find(CHAT), True)
    shop.change(node("c", images(60)))
    shop.view.settle()
    assert shop.view.tree.isExpanded(shop.find(CHAT))


def test_show_image_expands_its_group(shop: Table) -> None:
    shop.view.show_image(WEB.key)
    assert shop.selected() == ["1"]
    assert shop.view.tree.isExpanded(shop.find(SHOP_WEB))
    shop.view.show_image("sha256:of-no-image")
    assert shop.selected() == ["1"]


# Keyboard and menu.


def test_enter_expands_a_group_and_asks_for_the_nodes_of_an_image(shop: Table) -> None:
    spy = QSignalSpy(shop.view.filter_requested)
    shop.select(CHAT)
    press(shop, Qt.Key.Key_Return)
    assert shop.view.tree.isExpanded(shop.find(CHAT))
    press(shop, Qt.Key.Key_Down)
    assert shop.selected() == ["v2"]
    press(shop, Qt.Key.Key_Enter)
    assert emitted(spy) == ["image:=docker.io/vllm/chat:v2"]


def test_enter_does_nothing_on_an_image_without_a_name(table: Table) -> None:
    table.view.group_by(Grouping.NONE)
    table.hold(node("a", (ContainerImage((), 5),)))
    spy = QSignalSpy(table.view.filter_requested)
    table.select("unnamed image")
    press(table, Qt.Key.Key_Return)
    assert spy.count() == 0


@pytest.mark.parametrize("by_mouse", [True, False])
def test_the_menu_is_requested_for_an_image(shop: Table, by_mouse: bool) -> None:
    shop.select(CHAT, "v1")
    tree = shop.view.tree
    place = tree.visualRect(shop.find(CHAT, "v1")).center()
    reasons = QContextMenuEvent.Reason
    reason = reasons.Mouse if by_mouse else reasons.Keyboard
    at = tree.viewport().mapToGlobal(place)
    spy = QSignalSpy(shop.view.menu_requested)
    QApplication.sendEvent(tree.viewport(), QContextMenuEvent(reason, place, at))
    assert emitted(spy) == [CHAT_1.key]


def test_a_click_on_the_triangle_expands_a_group(shop: Table) -> None:
    tree = shop.view.tree
    place = QPoint(10, tree.visualRect(shop.find(CHAT)).center().y())
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert tree.isExpanded(shop.find(CHAT))


# Live.


def test_nothing_is_computed_while_hidden(shop: Table) -> None:
    shop.window.hide()
    version = shop.model.catalog.version
    shop.change(node("c", (image("new.example/a/b:1"),)))
    shop.view.settle()
    assert not shop.model.catalog.dirty
    assert shop.model.catalog.version == version
    shop.window.show()
    assert "new.example/a/b" in shop.names()


def test_a_change_tints_the_row_and_its_group_until_it_fades(shop: Table) -> None:
    shop.change(node("a", (CHAT_2,)))
    shop.change(node("b", (DB, CHAT_2, WEB)))
    shop.view.settle()
    row = shop.model.catalog.rows[CHAT_2.key]
    assert row.group is not None
    for entry in (row, row.group):
        assert entry.highlight.tint(shop.clock()) == 1
        assert entry.highlight.tint(shop.clock() + FADE_SECONDS) == 0
        assert not entry.highlight.seen
    shop.select(CHAT, "v2")
    assert row.highlight.seen


def test_rows_keep_their_places_while_the_pointer_is_over_them(shop: Table) -> None:
    before = shop.names()
    hold = shop.view.tree.hold
    hold.move_pointer()
    shop.change(node("c", (WEB, image("big.example/a/b:1", size=900 * GIB))))
    shop.view.settle()
    assert shop.names() == before
    hold.leave_pointer()
    assert shop.names()[0] == "big.example/a/b"


def test_rows_move_under_the_pointer_while_another_window_has_the_focus(shop: Table) -> None:
    shop.view.tree.hold.move_pointer()
    shop.clock.now += AIM_SECONDS
    shop.change(node("c", (WEB, image("big.example/a/b:1", size=900 * GIB))))
    shop.view.settle()
    assert shop.names()[0] != "big.example/a/b"
    shop.view.set_focused(False)
    assert shop.names()[0] == "big.example/a/b"


def test_figures_name_the_repository_with_most_unreferenced_bytes(shop: Table) -> None:
    assert shop.view.figures().unknown == 4
    shop.run(uses("p", "a", CHAT_1))
    figures = shop.view.figures()
    assert (figures.images, figures.repositories, figures.unknown) == (4, 3, 0)
    assert figures.pile_up is not None
    assert (figures.pile_up.name, figures.pile_up.versions, figures.pile_up.referenced) == (
        CHAT,
        2,
        1,
    )
    assert figures.pile_up.unreferenced_bytes == 12 * GIB


# Looks.


@pytest.fixture(params=[themes.LIGHT, themes.DARK], ids=["light", "dark"])
def coloured(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Theme]:
    theme: Theme = request.param
    qapp.setPalette(themes.palette(theme))
    yield theme
    qapp.setPalette(themes.palette(themes.LIGHT))


def colours(table: Table) -> set[str]:
    picture = table.view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    width, height = picture.width(), picture.height()
    places = ((x, y) for x in range(0, width, 2) for y in range(height))
    return {picture.pixelColor(x, y).name().upper() for x, y in places}


def test_rows_are_painted_in_the_colours_of_the_theme(table: Table, coloured: Theme) -> None:
    table.view.set_theme(coloured)
    twice = tuple(ContainerImage(each.names, 2 * each.size_bytes) for each in (CHAT_2, CHAT_1))
    table.hold(
        node("a", (CHAT_2, CHAT_1), before=CUT),
        node("b", twice, runtime="cri-o://1.31.4"),
        node("c", (DB, WEB)),
    )
    table.run(uses("p", "a", CHAT_1, owner="ReplicaSet/chat-7d9c4b5f6"))
    table.select(CHAT, "v1")
    painted = colours(table)
    assert {coloured.page, coloured.selection, coloured.bar, coloured.line} <= painted
    assert {coloured.accent, coloured.grown, coloured.warn_ground, coloured.capped_bar} <= painted


def test_an_empty_table_says_why(table: Table) -> None:
    assert table.view.tree.empty_text() == "No node lists an image."
    table.view.set_search(lambda _: frozenset())
    table.view.set_filter("x")
    assert table.view.tree.empty_text() == "No image matches the filter."
    assert len(colours(table)) > 2


@pytest.mark.parametrize(("width", "hidden"), [(1040, ()), (600, (Column.FIRST_SEEN,))])
def test_columns_fit_the_width(shop: Table, width: int, hidden: tuple[Column, ...]) -> None:
    shop.view.resize(width, 500)
    header = shop.view.tree.header()
    widths = {column: header.sectionSize(column) for column in shop.view.tree.column_names}
    assert sum(widths.values()) <= width
    assert all(widths[column] == 0 for column in hidden)
    assert all(widths[column] for column in (Column.NAME, Column.TOTAL, Column.REFERENCES))


def test_columns_fit_when_the_view_was_hidden_while_it_was_resized(shop: Table) -> None:
    header = shop.view.tree.header()
    shop.window.hide()
    header.resizeSection(Column.FIRST_SEEN, 300)
    shop.window.show()
    assert header.sectionSize(Column.FIRST_SEEN) < 300


def test_the_user_chooses_the_width_of_a_column(shop: Table) -> None:
    header = shop.view.tree.header()
    edge = header.sectionViewportPosition(Column.NAME) + header.sectionSize(Column.NAME) - 1
    before, middle = header.sectionSize(Column.NAME), header.height() // 2
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(header.viewport(), left, pos=QPoint(edge, middle))
    QTest.mouseMove(header.viewport(), QPoint(edge - 20, middle))
    QTest.mouseMove(header.viewport(), QPoint(edge - 40, middle))
    QTest.mouseRelease(header.viewport(), left, pos=QPoint(edge - 40, middle))
    chosen = header.sectionSize(Column.NAME)
    assert chosen < before
    shop.view.tree.fit_columns()
    assert header.sectionSize(Column.NAME) == chosen


def test_the_column_menu_shows_the_digest(shop: Table) -> None:
    header = shop.view.tree.header()
    assert isinstance(header, ImageHeader)
    offered = frozenset({Column.DIGEST})
    (action,) = header.column_menu(offered, frozenset()).actions()
    action.trigger()
    assert header.sectionSize(Column.DIGEST) > 0


def test_a_widget_of_the_window_is_at_the_right_of_the_bar(shop: Table) -> None:
    label = QLabel("Pods", shop.window)
    shop.view.bar.add_right(label)
    QApplication.processEvents()
    assert label.parent() is shop.view.bar
    assert label.x() > shop.view.bar.choice.x()


def test_the_bar_groups(shop: Table) -> None:
    shop.view.bar.choice.setFocus()
    QTest.keyClick(shop.view.bar.choice, Qt.Key.Key_Down)
    assert shop.names() == ["docker.io", "ghcr.io"]


def test_digests_are_terms_of_the_filter(table: Table) -> None:
    table.view.group_by(Grouping.NONE)
    table.hold(node("a", (image(f"x.example/a@{digest('b')}", "x.example/a:1"),)))
    spy = QSignalSpy(table.view.filter_requested)
    table.select("x.example/a")
    press(table, Qt.Key.Key_Return)
    assert emitted(spy) == [f"image:{digest('b')}"]
