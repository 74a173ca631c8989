"""Checks that a watch may resume from a known version: that the server still has its history.

A cluster can be created again, emptied or restored from a backup behind the same address. Its API
server then accepts a watch from a version that the new history has not reached. It sends nothing
until the history passes that version, and never what happened before (seen on kube-apiserver 1.37).
"""

import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Generic, TypeVar

from kubeimg_gui.cluster.errors import ApiError
from kubeimg_gui.cluster.watch.pager import ListPage, list_pages

if TYPE_CHECKING:
    from kubeimg_gui.cluster.clock import Clock
    from kubeimg_gui.cluster.resources import Resource
    from kubeimg_gui.cluster.transport.connection import Connection
    from kubeimg_gui.cluster.watch.sink import Sink

_log = logging.getLogger(__name__)

MAX_SILENCE_SECONDS = 300.0
"""A version is not resumed after a longer silence, in which a restored history may have passed it.
It is the interval after which kube-apiserver discards old versions by default
(`--etcd-compaction-interval`), and longer than a watch without any event."""

_NUMBER = re.compile(r"0|[1-9][0-9]*")
"""A version that can be compared: Kubernetes 1.35 and later guarantee these. (apimachinery,
`pkg/util/resourceversion`)"""

T = TypeVar("T")


class Continuity(Generic[T]):
    """Compares what the server has now with what a sink knows; confined to the reflector's thread.

    It lists one object without a version, which is a consistent read: its version is at least as
    high as every version that any API server of the cluster has sent before.
    """

    def __init__(
        self,
        resource: "Resource[T]",
        sink: "Sink[T]",
        *,
        clock: "Clock",
        accept: str,
    ) -> None:
        self._resource = resource
        self._sink = sink
        self._codecs = resource.codecs()
        self._now = clock.wall
        self._accept = accept

    def is_confirmed(
        self, connection: "Connection", version: str, last_heard: float | None
    ) -> bool:
        """Returns whether a watch may resume from `version`; False where a full list must follow.

        `last_heard` is when the server last sent bytes, seconds since the epoch. Raises
        ClusterError where the server does not return a list.
        """
        contradiction = self._contradiction(connection, version, last_heard)
        if contradiction:
            _log.info("version %r cannot be resumed: %s", version, contradiction)
        return not contradiction

    def _contradiction(
        self, connection: "Connection", version: str, last_heard: float | None
    ) -> str:
        """Returns why the version cannot be resumed, "" where nothing speaks against it."""
        silence = abs(self._now() - (last_heard or 0.0))
        if silence > MAX_SILENCE_SECONDS:
            return f"the server was silent for {silence:.0f} s"
        try:
            page = self._first_page(connection)
        except ApiError as error:
            if error.code != HTTPStatus.FORBIDDEN:
                raise
            return str(error)  # a streaming list requires the right to watch only
        if not has_reached(page.version, version):
            return f"the server is at version {page.version!r}"
        if page.records:
            return "" if self._sink.holds(page.records[0]) else "the first object is another one"
        return "" if page.unreadable or self._sink.is_empty else "no object is left"

    def _first_page(self, connection: "Connection") -> ListPage[T]:
        """Returns the first page of a list, which holds one object."""
        pages = list_pages(
            connection,
            self._resource,
            self._resource.selector.query(),
            codecs=self._codecs,
            page_size=1,
            accept=self._accept,
        )
        return next(pages)


def has_reached(current: str, known: str) -> bool:
    """Returns whether a history that is at version `current` may contain version `known`.

    Versions that are not numbers have no order, so that only the same one is certain.
    """
    if _NUMBER.fullmatch(current) and _NUMBER.fullmatch(known):
        return (len(current), current) >= (len(known), known)
    return current == known
