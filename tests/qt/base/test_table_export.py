"""Tables as CSV and JSON: exact numbers, no formulas, no control characters, in slices."""

import csv
import io
import json
import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QTableView, QTreeView
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.table_export import (
    RAW,
    SORT,
    Form,
    export_text,
    in_slices,
    selected_spans,
    visible_sections,
)
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.text.sanitize import plain
from tests.support.builders import GIB, image, known, node

HOSTILE = "=cmd|' /C calc'!A0\x1b[2J\n\u202e\x9b\x7f\ud800"
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()

texts = st.text(st.characters(codec=None) | st.sampled_from("=+-@\t\r\n＝\x1b\x7f\x9b\u202e\ud800"))


class Table(QAbstractTableModel):
    """A table of names and sizes; the number that sorts the size is `exact`."""

    def __init__(self, rows: Sequence[tuple[str, float]], titles: tuple[str, str]) -> None:
        super().__init__()
        self._rows = rows
        self._titles = titles

    def rowCount(self, parent: Index = ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else 2

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = 0
    ) -> Any:
        return self._titles[section]

    def data(self, index: Index, role: int = 0) -> Any:
        name, size = self._rows[index.row()]
        if role == 0:
            return name if index.column() == 0 else f"{size:.0f} bytes"
        return size if role == SORT and index.column() == 1 else None


def table(*rows: tuple[str, float], titles: tuple[str, str] = ("Node", "Size")) -> Table:
    return Table(rows, titles)


def as_csv(model: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(export_text(model, (0, 1), Form.CSV, flat=True)))))


def as_json(model: Table) -> list[dict[str, Any]]:
    return json.loads("".join(export_text(model, (0, 1), Form.JSON, flat=True)))


def tree() -> QStandardItemModel:
    model = QStandardItemModel()
    model.setHorizontalHeaderLabels(["Name", "Images"])
    for name in ("redis", "nginx"):
        group = QStandardItem(name)
        for tag in ("1", "2"):
            group.appendRow([QStandardItem(f"{name}:{tag}"), QStandardItem("")])
        model.appendRow([group, QStandardItem("2")])
    return model


def test_texts_and_exact_numbers() -> None:
    model = table(("a", 5_000_000_000), ("b", 7))
    assert as_csv(model) == [
        ["Node", "Size", "Size (number)"],
        ["a", "5000000000 bytes", "5000000000"],
        ["b", "7 bytes", "7"],
    ]
    assert as_json(model)[0] == {
        "Node": "a",
        "Size": "5000000000 bytes",
        "Size (number)": 5_000_000_000,
    }


@pytest.mark.parametrize("form", Form)
def test_an_empty_table_is_a_valid_file(form: Form) -> None:
    text = "".join(export_text(table(), (0, 1), form, flat=True))
    assert text == ("Node,Size\n" if form is Form.CSV else "[]\n")


@given(texts, texts)
def test_no_text_starts_a_formula_or_splits_a_row(name: str, title: str) -> None:
    model = table((name, 1.0), titles=(title, "Size"))
    text = "".join(export_text(model, (0, 1), Form.CSV, flat=True))
    assert text.replace("\n", "") == plain(text.replace("\n", ""))
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 2
    for cell in (rows[0][0], rows[1][0]):
        assert not cell.startswith(tuple("=+-@\t\r＝＋－＠"))


@given(texts)
def test_json_keeps_any_text_in_printable_ascii(name: str) -> None:
    text = "".join(export_text(table((name, 1.0)), (0, 1), Form.JSON, flat=True))
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    assert json.loads(text)[0]["Node"] == name


def test_columns_of_the_same_title_stay_apart() -> None:
    assert as_json(table(("a", 1), titles=("Size", "Size")))[0] == {
        "Size": "a",
        "Size 2": "1 bytes",
        "Size (number)": 1,
    }


@pytest.mark.parametrize("odd", [float("nan"), float("inf")])
def test_what_is_no_number_is_empty(odd: float) -> None:
    assert as_json(table(("a", odd)))[0]["Size (number)"] is None
    assert as_csv(table(("a", odd)))[1][2] == ""


def test_a_tree_has_its_levels() -> None:
    rows = list(csv.reader(io.StringIO("".join(export_text(tree(), (0,), Form.CSV)))))
    assert rows == [
        ["Level", "Name"],
        ["0", "redis"],
        ["1", "redis:1"],
        ["1", "redis:2"],
        ["0", "nginx"],
        ["1", "nginx:1"],
        ["1", "nginx:2"],
    ]


def test_visible_columns_in_their_order(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model := QStandardItemModel(1, 4))
    view.horizontalHeader().setSectionHidden(1, True)
    view.horizontalHeader().moveSection(3, 0)
    assert visible_sections(view) == [3, 0, 2]
    assert model.columnCount() == 4


def test_selected_rows_of_a_tree(qtbot: QtBot) -> None:
    view = QTreeView()
    qtbot.addWidget(view)
    view.setModel(model := tree())
    flags = QItemSelectionModel.SelectionFlag
    redis, nginx = model.index(0, 0), model.index(1, 0)
    for index in (nginx, model.index(1, 0, redis), model.index(0, 0, nginx)):
        view.selectionModel().select(index, flags.Select | flags.Rows)
    text = "".join(export_text(model, (0,), Form.CSV, selected_spans(view)))
    assert text == "Level,Name\n1,redis:2\n0,nginx\n1,nginx:1\n"


def test_nodes_have_bytes_and_times(clocks: Clocks) -> None:
    model = NodeTableModel(clocks)
    held = [image("redis:7", size=GIB)]
    model.apply(known(node("a", held, created=1_790_000_000.0), node("b", created=None)))
    sections = (Column.NODE, Column.REPORTED, Column.LARGEST, Column.AGE)
    first, second = json.loads("".join(export_text(model, sections, Form.JSON, flat=True)))
    assert first["Node"] == "a"
    assert first["Reported size (number)"] == GIB
    assert first["Largest image (number)"] == GIB
    assert first["Age (number)"] == 1_790_000_000.0
    assert second["Largest image (number)"] is None
    assert second["Age (number)"] is None
    assert model.data(model.index(0, Column.NODE), RAW) is None


def test_slices_lose_nothing() -> None:
    pieces = [str(number) for number in range(1000)]
    slices = list(in_slices(pieces, 0.0))
    assert "".join(slices) == "".join(pieces)
    assert len(slices) > 100
    assert list(in_slices([], 1.0)) == [""]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(Form))
def test_a_hostile_name_of_a_node(clocks: Clocks, form: Form) -> None:
    model = NodeTableModel(clocks)
    model.apply(known(node(HOSTILE)))
    text = "".join(export_text(model, list(Column), form, flat=True))
    assert text.encode().decode().replace("\n", "").isprintable()


def test_130_000_rows_come_in_short_slices() -> None:
    model = table(*((f"node-{number}", float(number)) for number in range(130_000)))
    longest, slices, lines = 0.0, 0, 0
    pieces = in_slices(export_text(model, (0, 1), Form.CSV, flat=True), 0.008)
    while True:
        before = time.thread_time()
        piece = next(pieces, None)
        longest = max(longest, time.thread_time() - before)
        if piece is None:
            break
        slices += 1
        lines += piece.count("\n")
    assert lines == 130_001
    assert slices > 20
    assert longest < 0.033
