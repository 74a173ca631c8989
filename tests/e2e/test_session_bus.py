"""A session bus that says nothing delays the window by a second, and never its end."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kubeimg_gui.qt.base.session_bus import ADDRESS, ANSWER_SECONDS
from tests.support.silent_bus import silent_bus

pytestmark = [pytest.mark.slow, pytest.mark.timed]
ROOT = Path(__file__).parents[2]
ENDS_WITHIN_SECONDS = 1.0
LATE_SECONDS = ANSWER_SECONDS + 1.0
"""How much later than without a bus the window may be painted; the machine may be busy."""

PROGRAM = """
import os, sys
from kubeimg_gui.__main__ import main
from kubeimg_gui.qt.window.main_window import MainWindow
def report(window, event):
    print(os.getpid(), os.environ.get("DBUS_SESSION_BUS_ADDRESS"), flush=True)
    MainWindow.paintEvent = lambda window, event: None
MainWindow.paintEvent = report
sys.exit(main(["--kubeconfig", sys.argv[1]]))
"""
PLATFORMS = {"offscreen": [], "xcb": ["xvfb-run", "-a"]}


@contextmanager
def painted(folder: Path, platform: str, bus: str) -> Generator[tuple[float, int, str]]:
    """The program when it has painted its window: after how long, its process, its bus."""
    kubeconfig = folder / "kubeconfig"
    kubeconfig.write_text("{current-context: a, contexts: [], clusters: [], users: []}")
    foreign = {"WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "QT_QPA_PLATFORMTHEME"}
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    began = time.monotonic()
    with subprocess.Popen(
        [*PLATFORMS[platform], sys.executable, "-c", PROGRAM, str(kubeconfig)],
        env={
            **kept,
            ADDRESS: bus,
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": platform,
        },
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            number, _, address = process.stdout.readline().partition(" ")
            yield time.monotonic() - began, int(number), address.strip()
            process.stdout.read()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def end(process: int) -> float:
    """Ends a program; returns the seconds it took."""
    ended = os.pidfd_open(process)
    os.kill(process, signal.SIGTERM)
    began = time.monotonic()
    select.select([ended], [], [], 10 * ENDS_WITHIN_SECONDS)
    os.close(ended)
    return time.monotonic() - began


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("authenticates", [False, True])
def test_the_window_opens_and_ends_beside_a_bus_that_says_nothing(
    tmp_path: Path, platform: str, *, authenticates: bool
) -> None:
    with painted(tmp_path, platform, f"unix:path={tmp_path}/none") as (usual, process, _):
        end(process)
    with (
        silent_bus(tmp_path, authenticates=authenticates) as bus,
        painted(tmp_path, platform, bus) as (seconds, process, address),
    ):
        assert seconds < usual + LATE_SECONDS
        assert address == bus, "a plugin or browser that it starts has the address of the user"
        assert end(process) < ENDS_WITHIN_SECONDS
