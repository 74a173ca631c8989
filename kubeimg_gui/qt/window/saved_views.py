"""Saved views: what the user arranged in the window, by name, for each kubeconfig context.

They are in the INI file of the window's settings, one group each. All values are validated: a group
that is damaged is left out, and the others are read. What another version of kubeimg wrote stays in
the file until a view of the same name is saved.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import quote, unquote

from PySide6.QtCore import QSettings

from kubeimg_gui.domain.node_labels import is_label
from kubeimg_gui.qt.base.view_state import LABEL, ViewState
from kubeimg_gui.qt.nodes.column_layout import ColumnLayout
from kubeimg_gui.qt.window.column_settings import read_columns, write_columns
from kubeimg_gui.qt.window.settings import context_group

LONGEST_NAME = 80
"""Maximum characters in the name of a saved view."""
MOST_VIEWS = 100
"""Maximum number of saved views of one context."""
LONGEST_TEXT = 32767
"""Maximum characters of a filter, as in a QLineEdit, and of a value in a `ViewState`."""

_PREFIX = "view "
_VIEW, _FILTER = "view", "filter"
_STATE_KEY = re.compile(r"states/([a-z]+)/([a-z_]+)")


class Naming(Enum):
    """What the user gives a name for."""

    SAVE = "save"
    RENAME = "rename"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What the user arranged in a window.

    Attributes:
        view: the name of the view shown.
        filter: the text of the filter.
        columns: the columns of the table of nodes, its sort order and groups.
        states: what the user arranged in views of images, by their names; without those never
            shown.
    """

    view: str
    filter: str = ""
    columns: ColumnLayout = field(default_factory=ColumnLayout)
    states: Mapping[str, ViewState] = field(default_factory=dict[str, ViewState])

    @property
    def labels(self) -> set[str]:
        """The labels of nodes that it depends on."""
        chosen = {state.get(LABEL, "") for state in self.states.values()}
        wanted = (*self.columns.labels, self.columns.group, *chosen)
        return {label for label in wanted if is_label(label)}


@dataclass(frozen=True, slots=True)
class SavedView:
    """An arrangement with its name."""

    name: str
    arrangement: Arrangement


def clean_name(text: str) -> str:
    """Returns a name with single spaces and none at its ends, as it is kept; may be empty."""
    return " ".join(text.split())


def same_name(name: str) -> str:
    """Returns the form by which names are compared: only one view may have it.

    Case does not matter, because it does not in the keys of the file on Windows.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def by_name(views: Iterable[SavedView]) -> list[SavedView]:
    """Returns views as they are listed."""
    return sorted(views, key=lambda view: (same_name(view.name), view.name))


def load_views(path: Path, context: str) -> list[SavedView]:
    """Returns the saved views of a context by name, without damaged ones, at most MOST_VIEWS."""
    file = QSettings(str(path), QSettings.Format.IniFormat)
    file.beginGroup(context_group(context))
    found: dict[str, SavedView] = {}
    for group in sorted(file.childGroups()):
        view = _read_view(file, group) if group.startswith(_PREFIX) else None
        if view is not None and len(found) < MOST_VIEWS:
            found.setdefault(same_name(view.name), view)
    return by_name(found.values())


def save_view(path: Path, context: str, view: SavedView) -> bool:
    """Saves a view in place of the one of the same name; returns whether the file was written."""
    file = QSettings(str(path), QSettings.Format.IniFormat)
    file.beginGroup(context_group(context))
    _remove(file, view.name)
    arrangement = view.arrangement
    file.beginGroup(_group(view.name))
    file.setValue(_VIEW, arrangement.view)
    file.setValue(_FILTER, _encodable(arrangement.filter))
    write_columns(file, arrangement.columns)
    for part, state in arrangement.states.items():
        for key, text in state.items():
            file.setValue(f"states/{part}/{key}", _encodable(text))
    file.sync()
    return file.status() is QSettings.Status.NoError


def remove_view(path: Path, context: str, name: str) -> bool:
    """Removes the saved view of a name; returns whether the file was written."""
    file = QSettings(str(path), QSettings.Format.IniFormat)
    file.beginGroup(context_group(context))
    _remove(file, name)
    file.sync()
    return file.status() is QSettings.Status.NoError


def _remove(file: QSettings, name: str) -> None:
    for group in file.childGroups():
        found = _name_of(group) if group.startswith(_PREFIX) else ""
        if found and same_name(found) == same_name(name):
            file.remove(group)


def _read_view(file: QSettings, group: str) -> SavedView | None:
    name = _name_of(group)
    file.beginGroup(group)
    texts = {key: _text(file.value(key)) for key in file.allKeys()}
    columns = read_columns(file)
    file.endGroup()
    view, wanted = texts.pop(_VIEW, None), texts.pop(_FILTER, None)
    if not name or not view or wanted is None:
        return None
    states: dict[str, dict[str, str]] = {}
    for key, text in texts.items():
        found = _STATE_KEY.fullmatch(key)
        if found is None or text is None:
            continue  # a later version may keep more
        states.setdefault(found[1], {})[found[2]] = text
    return SavedView(name, Arrangement(view, wanted, columns, states))


def _group(name: str) -> str:
    return _PREFIX + quote(name, safe="", errors="surrogatepass")


def _name_of(group: str) -> str:
    """Returns the name of the saved view that a group holds, "" if it is none."""
    try:
        name = unquote(group.removeprefix(_PREFIX), errors="surrogatepass")
    except UnicodeDecodeError:
        return ""
    return name if name == clean_name(name) and len(name) <= LONGEST_NAME else ""


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else None


def _encodable(text: str) -> str:
    """Returns text without lone surrogates, for which Qt would write nothing."""
    return text.encode(errors="replace").decode()
