from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.theme import Theme


def test_a_change_has_an_arrow_and_a_sign() -> None:
    assert formatting.signed_size(7 * 2**30) == "▲ +7.0 GiB"
    assert formatting.signed_size(-(2**30)) == "▼ \N{MINUS SIGN}1.0 GiB"
    assert formatting.signed_size(0) == "·"


def test_exact_sizes() -> None:
    assert formatting.exact_size(1) == "1 byte"
    assert formatting.exact_size(7_086_696_038) == "7,086,696,038 bytes"


def test_how_long_ago() -> None:
    assert formatting.ago(0.44) == "0.4 s ago"
    assert formatting.ago(300) == "5 min ago"


def test_counts_are_worded_and_grouped(theme: Theme) -> None:
    assert formatting.nodes(1) == "1 node"
    assert formatting.nodes(1200) == "1,200 nodes"
    assert formatting.images(1) == "1 image"
    assert formatting.images(50) == "50 images"


def test_a_tooltip_never_takes_its_text_for_markup(qapp: QApplication) -> None:
    plain = "<b>node</b> & <img src=x>\npool=web"
    document = QTextDocument()
    document.setHtml(formatting.tooltip(plain))
    assert document.toPlainText() == plain


def at(text: str) -> float:
    return datetime.fromisoformat(text).astimezone().timestamp()


NOW = at("2026-11-29T12:00:00")


@pytest.fixture
def english(theme: Theme) -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English))


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-11-29T14:02:31", "14:02"),
        ("2026-11-29T00:00:00", "00:00"),
        ("2026-11-29T23:59:59", "23:59"),
        ("2026-11-28T23:59:59", "Nov 28 23:59"),
        ("2026-11-30T00:00:00", "Nov 30 00:00"),
        ("2026-01-01T14:02:31", "Jan 1 14:02"),
        ("2025-12-31T14:02:31", "2025-12-31 14:02"),
        ("2027-01-01T00:30:00", "2027-01-01 00:30"),
        ("1970-01-02T00:00:00", "1970-01-02 00:00"),
    ],
)
def test_a_time_that_is_not_of_today_has_its_date(time: str, expected: str) -> None:
    assert formatting.clock(at(time), NOW) == expected
    assert formatting.time_of_day(at(time), NOW) == expected + time[16:]


def test_a_time_that_no_calendar_has_is_a_dash() -> None:
    for odd in (1e18, -1e18, float("inf"), float("nan")):
        assert formatting.clock(odd, NOW) == "—"
        assert formatting.time_of_day(NOW, odd) == "—"
        assert formatting.moment(odd) == "—"
        assert not formatting.same_day(odd, odd)


@given(st.integers(0, 2_000_000_000), st.integers(-200_000, 200_000))
def test_only_times_of_the_same_day_have_no_date(time: int, later: int) -> None:
    same = formatting.moment(time)[:10] == formatting.moment(time + later)[:10]
    assert formatting.same_day(time, time + later) is same
    assert (len(formatting.clock(time, time + later)) == 5) is same
