"""Odd pods: what real clusters have besides running pods of listed images.

Each case makes the join of pods and image lists harder, or has no image to join at all.
"""

from collections.abc import Callable
from functools import cache
from itertools import cycle

from kubeimg_gui.demo.catalog import DemoImage, make_digest
from kubeimg_gui.demo.containers import EPHEMERAL, ImageUse, Part, exited, running, waiting
from kubeimg_gui.demo.fleet import STATUS_MAX_IMAGES, DemoNode
from kubeimg_gui.demo.kinds import JsonObject
from kubeimg_gui.demo.pods import PodMaker, is_runnable
from kubeimg_gui.demo.store import now_text
from kubeimg_gui.demo.workloads import MODEL, RENAMED, SERVING

SERVED_VERSION, *LEFT_VERSIONS = [
    f"v0.{minor}.{patch}" for minor in range(11, 3, -1) for patch in (2, 1, 0)
][:23]
"""The version of the model server in use, and older ones that no pod uses now."""

_VERSION_BYTES, _OLDER_BYTES = 11_873_250_112, 190_000_000
_SPREAD = 5  # older versions on one node
_MODEL_BYTES = 4_937_215_744
_UNPACKED = 2.6  # times the compressed size

OddPods = dict[str, list[JsonObject]]
"""Pods by the name of their node; those of "" are not scheduled."""

OddCase = Callable[[DemoNode, PodMaker], JsonObject]


def add_odd_pods(nodes: list[DemoNode], maker: PodMaker) -> OddPods:
    """Returns the odd pods; adds the images that they use to their nodes."""
    odd: OddPods = {}
    reporting = [node for node in nodes if node.alive and node.lists_images]
    for number, node in enumerate(node for node in reporting if node.pool.gpus):
        odd.setdefault(node.name, []).append(_model_server(node, maker, number))
    whole = [node for node in reporting if len(node.held) < STATUS_MAX_IMAGES - 4]
    # Beginning with the last, because the first nodes have their own edge cases.
    for node, case in zip(cycle(reversed(whole)), ODD_CASES, strict=False):
        node.stays = True
        odd.setdefault(node.name, []).append(case(node, maker))
    if nodes:
        odd[""] = [_not_scheduled(maker)]
    return odd


def _model_server(node: DemoNode, maker: PodMaker, number: int) -> JsonObject:
    """The only version in use, with its model as an image volume; older ones are left behind."""
    current = _hold(node, SERVING, SERVED_VERSION, _VERSION_BYTES)
    for step in range(_SPREAD):
        place = (number * _SPREAD + step) % len(LEFT_VERSIONS)
        size = _VERSION_BYTES - (place + 1) * _OLDER_BYTES
        _hold(node, SERVING, LEFT_VERSIONS[place], size)
    workload = maker.workloads.of_image(current["names"][0])
    started = node.template["metadata"]["creationTimestamp"]
    use = ImageUse.of(current, node.runtime)
    if node.runtime.startswith("containerd://1"):  # which has no image volumes
        return maker.pod(node, workload, [Part("server", use, running(started))], started=started)
    model = _hold(node, MODEL, "2026-10", _MODEL_BYTES)
    # Kubelets before 1.35 do not report the image of a volume.
    reported = node.template["status"]["nodeInfo"]["kubeletVersion"] > "v1.35"
    volume_image = model["names"][0] if reported else ""
    part = Part("server", use, running(started), volume="model", volume_image=volume_image)
    pod = maker.pod(node, workload, [part], started=started)
    volume = {"name": "model", "image": {"reference": model["names"][1]}}
    pod["spec"] = {**pod["spec"], "volumes": [volume]}
    return pod


def _mirrored(node: DemoNode, maker: PodMaker) -> JsonObject:
    """The kubelet reports another repository than the one that the pod asked for."""
    digest = make_digest("mirrored proxy")
    names = [
        f"docker.io/library/haproxy@{digest}",
        f"mirror.example/library/haproxy@{digest}",
        "docker.io/library/haproxy:3.2.9",
        "mirror.example/library/haproxy:3.2.9",
    ]
    node.held.append({"names": names, "sizeBytes": 47_120_834})
    return _running(node, maker, names[0], ImageUse(names[3], names[2], names[0]))


def _imported(node: DemoNode, maker: PodMaker) -> JsonObject:
    """An image that was imported on the node: it has no digest that the list could name."""
    name = "docker.io/library/price-engine:2"
    entry = {"names": [name], "sizeBytes": 212_440_092}
    node.held.append(entry)
    return _running(node, maker, name, ImageUse.of(entry, node.runtime))


def _renamed(node: DemoNode, maker: PodMaker) -> JsonObject:
    """An imported image that the node lists under another name than its pod knows."""
    node.held.append({"names": [f"{RENAMED}:v2"], "sizeBytes": 61_530_118})
    use = ImageUse(f"{RENAMED}:dev", f"{RENAMED}:dev", make_digest("config of rules"))
    return _running(node, maker, f"{RENAMED}:dev", use)


