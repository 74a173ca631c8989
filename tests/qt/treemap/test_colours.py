"""Colours, patterns and the legend of the treemap."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint

from kubeimg_gui.qt.base.theme import DARK, LIGHT
from kubeimg_gui.qt.treemap.categories import ColourBy, reference_categories
from kubeimg_gui.qt.treemap.scene import Kind
from tests.qt.treemap.conftest import TORCH, Shown, fleet
from tests.qt.treemap.gestures import entry
from tests.support.builders import GIB, change, image
from tests.support.clock import Clock


def test_colours_say_which_images_pods_refer_to(shown: Shown) -> None:
    assert entry(shown, "gpu-1.example", TORCH.key).category == 0
    assert entry(shown, "gpu-2.example", TORCH.key).category == 1
    texts = [each.text for each in shown.view.legend.entries]
    assert texts[0] == "referenced by a pod · 5.0 GiB"
    assert texts[1].startswith("not referenced by any pod of its node · at most 42.0 GiB")


def test_without_pods_all_is_unknown(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.know(fleet())
    shown.show()
    assert {tile.category for tile in shown.tiles() if tile.kind is Kind.TILE} == {2}
    assert shown.view.legend.entries[2].text == "unknown · 47.0 GiB"


def test_pods_that_are_read_later_change_the_colours(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.know(fleet())
    shown.show()
    shown.read_pods()
    shown.qtbot.waitUntil(
        lambda: {tile.category for tile in shown.tiles() if tile.kind is Kind.TILE} == {1}
    )


@pytest.mark.parametrize("colour", list(ColourBy))
def test_every_colouring_has_a_legend_that_adds_up(shown: Shown, colour: ColourBy) -> None:
    shown.view.choices.choose(colour_by=colour)
    shown.wait()
    texts = [each.text for each in shown.view.legend.entries]
    assert len(texts) >= 2
    assert all(" · " in text for text in texts[:-1])
    if colour is ColourBy.REGISTRY:
        assert texts[0] == "docker.io · 33.0 GiB"
    if colour is ColourBy.NODES:
        assert texts[0] == "on 1 node · 15.0 GiB"


def test_figures_of_the_legend_do_not_change_the_size_of_the_treemap(shown: Shown) -> None:
    legend, sizes = shown.view.legend, set[int]()
    for width in (1000, 700, 500):
        shown.view.resize(width, 640)
        shown.wait()
        sizes.add(legend.height())
        for mix in (None, (0, 0, 0), (1, 2, 3), (10**12, 10**11, 10**9)):
            legend.show_mix(reference_categories(LIGHT), mix, LIGHT)
            assert legend.height() in sizes
    assert len(sizes) > 1, "it is as high as its lines need"


def test_an_arrival_has_its_colour(shown: Shown, clock: Clock) -> None:
    shown.view.choices.choose(colour_by=ColourBy.CHANGE)
    shown.wait()
    old = fleet()[1]
    new = image("quay.io/huge/x:v1", size=90 * GIB)
    shown.nodes.apply([change(old, replace(old, images=(*old.images, new)), at=clock())])
    shown.qtbot.waitUntil(lambda: any(t.area.key == new.key for t in shown.tiles()))
    assert entry(shown, "gpu-2.example", new.key).category == 0
    assert entry(shown, "gpu-2.example", TORCH.key).category == 3


def test_the_theme_can_change(shown: Shown) -> None:
    shown.view.set_theme(DARK)
    shown.wait()
    image_now = shown.view.canvas.grab().toImage()
    tile = entry(shown, "gpu-1.example", TORCH.key)
    corner = QPoint(tile.x + tile.width - 8, tile.y + tile.height - 8)
    assert image_now.pixelColor(corner).name().upper() == "#2F4F86"


def test_every_category_has_a_pattern_of_its_own_or_is_plain(shown: Shown) -> None:
    for colour in ColourBy:
        shown.view.choices.choose(colour_by=colour)
        shown.wait()
        entries = [each.category for each in shown.view.legend.entries]
        patterns = [category.pattern for category in entries if category is not None]
        assert len(set(patterns)) == len(patterns)
