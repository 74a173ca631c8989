from enum import IntEnum

from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.qt.base.view_state import (
    MAX_PIXELS,
    columns_text,
    missing_columns,
    pixels,
    read_columns,
    read_widths,
    widths_text,
)


class Column(IntEnum):
    NODE = 0
    AGE = 1
    LARGEST = 2


@given(st.lists(st.sampled_from(Column), unique=True))
def test_columns_are_read_in_their_order(columns: list[Column]) -> None:
    assert read_columns(columns_text(columns), Column) == tuple(columns)


@given(st.dictionaries(st.sampled_from(Column), st.integers(1, MAX_PIXELS)))
def test_widths_are_read(widths: dict[Column, int]) -> None:
    assert read_widths(widths_text(widths), Column) == widths


WORDS = st.sampled_from(["node", "age", "cpu", "age=", "node=12", "=", "node=-1", "age=1e3", "٣"])


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join)))
def test_any_text_is_read_without_an_error(text: str) -> None:
    columns = read_columns(text, Column)
    assert len(set(columns)) == len(columns)
    assert all(0 < width <= MAX_PIXELS for width in read_widths(text, Column).values())
    assert len(missing_columns({"sort": text}, ("sort",), Column)) <= len(text.split())


def test_unknown_columns_are_named_once() -> None:
    state = {"columns": "node cpu age", "sort": "cpu", "widths": "gpu=3"}
    assert missing_columns(state, ("columns", "sort"), Column) == ("column cpu",)


def test_a_length_that_is_not_believable_is_none() -> None:
    values: tuple[object, ...] = ("4000", 12, "4001", "-3", "", None, "9" * 10_000, [], "1.5", True)
    assert [pixels(value) for value in values] == [4000, 12, 0, 0, 0, 0, 0, 0, 0, 0]
