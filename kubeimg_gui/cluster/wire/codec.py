"""What the codecs have in common: the record they make of a node, and values decoded once.

A cluster is spoken to in protobuf where its server speaks it and in JSON otherwise; whichever it
is, the same object becomes the same record.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from msgspec import Raw

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord

INITIAL_EVENTS_END = "k8s.io/initial-events-end"
"""The annotation of the bookmark that ends a streaming list."""
SHARED_IMAGES_MAX = 100_000
IMAGE_BYTES_END = 2**53
"""No image has nine petabytes; more is not exact in JSON, nor does Qt count so far."""

Encoded = bytes | Raw
"""One object, not yet decoded."""

T = TypeVar("T")


class DecodeError(Exception):
    """What came is not what is meant; the text says where it is not."""


class Page(NamedTuple):
    """One page of a list, its items still undecoded.

    Attributes:
        version: the list's resourceVersion.
        remaining: how many items come after it; None where the server does not tell.
        continue_token: "" on the last page.
    """

    kind: str
    version: str
    remaining: int | None
    continue_token: str
    items: Sequence[Encoded]


class Event(NamedTuple):
    """One event of a watch, its object still undecoded."""

    type: str
    object: Encoded


class Outline(NamedTuple):
    """What can be read of any object; "" where it has none.

    `ends_list`: it is the bookmark that ends a streaming list.
    """

    name: str = ""
    version: str = ""
    ends_list: bool = False


class Body(Protocol):
    """The body of an answer, read as it comes."""

    media_type: str

    def lines(self) -> Iterator[bytes]:
        """Its lines."""
        ...

    def frames(self) -> Iterator[bytes]:
        """Its messages, each with its length before it."""
        ...


class Codec(Protocol):
    """Decodes nodes and shares what they have in common; confined to one thread."""

    def page(self, body: bytes) -> Page:
        """Split a list answer into its items. Raises DecodeError."""
        ...

    def pieces(self, body: Body) -> Iterator[bytes]:
        """The events of a watch, each as soon as it is complete."""
        ...

    def event(self, piece: bytes) -> Event:
        """Split an event of a watch into type and object. Raises DecodeError."""
        ...

    def node(self, encoded: Encoded) -> tuple[NodeRecord, str]:
        """A node and its resourceVersion. Raises DecodeError where it is none."""
        ...

    def outline(self, encoded: Encoded) -> Outline:
        """What can be read of any object; raises nothing."""
        ...


class Shared(Generic[T]):
    """Values that are decoded once for equal bytes.

    A fleet of thousands of nodes holds few distinct images: what stands for one is kept as bytes
    until it is seen for the first time. With more than `most` values it begins anew, so that
    memory stays bounded.
    """

    def __init__(self, decode: Callable[[bytes], T], most: int) -> None:
        self._decode = decode
        self._most = most
        self._known: dict[bytes, T] = {}

    def values(self, entries: Iterable[bytes]) -> tuple[T, ...]:
        """The value of each entry; raises what `decode` raises."""
        known, entries = self._known, tuple(entries)
        try:
            return tuple(map(known.__getitem__, entries))
        except KeyError:
            if len(known) > self._most:
                known.clear()
        for entry in entries:
            if entry not in known:
                known[entry] = self._decode(entry)
        return tuple(map(known.__getitem__, entries))


_READY = {"True": True, "False": False}


def node_record(
    *,
    name: str,
    uid: str,
    created: float | None,
    terminating: bool,
    unschedulable: bool,
    conditions: Iterable[tuple[str, str]],
    runtime: str,
    labels: Iterable[str],
    images: tuple[ContainerImage, ...],
) -> NodeRecord:
    """The record of what a codec has read; `conditions` are types with their states.

    Raises DecodeError where it cannot be told from other nodes.
    """
    if not name or not uid:
        raise DecodeError("a node has a name and a uid")
    ready: bool | None = None
    pressures: set[str] = set()
    for kind, state in conditions:
        if kind == "Ready":
            ready = _READY.get(state)
        elif state == "True" and kind.endswith("Pressure"):
            pressures.add(sys.intern(kind))
    return NodeRecord(
        name=name,
        uid=uid,
        created=created,
        ready=ready,
        unschedulable=unschedulable,
        terminating=terminating,
        pressures=tuple(sorted(pressures)),
        runtime=sys.intern(runtime),
        labels=tuple(sorted(labels)),
        images=images,
    )


def container_image(names: Iterable[str | None], size_bytes: int) -> ContainerImage:
    """An image entry, without names that say nothing. Raises DecodeError."""
    if size_bytes >= IMAGE_BYTES_END:
        raise DecodeError("an image is larger than any")
    return ContainerImage(tuple(sys.intern(name) for name in names if name), max(size_bytes, 0))
