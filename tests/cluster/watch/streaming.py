"""What servers with streaming lists send."""

from collections.abc import Callable
from typing import Any

from tests.cluster.scripts import GONE
from tests.support.scripted_server import (
    Request,
    ScriptedServer,
    node_json,
)

Streams = Callable[..., ScriptedServer]
Play = Callable[[Request], None]
END: dict[str, Any] = {
    "kind": "Node",
    "metadata": {
        "resourceVersion": "10",
        "annotations": {"k8s.io/initial-events-end": "true"},
    },
}


def sends(*events: tuple[str, Any], then: Play = Request.hang) -> Play:
    """A stream of events in JSON; `then` runs after them."""

    def play(request: Request) -> None:
        request.start_stream()
        for kind, body in events:
            request.event(kind, body)
        then(request)

    return play


def lists(*names: str, then: Play = Request.hang) -> Play:
    """A complete streaming list; `then` runs after it."""
    nodes = [("ADDED", node_json(name)) for name in names]
    return sends(*nodes, ("BOOKMARK", END), then=then)


def answers(body: Any, code: int = 200) -> Play:
    return lambda request: request.answer(body, code)


def relisted(*events: tuple[str, Any]) -> tuple[Play, Play]:
    """A list of `a` and `b` whose version expires, and the events of the next list."""
    return lists("a", "b", then=lambda request: request.event("ERROR", GONE)), sends(*events)
