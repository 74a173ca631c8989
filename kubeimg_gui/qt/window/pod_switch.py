"""The switch that watches pods, and what it says about them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.labels import SEPARATOR, FlexibleLabel
from kubeimg_gui.qt.base.throttle import Throttle
from kubeimg_gui.qt.window.connection_wording import IN_PROGRESS
from kubeimg_gui.qt.window.pod_watch import PodWatch

REFRESH_MS = 250
SPACING = 10


class PodSwitch(QWidget):
    """Turns watching pods on and off, and shows how far pods are known.

    Signals:
        toggled: the user turned it on or off; carries whether it is on.

    Attributes:
        button: the switch itself.
    """

    toggled = Signal(bool)

    def __init__(self, watch: PodWatch, clocks: Clocks, parent: QWidget) -> None:
        super().__init__(parent)
        self._watch = watch
        self._clocks = clocks
        self._detail = FlexibleLabel(self, least=0)
        self._detail.setObjectName("caption")
        self.button = QPushButton(self)
        self.button.setObjectName("switch")
        self.button.setCheckable(True)
        self.button.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        row.addWidget(self._detail)
        row.addWidget(self.button)
        self.button.clicked.connect(self._toggle)
        self._throttle = Throttle(self.refresh, REFRESH_MS, self)
        watch.changed.connect(self.refresh)
        watch.references.changed.connect(self._throttle.ask)
        self.refresh()

    @property
    def text(self) -> str:
        """The switch as shown."""
        return self.button.text()

    @property
    def detail(self) -> str:
        """The text beside the switch."""
        return self._detail.text()

    def refresh(self) -> None:
        """Shows whether pods are watched, since when they are known, and how many there are."""
        watch = self._watch
        self.button.setChecked(watch.wanted)
        state = self._state_text(watch.state)
        self.button.setText(formatting.fill(self.tr("Pods: {state}"), state=state))
        set_tip(self.button, "\n".join(filter(None, (self._explanation(), self._reason()))))
        self._detail.setText(SEPARATOR.join(filter(None, self._details())))

    def _toggle(self, on: bool) -> None:
        self._watch.set_wanted(on)
        self.toggled.emit(on)

    def _state_text(self, state: ConnectionState | None) -> str:
        if state is None:
            return self.tr("on") if self._watch.wanted else self.tr("off")
        if state.phase in IN_PROGRESS:
            return self.tr("reading")
        return {
            Phase.LIVE: self.tr("watching"),
            Phase.FORBIDDEN: self.tr("forbidden"),
            Phase.LOGIN_NEEDED: self.tr("login needed"),
            Phase.RECONNECTING: self.tr("reconnecting"),
        }.get(state.phase, self.tr("not available"))

    def _details(self) -> tuple[str, ...]:
        watch = self._watch
        if watch.state is None:
            return ()
        if watch.state.phase is Phase.FORBIDDEN:
            return (self.tr("you may not list and watch pods"),)
        pods = self.tr("%Ln pod(s)", "", watch.references.pods)
        if watch.since is None:
            return (pods,) if watch.references.pods else ()
        text = self.tr("references known since {time}")
        since = formatting.time_of_day(watch.since, self._clocks.wall())
        return (text.format(time=since), pods)

    def _explanation(self) -> str:
        state = self._watch.state
        if state is not None and state.phase is Phase.FORBIDDEN:
            return self.tr(
                "Without the permissions list and watch on pods, in all namespaces, it is unknown"
                " which images pods refer to.\nAsk a cluster administrator to grant them."
            )
        if self._watch.wanted:
            return self.tr("Click to stop watching pods")
        return self.tr(
            "Watch the pods of all namespaces to see which images they refer to.\nNeeds the"
            " permissions list and watch on pods."
        )

    def _reason(self) -> str:
        return self._watch.state.reason if self._watch.state is not None else ""
