from itertools import product

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.base.theme import DARK, LIGHT, READABLE, Theme, context_colours, contrast, mix

INKS = ("text", "muted", "accent", "grown", "shrunk", "warn", "critical", "ok")
PAGES = ("page", "surface")
PAIRS = [
    *product(INKS, PAGES),
    ("accent", "accent_ground"),
    ("text", "accent_ground"),
    ("grown", "accent_ground"),
    ("grown", "grown_ground"),
    ("shrunk", "shrunk_ground"),
    ("warn", "warn_ground"),
    ("critical", "critical_ground"),
    ("muted", "shrunk_ground"),
    ("muted", "accent_ground"),
    *(("text", ground) for ground in ("selection", "hover", "grown_ground", "shrunk_ground")),
    *(("muted", ground) for ground in ("selection", "hover", "track", "grown_ground")),
]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_readable_on_its_ground(theme: Theme, ink: str, ground: str) -> None:
    assert contrast(getattr(theme, ink), getattr(theme, ground)) >= READABLE


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_context_has_readable_colours_of_its_own(theme: Theme) -> None:
    names = [f"prod-{n}" for n in range(200)]
    colours = {name: context_colours(name, theme) for name in names}
    assert all(contrast(*pair) >= READABLE for pair in colours.values())
    assert len(set(colours.values())) > 8
    assert colours["prod-7"] == context_colours("prod-7", theme)


def test_contrast_knows_the_extremes() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#123456", "#123456") == 1


def test_mix_goes_from_ground_to_colour() -> None:
    assert mix("#000000", "#FFFFFF", 0) == QColor("#000000")
    assert mix("#000000", "#FFFFFF", 1) == QColor("#FFFFFF")


def test_a_theme_is_chosen_by_wish(qapp: QApplication) -> None:
    assert themes.choose_theme("dark") is DARK
    assert themes.choose_theme("light") is LIGHT
    # Off the screen no desktop says that it is dark.
    assert themes.choose_theme("system") is LIGHT
