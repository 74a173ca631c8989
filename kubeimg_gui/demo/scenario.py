"""The simulation: pulls, roll-outs, image collection, retags, disk pressure, nodes that join and
leave.

The same seed gives the same fleet and the same sequence of changes; only the times differ.
"""

import asyncio
import random
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from kubeimg_gui.demo.catalog import Catalog, DemoImage, make_digest
from kubeimg_gui.demo.controllers import create_controllers
from kubeimg_gui.demo.edge_cases import DISK_TAINT, add_edge_cases
from kubeimg_gui.demo.fleet import (
    PAUSE,
    POOLS,
    STATUS_MAX_IMAGES,
    DemoNode,
    Fleet,
    condition,
    remove_node,
)
from kubeimg_gui.demo.kinds import EVENT, LEASE, NAMESPACE, NODE, JsonObject
from kubeimg_gui.demo.leases_and_events import make_full_disk_event, make_lease
from kubeimg_gui.demo.odd_pods import add_odd_pods
from kubeimg_gui.demo.pod_changes import PodChanges
from kubeimg_gui.demo.pods import MOST_PODS, PodMaker
from kubeimg_gui.demo.store import ObjectStore, now_text
from kubeimg_gui.demo.workloads import NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HEARTBEAT_SECONDS = 300.0
"""Interval of a kubelet's reports without changes (`nodeStatusReportFrequency`)."""
TICK_SECONDS = 0.05
TURN_ACTS = 16
"""Number of changes before other tasks run."""
LATE_SECONDS = 1.0
"""Changes that are later than this are skipped, so that a slow machine can still serve."""
OPENING_SECONDS = 0.5
"""The pause between the first changes, which come early for screenshots."""
ROLLOUT_NODES = 5
MAX_EVENTS = 2000
"""Maximum number of events; a real server deletes each after an hour."""
FLEET_PODS = 25_000
"""Maximum number of ordinary pods; the largest fleets have fewer per node, to save memory."""
RUN_SHARE = 0.6
"""The part of the pulled images that a pod runs at once; others are pulled ahead."""


