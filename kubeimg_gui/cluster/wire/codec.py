"""What the codecs share: pages, events, outlines, and values that are decoded once.

kubeimg asks for protobuf and falls back to JSON where a server does not offer it. Both forms of an
object decode to equal records.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import call
from typing import Generic, NamedTuple, Protocol, TypeVar
from weakref import ref

from msgspec import Raw

INITIAL_EVENTS_END = "k8s.io/initial-events-end"
"""The annotation of the bookmark that ends a streaming list."""

Encoded = bytes | Raw
"""One object, not yet decoded."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Decode = Callable[[Encoded], tuple[T, str]]
"""Decodes one object into a record and its resourceVersion; raises DecodeError."""


class DecodeError(Exception):
    """The bytes are not what they should be; the text says where."""


class Page(NamedTuple):
    """One page of a list; its items are not decoded.

    Attributes:
        version: the list's resourceVersion.
        remaining: the number of items after this page; None where the server does not say.
        continue_token: "" on the last page.
    """

    kind: str
    version: str
    remaining: int | None
    continue_token: str
    items: Sequence[Encoded]


class Event(NamedTuple):
    """One event of a watch; its object is not decoded."""

    type: str
    object: Encoded


class Outline(NamedTuple):
    """The metadata that can be read of any object, "" where it has none.

    `ends_list` marks the bookmark that ends a streaming list.
    """

    name: str = ""
    namespace: str = ""
    version: str = ""
    ends_list: bool = False

    @property
    def key(self) -> str:
        """`namespace/name`, or the name alone of an object without a namespace."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class Body(Protocol):
    """A response body that is read while it arrives."""

    @property
    def media_type(self) -> str:
        """The value of the header Content-Type."""
        ...

    def lines(self) -> Iterator[bytes]:
        """Yields each line as soon as it is complete."""
        ...

    def frames(self) -> Iterator[bytes]:
        """Yields each length-prefixed message as soon as it is complete."""
        ...


class Codec(Protocol[T_co]):
    """Decodes one kind of object in one encoding; confined to one thread."""

    def page(self, body: bytes) -> Page:
        """Splits a list response into its items. Raises DecodeError."""
        ...

    def pieces(self, body: Body) -> Iterator[bytes]:
        """Yields the events of a watch, each as soon as it is complete."""
        ...

    def event(self, piece: bytes) -> Event:
        """Splits an event of a watch into type and object. Raises DecodeError."""
        ...

    def record(self, encoded: Encoded, /) -> tuple[T_co, str]:
        """Decodes an object into its record and resourceVersion. Raises DecodeError."""
        ...

    def outline(self, encoded: Encoded) -> Outline:
        """Reads the metadata of any object; never raises."""
        ...


class _Values(dict[bytes, T]):
    """Values by their bytes; calls `decode` for a value that is not there yet."""

    def __init__(self, decode: Callable[[bytes], T]) -> None:
        super().__init__()
        self._decode = decode

    def __missing__(self, entry: bytes) -> T:
        value = self[entry] = self._decode(entry)
        return value


class Shared(Generic[T]):
    """Values that are decoded once for equal bytes; confined to one thread.

    A fleet of thousands of nodes holds few distinct images, so an entry is decoded when it is
    first seen and shared afterwards. All values are forgotten when there are more than `limit`,
    which bounds the memory.
    """

    def __init__(self, decode: Callable[[bytes], T], limit: int) -> None:
        self._decode = decode
        self._limit = limit
        self._known = _Values(self._decode_new)

    def values(self, entries: Iterable[bytes]) -> tuple[T, ...]:
        """Returns the value of each entry; raises what `decode` raises."""
        return tuple(map(self._known.__getitem__, entries))

    def _decode_new(self, entry: bytes) -> T:
        if len(self._known) > self._limit:
            self._make_room()
        return self._decode(entry)

    def _make_room(self) -> None:
        self._known.clear()


class SharedWhileHeld(Shared[T]):
    """Values that are decoded once for as long as anything else holds them.

    Whenever the table has doubled, beyond `limit` values, those that nothing else holds are
    dropped. So each value that is in use exists once, the table is at most twice as large as what
    is in use, and a known value costs no more than a lookup. Values must be weakly referenceable.
    """

    def __init__(self, decode: Callable[[bytes], T], limit: int) -> None:
        super().__init__(decode, limit)
        self._least_limit = limit

    def _make_room(self) -> None:
        known = self._known
        entries, references = list(known), list(map(ref, known.values()))
        known.clear()
        held = zip(entries, map(call, references), strict=True)
        known.update((entry, value) for entry, value in held if value is not None)
        self._limit = max(self._least_limit, 2 * len(known))
