import sys

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QApplication


class Source(QObject):
    emitted = Signal(int)


def test_pyside_keeps_its_references_to_none_and_true(qapp: QApplication) -> None:
    """PySide6 6.12 on Python 3.11 loses one at each call, and the process aborts."""
    source = Source()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for number in range(200):
        QCoreApplication.processEvents()
        source.emitted.emit(number)
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert all(now > then - 100 for then, now in zip(before, after, strict=True))
