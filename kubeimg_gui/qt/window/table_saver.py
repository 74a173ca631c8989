"""Saves a table or a tree as CSV or JSON, in a file that the user chooses."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QIODevice,
    QModelIndex,
    QObject,
    QSaveFile,
    Qt,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QTableView, QTreeView, QWidget

from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.table_export import (
    Form,
    export_text,
    in_slices,
    selected_spans,
    visible_sections,
)
from kubeimg_gui.qt.base.tasks import Tasks, in_thread, sleep
from kubeimg_gui.qt.nodes.order_hold import OrderHold
from kubeimg_gui.qt.nodes.view import NodeView

translate = QCoreApplication.translate

SLICE_SECONDS = 0.008
"""How long rows are read at once: half of a frame."""
ATTEMPTS = 5
"""How often it begins again because rows moved meanwhile."""

View = QTableView | QTreeView


class SaveError(Exception):
    """A file could not be written; the text says why."""


class TableSaver(QObject):
    """Asks for a file and saves a table in it; GUI thread only.

    `note` takes "", a sentence about a saved table, and its Severity. Rows are read between
    events, so that the window stays responsive; their order is held meanwhile.

    Attributes:
        dialog: the dialog that chooses the file, None while it is closed.
    """

    def __init__(self, note: Callable[[str, str, Severity], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._note = note
        self._parent = parent
        self._tasks = Tasks()
        self.dialog: QFileDialog | None = None

    def stop(self) -> None:
        """Ends what is being saved; no file is left incomplete."""
        self._tasks.cancel()

    def ask(self, view: View, *, selected: bool) -> None:
        """Asks for the file, unless it does so already."""
        if self.dialog is not None:
            return
        self.dialog = dialog = QFileDialog(self._parent, self._title(selected=selected))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        names = {f"CSV (*.{Form.CSV.value})": Form.CSV, f"JSON (*.{Form.JSON.value})": Form.JSON}
        dialog.setNameFilters(list(names))
        dialog.setDefaultSuffix(Form.CSV.value)

        def set_form(name: str) -> None:
            dialog.setDefaultSuffix(names[name].value)

        def save(name: str) -> None:
            self._tasks.start(self._save(view, Path(name), selected=selected))

        dialog.filterSelected.connect(set_form)
        if QGuiApplication.platformName() == "offscreen":
            dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.fileSelected.connect(save)
        dialog.finished.connect(self._closed)
        dialog.open()

    def _title(self, *, selected: bool) -> str:
        if selected:
            return translate("Export", "Save selected rows")
        return translate("Export", "Save table")

    def _closed(self) -> None:
        self.dialog = None

    async def _save(self, view: View, path: Path, *, selected: bool) -> None:
        hold = getattr(view, "hold", None)
        if isinstance(hold, OrderHold):
            hold.begin(self)
        try:
            form = Form.JSON if path.suffix.lower() == f".{Form.JSON.value}" else Form.CSV
            text = await _read(view, form, selected=selected)
            await in_thread(write_file, path, text)
        except SaveError as error:
            self._fail(path, str(error))
        else:
            sentence = translate("Export", "Saved the table to {file}")
            self._note("", formatting.fill(sentence, file=str(path)), Severity.FINE)
        finally:
            if isinstance(hold, OrderHold):
                hold.end(self)

    def _fail(self, path: Path, why: str) -> None:
        box = QMessageBox(self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        sentence = translate("Export", "{file} was not saved: {why}")
        box.setText(formatting.fill(sentence, file=str(path), why=why))
        box.open()


class RowWatch(QObject):
    """Notes whether rows of a model have moved or left, or came before others.

    Attributes:
        moved: whether they have.
    """

    def __init__(self, model: QAbstractItemModel) -> None:
        super().__init__()
        self.moved = False
        self._rows = model.rowCount()
        for signal in (
            model.modelReset,
            model.layoutChanged,
            model.rowsRemoved,
            model.rowsMoved,
            model.columnsInserted,
            model.columnsRemoved,
        ):
            signal.connect(self._move)
        model.rowsInserted.connect(self._insert)

    def _move(self) -> None:
        self.moved = True

    def _insert(self, parent: QModelIndex, first: int) -> None:
        if parent.isValid() or first < self._rows:
            self.moved = True


def table_of(widget: QWidget) -> View | None:
    """Returns the table that a view shows, None for a view without one."""
    if isinstance(widget, QTableView | QTreeView):
        return widget
    found = [*widget.findChildren(QTreeView), *widget.findChildren(QTableView)]
    return next((view for view in found if view.isVisible()), None)


async def _read(view: View, form: Form, *, selected: bool) -> list[str]:
    """Returns the text of the file in parts. Raises SaveError if the rows move too often."""
    nodes = view.ungrouped(selected=selected) if isinstance(view, NodeView) else None
    model = view.model() if nodes is None else nodes
    for _ in range(ATTEMPTS):
        watch = RowWatch(model)
        spans = selected_spans(view) if selected and nodes is None else None
        parts: list[str] = []
        flat = isinstance(view, QTableView)
        text = export_text(model, visible_sections(view), form, spans, flat=flat)
        for part in in_slices(text, SLICE_SECONDS):
            parts.append(part)
            await sleep(0)
            if watch.moved:
                break
        else:
            return parts
    raise SaveError(
        translate("Export", "The rows moved all the time. Pause the table and save it again.")
    )


def write_file(path: Path, parts: Iterable[str]) -> None:
    """Replaces a file, or leaves it as it is; may block. Raises SaveError."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise SaveError(file.errorString())
    for part in parts:
        data = part.encode()
        if file.write(data) != len(data):
            raise SaveError(file.errorString())
    if not file.commit():
        raise SaveError(file.errorString())
