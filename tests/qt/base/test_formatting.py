import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.theme import Theme


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 Bytes"),
        (1023, "1023 Bytes"),
        (1024, "1.0 KiB"),
        (99 * 2**30, "99.0 GiB"),
        (753 * 2**20, "753 MiB"),
        (2**40 * 2 + 2**38, "2.2 TiB"),
    ],
)
def test_sizes_are_in_iec_units_with_about_three_digits(count: int, words: str) -> None:
    assert formatting.size(count) == words


def test_a_change_has_an_arrow_and_a_sign() -> None:
    assert formatting.signed_size(7 * 2**30) == "▲ +7.0 GiB"
    assert formatting.signed_size(-(2**30)) == "▼ \N{MINUS SIGN}1.0 GiB"
    assert formatting.signed_size(0) == "·"


def test_exact_sizes() -> None:
    assert formatting.exact_size(1) == "1 byte"
    assert formatting.exact_size(7_086_696_038) == "7,086,696,038 bytes"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0s"), (119, "119s"), (120, "2m"), (7200, "2h"), (72 * 86400, "72d"), (1e8, "3y")],
)
def test_ages_have_one_unit(seconds: float, words: str) -> None:
    assert formatting.age(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0.0 s ago"),
        (0.44, "0.4 s ago"),
        (42, "42 s ago"),
        (300, "5 min ago"),
        (8e3, "2 h ago"),
    ],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    assert formatting.ago(seconds) == words


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
