"""What a notification says about a burst of changes, in a title and a few short lines.

The changes are summed up as they come and none is kept, so that hours of a storm take no more
room than a minute of it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.change import ChangeKind, NodeChange
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.text.sanitize import plain

T = TypeVar("T")

translate = QCoreApplication.translate

NODES = 10_000
IMAGES = 500
"""How many different ones are counted; of more it is only said that there are more."""
NAMED = 3
LONGEST_NAME = 48

_LOOK_ALIKES = str.maketrans("<>&", "‹›＆")


@dataclass(frozen=True, slots=True)
class Message:
    """What a notification says, as plain text.

    Attributes:
        window: the key of the window it belongs to, the context's name.
        critical: a node has come under pressure, a person should look.
    """

    window: str
    title: str
    body: str
    critical: bool = False


def comes_under_pressure(change: NodeChange) -> bool:
    """Whether a pressure condition is new with this change, and was not there from the start."""
    if change.new is None or change.initial or not change.new.pressures:
        return False
    return bool(set(change.new.pressures).difference(change.old.pressures if change.old else ()))


def without_markup(words: str) -> str:
    """Words from a cluster as one line that no desktop takes for markup.

    Some notification services and trays read a subset of HTML, others show it as it is, and what
    they say of themselves is not always true: escaping would show as `&lt;` in some of them,
    look-alikes are read rightly in all.
    """
    return plain(words).translate(_LOOK_ALIKES)


class Gathering:
    """What a row of changes comes to, in bounded room.

    What came and went again in the meantime is not told.
    """

    def __init__(self) -> None:
        self._bytes = 0
        self._changed: set[str] = set()
        self._pressed: dict[str, str] = {}
        self._nodes = _Tally(NODES)
        self._images = _Tally(IMAGES)
        self._retagged: dict[str, str] = {}

    def add(self, change: NodeChange) -> None:
        """Take a change into account; the changes of one node come in order."""
        name = change.record.name
        if change.storage_changed:
            self._add_storage(name, change)
        if comes_under_pressure(change):
            if len(self._pressed) < NODES:
                self._pressed[name] = node_wording.condition(change.record)[1]
        elif change.new is None or not change.new.pressures:
            self._pressed.pop(name, None)

    def message(self, window: str) -> Message | None:
        """What there is to tell; None where there is nothing."""
        lines = [self._storage_title(), *told] if (told := self._storage_lines()) else []
        if self._pressed:
            lines = [*self._pressure_lines(), *lines]
        if not lines:
            return None
        title, *body = lines
        return Message(window, f"{_short(window)}: {title}", "\n".join(body), bool(self._pressed))

    def _add_storage(self, name: str, change: NodeChange) -> None:
        # Every change of a node begins where the one before it ended, so the sum of all is what
        # lies between the first and the last.
        self._bytes += change.bytes_new - change.bytes_old
        if len(self._changed) < NODES:
            self._changed.add(name)
        if change.kind is not ChangeKind.CHANGED:
            self._nodes.count(name, name, 1 if change.kind is ChangeKind.ADDED else -1)
        diff = change.images
        self._images.count_images(diff.arrived, 1)
        self._images.count_images(diff.left, -1)
        self._images.count_images(diff.no_longer_listed, -1, unsure=True)
        for retag in diff.retagged:
            if len(self._retagged) < IMAGES:
                self._retagged[retag.new.key] = node_wording.image_name(retag.new)

    def _storage_title(self) -> str:
        count = len(self._changed)
        nodes = formatting.nodes(count) if count > 1 else _short(next(iter(self._changed)))
        words = formatting.fill(
            translate("Message", "{nodes} changed"), nodes=f"≥ {nodes}" if count == NODES else nodes
        )
        if not self._bytes:
            return words
        sign = "+" if self._bytes > 0 else "\N{MINUS SIGN}"
        return f"{words}, {sign}{formatting.size(abs(self._bytes))}"

    def _storage_lines(self) -> list[str]:
        came, gone, unlisted = _Entry.has_come, _Entry.has_gone, _Entry.is_unlisted
        full = len(self._retagged) == IMAGES
        retagged = _listed(self._retagged.values(), _short, more=full)
        lines = (
            (
                (translate("Message", "Arrived: {names}"), self._images.names(came)),
                (translate("Message", "Retagged: {names}"), retagged),
            ),
            (
                (translate("Message", "Left: {names}"), self._images.names(gone)),
                (translate("Message", "No longer listed: {names}"), self._images.names(unlisted)),
            ),
            (
                (translate("Message", "Nodes joined: {names}"), self._nodes.names(came)),
                (translate("Message", "Nodes left: {names}"), self._nodes.names(gone)),
            ),
        )
        worded = (
            " · ".join(formatting.fill(part, names=names) for part, names in line if names)
            for line in lines
        )
        return [line for line in worded if line]

    def _pressure_lines(self) -> list[str]:
        if len(self._pressed) == 1:
            ((name, words),) = self._pressed.items()
            return [f"{_short(name)}: {words}"]
        template = translate("Message", "{nodes} under pressure")
        return [
            formatting.fill(template, nodes=formatting.nodes(len(self._pressed))),
            _listed(self._pressed, _short, more=False),
        ]


@dataclass(slots=True)
class _Entry:
    name: str
    size: int
    count: int = 0
    unsure: bool = False

    def words(self) -> str:
        name = _short(self.name)
        if abs(self.count) == 1:
            return name
        template = translate("Message", "{image} on {nodes}")
        return formatting.fill(template, image=name, nodes=formatting.nodes(abs(self.count)))

    def has_come(self) -> bool:
        return self.count > 0

    def has_gone(self) -> bool:
        return self.count < 0 and not self.unsure

    def is_unlisted(self) -> bool:
        return self.count < 0 and self.unsure


class _Tally:
    """Counts things up and down, as many different ones as it has room for."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._entries: dict[str, _Entry] = {}
        self._full = False

    def count(self, key: str, name: str, step: int, *, size: int = 0, unsure: bool = False) -> None:
        """Count one; what comes to nothing is forgotten."""
        entry = self._entries.get(key)
        if entry is None:
            # Once something had to be left out, what else is new may be that: its count is not
            # known any more.
            self._full = self._full or len(self._entries) == self._room
            if self._full:
                return
            entry = self._entries[key] = _Entry(name, size)
        entry.count += step
        entry.unsure |= unsure
        if not entry.count:
            del self._entries[key]

    def count_images(
        self, images: Iterable[ContainerImage], step: int, *, unsure: bool = False
    ) -> None:
        """Count the images of one node, each once however often it is listed."""
        for key, image in {image.key: image for image in images}.items():
            name = node_wording.image_name(image)
            self.count(key, name, step, size=image.size_bytes, unsure=unsure)

    def names(self, wanted: Callable[[_Entry], bool]) -> str:
        """The names of the wanted ones, largest first; empty for none."""
        found = [entry for entry in self._entries.values() if wanted(entry)]
        found.sort(key=lambda entry: (-entry.size, -abs(entry.count), entry.name))
        return _listed(found, _Entry.words, more=self._full)


def _listed(things: Collection[T], words: Callable[[T], str], *, more: bool) -> str:
    """The first few in words and how many others there are, or more than that."""
    left_out = len(things) - NAMED
    first = ", ".join(map(words, islice(things, NAMED)))
    if left_out <= 0:
        return first
    return formatting.fill(
        translate("Message", "{names} and {count} more"),
        names=first,
        count=f"{left_out:,}+" if more else f"{left_out:,}",
    )


def _short(name: str) -> str:
    """A name from a cluster, plain, and shortened in its middle where it is long."""
    name = without_markup(name).strip() or "?"
    if len(name) > LONGEST_NAME:
        half = LONGEST_NAME // 2
        name = f"{name[:half]}…{name[-half:]}"
    return name
