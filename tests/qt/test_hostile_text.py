"""Hostile names and texts are shown as plain, visible text everywhere."""

import re
import time
from collections.abc import Collection, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.actions.node_detail import LiveNode
from kubeimg_gui.cluster.errors import ApiError
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.target import Badge, BadgeKind, Target
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.domain.dependents import NodeDependents
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt.app.crash_reporter import CrashDialog
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.theme import LIGHT, READABLE, context_colours, contrast
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.verbs.annotate_dialog import AnnotateDialog
from kubeimg_gui.qt.verbs.annotation_model import Field
from kubeimg_gui.qt.verbs.base_dialog import TextDialog
from kubeimg_gui.qt.verbs.delete import WORDING
from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog
from kubeimg_gui.qt.verbs.job import Job, NodeRef, RateLimiter, Stage
from kubeimg_gui.qt.verbs.yaml_dialog import YamlDialog
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.driver import event_loop, until
from tests.support.builders import GIB, change, images, known, node

MARKUP = "<b>bold</b><img src='file:///etc/passwd'>&amp;"
HIDDEN = "\t\x1b[31m\x9b\x00\r\n\u202etxt\u2066\u200b\ufeff\ud800\u2028"
HOSTILE = f"{MARKUP}{HIDDEN}end &File [*] {{context}}"
HARMFUL = frozenset("\t\x1b\x9b\x00\r\u202e\u2066\u200b\ufeff\ud800\u2028\x85\x7f\u2029")
HUGE = "x" * 100_000
HELD = (
    ContainerImage((f"{HOSTILE}/{HOSTILE}:{HOSTILE}",), 3 * GIB),
    ContainerImage((f"registry.example/{HUGE}:{HUGE}", f"<b>@sha256:{'a' * 64}"), 2 * GIB),
    ContainerImage((), 2**52),
)
HOSTILE_NODE = node(
    HOSTILE,
    HELD,
    runtime=f"{HOSTILE}://{HOSTILE}",
    labels=(f"{HOSTILE}={HOSTILE}", f"{HUGE}={HUGE}", *(f"label-{n}={n}" for n in range(5000))),
    pressures=(f"{HOSTILE}Pressure", f"{HUGE}Pressure"),
    created=-1e12,
)
TOOLTIP = re.compile(r"<p style='white-space:pre'>([^<]*)</p>")
PATIENCE_SECONDS = 1.5
"""Maximum time for a step that takes a tenth of it."""


def live(window: MainWindow) -> None:
    window.take_changes(known(HOSTILE_NODE, node("tame", images(2))))
    window.take_state(
        ConnectionState(
            Phase.LIVE, 0.0, reason=HOSTILE, poll_seconds=30.0, unreadable=(HOSTILE, HUGE)
        )
    )
    window.settle()


def said_by(widget: QObject) -> Iterator[str]:
    """All texts of a widget except tooltips."""
    match widget:
        case QLabel() | QLineEdit() | QAbstractButton() | QAction():
            yield widget.text()
        case QPlainTextEdit() | QTextEdit():
            yield widget.toPlainText()
        case _:
            pass
    if isinstance(widget, QWidget):
        yield from (
            widget.windowTitle(),
            widget.accessibleName(),
            widget.accessibleDescription(),
            widget.statusTip(),
            widget.whatsThis(),
        )


def cells_of(model: QAbstractItemModel) -> Iterator[tuple[str, str]]:
    """The texts and tooltips of a model."""
    for row in range(model.rowCount()):
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
        for column in range(columns):
            index = model.index(row, column)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                yield str(index.data(role) or ""), ""
            yield "", str(index.data(Qt.ItemDataRole.ToolTipRole) or "")


def check_words(words: str) -> None:
    assert not HARMFUL & set(words), ascii(words[:300])


def check_tooltip(tip: str) -> None:
    """Tooltips are rich text, so everything is escaped; they fit on a screen."""
    if tip:
        found = TOOLTIP.fullmatch(tip)
        assert found, ascii(tip[:300])
        document = QTextDocument()
        document.setHtml(tip)
        check_words(document.toPlainText())
        assert document.blockCount() <= formatting.LONGEST_TIP + 1
        assert "\ufffc" not in document.toPlainText(), "an image"


