"""The layout fills its box with tiles in proportion, in the given order, quickly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.qt.treemap.squarify import Box, squarify, stable_order

weights = st.lists(st.floats(min_value=1.0, max_value=1e12), min_size=1, max_size=60)
sides = st.floats(min_value=1.0, max_value=4000.0)


def area(box: Box) -> float:
    return box[2] * box[3]


def overlap(one: Box, other: Box) -> float:
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


@given(weights, sides, sides)
def test_areas_are_proportional_to_the_weights(
    given_weights: list[float], width: float, height: float
) -> None:
    boxes = squarify(given_weights, (3.0, 5.0, width, height))
    whole = width * height
    for weight, box in zip(given_weights, boxes, strict=True):
        expected = whole * weight / sum(given_weights)
        assert area(box) == pytest.approx(expected, rel=1e-6, abs=whole * 1e-9)


@given(weights, sides, sides)
def test_boxes_are_inside_and_do_not_overlap(
    given_weights: list[float], width: float, height: float
) -> None:
    boxes = squarify(given_weights, (3.0, 5.0, width, height))
    slack = 1e-6 * max(width, height)
    for left, top, wide, high in boxes:
        assert left >= 3.0 - slack
        assert top >= 5.0 - slack
        assert left + wide <= 3.0 + width + slack
        assert top + high <= 5.0 + height + slack
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert overlap(one, other) <= 1e-6 * width * height


def test_sorted_weights_give_nearly_square_tiles() -> None:
    boxes = squarify([float(60 - place) for place in range(50)], (0, 0, 600, 400))
    assert max(max(w / h, h / w) for _, _, w, h in boxes) < 3


def test_nothing_and_an_empty_box_are_laid_out() -> None:
    assert squarify([], (0, 0, 10, 10)) == []
    assert squarify([1.0, 2.0], (4, 5, 0, 10)) == [(4, 5, 0, 0)] * 2


def test_known_keys_keep_their_order_and_new_ones_follow_by_size() -> None:
    sizes = {"a": 1.0, "b": 5.0, "c": 3.0, "d": 4.0}
    assert stable_order(sizes, None) == ["b", "d", "c", "a"]
    assert stable_order(sizes, ["a", "gone", "b"]) == ["a", "b", "d", "c"]
