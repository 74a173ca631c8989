"""A server with one node behind a proxy that does something to its watches; seconds for minutes.

A server passes every event on at once, sends bookmarks, and one more before a watch ends. What
arrives is up to the proxy: a function that receives the request and what the server sends.
"""

import json
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.strategy import Intervals
from tests.support.scripted_server import Request, image_json, list_json, node_json

LONG_SECONDS, PROBE_SECONDS, BOOKMARK_SECONDS, LAST_BOOKMARK_SECONDS = 3.0, 0.4, 0.5, 0.25
SHORT_SECONDS = 0.05
OPTIONS = WatchOptions(
    intervals=Intervals(
        short_watch=SHORT_SECONDS,
        probe=PROBE_SECONDS,
        poll=0.2,
        watch_again=0.5,
        failing=0.3,
        prompt=0.05,
        late=1.0,
    )
)
TIMEOUTS = Timeouts(
    silence_seconds=2.0,
    list_seconds=0.25,
    answer_seconds=0.6,
    idle_seconds=1.0,
    idle_grace_seconds=0.2,
)
TICK_SECONDS = 0.01
INITIAL_EVENTS_END = {"k8s.io/initial-events-end": "true"}
Pieces = Iterator[bytes]
Proxy = Callable[[Request, Pieces], None]


class CutError(Exception):
    """The client closed the connection, or the proxy was replaced; what the proxy held is lost."""


class HeldBack:
    """The script of a `ScriptedServer`: the server, and the proxy before it.

    Attributes:
        bookmarks: whether the server sends bookmarks.
    """

    def __init__(self, proxy: Proxy, *, bookmarks: bool = True) -> None:
        self._proxy = proxy
        self.bookmarks = bookmarks
        self._version = 10

    def replace(self, proxy: Proxy) -> None:
        """Cuts the watches through the proxy, which have lived a moment, and uses another one."""
        threading.Event().wait(2 * SHORT_SECONDS)
        self._proxy = proxy

    def change(self) -> str:
        """Gives the node another image, and returns its name."""
        self._version += 1
        return f"image:{self._version}"

    def __call__(self, request: Request) -> None:
        if not request.is_watch:
            version = self._version
            request.answer(list_json(self._node(version), version=str(version)))
            return
        with suppress(CutError):
            self._proxy(request, self._watch(request))

    def _node(self, version: int) -> dict[str, Any]:
        return node_json("a", str(version), images=[image_json(f"image:{version}", version)])

    def _watch(self, request: Request) -> Pieces:
        """Yields what the server sends, and b"" while it sends nothing."""
        proxy, version = self._proxy, int(request.query.get("resourceVersion", 0))
        if "sendInitialEvents" in request.query:
            version = self._version
            yield _event("ADDED", self._node(version))
            yield _event("BOOKMARK", _metadata(version, annotations=INITIAL_EVENTS_END))
        lasts = LONG_SECONDS if int(request.query["timeoutSeconds"]) > 1 else PROBE_SECONDS
        end = time.monotonic() + lasts
        bookmark_at = min(time.monotonic() + BOOKMARK_SECONDS, end - LAST_BOOKMARK_SECONDS)
        while (now := time.monotonic()) < end and not request.released.wait(TICK_SECONDS):
            if self._proxy is not proxy or _is_gone(request):
                raise CutError
            while version < self._version:
                version += 1
                yield _event("MODIFIED", self._node(version))
            if now >= bookmark_at and self.bookmarks:
                bookmark_at = now + BOOKMARK_SECONDS
                yield _event("BOOKMARK", _metadata(version))
            yield b""


def _event(kind: str, body: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "object": body}).encode() + b"\n"


def _metadata(version: int, **others: Any) -> dict[str, Any]:
    return {"kind": "Node", "metadata": {"resourceVersion": str(version), **others}}


def _is_gone(request: Request) -> bool:
    readable, _, _ = select.select([request.connection], [], [], 0)
    return bool(readable) and not request.connection.recv(1)


# Proxies.


def passing(request: Request, pieces: Pieces) -> None:
    """Holds nothing back."""
    request.start_stream()
    for piece in filter(None, pieces):
        request.chunk(piece)
    request.end_stream()


def whole(request: Request, pieces: Pieces) -> None:
    """Passes on whole responses only: the headers too come when the watch ends."""
    held = b"".join(pieces)
    request.start_stream()
    if held:
        request.chunk(held)
    request.end_stream()


def unanswering(request: Request, pieces: Pieces) -> None:
    """Never answers a watch."""
    for _ in pieces:
        pass
    request.hang()


def swallowing(request: Request, pieces: Pieces) -> None:
    """Answers, and passes on nothing but the end."""
    request.start_stream()
    for _ in pieces:
        pass
    request.end_stream()


def timing_out(request: Request, pieces: Pieces) -> None:
    """Wants whole responses, and within less time than a watch takes."""
    give_up = time.monotonic() + PROBE_SECONDS / 2
    for _ in pieces:
        if time.monotonic() > give_up:
            request.answer(b"<html>504 Gateway Timeout</html>", 504)
            return


def in_buffers(size: int) -> Proxy:
    """Passes on full buffers, and what is left when the watch ends; as nginx does."""

    def proxy(request: Request, pieces: Pieces) -> None:
        request.start_stream()
        held = b""
        for piece in pieces:
            held += piece
            while len(held) >= size:
                request.chunk(held[:size])
                held = held[size:]
        if held:
            request.chunk(held)
        request.end_stream()

    return proxy


def first_bytes(size: int) -> Proxy:
    """Passes the first bytes on, and the others when the watch ends; as a virus scanner does."""

    def proxy(request: Request, pieces: Pieces) -> None:
        request.start_stream()
        left, held = size, b""
        for piece in pieces:
            held += piece
            if now := held[:left]:
                request.chunk(now)
                held, left = held[len(now) :], left - len(now)
        if held:
            request.chunk(held)
        request.end_stream()

    return proxy


def cutting(seconds: float) -> Proxy:
    """Cuts a connection that is idle for so long; as a load balancer does."""

    def proxy(request: Request, pieces: Pieces) -> None:
        request.start_stream()
        cut_at = time.monotonic() + seconds
        for piece in pieces:
            if piece:
                request.chunk(piece)
                cut_at = time.monotonic() + seconds
            elif time.monotonic() > cut_at:
                request.reset()
                return
        request.end_stream()

    return proxy