class Scenario:
    """Creates a fleet in a store and then changes it; confined to the event loop's thread.

    `nodes` is the fleet's size, `images` the average number of images per node, `churn` the number
    of image changes per second in the whole fleet.
    """

    def __init__(
        self,
        store: ObjectStore,
        images_csv: Path,
        *,
        nodes: int,
        images: int,
        churn: float,
        seed: int,
    ) -> None:
        self._store = store
        self._chance = random.Random(seed)
        self._churn = churn
        self._size = nodes
        self._fullest = images * 3 // 2
        self._soon: deque[Callable[[], None]] = deque()
        self._events: deque[JsonObject] = deque()
        catalog = Catalog(images_csv, seed)
        self._fleet = Fleet(catalog, self._chance, nodes, images)
        add_edge_cases(self._fleet.nodes, catalog)
        maker = PodMaker(self._fleet.everywhere)
        most = min(MOST_PODS, FLEET_PODS // max(nodes, 1))
        odd = add_odd_pods(self._fleet.nodes, maker) if most else {}
        self._pods = PodChanges(store, maker, odd, self._chance, most)
        self._peers = {
            pool.name: [n for n in self._fleet.nodes if n.alive and n.pool is pool]
            for pool in POOLS
        }
        self._pressed = [n for n in self._fleet.nodes if DISK_TAINT in _taints(n.template)]
        for namespace in NAMESPACES:
            store.create(
                NAMESPACE, {"metadata": {"name": namespace}, "status": {"phase": "Active"}}
            )
        for node in sorted(self._fleet.nodes, key=lambda node: node.name):
            self._create(node)  # the order of the store's keys
        self._pods.open_without_node()
        create_controllers(store, self._fleet.nodes, maker.workloads)
        for node in self._pressed:
            self._emit_event(node)

    async def play(self) -> None:
        """Runs until cancelled."""
        opening = (self._pull_visibly, self._collect, self._retag, self._pull, self._come_or_go)
        async with asyncio.TaskGroup() as acts:
            if self._churn:
                acts.create_task(_open(opening))
            acts.create_task(_at_pace(self._churn, self.step, due=-len(opening)))
            acts.create_task(_at_pace(self._size / HEARTBEAT_SECONDS, self.beat))

    def step(self) -> None:
        """Makes one change."""
        if self._soon:
            self._soon.popleft()()
            return
        acts = (self._pull, self._roll_out, self._collect, self._retag, self._press)
        act = self._chance.choices((*acts, self._come_or_go), (48, 8, 22, 12, 3, 6))[0]
        act()

    def beat(self) -> None:
        """Updates the heartbeat of one node."""
        node = self._some_node()
        item = self._store.find(NODE, node.name) if node else None
        if node and item:
            beat = now_text()
            conditions = [{**known, "lastHeartbeatTime": beat} for known in _conditions(item)]
            status = {**item["status"], "conditions": conditions}
            self._store.replace(NODE, {**item, "status": status})
            if self._store.find(LEASE, node.name, "kube-node-lease"):
                self._store.replace(LEASE, make_lease(node))

    # Changes of images.

    def _pull_visibly(self) -> None:
        """A node pulls an image whose list has room to show it."""
        tried = (self._some_node() for _ in range(20))
        shows = (n for n in tried if n and n.lists_images and len(n.held) < STATUS_MAX_IMAGES)
        node = next(shows, None)
        if node:
            self._pull(node)

    def _pull(self, node: DemoNode | None = None) -> None:
        node = node or self._some_node()
        fresh = node.lacks(node.pullable) if node else []
        if node and fresh:
            run = self._chance.random() < RUN_SHARE
            self._pull_onto(node, self._chance.choice(fresh), run=run)

    def _roll_out(self) -> None:
        """Several nodes of a pool pull a new build of one image, one after another."""
        node = self._some_node()
        if node is None:
            return
        model = self._chance.choice(node.pullable)
        build = self._chance.randint(100, 999)
        size = round(model.compressed * self._chance.uniform(0.97, 1.05))
        image = DemoImage(
            model.repository,
            f"{model.tag or 'latest'}-{build}",
            make_digest(f"{model.repository}#{build}"),
            size,
            round(model.unpacked * size / max(model.compressed, 1)),
        )
        peers = self._peers[node.pool.name]
        for peer in self._chance.sample(peers, k=min(len(peers), ROLLOUT_NODES)):
            self._soon.append(lambda peer=peer: self._pull_onto(peer, image))

    def _collect(self) -> None:
        """The kubelet of a full node removes a few unused images."""
        nodes = [node for node in (self._some_node() for _ in range(3)) if node]
        # Prefer a node whose list is not cut, where the removal is visible.
        seen = [node for node in nodes if len(node.held) <= STATUS_MAX_IMAGES]
        node = max(seen or nodes, key=lambda node: len(node.held), default=None)
        if node is None:
            return
        self._pods.end_one(node)
        used = self._pods.in_use(node)
        unused = [entry for entry in node.held if not _is_used(entry, used)]
        count = self._chance.randint(1, 3) + max(len(node.held) - self._fullest, 0)
        gone = self._chance.sample(unused, k=min(count, len(unused)))
        node.held = [entry for entry in node.held if not any(entry is other for other in gone)]
        self._report_images(node)

    def _retag(self) -> None:
        """An image loses a tag or gets one; only its names change."""
        node = self._some_node()
        tagged = [e for e in node.held if len(e.get("names") or ()) >= 2] if node else []
        if not node or not tagged:
            return
        entry = self._chance.choice(tagged)
        names: list[str] = entry["names"]
        if self._chance.random() < 0.5:
            changed = names[:-1]
        else:
            changed = [*names[:4], f"{names[0].partition('@')[0]}:stable"]
        node.held[node.held.index(entry)] = {**entry, "names": changed}
        self._report_images(node)

    def _pull_onto(self, node: DemoNode, image: DemoImage, *, run: bool = True) -> None:
        """A node pulls an image, and a pod runs it."""
        node.lists_images = True
        node.held += [pulled.entry(node.runtime) for pulled in node.lacks([image])]
        self._report_images(node)
        if run and self._store.find(NODE, node.name):
            self._pods.run(node, image.entry(node.runtime))

    def _report_images(self, node: DemoNode) -> None:
        """The kubelet reports its images, unless a client has deleted the node."""
        item = self._store.find(NODE, node.name)
        if item:
            status = {**item["status"], "images": node.listed()}
            self._store.replace(NODE, {**item, "status": status})

    # Changes of nodes.

    def _press(self) -> None:
        """A node gets disk pressure, or the node that has had it longest loses it."""
        node = self._some_node()
        if len(self._pressed) > self._size // 100 + 1:
            self._set_pressure(self._pressed.pop(0), pressed=False)
        elif node and node not in self._pressed:
            self._pressed.append(node)
            self._set_pressure(node, pressed=True)
            self._emit_event(node)

    def _set_pressure(self, node: DemoNode, *, pressed: bool) -> None:
        item = self._store.find(NODE, node.name)
        if item is None:
            return
        state, reason = ("True", "KubeletHasDiskPressure"), ("False", "KubeletHasNoDiskPressure")
        change = condition("DiskPressure", *(state if pressed else reason), now_text())
        conditions = [
            change if known.get("type") == change["type"] else known for known in _conditions(item)
        ]
        taints = [taint for taint in _taints(item) if taint["key"] != DISK_TAINT["key"]]
        spec = {**item["spec"], "taints": [*taints, *([DISK_TAINT] if pressed else [])]}
        status = {**item["status"], "conditions": conditions}
        self._store.replace(NODE, {**item, "spec": spec, "status": status})

    def _emit_event(self, node: DemoNode) -> None:
        event = make_full_disk_event(node, self._chance.getrandbits(64))
        self._events.append(self._store.create(EVENT, event)["metadata"])
        if len(self._events) > MAX_EVENTS:
            old = self._events.popleft()
            if self._store.find(EVENT, old["name"], old["namespace"]):
                self._store.delete(EVENT, old["name"], old["namespace"])

    def _come_or_go(self) -> None:
        """A node joins, or leaves if one has joined."""
        nodes = self._fleet.nodes
        if len(nodes) > self._size:
            tried = (self._chance.choice(nodes) for _ in range(20))
            leaving = next((node for node in tried if not node.stays), None)
            if leaving:
                self._leave(leaving)
        elif self._size:
            node = self._fleet.make_node()
            node.template["metadata"]["creationTimestamp"] = now_text()
            self._fleet.nodes.append(node)
            self._peers[node.pool.name].append(node)
            self._create(node)

    def _create(self, node: DemoNode) -> None:
        """Creates a node and the objects that belong to it."""
        uid = self._store.create(NODE, node.manifest())["metadata"]["uid"]
        self._store.create(LEASE, make_lease(node))
        self._pods.open(node, uid)

    def _leave(self, node: DemoNode) -> None:
        """Deletes a node, if it still exists, and the objects that belong to it."""
        remove_node(self._fleet.nodes, node)
        if node.alive:
            remove_node(self._peers[node.pool.name], node)
        self._pressed = [other for other in self._pressed if other is not node]
        if self._store.find(NODE, node.name):
            self._store.delete(NODE, node.name)
        if self._store.find(LEASE, node.name, "kube-node-lease"):
            self._store.delete(LEASE, node.name, "kube-node-lease")
        self._pods.close(node.name)

    def _some_node(self) -> DemoNode | None:
        """Returns a random node whose kubelet reports, or None.

        Also deletes the objects of nodes that a client has deleted.
        """
        for _ in range(20):
            if not self._fleet.nodes:
                break
            node = self._chance.choice(self._fleet.nodes)
            if not self._store.find(NODE, node.name):
                self._leave(node)
            elif node.alive:
                return node
        return None


async def _open(acts: "Iterable[Callable[[], None]]") -> None:
    """Makes the first changes."""
    for act in acts:
        await asyncio.sleep(OPENING_SECONDS)
        act()


async def _at_pace(rate: float, act: "Callable[[], None]", due: float = 0.0) -> None:
    """Calls `act` at a rate per second, if there is time; `due` calls are due at the start."""
    clock = asyncio.get_running_loop().time
    then = clock()
    while True:
        await asyncio.sleep(0 if due >= 1 else TICK_SECONDS)
        now = clock()
        due = min(due + rate * (now - then), max(rate * LATE_SECONDS, 1))
        then = now
        for _ in range(min(int(due), TURN_ACTS)):
            act()
            due -= 1


def _taints(node: JsonObject) -> list[JsonObject]:
    return node["spec"].get("taints") or []


def _conditions(node: JsonObject) -> list[JsonObject]:
    return node["status"].get("conditions") or []


def _is_used(entry: JsonObject, used: set[str]) -> bool:
    """Returns whether pods or sandboxes use an image."""
    names: list[str] = entry.get("names") or []
    return any(name in used or f"{PAUSE}@" in name for name in names)
