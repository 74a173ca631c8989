"""Saving the table: the dialog, the file, rows that move meanwhile, failures as a sentence."""

import asyncio
import csv
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.window.export_action import TableExport
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.table_saver import SaveError, write_file
from tests.qt.driver import event_loop, until

ROWS = 400


@pytest.fixture
def loop(qapp: QApplication) -> Generator[Any, None, None]:
    with event_loop(qapp) as loop:
        yield loop


class Saved:
    """A window with a table, and what was noted about it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.model = QStandardItemModel(0, 1)
        self.model.setHorizontalHeaderLabels(["Node"])
        for number in range(ROWS):
            self.model.appendRow(QStandardItem(f"node-{number}"))
        self.view = QTableView(self.window)
        self.view.setModel(self.model)
        self.window.setCentralWidget(self.view)
        menu = QMenu(self.window)
        menu.addAction("About")
        self.menu = menu
        self.notes: list[tuple[str, Severity]] = []
        self.shown: QWidget = self.view
        self.export = TableExport(lambda: self.shown, menu, self._note, self.window)
        self.window.show()

    def _note(self, node: str, text: str, severity: Severity) -> None:
        assert node == ""
        self.notes.append((text, severity))

    def choose(self, file: Path) -> None:
        """Choose the file in the open dialog."""
        assert self.export.dialog is not None
        self.export.dialog.fileSelected.emit(str(file))
        self.export.dialog.reject()

    def boxes(self) -> list[QMessageBox]:
        return self.window.findChildren(QMessageBox)


@pytest.fixture
def saved(qtbot: QtBot) -> Saved:
    return Saved(qtbot)


def names_in(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [row["Node"] for row in csv.DictReader(lines)]


def test_the_table_is_saved_as_csv(loop: Any, saved: Saved, tmp_path: Path) -> None:
    file = tmp_path / "nodes.csv"
    file.write_text("older", encoding="utf-8")

    async def act() -> None:
        saved.export.table.trigger()
        saved.choose(file)
        await until(lambda: saved.notes)

    loop.run_until_complete(act())
    assert names_in(file) == [f"node-{number}" for number in range(ROWS)]
    assert saved.notes == [(f"Saved the table to {file}", Severity.FINE)]
    assert list(tmp_path.iterdir()) == [file]
    assert saved.export.dialog is None


def test_the_selected_rows_are_saved_as_json(loop: Any, saved: Saved, tmp_path: Path) -> None:
    file = tmp_path / "nodes.json"
    flags = QItemSelectionModel.SelectionFlag
    saved.view.selectionModel().select(saved.model.index(7, 0), flags.Select | flags.Rows)

    async def act() -> None:
        saved.export.selection.trigger()
        saved.choose(file)
        await until(lambda: saved.notes)

    loop.run_until_complete(act())
    assert file.read_text(encoding="utf-8") == '[\n{"Node":"node-7"}\n]\n'


def test_it_begins_again_when_rows_move(
    loop: Any, saved: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kubeimg_gui.qt.window.table_saver.SLICE_SECONDS", 0.0)
    file = tmp_path / "nodes.csv"

    async def act() -> None:
        saved.export.table.trigger()
        saved.choose(file)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        saved.model.takeRow(0)
        await until(lambda: saved.notes)

    loop.run_until_complete(act())
    assert names_in(file) == [f"node-{number}" for number in range(1, ROWS)]


def test_rows_that_move_all_the_time_are_reported(
    loop: Any, saved: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kubeimg_gui.qt.window.table_saver.SLICE_SECONDS", 0.0)
    file = tmp_path / "nodes.csv"

    async def act() -> None:
        saved.export.table.trigger()
        saved.choose(file)
        while not saved.boxes():
            saved.model.layoutChanged.emit()
            await asyncio.sleep(0)

    loop.run_until_complete(act())
    (box,) = saved.boxes()
    assert box.text() == (
        f"{file} was not saved: The rows moved all the time. Pause the table and save it again."
    )
    assert not file.exists()
    box.close()


def test_a_failure_is_a_sentence(loop: Any, saved: Saved, tmp_path: Path) -> None:
    file = tmp_path / "missing" / "nodes.csv"

    async def act() -> None:
        saved.export.table.trigger()
        saved.choose(file)
        await until(saved.boxes)

    loop.run_until_complete(act())
    (box,) = saved.boxes()
    assert box.text().startswith(f"{file} was not saved: ")
    assert saved.notes == []
    box.close()


def test_a_failed_write_leaves_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "a-folder"
    folder.mkdir()
    with pytest.raises(SaveError):
        write_file(folder, ["text"])
    assert list(tmp_path.iterdir()) == [folder]


def test_the_actions_need_a_table_and_a_selection(saved: Saved) -> None:
    saved.menu.aboutToShow.emit()
    assert saved.export.table.isEnabled()
    assert not saved.export.selection.isEnabled()
    saved.view.selectRow(3)
    saved.menu.aboutToShow.emit()
    assert saved.export.selection.isEnabled()
    saved.shown = QLabel(saved.window)
    saved.menu.aboutToShow.emit()
    assert not saved.export.table.isEnabled()


def test_a_table_inside_of_a_view_is_found(saved: Saved) -> None:
    saved.shown = saved.window
    saved.export.table.trigger()
    assert saved.export.dialog is not None
    assert saved.export.dialog.windowTitle() == "Save table"
    saved.export.dialog.reject()


def test_the_window_offers_it(window: MainWindow) -> None:
    texts = [action.text() for action in window.help.menu.actions()]
    assert texts[:2] == ["Save table…", "Save selected rows…"]
    assert window.export.table.shortcut().toString() == "Ctrl+S"
