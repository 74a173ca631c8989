from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QImage, QPainter

from kubeimg_gui.domain.references import UnknownReason
from kubeimg_gui.qt.base.cells import RowLook
from kubeimg_gui.qt.base.theme import LIGHT, Theme
from kubeimg_gui.qt.nodes.cell_painter import Cell, CellPainter
from kubeimg_gui.qt.nodes.columns import Column, Moment
from kubeimg_gui.qt.nodes.name_elision import NameFamilies
from kubeimg_gui.qt.nodes.row import FADE_SECONDS, NodeRow
from kubeimg_gui.qt.nodes.row_cache import RowCache
from tests.support.builders import GIB, change, image, images, node

CELLS: list[Cell] = [(column, 80 * column, 80) for column in Column]
SIZE = QRect(0, 0, 80 * len(Column), 26)
RECORDS = [
    node("a", images(2)),
    node("a", images(3), ready=False),
    node("a", (image("x:1", size=GIB),), unschedulable=True),
]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.sampled_from(RECORDS)),
        st.tuples(st.just("seen"), st.booleans()),
        st.tuples(st.just("not_referenced"), st.sampled_from([5, GIB, UnknownReason.NOT_READ])),
        st.tuples(st.just("selected"), st.booleans()),
        st.tuples(st.just("hovered"), st.booleans()),
        st.tuples(st.just("deletes_at"), st.sampled_from([None, 5000.0])),
        st.tuples(st.just("wait"), st.sampled_from([1.0, FADE_SECONDS])),
        st.tuples(st.just("fade"), st.sampled_from([0.02, 0.4])),
        st.tuples(st.just("scale"), st.sampled_from([GIB, 4 * GIB])),
    ),
    max_size=25,
)


class Scene:
    """A row and all that it looks different for."""

    def __init__(self) -> None:
        self.row = NodeRow(RECORDS[0])
        self.row.take(change(None, RECORDS[0]), now=0.0)
        self.now = self.steady = 100.0
        self.scale = GIB
        self.selected = self.hovered = False

    def follow(self, verb: str, value: Any) -> None:
        if verb == "wait":
            self.now += value
            self.steady += value
        elif verb == "fade":
            self.steady += value
        elif verb == "record":
            if value != self.row.record:
                self.row.take(change(self.row.record, value, at=self.now), now=self.steady)
        elif hasattr(self, verb):
            setattr(self, verb, value)
        else:
            setattr(self.row, verb, value)

    @property
    def moment(self) -> Moment:
        return Moment(self.now, 0.0, self.steady)

    @property
    def look(self) -> RowLook:
        return RowLook(SIZE, self.selected, self.hovered, current=False)


def canvas() -> QImage:
    picture = QImage(SIZE.size(), QImage.Format.Format_RGB32)
    picture.fill(0)
    return picture


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_a_cached_picture_equals_a_new_one(theme: Theme, steps: list[tuple[str, Any]]) -> None:
    cells, scene = CellPainter(LIGHT, QFont(), NameFamilies(), fade=True), Scene()
    pictures = RowCache(cells)
    for step in steps:
        scene.follow(*step)
        kept, fresh = canvas(), canvas()
        with QPainter(kept) as painter:
            pictures.begin(painter, scene.moment, scene.scale, SIZE, CELLS)
            pictures.draw(painter, scene.row, scene.look)
        with QPainter(fresh) as painter:
            cells.begin(painter, SIZE.height(), scene.moment, scene.scale)
            cells.paint_row(painter, scene.row, scene.look, CELLS)
        assert kept == fresh, step
