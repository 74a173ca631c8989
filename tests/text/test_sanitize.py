"""Untrusted text neither controls a terminal nor hides; ordinary text is unchanged."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.text.sanitize import plain

SHOWN_THOUGH_FORMAT = {
    *"\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2",
    *"\U000110bd\U000110cd",
    *map(chr, range(0x13430, 0x13440)),
}
"""Format characters with a shape of their own: signs before Arabic numbers, and hieroglyphs'."""
INVISIBLE_LETTERS = set("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
OBJECT = "\ufffc"
"""Stands for an image in a text."""

every_text = st.text(st.characters(codec=None) | st.sampled_from("\x1b\n\x9b\u202e\ud800\ufe0f⚠"))


def is_harmful(character: str) -> bool:
    if character in INVISIBLE_LETTERS or character == OBJECT:
        return True
    category = unicodedata.category(character)
    return category in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in SHOWN_THOUGH_FORMAT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31m", r"\x9b31m"),
        ("a\x7fb\x00c", r"a\x7fb\x00c"),
        ("two\r\nlines\tand a tab", r"two\r\nlines\tand a tab"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("a\u2066b\u2069\u200e\u061c", r"a\u2066b\u2069\u200e\u061c"),
        ("ad\u200bmin\u2028\ufeff\xad", r"ad\u200bmin\u2028\ufeff\xad"),
        ("half \ud83d", r"half \ud83d"),
        ("tag \U000e0041", r"tag \U000e0041"),
        ("n\ufe0f \ufe0f", r"n\ufe0f \ufe0f"),
        ("👩\u200d👧", r"👩\u200d👧"),
        ("⚠\ufe0f⚠\ufe0f\ufe0f", "⚠\ufe0f⚠\ufe0f\\ufe0f"),
    ],
)
def test_what_acts_or_hides_is_written_out(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "node-1",
        r"a\x1b",
        "镜像仓库　空格",
        "Ångström e\u0301",
        "🚀 ⚠\ufe0f 👍🏽",
        "שלום مرحبا क्षि",
        "<b>&amp;</b>",
        "≥ 5 GiB → …",
        "a\xa0b",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_every_character_of_unicode_is_shown_or_written_out() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    assert not [c for c in every if is_harmful(c) and plain(c) == c]


def test_only_invisible_characters_are_escaped() -> None:
    """Letters, marks, numbers, punctuation, symbols and spaces stay, except the listed ones."""
    changed = {c for c in map(chr, range(sys.maxunicode + 1)) if plain(c) != c}
    shaped = {c for c in changed if unicodedata.category(c)[0] in "LMNPS"}
    selectors = {*map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0))}
    assert shaped == INVISIBLE_LETTERS | selectors | {OBJECT}
    assert not [c for c in changed if unicodedata.category(c) == "Zs"]


@given(every_text)
def test_nothing_harmful_remains_in_any_text(text: str) -> None:
    shown = plain(text)
    assert not any(map(is_harmful, shown))
    assert len(shown.splitlines()) <= 1
    assert shown.encode().decode() == shown


@given(every_text)
def test_twice_is_as_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])))
def test_letters_numbers_signs_and_spaces_are_untouched(text: str) -> None:
    if not set(text) & INVISIBLE_LETTERS:
        assert plain(text) == text


@given(every_text, st.integers(1, 20))
def test_a_long_text_ends_with_an_ellipsis(text: str, most: int) -> None:
    shown, whole = plain(text, most), plain(text)
    assert len(shown) <= most
    assert shown == (whole if len(whole) <= most else f"{whole[: most - 1]}…")
    assert plain(shown, most) == shown


def test_a_text_of_any_length_is_cut_without_being_read_whole() -> None:
    assert plain("\x1b" * 200_000_000, 10) == r"\x1b\x1b\…"
