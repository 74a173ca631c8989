"""The window as a process: screenshots, exit codes, signals. Each test starts a process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

STORY = """
import sys, time
from pathlib import Path
from tests.support.builders import change, images, known, node
from tests.support.fake_informer import FakeInformer
from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.errors import ConnectionLostError
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.qt.app.application import WindowOptions, run
from kubeimg_gui.qt.app.session import ClientFactory, ClusterClient

def story(handler, ended):
    if sys.argv[1] != "live":
        handler.on_state(ConnectionState(Phase(sys.argv[1]), 0, reason="No\\nanswer."))
        ended.wait()
        return
    handler.on_changes(known(node("a", images(3)), node("b", images(50))))
    handler.on_state(ConnectionState(Phase.LIVE, time.time(), 2))
    handler.on_changes([change(node("a", images(3)), node("a", images(4)), at=time.time())])
    print("ready", flush=True)
    ended.wait()

def connect():
    raise ConnectionLostError("No answer.")

informer = FakeInformer(story)
client = ClusterClient(Target("prod", "cluster", "admin", connect), informer, NodeActions(connect))
grab = Path(sys.argv[2]) if sys.argv[2:] else None
options = WindowOptions(
    Path("none"), grab=grab, size=(1100, 700), timeout=1.0,
    grab_changes=int(sys.argv[3]) if sys.argv[3:] else 0, settings_path=Path("window.ini"),
    view=sys.argv[4] if sys.argv[4:] else "", watch_pods=bool(sys.argv[4:]),
)
code = run(options, client, ClientFactory(lambda *_: client, lambda: client, lambda _: []))
print("ended", informer.stopped, flush=True)
sys.exit(code)
"""


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    return {**kept, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}


def window(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", STORY, *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("view", ["images", "treemap"])
def test_a_screenshot_of_a_view_is_saved_though_pods_never_come(tmp_path: Path, view: str) -> None:
    window(tmp_path, "live", "plain.png", "1")
    done = window(tmp_path, "live", "window.png", "1", view)
    assert (done.returncode, done.stderr) == (0, "")
    picture = (tmp_path / "window.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert picture != (tmp_path / "plain.png").read_bytes()
    assert done.stdout.endswith("ended True\n")


def test_a_screenshot_is_saved_once_synced(tmp_path: Path) -> None:
    done = window(tmp_path, "live", "window.png", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "window.png").read_bytes().startswith(b"\x89PNG")
    assert done.stdout.endswith("ended True\n")
    assert not (tmp_path / "window.ini").exists(), "a screenshot saves no settings"


def test_a_screenshot_is_saved_even_without_enough_changes(tmp_path: Path) -> None:
    done = window(tmp_path, "live", "window.png", "99")
    assert done.returncode == 0
    assert (tmp_path / "window.png").exists()


@pytest.mark.parametrize(
    ("phase", "code"), [("reconnecting", 3), ("login needed", 4), ("forbidden", 4)]
)
def test_no_screenshot_without_a_sync(tmp_path: Path, phase: str, code: int) -> None:
    done = window(tmp_path, phase, "window.png")
    assert done.returncode == code
    assert done.stderr == (
        f"No screenshot: prod was not synced within 1 s, its state is {phase}: No\\nanswer.\n"
    )
    assert not (tmp_path / "window.png").exists()


def test_a_misconfiguration_ends_the_wait(tmp_path: Path) -> None:
    done = window(tmp_path, "misconfigured", "window.png")
    assert done.returncode == 2
    assert done.stderr == "No screenshot: its state is misconfigured: No\\nanswer.\n"


def test_a_screenshot_that_cannot_be_written(tmp_path: Path) -> None:
    done = window(tmp_path, "live", "no such folder/window.png")
    assert done.returncode == 1
    assert done.stderr == "No screenshot: cannot write no such folder/window.png.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STORY, "live"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        rest, _errors = process.communicate(timeout=10)
    assert (process.returncode, rest) == (0, "ended True\n")
    assert (tmp_path / "window.ini").exists()
