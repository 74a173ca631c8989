"""The nodes of the demo cluster: pools, runtimes, images, and the odd cases that real fleets have.

Everything is made from the seed, so that the same demo can be shown, tested and compared twice.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kubeimg_gui.demo.catalog import Catalog, DemoImage
from kubeimg_gui.demo.errors import JsonObject
from kubeimg_gui.demo.store import now_text

STATUS_MAX_IMAGES = 50
"""The kubelet lists only this many images, the largest ones."""

RUNTIMES = ("containerd://1.7.27", "containerd://2.1.4", "cri-o://1.33.1")
ZONES = ("a", "b", "c")


@dataclass(frozen=True, slots=True)
class Pool:
    """A group of like nodes: which share of the fleet, which machines, what runs there."""

    name: str
    share: float
    instance_type: str
    storage: str
    words: tuple[str, ...]


POOLS = (
    Pool(
        "web",
        0.42,
        "m7i.2xlarge",
        "104845292Ki",
        ("nginx", "redis", "node", "wordpress", "traefik", "istio", "rabbitmq", "grafana"),
    ),
    Pool(
        "batch",
        0.30,
        "c7i.4xlarge",
        "209702892Ki",
        ("python", "golang", "elyra", "jupyter", "cassandra", "mysql", "mongo", "origin-node"),
    ),
    Pool(
        "gpu",
        0.16,
        "p5.4xlarge",
        "524272620Ki",
        ("pytorch", "vllm", "triton", "nvidia", "cuda", "dcgm", "gpu-feature"),
    ),
    Pool(
        "infra",
        0.12,
        "r7i.xlarge",
        "104845292Ki",
        ("prometheus", "grafana", "jaeger", "kiali", "rancher", "registry", "postgres", "etcd"),
    ),
)
EVERYWHERE = ("registry.k8s.io/pause", "kube-proxy", "calico/node", "calico/cni", "node-cache")


@dataclass(eq=False, slots=True)
class DemoNode:
    """One machine: what its runtime holds, and the rest of its Node object.

    `held` are the entries of all images, listed or not; `pullable` what it may pull next.
    """

    name: str
    pool: Pool
    runtime: str
    template: JsonObject
    held: list[JsonObject]
    pullable: Sequence[DemoImage]
    lists_images: bool = True
    alive: bool = True
    pulled: set[str] = field(default_factory=set[str])

    def listed(self) -> list[JsonObject]:
        """The images as the kubelet reports them: largest first, cut."""
        ordered = sorted(self.held, key=lambda entry: -entry.get("sizeBytes", 0))
        return ordered[:STATUS_MAX_IMAGES]

    def manifest(self) -> JsonObject:
        """The whole Node object for creation."""
        status = dict(self.template["status"])
        if self.lists_images:
            status["images"] = self.listed()
        return {**self.template, "status": status}


class Fleet:
    """All nodes, and new ones made alike; `images` is how many a node holds on average."""

    def __init__(self, catalog: Catalog, chance: random.Random, nodes: int, images: int) -> None:
        self._catalog = catalog
        self._chance = chance
        self._images = images
        self._common = catalog.matching(*EVERYWHERE)
        self._fitting = {pool.name: catalog.matching(*pool.words) for pool in POOLS}
        self._names: set[str] = set()
        self.nodes = [self.make_node() for _ in range(nodes)]

    def make_node(self) -> DemoNode:
        """One more machine, not yet an odd one."""
        chance = self._chance
        pool = chance.choices(POOLS, [p.share for p in POOLS])[0]
        runtime = chance.choices(RUNTIMES, (0.62, 0.26, 0.12))[0]
        name = self._new_name(pool)
        count = max(4, min(round(chance.gauss(self._images, self._images / 2.6)), 400))
        fitting = self._fitting[pool.name]
        chosen = {image.digest: image for image in chance.sample(self._common, k=6)}
        while len(chosen) < count:
            group = fitting if chance.random() < 0.45 else self._catalog.images
            image = chance.choice(group)
            chosen[image.digest] = image
            count -= chance.random() < 0.02  # so that it ends where the catalogue is small
        return DemoNode(
            name,
            pool,
            runtime,
            _template(name, pool, runtime, chance),
            [image.entry(runtime) for image in chosen.values()],
            fitting,
            pulled=set(chosen),
        )

    def _new_name(self, pool: Pool) -> str:
        while True:
            parts = (self._chance.randint(1, 63), *(self._chance.randint(1, 254) for _ in "ab"))
            name = f"ip-10-{'-'.join(map(str, parts))}.{pool.name}.example"
            if name not in self._names:
                self._names.add(name)
                return name


def condition(kind: str, state: str, reason: str, since: str) -> JsonObject:
    """A node condition, heard of now."""
    return {
        "type": kind,
        "status": state,
        "lastHeartbeatTime": now_text(),
        "lastTransitionTime": since,
        "reason": reason,
        "message": f"kubelet: {reason}",
    }


def _template(name: str, pool: Pool, runtime: str, chance: random.Random) -> JsonObject:
    age = timedelta(
        hours=chance.choice((3, 19, 70, 400, 1500, 3000, 8000)) * chance.uniform(0.4, 1)
    )
    created = (datetime.now(UTC) - age).strftime("%Y-%m-%dT%H:%M:%SZ")
    zone = chance.choice(ZONES)
    address = ".".join(name.partition(".")[0].removeprefix("ip-").split("-"))
    capacity = {
        "cpu": "16",
        "memory": "64Gi",
        "pods": "110",
        "ephemeral-storage": pool.storage,
    }
    return {
        "metadata": {
            "name": name,
            "creationTimestamp": created,
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "node.kubernetes.io/instance-type": pool.instance_type,
                "topology.kubernetes.io/region": "eu-1",
                "topology.kubernetes.io/zone": f"eu-1{zone}",
                "pool": pool.name,
            },
            "annotations": {"volumes.kubernetes.io/controller-managed-attach-detach": "true"},
        },
        "spec": {"podCIDR": f"10.200.{chance.randint(0, 255)}.0/24"},
        "status": {
            "capacity": capacity,
            "allocatable": {**capacity, "cpu": "15800m"},
            "conditions": [
                condition("MemoryPressure", "False", "KubeletHasSufficientMemory", created),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure", created),
                condition("PIDPressure", "False", "KubeletHasSufficientPID", created),
                condition("Ready", "True", "KubeletReady", created),
            ],
            "addresses": [
                {"type": "InternalIP", "address": address},
                {"type": "Hostname", "address": name},
            ],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "machineID": f"{chance.getrandbits(128):032x}",
                "systemUUID": f"{chance.getrandbits(128):032x}",
                "bootID": f"{chance.getrandbits(128):032x}",
                "kernelVersion": "6.1.0-40-amd64",
                "osImage": "Debian GNU/Linux 12 (bookworm)",
                "containerRuntimeVersion": runtime,
                "kubeletVersion": "v1.36.0",
                "kubeProxyVersion": "",
                "operatingSystem": "linux",
                "architecture": "amd64",
            },
        },
    }
