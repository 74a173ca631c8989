"""Texts can be extracted by `lupdate`: literals only, and never inside an f-string."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "kubeimg_gui"
WRAPPER = PACKAGE / "qt" / "base" / "translations.py"
"""Passes on the text of its callers, which are checked."""
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != WRAPPER)


def translations(tree: ast.AST) -> Iterator[tuple[ast.Call, int]]:
    """All calls of `tr` and `translate` in a tree, with the index of their text."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            match call.func:
                case ast.Attribute(attr="tr"):
                    yield call, 0
                case ast.Name(id="translate") | ast.Attribute(
                    ast.Name("QCoreApplication"), attr="translate"
                ):
                    yield call, 1
                case _:  # such as `str.translate`
                    pass


def is_literal(call: ast.Call, index: int) -> bool:
    return len(call.args) > index and all(
        isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        for argument in call.args[: index + 1]
    )


def problems(source: str) -> list[str]:
    tree = ast.parse(source)
    in_f_strings = {
        id(call)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for call, _ in translations(node)
    }
    return [
        f"{call.lineno}: {ast.unparse(call)}"
        for call, index in translations(tree)
        if id(call) in in_f_strings or not is_literal(call, index)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_text_can_be_extracted(path: Path) -> None:
    assert not problems(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "f'{self.tr(\"Nodes\")}: 3'",
        'f\'{n} {QCoreApplication.translate("Verb", "nodes")}\'',
        "self.tr(text)",
        "self.tr(f'{n} nodes')",
        "translate(context, 'Nodes')",
        "translate('Verb', 'Nodes' + suffix)",
        "translate('Verb')",
    ],
)
def test_what_cannot_be_extracted_is_found(source: str) -> None:
    assert problems(source)


def test_literals_on_several_lines_are_found() -> None:
    assert not problems("self.tr(\n    'one '\n    'two'\n)\ntranslate('Verb', 'x', None, count)")
