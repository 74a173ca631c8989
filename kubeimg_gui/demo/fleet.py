"""The nodes of the demo cluster: pools, runtimes and images.

All random choices depend on the seed, so that runs are reproducible.
"""

import bisect
import random
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from kubeimg_gui.demo.catalog import Catalog, DemoImage
from kubeimg_gui.demo.kinds import JsonObject
from kubeimg_gui.demo.store import now_text, stamp

STATUS_MAX_IMAGES = 50
"""Number of images that the kubelet lists; it lists the largest."""

RUNTIMES = ("containerd://1.7.27", "containerd://2.1.4", "cri-o://1.33.1")
KUBELETS = ("v1.36.0", "v1.35.4", "v1.34.6")
ZONES = ("a", "b", "c")
ORDINARY_BYTES = 4 * 2**30
"""Maximum size of an image that any pool may hold; larger ones belong to special pools."""
SYSTEMS = {
    "containerd": ("Debian GNU/Linux 12 (bookworm)", "6.1.0-40-amd64"),
    "cri-o": ("Red Hat Enterprise Linux CoreOS 9.6.20260512-0 (Plow)", "5.14.0-570.60.1.el9_6"),
    "docker": ("Ubuntu 22.04.5 LTS", "5.15.0-160-generic"),
}
"""Operating system and kernel of nodes with a runtime."""

MESSAGES = {
    "KubeletHasSufficientMemory": "kubelet has sufficient memory available",
    "KubeletHasNoDiskPressure": "kubelet has no disk pressure",
    "KubeletHasDiskPressure": "kubelet has disk pressure",
    "KubeletHasSufficientPID": "kubelet has sufficient PID available",
    "KubeletReady": "kubelet is posting ready status",
    "NodeStatusUnknown": "Kubelet stopped posting node status.",
}


HEALTHY = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID"),
    ("Ready", "True", "KubeletReady"),
)
"""The conditions of a healthy node."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A group of similar nodes.

    `share` is its part of the fleet, `memory` and `disk` are GiB, `words` select its images.
    """

    name: str
    share: float
    instance_type: str
    cpu: int
    memory: int
    disk: int
    words: tuple[str, ...]
    gpus: int = 0
    architecture: str = "amd64"


POOLS = (
    Pool(
        "web",
        0.42,
        "m7i.2xlarge",
        cpu=8,
        memory=32,
        disk=100,
        words=("nginx", "redis", "node", "wordpress", "traefik", "istio", "rabbitmq", "grafana"),
    ),
    Pool(
        "batch",
        0.30,
        "c7i.4xlarge",
        cpu=16,
        memory=32,
        disk=200,
        words=(
            "python",
            "golang",
            "elyra",
            "jupyter",
            "cassandra",
            "mysql",
            "mongo",
            "origin-node",
        ),
    ),
    Pool(
        "gpu",
        0.16,
        "p5.4xlarge",
        cpu=16,
        memory=256,
        disk=500,
        words=("pytorch", "triton", "nvidia", "cuda", "dcgm", "gpu-feature"),
        gpus=1,
    ),
    Pool(
        "infra",
        0.12,
        "r7g.xlarge",
        architecture="arm64",
        cpu=4,
        memory=32,
        disk=100,
        words=("prometheus", "grafana", "jaeger", "kiali", "rancher", "registry", "postgres"),
    ),
)
EVERYWHERE = ("kube-proxy", "calico/node", "calico/cni", "node-cache")
"""What runs on every node."""
COMMON_IMAGES = 6
"""Number of images that each node holds before its own: the pause image, the current image of each
of EVERYWHERE, and an older one."""
PAUSE = "registry.k8s.io/pause"
"""The smallest image; a runtime holds it for all pods, and its kubelet never collects it."""


@dataclass(eq=False, slots=True)
class DemoNode:
    """One machine: its images, and the rest of its Node object.

    `number` is its sequence number, `held` the entries of all its images, listed or not;
    `pullable` the images that it may pull. A node that `stays` is an example of something, and the
    simulation does not remove it.
    """

    number: int
    name: str
    pool: Pool
    runtime: str
    template: JsonObject
    held: list[JsonObject]
    pullable: Sequence[DemoImage]
    lists_images: bool = True
    alive: bool = True
    stays: bool = False

    def lacks(self, images: Iterable[DemoImage]) -> list[DemoImage]:
        """Returns those of the images that it does not hold."""
        names = {entry["names"][0] for entry in self.held if entry.get("names")}
        return [image for image in images if image.pinned not in names]

    def listed(self) -> list[JsonObject]:
        """Returns the images as the kubelet reports them: the largest STATUS_MAX_IMAGES, sorted."""
        ordered = sorted(self.held, key=lambda entry: -entry.get("sizeBytes", 0))
        return ordered[:STATUS_MAX_IMAGES]

    def manifest(self) -> JsonObject:
        """Returns the Node object to create."""
        status = dict(self.template["status"])
        if self.lists_images:
            status["images"] = self.listed()
        return {**self.template, "status": status}


