"""A fleet on a real API server, and changes to it as kubelets write them, with a log.

An informer must report exactly the changes of the log, in the order of the log for each node.
"""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from kubeimg_gui.domain.change import NodeChange
from tests.controlplane.control_plane import ControlPlane
from tests.support.api import NODES, Api, JsonObject, Login
from tests.support.recorder import Recorder

WRITERS = 8
"""Concurrent writers; each node belongs to one, so that the order of its changes is known."""
LATEST_SECONDS = 10.0
"""How late a write may be; if one is later, the rate was not kept."""
MIB = 2**20


def seed_nodes(url: str, login: Login, nodes: Iterable[JsonObject]) -> None:
    """Creates nodes with their status, several at a time."""
    clients = threading.local()
    opened: list[Api] = []

    def create(node: JsonObject) -> None:
        if not hasattr(clients, "api"):
            clients.api = Api(url, login)
            opened.append(clients.api)
        code, answer = clients.api.call("POST", NODES, node)
        assert code == 201, answer

    with ThreadPoolExecutor(WRITERS) as pool:
        for _ in pool.map(create, nodes, chunksize=1):
            pass
    for api in opened:
        api.close()


def fleet(count: int, images: int, distinct: int = 2000) -> list[JsonObject]:
    """Nodes that each hold some of `distinct` images, largest first as kubelets list them."""
    chance = random.Random(1)
    known = [image(number, chance.randrange(5, 900) * MIB) for number in range(distinct)]
    return [
        {
            "metadata": {"name": f"node-{number:05}", "labels": {"pool": f"pool-{number % 7}"}},
            "status": {
                "conditions": [{"type": "Ready", "status": "True"}],
                "nodeInfo": {"containerRuntimeVersion": "containerd://2.1.4"},
                "images": by_size(chance.sample(known, images)),
            },
        }
        for number in range(count)
    ]


def image(number: int, size: int) -> JsonObject:
    """An image with a digest and a tag."""
    repository = f"registry.example/team-{number % 40}/service-{number}"
    return {"names": [f"{repository}@sha256:{number:064x}", f"{repository}:v1"], "sizeBytes": size}


def by_size(images: Iterable[JsonObject]) -> list[JsonObject]:
    """Sorts images as a kubelet does."""
    return sorted(images, key=lambda image: -image["sizeBytes"])


class Churn:
    """Writes image changes and heartbeats at fixed rates for a given time.

    `new_api` creates the client of one writer.

    Attributes:
        log: for each node, after each change in order, the size of each image by its first name.
        late: the longest delay of a write, in seconds.
    """

    def __init__(
        self,
        url: str,
        login: Login,
        nodes: list[JsonObject],
        new_api: Callable[[str, Login], Api] = Api,
    ) -> None:
        self._new_api = lambda: new_api(url, login)
        self._images = {node["metadata"]["name"]: node["status"]["images"] for node in nodes}
        self._names = list(self._images)
        self.log: defaultdict[str, list[dict[str, int]]] = defaultdict(list)
        self.late = 0.0

    def run(self, seconds: float, changes: float, heartbeats: float) -> None:
        """Writes `changes` and `heartbeats` a second; returns when all of them are written."""
        with ThreadPoolExecutor(WRITERS) as pool:
            for writer in [
                pool.submit(self._write, number, seconds, changes / WRITERS, heartbeats / WRITERS)
                for number in range(WRITERS)
            ]:
                writer.result()

    def _write(self, number: int, seconds: float, changes: float, heartbeats: float) -> None:
        """Writes one writer's share of the nodes and of the rates."""
        chance = random.Random(number)
        mine = self._names[number::WRITERS]
        begin = time.monotonic()
        schedule = sorted(
            [(count / changes, self._change) for count in range(int(seconds * changes))]
            + [(count / heartbeats, self._beat) for count in range(int(seconds * heartbeats))],
            key=lambda entry: entry[0],
        )
        api = self._new_api()
        for due, act in schedule:
            wait = begin + due - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            self.late = max(self.late, -wait)
            act(api, chance.choice(mine), chance)
        api.close()

    def _change(self, api: Api, name: str, chance: random.Random) -> None:
        """Adds an image or, as often, removes one."""
        images = list(self._images[name])
        if len(images) > 1 and chance.random() < 0.5:
            images.remove(chance.choice(images))
        else:
            images.append(image(chance.randrange(10_000, 10**9), chance.randrange(5, 900) * MIB))
        self._images[name] = by_size(images)
        api.set_images(name, self._images[name])
        self.log[name].append({held["names"][0]: held["sizeBytes"] for held in self._images[name]})

    def _beat(self, api: Api, name: str, _chance: random.Random) -> None:
        beat = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        condition = {"type": "Ready", "status": "True", "lastHeartbeatTime": beat}
        code, answer = api.patch(f"{name}/status", {"status": {"conditions": [condition]}})
        assert code == 200, answer


class TimedChurn(Churn):
    """A churn that also notes when each change was written; `times` has the shape of its log."""

    def __init__(
        self,
        url: str,
        login: Login,
        nodes: list[JsonObject],
        new_api: Callable[[str, Login], Api] = Api,
    ) -> None:
        super().__init__(url, login, nodes, new_api)
        self.times: defaultdict[str, list[float]] = defaultdict(list)

    def _change(self, api: Api, name: str, chance: random.Random) -> None:
        super()._change(api, name, chance)
        self.times[name].append(time.time())


def reported_log(changes: Iterable[NodeChange]) -> dict[str, list[dict[str, int]]]:
    """Returns the changes after the first list in the form of `Churn.log`."""
    log: defaultdict[str, list[dict[str, int]]] = defaultdict(list)
    for change in changes:
        if not change.initial:
            assert change.new is not None
            assert change.storage_changed, "a heartbeat is not a change"
            log[change.new.name].append({i.names[0]: i.size_bytes for i in change.new.images})
    return log


def hear_all(control_plane: ControlPlane, *recorders: Recorder) -> None:
    """Makes one last change and waits for it, so that all earlier changes have arrived."""
    api = control_plane.api()
    api.call("POST", NODES, {"metadata": {"name": "the-end"}})
    api.close()
    for recorder in recorders:
        while recorder.next_change().record.name != "the-end":
            pass
