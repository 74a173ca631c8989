"""Lists of nodes, page by page, for a reflector that keeps up and for a report that asks once.

Pages bound how much is decoded in one go; what does not decode is named and passed over, so that
one odd object never hides the others.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kubeimg_gui.cluster.errors import InvalidResponseError
from kubeimg_gui.cluster.resources import NODES_PATH
from kubeimg_gui.cluster.wire.codec import DecodeError, Encoded
from kubeimg_gui.cluster.wire.negotiation import ACCEPTED, Codecs
from kubeimg_gui.domain.node import NodeRecord

if TYPE_CHECKING:
    from kubeimg_gui.cluster.transport.connection import Connection
    from kubeimg_gui.cluster.wire.codec import Codec

_log = logging.getLogger(__name__)

PAGE_NODES = 500
SILENCE_SECONDS = 30.0
"""A list is given up where nothing comes for this long."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Which nodes are meant, in kubectl's syntax; empty means all."""

    labels: str = ""
    fields: str = ""

    def query(self) -> dict[str, str]:
        """The query parameters that say so."""
        chosen = {"labelSelector": self.labels, "fieldSelector": self.fields}
        return {key: value for key, value in chosen.items() if value}


@dataclass(frozen=True, slots=True)
class NodePage:
    """One page of a list.

    Attributes:
        unreadable: the names of its nodes that do not decode; "" for one whose name does not.
        remaining: how many nodes come after it; None where the server does not tell.
        version: the list's resourceVersion.
    """

    records: list[NodeRecord]
    unreadable: list[str]
    remaining: int | None
    version: str


def list_pages(
    connection: "Connection",
    codecs: Codecs,
    query: dict[str, str],
    *,
    page_nodes: int = PAGE_NODES,
) -> Iterator[NodePage]:
    """List nodes in pages of that many, 0 for one page that holds them all.

    Raises:
        ApiError: also with `version_unusable` where a continue token is no longer known.
        ConnectionLostError: the answer does not come or is no list.
    """
    query = {**query, **({"limit": str(page_nodes)} if page_nodes else {})}
    while True:
        with connection.get(
            NODES_PATH, query, read_seconds=SILENCE_SECONDS, accept=ACCEPTED
        ) as response:
            codec = codecs.of(response)
            body = response.read()
        try:
            page = codec.page(body)
        except DecodeError as error:
            raise InvalidResponseError("The server's answer is no list of nodes") from error
        if page.kind != "NodeList":
            raise InvalidResponseError("The server's answer is no list of nodes")
        if not page.version:
            raise InvalidResponseError("The server's list carries no resourceVersion")
        yield _decoded(codec, page.items, page.remaining, page.version)
        if not page.continue_token:
            return
        if page.continue_token == query.get("continue"):
            raise InvalidResponseError("The server's list goes round in circles")
        for key in ("resourceVersion", "resourceVersionMatch"):
            query.pop(key, None)  # a continue token carries its own version
        query["continue"] = page.continue_token


def _decoded(
    codec: "Codec", items: Iterable[Encoded], remaining: int | None, version: str
) -> NodePage:
    records: list[NodeRecord] = []
    unreadable: list[str] = []
    for item in items:
        try:
            records.append(codec.node(item)[0])
        except DecodeError as error:
            name = codec.outline(item).name
            _log.warning("the node %r of a list is not understood: %s", name, error)
            unreadable.append(name)
    return NodePage(records, unreadable, remaining, version)
