"""Notifications reach a real service on a session bus, with and without a tray host."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from kubeimg_gui.demo.serve import DemoCluster
from tests.support.api import Api
from tests.support.desktop import Events, desktop, end
from tests.support.scripted_server import image_json

pytestmark = [pytest.mark.slow, pytest.mark.timed]
ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("notifying_program.py")
ENDS_WITHIN_SECONDS = 1.0
STALL_MS = 100


class Program(Events):
    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__(process)
        self._process = process

    def end(self) -> float:
        """End it; the seconds it took."""
        began = time.monotonic()
        end(self._process)
        assert self._process.returncode == 0
        return time.monotonic() - began


@contextmanager
def notifying(environment: Mapping[str, str], *arguments: str) -> Generator[Program]:
    """The program, with a burst of 500 changes on its way; it ends with the block at the latest."""
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), *arguments],
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        program = Program(process)
        try:
            yield program
        finally:
            end(process)


@pytest.mark.parametrize("tray", [False, True])
def test_a_burst_is_one_notification_and_a_click_on_it_finds_its_window(
    tmp_path: Path, tray: bool
) -> None:
    with desktop(tmp_path, tray=tray) as found, notifying(found.environment) as program:
        assert program.next("started")["tray"] is tray
        shown = found.next("notify")
        assert shown["summary"] == "prod-eu-1: 100 nodes changed, +1.5 GiB"
        assert shown["body"] == (
            "Arrived: app-4:v1 on 100 nodes, app-3:v1 on 100 nodes, app-2:v1 on 100 nodes"
            " and 2 more"
        )
        assert shown["hints"] == {"urgency": 1, "desktop-entry": "kubeimg"}
        assert (shown["app_name"], shown["replaces_id"]) == ("kubeimg", 0)
        assert shown["actions"] == ["default", "Open"]
        found.click(shown["number"] + 1)
        found.click(shown["number"])
        assert program.next("activated")["window"] == "prod-eu-1"
        assert program.end() < ENDS_WITHIN_SECONDS
        assert program.until("ended")[:-1] == []
        assert found.rest() == []


def test_a_node_under_pressure_is_urgent(tmp_path: Path) -> None:
    with desktop(tmp_path) as found, notifying(found.environment, "pressure"):
        shown = found.next("notify")
        assert shown["summary"] == "prod-eu-1: n7: Ready,DiskPressure"
        assert shown["body"].startswith("100 nodes changed, +1.5 GiB\nArrived: app-4:v1")
        assert shown["hints"]["urgency"] == 2


def test_a_click_on_the_tray_icon_asks_for_the_window(tmp_path: Path) -> None:
    with desktop(tmp_path, tray=True) as found, notifying(found.environment) as program:
        found.next("icon")
        found.activate()
        assert program.next("asked")["window"] == "prod-eu-1"


@pytest.mark.parametrize("tray", [False, True])
def test_a_desktop_without_a_notification_service_is_no_error(tmp_path: Path, tray: bool) -> None:
    with (
        desktop(tmp_path, notifications=False, tray=tray) as found,
        notifying(found.environment) as program,
    ):
        assert "org.freedesktop.Notifications" in program.next("logged")["words"]
        assert program.end() < ENDS_WITHIN_SECONDS


def test_a_desktop_without_a_session_bus_is_no_error(tmp_path: Path) -> None:
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/bus"}
    with notifying({**os.environ, **nowhere, "QT_QPA_PLATFORM": "offscreen"}) as program:
        assert "no session bus" in program.next("logged")["words"]
        assert program.end() < ENDS_WITHIN_SECONDS


def test_a_service_that_hangs_does_not_block_the_window(tmp_path: Path) -> None:
    with (
        desktop(tmp_path) as found,
        found.hanging(),
        notifying(found.environment) as program,
    ):
        program.next("logged")
        assert program.end() < ENDS_WITHIN_SECONDS
        assert program.next("ended")["stall_ms"] < STALL_MS


def test_a_bus_that_hangs_later_blocks_neither_the_window_nor_its_end(tmp_path: Path) -> None:
    with desktop(tmp_path) as found, notifying(found.environment) as program:
        program.next("fed")
        with found.bus_hanging():
            assert "bus does not answer" in program.next("logged")["words"]
            assert program.end() < ENDS_WITHIN_SECONDS
            assert program.next("ended")["stall_ms"] < STALL_MS


def test_a_service_that_hangs_does_not_delay_the_end(tmp_path: Path) -> None:
    with (
        desktop(tmp_path) as found,
        found.hanging(),
        notifying(found.environment) as program,
    ):
        program.next("ready")
        assert program.end() < ENDS_WITHIN_SECONDS


@pytest.mark.parametrize("tray", [False, True])
def test_the_window_reports_changes_of_its_cluster_in_one_message(
    tmp_path: Path, tray: bool, cluster: DemoCluster, api: Api
) -> None:
    kubeconfig = cluster.write_kubeconfig(tmp_path / "kubeconfig")
    with (
        desktop(tmp_path, tray=tray) as found,
        subprocess.Popen(
            [sys.executable, "-m", "kubeimg_gui", "--kubeconfig", str(kubeconfig)],
            env={**found.environment, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(tmp_path)},
        ) as window,
    ):
        try:
            if tray:
                found.next("icon")
            wait_until(lambda: any("watch" in asked.query for asked in cluster.requests))
            for size in (20, 30):
                for node in range(5):
                    api.set_images(f"n{node}", [image_json("registry.example/app:v1", size)])
            shown = found.next("notify")
            assert shown["summary"] == "demo: 5 nodes changed, +125 Bytes"
            assert shown["body"].startswith("Arrived: app:v1 on 5 nodes")
            found.click(shown["number"])
        finally:
            began = time.monotonic()
            window.terminate()
            assert window.wait(10) == 0
        assert time.monotonic() - began < ENDS_WITHIN_SECONDS
        assert [event for event in found.rest() if event["event"] == "notify"] == []


def wait_until(seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not seen():
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)
