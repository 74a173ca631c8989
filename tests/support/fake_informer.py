"""A fake informer: calls its handler from its own thread."""

import threading
from collections.abc import Callable

from kubeimg_gui.cluster.watch.informers import NodeHandler, NodeInformer


class FakeInformer(NodeInformer):
    """Runs `story(handler, ended)` in a thread; `ended` is set when it is stopped.

    Attributes:
        retried, begun_anew, cancelled: how often the window asked to try again at once, to give
            up a try for another, to call a login off.
        stopped: whether the story's thread has ended.
    """

    def __init__(self, story: Callable[[NodeHandler, threading.Event], None]) -> None:
        self._story = story
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._handler: NodeHandler | None = None
        self.heard: float | None = None
        self.retried = self.begun_anew = self.cancelled = 0

    @property
    def stopped(self) -> bool:
        return not self._thread.is_alive()

    def add_handler(self, handler: NodeHandler) -> None:
        self._handler = handler

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 1.0) -> bool:
        self._ended.set()
        self._thread.join(timeout)
        return self.stopped

    def retry_now(self) -> None:
        self.retried += 1

    def woke_up(self) -> None:
        self.begun_anew += 1

    def cancel_login(self) -> None:
        self.cancelled += 1

    @property
    def last_heard(self) -> float | None:
        return self.heard

    def _run(self) -> None:
        assert self._handler is not None
        self._story(self._handler, self._ended)
