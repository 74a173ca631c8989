"""Names in copied cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.qt.activity.wording import cell
from kubeimg_gui.text.sanitize import plain


@given(st.text(max_size=40))
def test_no_name_breaks_out_of_its_cell(name: str) -> None:
    made = cell(name)
    assert made == plain(made)
    assert not set(made) & set("\t\r\n\x0b\x0c\x85\u2028\u202e\u200b\ud800")
    assert not made.lstrip().startswith(("=", "+", "-", "@", '"'))
    assert name in made or name != plain(name)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", '"a', "＝1"])
def test_a_formula_is_pasted_as_text(name: str) -> None:
    assert cell(name) == f"'{name}"


def test_what_cannot_be_seen_is_written_out() -> None:
    assert cell("a\tb\r\nc\u2028d\u202ee") == r"a\tb\r\nc\u2028d\u202ee"
