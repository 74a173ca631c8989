"""Scripted servers, verbs, and informers with a handler that records."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.resources import Selector
from kubeimg_gui.cluster.timeouts import DEFAULT_TIMEOUTS, Timeouts
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.demo.serve import DemoCluster
from tests.support.fixtures import Connect, Serve, VerbsOn, Watching
from tests.support.recorder import Recorder, connection_to
from tests.support.scripted_server import ScriptedServer


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
        server: str | Connect,
        selector: Selector | None = None,
        *,
        doubt_seconds: float = 60.0,
        options: WatchOptions | None = None,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
    ) -> tuple[NodeInformer, Recorder]:
        connect = server if callable(server) else lambda: connection_to(server, timeouts=timeouts)
        informer = NodeInformer(connect, selector, doubt_seconds=doubt_seconds, options=options)
        recorder = Recorder()
        informer.add_handler(recorder)
        informers.append(informer)
        informer.start()
        return informer, recorder

    yield start
    for informer in informers:
        assert informer.stop(), "an informer did not end within a second"


@pytest.fixture
def actions_on() -> Iterator[VerbsOn]:
    """The verbs on the server at an address; closed with the test."""
    started: list[NodeActions] = []

    def start(url: str) -> NodeActions:
        started.append(NodeActions(lambda: connection_to(url)))
        return started[-1]

    yield start
    for actions in started:
        actions.close()


@pytest.fixture
def actions(cluster: DemoCluster, actions_on: VerbsOn) -> NodeActions:
    """The verbs on the demo cluster."""
    return actions_on(cluster.url)
