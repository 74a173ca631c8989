from math import isnan

import pytest

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.references import UnknownReason
from kubeimg_gui.qt.nodes.columns import MEANINGS, Column, Moment, exported, sorted_by, title
from kubeimg_gui.qt.nodes.row import NodeRow
from tests.support.builders import CUT, GIB, PERHAPS_CUT, image, images, known, node

MOMENT = Moment(now=1_790_000_000 + 3 * 86400, opened=1_790_000_000)


def row(**fields: object) -> NodeRow:
    record = node(**fields)  # pyright: ignore
    made = NodeRow(record)
    made.take(known(record)[0], now=0)
    return made


def words(column: Column, of: NodeRow) -> str:
    return MEANINGS[column].text(of, MOMENT)


def tip(column: Column, of: NodeRow) -> str:
    return MEANINGS[column].tip(of, MOMENT)


def test_a_list_that_is_cut_is_marked() -> None:
    capped = row(held=images(50, GIB), before=CUT)
    assert words(Column.IMAGES, capped) == "50+"
    assert words(Column.REPORTED, capped) == "≥ 50.0 GiB"
    assert tip(Column.REPORTED, capped).startswith("At least 53,687,089,975 bytes")
    sentence = "The list is cut: the kubelet lists only the largest images."
    assert tip(Column.IMAGES, capped) == f"50 images\n{sentence}"
    assert sentence in tip(Column.REPORTED, capped)


def test_a_list_that_may_be_cut_is_marked() -> None:
    doubtful = row(held=images(20, GIB), before=PERHAPS_CUT)
    assert words(Column.IMAGES, doubtful) == "20+"
    assert words(Column.REPORTED, doubtful) == "≥ 20.0 GiB"
    sentence = "The list may be cut: it may hold only the largest images."
    assert tip(Column.IMAGES, doubtful) == f"20 images\n{sentence}"
    assert words(Column.IMAGES, row(before=PERHAPS_CUT)) == "0"


def test_a_size_that_is_not_believable_is_left_out_and_said() -> None:
    odd = ContainerImage(("huge:1",), 0, "9223372036854775807")
    marked = row(held=(odd, image("ok:1", size=5)))
    assert words(Column.IMAGES, marked) == "2"
    assert words(Column.REPORTED, marked) == "≥ 5 Bytes"
    assert "1 size is not believable and left out." in tip(Column.REPORTED, marked)
    assert words(Column.LARGEST, marked) == "ok:1  5 Bytes"
    alone = row(held=(odd,))
    assert words(Column.LARGEST, alone) == "huge:1  size not believable"
    assert "size not believable: 9223372036854775807" in tip(Column.LARGEST, alone)


def test_a_complete_list() -> None:
    whole = row(held=images(2, GIB))
    assert words(Column.IMAGES, whole) == "2"
    assert words(Column.REPORTED, whole) == "2.0 GiB"
    assert words(Column.LARGEST, whole) == "app-0:v1  1.0 GiB"
    assert tip(Column.LARGEST, whole).splitlines() == [
        "registry.example/team/app-0:v1",
        "1,073,741,824 bytes",
    ]
    assert words(Column.AGE, whole) == "3d"


def test_a_node_that_says_nothing() -> None:
    bare = row(created=None)
    assert words(Column.LARGEST, bare) == ""
    assert words(Column.AGE, bare) == "—"
    for column in Column:
        assert tip(column, bare)


def test_the_change_column_says_since_when() -> None:
    assert title(Column.CHANGE, MOMENT).startswith("Since ")
    grown = row()
    grown.change = -5
    assert tip(Column.CHANGE, grown).startswith("\N{MINUS SIGN}5 bytes since ")


def test_what_is_not_referenced_is_at_most_or_unknown_and_says_why() -> None:
    node_row = row()
    assert words(Column.NOT_REFERENCED, node_row) == "unknown"
    assert tip(Column.NOT_REFERENCED, node_row).startswith("Pods are not watched.")
    node_row.not_referenced = UnknownReason.FORBIDDEN
    assert "verbs list, watch on pods" in tip(Column.NOT_REFERENCED, node_row)
    node_row.not_referenced = UnknownReason.READING
    assert tip(Column.NOT_REFERENCED, node_row) == "Pods are being read."
    unknown = MEANINGS[Column.NOT_REFERENCED].value(node_row)
    assert isnan(exported(Column.NOT_REFERENCED, node_row) or 0)
    node_row.not_referenced = 3 * GIB
    assert words(Column.NOT_REFERENCED, node_row) == "≤ 3.0 GiB"
    assert tip(Column.NOT_REFERENCED, node_row).endswith("3,221,225,472 bytes")
    assert exported(Column.NOT_REFERENCED, node_row) is None, "the sort value"
    node_row.not_referenced = 0
    assert words(Column.NOT_REFERENCED, node_row) == "≤ 0 Bytes"
    assert MEANINGS[Column.NOT_REFERENCED].value(node_row) > unknown


def test_young_nodes_come_first_and_unknown_ages_last() -> None:
    value = MEANINGS[Column.AGE].value
    young, old, unknown = row(created=9.0), row(created=1.0), row(created=None)
    assert sorted([unknown, old, young], key=value) == [young, old, unknown]


def test_a_largest_image_is_compared_by_its_bytes() -> None:
    small, large = row(held=(image("z", size=5),)), row(held=(image("a", size=2**33),))
    value = MEANINGS[Column.LARGEST].value
    assert value(row()) < value(small) < value(large)


@pytest.mark.parametrize("column", Column)
def test_every_column_has_a_title(column: Column) -> None:
    assert title(column, MOMENT)
    assert sorted_by(column).startswith("sorted by ")
