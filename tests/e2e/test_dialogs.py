"""A window manager shows the dialogs where they belong."""

import shutil
from pathlib import Path

import pytest

from tests.support.screen import printed_on_screen

pytestmark = pytest.mark.slow
PROGRAM = Path(__file__).with_name("dialogs_program.py")
NEEDED = ("xvfb-run", "xauth", "openbox")
SECONDS = 60.0
OFF_BY = 2
"""Pixels: halves are rounded, and the frame of a dialog may differ from that of its window."""


def middle(place: list[int]) -> tuple[float, float]:
    left, top, width, height = place
    return left + width / 2, top + height / 2


def test_the_dialog_opens_centred_on_its_window_six_times_in_a_row() -> None:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    assert not missing, f"{', '.join(missing)} missing: Debian's packages are xvfb, xauth, openbox"
    opened = printed_on_screen(PROGRAM, "openbox", SECONDS)
    assert len(opened) == 6
    for each in opened:
        assert each["title"] == "Delete n1"
        assert middle(each["dialog"]) == pytest.approx(middle(each["window"]), abs=OFF_BY)
