"""Scripted servers, and informers with a handler that remembers what it is told."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from fixtures import Connect, Serve, Watching
from recorder import Recorder, connection_to
from scripted_server import ScriptedServer

from kubeimg_gui.cluster.informer import NodeInformer
from kubeimg_gui.cluster.reflector import Selector


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start scripted servers that end with the test."""
    with ExitStack() as servers:
        yield lambda script: servers.enter_context(ScriptedServer(script))


@pytest.fixture
def watching() -> Iterator[Watching]:
    """Start informers that end with the test, and must end in time."""
    informers: list[NodeInformer] = []

    def start(
        server: str | Connect, selector: Selector | None = None, *, doubt_seconds: float = 60.0
    ) -> tuple[NodeInformer, Recorder]:
        connect = server if callable(server) else lambda: connection_to(server)
        informer = NodeInformer(connect, selector, doubt_seconds=doubt_seconds)
        recorder = Recorder()
        informer.add_handler(recorder)
        informers.append(informer)
        informer.start()
        return informer, recorder

    yield start
    for informer in informers:
        assert informer.stop(), "an informer did not end within a second"
