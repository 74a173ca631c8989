"""Version, Briefcase tables, locks, Containerfile and wheel agree and hold what they should."""

import json
import os
import re
import signal
import struct
import subprocess
import sys
import time
import tomllib
import venv
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from kubeimg_gui import __version__, resources_folder

ROOT = Path(__file__).parents[1]
WINDOW_ONLY = {"pyside6-essentials", "shiboken6", "qasync"}
DEMO_ONLY = {
    *("aiohttp", "aiohttp-retry", "aiohappyeyeballs", "aiosignal", "attrs"),
    *("frozenlist", "multidict", "propcache", "yarl"),
}


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


def locked(name: str) -> list[Requirement]:
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = re.findall(r"^([a-z0-9][^\\#\n]*?)\s*\\$", text, re.MULTILINE)
    return [Requirement(line) for line in lines]


def test_briefcase_toml_says_what_briefcase_reads() -> None:
    assert (
        toml("briefcase.toml")["tool"]["briefcase"] == toml("pyproject.toml")["tool"]["briefcase"]
    )
    assert toml("briefcase.toml")["tool"]["briefcase"]["version"] == __version__


def test_the_changelog_has_an_unreleased_section() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changelog


def test_resources_are_found() -> None:
    assert (resources_folder() / "image_sizes.csv").is_file()
    assert (resources_folder() / "icons" / "kubeimg.svg").is_file()
    assert (resources_folder() / "docs" / "index.md").is_file()


@pytest.mark.parametrize(
    "name",
    [
        "requirements.lock",
        "requirements-headless.lock",
        "requirements-dev.lock",
        "requirements-go.lock",
    ],
)
def test_a_lock_holds_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    entries = len(locked(name))
    assert entries > 0
    assert text.count(" \\\n    --hash=sha256:") >= entries


def test_the_lock_satisfies_the_project() -> None:
    versions: dict[str, list[Requirement]] = {}
    for entry in locked("requirements.lock"):
        versions.setdefault(entry.name.lower(), []).append(entry)
    for text in toml("pyproject.toml")["project"]["dependencies"]:
        wanted = Requirement(text)
        pinned = [v for e in versions[wanted.name.lower()] for v in _pins(e)]
        assert any(version in wanted.specifier for version in pinned), wanted


def test_the_headless_lock_is_the_same_without_qt_and_the_demo() -> None:
    left_out = WINDOW_ONLY | DEMO_ONLY
    kept = [entry for entry in locked("requirements.lock") if entry.name not in left_out]
    assert list(map(str, locked("requirements-headless.lock"))) == list(map(str, kept))
    assert {entry.name for entry in locked("requirements.lock")} >= left_out


def test_the_headless_lock_holds_nothing_that_only_qt_or_the_demo_needs() -> None:
    """What the rest of the dependencies require, directly or not, is all that it holds."""
    not_needed = {"pyside6-essentials", "qasync", "aiohttp", "aiohttp-retry"}
    needed: set[str] = set()
    waiting = list(map(Requirement, toml("pyproject.toml")["project"]["dependencies"]))
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and name not in needed | not_needed:
            needed.add(name)
            waiting += map(Requirement, metadata.requires(name) or ())
    assert {entry.name for entry in locked("requirements-headless.lock")} == needed


def test_the_container_image_is_built_without_the_demo() -> None:
    text = (ROOT / "resources" / "deploy" / "Containerfile").read_text(encoding="utf-8")
    assert "COPY requirements-headless.lock *.whl /install/" in text
    (removed,) = re.findall(r"&& rm -r (.+)", text)
    assert {"kubeimg_gui/demo", "kubeimg_gui/resources/image_sizes.csv"} <= set(removed.split())


def test_no_pyside_that_aborts_is_locked_for_an_old_python() -> None:
    """PySide6 6.12 drops references to None and True on Python 3.11, which then aborts."""
    for entry in locked("requirements.lock"):
        if entry.name.startswith("pyside6") and (
            entry.marker is None or entry.marker.evaluate({"python_full_version": "3.11.9"})
        ):
            assert all(Version("6.10") <= pin < Version("6.12") for pin in _pins(entry))


def _pins(entry: Requirement) -> list[Version]:
    return [Version(specifier.version) for specifier in entry.specifier]


# The wheel, installed as a new user would.

pytestmark = pytest.mark.xdist_group("wheel")  # one worker builds and installs it

Program = Path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    return next(folder.glob("*.whl"))


