"""Running the demo cluster: as a command, and inside a test's own process.

It listens on loopback only, says in one line where, and leaves no process behind whose parent has
gone.
"""

import asyncio
import contextlib
import gc
import os
import random
import signal
import ssl
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kubeimg_gui.demo.apiserver import BOOKMARK_SECONDS, ApiServer, Asked
from kubeimg_gui.demo.faults import Faults, FaultScriptError, Rule, read_rules
from kubeimg_gui.demo.kinds import NODE, JsonObject
from kubeimg_gui.demo.listener import Door, Listener, ServeError, running, server_tls
from kubeimg_gui.demo.scenario import Scenario
from kubeimg_gui.demo.store import ObjectStore

IMAGES_PER_NODE = 34
NEVER = 1_000_000
"""After so many collections of the younger garbage the oldest would be looked through.

What the story replaces has no cycles, and looking through it all stops the server for a second.
"""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the demo cluster is like.

    Attributes:
        images_csv: the real images with their sizes.
        nodes: how many nodes it begins with and stays near.
        port: on 127.0.0.1; 0 for a free one.
        seed: the same seed plays the same story.
        churn: changes of images per second over the whole fleet.
        images: how many images a node holds on average.
        kubeconfig_out: where to write a kubeconfig, None for nowhere.
        faults: a fault script to play, None for none.
        tls_cert, tls_key: files of the certificate and key to serve with; None for plain HTTP.
        until_stdin_closes: end when standard input does, and so with the parent.
    """

    images_csv: Path
    nodes: int = 40
    port: int = 0
    seed: int = 1
    churn: float = 0.5
    images: int = IMAGES_PER_NODE
    kubeconfig_out: Path | None = None
    faults: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    until_stdin_closes: bool = False


def serve(options: DemoOptions) -> int:
    """Serve until SIGINT or SIGTERM (or the end of standard input); the exit code."""
    try:
        # Also on Windows, which has another by default: the door waits for its socket.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(_serve(options))
    except ServeError as error:
        sys.stderr.write(f"kubeimg-gui: {error}\n")
        return 1
    return 0


async def _serve(options: DemoOptions) -> None:
    stop = asyncio.Event()
    _call_when_told_to_stop(asyncio.get_running_loop(), stop.set, stdin=options.until_stdin_closes)
    faults, tls = _bad_days(options)
    chance = random.Random(options.seed)
    store = ObjectStore(
        lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        # Later than all of an earlier demo on the same port, whose clients shall list anew.
        version=int(time.time()) * 100,
    )
    gc.disable()  # until the fleet stands: it is all kept, and looking through it takes seconds
    try:
        scenario = Scenario(
            store,
            options.images_csv,
            nodes=options.nodes,
            images=options.images,
            churn=options.churn,
            seed=options.seed,
        )
    except OSError as error:
        raise ServeError(f"{options.images_csv} cannot be read: {error.strerror}") from error
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], NEVER)
    gc.enable()
    async with running(ApiServer(store, faults=faults), options.port, tls) as listener:
        url = listener.url
        if options.kubeconfig_out:
            write_kubeconfig(options.kubeconfig_out, url)
        sys.stdout.write(f"demo cluster with {options.nodes} nodes on {url}\n")
        sys.stdout.flush()
        story = asyncio.create_task(scenario.play())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait((story, stopped), return_when=asyncio.FIRST_COMPLETED)
        story.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await story


def _call_when_told_to_stop(
    loop: asyncio.AbstractEventLoop, stop: Callable[[], None], *, stdin: bool
) -> None:
    """Have `stop` called in the loop at SIGINT, at SIGTERM and, if wanted, when stdin ends."""

    def call(*_signal: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(stop)

    def read_to_the_end() -> None:
        with contextlib.suppress(OSError):  # no standard input is one that has ended
            while os.read(0, 4096):
                pass
        call()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, call)  # a loop's own handlers do not exist on Windows
    if stdin:
        threading.Thread(target=read_to_the_end, name="stdin", daemon=True).start()


def _bad_days(options: DemoOptions) -> tuple[Faults, ssl.SSLContext | None]:
    try:
        faults = Faults(read_rules(options.faults) if options.faults else ())
    except FaultScriptError as error:
        raise ServeError(str(error)) from error
    if not options.tls_cert:
        return faults, None
    try:
        return faults, server_tls(options.tls_cert, options.tls_key)
    except OSError as error:
        why = error.strerror or "this is no certificate with its key"
        raise ServeError(f"{options.tls_cert} cannot be served with: {why}") from error


def write_kubeconfig(path: Path, url: str) -> None:
    """A kubeconfig whose only context is `demo`, put in place whole, for its owner only.

    Raises ServeError.
    """
    document: JsonObject = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "demo",
        "contexts": [{"name": "demo", "context": {"cluster": "demo", "user": "demo"}}],
        "clusters": [{"name": "demo", "cluster": {"server": url}}],
        "users": [{"name": "demo", "user": {}}],
    }
    path = path.absolute()
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            whole = Path(folder) / path.name
            whole.touch(mode=0o600)
            whole.write_text(yaml.safe_dump(document), encoding="utf-8")
            whole.replace(path)
    except OSError as error:
        raise ServeError(f"{path} cannot be written: {error.strerror}") from error


class DemoCluster:
    """The API server in a thread of this process, for tests; a context manager.

    It begins with `nodes` and plays no story. Its methods may be called from any thread.
    """

    def __init__(
        self,
        nodes: Iterable[JsonObject] = (),
        *,
        bookmark_seconds: float = BOOKMARK_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.url = ""
        self._tls = tls
        self._listener: Listener | None = None
        self._store = ObjectStore()
        for node in nodes:
            self._store.create(NODE, node)
        self._server = ApiServer(self._store, bookmark_seconds)
        self._loop = asyncio.SelectorEventLoop()
        self._stop = asyncio.Event()
        self._started: Future[str] = Future()
        self._thread = threading.Thread(target=self._run, name="demo")

    def __enter__(self) -> "DemoCluster":
        self._thread.start()
        self.url = self._started.result()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def requests(self) -> list[Asked]:
        """What clients asked, oldest first."""
        return list(self._server.requests)

    def set_images(self, name: str, images: list[JsonObject]) -> None:
        """What a kubelet would report, also while nobody can reach the server."""

        def write() -> None:
            node = self._store.get(NODE, name)
            self._store.replace(NODE, {**node, "status": {**node["status"], "images": images}})

        self._call(write)

    def compact(self) -> None:
        """Forget the history: older versions and pages are answered with 410."""
        self._call(self._store.compact)

    def disconnect_watchers(self) -> None:
        """End every watch now."""
        self._call(self._store.disconnect_watchers)

    def set_faults(self, *rules: Rule) -> None:
        """Play these rules from now on, and no others."""
        self._call(lambda: self._server.faults.set(rules))

    def open_door(self, door: Door, tls: ssl.SSLContext | None = None) -> None:
        """Receive connections so from now on, and end those that there are."""
        assert self._listener is not None, "within the block"
        self._call_and_wait(self._listener.open(door, tls or self._tls))

    @property
    def struck(self) -> int:
        """How many requests the rules in force have struck."""
        return self._server.faults.struck

    @property
    def connections(self) -> int:
        """How many connections were accepted."""
        assert self._listener is not None, "within the block"
        return self._listener.accepted

    def write_kubeconfig(self, path: Path) -> Path:
        """A kubeconfig for this cluster."""
        write_kubeconfig(path, self.url)
        return path

    def _call(self, act: Callable[[], None]) -> None:
        async def run() -> None:
            act()

        self._call_and_wait(run())

    def _call_and_wait(self, running: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(running, self._loop).result()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            try:
                runner.run(self._serve())
            except ServeError as error:
                self._started.set_exception(error)

    async def _serve(self) -> None:
        async with running(self._server, 0, self._tls) as self._listener:
            self._started.set_result(self._listener.url)
            await self._stop.wait()
