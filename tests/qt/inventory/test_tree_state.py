"""What the user arranged in the table of images, saved and restored."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QWidget

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.inventory.columns import Column
from tests.qt.inventory.tables import CHAT_1, CHAT_2, DB, WEB, Table
from tests.support.builders import node
from tests.support.clock import Clock

ARRANGED = {
    "grouping": "none",
    "order": "name total tags digest size nodes references first_seen changed meaning",
    "hidden": "tags size nodes references first_seen changed meaning",
    "widths": "digest=140",
    "sort": "name",
    "descending": "false",
}


@pytest.fixture
def filled(table: Table) -> Table:
    table.hold(node("n", (CHAT_1, CHAT_2, WEB, DB)))
    return table


def shown(table: Table) -> list[Column]:
    header = table.view.tree.header()
    columns = (column for column in Column if not header.isSectionHidden(column))
    return sorted(columns, key=header.visualIndex)


def test_the_table_is_arranged_as_it_was_saved(filled: Table) -> None:
    chosen: list[object] = []
    filled.view.bar.grouping_chosen.connect(chosen.append)
    assert list(filled.view.restore_state(ARRANGED)) == []
    assert filled.view.save_state() == ARRANGED
    assert shown(filled) == [Column.NAME, Column.TOTAL, Column.DIGEST]
    assert filled.view.tree.header().sectionSize(Column.DIGEST) == 140
    assert filled.names() == sorted(filled.names())
    assert len(filled.names()) == 4
    assert chosen == [Grouping.NONE], "as if the user had chosen it, so that it is kept"
    assert filled.view.bar.choice.currentData() == Grouping.NONE


def test_the_selected_image_stays(filled: Table) -> None:
    filled.select("docker.io/vllm/chat", filled.members("docker.io/vllm/chat")[0])
    key = filled.view.tree.kept.key
    filled.view.restore_state(ARRANGED)
    assert filled.view.tree.kept.key == key
    assert len(filled.selected()) == 1


@pytest.mark.parametrize("damaged", [{}, {"grouping": "", "order": "", "sort": "", "widths": "x"}])
def test_what_is_missing_is_as_in_a_new_window(filled: Table, damaged: dict[str, str]) -> None:
    fresh = filled.view.save_state()
    filled.view.restore_state(ARRANGED)
    assert list(filled.view.restore_state(damaged)) == []
    assert filled.view.save_state() == fresh


def test_what_is_not_known_is_named(filled: Table) -> None:
    wanted = {"grouping": "owner", "order": "age name", "sort": "age"}
    assert list(filled.view.restore_state(wanted)) == ["grouping owner", "column age"]
    assert shown(filled) == [Column.NAME]


def test_a_table_that_was_never_shown_is_arranged(
    table: Table, theme: Theme, clock: Clock, clocks: Clocks
) -> None:
    hidden = Table(QWidget(table.window), theme, clock, clocks)
    hidden.view.restore_state(ARRANGED)
    assert hidden.view.save_state() == ARRANGED


WORDS = st.sampled_from(
    ["name", "total", "age", "name=", "total=12", "=", "tags=-1", "size=1e3", "٣"]
)
TEXTS = st.one_of(st.text(), st.lists(WORDS).map(" ".join))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(ARRANGED)), TEXTS))
def test_any_state_is_restored_without_an_error(filled: Table, damaged: dict[str, str]) -> None:
    filled.view.restore_state(damaged)
    saved = filled.view.save_state()
    assert list(filled.view.restore_state(saved)) == []
    assert filled.view.save_state() == saved