def check_all(root: QWidget, *, but: Collection[QObject] = ()) -> None:
    """Check every widget, action and model below a widget, except fields being edited."""
    for each in (root, *root.findChildren(QObject)):
        if each in but:
            continue
        if isinstance(each, QLabel) and each.textFormat() is not Qt.TextFormat.PlainText:
            assert "bold" not in each.text(), "untrusted markup is allowed only in plain text"
        for words in said_by(each):
            check_words(words)
        if isinstance(each, QWidget):
            check_tooltip(each.toolTip())
        if isinstance(each, QAbstractItemModel):
            for words, tip in cells_of(each):
                check_words(words)
                assert "\n" not in words
                assert len(words) < 5000
                check_tooltip(tip)


def test_the_whole_window(qtbot: QtBot, window: MainWindow, target: Target) -> None:
    target.context = target.cluster = target.user = HOSTILE
    target.badges = (Badge(BadgeKind.ACTING_AS, HOSTILE), Badge(BadgeKind.PROXY, HUGE))
    live(window)
    window.table.select_names([HOSTILE])
    window.take_changes(
        [change(HOSTILE_NODE, node(HOSTILE, (*HELD, ContainerImage((HOSTILE,), 7))))]
    )
    window.verbs.noted.emit("tame", HOSTILE, Severity.CRITICAL)
    window.panel.refresh()
    began = time.monotonic()
    for width in (1440, 820):
        window.resize(width, 900)
        window.grab()
    assert time.monotonic() - began < PATIENCE_SECONDS
    check_all(window)
    assert window.model.rowCount() == 2
    shown = str(window.model.index(0, Column.NODE).data())
    assert "\\u202etxt" in shown
    assert MARKUP in shown


@pytest.mark.parametrize("phase", Phase)
def test_the_reason_of_every_phase(
    qtbot: QtBot, window: MainWindow, target: Target, phase: Phase
) -> None:
    target.context = HOSTILE
    for reason in (HOSTILE, HUGE, f"{HUGE}\n" * 100):
        for _known in range(2):
            window.take_state(ConnectionState(phase, 0.0, reason=reason, unreadable=(HUGE,)))
            check_all(window)
            began = time.monotonic()
            window.grab()
            assert time.monotonic() - began < PATIENCE_SECONDS
            assert window.height() <= 900
            window.take_changes(known(node("tame", images(2))))


def test_a_placeholder_in_a_title_is_escaped(window: MainWindow, target: Target) -> None:
    target.context = "a[*]b"
    window.take_state(ConnectionState(Phase.CONNECTING, 0.0))
    assert window.windowTitle() == "a[*][*]b — kubeimg", "Qt shows two of them as one"


def test_menus(qtbot: QtBot, window: MainWindow) -> None:
    menu = window.toolbar.offer_contexts([HOSTILE, "A & B", HUGE], f"{HOSTILE} & more")
    chosen: list[str] = []
    window.toolbar.context_chosen.connect(chosen.append)
    section, _, hostile, both, huge, note = menu.actions()
    for action in (section, hostile, both, huge, note):
        check_words(action.text())
        assert len(action.text()) < 400
    assert both.text() == "A && B"
    assert note.text().endswith(r"\ud800 end &&File [*] {context} && more")
    both.trigger()
    assert chosen == ["A & B"], "what is chosen is the name itself"
    menu.close()


def test_the_dialogs(qtbot: QtBot, window: MainWindow) -> None:
    live(window)
    nodes = (NodeRef(HOSTILE, "uid"),)
    many = (*nodes, NodeRef("<i>", "uid-2"))
    error = ApiError(422, "Invalid", HOSTILE * 40)
    for chosen in (nodes, many):
        delete = DeleteDialog(HOSTILE, chosen, (), LIGHT, window)
        dependents = NodeDependents(
            1, read=1, finalizers={HOSTILE: None, HUGE: None}, owners={HOSTILE: None}
        )
        dependents.add_error(HOSTILE)
        delete.show_dependents(dependents)
        delete.show_problem(str(error))
        annotate = AnnotateDialog(HOSTILE, chosen, LIGHT, window)
        annotate.show_annotations({HOSTILE: HOSTILE, "huge": HUGE * 2})
        annotate.show_problem(str(error))
        yaml = YamlDialog(HOSTILE, nodes[0], LIGHT, window)
        yaml.show_yaml(f"a: {HOSTILE}\nb: {HUGE}\n")
        details = TextDialog("What failed", HOSTILE, chosen, LIGHT, window)
        for dialog in (delete, annotate, yaml, details):
            dialog.show()
            began = time.monotonic()
            dialog.grab()
            assert time.monotonic() - began < PATIENCE_SECONDS
            edited = (annotate.key, annotate.value)
            parts = (part for field in edited for part in field.findChildren(QObject))
            check_all(dialog, but=(*edited, *(p for p in parts if isinstance(p, QWidget))))
            dialog.close()
        assert yaml.text.toPlainText().endswith(f"\nb: {HUGE}\n"), "nothing is left out of a YAML"


