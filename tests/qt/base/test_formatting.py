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
