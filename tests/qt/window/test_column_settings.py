from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from kubeimg_gui.domain.node_labels import ZONE_LABEL
from kubeimg_gui.qt.nodes.column_layout import ColumnLayout
from kubeimg_gui.qt.nodes.columns import Column, TableColumn
from kubeimg_gui.qt.nodes.label_columns import MOST_LABEL_COLUMNS, LabelColumn
from kubeimg_gui.qt.window.column_settings import read_columns, write_columns

ZONE, ODD = LabelColumn(ZONE_LABEL), LabelColumn("größe:%2F\\;,/[x]")

NAMES = st.sampled_from(["node", "age", "label:a", "label:%41", "label:%", "label:", "Node"])


def ini(path: Path) -> QSettings:
    return QSettings(str(path), QSettings.Format.IniFormat)


def test_labels_are_kept_with_their_place_width_and_order(
    qapp: QApplication, tmp_path: Path
) -> None:
    layout = ColumnLayout(
        order=(ODD, *Column, ZONE),
        hidden=frozenset({ODD, Column.AGE}),
        widths={ZONE: 120, Column.NODE: 200},
        sort=ZONE,
        descending=False,
    )
    file = ini(tmp_path / "window.ini")
    write_columns(file, layout)
    file.sync()
    assert read_columns(ini(tmp_path / "window.ini")) == layout
    write_columns(file, ColumnLayout())
    file.sync()
    assert read_columns(ini(tmp_path / "window.ini")) == ColumnLayout()


def test_layouts_in_different_groups_do_not_mix(qapp: QApplication, tmp_path: Path) -> None:
    file = ini(tmp_path / "window.ini")
    one, two = ColumnLayout(order=(*Column, ZONE), sort=ZONE), ColumnLayout(order=(ODD, *Column))
    for group, layout in (("one", one), ("two", two)):
        file.beginGroup(group)
        write_columns(file, layout)
        file.endGroup()
    file.beginGroup("one")
    assert read_columns(file) == one
    file.endGroup()
    assert read_columns(file) == ColumnLayout()


@pytest.mark.parametrize(
    ("lines", "order"),
    [
        ("order=label:a node node label:b", (*Column, LabelColumn("a"), LabelColumn("b"))),
        ("order=label: label:a%3Db label:%0A label:a%20b label:%E2%80%AE", ()),
        ("order=label:a%2Fb label:a%2Fb", (*Column, LabelColumn("a/b"))),
        (f"order=label:{'x' * 318}", ()),
        ("sort=label:x\nhidden=label:x node", ()),
        ("order=label:a\nsort=label:b", (*Column, LabelColumn("a"))),
    ],
)
def test_what_is_invalid_becomes_the_default(
    qapp: QApplication, tmp_path: Path, lines: str, order: tuple[TableColumn, ...]
) -> None:
    path = tmp_path / "window.ini"
    path.write_text(f"[columns]\n{lines}\n[widths]\nlabel%3Ax=100\n", encoding="ascii")
    assert read_columns(ini(path)) == ColumnLayout(order=order)


def test_too_many_labels_are_cut(qapp: QApplication, tmp_path: Path) -> None:
    labels = [LabelColumn(f"label-{number}") for number in range(MOST_LABEL_COLUMNS + 5)]
    file = ini(tmp_path / "window.ini")
    write_columns(file, ColumnLayout(order=(*Column, *labels), sort=labels[-1]))
    found = read_columns(file)
    assert found == ColumnLayout(order=(*Column, *labels[:MOST_LABEL_COLUMNS]))


@given(st.text(st.characters(codec="utf-8")) | st.lists(NAMES).map(" ".join))
def test_of_any_text_a_layout_is_read_that_can_be_kept(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = ini(tmp_path_factory.mktemp("any") / "window.ini")
    for key in ("columns/order", "columns/hidden", "columns/sort"):
        file.setValue(key, text)
    found = read_columns(file)
    write_columns(file, found)
    assert read_columns(file) == found


def test_a_column_that_is_hidden_at_first_is_hidden_after_an_update(
    qapp: QApplication, tmp_path: Path
) -> None:
    """The file of an earlier version does not name it, and keeps its order."""
    path = tmp_path / "window.ini"
    older = "age node state runtime images reported change trend largest label:a"
    path.write_text(f"[columns]\norder={older}\nhidden=trend\n", encoding="ascii")
    layout = read_columns(ini(path))
    assert layout.order[0] is Column.AGE
    assert layout.order[-2:] == (LabelColumn("a"), Column.NOT_REFERENCED)
    assert layout.hidden == {Column.TREND, Column.NOT_REFERENCED}
    file = ini(path)
    write_columns(file, replace(layout, hidden=frozenset()))
    file.sync()
    assert read_columns(ini(path)).hidden == frozenset(), "the user has shown it"