def test_an_annotation_is_edited_unescaped(qtbot: QtBot, window: MainWindow) -> None:
    dialog = AnnotateDialog("c", (NodeRef("n", "uid"),), LIGHT, window)
    dialog.show_annotations({"key": "a\u202eb\tc", "longest": "y" * 250_000})
    assert dialog.model.index(0, Field.VALUE).data() == r"a\u202eb\tc"
    assert dialog.value.toPlainText() == "a\u202eb\tc"
    dialog.show()
    began = time.monotonic()
    for place in (1, 0, 1):
        dialog.table.selectRow(place)
        dialog.grab()
    assert time.monotonic() - began < PATIENCE_SECONDS, "Qt wraps so long a line in seconds"
    assert len(dialog.value.toPlainText()) == 250_000
    assert not dialog.edits
    dialog.close()


def test_a_hostile_name_is_confirmed_as_shown(qtbot: QtBot, window: MainWindow) -> None:
    dialog = DeleteDialog("c", (NodeRef("a\u202eb", "uid"),), (), LIGHT, window)
    dialog.typed.setText(r"a\u202eb")
    assert dialog.verb_button.isEnabled()
    dialog.close()


def test_a_job_that_fails_with_a_hostile_text(qtbot: QtBot, window: MainWindow) -> None:
    def act(_node: NodeRef) -> LiveNode:
        raise AssertionError

    job = Job(WORDING, (NodeRef(HOSTILE, "uid"),), act, RateLimiter())
    job.failures[HOSTILE] = ApiError(422, "Invalid", f"{HOSTILE} {HUGE}")
    job.stage = Stage.DONE
    window.job_bar.add(job)
    window.job_bar.details_requested.emit(job)
    (details,) = window.findChildren(TextDialog)
    check_all(window)
    assert MARKUP in details.text.toPlainText()
    details.close()


def test_an_unexpected_error_with_a_hostile_text(qtbot: QtBot) -> None:
    dialog = CrashDialog()
    qtbot.addWidget(dialog)
    for _ in range(2):
        dialog.add(f"ValueError: {HOSTILE}", f"Traceback\n  {HOSTILE}\n")
        check_all(dialog)


def test_copied_names_have_no_line_ends(qapp: QApplication, window: MainWindow) -> None:
    live(window)
    window.table.select_names([HOSTILE])
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()

    async def copy() -> None:
        window.menu.actions["copy-name"].trigger()
        await until(clipboard.text, "a copied name")

    with event_loop(qapp) as loop:
        loop.run_until_complete(copy())
    copied = clipboard.text()
    check_words(copied)
    assert "\n" not in copied


@given(st.text())
def test_every_name_has_colours(name: str) -> None:
    ink, ground = context_colours(name, LIGHT)
    assert contrast(ink, ground) >= READABLE


@given(st.text(), st.integers(1, 40))
def test_a_line_is_visible_and_limited(words: str, most: int) -> None:
    made = formatting.line(words, most)
    check_words(made)
    assert "\n" not in made
    assert len(made) <= most


@given(st.text(alphabet=st.sampled_from("ab<>&\n\r\t\u202e\ud800"), max_size=30), st.integers(1, 5))
def test_a_passage_keeps_a_limited_number_of_lines(words: str, most: int) -> None:
    made = formatting.passage(words, most)
    check_words(made)
    assert len(made.split("\n")) <= most + 1


@given(st.text())
def test_a_tooltip_shows_markup_as_text(words: str) -> None:
    check_tooltip(formatting.tooltip(words))
    document = QTextDocument()
    document.setHtml(formatting.tooltip(words))
    shown = document.toPlainText().replace("\xa0", " ")
    assert (
        shown.split()
        == formatting.passage(words, formatting.LONGEST_TIP).replace("\xa0", " ").split()
    )


@given(st.text(), st.text())
def test_a_template_is_filled_once(one: str, other: str) -> None:
    made = formatting.fill("{one} – {other}", one=one, other=other)
    assert made == f"{formatting.line(one)} – {formatting.line(other)}"
