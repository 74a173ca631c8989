"""The button beside the tabs: which saved view is applied, and the menu of all of them."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.guard import guard

NAME_WIDTH, LEAST_NAME_WIDTH = 170, 50
"""Width of a name on the button in pixels: the maximum, and where there is little room."""
NAME_CHARACTERS = 40
"""Maximum characters of a name in an action."""
MENU_KEYS, SAVE_KEYS = "Ctrl+Shift+V", "Ctrl+Shift+S"
NUMBERED = 9
"""Number of saved views that a digit chooses while the menu is open."""


class SavedViewsButton(QPushButton):
    """Shows the applied view and whether it was changed; GUI thread only.

    Signals:
        menu_requested: the menu is about to open; `offer` may bring it up to date.
        chosen: the user wants to apply a saved view; carries its name.

    Attributes:
        save, update_applied, rename, delete: the actions below the saved views.
    """

    menu_requested = Signal()
    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._names: Sequence[str] = ()
        self._can_save = False
        self._shown = ("", False)
        self.save = QAction(self.tr("Save view…"), self)
        self.save.setShortcut(QKeySequence(SAVE_KEYS))
        self.update_applied = QAction(self)
        self.rename = QAction(self)
        self.delete = QAction(self)
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.addAction(self.save)
        QShortcut(QKeySequence(MENU_KEYS), self, self.open_menu)
        self._word()

    def open_menu(self) -> None:
        """Opens the menu below the button."""
        # Not showMenu(), which runs a nested event loop.
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height())))

    def offer(self, names: Sequence[str], *, can_save: bool) -> None:
        """Sets the names of the saved views, and whether one can be saved."""
        self._names = names
        self._can_save = can_save
        self.save.setEnabled(can_save)

    def show_applied(self, name: str, *, changed: bool) -> None:
        """Shows the applied view, "" for none, and whether something was changed since."""
        if (name, changed) != self._shown:
            self._shown = name, changed
            self._word()

    def _word(self) -> None:
        name, changed = self._shown
        self.setText(self._text(NAME_WIDTH).replace("&", "&&"))
        keys = QKeySequence(MENU_KEYS).toString(QKeySequence.SequenceFormat.NativeText)
        set_tip(self, "\n".join((*self._state(name, changed=changed), self._help(keys))))
        self.setAccessibleName(self.tr("Saved views"))
        self._word_actions(name, changed=changed)

    @property
    def painted_text(self) -> str:
        """The text as painted: the name is shorter where there is little room."""
        missing = self.sizeHint().width() - self.width()
        return self._text(self._name_width(NAME_WIDTH) - missing if missing > 0 else NAME_WIDTH)

    @guard(QSize())
    def minimumSizeHint(self) -> QSize:
        """Override: room for a short name."""
        hint = self.sizeHint()
        excess = self._name_width(NAME_WIDTH) - self._name_width(LEAST_NAME_WIDTH)
        return QSize(hint.width() - excess, hint.height())

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: paints `painted_text`."""
        text = self.painted_text.replace("&", "&&")
        if text == self.text():
            super().paintEvent(event)
            return
        # Imported late, see `theme.motion_is_reduced`.
        from PySide6.QtWidgets import QStyle

        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = text
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)

    def _text(self, room: int) -> str:
        """Returns the text of the button with at most `room` pixels for the name."""
        name, changed = self._shown
        if not name:
            return self.tr("Saved views")
        text = self._elided(room)
        return self.tr("{name} · changed").replace("{name}", text) if changed else text

    def _elided(self, room: int) -> str:
        name, middle = formatting.shortened(self._shown[0]), Qt.TextElideMode.ElideMiddle
        return self.fontMetrics().elidedText(name, middle, room)

    def _name_width(self, room: int) -> int:
        return self.fontMetrics().horizontalAdvance(self._elided(room))

    def _state(self, name: str, *, changed: bool) -> Sequence[str]:
        if not name:
            return ()
        text = self.tr("{name} is applied")
        if changed:
            text = self.tr("{name} was applied, and the window has changed since")
        return (formatting.fill(text, name=name),)

    def _help(self, keys: str) -> str:
        return formatting.fill(self.tr("Apply or save what you arranged ({keys})"), keys=keys)

    def _word_actions(self, name: str, *, changed: bool) -> None:
        short = formatting.shortened(name, NAME_CHARACTERS)
        for action, text in (
            (
                self.update_applied,
                self.tr("Save changes to “{name}”") if name else self.tr("Save changes"),
            ),
            (self.rename, self.tr("Rename “{name}”…") if name else self.tr("Rename…")),
            (self.delete, self.tr("Delete “{name}”") if name else self.tr("Delete")),
        ):
            action.setText(formatting.menu_entry(formatting.fill(text, name=short)))
            action.setEnabled(bool(name))
        self.update_applied.setEnabled(changed)

    def _fill(self) -> None:
        self.menu_requested.emit()
        menu, applied = self.menu(), self._shown[0]
        menu.clear()
        for number, name in enumerate(self._names, 1):
            digit = f"&{number}  " if number <= NUMBERED else ""
            action = menu.addAction(digit + formatting.menu_entry(name))
            action.setCheckable(True)
            action.setChecked(name == applied)
            action.triggered.connect(partial(self.chosen.emit, name))
        if not self._names:
            text = self.tr("No saved views of this context")
            if not self._can_save:
                text = self.tr("No context to save views of")
            menu.addAction(text).setEnabled(False)
        menu.addSeparator()
        menu.addActions((self.save, self.update_applied, self.rename, self.delete))
