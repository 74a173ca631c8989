"""The story that the demo cluster plays: pulls, roll-outs, collection, retags, nodes that come
and go, disks that fill.

The same seed makes the same fleet and the same sequence of changes; only the clock differs.
"""

import asyncio
import random
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from kubeimg_gui.demo.catalog import Catalog, DemoImage, make_digest
from kubeimg_gui.demo.edge_cases import DISK_TAINT, ODDITIES, add_oddities
from kubeimg_gui.demo.fleet import (
    POOLS,
    STATUS_MAX_IMAGES,
    DemoNode,
    Fleet,
    condition,
    remove_node,
)
from kubeimg_gui.demo.kinds import EVENT, LEASE, NAMESPACE, NODE, POD, JsonObject
from kubeimg_gui.demo.pods_and_leases import NAMESPACES, make_full_disk_event, make_lease, make_pods
from kubeimg_gui.demo.store import ObjectStore, now_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HEARTBEAT_SECONDS = 300.0
"""How often a kubelet reports where nothing changes (`nodeStatusReportFrequency`)."""
TICK_SECONDS = 0.05
TURN_ACTS = 16
"""After so many at once the server has its turn."""
LATE_SECONDS = 1.0
"""What is late by more is left out, so that a slow machine is not kept from everything else."""
OPENING_SECONDS = 0.5
"""The pause between the first few changes, so that a picture soon shows some."""
ROLLOUT_NODES = 5
COMPLAINTS = 2000
"""So many events are kept; a real server forgets each after an hour."""
NODE_PODS = 5
FLEET_PODS = 40_000
"""The largest fleets have fewer pods a node, so that they fit into memory."""


