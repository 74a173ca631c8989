"""The light and the dark theme, with the palette and the style sheet made from them.

Every colour has one meaning: orange grew, teal shrank, amber is uncertain or capped, red needs
attention, blue is the current position.
"""

from dataclasses import dataclass
from zlib import crc32

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

READABLE = 4.5
"""Minimum contrast of WCAG for text of normal size."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by meaning, as `#RRGGBB`; a `_ground` is the background of text in that colour."""

    dark: bool
    page: str
    surface: str
    line: str
    text: str
    muted: str
    accent: str
    accent_ground: str
    selection: str
    hover: str
    grown: str
    grown_ground: str
    shrunk: str
    shrunk_ground: str
    warn: str
    warn_ground: str
    critical: str
    critical_ground: str
    ok: str
    bar: str
    capped_bar: str
    track: str
    thumb: str


LIGHT = Theme(
    dark=False,
    page="#FFFFFF",
    surface="#F5F7FA",
    line="#DCE1E8",
    text="#1B2027",
    muted="#5A6472",
    accent="#1F63D6",
    accent_ground="#E4EDFC",
    selection="#E1EBFD",
    hover="#F5F7FA",
    grown="#A84A00",
    grown_ground="#FFEBD6",
    shrunk="#0B6B63",
    shrunk_ground="#D9F3EF",
    warn="#8A5A00",
    warn_ground="#FFF1CC",
    critical="#B3261E",
    critical_ground="#FCE4E2",
    ok="#156E40",
    bar="#B9CDF2",
    capped_bar="#E8C48A",
    track="#EEF1F5",
    thumb="#C3CAD4",
)
DARK = Theme(
    dark=True,
    page="#14181D",
    surface="#1B2027",
    line="#2B323B",
    text="#E7EAEF",
    muted="#9BA6B4",
    accent="#7FB0FF",
    accent_ground="#1D2C45",
    selection="#23385A",
    hover="#1B2027",
    grown="#F7A95C",
    grown_ground="#40290F",
    shrunk="#5BD1C4",
    shrunk_ground="#10352F",
    warn="#F0C04A",
    warn_ground="#3A2E0E",
    critical="#FF8A80",
    critical_ground="#47191A",
    ok="#5FD08F",
    bar="#2F4A78",
    capped_bar="#6A5327",
    track="#222931",
    thumb="#414B57",
)


def choose_theme(choice: str) -> Theme:
    """Returns the theme for `light`, `dark` or `system` (the choice of the desktop)."""
    if choice == "system":
        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def motion_is_reduced() -> bool:
    """Returns whether the desktop has animations disabled, as far as Qt knows."""
    # Imported late: its enums take 5 ms, and the first window needs none of them.
    from PySide6.QtWidgets import QStyle

    style = QApplication.style()
    return not (
        style.styleHint(QStyle.StyleHint.SH_Widget_Animate)
        and style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
    )


def contrast(one: str, other: str) -> float:
    """Returns the WCAG contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(QColor(one)), _luminance(QColor(other))))
    return (lighter + 0.05) / (darker + 0.05)


def mix(ground: str, colour: str, share: float) -> QColor:
    """Returns a mixture of two colours: `ground` at 0, `colour` at 1."""
    a, b = QColor(ground), QColor(colour)
    return QColor.fromRgbF(
        a.redF() + (b.redF() - a.redF()) * share,
        a.greenF() + (b.greenF() - a.greenF()) * share,
        a.blueF() + (b.blueF() - a.blueF()) * share,
    )


def context_colours(context: str, theme: Theme) -> tuple[str, str]:
    """Returns text and background colour of a context, the same in every run, always readable.

    Returns neutral colours for an empty name.
    """
    if not context:
        return theme.muted, theme.track
    # From green over blue to magenta: red, orange and yellow have other meanings.
    hue = (140 + crc32(context.encode(errors="surrogatepass")) % 16 * 12) / 360
    ground = QColor.fromHslF(hue, 0.45 if theme.dark else 0.80, 0.17 if theme.dark else 0.93)
    lightness = 0.70 if theme.dark else 0.40
    ink = QColor.fromHslF(hue, 0.75, lightness)
    while contrast(ink.name(), ground.name()) < READABLE:
        lightness += 0.02 if theme.dark else -0.02
        ink = QColor.fromHslF(hue, 0.75, lightness)
    return ink.name(), ground.name()


def pill_style(context: str, theme: Theme) -> str:
    """Returns the style of a label with the name of a context, in the colours of that context."""
    ink, ground = context_colours(context, theme)
    return f"color: {ink}; background: {ground}; border: 0; border-radius: 6px; padding: 4px 12px;"


def palette(theme: Theme) -> QPalette:
    """Returns the Qt palette of a theme, for everything that Qt's style draws."""
    result = QPalette()
    role = QPalette.ColorRole
    for colour_role, colour in (
        (role.Window, theme.page),
        (role.WindowText, theme.text),
        (role.Base, theme.page),
        (role.AlternateBase, theme.surface),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Button, theme.surface),
        (role.ButtonText, theme.text),
        (role.Highlight, theme.selection),
        (role.HighlightedText, theme.text),
        (role.ToolTipBase, theme.surface),
        (role.ToolTipText, theme.text),
        (role.Link, theme.accent),
        (role.Accent, theme.accent),
        (role.Light, theme.surface),
        (role.Midlight, theme.line),
        (role.Mid, theme.line),
        (role.Dark, theme.line),
        (role.Shadow, theme.line),
    ):
        result.setColor(colour_role, QColor(colour))
    for colour_role in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, colour_role, QColor(theme.muted))
    return result


