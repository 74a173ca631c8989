"""Runs the demo cluster: as a command, and in a thread for tests.

The command listens on loopback only, prints its URL in one line, and can stop with its parent.
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

from kubeimg_gui.demo.apiserver import BOOKMARK_SECONDS, ApiServer, ReceivedRequest
from kubeimg_gui.demo.faults import Faults, FaultScriptError, Rule, read_rules
from kubeimg_gui.demo.kinds import NODE, JsonObject
from kubeimg_gui.demo.listener import Door, Listener, ServeError, running, server_tls
from kubeimg_gui.demo.scenario import Scenario
from kubeimg_gui.demo.store import ObjectStore

IMAGES_PER_NODE = 34
NEVER = 1_000_000
"""Threshold of the garbage collector's oldest generation, so that it never runs.

The simulation's objects have no cycles, and a full collection stops the server for a second.
"""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The options of the demo cluster.

    Attributes:
        images_csv: file with real images and their sizes.
        nodes: number of nodes at the start; later it stays close to this.
        port: on 127.0.0.1; 0 for a free one.
        seed: the same seed gives the same changes.
        churn: image changes per second in the whole fleet.
        images: average number of images per node.
        kubeconfig_out: file to write a kubeconfig to, or None.
        faults: a fault script, or None.
        tls_cert, tls_key: files of the certificate and key; None for plain HTTP.
        until_stdin_closes: stop when standard input closes, and so with the parent.
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
    """Serves until SIGINT, SIGTERM or the end of standard input. Returns the exit code."""
    try:
        # On Windows the default loop has no add_reader, which the listener needs.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(_serve(options))
    except ServeError as error:
        sys.stderr.write(f"kubeimg-gui: {error}\n")
        return 1
    return 0


async def _serve(options: DemoOptions) -> None:
    stop = asyncio.Event()
    _call_on_stop(asyncio.get_running_loop(), stop.set, stdin=options.until_stdin_closes)
    faults, tls = _faults_and_tls(options)
    chance = random.Random(options.seed)
    store = ObjectStore(
        lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        # Newer than in an earlier demo on the same port, so that its clients list again.
        version=int(time.time()) * 100,
    )
    gc.disable()  # while creating the fleet, which is never freed and takes seconds to scan
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
        unit = "node" if options.nodes == 1 else "nodes"
        sys.stdout.write(f"demo cluster with {options.nodes} {unit} on {url}\n")
        sys.stdout.flush()
        simulation = asyncio.create_task(scenario.play())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait((simulation, stopped), return_when=asyncio.FIRST_COMPLETED)
        simulation.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await simulation


def _call_on_stop(
    loop: asyncio.AbstractEventLoop, stop: Callable[[], None], *, stdin: bool
) -> None:
    """Calls `stop` in the loop on SIGINT, on SIGTERM and, with `stdin`, when stdin closes."""

    def call(*_signal: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(stop)

    def read_to_the_end() -> None:
        with contextlib.suppress(OSError):  # a missing stdin counts as closed
            while os.read(0, 4096):
                pass
        call()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, call)  # loop.add_signal_handler does not exist on Windows
    if stdin:
        threading.Thread(target=read_to_the_end, name="stdin", daemon=True).start()


def _faults_and_tls(options: DemoOptions) -> tuple[Faults, ssl.SSLContext | None]:
    try:
        faults = Faults(read_rules(options.faults) if options.faults else ())
    except FaultScriptError as error:
        raise ServeError(str(error)) from error
    if not options.tls_cert:
        return faults, None
    try:
        return faults, server_tls(options.tls_cert, options.tls_key)
    except OSError as error:
        why = error.strerror or "it is not a certificate with its key"
        raise ServeError(f"{options.tls_cert} cannot be used: {why}") from error


def write_kubeconfig(path: Path, url: str) -> None:
    """Writes a kubeconfig with the context `demo`, atomically and readable only by its owner.

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

    It starts with `nodes` and runs no simulation. Its methods may be called from any thread.
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
    def requests(self) -> list[ReceivedRequest]:
        """The received requests, oldest first."""
        return list(self._server.requests)

    def set_images(self, name: str, images: list[JsonObject]) -> None:
        """Sets the images of a node directly, also while the server accepts no connections."""

        def write() -> None:
            node = self._store.get(NODE, name)
            self._store.replace(NODE, {**node, "status": {**node["status"], "images": images}})

        self._call(write)

    def compact(self) -> None:
        """Drops the history: older versions and pages get 410."""
        self._call(self._store.compact)

    def disconnect_watchers(self) -> None:
        """Ends every watch now."""
        self._call(self._store.disconnect_watchers)

    def set_faults(self, *rules: Rule) -> None:
        """Replaces the rules of fault injection."""
        self._call(lambda: self._server.faults.set(rules))

    def open_door(self, door: Door, tls: ssl.SSLContext | None = None) -> None:
        """Closes all connections and accepts new ones in this mode."""
        assert self._listener is not None, "within the block"
        self._call_and_wait(self._listener.open(door, tls or self._tls))

    @property
    def struck(self) -> int:
        """Number of requests that got a fault from the current rules."""
        return self._server.faults.struck

    @property
    def connections(self) -> int:
        """Number of accepted connections."""
        assert self._listener is not None, "within the block"
        return self._listener.accepted

    def write_kubeconfig(self, path: Path) -> Path:
        """Writes a kubeconfig for this cluster and returns its path."""
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
