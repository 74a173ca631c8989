"""The filter of the nodes: by keyboard, with its figures, images and jumps."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.window.windows import NODES, order, press, state, sync, visible_labels
from tests.support.builders import GIB, change, images, node


def test_the_filter_by_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    sync(window, *NODES)
    qtbot.waitExposed(window)
    window.activateWindow()
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_Slash)
    assert window.toolbar.filter.hasFocus()
    QTest.keyClicks(window.toolbar.filter, "hostname=c")
    assert order(window) == ["c"]
    QTest.keyClick(window.toolbar.filter, Qt.Key.Key_Escape)
    assert len(order(window)) == 3
    QTest.keyClick(window.toolbar.filter, Qt.Key.Key_Escape)
    assert window.table.hasFocus()
    QTest.keyClick(window.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.toolbar.filter.hasFocus()


def test_a_filter_without_a_match_can_be_cleared(qtbot: QtBot, window: MainWindow) -> None:
    sync(window, *NODES)
    window.toolbar.filter.setText("nothing like this")
    assert not window.table.isVisible()
    press(qtbot, window, "Clear filter")
    assert window.table.isVisible()
    assert len(order(window)) == 3


def test_a_jump_to_a_hidden_node_offers_to_restore_the_filter(
    qtbot: QtBot, window: MainWindow
) -> None:
    sync(window, *NODES)
    window.toolbar.filter.setText("hostname=c")
    assert order(window) == ["c"]
    window.activity.node_requested.emit("b")
    assert window.toolbar.filter.text() == ""
    assert window.table.names == ("b",)
    assert window.page.filter_banner.isVisible()
    assert window.page.filter_banner.text == "The filter “hostname=c” is off: it hides b."
    state(window, Phase.RECONNECTING, reason="Gone.")
    assert window.banner.isVisible()
    assert window.page.filter_banner.isVisible()
    press(qtbot, window, "Restore filter")
    assert window.toolbar.filter.text() == "hostname=c"
    assert order(window) == ["c"]
    assert window.table.names == ("b",)
    assert not window.page.filter_banner.isVisible()


def test_the_offer_ends_with_another_filter_or_escape(window: MainWindow) -> None:
    sync(window, *NODES)
    window.toolbar.filter.setText("hostname=c")
    window.activity.node_requested.emit("b")
    window.toolbar.filter.setText("hostname=a")
    assert not window.page.filter_banner.isVisible()
    window.activity.node_requested.emit("b")
    assert "“hostname=a”" in window.page.filter_banner.text
    QTest.keyClick(window.table, Qt.Key.Key_Escape)
    assert not window.page.filter_banner.isVisible()
    assert window.toolbar.filter.text() == ""


def test_the_figures_show_what_the_filter_shows(qtbot: QtBot, window: MainWindow) -> None:
    sync(window, *NODES)
    window.resize(2400, 900)
    window.toolbar.filter.setText("runtime-of-none pool=web")
    window.toolbar.filter.setText("hostname=b")
    qtbot.waitUntil(lambda: "shown" in shown_captions(window))
    captions = [figure.texts[1] for figure in window.summary.figures[:3]]
    assert captions == [
        "nodes · 2 ready · 1 shown, 0 ready",
        "reported image size · 1 list may be cut · compressed and unpacked mixed"
        " · 3.0 GiB of the 1 shown",
        "distinct images · 3 on the 1 shown",
    ]
    assert window.summary.pressure.texts[1] == "node under pressure · 0 of the 1 shown"
    window.take_changes([change(NODES[1], node("b", images(9, GIB)))])
    qtbot.waitUntil(lambda: "▲ +6.0 GiB of the 1 shown" in window.summary.change.texts[1])
    window.toolbar.filter.clear()
    qtbot.waitUntil(lambda: "shown" not in shown_captions(window))


def shown_captions(window: MainWindow) -> str:
    return " ".join(figure.texts[1] for figure in window.summary.figures)


def test_the_panel_marks_the_images_of_the_filter(qtbot: QtBot, window: MainWindow) -> None:
    sync(window, *NODES)
    qtbot.waitUntil(lambda: window.table.names == ("a",))
    shown = window.panel.findChild(QListView)
    assert isinstance(shown, QListView)
    model = shown.model()
    texts = [
        model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for place in range(model.rowCount())
    ]
    assert not [text for text in texts if "matches" in text]
    plain = shown.viewport().grab().toImage()
    window.toolbar.filter.setText("pool=web app-17")
    assert "1 image matches the filter" in {label.text() for label in visible_labels(window)}
    texts = [
        model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for place in range(model.rowCount())
    ]
    (marked,) = (text for text in texts if text.endswith(", matches the filter"))
    assert marked.startswith("team/app-17:v1, 2.0 GiB, ")
    assert shown.viewport().grab().toImage() != plain
    seen = shown.visualRect(model.index(17, 0))
    assert shown.viewport().rect().contains(seen), "it is scrolled to"
    window.toolbar.filter.clear()
    assert "1 image matches the filter" not in {label.text() for label in visible_labels(window)}


def test_a_term_that_cannot_be_read_is_marked_and_filters_nothing(window: MainWindow) -> None:
    sync(window, *NODES)
    field = window.toolbar.filter
    for text in ("state:", "state:press", "state:full"):
        field.setText(text)
        assert len(order(window)) == 3
        assert field.problem == (
            f"“{text}” is ignored. Expected one of pressure, ready, notready, unknown, cordoned."
        )
        assert field.problem in {label.text() for label in visible_labels(window)}
    field.setText("state:pressure")
    assert order(window) == ["c"]
    assert field.problem == ""
    field.setText("-hostname=c size>")
    assert order(window) == ["a", "b"]
    assert "“size>” is ignored." in field.problem
    field.clear()
    assert field.problem == ""


def test_the_sentence_about_a_term_fits_a_narrow_window(window: MainWindow) -> None:
    sync(window, *NODES)
    window.resize(900, 600)
    for text in (f"state:{'x' * 1000}", f"size>{'9' * 1000}", "label:", "<b>:x image:"):
        window.toolbar.filter.setText(text)
        (line,) = (each for each in visible_labels(window) if each.objectName() == "expected")
        assert window.rect().contains(line.geometry())
        assert line.width() == line.sizeHint().width(), "nothing is cut off"


def test_the_panel_marks_what_is_sought_and_not_what_is_left_out(window: MainWindow) -> None:
    sync(window, *NODES)
    window.toolbar.filter.setText("Web image:app-17 -image:app-3 -gpu label:pool size>1GiB size>")
    assert list(window.filter.words) == ["web", "app-17"]
