"""Turns a digest of changes into a notification: a title and a few short lines of plain text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.digest import Digest, DigestEntry, DigestList
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.text import units
from kubeimg_gui.text.sanitize import plain

translate = QCoreApplication.translate
Notification = TranslationContext("Notification")

MAX_NAMED = 3
"""Maximum number of names in one list."""
MAX_NAME_LENGTH = 48

_LOOK_ALIKES = str.maketrans("<>&", "‹›＆")


@dataclass(frozen=True, slots=True)
class Message:
    """A notification, as plain text.

    Attributes:
        window: key of the window it belongs to, the name of the context.
        critical: whether a node came under pressure.
    """

    window: str
    title: str
    body: str
    critical: bool = False


def digest_message(digest: Digest, window: str) -> Message:
    """Returns the message for a digest of the changes in one window."""
    lines = _pressure_lines(digest.under_pressure) if digest.under_pressure else []
    if digest.has_storage_changes:
        lines += [_storage_title(digest), *_storage_lines(digest)]
    title, *body = lines
    critical = bool(digest.under_pressure)
    return Message(window, f"{_short(window)}: {title}", "\n".join(body), critical)


def without_markup(text: str) -> str:
    """Returns text from a cluster as one line that no desktop takes for markup.

    Some notification services and trays interpret a subset of HTML, others show it literally, and
    the capabilities they announce are unreliable. Escaped text would show as `&lt;` in some of
    them; look-alike characters read correctly in all.
    """
    return plain(text).translate(_LOOK_ALIKES)


def _storage_title(digest: Digest) -> str:
    changed = digest.changed_nodes
    nodes = formatting.nodes(len(changed)) if len(changed) > 1 else _short(next(iter(changed)))
    if digest.more_nodes:
        nodes = units.at_least(nodes)
    title = formatting.fill(translate("Notification", "{nodes} changed"), nodes=nodes)
    if not digest.bytes_changed:
        return title
    sign = "+" if digest.bytes_changed > 0 else "\N{MINUS SIGN}"
    return f"{title}, {sign}{units.size(abs(digest.bytes_changed))}"


def _storage_lines(digest: Digest) -> list[str]:
    lines = (
        (
            (translate("Notification", "Arrived: {names}"), digest.arrived),
            (translate("Notification", "Retagged: {names}"), digest.retagged),
        ),
        (
            (translate("Notification", "Left: {names}"), digest.left),
            (translate("Notification", "No longer listed: {names}"), digest.no_longer_listed),
            (translate("Notification", "Listed now: {names}"), digest.listed_now),
        ),
        (
            (translate("Notification", "Nodes joined: {names}"), digest.joined),
            (translate("Notification", "Nodes left: {names}"), digest.departed),
        ),
    )
    joined = (
        " · ".join(formatting.fill(part, names=_entries(listed)) for part, listed in line if listed)
        for line in lines
    )
    return [line for line in joined if line]


def _pressure_lines(conditions: Mapping[str, str]) -> list[str]:
    if len(conditions) == 1:
        ((name, condition),) = conditions.items()
        return [f"{_short(name)}: {without_markup(condition)}"]
    template = translate("Notification", "{nodes} under pressure")
    return [
        formatting.fill(template, nodes=formatting.nodes(len(conditions))),
        _first_names(map(_short, conditions), len(conditions)),
    ]


def _entries(listed: DigestList) -> str:
    return _first_names(map(_entry, listed.entries), len(listed.entries), more=listed.more)


def _entry(entry: DigestEntry) -> str:
    name = _short(entry.name or node_wording.unnamed_image())
    if entry.nodes == 1:
        return name
    template = translate("Notification", "{image} on {nodes}")
    return formatting.fill(template, image=name, nodes=formatting.nodes(entry.nodes))


def _first_names(names: Iterable[str], count: int, *, more: bool = False) -> str:
    """Joins the first names and adds the number of the others; `more` makes it a lower bound."""
    first = ", ".join(islice(names, MAX_NAMED))
    left_out = count - MAX_NAMED
    if left_out <= 0:
        return first
    if more:
        template = Notification.tr("{names} and at least %Ln more", "", left_out)
    else:
        template = Notification.tr("{names} and %Ln more", "", left_out)
    return formatting.fill(template, names=first)


def _short(name: str) -> str:
    """Returns a name from a cluster as plain text, shortened in its middle where it is long."""
    name = without_markup(name).strip() or "?"
    if len(name) > MAX_NAME_LENGTH:
        half = MAX_NAME_LENGTH // 2
        name = f"{name[:half]}…{name[-half:]}"
    return name
