"""The figures at any width, font and language."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.window.figure import fit_captions
from kubeimg_gui.qt.window.summary_bar import SummaryBar
from tests.support.builders import COMPLETE, CUT, GIB, change, images, known, node
from tests.support.clock import Clock

WIDTHS = st.lists(
    st.lists(st.integers(10, 400), min_size=1, max_size=4).map(lambda w: sorted(w, reverse=True)),
    min_size=1,
    max_size=5,
)


@given(WIDTHS, st.integers(0, 1500))
def test_captions_fit_the_room(widths: list[list[int]], room: int) -> None:
    chosen = fit_captions(room, widths, range(len(widths)), 20)
    shown = [widths[n][choice] for n, choice in enumerate(chosen) if choice is not None]
    assert chosen[-1] is not None, "the most important one is always shown"
    assert len(shown) == 1 or sum(shown) + 20 * (len(shown) - 1) <= room
    if None in chosen:
        kept = [n for n, choice in enumerate(chosen) if choice is not None]
        assert kept == list(range(kept[0], len(widths))), "the least important ones go first"
        assert all(chosen[n] == len(widths[n]) - 1 for n in kept), "after all short captions"


def test_every_caption_is_whole_where_there_is_room() -> None:
    assert fit_captions(1000, [[300, 10], [400, 10]], (0, 1), 20) == [0, 0]
    assert fit_captions(500, [[300, 10], [400, 10]], (0, 1), 20) == [1, 0]
    assert fit_captions(35, [[300, 10], [400, 10]], (0, 1), 20) == [None, 1]


class Wide(QTranslator):
    """Plays a translation into Chinese that is as long as the English text."""

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        if context not in ("Figures", "Counts"):
            return ""
        return re.sub(r"\{\w+\}|%L?n|\w+", lambda found: _chinese(found[0]), text)


def _chinese(word: str) -> str:
    return word if word[0] in "{%" else "节点镜像容量"[: max(2, len(word) // 2)]


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    translator = Wide()
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def bar(qtbot: QtBot, theme: Theme, clock: Clock, wanted: str = "") -> SummaryBar:
    """A bar of a cluster in which everything happened that captions say."""
    model = NodeTableModel(Clocks(clock, clock))
    held = images(50, 900 * GIB)
    records = [
        node(f"n{i}", held[i % 3 :], pressures=("DiskPressure",), before=COMPLETE if i % 3 else CUT)
        for i in range(30)
    ]
    records.append(node("other", images(9), runtime="cri-o://1.31"))
    model.apply(known(*records))
    model.apply([change(records[0], node("n0", images(9, GIB)))])
    model.apply([change(records[30], node("other", images(49), runtime="cri-o://1.31"))])
    model.apply([change(records[5], None), change(None, node("new", images(3, GIB)))])
    model.set_filter(wanted)
    summary = SummaryBar(model, theme, None)  # pyright: ignore[reportArgumentType]
    model.setParent(summary)
    qtbot.addWidget(summary)
    summary.show()
    return summary


def check_nothing_overlaps(qtbot: QtBot, summary: SummaryBar) -> None:
    qtbot.waitUntil(lambda: not _cut_captions(summary))
    shown = [figure for figure in summary.figures if figure.isVisible()]
    assert summary.reported in shown
    for left, right in pairwise(shown):
        assert left.geometry().right() + 10 < right.geometry().left()
    assert shown[-1].geometry().right() <= summary.width()


def _cut_captions(summary: SummaryBar) -> list[str]:
    labels = [label for label in summary.findChildren(QLabel) if label.isVisible()]
    return [each.text() for each in labels if each.width() < each.sizeHint().width()]


@pytest.mark.parametrize("wanted", ["", "n1"])
@pytest.mark.parametrize("points", [9, 14, 20])
@pytest.mark.parametrize("width", [2400, 1366, 1089, 900, 820, 679])
def test_figures_never_overlap(
    qtbot: QtBot, theme: Theme, clock: Clock, width: int, points: int, wanted: str
) -> None:
    usual = QApplication.font()
    QApplication.setFont(QFont(usual.family(), points))
    try:
        summary = bar(qtbot, theme, clock, wanted)
        summary.resize(width, summary.sizeHint().height())
        check_nothing_overlaps(qtbot, summary)
    finally:
        QApplication.setFont(usual)


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("width", [1366, 820, 679])
def test_figures_in_chinese_never_overlap(
    qtbot: QtBot, theme: Theme, clock: Clock, width: int
) -> None:
    summary = bar(qtbot, theme, clock)
    summary.resize(width, summary.sizeHint().height())
    check_nothing_overlaps(qtbot, summary)
    assert re.search("[一-龥]", " ".join(summary.reported.texts))


def texts(summary: SummaryBar) -> Sequence[str]:
    return [figure.texts[1] for figure in summary.figures]


def test_the_change_is_split(qtbot: QtBot, theme: Theme, clock: Clock) -> None:
    summary = bar(qtbot, theme, clock)
    summary.resize(2400, 60)
    assert summary.change.texts[1].startswith(
        "grown 3.9 GiB on 1 node · shrunk 43.9 TiB on 1 node · 1 node joined with 3.0 GiB"
        " · 1 node left with 42.2 TiB · since "
    )


def test_a_narrow_bar_shows_the_net_and_describes_the_rest(
    qtbot: QtBot, theme: Theme, clock: Clock
) -> None:
    summary = bar(qtbot, theme, clock)
    summary.resize(700, 60)
    assert summary.change.texts[1].startswith("since ")
    for text in (summary.change.accessibleName(), summary.change.toolTip()):
        assert "grown 3.9 GiB on 1 node" in text
        assert "1 node left with 42.2 TiB" in text


def test_a_departed_node_is_not_counted_as_one_that_grew(
    qtbot: QtBot, theme: Theme, clock: Clock
) -> None:
    model = NodeTableModel(Clocks(clock, clock))
    records = [node(f"n{i}", images(1, GIB)) for i in range(3)]
    model.apply(known(*records))
    model.apply([change(each, node(each.name, images(2, GIB))) for each in records])
    model.apply([change(node(each.name, images(2, GIB)), None) for each in records[1:]])
    summary = SummaryBar(model, theme, None)  # pyright: ignore[reportArgumentType]
    model.setParent(summary)
    qtbot.addWidget(summary)
    summary.resize(2000, 60)
    summary.refresh()
    assert summary.nodes.texts[0] == "1"
    assert summary.change.texts[0] == "▼ −1.0 GiB"
    assert "grown 1.0 GiB on 1 node · 2 nodes left with 2.0 GiB" in summary.change.texts[1]


def test_images_that_change_without_a_size_are_no_growth(
    qtbot: QtBot, theme: Theme, clock: Clock
) -> None:
    model = NodeTableModel(Clocks(clock, clock))
    model.apply(known(node("a", images(2, GIB))))
    summary = SummaryBar(model, theme, None)  # pyright: ignore[reportArgumentType]
    model.setParent(summary)
    qtbot.addWidget(summary)
    summary.resize(2000, 60)
    assert summary.change.texts[1].startswith("no change since ")
    model.apply([change(node("a", images(2, GIB)), node("a", images(9, GIB)))])
    model.apply([change(node("a", images(9, GIB)), node("a", images(2, GIB)))])
    summary.refresh()
    assert summary.change.texts[0] == "±0"
    assert summary.change.texts[1].startswith("no change in size since ")
