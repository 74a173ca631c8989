"""Text is cut in its middle, by the columns that it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.text.elision import columns, elided


@pytest.mark.parametrize(
    ("text", "taken"), [("", 0), ("abc", 3), ("节点", 4), ("e\u0301", 1), ("ｱ", 1), ("Ａ", 2)]
)
def test_columns(text: str, taken: int) -> None:
    assert columns(text) == taken


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abc…efg"),
        ("节点节点", 8, "节点节点"),
        ("节点镜像仓库", 8, "节点…仓库"),
        ("节点镜像仓库", 6, "节…库"),
        ("a节点b", 4, "a…b"),
        ("aaae\u0301e\u0301aa", 4, "aa…aa"),
        ("abcde\u0301\u0301\u0301", 4, "ab…de\u0301\u0301\u0301"),
    ],
)
def test_the_middle_is_cut(text: str, most: int, shown: str) -> None:
    assert elided(text, most) == shown


@given(st.text(), st.integers(2, 30))
def test_a_cut_text_keeps_both_ends(text: str, most: int) -> None:
    shown = elided(text, most)
    if columns(text) <= most:
        assert shown == text
        return
    head, _, tail = shown.partition("…") if "…" not in text else (shown, "", "")
    assert columns(shown) <= most + 1
    if tail:
        assert text.startswith(head)
        assert text.endswith(tail)
        assert columns(tail[0])
