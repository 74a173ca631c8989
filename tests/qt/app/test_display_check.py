"""Without a usable display the program says why, instead of being aborted by Qt."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kubeimg_gui.qt.app import display_check
from kubeimg_gui.qt.app.display_check import check_display, missing_library_text

ELSEWHERE = "--grab FILE.png"


def run_program(
    *arguments: str, without: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    gone = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", *without}
    kept = {name: value for name, value in os.environ.items() if name not in gone}
    return subprocess.run(
        [sys.executable, "-m", "kubeimg_gui", "--demo=1", *arguments],
        cwd=Path(__file__).parents[3],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def said(done: subprocess.CompletedProcess[str]) -> str:
    """The error of a program that exits with code 1 and one line of output."""
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


@pytest.fixture
def x_server(tmp_path: Path) -> Iterator[socket.socket]:
    """Accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_no_display_at_all() -> None:
    assert said(run_program()).startswith("No display found: ")


def test_an_x_server_that_is_not_running() -> None:
    words = said(run_program(DISPLAY=":4711"))
    assert words.startswith(
        "The X server of DISPLAY=:4711 refuses the connection or is not running."
    )
    assert ELSEWHERE in words


def test_a_wayland_display_that_is_not_running(tmp_path: Path) -> None:
    words = said(run_program(WAYLAND_DISPLAY="wayland-7", XDG_RUNTIME_DIR=str(tmp_path)))
    assert f"The Wayland display {tmp_path / 'wayland-7'} cannot be used: No such file" in words


def test_a_platform_that_is_not_available() -> None:
    words = said(run_program(QT_QPA_PLATFORM="xbc"))
    assert words.startswith("QT_QPA_PLATFORM is set to 'xbc', which is not available. Available: ")
    assert "offscreen" in words
    assert said(run_program("--grab", "never.png", QT_QPA_PLATFORM="xbc")) == words


def test_plugins_of_another_qt_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "platforms").mkdir()
    for folder in (tmp_path, tmp_path / "platforms"):
        (folder / "libqoffscreen.so").write_bytes(b"\x7fELF, but of another Qt")
    done = run_program(
        "--grab",
        str(tmp_path / "window.png"),
        QT_PLUGIN_PATH=str(tmp_path),
        QT_QPA_PLATFORM_PLUGIN_PATH=str(tmp_path / "platforms"),
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "window.png").exists()


def test_a_library_that_is_missing(tmp_path: Path) -> None:
    """Runs the window with a loader that reports a library as missing."""
    story = (
        "import ctypes, sys\n"
        "from kubeimg_gui.__main__ import main\n"
        "def load(name, *_):\n"
        "    raise OSError('libxcb-cursor.so.0: cannot open shared object file: No such file')\n"
        "ctypes.CDLL = load\n"
        "sys.exit(main(['--demo=1']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", story],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "DISPLAY": ":4711", "QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert said(done) == (
        "Qt needs the library libxcb-cursor.so.0, which is missing. On Debian, install"
        " libxcb-cursor0."
    )


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libEGL.so.1", "libegl1"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libX11.so.6", "libx11-6"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
        ("libwayland-client.so.0", "libwayland-client0"),
    ],
)
def test_a_missing_library_is_named_with_its_package(library: str, package: str) -> None:
    error = ImportError(f"{library}: cannot open shared object file: No such file or directory")
    assert missing_library_text(error) == (
        f"Qt needs the library {library}, which is missing. On Debian, install {package}."
    )


def test_other_load_errors_are_shown_as_they_are() -> None:
    assert missing_library_text(ImportError("undefined symbol: q")) == (
        "Qt cannot be loaded: undefined symbol: q."
    )


def test_one_display_that_works_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"wayland": "No.", "xcb": ""}
    asked: list[str] = []

    def problem(name: str, _environment: Mapping[str, str]) -> str:
        asked.append(name)
        return answers[name]

    monkeypatch.setattr(display_check, "_platform_problem", problem)
    assert check_display({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}) == ""
    assert check_display({"QT_QPA_PLATFORM": "wayland;xcb:x=1"}) == ""
    assert asked == ["wayland", "xcb"] * 2
    assert check_display({"QT_QPA_PLATFORM": "wayland"}) == "No."


def test_a_silent_x_server_times_out(
    monkeypatch: pytest.MonkeyPatch, x_server: socket.socket
) -> None:
    monkeypatch.setattr(display_check, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(display_check, "_plugin_problem", lambda _name: "")  # pyright: ignore
    number = x_server.getsockname()[1] - 6000
    words = check_display({"DISPLAY": f"127.0.0.1:{number}"})
    asking = [each for each in threading.enumerate() if each.name == "display"]
    accepted, _address = x_server.accept()
    accepted.close()
    for each in asking:
        each.join(5)
    assert f"DISPLAY=127.0.0.1:{number} does not answer." in words


def test_a_wayland_socket_that_accepts_is_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(display_check, "_plugin_problem", lambda _name: "")  # pyright: ignore
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-0"))
        server.listen()
        environment = {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}
        assert check_display(environment) == ""
        assert check_display({"WAYLAND_DISPLAY": str(tmp_path / "wayland-0")}) == ""


def test_other_systems_are_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert check_display({}) == ""
