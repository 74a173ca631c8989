"""The categories of tiles: a text, a colour and a pattern each, so that it reads without colour."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QBrush, QColor

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.theme import READABLE, Theme, contrast, mix
from kubeimg_gui.qt.base.translations import TranslationContext

translate = QCoreApplication.translate
TreemapColours = TranslationContext("TreemapColours")

OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Colours that differ for people with any kind of colour vision."""
CHANGE_MINUTES = 10
"""How long an image counts as just arrived."""
INK_LIGHT, INK_DARK = "#14181D", "#E7EAEF"


class ColourBy(StrEnum):
    """What the colour of a tile says."""

    REFERENCES = "references"
    REGISTRY = "registry"
    CHANGE = "change"
    AGE = "age"
    NODES = "nodes"


class Pattern(Enum):
    """What is drawn on the colour of a tile."""

    PLAIN = Qt.BrushStyle.NoBrush
    STROKES = Qt.BrushStyle.BDiagPattern
    DOTS = Qt.BrushStyle.Dense7Pattern
    BACKSLASHES = Qt.BrushStyle.FDiagPattern
    LINES = Qt.BrushStyle.HorPattern
    COLUMNS = Qt.BrushStyle.VerPattern
    LATTICE = Qt.BrushStyle.DiagCrossPattern
    GRID = Qt.BrushStyle.CrossPattern


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of tile; `most` marks a figure that is an upper bound ("at most")."""

    text: str
    colour: str
    pattern: Pattern = Pattern.PLAIN
    stroke: str = ""
    most: bool = False

    @property
    def ground(self) -> QBrush:
        """The plain colour."""
        return QBrush(QColor(self.colour))

    @property
    def hatch(self) -> QBrush:
        """The pattern over it."""
        return QBrush(QColor(self.stroke or self.colour), self.pattern.value)


def ink(theme: Theme) -> str:
    """Returns the colour of text on tiles."""
    return INK_DARK if theme.dark else INK_LIGHT


def reference_categories(theme: Theme) -> tuple[Category, ...]:
    """Returns referenced, not referenced, unknown."""
    dark = theme.dark
    return (
        Category(translate("Treemap", "referenced by a pod"), "#2F4F86" if dark else "#9DBBEF"),
        Category(
            translate("Treemap", "not referenced by any pod of its node"),
            "#7A4A1C" if dark else "#F2B27A",
            Pattern.STROKES,
            _faint(theme, theme.grown, "#7A4A1C" if dark else "#F2B27A"),
            most=True,
        ),
        Category(
            translate("Treemap", "unknown"),
            "#3A424D" if dark else "#C9CFD8",
            Pattern.DOTS,
            _faint(theme, theme.muted, "#3A424D" if dark else "#C9CFD8"),
        ),
    )


def registry_categories(theme: Theme, registries: list[str]) -> tuple[Category, ...]:
    """Returns one for each of these registries, then one for all others and unnamed images."""
    named = [
        _categorical(theme, formatting.line(registry, 60), place)
        for place, registry in enumerate(registries)
    ]
    return (*named, _grey(theme, translate("Treemap", "other registries")))


def change_categories(theme: Theme) -> tuple[Category, ...]:
    """Returns just arrived, arrived since opened, perhaps arrived, there from the start."""
    grown = _tile(theme, theme.grown, 0.75)
    return (
        Category(
            TreemapColours.tr("arrived in the last %Ln minute(s)", "", CHANGE_MINUTES),
            grown,
            Pattern.STROKES,
            _faint(theme, theme.grown, grown),
        ),
        Category(
            translate("Treemap", "arrived since opened"),
            _tile(theme, theme.grown, 0.35),
            Pattern.LINES,
            _faint(theme, theme.grown, _tile(theme, theme.grown, 0.35)),
        ),
        Category(
            translate("Treemap", "listed since opened"),
            _tile(theme, theme.warn, 0.3),
            Pattern.DOTS,
            _faint(theme, theme.warn, _tile(theme, theme.warn, 0.3)),
        ),
        Category(translate("Treemap", "there when opened"), theme.bar),
    )


def age_categories(theme: Theme) -> tuple[Category, ...]:
    """Returns the time since an image was first seen in the cluster, the shortest first."""
    texts = (
        translate("Treemap", "first seen less than 1 h ago"),
        translate("Treemap", "first seen less than 1 day ago"),
        translate("Treemap", "first seen longer ago"),
        translate("Treemap", "older than this window"),
    )
    return _steps(theme, texts, falling=True)


def count_categories(theme: Theme) -> tuple[Category, ...]:
    """Returns the number of nodes that hold an image, the least first."""
    texts = (
        translate("Treemap", "on 1 node"),
        translate("Treemap", "on 2 to 9 nodes"),
        translate("Treemap", "on 10 to 99 nodes"),
        translate("Treemap", "on 100 nodes or more"),
    )
    return _steps(theme, texts, falling=False)


def _steps(theme: Theme, texts: tuple[str, ...], *, falling: bool) -> tuple[Category, ...]:
    shares = (0.10, 0.28, 0.46, 0.64)
    patterns = (Pattern.PLAIN, Pattern.DOTS, Pattern.STROKES, Pattern.LATTICE)
    if falling:
        shares, patterns = shares[::-1], patterns[::-1]
    return tuple(
        Category(text, colour, pattern, _faint(theme, theme.accent, colour))
        for text, share, pattern in zip(texts, shares, patterns, strict=True)
        for colour in (_tile(theme, theme.accent, share),)
    )


def _categorical(theme: Theme, text: str, place: int) -> Category:
    patterns = list(Pattern)
    source = OKABE_ITO[place % len(OKABE_ITO)]
    colour = _tile(theme, source, 0.55)
    return Category(text, colour, patterns[place % len(patterns)], _faint(theme, source, colour))


def _grey(theme: Theme, text: str) -> Category:
    colour = "#3A424D" if theme.dark else "#C9CFD8"
    return Category(text, colour, Pattern.GRID, _faint(theme, theme.muted, colour))


def _tile(theme: Theme, colour: str, share: float) -> str:
    """Returns a ground in this colour on which the ink of tiles is readable."""
    share = share * 0.75 if theme.dark else share * 0.9
    ground = mix(theme.surface, colour, share).name()
    while contrast(ink(theme), ground) < READABLE:
        share *= 0.9
        ground = mix(theme.surface, colour, share).name()
    return ground


def _faint(theme: Theme, stroke: str, ground: str) -> str:
    """Returns the colour of a pattern that shows on its ground without hiding text."""
    strong = mix(stroke, theme.text, 0.35).name() if not theme.dark else stroke
    return mix(ground, strong, 0.75).name()