class Scenario:
    """Fills a store with a fleet and then plays on; confined to the event loop's thread.

    `nodes` is the fleet's size, `images` how many a node holds on average, `churn` how many
    changes of images the whole fleet sees per second.
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
        self._node_pods = min(NODE_PODS, FLEET_PODS // max(nodes, 1))
        self._soon: deque[Callable[[], None]] = deque()
        self._complaints: deque[JsonObject] = deque()
        catalog = Catalog(images_csv, seed)
        self._fleet = Fleet(catalog, self._chance, nodes, images)
        add_oddities(self._fleet.nodes, catalog)
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
            self._settle(node)  # in the order that the store keeps them in
        for node in self._pressed:
            self._complain(node)

    async def play(self) -> None:
        """Play until cancelled."""
        opening = (self._pull, self._collect, self._retag, self._pull, self._come_or_go)
        async with asyncio.TaskGroup() as acts:
            if self._churn:
                acts.create_task(_open(opening))
            acts.create_task(_at_pace(self._churn, self.step, due=-len(opening)))
            acts.create_task(_at_pace(self._size / HEARTBEAT_SECONDS, self.beat))

    def step(self) -> None:
        """One change somewhere."""
        if self._soon:
            self._soon.popleft()()
            return
        acts = (self._pull, self._roll_out, self._collect, self._retag, self._press)
        act = self._chance.choices((*acts, self._come_or_go), (48, 8, 22, 12, 3, 6))[0]
        act()

    def beat(self) -> None:
        """One kubelet reports that nothing changed."""
        node = self._some_node()
        item = self._store.find(NODE, node.name) if node else None
        if node and item:
            beat = now_text()
            conditions = [{**known, "lastHeartbeatTime": beat} for known in _conditions(item)]
            status = {**item["status"], "conditions": conditions}
            self._store.replace(NODE, {**item, "status": status})
            if self._store.find(LEASE, node.name, "kube-node-lease"):
                self._store.replace(LEASE, make_lease(node))

    # What happens to images.

    def _pull(self) -> None:
        node = self._some_node()
        fresh = node.lacks(node.pullable) if node else []
        if node and fresh:
            self._pull_onto(node, self._chance.choice(fresh))

    def _roll_out(self) -> None:
        """A new build of one image reaches several nodes of a pool, one after another."""
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
        """The kubelet of a well-filled node collects a few images that nothing uses."""
        nodes = [node for node in (self._some_node() for _ in range(3)) if node]
        # One whose list is not cut where there is one, for there it is seen.
        seen = [node for node in nodes if len(node.held) <= STATUS_MAX_IMAGES]
        node = max(seen or nodes, key=lambda node: len(node.held), default=None)
        if node is None:
            return
        unused = [e for e in node.held if not e.get("names") or e["names"][0] not in node.used]
        count = self._chance.randint(1, 3) + max(len(node.held) - self._fullest, 0)
        gone = self._chance.sample(unused, k=min(count, len(unused)))
        node.held = [entry for entry in node.held if not any(entry is other for other in gone)]
        self._report_images(node)

    def _retag(self) -> None:
        """An image loses its tag, or gets one more: its names change and nothing else."""
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

    def _pull_onto(self, node: DemoNode, image: DemoImage) -> None:
        node.lists_images = True
        node.held += [pulled.entry(node.runtime) for pulled in node.lacks([image])]
        self._report_images(node)

    def _report_images(self, node: DemoNode) -> None:
        """The kubelet posts its list; a node deleted by somebody else has no more to say."""
        item = self._store.find(NODE, node.name)
        if item:
            status = {**item["status"], "images": node.listed()}
            self._store.replace(NODE, {**item, "status": status})

    # What happens to nodes.

    def _press(self) -> None:
        """Disk pressure comes to a node, and goes where it has been longest."""
        node = self._some_node()
        if len(self._pressed) > self._size // 100 + 1:
            self._set_pressure(self._pressed.pop(0), pressed=False)
        elif node and node not in self._pressed:
            self._pressed.append(node)
            self._set_pressure(node, pressed=True)
            self._complain(node)

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

    def _complain(self, node: DemoNode) -> None:
        event = make_full_disk_event(node, self._chance.getrandbits(64))
        self._complaints.append(self._store.create(EVENT, event)["metadata"])
        if len(self._complaints) > COMPLAINTS:
            old = self._complaints.popleft()
            if self._store.find(EVENT, old["name"], old["namespace"]):
                self._store.delete(EVENT, old["name"], old["namespace"])

    def _come_or_go(self) -> None:
        """A node joins, or leaves where one has joined; the odd ones stay."""
        nodes, odd = self._fleet.nodes, min(len(ODDITIES), self._size)
        if len(nodes) > self._size:
            self._leave(nodes[self._chance.randrange(odd, len(nodes))])
        elif self._size:
            node = self._fleet.make_node()
            node.template["metadata"]["creationTimestamp"] = now_text()
            self._fleet.nodes.append(node)
            self._peers[node.pool.name].append(node)
            self._settle(node)

    def _settle(self, node: DemoNode) -> None:
        """Create the node and what belongs to it."""
        self._store.create(NODE, node.manifest())
        self._store.create(LEASE, make_lease(node))
        for pod in make_pods(node, self._node_pods):
            self._store.create(POD, pod)
            node.used.add(pod["status"]["containerStatuses"][0]["imageID"])

    def _leave(self, node: DemoNode) -> None:
        """Delete a node, where that is still to do, and what belongs to it."""
        remove_node(self._fleet.nodes, node)
        if node.alive:
            remove_node(self._peers[node.pool.name], node)
        self._pressed = [other for other in self._pressed if other is not node]
        if self._store.find(NODE, node.name):
            self._store.delete(NODE, node.name)
        if self._store.find(LEASE, node.name, "kube-node-lease"):
            self._store.delete(LEASE, node.name, "kube-node-lease")
        for namespace, pod in self._store.pods_on(node.name):
            self._store.delete(POD, pod, namespace)

    def _some_node(self) -> DemoNode | None:
        """A node with a living kubelet, None where there is none.

        One that somebody deleted is let go: the garbage collector's work.
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
    """The first changes of the story."""
    for act in acts:
        await asyncio.sleep(OPENING_SECONDS)
        act()


async def _at_pace(rate: float, act: "Callable[[], None]", due: float = 0.0) -> None:
    """Act so many times a second as far as there is time; `due` is how many are due already."""
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
