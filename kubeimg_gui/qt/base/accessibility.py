"""What assistive technology reads: plain descriptions beside rich tooltips, and announcements."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from kubeimg_gui.qt.base import formatting

translate = QCoreApplication.translate


def set_tip(widget: QWidget, text: str) -> None:
    """Sets the tooltip and the description of a widget; an empty text removes both.

    Without a description Qt reads the tooltip aloud, which is rich text, see `formatting.tooltip`.
    """
    widget.setToolTip(formatting.tooltip(text) if text else "")
    widget.setAccessibleDescription(formatting.passage(text))


def spoken(text: str) -> str:
    """Returns what is read of a cell: a cell without text would have no name."""
    return text or translate("Accessibility", "empty")


def add_clear_button(field: QLineEdit) -> None:
    """Adds the button that clears a field, and names it; Qt leaves it without a name."""
    field.setClearButtonEnabled(True)
    for button in field.findChildren(QToolButton):
        button.setAccessibleName(translate("Accessibility", "Clear"))


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Makes a screen reader say a plain text, after what it says now or, if urgent, at once."""
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