class Fleet:
    """Creates the nodes; `images` is the average number per node.

    `everywhere` are the images that run on every node.
    """

    def __init__(self, catalog: Catalog, chance: random.Random, nodes: int, images: int) -> None:
        self._chance = chance
        self._images = images
        self.everywhere = [catalog.matching(word)[0] for word in EVERYWHERE]
        self._common = [i for i in catalog.matching(*EVERYWHERE) if i not in self.everywhere]
        self._pause = min(catalog.matching(PAUSE), key=attrgetter("compressed"))
        self._ordinary = [i for i in catalog.images if i.compressed < ORDINARY_BYTES]
        self._fitting = {pool.name: catalog.matching(*pool.words) for pool in POOLS}
        self._resources = {pool.name: _resources(pool) for pool in POOLS}
        self._names: set[str] = set()
        self._made: Counter[str] = Counter()
        self.nodes = [self.make_node() for _ in range(nodes)]

    def make_node(self) -> DemoNode:
        """Creates an ordinary node."""
        chance = self._chance
        pool = self._next_pool()
        # Unpacked GPU images on CRI-O would dwarf all other sizes in the window.
        runtime = chance.choices(RUNTIMES, (0.62, 0.26, 0.0 if pool.gpus else 0.12))[0]
        name = self._new_name(pool)
        count = max(4, min(round(chance.gauss(self._images, self._images / 2.6)), 400))
        fitting = self._fitting[pool.name]
        common = (self._pause, *self.everywhere, chance.choice(self._common))
        chosen = {image.digest: image for image in common}
        while len(chosen) < count:
            group = fitting if chance.random() < 0.45 else self._ordinary
            image = chance.choice(group)
            chosen[image.digest] = image
            count -= chance.random() < 0.02  # so that it ends where the catalogue is small
        return DemoNode(
            self._made.total(),
            name,
            pool,
            runtime,
            _template(name, pool, runtime, chance, self._resources[pool.name]),
            [image.entry(runtime) for image in chosen.values()],
            fitting,
        )

    def _next_pool(self) -> Pool:
        """The pool that is furthest behind its share."""
        made = self._made.total() + 1
        pool = max(POOLS, key=lambda pool: pool.share * made - self._made[pool.name])
        self._made[pool.name] += 1
        return pool

    def _new_name(self, pool: Pool) -> str:
        while True:
            parts = (self._chance.randint(1, 63), *(self._chance.randint(1, 254) for _ in "ab"))
            name = f"ip-10-{'-'.join(map(str, parts))}.{pool.name}.example"
            if name not in self._names:
                self._names.add(name)
                return name


def remove_node(nodes: list[DemoNode], node: DemoNode) -> None:
    """Removes a node from a list that is sorted by number, by binary search."""
    del nodes[bisect.bisect_left(nodes, node.number, key=lambda other: other.number)]


def condition(
    kind: str, state: str, reason: str, since: str, heartbeat: str | None = None
) -> JsonObject:
    """Returns a node condition; the default heartbeat is now."""
    return {
        "type": kind,
        "status": state,
        "lastHeartbeatTime": heartbeat or now_text(),
        "lastTransitionTime": since,
        "reason": reason,
        "message": MESSAGES[reason],
    }


def use_runtime(template: JsonObject, runtime: str) -> None:
    """Sets the runtime and its operating system in a new Node object."""
    system, kernel = SYSTEMS[runtime.partition(":")[0]]
    info = template["status"]["nodeInfo"]
    kernel = kernel.replace("amd64", info["architecture"])
    info.update(containerRuntimeVersion=runtime, osImage=system, kernelVersion=kernel)


def _template(
    name: str, pool: Pool, runtime: str, chance: random.Random, resources: JsonObject
) -> JsonObject:
    age = timedelta(
        hours=chance.choice((3, 19, 70, 400, 1500, 3000, 8000)) * chance.uniform(0.4, 1)
    )
    now = datetime.now(UTC)
    created, heartbeat = stamp(now - age), stamp(now)
    address = ".".join(name.partition(".")[0].removeprefix("ip-").split("-"))
    template: JsonObject = {
        "metadata": {
            "name": name,
            "creationTimestamp": created,
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": pool.architecture,
                "node.kubernetes.io/instance-type": pool.instance_type,
                "topology.kubernetes.io/region": "eu-1",
                "topology.kubernetes.io/zone": f"eu-1{chance.choice(ZONES)}",
                "pool": pool.name,
            },
            "annotations": {"volumes.kubernetes.io/controller-managed-attach-detach": "true"},
        },
        "spec": {"podCIDR": f"10.200.{chance.randint(0, 255)}.0/24"},
        "status": {
            **resources,
            "conditions": [
                condition(kind, state, reason, created, heartbeat)
                for kind, state, reason in HEALTHY
            ],
            "addresses": [
                {"type": "InternalIP", "address": address},
                {"type": "Hostname", "address": name},
            ],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "machineID": f"{chance.getrandbits(128):032x}",
                "systemUUID": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                "bootID": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                "kubeletVersion": chance.choice(KUBELETS),
                "kubeProxyVersion": "",
                "operatingSystem": "linux",
                "architecture": pool.architecture,
            },
        },
    }
    use_runtime(template, runtime)
    return template


def _resources(pool: Pool) -> JsonObject:
    """Returns capacity and allocatable resources of a node."""
    disk = pool.disk * 1_046_528  # KiB, less the overhead of the filesystem
    gpus = {"nvidia.com/gpu": str(pool.gpus)} if pool.gpus else {}
    return {
        "capacity": {
            "cpu": str(pool.cpu),
            "ephemeral-storage": f"{disk}Ki",
            "memory": f"{pool.memory * 1_015_808}Ki",
            "pods": "110",
            **gpus,
        },
        "allocatable": {
            "cpu": f"{pool.cpu * 1000 - 100}m",
            "ephemeral-storage": str(disk * 1024 * 9 // 10),
            "memory": f"{(pool.memory - 1) * 1_015_808}Ki",
            "pods": "110",
            **gpus,
        },
    }
