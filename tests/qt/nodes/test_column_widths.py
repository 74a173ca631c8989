from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.qt.nodes.column_widths import HIDDEN_ORDER, Width, fit_widths
from kubeimg_gui.qt.nodes.columns import HIDDEN_AT_FIRST, Column, TableColumn

WISHES: dict[TableColumn, Width] = {
    column: Width(100, 80, 50) for column in Column if column not in HIDDEN_AT_FIRST
}


@given(st.integers(0, 3000), st.sets(st.sampled_from(list(WISHES))))
def test_columns_fill_the_width_exactly_unless_it_is_too_small(
    available: int, shown: set[TableColumn]
) -> None:
    wishes: dict[TableColumn, Width] = {
        column: WISHES[column] for column in WISHES if column in shown | {Column.NODE}
    }
    widths = fit_widths(available, wishes, {})
    needed = (wish.least for column, wish in wishes.items() if column not in HIDDEN_ORDER)
    assert sum(widths.values()) == max(available, sum(needed))


def test_columns_give_way_in_order() -> None:
    """The others become snug, then the trend goes, then the runtime, then names are cut."""
    assert min(fit_widths(9 * 100, WISHES, {}).values()) == 50
    snug_widths = 100 + 3 * 80
    snug = fit_widths(snug_widths + 5 * 50, WISHES, {})
    assert (snug[Column.NODE], snug[Column.LARGEST], snug[Column.STATE]) == (100, 80, 80)
    assert (snug[Column.RUNTIME], snug[Column.TREND]) == (50, 50)
    without_trend = fit_widths(snug_widths + 4 * 50, WISHES, {})
    assert (without_trend[Column.TREND], without_trend[Column.RUNTIME]) == (0, 50)
    without_both = fit_widths(snug_widths + 3 * 50, WISHES, {})
    assert (without_both[Column.TREND], without_both[Column.RUNTIME]) == (0, 0)
    assert (without_both[Column.NODE], without_both[Column.LARGEST]) == (100, 80)
    cut = fit_widths(80 + 6 * 50, WISHES, {})
    assert (cut[Column.NODE], cut[Column.LARGEST], cut[Column.RUNTIME]) == (80, 50, 0)


def test_a_runtime_of_the_users_width_stays() -> None:
    widths = fit_widths(6 * 50 + 80, WISHES, {Column.RUNTIME: 120})
    assert widths[Column.RUNTIME] == 120


def test_a_width_set_by_hand_stays() -> None:
    widths = fit_widths(1000, WISHES, {Column.NODE: 333, Column.TREND: 10})
    assert (widths[Column.NODE], widths[Column.TREND]) == (333, 10)
