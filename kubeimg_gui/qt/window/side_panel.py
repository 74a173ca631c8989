"""The image panel beside the table; in narrow windows a handle opens and closes it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import smaller
from kubeimg_gui.qt.base.theme import Theme

SHORTCUT = "Ctrl+I"
NO_LIMIT = 2**24 - 1
"""Qt's QWIDGETSIZE_MAX, which PySide6 does not have."""
CHEVRON = 4.0
TOP = 15
"""Distance of the chevron from the top, in pixels."""


class PanelHandle(QAbstractButton):
    """A bar as high as the panel; a click, Space or Enter opens and closes the panel."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setCheckable(True)
        self.setFont(smaller(self.font()))
        self.setText(self.tr("Images"))
        self.setAccessibleName(self.tr("Images of the selected nodes"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.toggled.connect(self._describe)
        self._describe(opened=False)

    def _describe(self, opened: bool) -> None:
        text = self.tr("Hide the images ({key})") if opened else self.tr("Show the images ({key})")
        key = QKeySequence(SHORTCUT).toString(QKeySequence.SequenceFormat.NativeText)
        text = text.format(key=key)
        set_tip(self, text)

    @guard(QSize())
    def sizeHint(self) -> QSize:
        """Override: the width of one line of text."""
        return QSize(self.fontMetrics().height() + 10, 120)

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: Enter does what Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: a chevron, and the text from bottom to top."""
        theme, painter = self.theme, QPainter(self)
        active = self.underMouse() or self.hasFocus()
        painter.fillRect(self.rect(), QColor(theme.accent_ground if active else theme.surface))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        ink = QColor(theme.accent if active else theme.muted)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, 1.6))
        middle = self.width() / 2
        tip = CHEVRON / 2 if self.isChecked() else -CHEVRON / 2
        corners = ((-tip, -CHEVRON), (tip, 0), (-tip, CHEVRON))
        painter.drawPolyline(QPolygonF([QPointF(middle + x, TOP + y) for x, y in corners]))
        painter.setPen(ink)
        painter.setTransform(QTransform(0, -1, 1, 0, 0, self.height()))
        room = QRectF(0, 0, self.height() - 2 * TOP, self.width())
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, align, self.text())


class SidePanel(QWidget):
    """Holds the panels, one of them current; in narrow windows a handle until the user opens it.

    Signals:
        opened: the panel is shown or hidden now; carries whether it is shown.

    Attributes:
        handle: the handle, visible in narrow windows only.
    """

    opened = Signal(bool)

    def __init__(self, panel: QWidget, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._panels = QStackedWidget(self)
        self._panels.addWidget(panel)
        self._narrow: bool | None = None
        self.handle = PanelHandle(theme, self)
        self.handle.hide()
        self.handle.toggled.connect(self._show)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.handle)
        row.addWidget(self._panels, 1)

    @property
    def open_when_narrow(self) -> bool:
        """Whether the user wants the panel in narrow windows."""
        return self.handle.isChecked()

    def set_theme(self, theme: Theme) -> None:
        """Repaints the handle in another theme."""
        self.handle.theme = theme
        self.handle.update()

    @property
    def panel_width(self) -> int:
        """The width of the current panel, in pixels."""
        return self._panels.width()

    def set_panel(self, panel: QWidget) -> None:
        """Makes a panel the current one."""
        if self._panels.indexOf(panel) < 0:
            self._panels.addWidget(panel)
        self._panels.setCurrentWidget(panel)

    def set_narrow(self, narrow: bool) -> None:
        """Sets whether the window is too narrow for a panel that the user did not ask for."""
        if narrow is not self._narrow:
            self._narrow = narrow
            self.handle.setVisible(narrow)
            self._show()

    def show_panel(self) -> None:
        """Opens the panel."""
        if self._narrow:
            self.handle.setChecked(True)

    def toggle(self) -> None:
        """Opens or closes the panel in a narrow window."""
        if self._narrow:
            self.handle.click()

    def _show(self) -> None:
        shown = self.open_when_narrow or not self._narrow
        self.setMaximumWidth(NO_LIMIT if shown else self.handle.sizeHint().width())
        self._panels.setVisible(shown)
        self.opened.emit(shown)
