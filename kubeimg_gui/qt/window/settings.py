"""How the window was left: kept between runs in an ini file a person may read or delete.

Every value read is checked, so a file that was damaged or written by another version costs at
most the arrangement and never the start.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from kubeimg_gui.qt.nodes.columns import Column

WIDEST = 4000


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a person arranged in the window.

    Attributes:
        geometry: Qt's own record of the window's place and size; empty for none.
        panel: the side panel's width in pixels, 0 for none.
        activity: the activity panel's height in pixels, 0 for none.
        order: all columns from left to right; empty for the usual order.
        hidden: columns not shown; never the node's name.
        widths: pixels of the columns whose width was set by hand.
        sort, descending: the column the rows are sorted by.
    """

    geometry: bytes = b""
    panel: int = 0
    activity: int = 0
    order: tuple[Column, ...] = ()
    hidden: frozenset[Column] = frozenset()
    widths: Mapping[Column, int] = field(default_factory=dict[Column, int])
    sort: Column = Column.REPORTED
    descending: bool = True


def settings_path() -> Path:
    """The ini file where this platform keeps a person's settings."""
    return platformdirs.user_config_path("kubeimg", appauthor=False) / "window.ini"


def load_arrangement(path: Path) -> Arrangement:
    """Read how the window was left; anything missing or odd falls back to the usual."""
    settings = QSettings(str(path), QSettings.Format.IniFormat)
    geometry = settings.value("window/geometry")
    order = _columns(settings, "columns/order")
    sort = _columns(settings, "columns/sort") or (Column.REPORTED,)
    return Arrangement(
        geometry=bytes(geometry.data()) if isinstance(geometry, QByteArray) else b"",
        panel=_pixels(settings.value("window/panel")),
        activity=_pixels(settings.value("window/activity")),
        order=order if len(order) == len(Column) else (),
        hidden=frozenset(_columns(settings, "columns/hidden")) - {Column.NODE},
        widths={
            column: width
            for column in Column
            if (width := _pixels(settings.value(f"widths/{column.name.lower()}")))
        },
        sort=sort[0],
        descending=settings.value("columns/descending", "true") != "false",
    )


def save_arrangement(path: Path, arrangement: Arrangement) -> None:
    """Write how the window is left; a file that cannot be written is no reason to complain."""
    settings = QSettings(str(path), QSettings.Format.IniFormat)
    for group in ("window", "columns", "widths"):
        settings.remove(group)
    settings.setValue("window/geometry", QByteArray(arrangement.geometry))
    settings.setValue("window/panel", arrangement.panel)
    settings.setValue("window/activity", arrangement.activity)
    settings.setValue("columns/order", _words(arrangement.order))
    settings.setValue("columns/hidden", _words(sorted(arrangement.hidden)))
    settings.setValue("columns/sort", arrangement.sort.name.lower())
    settings.setValue("columns/descending", "true" if arrangement.descending else "false")
    for column, width in arrangement.widths.items():
        settings.setValue(f"widths/{column.name.lower()}", width)
    settings.sync()


def _words(columns: tuple[Column, ...] | list[Column]) -> str:
    return " ".join(column.name.lower() for column in columns)


def _columns(settings: QSettings, key: str) -> tuple[Column, ...]:
    known = {column.name.lower(): column for column in Column}
    value = settings.value(key)
    words = value.split() if isinstance(value, str) else []
    return tuple(dict.fromkeys(known[word] for word in words if word in known))


def _pixels(value: object) -> int:
    number = int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0
    return number if number <= WIDEST else 0
