"""The story that the demo cluster plays: pulls, roll-outs, collection, retags, nodes that come
and go, disks that fill.

The same seed makes the same fleet and the same sequence of changes; only the clock differs.
"""

import asyncio
import random
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from kubeimg_gui.demo.catalog import Catalog, DemoImage, make_digest
from kubeimg_gui.demo.errors import JsonObject
from kubeimg_gui.demo.fleet import DemoNode, Fleet, condition
from kubeimg_gui.demo.kinds import EVENT, LEASE, NAMESPACE, NODE, POD
from kubeimg_gui.demo.oddities import DISK_TAINT, add_oddities
from kubeimg_gui.demo.store import ObjectStore, now_text

if TYPE_CHECKING:
    from collections.abc import Callable

HEARTBEAT_SECONDS = 300.0
"""How often a kubelet reports where nothing changes (`nodeStatusReportFrequency`)."""
TICK_SECONDS = 0.05
OPENING_SECONDS = 0.5
"""The pause between the first few changes, so that a picture soon shows some."""
PODS_PER_NODE = 5
NAMESPACES = ("default", "kube-system", "kube-node-lease", "shop", "analytics", "ml")


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
        self._catalog = Catalog(images_csv, seed)
        self._fleet = Fleet(self._catalog, self._chance, nodes, images)
        add_oddities(self._fleet.nodes, self._catalog)
        self._by_name = {node.name: node for node in self._fleet.nodes}
        self._size = nodes
        self._queue: list[Callable[[], None]] = []
        for namespace in NAMESPACES:
            store.create(
                NAMESPACE, {"metadata": {"name": namespace}, "status": {"phase": "Active"}}
            )
        for node in self._fleet.nodes:
            self._settle(node)

    async def play(self) -> None:
        """Play until cancelled."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        opening = [self._pull, self._collect, self._retag, self._pull, self._join]
        changes = heartbeats = 0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            elapsed = loop.time() - began
            if self._churn and opening and elapsed > OPENING_SECONDS * (6 - len(opening)):
                opening.pop(0)()
            while changes < self._churn * elapsed - 4:
                changes += 1
                self.step()
            while heartbeats < self._size / HEARTBEAT_SECONDS * elapsed:
                heartbeats += 1
                self._beat()

    def step(self) -> None:
        """One change somewhere."""
        if self._queue:
            self._queue.pop(0)()
            return
        acts = (self._pull, self._roll_out, self._collect, self._retag, self._press)
        moves = (self._join, self._leave)
        act = self._chance.choices((*acts, *moves), (48, 8, 22, 12, 3, 3, 3))[0]
        act()

    # What happens.

    def _pull(self) -> None:
        node = self._some_node()
        fresh = [i for i in node.pullable if i.digest not in node.pulled] if node else []
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
        peers = [n for n in self._living() if n.pool is node.pool]
        for peer in self._chance.sample(peers, k=min(len(peers), 5)):
            self._queue.append(lambda peer=peer: self._pull_onto(peer, image))

    def _collect(self) -> None:
        """The kubelet collects a few images that nothing uses."""
        node = self._some_node()
        if node is None or len(node.held) < 6:
            return
        for _ in range(self._chance.randint(1, 3)):
            entry = node.held.pop(self._chance.randrange(len(node.held)))
            for name in entry.get("names") or ():
                node.pulled.discard(name.partition("@")[2])
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
        if changed != names:
            node.held[node.held.index(entry)] = {**entry, "names": changed}
            self._report_images(node)

    def _press(self) -> None:
        """Disk pressure comes, or goes where it was."""
        node = self._some_node()
        item = self._store.find(NODE, node.name) if node else None
        if not node or not item:
            return
        conditions: list[JsonObject] = item["status"]["conditions"]
        pressed = any(c["type"] == "DiskPressure" and c["status"] == "True" for c in conditions)
        change = (
            condition("DiskPressure", "False", "KubeletHasNoDiskPressure", now_text())
            if pressed
            else condition("DiskPressure", "True", "KubeletHasDiskPressure", now_text())
        )
        others = [c for c in conditions if c["type"] != "DiskPressure"]
        status = {**item["status"], "conditions": [*others, change]}
        taints = [t for t in item["spec"].get("taints", []) if t["key"] != DISK_TAINT["key"]]
        spec = {**item["spec"], "taints": taints if pressed else [*taints, DISK_TAINT]}
        self._store.replace(NODE, {**item, "spec": spec, "status": status})
        if not pressed:
            self._report_full_disk(node)

    def _join(self) -> None:
        """A node joins; an empty cluster stays empty."""
        if not self._size:
            return
        node = self._fleet.make_node()
        node.template["metadata"]["creationTimestamp"] = now_text()
        self._fleet.nodes.append(node)
        self._by_name[node.name] = node
        self._settle(node)

    def _leave(self) -> None:
        """A node is deleted, so that the fleet does not outgrow its size."""
        living = self._living()
        if len(living) > max(self._size - 1, 1):
            self._forget(self._chance.choice(living))

    def _beat(self) -> None:
        """One kubelet reports that nothing changed."""
        living = self._living()
        item = self._store.find(NODE, self._chance.choice(living).name) if living else None
        if item:
            beat = now_text()
            conditions = [{**c, "lastHeartbeatTime": beat} for c in item["status"]["conditions"]]
            status = {**item["status"], "conditions": conditions}
            self._store.replace(NODE, {**item, "status": status})

    # What it takes.

    def _living(self) -> list[DemoNode]:
        return [n for n in self._fleet.nodes if n.alive]

    def _some_node(self) -> DemoNode | None:
        """A node with a living kubelet and images; None where there is none."""
        for _ in range(20):
            if not self._fleet.nodes:
                return None
            node = self._chance.choice(self._fleet.nodes)
            if node.alive and self._store.find(NODE, node.name):
                return node
        return None

    def _pull_onto(self, node: DemoNode, image: DemoImage) -> None:
        node.lists_images = True
        node.pulled.add(image.digest)
        node.held.append(image.entry(node.runtime))
        self._report_images(node)

    def _report_images(self, node: DemoNode) -> None:
        """The kubelet posts its list; a node deleted by somebody else has no more to say."""
        item = self._store.find(NODE, node.name)
        if item is None:
            self._forget(node)
            return
        status = {**item["status"], "images": node.listed()}
        self._store.replace(NODE, {**item, "status": status})

    def _settle(self, node: DemoNode) -> None:
        """Create the node and what belongs to it."""
        self._store.create(NODE, node.manifest())
        self._store.create(
            LEASE,
            {
                "metadata": {"name": node.name, "namespace": "kube-node-lease"},
                "spec": {
                    "holderIdentity": node.name,
                    "leaseDurationSeconds": 40,
                    "renewTime": now_text().replace("Z", ".000000Z"),
                },
            },
        )
        used = [e for e in node.held if e.get("names") and "/pause" not in e["names"][0]]
        for number, entry in enumerate(used[:PODS_PER_NODE]):
            self._store.create(POD, _pod(node, number, entry))
        if "taints" in node.template["spec"] and DISK_TAINT in node.template["spec"]["taints"]:
            self._report_full_disk(node)

    def _forget(self, node: DemoNode) -> None:
        self._fleet.nodes.remove(node)
        if self._store.find(NODE, node.name):
            self._store.delete(NODE, node.name)

    def _report_full_disk(self, node: DemoNode) -> None:
        stamp = now_text()
        name = f"{node.name[:180]}.{self._chance.getrandbits(64):016x}"
        self._store.create(
            EVENT,
            {
                "metadata": {"name": name, "namespace": "default"},
                "involvedObject": {"kind": "Node", "name": node.name},
                "reason": "FreeDiskSpaceFailed",
                "message": "Insufficient free disk space on the node's image filesystem (91% of "
                "98.3 GiB used). Failed to free sufficient space by deleting unused images "
                "(freed 0 bytes).",
                "source": {"component": "kubelet", "host": node.name},
                "firstTimestamp": stamp,
                "lastTimestamp": stamp,
                "count": 1,
                "type": "Warning",
            },
        )


def _pod(node: DemoNode, number: int, entry: JsonObject) -> JsonObject:
    image: str = entry["names"][-1]
    app = image.rpartition("/")[2].partition(":")[0].partition("@")[0][:40]
    digest = make_digest(f"{node.name}{number}")[7:]
    container: JsonObject = {"name": app, "image": image, "resources": {}}
    running = {"running": {"startedAt": node.template["metadata"]["creationTimestamp"]}}
    return {
        "metadata": {
            "name": f"{app}-{digest[:9]}-{digest[9:14]}",
            "namespace": NAMESPACES[1 + number % 5] if number else "kube-system",
            "creationTimestamp": node.template["metadata"]["creationTimestamp"],
            "labels": {"app": app},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": app,
                    "uid": str(uuid.UUID(digest[:32])),
                    "controller": True,
                }
            ],
        },
        "spec": {"nodeName": node.name, "restartPolicy": "Always", "containers": [container]},
        "status": {
            "phase": "Running",
            "podIP": f"10.200.{number}.{len(node.name)}",
            "containerStatuses": [
                {
                    "name": app,
                    "image": image,
                    "imageID": entry["names"][0],
                    "ready": True,
                    "restartCount": 0,
                    "state": running,
                }
            ],
        },
    }
