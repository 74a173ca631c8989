"""The sentence under the filter field says what was expected instead of a wrong term."""

import pytest

from kubeimg_gui.domain.query import Expected, TermError, parse_query
from kubeimg_gui.qt.window.filter_wording import LONGEST_TERM, problem_sentence


def sentence(text: str) -> str:
    (error,) = parse_query(text).errors
    return problem_sentence(error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-", "a word or a term after the minus"),
        ("image:", "part of an image's name, for example image:redis"),
        ("registry:", "part of a registry's name, for example registry:quay.io"),
        ("node:", "part of a node's name, for example node:web"),
        ("-label:", "a label, for example label:pool=gpu or label:pool"),
        ("runtime:", "part of a runtime's name, for example runtime:containerd"),
        ("state:full", "one of pressure, ready, notready, unknown, cordoned"),
        ("size:5GiB", "a comparison, for example size>50GiB"),
        ("image-size:", "a comparison, for example image-size>5GiB"),
        ("Image-Size<=5XB", "a size with a unit, for example image-size<=50GiB"),
        ('"a b', "a quotation mark at the end"),
        ('""', "text between the quotation marks"),
        ('"a b"c', "a space after the quotation mark"),
    ],
)
def test_every_problem_has_a_sentence(text: str, expected: str) -> None:
    assert sentence(text) == f"“{text}” is ignored. Expected {expected}."


@pytest.mark.parametrize("expected", Expected)
def test_a_sentence_contains_the_example(expected: Expected) -> None:
    text = problem_sentence(TermError("x", 0, expected, "size>50GiB"))
    without_example = {Expected.WORD, Expected.QUOTED_TEXT, Expected.CLOSING_MARK, Expected.SPACE}
    assert ("size>50GiB" in text) == (expected not in without_example)


def test_a_long_term_is_shortened_and_braces_are_text() -> None:
    assert len(sentence(f"state:{'x' * 1000}")) < LONGEST_TERM + 90
    assert sentence("state:{example}").startswith("“state:{example}” is ignored.")
