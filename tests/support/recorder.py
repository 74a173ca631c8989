"""What tests of an informer share: a handler that records, and a plain connection."""

import queue
import socket
from collections.abc import Sequence
from typing import Generic, TypeVar

from kubeimg_gui.cluster.auth.credentials import Credentials
from kubeimg_gui.cluster.config.endpoint import endpoint_of
from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.kubeconfig_file import Cluster, User
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.timeouts import DEFAULT_LIMITS, DEFAULT_TIMEOUTS, Limits, Timeouts
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.transport.sockets import Resolve
from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.pod import PodChange

WAIT_SECONDS = 30.0


C = TypeVar("C", bound=NodeChange | PodChange)


class RecorderOf(Generic[C]):
    """A handler that queues changes and states for a test to wait on."""

    def __init__(self) -> None:
        self.changes: list[C] = []
        self.states: list[ConnectionState] = []
        self._news: queue.SimpleQueue[C | ConnectionState] = queue.SimpleQueue()

    def on_changes(self, changes: Sequence[C]) -> None:
        for change in changes:
            self.changes.append(change)
            self._news.put(change)

    def on_state(self, state: ConnectionState) -> None:
        self.states.append(state)
        self._news.put(state)

    def next_news(self) -> C | ConnectionState:
        """Wait for the next change or state."""
        return self._news.get(timeout=WAIT_SECONDS)

    def next_state(self, phase: Phase) -> ConnectionState:
        """Wait for the next state of that phase."""
        while True:
            news = self._news.get(timeout=WAIT_SECONDS)
            if isinstance(news, ConnectionState) and news.phase is phase:
                return news

    def next_change(self) -> C:
        """Wait for the next change that is not initial."""
        while True:
            news = self._news.get(timeout=WAIT_SECONDS)
            if not isinstance(news, ConnectionState) and not news.initial:
                return news


class Recorder(RecorderOf[NodeChange]):
    """Records what an informer of nodes reports."""


class PodRecorder(RecorderOf[PodChange]):
    """Records what an informer of pods reports."""


def connection_to(
    url: str,
    user: User | None = None,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    limits: Limits = DEFAULT_LIMITS,
    *,
    resolve: Resolve = socket.getaddrinfo,
) -> Connection:
    """An anonymous connection, or one as `user`, whose secrets are sent over plain HTTP too."""
    context = Context("test", "test", "bob" if user else "", Cluster(server=url), user or User())
    credentials = Credentials(context, timeouts)
    return Connection(endpoint_of(context), credentials, timeouts, limits, resolve=resolve)