def installed(folder: Path, wheel: Path, lock: Path, *options: str) -> Program:
    """A new environment with the lock and the wheel; its kubeimg-gui. `options` are pip's."""
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q"]
    call(*pip, "--disable-pip-version-check", *options, "--require-hashes", "-r", str(lock))
    call(*pip, "--disable-pip-version-check", "--no-deps", str(wheel))
    return folder / "bin" / "kubeimg-gui"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Program:
    return installed(tmp_path_factory.mktemp("full"), wheel, ROOT / "requirements.lock")


@pytest.fixture(scope="module")
def program_without_qt(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Program:
    folder = tmp_path_factory.mktemp("headless")
    return installed(folder, wheel, ROOT / "requirements-headless.lock", "--no-deps")


def call(*command: str, cwd: Path | None = None, check: bool = True) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DISPLAY"))}
    finished = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert not check or finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def png_size(path: Path) -> tuple[int, int]:
    header = path.read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    return struct.unpack(">II", header[16:24])


@contextmanager
def demo_cluster(program: Program, folder: Path) -> Generator[Path, None, None]:
    """A demo cluster of 30 nodes; its kubeconfig."""
    kubeconfig = folder / "kubeconfig"
    command = [str(program), "demo-cluster", "--nodes", "30", "--kubeconfig-out", str(kubeconfig)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert "30 nodes" in server.stdout.readline()
        yield kubeconfig
        server.terminate()
        assert server.wait(10) == 0


def test_the_wheel_holds_the_documentation(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if "/docs/" in name}
    pages = (ROOT / "resources" / "docs").glob("*.md")
    assert shipped == {f"kubeimg_gui/resources/docs/{page.name}" for page in pages}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_window_runs_from_the_wheel_in_an_empty_folder(
    program: Program, tmp_path: Path
) -> None:
    assert call(str(program), "--version", cwd=tmp_path) == f"kubeimg {__version__}\n"
    call(
        *(str(program), "--demo", "--grab", "a.png", "--theme", "dark", "--size", "1200x800"),
        cwd=tmp_path,
    )
    assert png_size(tmp_path / "a.png") == (1200, 800)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.slow
def test_nodes_and_watch_run_without_qt_and_aiohttp(
    program: Program, program_without_qt: Program, tmp_path: Path
) -> None:
    python = program_without_qt.with_name("python")
    code = "import importlib.util as u; print(u.find_spec('PySide6'), u.find_spec('aiohttp'))"
    assert call(str(python), "-c", code).split() == ["None", "None"]
    with demo_cluster(program, tmp_path) as kubeconfig:
        connection = ("--kubeconfig", str(kubeconfig))
        nodes = json.loads(call(str(program_without_qt), "nodes", "-o", "json", *connection))
        assert len(nodes) >= 29
        watch = [str(program_without_qt), "watch", "-o", "json", *connection]
        with subprocess.Popen(watch, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as watching:
            assert watching.stdout is not None
            change = json.loads(watching.stdout.readline())
            assert change["event"] in ("added", "changed", "deleted")
            watching.send_signal(signal.SIGINT)
            assert watching.wait(10) == 0


@pytest.mark.slow
def test_the_window_without_qt_is_an_error(program_without_qt: Program, tmp_path: Path) -> None:
    finished = subprocess.run(
        [str(program_without_qt), "--demo"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert finished.returncode == 1
    assert "needs PySide6, which is not installed" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.slow
def test_the_demo_without_aiohttp_is_a_sentence(program_without_qt: Program) -> None:
    finished = subprocess.run(
        [str(program_without_qt), "demo-cluster"], capture_output=True, text=True, check=False
    )
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith("kubeimg-gui: The demo cluster needs aiohttp, which is not")
    assert finished.stderr.count("\n") == 1


def process_of(*arguments: str) -> int:
    """The process whose command line holds these arguments side by side, but for its wrapper."""
    wanted = "\0".join(arguments).encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            command = (folder / "cmdline").read_bytes()
            if wanted in command and b"xvfb-run" not in command:
                return int(folder.name)
    raise AssertionError("the window's process is not there")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_window_under_x11(
    program: Program, tmp_path: Path, number: signal.Signals
) -> None:
    command = ["xvfb-run", "-a", str(program), "--demo", "-v"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "XDG_CONFIG_HOME": str(tmp_path)}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as window:
        assert window.stderr is not None
        assert any("Window opened" in line for line in window.stderr)
        began = time.monotonic()
        os.kill(process_of(str(program), "--demo"), number)
        assert window.wait(10) == 0
        assert time.monotonic() - began < 5
