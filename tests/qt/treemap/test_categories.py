"""Every category can be read, and distinguished from the others without colour."""

import pytest

from kubeimg_gui.qt.base.theme import DARK, LIGHT, READABLE, Theme, contrast
from kubeimg_gui.qt.treemap import categories
from kubeimg_gui.qt.treemap.categories import Category, Pattern


def all_categories(theme: Theme) -> list[tuple[Category, ...]]:
    registries = [f"r{n}.example" for n in range(len(categories.OKABE_ITO))]
    return [
        categories.reference_categories(theme),
        categories.registry_categories(theme, registries),
        categories.change_categories(theme),
        categories.age_categories(theme),
        categories.count_categories(theme),
    ]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_on_every_category_can_be_read(theme: Theme) -> None:
    for group in all_categories(theme):
        for category in group:
            assert contrast(categories.ink(theme), category.colour) >= READABLE, category


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_categories_share_colour_and_pattern(theme: Theme) -> None:
    for group in all_categories(theme):
        assert len({(each.colour, each.pattern) for each in group}) == len(group)
        assert len({each.text for each in group}) == len(group)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_pattern_alone_tells_the_named_categories_apart(theme: Theme) -> None:
    for group in all_categories(theme):
        named = group[: len(Pattern)]
        assert len({each.pattern for each in named}) == len(named)
