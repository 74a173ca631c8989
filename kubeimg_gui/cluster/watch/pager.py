"""Lists, page by page, for a reflector and for a report that asks once.

Pages limit how much is decoded at a time. An object that does not decode is reported by its key
and skipped, so that one malformed object never hides the others.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from kubeimg_gui.cluster.errors import ApiError, InvalidResponseError
from kubeimg_gui.cluster.wire.codec import DecodeError, Encoded
from kubeimg_gui.cluster.wire.negotiation import ACCEPTED, Codecs

if TYPE_CHECKING:
    from kubeimg_gui.cluster.resources import Resource
    from kubeimg_gui.cluster.transport.connection import Connection
    from kubeimg_gui.cluster.watch.store import Record
    from kubeimg_gui.cluster.wire.codec import Codec

_log = logging.getLogger(__name__)

PAGE_SIZE = 500
"""Objects a page."""

T = TypeVar("T")
R = TypeVar("R", bound="Record")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[T]):
    """One page of a list.

    Attributes:
        unreadable: keys of objects that do not decode; "" for one whose key does not either.
        remaining: the number of objects after this page; None where the server does not say.
        version: the list's resourceVersion.
    """

    records: list[T]
    unreadable: list[str]
    remaining: int | None
    version: str


def list_pages(
    connection: "Connection",
    resource: "Resource[T]",
    query: dict[str, str],
    *,
    codecs: Codecs[T],
    page_size: int = PAGE_SIZE,
    accept: str = ACCEPTED,
) -> Iterator[ListPage[T]]:
    """Yields a list in pages; `page_size` 0 asks for one page that holds everything.

    `accept` is the header of that name.

    Raises:
        ApiError: also with `version_unusable` where a continue token has expired.
        ConnectionLostError: the response does not arrive or is not a list.
    """
    silence = connection.timeouts.silence_seconds
    query = {**query, **({"limit": str(page_size)} if page_size else {})}
    not_a_list = f"The response is not a {resource.kind}List"
    while True:
        with connection.get(resource.path, query, read_seconds=silence, accept=accept) as response:
            codec = codecs.of(response)
            body = response.read()
        try:
            page = codec.page(body)
        except DecodeError as error:
            raise InvalidResponseError(not_a_list) from error
        if page.kind != f"{resource.kind}List":
            raise InvalidResponseError(not_a_list)
        if not page.version:
            raise InvalidResponseError("The list carries no resourceVersion")
        records, unreadable = _decoded(codec, page.items, resource.kind)
        yield ListPage(records, unreadable, page.remaining, page.version)
        if not page.continue_token:
            return
        if page.continue_token == query.get("continue"):
            raise InvalidResponseError("The list never ends: its continue token repeats")
        for key in ("resourceVersion", "resourceVersionMatch"):
            query.pop(key, None)  # a continue token carries its own version
        query["continue"] = page.continue_token


def list_once(connection: "Connection", resource: "Resource[R]") -> tuple[list[R], list[str]]:
    """Lists a resource once: the records by key, and the keys of objects that do not decode.

    Asks for a single page where the pages expire meanwhile. Raises ClusterError.
    """
    try:
        pages = _pages(connection, resource, PAGE_SIZE)
    except ApiError as error:
        if not error.version_unusable:
            raise
        pages = _pages(connection, resource, 0)
    records = [record for page in pages for record in page.records]
    unreadable = [key for page in pages for key in page.unreadable]
    return sorted(records, key=lambda record: record.key), unreadable


def _pages(connection: "Connection", resource: "Resource[T]", page_size: int) -> list[ListPage[T]]:
    query, codecs = resource.selector.query(), resource.codecs()
    return [*list_pages(connection, resource, query, codecs=codecs, page_size=page_size)]


def _decoded(codec: "Codec[T]", items: Iterable[Encoded], kind: str) -> tuple[list[T], list[str]]:
    records: list[T] = []
    unreadable: list[str] = []
    for item in items:
        try:
            records.append(codec.record(item)[0])
        except DecodeError as error:
            key = codec.outline(item).key
            _log.warning("cannot decode the %s %r of a list: %s", kind, key, error)
            unreadable.append(key)
    return records, unreadable
