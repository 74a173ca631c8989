"""A window manager shows the dialogs where they belong."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
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
    screen = ("xvfb-run", "-a", "-s", "-screen 0 1600x1100x24")
    manage = 'openbox & manager=$!; "$@"; result=$?; kill $manager; exit $result'
    ended = subprocess.run(
        [*screen, "sh", "-c", manage, "sh", sys.executable, str(PROGRAM)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "xcb"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    opened: list[dict[str, Any]] = [
        json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")
    ]
    assert len(opened) == 6
    for each in opened:
        assert each["title"] == "Delete n1"
        assert middle(each["dialog"]) == pytest.approx(middle(each["window"]), abs=OFF_BY)
