import pytest

from kubeimg_gui.qt.base.view_state import ViewState
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.table_state import restore_state, save_state
from kubeimg_gui.qt.nodes.view import NodeView
from tests.qt.nodes.tables import Show, nodes, order, sized

RECORDS = (sized("a", 3), sized("b", 1), sized("c", 2))


def state(view: NodeView) -> ViewState:
    return save_state(view, nodes(view))


def restore(view: NodeView, wanted: ViewState) -> list[str]:
    return list(restore_state(view, nodes(view), wanted))


def shown(view: NodeView) -> list[Column]:
    columns = (column for column in Column if not view.header.isSectionHidden(column))
    return sorted(columns, key=view.header.visualIndex)


def test_a_table_is_arranged_as_another_one_was(show: Show) -> None:
    one = show(*RECORDS)
    one.header.moveSection(one.header.visualIndex(Column.AGE), 0)
    one.header.setSectionHidden(Column.RUNTIME, True)
    one.header.setSectionHidden(Column.TREND, True)
    one.header.resizeSection(Column.STATE, 77)
    one.sort_by(Column.NODE, False)
    other = show(*RECORDS)
    other.header.setSectionHidden(Column.IMAGES, True)
    other.header.resizeSection(Column.NODE, 55)
    assert restore(other, state(one)) == []
    assert state(other) == state(one)
    assert shown(other) == shown(one)
    for column in Column:
        other.header.setSectionHidden(column, False)
    assert shown(other)[4] is Column.IMAGES, "a hidden column keeps its place"
    assert shown(other)[0] is Column.AGE
    assert other.header.sectionSize(Column.STATE) == 77
    assert order(other) == ["a", "b", "c"]


def test_the_selection_stays(show: Show) -> None:
    view = show(*RECORDS)
    view.select_names(["b"])
    restore(view, {"sort": "node", "descending": "true", "order": "age node"})
    assert view.names == ("b",)
    assert [index.row() for index in view.selectionModel().selectedRows()] == [1]


@pytest.mark.parametrize(
    "damaged", [{}, {"order": "", "sort": "", "descending": ""}, {"widths": "node=-3 age"}]
)
def test_what_is_missing_is_as_in_a_new_window(show: Show, damaged: ViewState) -> None:
    view, fresh = show(*RECORDS), show(*RECORDS)
    restore(view, {"order": "age node", "widths": "age=90", "sort": "age"})
    assert restore(view, damaged) == []
    assert state(view) == state(fresh)


def test_what_is_not_known_is_named_and_the_rest_applies(show: Show) -> None:
    view = show(*RECORDS)
    missing = restore(view, {"order": "cpu age node", "sort": "cpu"})
    assert missing == ["column cpu"]
    assert shown(view) == [Column.AGE, Column.NODE]


def test_the_names_of_nodes_are_never_hidden(show: Show) -> None:
    view = show(*RECORDS)
    restore(view, {"order": "age"})
    assert shown(view) == [Column.AGE, Column.NODE]
