"""What each informer passes on to its store and its reflector."""

from collections.abc import Callable
from typing import Any

import pytest

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.resources import Selector
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.transport.connection import JSON, Connection
from kubeimg_gui.cluster.watch.informers import NodeInformer, PodInformer
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from tests.support.fixtures import Serve
from tests.support.pods import pod_json, pod_list_json
from tests.support.recorder import PodRecorder, Recorder, connection_to
from tests.support.scripted_server import Request, list_json, node_json

YEAR_2030 = 1_893_456_000.0
OPTIONS = WatchOptions(accept=JSON, clock=Clock(wall=lambda: YEAR_2030))
Start = Callable[[Callable[[], Connection], Selector], tuple[Any, Any]]


def start_nodes(connect: Callable[[], Connection], selector: Selector) -> tuple[Any, Any]:
    informer, recorder = NodeInformer(connect, selector, options=OPTIONS), Recorder()
    informer.add_handler(recorder)
    return informer, recorder


def start_pods(connect: Callable[[], Connection], selector: Selector) -> tuple[Any, Any]:
    informer, recorder = PodInformer(connect, selector, options=OPTIONS), PodRecorder()
    informer.add_handler(recorder)
    return informer, recorder


@pytest.mark.parametrize(
    ("start", "path", "body"),
    [
        (start_nodes, "/api/v1/nodes", list_json(node_json("a"))),
        (start_pods, "/api/v1/pods", pod_list_json(pod_json("a"))),
    ],
)
def test_selector_clock_and_encoding_apply_to_each_resource(
    serve: Serve, start: Start, path: str, body: dict[str, Any]
) -> None:
    def script(request: Request) -> None:
        if request.is_watch:
            request.start_stream()
            request.hang()
        else:
            request.answer(body)

    server = serve(script)
    informer, recorder = start(lambda: connection_to(server.url), Selector("app=web", "a=b"))
    assert not informer.is_running
    informer.start()
    assert recorder.next_state(Phase.LIVE).since == YEAR_2030
    assert informer.is_running
    assert [change.at for change in recorder.changes] == [YEAR_2030]
    assert informer.last_heard == YEAR_2030
    assert informer.stop()
    assert not informer.is_running
    for request in (*server.refused, *server.requests):
        assert request.path == path
        assert request.query.items() >= {"labelSelector": "app=web", "fieldSelector": "a=b"}.items()
        assert request.headers["accept"] == JSON
    assert len(server.requests) == 2
