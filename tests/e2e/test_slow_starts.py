"""Servers whose first list takes a detour, within the time that kubeimg's commands wait."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage

from tests.support.fresh_home import FreshHome
from tests.support.scripted_server import Request, ScriptedServer, list_json, node_json, status_json

pytestmark = pytest.mark.slow

BEAT_SECONDS = 5.0
Watch = Callable[[Request], None]


def beating(kind: str) -> Watch:
    """A server that knows no streaming lists: it ignores that it is asked for one."""

    def watch(request: Request) -> None:
        request.start_stream()
        if "resourceVersion" not in request.query:
            request.event("ADDED", node_json("a"))
        while not request.released.wait(BEAT_SECONDS):
            request.event(kind, node_json("a", "11"))

    return watch


def silent(request: Request) -> None:
    request.start_stream()
    request.hang()


def unanswered(request: Request) -> None:
    request.hang()


@pytest.mark.parametrize(
    "watch",
    [beating("MODIFIED"), beating("BOOKMARK"), beating("ADDED"), silent, unanswered],
    ids=["heartbeats", "bookmarks", "additions", "silent", "unanswered"],
)
def test_a_picture_is_saved_within_the_usual_time(home: FreshHome, watch: Watch) -> None:
    def script(request: Request) -> None:
        if request.is_watch:
            watch(request)
        elif request.path == "/api/v1/nodes":
            request.answer(list_json(node_json("a")))
        else:
            request.answer(status_json(404, "NotFound", "not here"), 404)

    picture = home.folder / "picture.png"
    with ScriptedServer(script, streams=True) as server:
        code, _, errors = home.run(
            "--kubeconfig", home.kubeconfig(server.url), "--grab", str(picture)
        )
    assert (code, errors) == (0, "")
    assert not QImage(str(picture)).isNull()
