"""The same engine lists and watches pods, and recovers from the same faults."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.watch.informers import PodInformer
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.strategy import Intervals
from kubeimg_gui.domain.change import ChangeKind
from kubeimg_gui.domain.pod import ImageUse, PodChange, PodImage
from tests.support.fixtures import Serve
from tests.support.pods import DIGEST, pod_json, pod_list_json
from tests.support.recorder import PodRecorder, connection_to
from tests.support.scripted_server import Request, ScriptedServer, status_json

GONE = status_json(410, "Expired", "too old resource version: 10 (20)")
OPTIONS = WatchOptions(
    intervals=Intervals(short_watch=0.0, poll=0.05, watch_again=0.05, recheck=0.05)
)
TIMEOUTS = Timeouts(
    silence_seconds=0.3,
    list_seconds=0.3,
    answer_seconds=0.3,
    idle_seconds=0.3,
    idle_grace_seconds=0.0,
)
END = {
    "kind": "Pod",
    "metadata": {
        "resourceVersion": "10",
        "annotations": {"k8s.io/initial-events-end": "true"},
    },
}
Watch = Callable[[ScriptedServer], tuple[PodInformer, PodRecorder]]


@pytest.fixture
def watch() -> Iterator[Watch]:
    informers: list[PodInformer] = []

    def start(server: ScriptedServer) -> tuple[PodInformer, PodRecorder]:
        informer = PodInformer(
            lambda: connection_to(server.url, timeouts=TIMEOUTS), options=OPTIONS
        )
        recorder = PodRecorder()
        informer.add_handler(recorder)
        informers.append(informer)
        informer.start()
        return informer, recorder

    yield start
    for informer in informers:
        assert informer.stop(), "an informer did not end within a second"


def list_pods(request: Request) -> None:
    request.answer(pod_list_json(pod_json("web-1"), pod_json("web-2")))


def follow(request: Request) -> None:
    """Plays the watch after every fault: one pod changes, one is deleted, one is added."""
    request.start_stream()
    request.event("MODIFIED", pod_json("web-1", "21", image="nginx:2"))
    request.event("DELETED", pod_json("web-2", "22"))
    request.event("ADDED", pod_json("web-3", "23"))
    request.hang()


def server_with(*faults: Callable[[Request], None], at: str) -> Callable[[Request], None]:
    """Answers lists in pages, then watches; plays each fault once, at a "list" or a "watch"."""
    left = list(faults)

    def script(request: Request) -> None:
        if left and request.is_watch == (at == "watch"):
            left.pop(0)(request)
        elif request.is_watch:
            follow(request)
        else:
            list_pods(request)

    return script


def in_stream(*steps: Callable[[Request], None]) -> Callable[[Request], None]:
    def play(request: Request) -> None:
        request.start_stream()
        for step in steps:
            step(request)

    return play


def bookmarked(request: Request) -> None:
    """A server that sends bookmarks: silence after them means a dead connection."""
    request.start_stream()
    request.event("BOOKMARK", {"kind": "Pod", "metadata": {"resourceVersion": "11"}})
    request.end_stream()


def answers(body: Any, code: int = 200) -> Callable[[Request], None]:
    return lambda request: request.answer(body, code)


def key_of(change: PodChange) -> str:
    record = change.new or change.old
    assert record is not None
    return record.key


NAMELESS = pod_json()
NAMELESS["metadata"] = {"namespace": "shop"}
FAULTS: dict[str, tuple[str, *tuple[Callable[[Request], None], ...]]] = {
    "list: the connection is reset": ("list", Request.reset),
    "list: 500": ("list", answers(status_json(500, "InternalError", "etcd is gone"), 500)),
    "list: 429": ("list", answers(status_json(429, "TooManyRequests", "slow down"), 429)),
    "list: a sign-in page": ("list", answers(b"<html>sign in</html>")),
    "list: a NodeList": ("list", answers({**pod_list_json(), "kind": "NodeList"})),
    "list: no resourceVersion": ("list", answers(pod_list_json(version=""))),
    "list: silence": ("list", Request.hang),
    "watch: the connection is reset": ("watch", in_stream(Request.reset)),
    "watch: 410": ("watch", answers(GONE, 410)),
    "watch: an ERROR event": ("watch", in_stream(lambda r: r.event("ERROR", GONE))),
    "watch: garbage": ("watch", in_stream(lambda r: r.chunk(b"garbage\n"))),
    "watch: 403": ("watch", answers(status_json(403, "Forbidden", "cannot watch"), 403)),
    "watch: silence": ("watch", bookmarked, in_stream(Request.hang)),
    "watch: a pod without a name": ("watch", in_stream(lambda r: r.event("ADDED", NAMELESS))),
    "watch: ended at once": ("watch", in_stream(Request.end_stream)),
}


@pytest.mark.parametrize("title", FAULTS)
def test_it_recovers_from_a_fault_and_misses_nothing(
    title: str, serve: Serve, watch: Watch
) -> None:
    at, *faults = FAULTS[title]
    informer, recorder = watch(serve(server_with(*faults, at=at)))
    changes: list[PodChange] = []
    while len(changes) < 3:
        informer.retry_now()
        news = recorder.next_news()
        if isinstance(news, PodChange) and not news.initial:
            changes.append(news)
    assert set(informer.snapshot()) == {"shop/web-1", "shop/web-3"}
    assert informer.snapshot()["shop/web-1"].images[1].requested == "nginx:2"
    assert [(change.kind, key_of(change)) for change in changes] == [
        (ChangeKind.CHANGED, "shop/web-1"),
        (ChangeKind.DELETED, "shop/web-2"),
        (ChangeKind.ADDED, "shop/web-3"),
    ]


def test_a_streaming_list_delivers_pods_and_their_changes(watch: Watch) -> None:
    def script(request: Request) -> None:
        request.start_stream()
        request.event("ADDED", pod_json("web-1"))
        request.event("BOOKMARK", END)
        request.event("MODIFIED", pod_json("web-1", "11", image="nginx:2"))
        request.hang()

    with ScriptedServer(script, streams=True) as server:
        informer, recorder = watch(server)
        assert recorder.next_state(Phase.LIVE).known == 1
        pod = recorder.next_change().new
        informer.stop()
    assert pod is not None
    assert (pod.owner, pod.node, pod.phase) == ("ReplicaSet/web", "n1", "Running")
    assert pod.images == (
        PodImage("prepare", "busybox:1", "", "", ImageUse.INIT),
        PodImage("main", "nginx:2", "docker.io/library/nginx:2", f"x@{DIGEST}"),
    )


def test_a_pod_that_returns_with_another_uid_is_another_pod(serve: Serve, watch: Watch) -> None:
    again = pod_json("web-1", "11")
    again["metadata"]["uid"] = "another"

    def script(request: Request) -> None:
        if request.is_watch:
            request.start_stream()
            request.event("MODIFIED", again)
            request.hang()
        else:
            list_pods(request)

    _, recorder = watch(serve(script))
    assert [recorder.next_change().kind for _ in range(2)] == [ChangeKind.DELETED, ChangeKind.ADDED]
