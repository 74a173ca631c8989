"""What tests of an informer share: a handler that records, and a plain connection."""

import queue
from collections.abc import Sequence

from kubeimg_gui.cluster.auth.credentials import Credentials
from kubeimg_gui.cluster.config.endpoint import endpoint_of
from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.kubeconfig_file import Cluster, User
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.domain.change import NodeChange

WAIT_SECONDS = 30.0


class Recorder:
    """A handler that queues changes and states for a test to wait on."""

    def __init__(self) -> None:
        self.changes: list[NodeChange] = []
        self.states: list[ConnectionState] = []
        self._news: queue.SimpleQueue[NodeChange | ConnectionState] = queue.SimpleQueue()

    def on_changes(self, changes: Sequence[NodeChange]) -> None:
        for change in changes:
            self.changes.append(change)
            self._news.put(change)

    def on_state(self, state: ConnectionState) -> None:
        self.states.append(state)
        self._news.put(state)

    def next_state(self, phase: Phase) -> ConnectionState:
        """Wait for the next state of that phase."""
        while True:
            news = self._news.get(timeout=WAIT_SECONDS)
            if isinstance(news, ConnectionState) and news.phase is phase:
                return news

    def next_change(self) -> NodeChange:
        """Wait for the next change that is not initial."""
        while True:
            news = self._news.get(timeout=WAIT_SECONDS)
            if isinstance(news, NodeChange) and not news.initial:
                return news


def connection_to(url: str, user: User | None = None) -> Connection:
    """A connection without a user, or as `user`, who may send secrets over plain HTTP."""
    context = Context("test", "test", "bob" if user else "", Cluster(server=url), user or User())
    return Connection(endpoint_of(context), Credentials(context))
