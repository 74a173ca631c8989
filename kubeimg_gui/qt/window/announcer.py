"""Announces to assistive technology that the connection is lost or is back."""

from PySide6.QtWidgets import QWidget

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base.accessibility import announce
from kubeimg_gui.qt.window import connection_wording

ON_THE_WAY = (Phase.CONNECTING, Phase.SYNCING)
"""Phases that lead to another one soon."""


class ConnectionAnnouncer:
    """Follows the connection of one window; GUI thread only."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._announced: Phase | None = None

    def follow(self, state: ConnectionState, now: float) -> None:
        """Announces each phase once, with its reason and when kubeimg tries again."""
        if state.phase in ON_THE_WAY or state.phase is self._announced:
            return
        self._announced = state.phase
        severity, text = connection_wording.phase_text(state)
        notice = connection_wording.banner(state, now)
        if notice is not None and notice.sentence:
            text = f"{text}. {notice.sentence}"
        announce(self._window, text, urgent=severity >= Severity.UNCERTAIN)
