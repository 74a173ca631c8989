import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.text import units


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 Bytes"),
        (1, "1 Byte"),
        (1023, "1023 Bytes"),
        (1024, "1.0 KiB"),
        (99 * 2**30, "99.0 GiB"),
        (100 * 2**20, "100 MiB"),
        (753 * 2**20, "753 MiB"),
        (2**40 * 2 + 2**38, "2.2 TiB"),
    ],
)
def test_sizes_are_in_iec_units_with_about_three_digits(count: int, text: str) -> None:
    assert units.size(count) == text


@given(st.integers(0, 2**60))
def test_sizes_fit_a_column(count: int) -> None:
    assert len(units.size(count)) <= len("1023 Bytes")


def test_a_size_of_a_cut_list_is_a_lower_bound() -> None:
    assert units.reported_size(5 * 2**30, True) == "≥ 5.0 GiB"
    assert units.reported_size(5 * 2**30, False) == "5.0 GiB"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0s"),
        (119.9, "119s"),
        (120, "2m"),
        (7199, "119m"),
        (7200, "2h"),
        (2 * 86400 - 1, "47h"),
        (2 * 86400, "2d"),
        (72 * 86400, "72d"),
        (3 * 365 * 86400 - 1, "1094d"),
        (3 * 365 * 86400, "3y"),
        (1e8, "3y"),
    ],
)
def test_ages_have_one_unit_like_kubectl(seconds: float, text: str) -> None:
    assert units.age(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0.0 s"),
        (0.44, "0.4 s"),
        (10, "10 s"),
        (42, "42 s"),
        (119.9, "119 s"),
        (120, "2 min"),
        (300, "5 min"),
        (7199, "119 min"),
        (7200, "2 h"),
        (8e3, "2 h"),
    ],
)
def test_elapsed_time_has_tenths_of_a_second_while_it_is_short(seconds: float, text: str) -> None:
    assert units.elapsed(seconds) == text


def test_elapsed_time_in_whole_units() -> None:
    times = (-1, 0.9, 9.9, 119.9, 120)
    texts = [units.elapsed(seconds, tenths=False) for seconds in times]
    assert texts == ["0 s", "0 s", "9 s", "119 s", "2 min"]
