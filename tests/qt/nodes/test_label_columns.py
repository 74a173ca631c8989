"""Columns of labels: cells, headings, sorting, adding and removing."""

import json

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.node_labels import INSTANCE_TYPE_LABEL, ZONE_LABEL
from kubeimg_gui.qt.base.table_export import Form, export_text, visible_sections
from kubeimg_gui.qt.nodes import label_scan
from kubeimg_gui.qt.nodes.cell_data import ACCESSIBLE, DISPLAY, TOOLTIP
from kubeimg_gui.qt.nodes.column_layout import ColumnLayout
from kubeimg_gui.qt.nodes.columns import HIDDEN_AT_FIRST, Column, sorted_by
from kubeimg_gui.qt.nodes.label_columns import MOST_LABEL_COLUMNS, LabelColumn, label_titles
from kubeimg_gui.qt.nodes.label_dialog import LabelDialog
from kubeimg_gui.qt.nodes.label_menu import MOST_ENTRIES, LabelMenu
from kubeimg_gui.qt.nodes.view import NodeView
from tests.qt.nodes.tables import Show, apply, click, nodes, order
from tests.support.builders import change, node

ZONE = LabelColumn(ZONE_LABEL)
ROLE = "node-role.kubernetes.io/control-plane"


def labelled(name: str, **labels: str) -> NodeRecord:
    """A node with these labels; zone, type and role stand for the keys of Kubernetes."""
    keys = {"zone": ZONE_LABEL, "type": INSTANCE_TYPE_LABEL, "role": ROLE}
    pairs = (f"{keys.get(key, key)}={value}" for key, value in labels.items())
    return node(name, labels=tuple(sorted(pairs)))


def zones(show: Show) -> NodeView:
    view = show(
        labelled("a", zone="eu-1b"),
        labelled("b"),
        labelled("c", zone="eu-1a"),
        labelled("d", zone=""),
    )
    view.columns.add_label(ZONE_LABEL)
    return view


def cell(view: NodeView, name: str, role: int = DISPLAY) -> str:
    place = nodes(view).place_of(name)
    assert place is not None
    return nodes(view).index(place, nodes(view).columns.section(ZONE)).data(role)


def label_menu(view: NodeView) -> LabelMenu:
    """The open submenu; the test closes its parent with the view."""
    menu = view.header.column_menu().findChild(LabelMenu)
    assert menu is not None
    menu.aboutToShow.emit()
    return menu


def entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def test_a_cell_shows_the_value_and_its_tooltip_the_label(show: Show) -> None:
    view = zones(show)
    assert [cell(view, name) for name in "abcd"] == ["eu-1b", "", "eu-1a", '""']
    assert cell(view, "b", ACCESSIBLE) == "empty"
    assert f"{ZONE_LABEL}=eu-1b" in cell(view, "a", TOOLTIP)
    assert f"The node has no label {ZONE_LABEL}." in cell(view, "b", TOOLTIP)
    model, section = nodes(view), len(Column)
    assert model.headerData(section, Qt.Orientation.Horizontal) == "Zone"
    assert ZONE_LABEL in str(model.headerData(section, Qt.Orientation.Horizontal, TOOLTIP))
    assert model.headerData(Column.NODE, Qt.Orientation.Horizontal, TOOLTIP) is None


def test_nodes_without_the_label_are_last_and_first_in_descending_order(show: Show) -> None:
    view = zones(show)
    view.sort_by(ZONE, descending=False)
    assert order(view) == ["d", "c", "a", "b"]
    assert view.header.sortIndicatorSection() == len(Column)
    view.header.sectionClicked.emit(len(Column))
    assert order(view) == ["b", "a", "c", "d"]
    assert sorted_by(ZONE) == "sorted by label zone"


def test_a_changed_label_moves_the_row_and_widens_the_column(show: Show) -> None:
    view = zones(show)
    view.sort_by(ZONE, descending=False)
    narrow = view.header.sectionSize(len(Column))
    apply(view, change(labelled("c", zone="eu-1a"), labelled("c", zone="eu-1c-local-zone")))
    view.settle(at_once=True)
    assert order(view) == ["d", "a", "c", "b"]
    assert cell(view, "c") == "eu-1c-local-zone"
    assert view.header.sectionSize(len(Column)) > narrow
    assert view.header.sectionSize(len(Column)) < view.fontMetrics().averageCharWidth() * 32


def test_titles_are_words_or_the_end_of_the_key_and_differ() -> None:
    assert list(label_titles([ZONE_LABEL, INSTANCE_TYPE_LABEL, "a.example/team"]).values()) == [
        "Zone",
        "Instance type",
        "team",
    ]
    pools = ["karpenter.sh/nodepool", "eks.amazonaws.com/nodegroup"]
    assert list(label_titles(pools).values()) == pools
    assert label_titles(["a/zone", ZONE_LABEL]) == {"a/zone": "a/zone", ZONE_LABEL: ZONE_LABEL}
    assert label_titles(["a/runtime", "b/rack"], ["Runtime"]) == {
        "a/runtime": "a/runtime",
        "b/rack": "rack",
    }


