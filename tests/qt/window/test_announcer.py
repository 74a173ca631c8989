"""A screen reader is informed when the connection is lost and when it is back."""

import pytest
from PySide6.QtWidgets import QWidget

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.qt.window import announcer
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.support.clock import Clock

Said = list[tuple[str, bool]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    texts: Said = []

    def note(_widget: QWidget, text: str, *, urgent: bool = False) -> None:
        texts.append((text, urgent))

    monkeypatch.setattr(announcer, "announce", note)
    return texts


def take(window: MainWindow, phase: Phase, **fields: object) -> None:
    window.take_state(ConnectionState(phase, since=0.0, **fields))  # pyright: ignore


def test_each_phase_is_announced_once_with_its_reason(
    said: Said, window: MainWindow, clock: Clock
) -> None:
    take(window, Phase.CONNECTING)
    take(window, Phase.SYNCING, known=3)
    assert said == [], "the window is not open for long"
    take(window, Phase.LIVE)
    assert said.pop() == ("Live", False)
    lost = {"reason": "The server closed the connection.", "next_try": clock.now + 4}
    for _ in range(3):
        take(window, Phase.RECONNECTING, **lost)
        clock.now += 1
        window.tick()
    assert said == [("Reconnecting. The server closed the connection. · Next retry in 4 s", True)]
    said.clear()
    take(window, Phase.SYNCING)
    take(window, Phase.LIVE)
    assert said == [("Live", False)]


@pytest.mark.parametrize("phase", [Phase.LOGIN_NEEDED, Phase.FORBIDDEN, Phase.MISCONFIGURED])
def test_what_needs_the_user_is_urgent(said: Said, window: MainWindow, phase: Phase) -> None:
    take(window, phase, reason="No.")
    ((text, urgent),) = said
    assert urgent
    assert "No." in text


def test_polling_is_announced_with_its_reason(said: Said, window: MainWindow) -> None:
    take(window, Phase.LIVE, poll_seconds=30.0, reason="You may not watch nodes.")
    assert said == [("Polling every 30 s. You may not watch nodes.", False)]
