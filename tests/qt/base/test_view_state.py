from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.qt.base.view_state import MAX_PIXELS, pixels


def test_a_length_that_is_not_believable_is_none() -> None:
    values: tuple[object, ...] = ("4000", 12, "4001", "-3", "", None, "9" * 10_000, [], "1.5", True)
    assert [pixels(value) for value in values] == [4000, 12, 0, 0, 0, 0, 0, 0, 0, 0]


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert 0 <= pixels(text) <= MAX_PIXELS
