"""Escaping: exact values for scripts, no formulas for spreadsheets, no control characters."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.headless.report import WRITERS
from kubeimg_gui.text.escaping import csv_cell, json_text
from tests.support.builders import image, node

HOSTILE = "=cmd|' /C calc'!A0\x1b[2J\n\u202e\x9b\x7f\ud800"

texts = st.text(st.characters(codec=None) | st.sampled_from("=+-@\t\r\n＝\x1b\x7f\x9b\u202e\ud800"))
values = st.none() | st.booleans() | st.integers() | texts | st.lists(texts, max_size=3)


@given(st.lists(st.dictionaries(texts, values, max_size=3), max_size=3))
def test_json_is_exact_and_printable_ascii(
    value: list[dict[str, object]],
) -> None:
    text = json_text(value)
    assert text.isascii()
    assert text.isprintable()
    assert json.loads(text) == value


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_formula_is_quoted(sign: str) -> None:
    assert csv_cell(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize(
    "text", ["", "node-1", "a=b", "registry.example/x@sha256:0", "'", "5", "机"]
)
def test_other_cells_are_unchanged(text: str) -> None:
    assert csv_cell(text) == text


def written(form: str, name: str) -> str:
    out = io.StringIO()
    held = image(f"registry.example/{name}:1", size=5)
    WRITERS[form]([node(name, [held], runtime=name, uid=name)], out, None)
    return out.getvalue()


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_hostile_names_are_escaped_in_every_format(form: str) -> None:
    text = written(form, HOSTILE)
    assert text.encode().decode().replace("\n", "").isprintable()
    if form != "json":
        assert len(text.splitlines()) == len(written(form, "harmless").splitlines())


@given(texts.filter(bool))
def test_a_name_neither_splits_a_csv_row_nor_starts_a_formula(name: str) -> None:
    (row,) = csv.DictReader(io.StringIO(written("csv", name)))
    assert row["image_count"] == "1"
    assert row["reported_bytes"] == "5"
    for field in ("name", "uid", "runtime"):
        assert row[field]
        assert row[field][0] not in "=+-@\t\r＝＋－＠"


@given(texts)
def test_json_keeps_any_name_exactly(name: str) -> None:
    (decoded,) = json.loads(written("json", name))
    assert (decoded["name"], decoded["runtime"]) == (name, name)
    assert decoded["images"][0]["names"] == [f"registry.example/{name}:1"]
