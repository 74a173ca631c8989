"""Settings of the window, kept between runs in an INI file.

All values are validated: a damaged file, or one of another version, falls back to the defaults.
"""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.qt.base.view_state import pixels
from kubeimg_gui.qt.nodes.column_layout import ColumnLayout
from kubeimg_gui.qt.window.column_settings import read_columns, write_columns

DEFAULT_GROUPING = Grouping.REPOSITORY


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """What the user arranged in the window.

    Attributes:
        geometry: position and size of the window, as saved by Qt; empty for the default.
        panel: width of the side panel in pixels; 0 for the default.
        panel_open: whether the side panel is shown in narrow windows, too.
        activity: height of the activity panel in pixels; 0 for the default.
        columns: the columns of the node table and its sort order.
        view: the name of the view shown; "" for the first one.
    """

    geometry: bytes = b""
    panel: int = 0
    panel_open: bool = False
    activity: int = 0
    columns: ColumnLayout = field(default_factory=ColumnLayout)
    view: str = ""


def settings_path() -> Path:
    """The INI file in the platform's user configuration folder."""
    return platformdirs.user_config_path("kubeimg", appauthor=False) / "window.ini"


def load_settings(path: Path) -> WindowSettings:
    """Loads settings; missing or invalid values fall back to the defaults."""
    file = QSettings(str(path), QSettings.Format.IniFormat)
    geometry = file.value("window/geometry")
    return WindowSettings(
        geometry=bytes(geometry.data()) if isinstance(geometry, QByteArray) else b"",
        panel=pixels(file.value("window/panel")),
        panel_open=file.value("window/panel_open") == "true",
        activity=pixels(file.value("window/activity")),
        columns=read_columns(file),
        view=_text(file, "window/view"),
    )


def save_settings(path: Path, settings: WindowSettings) -> None:
    """Saves settings; errors are ignored."""
    file = QSettings(str(path), QSettings.Format.IniFormat)
    file.remove("window")
    file.setValue("window/geometry", QByteArray(settings.geometry))
    file.setValue("window/panel", settings.panel)
    file.setValue("window/panel_open", "true" if settings.panel_open else "false")
    file.setValue("window/activity", settings.activity)
    file.setValue("window/view", settings.view)
    write_columns(file, settings.columns)
    file.sync()


def load_grouping(path: Path) -> Grouping:
    """Returns what the user groups images by."""
    name = _text(QSettings(str(path), QSettings.Format.IniFormat), "images/grouping")
    return Grouping(name) if name in set(Grouping) else DEFAULT_GROUPING


def save_grouping(path: Path, grouping: Grouping) -> None:
    """Keeps what the user groups images by; errors are ignored."""
    file = QSettings(str(path), QSettings.Format.IniFormat)
    file.setValue("images/grouping", grouping.value)
    file.sync()


def load_pods_wanted(path: Path, context: str) -> bool:
    """Returns whether the user wants to watch the pods of a context; no by default."""
    return QSettings(str(path), QSettings.Format.IniFormat).value(_pods_key(context)) == "true"


def save_pods_wanted(path: Path, context: str, *, wanted: bool) -> None:
    """Keeps whether the user wants to watch the pods of a context; errors are ignored."""
    file = QSettings(str(path), QSettings.Format.IniFormat)
    if wanted:
        file.setValue(_pods_key(context), "true")
    else:
        file.remove(_pods_key(context))
    file.sync()


def context_group(context: str) -> str:
    """Returns the group of the INI file that keeps what belongs to a context."""
    # Names may hold slashes, which separate groups.
    return f"context {quote(context, safe='', errors='surrogatepass')}"


def _pods_key(context: str) -> str:
    return f"{context_group(context)}/pods"


def _text(file: QSettings, key: str) -> str:
    value = file.value(key)
    return value if isinstance(value, str) else ""