def style_sheet(theme: Theme) -> str:
    """Returns the style sheet of a theme: scroll bars, fields, buttons and borders."""
    return f"""
    QToolTip {{ color: {theme.text}; background: {theme.surface};
        border: 1px solid {theme.line}; padding: 4px 6px; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {theme.thumb}; border-radius: 3px; margin: 2px;
        min-height: 28px; min-width: 28px; }}
    QScrollBar::handle:hover {{ background: {theme.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QMenu {{ background: {theme.surface}; border: 1px solid {theme.line}; padding: 4px; }}
    QMenu::item {{ padding: 4px 18px 4px 8px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {theme.selection}; color: {theme.text}; }}
    QMenu::indicator {{ left: 4px; }}
    QSplitter::handle {{ background: {theme.line}; }}
    #toolbar, #statusBar {{ background: {theme.surface}; }}
    #toolbar, #figures, #views {{ border: 0; border-bottom: 1px solid {theme.line}; }}
    #statusBar {{ border: 0; border-top: 1px solid {theme.line}; }}
    #statusBar QLabel, QLabel#caption {{ color: {theme.muted}; }}
    QLineEdit {{ background: {theme.page}; border: 1px solid {theme.line}; border-radius: 5px;
        padding: 4px 8px; selection-background-color: {theme.accent};
        selection-color: {theme.page}; }}
    QLineEdit:focus {{ border-color: {theme.accent}; }}
    QLineEdit[wrong="true"], QLineEdit[wrong="true"]:focus {{
        border-color: {theme.critical}; }}
    QPushButton {{ background: {theme.page}; border: 1px solid {theme.line};
        border-radius: 5px; padding: 4px 12px; color: {theme.text}; }}
    QPushButton:hover {{ background: {theme.accent_ground}; }}
    QPushButton:focus {{ border-color: {theme.accent}; }}
    QPushButton#switch:checked {{ background: {theme.accent_ground}; color: {theme.accent};
        border-color: {theme.accent_ground}; }}
    QPushButton:checked {{ background: {theme.warn_ground}; color: {theme.warn};
        border-color: {theme.warn}; }}
    QPushButton#switch:checked {{ background: {theme.accent_ground}; color: {theme.accent};
        border-color: {theme.accent}; }}
    #banner {{ background: {theme.warn_ground}; border-bottom: 1px solid {theme.line}; }}
    #banner QLabel {{ color: {theme.warn}; }}
    #banner[quiet="true"] {{ background: {theme.surface}; }}
    #banner[quiet="true"] QLabel {{ color: {theme.muted}; }}
    QLabel#badge-insecure, QLabel#badge-acting-as, QLabel#badge-proxy {{
        border-radius: 5px; padding: 2px 7px; }}
    QLabel#badge-insecure {{ background: {theme.critical_ground}; color: {theme.critical}; }}
    QLabel#badge-acting-as {{ background: {theme.warn_ground}; color: {theme.warn}; }}
    QLabel#badge-proxy {{ background: {theme.track}; color: {theme.muted}; }}
    QLabel#match {{ color: {theme.accent}; }}
    QLabel#doubt {{ background: {theme.warn_ground}; color: {theme.warn};
        border-radius: 6px; padding: 6px 10px; }}
    #job {{ background: {theme.accent_ground}; border-bottom: 1px solid {theme.line}; }}
    #job[state="done"] {{ background: {theme.shrunk_ground}; }}
    #job[state="failed"] {{ background: {theme.critical_ground}; }}
    #job[state="failed"] QLabel {{ color: {theme.critical}; }}
    #activity {{ border: 0; border-top: 1px solid {theme.line}; background: {theme.page}; }}
    #activity QTableView {{ background: {theme.page}; border: 0; }}
    #activity QLineEdit {{ padding: 2px 6px; }}
    QPushButton#unseen {{ background: {theme.accent_ground}; color: {theme.accent};
        border-color: {theme.accent_ground}; padding: 1px 8px; }}
    QPushButton#unseen:hover, QPushButton#unseen:focus {{ border-color: {theme.accent}; }}
    QTableView::item:selected {{ background: {theme.selection}; color: {theme.text}; }}
    QHeaderView::section {{ background: {theme.surface}; color: {theme.muted}; border: 0;
        border-bottom: 1px solid {theme.line}; padding: 4px 3px; }}
    QDialog QTableView, QPlainTextEdit {{ background: {theme.page};
        border: 1px solid {theme.line}; border-radius: 5px; }}
    QPlainTextEdit:focus {{ border-color: {theme.accent}; }}
    QLabel#problem {{ background: {theme.critical_ground}; color: {theme.critical};
        border-radius: 6px; padding: 6px 10px; }}
    QLabel#expected {{ background: {theme.critical_ground}; color: {theme.critical};
        border: 1px solid {theme.critical}; border-radius: 5px; padding: 3px 8px; }}
    QPushButton#verb:enabled {{ background: {theme.accent}; color: {theme.page};
        border-color: {theme.accent}; }}
    QPushButton#danger:enabled {{ background: {theme.critical}; color: {theme.page};
        border-color: {theme.critical}; }}
    QPushButton:disabled {{ color: {theme.muted}; background: {theme.surface}; }}
    #contexts {{ background: {theme.surface}; border: 1px solid {theme.line}; }}
    #contexts QListView {{ background: {theme.page}; border: 1px solid {theme.line};
        border-radius: 5px; }}
    #panel, #panel QListView {{ background: {theme.page}; border: 0; }}
    """


def _luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4

    return (
        0.2126 * linear(colour.redF())
        + 0.7152 * linear(colour.greenF())
        + 0.0722 * linear(colour.blueF())
    )
