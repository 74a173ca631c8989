"""The command line where Qt, a library or the demo cluster is not installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import run

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.usefixtures("restored_logging")


_WITHOUT = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "PySide6":
            raise {error}
sys.meta_path.insert(0, Refuse())
from kubeimg_gui.__main__ import main
sys.exit(main(["--demo"]))
"""


def window_where_qt_raises(error: str) -> str:
    script = _WITHOUT.format(error=error)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=50
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    return line


def test_a_window_without_a_system_library_names_it_and_the_packages() -> None:
    line = window_where_qt_raises(
        "ImportError('libEGL.so.1: cannot open shared object file: No such file or directory')"
    )
    assert "needs the system library libEGL.so.1 " in line
    packages = (ROOT / ".ci" / "packages").read_text(encoding="utf-8")
    named = line.partition("apt-get install ")[2].split()
    assert "libegl1" in named
    assert [package for package in named if package not in packages] == []


def test_a_window_without_qt_names_the_package_to_install() -> None:
    line = window_where_qt_raises("ModuleNotFoundError(name=name.partition('.')[0])")
    assert "needs PySide6, which is not installed" in line
    assert "pip install PySide6-Essentials" in line


def test_a_window_that_cannot_be_loaded_for_another_reason_says_so() -> None:
    line = window_where_qt_raises("ImportError('DLL load failed')")
    assert "cannot be loaded" in line
    assert line.endswith("DLL load failed")


@pytest.mark.parametrize("module", ["kubeimg_gui.demo", "aiohttp"])
@pytest.mark.parametrize("arguments", [["demo-cluster"], ["nodes", "--demo"], ["--demo"]])
def test_a_demo_that_is_not_installed_is_one_sentence_and_usage(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    module: str,
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    assert run(capsys, *arguments) == (
        2,
        "",
        f"kubeimg-gui: The demo cluster needs {module}, which is not installed: "
        "install kubeimg-gui with all its dependencies\n",
    )
