import sys

import pytest
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.guard import guard


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """The exceptions that reached the excepthook."""
    errors: list[BaseException] = []

    def hook(_kind: object, error: BaseException, _traceback: object) -> None:
        errors.append(error)

    monkeypatch.setattr(sys, "excepthook", hook)
    return errors


def test_an_exception_returns_the_default_and_calls_the_hook(reported: list[BaseException]) -> None:

    @guard(7)
    def broken(_number: int) -> int:
        raise ValueError("no")

    assert broken(1) == 7
    assert [str(error) for error in reported] == ["no"]


def test_passes_arguments_and_results_through() -> None:
    @guard("")
    def joined(first: str, *, last: str) -> str:
        """Joins."""
        return first + last

    assert joined("a", last="b") == "ab"
    assert joined.__doc__ == "Joins."


def test_an_overload_error_in_paint_event_does_not_end_the_process(
    qtbot: QtBot, reported: list[BaseException]
) -> None:

    class Broken(QWidget):
        @guard(None)
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
            QPainter(self).drawText(self.rect(), 0, 5)  # pyright: ignore

    widget = Broken()
    qtbot.addWidget(widget)
    for _ in range(50):
        widget.grab()
    assert {type(error) for error in reported} == {TypeError}
