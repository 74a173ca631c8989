"""Running the demo cluster: as a command, and inside a test's own process.

It listens on loopback only, says in one line where, and leaves no process behind whose parent has
gone.
"""

import asyncio
import contextlib
import os
import random
import signal
import sys
import tempfile
import threading
import uuid
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from aiohttp import web

from kubeimg_gui.demo.apiserver import BOOKMARK_SECONDS, ApiServer, Asked
from kubeimg_gui.demo.errors import JsonObject
from kubeimg_gui.demo.kinds import NODE
from kubeimg_gui.demo.scenario import Scenario
from kubeimg_gui.demo.store import ObjectStore

HOST = "127.0.0.1"
IMAGES_PER_NODE = 34


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
        until_stdin_closes: end when standard input does, and so with the parent.
    """

    images_csv: Path
    nodes: int = 40
    port: int = 0
    seed: int = 1
    churn: float = 0.5
    images: int = IMAGES_PER_NODE
    kubeconfig_out: Path | None = None
    until_stdin_closes: bool = False


def serve(options: DemoOptions) -> int:
    """Serve until SIGINT or SIGTERM (or the end of standard input); the exit code."""
    try:
        asyncio.run(_serve(options))
    except OSError as error:
        sys.stderr.write(f"kubeimg-gui: the demo cluster cannot start: {error}\n")
        return 1
    return 0


async def _serve(options: DemoOptions) -> None:
    chance = random.Random(options.seed)
    store = ObjectStore(lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4)))
    scenario = Scenario(
        store,
        options.images_csv,
        nodes=options.nodes,
        images=options.images,
        churn=options.churn,
        seed=options.seed,
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if options.until_stdin_closes:
        _at_end_of_stdin(loop, stop)
    async with running(ApiServer(store), options.port) as url:
        if options.kubeconfig_out:
            write_kubeconfig(options.kubeconfig_out, url)
        sys.stdout.write(f"demo cluster with {options.nodes} nodes on {url}\n")
        sys.stdout.flush()
        story = asyncio.create_task(scenario.play())
        await stop.wait()
        story.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await story


@contextlib.asynccontextmanager
async def running(server: ApiServer, port: int) -> AsyncGenerator[str, None]:
    """Serve on loopback within the block; gives the address. Raises OSError."""
    runner = web.AppRunner(
        server.application(), access_log=None, handler_cancellation=True, shutdown_timeout=0.1
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        bound: int = runner.addresses[0][1]
        yield f"http://{HOST}:{bound}"
    finally:
        server.store.disconnect_watchers()
        await runner.cleanup()


def write_kubeconfig(path: Path, url: str) -> None:
    """A kubeconfig whose only context is `demo`, put in place whole, for its owner only."""
    document: JsonObject = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "demo",
        "contexts": [{"name": "demo", "context": {"cluster": "demo", "user": "demo"}}],
        "clusters": [{"name": "demo", "cluster": {"server": url}}],
        "users": [{"name": "demo", "user": {}}],
    }
    with tempfile.NamedTemporaryFile("w", dir=path.absolute().parent, delete=False) as file:
        yaml.safe_dump(document, file)
    os.replace(file.name, path)  # noqa: PTH105


def _at_end_of_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Set `stop` when standard input ends."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, name="stdin", daemon=True).start()


class DemoCluster:
    """The API server in a thread of this process, for tests; a context manager.

    It begins with `nodes` and plays no story. Its methods may be called from any thread.
    """

    def __init__(
        self, nodes: Iterable[JsonObject] = (), *, bookmark_seconds: float = BOOKMARK_SECONDS
    ) -> None:
        self._store = ObjectStore()
        for node in nodes:
            self._store.create(NODE, node)
        self._server = ApiServer(self._store, bookmark_seconds)
        self._started = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="demo")
        self.url = ""

    def __enter__(self) -> "DemoCluster":
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def requests(self) -> list[Asked]:
        """What clients asked, oldest first."""
        return list(self._server.requests)

    def compact(self) -> None:
        """Forget the history: older versions and pages are answered with 410."""
        self._call(self._store.compact)

    def disconnect_watchers(self) -> None:
        """End every watch now."""
        self._call(self._store.disconnect_watchers)

    def write_kubeconfig(self, path: Path) -> Path:
        """A kubeconfig for this cluster."""
        write_kubeconfig(path, self.url)
        return path

    def _call(self, act: Callable[[], None]) -> None:
        assert self._loop is not None
        done = threading.Event()

        def run() -> None:
            act()
            done.set()

        self._loop.call_soon_threadsafe(run)
        done.wait()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with running(self._server, 0) as url:
            self.url = url
            self._started.set()
            await self._stop.wait()
