"""Turns a digest of changes into a notification: a title and at most two lines of plain text.

Desktops show a few short lines and cut the rest, so the most important comes first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.digest import Digest, DigestEntry, DigestList
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.text import units
from kubeimg_gui.text.elision import ELLIPSIS, columns, elided
from kubeimg_gui.text.sanitize import plain

translate = QCoreApplication.translate
Notification = TranslationContext("Notification")

MAX_LINES = 2
MAX_COLUMNS = 96
"""Maximum lines of a message under its title, and columns of a line."""
MAX_NAMED = 3
"""Maximum number of names in one list."""
MAX_NAME_LENGTH = 48
MAX_WINDOW_LENGTH = 24
"""Maximum columns of the name of a node or image, and of the name of a window."""

_SEPARATOR = " · "

_LOOK_ALIKES = str.maketrans("<>&", "‹›＆")


@dataclass(frozen=True, slots=True)
class Message:
    """A notification, as plain text.

    Attributes:
        window: key of the window it belongs to, the name of the context.
        title, body: one line, and at most MAX_LINES lines.
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
    return Message(
        window,
        f"{_short(window, MAX_WINDOW_LENGTH)}: {title}",
        "\n".join(_packed(body)),
        critical=bool(digest.under_pressure),
    )


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
    """Returns what happened, the most important first."""
    lines = (
        ((translate("Notification", "Arrived: {names}"), digest.arrived),),
        (
            (translate("Notification", "Left: {names}"), digest.left),
            (translate("Notification", "No longer listed: {names}"), digest.no_longer_listed),
            (translate("Notification", "Listed now: {names}"), digest.listed_now),
        ),
        (
            (translate("Notification", "Nodes joined: {names}"), digest.joined),
            (translate("Notification", "Nodes left: {names}"), digest.departed),
        ),
        ((translate("Notification", "Retagged: {names}"), digest.retagged),),
    )
    listings = (
        [_listing(template, listed) for template, listed in line if listed] for line in lines
    )
    return [_joined(parts) for parts in listings if parts]


def _pressure_lines(conditions: Mapping[str, str]) -> list[str]:
    if len(conditions) == 1:
        ((name, condition),) = conditions.items()
        return [f"{_short(name)}: {_short(condition)}"]
    template = translate("Notification", "{nodes} under pressure")
    names = [_short(name) for name in islice(conditions, MAX_NAMED)]
    return [
        formatting.fill(template, nodes=formatting.nodes(len(conditions))),
        _first_names("{names}", names, others=len(conditions) - len(names)),
    ]


def _packed(lines: Sequence[str]) -> list[str]:
    """Returns at most MAX_LINES lines; the last one continues as far as there is room."""
    rest = lines[MAX_LINES - 1 :]
    return [*lines[: MAX_LINES - 1], *([_joined(rest)] if rest else [])]


def _joined(parts: Sequence[str]) -> str:
    """Returns parts on one line; an ellipsis stands for those that it has no room for."""
    line, *rest = parts
    for part in rest:
        longer = f"{line}{_SEPARATOR}{part}"
        if columns(longer) > MAX_COLUMNS:
            return f"{line}{_SEPARATOR}{ELLIPSIS}"
        line = longer
    return line


def _listing(template: str, listed: DigestList) -> str:
    return _first_names(template, [_entry(entry) for entry in listed.entries], more=listed.more)


def _entry(entry: DigestEntry) -> str:
    name = _short(entry.name or node_wording.unnamed_image())
    if entry.nodes == 1:
        return name
    template = translate("Notification", "{image} on {nodes}")
    return formatting.fill(template, image=name, nodes=formatting.nodes(entry.nodes))


def _first_names(
    template: str, names: Sequence[str], *, others: int = 0, more: bool = False
) -> str:
    """Fills in as many names as one line has room for, at most MAX_NAMED and at least one.

    `others` is the number of names that `names` lacks.
    """
    total = len(names) + others
    texts = (
        formatting.fill(template, names=_with_others(names[:count], total - count, more=more))
        for count in range(min(MAX_NAMED, len(names)), 0, -1)
    )
    text = next(texts)
    while columns(text) > MAX_COLUMNS and (shorter := next(texts, None)):
        text = shorter
    return text


def _with_others(names: Sequence[str], left_out: int, *, more: bool) -> str:
    """Joins names and adds the number of those left out; `more` makes it a lower bound."""
    first = ", ".join(names)
    if not left_out:
        return first
    if more:
        template = Notification.tr("{names} and at least %Ln more", "", left_out)
    else:
        template = Notification.tr("{names} and %Ln more", "", left_out)
    return formatting.fill(template, names=first)


def _short(name: str, most: int = MAX_NAME_LENGTH) -> str:
    """Returns a name from a cluster as plain text, shortened in its middle where it is long."""
    return elided(without_markup(name).strip() or "?", most)
