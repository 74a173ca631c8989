"""The rules of the code's structure: imports, packages, private names, sizes of files."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kubeimg_gui"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if not path.name.endswith("_pb2.py"))
WITHOUT_QT = [path for path in MODULES if path.relative_to(PACKAGE).parts[0] != "qt"]
PACKAGES = [path.parent for path in MODULES if path.name == "__init__.py"]
PUBLIC_ALL_THE_SAME = {"os._exit"}
"""Documented functions whose names begin with an underscore."""
SENTENCE_WORDS = 4

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


def from_root(path: Path) -> str:
    return str(path.relative_to(ROOT))


# Imports.


def test_each_room_imports_only_the_rooms_that_its_contract_allows() -> None:
    checked = run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache")
    assert checked.returncode == 0, checked.stdout


def test_every_room_but_qt_can_be_imported_without_qt() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in WITHOUT_QT
    ]
    imports = "".join(f"import {module}\n" for module in modules)
    imported = run(sys.executable, "-c", _BLOCK_QT + imports)
    assert imported.returncode == 0, imported.stderr


def test_a_start_without_a_window_imports_neither_qt_nor_the_client() -> None:
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


# Packages.


def test_every_folder_with_modules_is_a_package() -> None:
    assert {path.parent for path in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES, ids=from_root)
def test_a_package_says_in_a_sentence_what_it_holds(package: Path) -> None:
    docstring = ast.get_docstring(_parsed(package / "__init__.py")) or ""
    summary = docstring.partition("\n\n")[0]
    assert summary.endswith(".")
    assert len(summary.split()) >= SENTENCE_WORDS


@pytest.mark.parametrize(
    "room",
    sorted({path.parent for path in MODULES if path.name != "__init__.py"}),
    ids=from_root,
)
def test_the_tests_of_a_room_are_in_a_folder_of_the_same_path(room: Path) -> None:
    assert list((ROOT / "tests" / room.relative_to(PACKAGE)).glob("test_*.py"))


# Modules.


@pytest.mark.parametrize("path", MODULES, ids=from_root)
def test_a_module_uses_no_private_name_of_another(path: Path) -> None:
    """Beside the attributes that ruff's SLF001 finds: imports, and names in strings."""
    assert not list(_foreign_private_names(_parsed(path)))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from kubeimg_gui.a import _b", ["_b"]),
        ("from kubeimg_gui._a import b", ["kubeimg_gui._a"]),
        ("import kubeimg_gui._a", ["kubeimg_gui._a"]),
        ("from kubeimg_gui import a\na._b()", ["a._b"]),
        ("import kubeimg_gui.a\nkubeimg_gui.a._b = 1", ["kubeimg_gui.a._b"]),
        ("from kubeimg_gui import a as c\ngetattr(c, '_b')", ["_b"]),
        ("import os\nos._exit(1)", []),
        ("from __future__ import annotations\nimport a\na.__name__", []),
        ("class A:\n    def b(self): return self._c, getattr(self, 'd')", []),
    ],
)
def test_private_names_of_other_modules_are_found(source: str, found: list[str]) -> None:
    assert list(_foreign_private_names(ast.parse(source))) == found


def _foreign_private_names(tree: ast.Module) -> Iterator[str]:
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
            names = [alias.name for alias in node.names]
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            yield from filter(_is_private, names)
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=attribute) if _is_private(attribute):
                name = ast.unparse(node)
                if name.partition(".")[0] in imported and name not in PUBLIC_ALL_THE_SAME:
                    yield name
            case ast.Call(
                func=ast.Name(id="getattr" | "setattr" | "hasattr" | "delattr"),
                args=[_, ast.Constant(value=str(attribute)), *_],
            ) if _is_private(attribute):
                yield attribute
            case _:
                pass


def _is_private(name: str) -> bool:
    """Whether a part of a dotted name begins with one underscore, or with two and ends without."""
    return any(part.startswith("_") and not part.endswith("__") for part in name.split("."))


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=from_root)
def test_a_file_has_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
