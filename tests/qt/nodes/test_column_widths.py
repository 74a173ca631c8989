from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.qt.nodes.column_widths import Width, fit_widths
from kubeimg_gui.qt.nodes.columns import Column

WISHES = {column: Width(100, 80, 50) for column in Column}


@given(st.integers(0, 3000), st.sets(st.sampled_from(Column)))
def test_columns_fill_the_width_exactly_unless_it_is_too_small(
    available: int, shown: set[Column]
) -> None:
    wishes = {column: WISHES[column] for column in sorted(shown | {Column.NODE})}
    widths = fit_widths(available, wishes, {})
    least = sum(wish.least for column, wish in wishes.items() if column is not Column.TREND)
    assert sum(widths.values()) == max(available, least)


def test_the_trend_shrinks_first_and_goes_before_anything_is_cut() -> None:
    snug_but_the_trend = fit_widths(4 * 50 + 4 * 80 + 50, WISHES, {})
    assert snug_but_the_trend[Column.TREND] == 50
    assert snug_but_the_trend[Column.NODE] == 80
    assert fit_widths(8 * 50, WISHES, {})[Column.TREND] == 0


def test_a_width_set_by_hand_stays() -> None:
    widths = fit_widths(1000, WISHES, {Column.NODE: 333, Column.TREND: 10})
    assert (widths[Column.NODE], widths[Column.TREND]) == (333, 10)
