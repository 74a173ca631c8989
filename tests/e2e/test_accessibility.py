"""A screen reader finds a name for all that can have the focus, and no markup anywhere."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.screen import printed_on_screen

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("accessibility")]
PROGRAM = Path(__file__).with_name("accessible_program.py")
LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
NEEDED = ("xvfb-run", "xauth", "dbus-run-session", LAUNCHER)
SECONDS = 180.0
MARKUP = re.compile(r"</?(?:p|b|br|i|html|span|table|qt)\b[^>]*>", re.IGNORECASE)
PARTS = {
    "live window",
    "menu of a node",
    "menu of an image",
    "menu of the columns",
    "menu Help",
    "menu of the contexts",
    "list of the contexts",
    "dialog Annotate",
    "dialog YAML",
    "window Help",
    "dialog About",
    "dialog Unexpected error",
    "dialog Delete",
    "countdown",
    "job that failed",
    "dialog Failures",
    "paused window",
    "no match",
    "filter to restore",
    "empty cluster",
    "lost connection",
}
ANY_NAME = ("<b>x</b>",)
"""Names of contexts that look like markup and are shown as they are."""


@pytest.fixture(scope="module")
def tour() -> list[dict[str, Any]]:
    """What the program reports of each part, and what it announces."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    assert not missing, (
        f"{', '.join(missing)} missing: Debian's packages are dbus, xvfb, xauth, at-spi2-core,"
        " gir1.2-atspi-2.0 and python3-gi"
    )
    return printed_on_screen(
        PROGRAM,
        f"{LAUNCHER} --launch-immediately",
        SECONDS,
        through=("dbus-run-session", "--"),
        QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1",
    )


@pytest.fixture(scope="module")
def found(tour: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The objects of each part."""
    return {each["part"]: each["objects"] for each in tour if "part" in each}


def test_all_parts_are_seen(found: dict[str, list[dict[str, Any]]]) -> None:
    assert set(found) == PARTS
    assert all(found.values())
    window = found["live window"]
    assert sum(each["role"] == "table row header" for each in window) == 5
    assert sum(each["role"] == "table cell" for each in window) >= 5 * 9


def test_all_that_can_have_the_focus_has_a_name(found: dict[str, list[dict[str, Any]]]) -> None:
    unnamed = {
        (part, each["path"])
        for part, objects in found.items()
        for each in objects
        if (each["focusable"] or "button" in each["role"].lower() or "header" in each["role"])
        and not each["name"].strip()
    }
    assert not unnamed


def test_no_name_or_description_has_markup(found: dict[str, list[dict[str, Any]]]) -> None:
    marked = {
        (part, each["path"], text)
        for part, objects in found.items()
        for each in objects
        for text in (each["name"], each["description"])
        if MARKUP.search(text) and text not in ANY_NAME
    }
    assert not marked


def test_the_figures_can_have_the_focus(found: dict[str, list[dict[str, Any]]]) -> None:
    named = {each["name"] for each in found["live window"] if each["focusable"]}
    for words in ("5 nodes · 5 ready", "reported image size", "1 distinct image", "under pressure"):
        assert any(words in name for name in named), words


def test_the_connection_and_countdowns_are_announced(tour: list[dict[str, Any]]) -> None:
    (announced,) = (each["announced"] for each in tour if "announced" in each)
    said = "\n".join(announced)
    for words in (
        "Live",
        "Deleting n1 in prod-eu-1 in 8 s",
        "Deleting n1 in prod-eu-1 in 5 s",
        "Deleting n1 in prod-eu-1 in 3 s",
        "n1 failed: ",
        "Reconnecting. ",
    ):
        assert words in said, (words, said)
