"""Reads the pods of single nodes, once and on demand."""

from typing import TYPE_CHECKING

from kubeimg_gui.cluster.resources import PODS, Selector
from kubeimg_gui.cluster.transport.shared_connection import SharedConnection
from kubeimg_gui.cluster.watch.pager import list_once
from kubeimg_gui.domain.node_references import PodList

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubeimg_gui.cluster.transport.connection import Connection


class PodReader:
    """Lists the pods of one node after another on a connection of its own, until `close`.

    `connect` runs in a separate thread when the connection is first needed. It may block and may
    raise ClusterError.
    """

    def __init__(self, connect: "Callable[[], Connection]") -> None:
        self._connection = SharedConnection(connect)

    def read(self, node: str) -> PodList:
        """Returns the pods of a node in all namespaces, finished ones too; blocks.

        Raises:
            ApiError: the server refused.
            ConnectionLostError: no response, or it is not a list.
            StoppedError: `close` was called before or during the call.
            ClusterError: the error that `connect` raised.
        """
        resource = PODS.select(Selector(fields=f"spec.nodeName={escaped(node)}"))
        pods, unreadable = self._connection.call(lambda c: list_once(c, resource))
        return PodList(tuple(pods), len(unreadable))

    def close(self) -> None:
        """Ends a call under way and refuses later ones; any thread, any number of times."""
        self._connection.close()


def escaped(value: str) -> str:
    r"""Returns a value for a field selector, as `EscapeValue` of apimachinery's `fields` does.

    Valid node names need no escape.
    """
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")
