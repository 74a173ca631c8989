"""Every text with a count has its English plural forms, and lupdate finds every text."""

import ast
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from kubeimg_gui import resources_folder
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.translations import (
    MAX_COUNT,
    TranslationContext,
    install_translations,
    plural_count,
)

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "kubeimg_gui" / "qt").rglob("*.py"))
FORMS = resources_folder() / "translations"


@dataclass(frozen=True)
class Text:
    place: str
    context: str
    text: str
    has_count: bool


def texts(path: Path) -> Iterator[Text]:
    """All texts of a file that are passed to `tr` or `translate`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    scopes = [("", tree.body), *((c.name, c.body) for c in ast.walk(tree) if is_class(c))]
    owners = {id(node): name for name, body in scopes for each in body for node in ast.walk(each)}
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        place = f"{path.relative_to(ROOT)}:{call.lineno}"
        match call.func:
            case ast.Attribute(ast.Name(owner), "tr"):
                context = owners[id(call)] if owner == "self" else owner
                yield Text(place, context, literal(call.args[0]), len(call.args) > 2)
            case ast.Name("translate") | ast.Attribute(_, "translate"):
                if isinstance(call.args[0], ast.Constant):
                    first, second, *others = call.args
                    yield Text(place, literal(first), literal(second), len(others) > 1)
            case _:
                pass


def is_class(node: ast.AST) -> TypeGuard[ast.ClassDef]:
    return isinstance(node, ast.ClassDef)


def literal(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else f"not a literal: {ast.dump(node)}"


TEXTS = [text for path in SOURCES for text in texts(path)]
COUNTED = [text for text in TEXTS if text.has_count]


@pytest.fixture(scope="module")
def translator() -> QTranslator:
    translator = QTranslator()
    assert translator.load("kubeimg_en.qm", str(FORMS))
    return translator


def test_there_are_texts_with_counts() -> None:
    assert len(TEXTS) > 200
    assert {"%Ln node(s)", "%Ln image(s)", "{count} byte(s)"} <= {text.text for text in COUNTED}


@pytest.mark.parametrize("text", COUNTED, ids=lambda text: text.place)
def test_every_text_with_a_count_has_its_plural_forms(text: Text, translator: QTranslator) -> None:
    forms = [str(translator.translate(text.context, text.text, "", n) or "") for n in (1, 2)]
    assert all(forms), f"{text}: run `make translations` and fill in the forms"
    assert not [form for form in forms if "(s)" in form]
    marks = ("%Ln", "%n", "{")
    for form in forms:
        assert [form.count(mark) for mark in marks] == [text.text.count(mark) for mark in marks]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.place)
def test_every_text_is_a_literal_and_plurals_have_a_count(text: Text) -> None:
    assert not text.text.startswith("not a literal"), "lupdate misses it"
    assert text.has_count or not any(mark in text.text for mark in ("%n", "%Ln", "(s)"))


def test_a_context_is_called_through_a_variable_of_its_name() -> None:
    """Lupdate takes the expression before `.tr` for the name of the context."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Assign([ast.Name(name)], ast.Call(ast.Name("TranslationContext"), [text])):
                    assert literal(text) == name, path
                case ast.Call(ast.Attribute(ast.Attribute(owner, name), "tr")):
                    assert not name.istitle(), f"{path}: {ast.unparse(owner)}.{name}.tr"
                case _:
                    pass


def test_no_text_is_translated_within_an_f_string() -> None:
    calls = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in SOURCES
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(("translate", ".tr"))
    ]
    assert calls == [], "lupdate misses them"


def test_counts_have_plural_forms_and_grouped_digits(theme: Theme) -> None:
    counts = (0, 1, 2, 1200)
    texts = ["0 nodes", "1 node", "2 nodes", "1,200 nodes"]
    assert [formatting.nodes(count) for count in counts] == texts
    assert [formatting.images(count) for count in counts[:3]] == ["0 images", "1 image", "2 images"]


@pytest.mark.parametrize("count", [0, 1, 2, MAX_COUNT, MAX_COUNT + 1, 2**40 + 1, 10**15])
def test_a_count_of_any_size_has_a_plural_form(qapp: QApplication, count: int) -> None:
    assert plural_count(count) <= MAX_COUNT
    assert plural_count(count) % 100 == count % 100
    assert formatting.exact_size(count) == f"{count:,} byte{'' if count == 1 else 's'}"


def test_an_unknown_text_stays_as_it_is(qapp: QApplication) -> None:
    assert TranslationContext("Nowhere").tr("{x} of %n", "", 5) == "{x} of 5"
    assert TranslationContext("Nowhere").tr("plain") == "plain"


def test_missing_forms_are_logged(
    qapp: QApplication, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        install_translations(qapp, tmp_path)
    assert "no English plural forms" in caplog.text
    assert formatting.nodes(1) == "1 node"
