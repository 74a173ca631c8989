"""Edge cases: nodes of the demo that look like unusual nodes of real clusters.

Each case was seen in a real cluster and has broken a real client.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from kubeimg_gui.demo.catalog import Catalog, make_digest
from kubeimg_gui.demo.fleet import KUBELETS, STATUS_MAX_IMAGES, DemoNode, condition, use_runtime
from kubeimg_gui.demo.kinds import JsonObject
from kubeimg_gui.demo.store import now_text, stamp

DISK_TAINT = {"key": "node.kubernetes.io/disk-pressure", "effect": "NoSchedule"}
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
CONTROL_PLANE_NODES = 3
SILENT_HOURS = 3

EdgeCase = Callable[[DemoNode, Catalog], None]


def add_edge_cases(nodes: list[DemoNode], catalog: Catalog) -> None:
    """Applies one edge case to each of the first nodes; makes some others control plane nodes."""
    for node, edge_case in zip(nodes, EDGE_CASES, strict=False):
        node.stays = True
        edge_case(node, catalog)
    others = sorted(nodes[len(EDGE_CASES) :], key=lambda node: node.pool.name != "infra")
    for node in others[:CONTROL_PLANE_NODES]:
        node.stays = True
        _control_plane(node, catalog)


def _capped(node: DemoNode, catalog: Catalog) -> None:
    """More images than the kubelet lists."""
    missing = STATUS_MAX_IMAGES + 9 - len(node.held)
    node.held += [image.entry(node.runtime) for image in node.lacks(catalog.images)[:missing]]


def _disk_pressure(node: DemoNode, _catalog: Catalog) -> None:
    """An older kubelet reports disk pressure, and the node has the taint for it."""
    node.template["status"]["nodeInfo"]["kubeletVersion"] = KUBELETS[-1]
    set_condition(node.template, "DiskPressure", "True", "KubeletHasDiskPressure")
    node.template["spec"]["taints"] = [DISK_TAINT]


def _nameless(node: DemoNode, _catalog: Catalog) -> None:
    """Images without names, reported as null and as an empty list."""
    node.held.append({"names": None, "sizeBytes": 580_113_920})
    node.held.append({"names": [], "sizeBytes": 250_430_112})


def _cordoned(node: DemoNode, _catalog: Catalog) -> None:
    node.template["spec"]["unschedulable"] = True
    node.template["spec"]["taints"] = [
        {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
    ]


def _not_reporting(node: DemoNode, _catalog: Catalog) -> None:
    """Its kubelet stopped reporting; the image list is old."""
    silent = datetime.now(UTC) - timedelta(hours=SILENT_HOURS)
    heartbeat, since = stamp(silent), stamp(silent + timedelta(seconds=50))
    node.template["status"]["conditions"] = [
        condition(known["type"], "Unknown", "NodeStatusUnknown", since, heartbeat)
        for known in node.template["status"]["conditions"]
    ]
    node.template["spec"]["taints"] = [
        {"key": "node.kubernetes.io/unreachable", "effect": effect, "timeAdded": since}
        for effect in ("NoSchedule", "NoExecute")
    ]
    node.alive = False


def _pinned_only(node: DemoNode, catalog: Catalog) -> None:
    """CRI-O with images named by digest only, one of them with an invalid digest."""
    _change_runtime(node, "cri-o://1.33.1", catalog)
    release = "quay.io/openshift-release-dev/ocp-v4.0-art-dev"
    for number, size in enumerate((507_900_943, 500_632_931, 349_560_393)):
        node.held.append(
            {"names": [f"{release}@{make_digest(f'release{number}')}"], "sizeBytes": size}
        )
    node.held.append({"names": [f"{release}@sha256:<none>"], "sizeBytes": 301_110_237})


def _many_names(node: DemoNode, catalog: Catalog) -> None:
    """Five digests and no tag; three tags of one repository; a tag without a digest."""
    image = catalog.images[18 % len(catalog.images)]
    digests = [f"{image.repository}@{make_digest(f'mirror{n}')}" for n in range(5)]
    node.held.append({**image.entry(node.runtime), "names": digests})
    repository = "registry.example:5000/platform/ingress-controller"
    for number in range(3):
        tag = f"v1.13.{number}"
        node.held.append(
            {
                "names": [f"{repository}@{make_digest(tag)}", f"{repository}:{tag}"],
                "sizeBytes": 105_283_617 + number * 181_004,
            }
        )
    node.held.append({"names": ["quay.io/calico/cni:v3.23.1"], "sizeBytes": 110_500_425})


def _sizeless(node: DemoNode, _catalog: Catalog) -> None:
    """An image of unknown size: the field is missing."""
    node.held.append({"names": ["registry.example:5000/base/unknown-size:1"]})


def _bare(node: DemoNode, _catalog: Catalog) -> None:
    """A node that just joined, holds the pause image alone and has no image list yet."""
    del node.held[1:]
    node.lists_images = False


def _long_names(node: DemoNode, _catalog: Catalog) -> None:
    """Names as long as those of real platforms, and an annotation in Chinese."""
    name = (
        "gke-production-europe-west4-analytics-highmem-64-spot-7f3a9c1e-worker-0042.batch.example"
    )
    node.name = name
    node.template["metadata"]["name"] = name
    node.template["metadata"]["labels"]["kubernetes.io/hostname"] = name[:63].rstrip("-.")
    node.template["metadata"]["annotations"]["example/owner"] = "平台工程组：镜像存储监控"
    repository = (
        "europe-west4-docker.pkg.example/production-analytics-platform/data-engineering/"
        "spark-structured-streaming-with-delta-lake-and-iceberg-connectors"
    )
    tag = "3.5.1-scala2.12-java17-python3.11-cuda12.4-2026.11.20-nightly-4f2a9c1e"
    node.held.append(
        {
            "names": [f"{repository}@{make_digest(tag)}", f"{repository}:{tag}"],
            "sizeBytes": 13_481_772_032,
        }
    )


def _on_docker(node: DemoNode, catalog: Catalog) -> None:
    """Docker with short image names."""
    _change_runtime(node, "docker://27.2.0", catalog)
    node.held.append({"names": ["istio/proxyv2:1.2.2"], "sizeBytes": 369_614_978})
    node.held.append({"names": ["<none>@<none>", "<none>:<none>"], "sizeBytes": 91_226_112})


def _control_plane(node: DemoNode, catalog: Catalog) -> None:
    """A control plane node as kubeadm creates it."""
    node.template["metadata"]["labels"][CONTROL_PLANE] = ""
    node.template["spec"]["taints"] = [{"key": CONTROL_PLANE, "effect": "NoSchedule"}]
    for word in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"):
        for image in node.lacks(catalog.matching(word)[:1]):
            node.held.append(image.entry(node.runtime))


EDGE_CASES: tuple[EdgeCase, ...] = (
    _capped,
    _disk_pressure,
    _nameless,
    _cordoned,
    _not_reporting,
    _pinned_only,
    _many_names,
    _sizeless,
    _bare,
    _long_names,
    _on_docker,
)


def set_condition(node: JsonObject, kind: str, state: str, reason: str) -> None:
    """Sets a condition in a new Node object."""
    conditions = [c for c in node["status"]["conditions"] if c["type"] != kind]
    node["status"]["conditions"] = [*conditions, condition(kind, state, reason, now_text())]


def _change_runtime(node: DemoNode, runtime: str, catalog: Catalog) -> None:
    missing = {image.digest for image in node.lacks(catalog.images)}
    held = [image for image in catalog.images if image.digest not in missing]
    node.runtime = runtime
    node.held = [image.entry(runtime) for image in held]
    use_runtime(node.template, runtime)
