"""Scripts for a server that lists one node and then plays watches, some with faults."""

from collections.abc import Callable

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.watch.informers import NodeInformer
from tests.support.recorder import Recorder
from tests.support.scripted_server import Request, image_json, list_json, node_json, status_json

GONE = status_json(410, "Expired", "too old resource version: 10 (20)")


def list_one_node(request: Request) -> None:
    request.answer(list_json(node_json("a")))


def fail(request: Request) -> None:
    request.answer(status_json(500, "InternalError", "etcd is gone"), 500)


def scripted(
    *watches: Callable[[Request], None], answer: Callable[[Request], None] | None = None
) -> Callable[[Request], None]:
    """Lists node `a`, plays the watches in turn, then hangs."""
    played = iter(watches)
    answer = answer or list_one_node

    def script(request: Request) -> None:
        if not request.is_watch:
            answer(request)
            return
        watch = next(played, None)
        if watch is None:
            request.start_stream()
            request.hang()
        else:
            watch(request)

    return script


def grown(version: str = "11", count: int = 1) -> dict[str, object]:
    return node_json("a", version, images=[image_json(f"x:{i}", 5) for i in range(count)])


def streaming(*send: Callable[[Request], None]) -> Callable[[Request], None]:
    """Returns a watch that runs the steps and then hangs."""

    def watch(request: Request) -> None:
        request.start_stream()
        for step in send:
            step(request)
        request.hang()

    return watch


def hurry(informer: NodeInformer, recorder: Recorder, phase: Phase = Phase.RECONNECTING) -> str:
    """Waits for a failure, skips its back-off, and returns its reason."""
    reason = recorder.next_state(phase).reason
    informer.retry_now()
    return reason
