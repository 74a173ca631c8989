"""The house's rules, as sentences that can fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kubeimg_gui"
WITHOUT_QT = sorted(
    path
    for room in ("text", "domain", "cluster", "headless", "demo")
    for path in (PACKAGE / room).rglob("*.py")
)

_BLOCK_QT = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6", "qasync"):
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
"""


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=env)


def test_the_rooms_import_only_what_they_may() -> None:
    checked = run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache")
    assert checked.returncode == 0, checked.stdout


def test_every_room_but_qt_is_imported_where_qt_is_not() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in WITHOUT_QT
    ]
    imports = "".join(f"import {module}\n" for module in ["kubeimg_gui.__main__", *modules])
    imported = run(sys.executable, "-c", _BLOCK_QT + imports)
    assert imported.returncode == 0, imported.stderr


def test_starting_without_a_window_imports_neither_qt_nor_the_client() -> None:
    script = "import sys, kubeimg_gui.__main__; print(*sys.modules, sep='\\n')"
    loaded = run(sys.executable, "-c", script).stdout.split()
    assert not {"PySide6", "qasync", "kubernetes", "aiohttp"} & set(loaded)


_PAINTED = """
import os, sys
from kubeimg_gui.__main__ import main
from kubeimg_gui.qt.window.main_window import MainWindow
def painted(window, event):
    print(*sys.modules, sep="\\n", flush=True)
    os._exit(0)
MainWindow.paintEvent = painted
main(["--kubeconfig", os.devnull])
"""


def test_a_window_is_painted_before_what_only_its_connection_needs_is_imported() -> None:
    painted = run(sys.executable, "-c", _PAINTED, QT_QPA_PLATFORM="offscreen")
    assert painted.returncode == 0, painted.stderr
    loaded = set(painted.stdout.split())
    assert "kubeimg_gui.qt.window.main_window" in loaded
    assert not {"kubernetes", "urllib3", "google.protobuf", "asyncio", "qasync"} & loaded
    assert not {"ssl", "http.client", "subprocess"} & loaded


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_file_holds_one_room(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
