from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.qt.nodes import row_order
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.nodes.row_order import RowOrder
from tests.support.builders import node

NAMES = [f"n{i}" for i in range(40)]
STEPS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.one_of(st.none(), st.integers(0, 5))), max_size=120
)


def number(row: NodeRow) -> int:
    return row.change


def words(row: NodeRow) -> tuple[str, str]:
    return "zyxwvu"[row.change], "same"


@pytest.fixture(autouse=True)
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_order, "LENGTH", 3)


@pytest.mark.parametrize("value", [number, words])
@pytest.mark.parametrize("descending", [False, True])
@given(filled=st.integers(0, 20), steps=STEPS)
def test_it_equals_a_full_sort_after_any_sequence(
    value: Callable[[NodeRow], Any],
    descending: bool,
    filled: int,
    steps: list[tuple[str, int | None]],
) -> None:
    rows = {name: NodeRow(node(name), change=len(name)) for name in NAMES[:filled]}
    order = RowOrder(value, descending=descending)
    order.fill(rows.values())
    for name, change in steps:
        row = rows.get(name)
        if row is None:
            rows[name] = NodeRow(node(name), change=change or 0)
            order.add(rows[name])
        elif change is None:
            order.remove(rows.pop(name), value(row))
        else:
            before, moved = value(row), change != row.change
            row.change = change
            assert order.move(row, before) is moved
    expected = sorted(rows.values(), key=lambda row: row.name)
    expected.sort(key=value, reverse=descending)
    assert order.flat() == expected


@pytest.mark.parametrize("descending", [False, True])
def test_an_emptied_list_leaves_the_others_in_order(descending: bool) -> None:
    rows = [NodeRow(node(f"n{change}"), change=change) for change in range(9)]
    order = RowOrder(number, descending=descending)
    order.fill(rows)
    for row in rows[:3]:
        order.remove(row, number(row))
    for row in rows[6:]:
        order.remove(row, number(row))
    for row in (rows[0], rows[8], rows[1]):
        order.add(row)
    expected = [rows[0], rows[1], *rows[3:6], rows[8]]
    assert order.flat() == (expected[::-1] if descending else expected)


@pytest.mark.parametrize("hidden", range(3))
@pytest.mark.parametrize("descending", [False, True])
def test_a_row_that_is_not_shown_has_no_place(descending: bool, hidden: int) -> None:
    rows = [NodeRow(node(name)) for name in "abc"]
    order = RowOrder(number, descending=descending)
    order.fill(rows)
    shown = [row for row in order.flat() if row is not rows[hidden]]
    assert order.places_in(shown, rows) == {row: place for place, row in enumerate(shown)}
