"""A zoom is animated where that is smooth and wanted, and ends at the picture."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kubeimg_gui.qt.treemap import zoom as zooming
from kubeimg_gui.qt.treemap.areas import Area, Level
from kubeimg_gui.qt.treemap.scene import Kind, Path, Scene, Tile
from kubeimg_gui.qt.treemap.zoom import ZOOM_MS, ZoomAnimation, frame_of_zoom
from tests.qt.treemap.conftest import Shown

RED, BLUE = "#ff0000", "#0000ff"


def scene(*base: str, tiles: tuple[Path, ...] = ()) -> Scene:
    area = Area(Level.CLUSTER, "", "", 1)
    made = Scene(area, base, 400, 200)
    made.tiles = [Tile(100, 50, 80, 40, Kind.BOX, area, path) for path in tiles]
    return made


def plain_picture(colour: str) -> QPixmap:
    pixmap = QPixmap(400, 200)
    pixmap.fill(QColor(colour))
    return pixmap


@pytest.fixture
def animated(shown: Shown) -> Shown:
    """The fleet, with animation and stopped time."""
    shown.view.canvas.zoom.allowed = True
    return shown


def at(shown: Shown, milliseconds: int) -> QImage:
    """The canvas at a moment of the animation."""
    animation = shown.view.canvas.zoom.animation
    animation.pause()
    animation.setCurrentTime(milliseconds)
    return shown.view.canvas.grab().toImage()


def test_the_frame_is_that_of_the_inner_picture() -> None:
    outer, inner = scene("a", tiles=(("b",), ("b", "c"))), scene("a", "b", "c")
    into, inward = frame_of_zoom(outer, inner)
    assert inward
    assert into is outer.tiles[1]
    out, inward = frame_of_zoom(inner, outer)
    assert not inward
    assert out is outer.tiles[1]


def test_a_tile_that_is_not_drawn_is_in_the_frame_around_it() -> None:
    outer = scene(tiles=(("b",),))
    assert frame_of_zoom(scene("b", "c"), outer)[0] is outer.tiles[0]
    assert frame_of_zoom(scene("x"), outer)[0] is None


def test_levels_that_are_not_inside_each_other_have_no_frame() -> None:
    assert frame_of_zoom(scene("a", "b", tiles=(("c",),)), scene("x", "y", "c"))[0] is None
    other_size = scene("b")
    other_size.width = 300
    assert frame_of_zoom(scene(tiles=(("b",),)), other_size)[0] is None


def test_zooming_in_grows_the_frame_from_its_place(animated: Shown) -> None:
    canvas = animated.view.canvas
    before = canvas.grab().toImage()
    animated.view.navigator.open(("pool gpu",))
    animated.qtbot.waitUntil(lambda: canvas.zoom.running)
    assert at(animated, 0) == before
    middle = at(animated, ZOOM_MS // 3)
    assert middle != before
    canvas.zoom.animation.resume()
    animated.qtbot.waitUntil(lambda: not canvas.zoom.running)
    animated.wait()
    assert canvas.grab().toImage() not in (before, middle)


def test_zooming_out_ends_at_the_outer_picture(animated: Shown) -> None:
    canvas = animated.view.canvas
    outer = canvas.grab().toImage()
    animated.open("pool gpu")
    canvas.zoom.stop()
    inner = canvas.grab().toImage()
    animated.view.navigator.go_up()
    animated.qtbot.waitUntil(lambda: canvas.zoom.running)
    assert at(animated, 0) == inner
    canvas.zoom.stop()
    assert canvas.grab().toImage() == outer


@pytest.mark.parametrize("interruption", ["mouse", "key", "resize"])
def test_a_user_does_not_wait_for_it(animated: Shown, interruption: str) -> None:
    canvas = animated.view.canvas
    animated.view.navigator.open(("pool gpu",))
    animated.qtbot.waitUntil(lambda: canvas.zoom.running)
    canvas.zoom.animation.pause()
    if interruption == "mouse":
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    elif interruption == "key":
        QTest.keyClick(canvas, Qt.Key.Key_Right)
    else:
        animated.view.resize(900, 500)
    assert not canvas.zoom.running


def test_reduced_motion_switches_it_off(animated: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zooming, "motion_is_reduced", lambda: True)
    animated.open("pool gpu")
    assert not animated.view.canvas.zoom.running


def test_without_a_screen_there_is_none(shown: Shown) -> None:
    assert not shown.view.canvas.zoom.allowed
    shown.open("pool gpu")
    assert not shown.view.canvas.zoom.running


def test_a_change_of_the_same_level_is_not_animated(animated: Shown) -> None:
    animated.view.navigator.compose_again()
    animated.wait()
    assert not animated.view.canvas.zoom.running


def test_frames_that_take_too_long_end_it_for_pictures_of_that_size(
    animated: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = animated.view.canvas
    monkeypatch.setattr(zooming, "FRAME_SECONDS", 10.0)
    animated.view.navigator.open(("pool gpu",))
    animated.qtbot.waitUntil(lambda: canvas.zoom.running)
    canvas.zoom.animation.pause()
    animated.wait()
    monkeypatch.setattr(zooming, "FRAME_SECONDS", -1.0)
    at(animated, 10)
    assert canvas.zoom.running, "one slow frame may be an accident"
    at(animated, 20)
    assert not canvas.zoom.running
    monkeypatch.setattr(zooming, "FRAME_SECONDS", 10.0)
    animated.view.navigator.go_up()
    animated.wait()
    assert not canvas.zoom.running
    animated.view.resize(500, 300)
    animated.wait()
    animated.view.navigator.open(("pool gpu",))
    animated.qtbot.waitUntil(lambda: canvas.zoom.running)


def test_more_of_the_picture_is_shown_while_it_runs(qapp: QApplication) -> None:
    zoom = ZoomAnimation(qapp)
    zoom.allowed = True
    outer = scene(tiles=(("b",),))
    zoom.start(outer, plain_picture(RED), scene("b"), plain_picture(RED))
    zoom.animation.pause()
    zoom.animation.setCurrentTime(ZOOM_MS - 1)
    assert middle_of(zoom) == RED
    zoom.replace(plain_picture(BLUE))
    assert middle_of(zoom) != RED
    zoom.stop()
    zoom.replace(plain_picture(RED))
    assert not zoom.running


def middle_of(zoom: ZoomAnimation) -> str:
    """The colour in the middle of a frame."""
    device = QPixmap(400, 200)
    painter = QPainter(device)
    zoom.paint(painter)
    painter.end()
    return device.toImage().pixelColor(200, 100).name()
