"""A made fleet and its changes, handed to a window as an informer's thread hands over real ones.

No server is between, so that what is measured is the window alone.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.watch.informer import BATCH_SIZE
from kubeimg_gui.domain.change import ChangeKind, NodeChange, compare_nodes
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.window.informer_bridge import InformerBridge

IMAGE_SHARE = 0.4
"""How many of the changes are about images; the others are about conditions."""
EVERYWHERE, RARE = "pause", "rarely"
"""Search words: an image on every node, and an image on few nodes."""
RUNTIMES = ("containerd://1.7.27", "containerd://2.0.5", "cri-o://1.31.4")
WAIT_SECONDS = 0.005


class Fleet:
    """Nodes that share their images; the same seed makes the same ones.

    Attributes:
        records: the nodes as last sent.
    """

    def __init__(self, nodes: int, least: int, most: int, distinct: int = 2000) -> None:
        self._random = Random(1)
        self._count, self._least, self._most = nodes, least, most
        self._catalog = sorted(map(self._image, range(distinct)), key=_size, reverse=True)
        self._everywhere = ContainerImage((f"registry.k8s.io/{EVERYWHERE}:3.9",), 300_000)
        self._rare = ContainerImage((f"quay.io/team/{RARE}:v1",), 200_000)
        self.records: list[NodeRecord] = []

    def make(self) -> None:
        """Make the records."""
        self.records = [self._node(number) for number in range(self._count)]
        self.records.sort(key=lambda record: record.name)  # as a server lists them

    def loaded(self) -> Iterator[NodeChange]:
        """The first changes that an informer reports."""
        now = time.time()
        for record in self.records:
            yield NodeChange(ChangeKind.ADDED, now, None, record, initial=True)

    def change(self) -> NodeChange:
        """Let something happen to any node."""
        place = self._random.randrange(len(self.records))
        old = self.records[place]
        if self._random.random() < IMAGE_SHARE:
            new = replace(old, images=self._other_images(old.images))
        elif self._random.random() < 0.5:
            new = replace(old, unschedulable=not old.unschedulable)
        else:
            new = replace(old, pressures=() if old.pressures else ("DiskPressure",))
        self.records[place] = new.after(old)
        found = compare_nodes(old, new, at=time.time())
        assert found is not None, "something always happens"
        return found

    def _other_images(self, images: tuple[ContainerImage, ...]) -> tuple[ContainerImage, ...]:
        if len(images) >= self._most or (len(images) > self._least and self._random.random() < 0.5):
            gone = self._random.randrange(len(images) - 1)
            return images[:gone] + images[gone + 1 :]
        come = self._random.choice(self._catalog)
        while come in images:
            come = self._random.choice(self._catalog)
        return tuple(sorted((*images, come), key=_size, reverse=True))

    def _image(self, number: int) -> ContainerImage:
        digest = f"{self._random.getrandbits(256):064x}"
        name = f"registry{number % 7}.example/team-{number % 40}/app-{number // 4}"
        size = self._random.randrange(10**6, 4 * 10**9)
        return ContainerImage((f"{name}@sha256:{digest}", f"{name}:v{number % 4}.{number}"), size)

    def _node(self, number: int) -> NodeRecord:
        random = self._random
        name = f"ip-10-{number >> 16}-{number >> 8 & 255}-{number & 255}.eu-1.compute.internal"
        held = random.sample(self._catalog, random.randint(self._least, self._most) - 1)
        images = (*sorted(held, key=_size, reverse=True), self._everywhere)
        if number % 10_000 == 7:
            images = (*images[:-1], self._rare)
        return NodeRecord(
            name=name,
            uid=f"{random.getrandbits(128):032x}-{number:04x}",
            created=1_790_000_000.0 + number,
            ready=random.random() > 0.01,
            unschedulable=random.random() < 0.02,
            terminating=False,
            pressures=("DiskPressure",) if random.random() < 0.01 else (),
            runtime=RUNTIMES[number % 3],
            labels=self._labels(number, name),
            images=images,
        )

    def _labels(self, number: int, name: str) -> tuple[str, ...]:
        shared = LABELS[number % len(LABELS)]
        return tuple(sorted((*shared, f"kubernetes.io/hostname={name}")))


def _size(image: ContainerImage) -> int:
    return image.size_bytes


LABELS = [
    (
        "beta.kubernetes.io/arch=amd64",
        "beta.kubernetes.io/os=linux",
        f"failure-domain.beta.kubernetes.io/region=eu-{number % 3}",
        f"failure-domain.beta.kubernetes.io/zone=eu-{number % 3}{'abc'[number // 3 % 3]}",
        "kubernetes.io/arch=amd64",
        "kubernetes.io/os=linux",
        f"node.kubernetes.io/instance-type=m{number % 5 + 3}.large",
        f"pool={('web', 'batch', 'gpu', 'system')[number % 4]}",
        f"topology.kubernetes.io/region=eu-{number % 3}",
        f"topology.kubernetes.io/zone=eu-{number % 3}{'abc'[number // 3 % 3]}",
    )
    for number in range(180)
]


class Feeder:
    """A thread that feeds a fleet to a bridge: first all of it, then changes at a rate.

    Attributes:
        due: how many changes should have been sent by now.
        sent: how many were.
        cpu: seconds the thread has worked.
    """

    def __init__(self, fleet: Fleet, bridge: InformerBridge) -> None:
        self._fleet, self._bridge = fleet, bridge
        self._ended = threading.Event()
        self._thread = threading.Thread(target=lambda: None)
        self.due = self.sent = 0
        self.cpu = 0.0

    def load(self) -> None:
        """Send all nodes, then the end of the list."""
        self._start(self._load)

    def keep_changing(self, rate: float) -> None:
        """Send changes until `stop`."""
        self.due = self.sent = 0
        self._ended.clear()
        self._start(lambda: self._change(rate))

    @property
    def running(self) -> bool:
        """Whether the thread still has something to send."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Stop the changes; a batch under way is still sent."""
        self._ended.set()

    def _start(self, work: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()

    def _load(self) -> None:
        self._bridge.on_state(ConnectionState(Phase.SYNCING, since=time.time()))
        batch: list[NodeChange] = []
        for change in self._fleet.loaded():
            batch.append(change)
            if len(batch) == BATCH_SIZE:
                self._bridge.on_changes(batch)
                batch = []
        if batch:
            self._bridge.on_changes(batch)
        self._bridge.on_state(ConnectionState(Phase.LIVE, since=time.time()))

    def _change(self, rate: float) -> None:
        began, worked = time.perf_counter(), time.thread_time()
        while not self._ended.wait(WAIT_SECONDS):
            self.due = int(rate * (time.perf_counter() - began))
            while self.sent < self.due and not self._ended.is_set():
                count = min(self.due - self.sent, BATCH_SIZE)
                self._bridge.on_changes([self._fleet.change() for _ in range(count)])
                self.sent += count
            self.cpu = time.thread_time() - worked