def _by_digest(node: DemoNode, maker: PodMaker) -> JsonObject:
    entry = _hold(node, "registry.example:5000/shop/cart", "v42", 88_214_551)
    return _running(node, maker, entry["names"][0], ImageUse.of(entry, node.runtime, "digest"))


def _by_tag_and_digest(node: DemoNode, maker: PodMaker) -> JsonObject:
    """The runtime keeps no tag of an image that was pulled with tag and digest."""
    entry = _hold(node, "registry.example:5000/shop/search", "", 131_402_733)
    repository, _, digest = entry["names"][0].partition("@")
    reported = ImageUse.of(entry, node.runtime)
    use = ImageUse(f"{repository}:v7@{digest}", reported.image, reported.image_id)
    return _running(node, maker, entry["names"][0], use)


def _debugged(node: DemoNode, maker: PodMaker) -> JsonObject:
    """A running pod with an ephemeral container, as `kubectl debug` adds one."""
    entry = _hold(node, "registry.example:5000/shop/checkout", "v108", 94_310_220)
    tools = _hold(node, "docker.io/nicolaka/netshoot", "v0.14", 201_884_103)
    since = now_text()
    workload = maker.workloads.of_image(entry["names"][0])
    parts = [
        Part(workload.app, ImageUse.of(entry, node.runtime), running(since)),
        Part("debugger-x7k2p", ImageUse.of(tools, node.runtime), running(since), EPHEMERAL),
    ]
    return maker.pod(node, workload, parts)


def _pull_fails(node: DemoNode, maker: PodMaker) -> JsonObject:
    asked = "registry.example:5000/shop/recommendations:v9-typo"
    message = f'Back-off pulling image "{asked}"'
    part = Part("recommendations", ImageUse(asked), waiting("ImagePullBackOff", message))
    return maker.pod(node, maker.workloads.of_image(asked), [part], phase="Pending")


def _finished(node: DemoNode, maker: PodMaker) -> JsonObject:
    return _ended(node, maker, "nightly-report", 0, "Succeeded")


def _failed(node: DemoNode, maker: PodMaker) -> JsonObject:
    return _ended(node, maker, "import-orders", 1, "Failed")


def _evicted(node: DemoNode, maker: PodMaker) -> JsonObject:
    """A pod that the kubelet evicted before its containers started."""
    entry = next((e for e in reversed(node.held) if is_runnable(e)), None)
    asked = entry["names"][0] if entry else "docker.io/library/redis:latest"
    pod = maker.pod(node, maker.workloads.of_image(asked), [], phase="Failed")
    pod["spec"] = {**pod["spec"], "containers": [{"name": "main", "image": asked}]}
    message = "The node was low on resource: ephemeral-storage."
    pod["status"] = {"phase": "Failed", "reason": "Evicted", "message": message}
    return pod


def _terminating(node: DemoNode, maker: PodMaker) -> JsonObject:
    """A pod that was deleted and has not ended yet."""
    pod = _by_digest(node, maker)
    pod["metadata"]["deletionTimestamp"] = now_text()
    pod["metadata"]["deletionGracePeriodSeconds"] = 3600
    return pod


def _not_scheduled(maker: PodMaker) -> JsonObject:
    asked = "registry.example:5000/ml/train:v3"
    pod = maker.pod(None, maker.workloads.of_image(asked), [], phase="Pending")
    pod["spec"] = {**pod["spec"], "containers": [{"name": "train", "image": asked}]}
    why = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": "0 nodes are available: insufficient nvidia.com/gpu.",
    }
    pod["status"] = {"phase": "Pending", "conditions": [why]}
    return pod


ODD_CASES: tuple[OddCase, ...] = (
    _mirrored,
    _imported,
    _renamed,
    _by_digest,
    _by_tag_and_digest,
    _debugged,
    _pull_fails,
    _finished,
    _failed,
    _evicted,
    _terminating,
)


def _hold(node: DemoNode, repository: str, tag: str, size: int) -> JsonObject:
    """Adds an image to a node, unless it holds it, and returns its entry."""
    image = _image(repository, tag, size)
    node.held += [lacking.entry(node.runtime) for lacking in node.lacks([image])]
    return next(e for e in node.held if (e.get("names") or [""])[0] == image.pinned)


@cache
def _image(repository: str, tag: str, size: int) -> DemoImage:
    digest = make_digest(f"{repository}:{tag}")
    return DemoImage(repository, tag, digest, size, round(size * _UNPACKED))


def _running(node: DemoNode, maker: PodMaker, name: str, use: ImageUse) -> JsonObject:
    workload = maker.workloads.of_image(name)
    return maker.pod(node, workload, [Part(workload.app, use, running(now_text()))])


def _ended(node: DemoNode, maker: PodMaker, app: str, code: int, phase: str) -> JsonObject:
    """A Job's pod that has ended; its container still holds its image."""
    entry = _hold(node, f"registry.example:5000/python/{app}", "v1", 310_441_007)
    workload = maker.workloads.of_image(entry["names"][0])
    part = Part(app, ImageUse.of(entry, node.runtime), exited(code, now_text()))
    return maker.pod(node, workload, [part], phase=phase)
