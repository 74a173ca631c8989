"""Toolbar: cluster, filter, verbs on nodes, pause, connection state."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from kubeimg_gui.cluster.target import Badge
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import add_clear_button, set_tip
from kubeimg_gui.qt.base.filter_field import FilterField
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import FlexibleLabel, heavier, plain_label
from kubeimg_gui.qt.base.theme import Theme, pill_style
from kubeimg_gui.qt.window.badges import Badges
from kubeimg_gui.qt.window.connection_wording import context_text

PILL_WIDTH, NARROW_PILL_WIDTH = 240, 96
"""Maximum width of the context's name in pixels, and where the window is narrow."""
FILTER_WIDTH = 90
SPACING, NARROW_SPACING = 10, 6
DOT = "●  "
SEARCH_FROM = 30
"""From this number of contexts on there is a search field."""


class Toolbar(QFrame):
    """Context pill, filter field, the nodes' verbs, pause button and connection state.

    Signals:
        contexts_requested: the user wants to see the other contexts.
        context_chosen: a context was chosen in the menu; carries its name.

    Attributes:
        filter, pause: the filter field and the pause button.
        pill: the name of the context; a click requests the other contexts.
        badges: warnings about the connection.
        verbs: the button with the menu of verbs on the selected nodes.
        help: the button with the Help menu; shows a symbol to save width.
    """

    contexts_requested = Signal()
    context_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, *, read_only: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("toolbar")
        self._context = ""
        self._theme = theme
        self.pill = self._make_pill()
        self.badges = Badges(self)
        self._read_only = plain_label(self, "caption")
        self._read_only.setText(self.tr("read-only"))
        self._read_only.setVisible(read_only)
        self.filter = FilterField(self)
        self.filter.setPlaceholderText(self.tr("Filter nodes, labels, images   ( / )"))
        self.filter.setAccessibleName(self.tr("Filter nodes, labels, images"))
        set_tip(self.filter, self._filter_help())
        add_clear_button(self.filter)
        self.filter.setMinimumWidth(FILTER_WIDTH)
        self.filter.setMaximumWidth(420)
        self.verbs = QPushButton(self.tr("Node"), self)
        self.allow_verbs()
        self.pause = QPushButton(self.tr("Pause"), self)
        self.pause.setCheckable(True)
        set_tip(self.pause, self.tr("Pause updates of the table (Ctrl+P)"))
        self.pause.toggled.connect(self._label_pause)
        self.help = QPushButton("?", self)
        self.help.setAccessibleName(self.tr("Help"))
        set_tip(self.help, self.tr("Help (F1)"))
        self._waiting = FlexibleLabel(self, least=0)
        set_tip(
            self._waiting,
            self.tr("Changes of one node are merged while they wait. Activity lists each."),
        )
        self._state = FlexibleLabel(self)
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 14, 8)
        row.setSpacing(SPACING)
        row.addWidget(self.pill)
        row.addWidget(self.badges)
        row.addWidget(self._read_only)
        row.addWidget(self.filter, 1)
        for button in (self.verbs, self.pause, self.help):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addWidget(self._waiting)
        row.addStretch(1)
        row.addWidget(self._state)
        self.set_theme(theme)

    def _filter_help(self) -> str:
        return "\n".join(
            (
                self.tr("Words are found in the names of nodes, their labels and their images."),
                self.tr("Images: image:redis, registry:quay.io, image-size>5GiB"),
                self.tr("Nodes: node:web, label:pool=gpu, runtime:cri-o, size>50GiB"),
                self.tr("States: state:pressure, ready, notready, unknown or cordoned"),
                self.tr("A minus leaves out: -redis. Quotation marks keep spaces."),
            )
        )

    def _make_pill(self) -> QPushButton:
        pill = QPushButton(self)
        pill.setFont(heavier(self.font()))
        pill.setAutoDefault(False)
        pill.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        pill.customContextMenuRequested.connect(self.contexts_requested)
        pill.clicked.connect(self.contexts_requested)
        return pill

    def show_names(self, context: str, cluster: str, user: str, badges: Sequence[Badge]) -> None:
        """Shows context, cluster, user and badges; empty names are unknown."""
        self._context = context
        pill = self.pill
        facts = [
            formatting.fill(text, name=name)
            for text, name in (
                (self.tr("Context {name}"), context),
                (self.tr("Cluster {name}"), cluster),
                (self.tr("User {name}"), user),
            )
            if name
        ]
        pill.setAccessibleName(facts[0] if context else context_text(context))
        facts.append(self.tr("Click to open another context in a new window"))
        set_tip(pill, "\n".join(facts))
        self.badges.show_badges(badges)
        warnings = self.badges.accessibleDescription()
        pill.setAccessibleDescription("\n".join(line for line in (warnings, *facts) if line))
        pill.setStyleSheet(pill_style(context, self._theme))
        self._fit()

    def _fit(self) -> None:
        """Shortens the context's name and the badges where there is no room for all parts."""
        self._shorten(short=False)
        if self._row.minimumSize().width() > self.width():
            self._shorten(short=True)

    def _shorten(self, *, short: bool) -> None:
        self._row.setSpacing(NARROW_SPACING if short else SPACING)
        self.badges.set_short(short)
        metrics, name = self.pill.fontMetrics(), context_text(self._context)
        width = NARROW_PILL_WIDTH if short else PILL_WIDTH
        text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width)
        self.pill.setText(text.replace("&", "&&"))

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: fits the parts to the new width."""
        super().resizeEvent(event)
        self._fit()

    def offer_contexts(self, contexts: Sequence[str], note: str = "") -> QWidget:
        """Shows the contexts below the pill, with an optional note at the end.

        Shows a menu; from SEARCH_FROM contexts on a list that can be searched.
        """
        if len(contexts) < SEARCH_FROM:
            return self._show_menu(contexts, note)
        # Imported late, as most kubeconfigs have fewer contexts: the first window appears sooner.
        from kubeimg_gui.qt.window.context_list import ContextList

        popup = ContextList(contexts, self._context, note, self._theme, self)
        popup.chosen.connect(self.context_chosen)
        popup.show_below(self.pill)
        return popup

    def _show_menu(self, contexts: Sequence[str], note: str) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Open in a new window")).setEnabled(False)
        menu.addSeparator()
        for name in contexts:
            action = menu.addAction(formatting.menu_entry(name))
            action.setCheckable(True)
            action.setChecked(name == self._context)
            action.triggered.connect(partial(self.context_chosen.emit, name))
        if note:
            menu.addAction(formatting.menu_entry(note)).setEnabled(False)
        menu.popup(self.pill.mapToGlobal(self.pill.rect().bottomLeft()))
        return menu

    @property
    def state_text(self) -> str:
        """The connection state as shown."""
        return self._state.accessibleName()

    @property
    def state_tip(self) -> str:
        """The tooltip of the connection state."""
        return self._state.toolTip()

    @property
    def paused_text(self) -> str:
        """The text about the pause; empty while not paused."""
        return self._waiting.text()

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme; the connection state follows when it is next shown."""
        self._theme = theme
        self._severities = {
            Severity.FINE: theme.ok,
            Severity.GONE: theme.muted,
            Severity.UNCERTAIN: theme.warn,
            Severity.CRITICAL: theme.critical,
        }
        self.pill.setStyleSheet(pill_style(self._context, theme))
        self._waiting.setStyleSheet(f"color: {theme.warn}")

    def show_state(self, severity: Severity, text: str, tip: str) -> None:
        """Shows the connection state and its tooltip."""
        colour = f"color: {self._severities[severity]}"
        if self._state.styleSheet() != colour:
            self._state.setStyleSheet(colour)
        set_tip(self._state, tip)
        self._state.setText(f"{DOT}{text}")
        self._state.setAccessibleName(text)

    def allow_verbs(self, reason: str = "") -> None:
        """Enables the verbs on the selected nodes; disables them for a reason that is not empty."""
        self.verbs.setEnabled(not reason)
        set_tip(self.verbs, reason or self.tr("Actions on the selected nodes"))

    def show_waiting(self, *, paused: bool, waiting: int, merged: int) -> None:
        """Shows whether the table is paused, the changes held back and those merged into them."""
        parts = [self.tr("Paused")]
        if waiting:
            parts.append(self.tr("%Ln change(s) waiting", "", waiting))
        if merged:
            parts.append(self.tr("{n} merged").format(n=f"{merged:,}"))
        self._waiting.setText(" · ".join(parts) if paused else "")

    def _label_pause(self, paused: bool) -> None:
        self.pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
