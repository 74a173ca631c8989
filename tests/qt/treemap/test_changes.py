"""The treemap follows changes of the nodes without jumping under the pointer."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.qt.treemap.conftest import Shown, fleet
from tests.qt.treemap.gestures import names_in_order
from tests.support.builders import GIB, change, image
from tests.support.clock import Clock


def test_a_change_does_not_reorder_while_the_pointer_is_inside(shown: Shown, clock: Clock) -> None:
    canvas = shown.view.canvas
    shown.open("pool gpu")
    assert names_in_order(shown) == ["gpu-1.example", "gpu-2.example"]
    shown.point_at(QPoint(40, 40))
    old = fleet()[1]
    new = replace(old, images=(*old.images, image("quay.io/huge/x:v1", size=90 * GIB)))
    shown.nodes.apply([change(old, new)])
    shown.qtbot.waitUntil(lambda: shown.tile("gpu-2.example").area.bytes > 90 * GIB)
    shown.wait()
    assert names_in_order(shown) == ["gpu-1.example", "gpu-2.example"]
    shown.view.settle()
    assert not shown.view.navigator.composer.running
    clock.now += 6
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    shown.wait()
    assert names_in_order(shown) == ["gpu-2.example", "gpu-1.example"]


def test_siblings_are_ordered_while_another_window_has_the_focus(
    shown: Shown, clock: Clock
) -> None:
    shown.open("pool gpu")
    shown.point_at(QPoint(40, 40))
    old = fleet()[1]
    new = replace(old, images=(*old.images, image("quay.io/huge/x:v1", size=90 * GIB)))
    shown.nodes.apply([change(old, new)])
    shown.qtbot.waitUntil(lambda: shown.tile("gpu-2.example").area.bytes > 90 * GIB)
    shown.wait()
    clock.now += 6
    shown.view.settle()
    assert not shown.view.navigator.composer.running, "the pointer is inside"
    shown.view.set_focused(False)
    shown.wait()
    assert names_in_order(shown) == ["gpu-2.example", "gpu-1.example"]


def test_nodes_that_come_later_are_in_pools(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.show()
    assert shown.view.choices.label == ""
    shown.know(fleet())
    shown.qtbot.waitUntil(lambda: len(shown.tiles()) > 5)
    assert shown.view.choices.label == "pool"
    assert names_in_order(shown) == ["gpu", "web"]


def test_a_node_goes_to_another_pool_with_its_label(shown: Shown) -> None:
    old = next(record for record in shown.nodes.records if record.name == "gpu-2.example")
    shown.nodes.apply([change(old, replace(old, labels=("pool=batch",)))])
    shown.qtbot.waitUntil(lambda: "batch" in names_in_order(shown))


def test_the_label_that_was_chosen_stays(shown: Shown) -> None:
    shown.view.choices.choose(label="")
    shown.wait()
    assert names_in_order(shown) == ["gpu-1.example", "gpu-2.example", "web-1.example"]
    shown.window.hide()
    shown.window.show()
    shown.wait()
    assert shown.view.choices.label == ""


def test_many_changes_are_laid_out_at_most_once_a_second(shown: Shown) -> None:
    pictures: list[object] = []
    shown.view.navigator.composer.finished.connect(lambda: pictures.append(None))
    old = fleet()[1]
    for size in range(1, 21):
        held = (*fleet()[1].images, image("quay.io/huge/x:v1", size=size * GIB))
        new = replace(old, images=held)
        shown.nodes.apply([change(old, new)])
        old = new
        QTest.qWait(1)
    shown.wait()
    assert len(pictures) == 1
    shown.qtbot.waitUntil(lambda: any(t.area.bytes == 20 * GIB for t in shown.tiles()))
    assert len(pictures) <= 2


def test_a_deleted_node_that_is_shown_leads_to_its_pool(shown: Shown) -> None:
    shown.view.show_node("gpu-1.example")
    shown.wait()
    shown.nodes.apply([change(fleet()[0], None)])
    shown.qtbot.waitUntil(lambda: shown.view.path == ("pool gpu",))