def test_no_heading_equals_that_of_a_fixed_column(show: Show) -> None:
    view = show(node("a", labels=("example.com/runtime=gvisor",)))
    view.columns.add_label("example.com/runtime")
    headings = [nodes(view).headerData(at, Qt.Orientation.Horizontal) for at in (2, len(Column))]
    assert headings == ["Runtime", "example.com/runtime"]


def test_it_is_a_proper_model(qtmodeltester: ModelTester, show: Show) -> None:
    view = show(labelled("a", zone="z"), labelled("b", role=""))
    model = nodes(view)
    qtmodeltester.check(model)  # pyright: ignore[reportUnknownMemberType]
    for label in (ZONE_LABEL, ROLE):
        view.columns.add_label(label)
    assert model.columnCount() == len(Column) + 2
    view.columns.remove_label(ZONE_LABEL)
    assert model.columnCount() == len(Column) + 1
    assert model.columnCount(model.index(0, 0)) == 0
    assert model.index(0, len(Column)).data() in ("", '""')
    assert not model.index(0, len(Column) + 1).isValid()


def test_the_selection_survives_another_column(show: Show) -> None:
    view = show(labelled("a", zone="z"), labelled("b"))
    click(view, 1)
    chosen = view.names
    view.columns.add_label(ZONE_LABEL)
    assert view.names == chosen
    assert view.selectionModel().isRowSelected(1, QModelIndex())
    assert view.currentIndex().row() == 1
    view.columns.remove_label(ZONE_LABEL)
    assert view.names == chosen
    assert view.selectionModel().isRowSelected(1, QModelIndex())


def test_a_removed_column_takes_its_sort_order_and_width_with_it(show: Show) -> None:
    view = zones(show)
    view.columns.add_label(ROLE)
    view.header.resizeSection(len(Column), 222)
    view.header.setSectionHidden(len(Column) + 1, True)
    view.header.moveSection(len(Column) + 1, 0)
    view.sort_by(ZONE, descending=False)
    view.columns.remove_label(ZONE_LABEL)
    layout = view.columns.layout()
    assert layout.order == (LabelColumn(ROLE), *Column)
    assert (layout.hidden, layout.widths) == ({LabelColumn(ROLE), *HIDDEN_AT_FIRST}, {})
    assert (layout.sort, layout.descending) == (Column.REPORTED, True)
    assert view.header.sortIndicatorSection() == Column.REPORTED
    view.columns.add_label(ZONE_LABEL)
    assert view.columns.layout().widths == {}


def test_a_layout_is_restored_on_another_table(show: Show) -> None:
    first, second = zones(show), show(labelled("x", role="", zone="y"))
    first.header.moveSection(len(Column), 1)
    first.header.resizeSection(len(Column), 99)
    first.header.setSectionHidden(Column.TREND, True)
    first.sort_by(ZONE, descending=True)
    second.columns.add_label(ROLE)
    second.header.setSectionHidden(Column.AGE, True)
    second.columns.restore(first.columns.layout())
    assert second.columns.layout() == first.columns.layout()
    assert first.columns.layout().labels == [ZONE_LABEL]
    second.columns.restore(ColumnLayout())
    assert second.columns.layout() == ColumnLayout(order=tuple(Column))


def test_a_layout_of_the_same_order_fits_the_columns(show: Show) -> None:
    view = zones(show)
    wide = ColumnLayout(tuple(Column), widths={Column.NODE: 300})
    view.columns.restore(wide)
    assert view.header.sectionSize(Column.NODE) == 300
    view.columns.restore(ColumnLayout(tuple(Column), widths={Column.NODE: 90}))
    assert view.header.sectionSize(Column.NODE) == 90


def test_a_layout_that_contradicts_itself_is_restored_as_far_as_it_goes(show: Show) -> None:
    view = show(labelled("a"))
    hidden = frozenset({Column.NODE, Column.AGE, LabelColumn("gone")})
    view.columns.restore(
        ColumnLayout((Column.AGE, ZONE, ZONE), hidden, {ZONE: 80}, LabelColumn("x"))
    )
    layout = view.columns.layout()
    assert layout.order[:2] == (Column.AGE, ZONE)
    assert (layout.hidden, layout.widths, layout.sort) == (
        {Column.AGE},
        {ZONE: 80},
        Column.REPORTED,
    )


def test_the_file_has_the_columns_of_labels_as_shown(show: Show) -> None:
    view = zones(show)
    view.header.moveSection(len(Column), 1)
    for column in (*Column,)[1:]:
        view.header.setSectionHidden(column, True)
    view.sort_by(ZONE, descending=False)
    text = "".join(export_text(nodes(view), visible_sections(view), Form.JSON, flat=True))
    assert json.loads(text) == [
        {"Node": "d", "Zone": '""'},
        {"Node": "c", "Zone": "eu-1a"},
        {"Node": "a", "Zone": "eu-1b"},
        {"Node": "b", "Zone": ""},
    ]


def test_the_menu_offers_well_known_labels_first_and_adds_columns(show: Show) -> None:
    view = show(labelled("a", zone="z", type="m5", pool="p", another="1"), labelled("b", role=""))
    menu = label_menu(view)
    assert [action.text() for action in menu.actions()] == [
        "Pool (pool)",
        f"Zone ({ZONE_LABEL})",
        f"Instance type ({INSTANCE_TYPE_LABEL})",
        "",
        "another",
        ROLE,
        "",
        "More labels…",
    ]
    entry(menu, f"Zone ({ZONE_LABEL})").trigger()
    entry(menu, "another").trigger()
    assert nodes(view).columns.labels == (ZONE_LABEL, "another")
    titles = [action.text() for action in view.header.column_menu().actions()]
    assert titles[-4:] == ["Zone", "another", "", "Label columns"]
    entry(label_menu(view), f"Zone ({ZONE_LABEL})").trigger()
    assert nodes(view).columns.labels == ("another",)


def test_the_menu_still_offers_a_label_that_no_node_has_any_more(show: Show) -> None:
    view = show(labelled("a"))
    for label in (ZONE_LABEL, "gone"):
        view.columns.add_label(label)
    menu = label_menu(view)
    assert entry(menu, f"Zone ({ZONE_LABEL})").isChecked()
    assert entry(menu, "gone").isChecked()


def test_of_many_labels_the_menu_lists_the_chosen_ones_and_the_dialog_all(
    qtbot: QtBot, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_scan, "SAMPLED", 3)
    many = {f"feature-{number:03}": "1" for number in range(MOST_ENTRIES)}
    view = show(*(labelled(f"n{n}", **many) for n in range(9)), labelled("z", rare="1"))
    view.columns.add_label("feature-003")
    apply(view, change(labelled("n0", **many), labelled("n0", zone="z", more="1", **many)))
    menu = label_menu(view)
    assert [action.text() for action in menu.actions() if action.text()] == [
        f"Zone ({ZONE_LABEL})",
        "feature-003",
        "More labels…",
    ]
    entry(menu, "More labels…").trigger()
    dialog = view.window().findChild(LabelDialog)
    assert dialog is not None
    dialog.field.setEditText("typed")
    qtbot.waitUntil(lambda: dialog.field.findText("rare") >= 0)
    assert dialog.field.findText("feature-003") < 0
    assert dialog.field.count() == MOST_ENTRIES - 1 + 3
    assert dialog.field.currentText() == "typed"
    completer = dialog.field.completer()
    assert completer is not None
    completer.setCompletionPrefix("ARE")
    assert completer.currentCompletion() == "rare"
    dialog.field.setEditText("rare")
    dialog.ok.click()
    assert nodes(view).columns.labels == ("feature-003", "rare")


def test_the_dialog_accepts_what_can_be_a_label(show: Show) -> None:
    view = zones(show)
    dialog = LabelDialog(
        nodes(view), view, title="Label", verb="Add", left_out=nodes(view).columns.labels
    )
    assert not dialog.ok.isEnabled()
    for text, possible in (
        ("future.example/label", True),
        (ZONE_LABEL, False),
        ("", False),
        ("a=b", False),
        ("a b", False),
        ("a\u202eb", False),
    ):
        dialog.field.setEditText(text)
        assert dialog.ok.isEnabled() is possible, text
    dialog.reject()


def test_there_are_not_too_many_columns(show: Show) -> None:
    view = show(labelled("a", zone="z"))
    for number in range(MOST_LABEL_COLUMNS + 1):
        view.columns.add_label(f"label-{number}")
    assert len(nodes(view).columns.labels) == MOST_LABEL_COLUMNS
    menu = label_menu(view)
    assert not entry(menu, f"Zone ({ZONE_LABEL})").isEnabled()
    assert not entry(menu, "More labels…").isEnabled()
    assert entry(menu, "label-3").isEnabled()


def test_a_key_opens_the_menu(qtbot: QtBot, show: Show) -> None:
    view = show(labelled("a"))
    with qtbot.waitActive(view):
        view.activateWindow()
    QTest.keyClick(view, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    menu = view.header.findChild(QMenu)
    assert isinstance(menu, QMenu)
    assert menu.isVisible()
    menu.close()
