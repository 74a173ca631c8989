"""The pods of a node: those of DaemonSets, static pods, and those of its own images."""

import random
from collections.abc import Sequence
from itertools import islice

from kubeimg_gui.demo.catalog import DemoImage
from kubeimg_gui.demo.containers import (
    INIT,
    ImageUse,
    Part,
    containers_of,
    exited,
    running,
    statuses_of,
    waiting,
)
from kubeimg_gui.demo.edge_cases import CONTROL_PLANE
from kubeimg_gui.demo.fleet import PAUSE, DemoNode
from kubeimg_gui.demo.kinds import JsonObject
from kubeimg_gui.demo.store import now_text
from kubeimg_gui.demo.workloads import (
    MODEL,
    RENAMED,
    SERVING,
    STATIC,
    Workload,
    Workloads,
    owner_reference,
)

FEWEST_PODS, MOST_PODS = 12, 26
"""Number of pods of an ordinary node, as far as it holds images for them."""
USED_SHARE = 0.55
"""The part of its own images that a node's pods use; the others are left behind."""

_NOT_RUN = (PAUSE, SERVING, MODEL, RENAMED)
_NETWORK, _NETWORK_SETUP = "calico/node", "calico/cni"
_SIDECAR = "istio/proxy"
_FAILED_JOBS, _RUNNING_JOBS = 0.2, 0.3
_FORMS = ("tag", "digest", "both")
_FORM_SHARES = (0.86, 0.08, 0.06)
_READY: list[JsonObject] = [
    {"type": condition, "status": "True"}
    for condition in ("PodScheduled", "Initialized", "ContainersReady", "Ready")
]
_NOT_READY: list[JsonObject] = [
    {"type": condition, "status": "True" if condition == "PodScheduled" else "False"}
    for condition in ("PodScheduled", "ContainersReady", "Ready")
]


class PodMaker:
    """Makes pods; the same calls give the same pods, but for their times.

    `everywhere` are the images that run on every node.
    """

    def __init__(self, everywhere: Sequence[DemoImage]) -> None:
        self.workloads = Workloads()
        self._everywhere = everywhere

    def first_pods(self, node: DemoNode, uid: str, most: int) -> list[JsonObject]:
        """Returns the pods of a new node, at most `most`; `uid` is that of its Node object."""
        chance = random.Random(node.name)
        pods = [*self._static(node, uid), *self._daemons(node)][:most]
        wanted = min(most, chance.randint(FEWEST_PODS, MOST_PODS)) - len(pods)
        usable = (
            entry
            for entry in node.held
            if chance.random() < USED_SHARE and is_runnable(entry) and not self._is_common(entry)
        )
        own = list(islice(usable, max(wanted, 0)))
        more = chance.choices(own, k=wanted - len(own)) if own else []
        pods += [self.of_entry(node, entry, chance) for entry in (*own, *more)]
        return pods

    def of_entry(
        self, node: DemoNode, entry: JsonObject, chance: random.Random, started: str = ""
    ) -> JsonObject:
        """Returns a pod that runs one of the node's images; `started` is as old as the node."""
        started = started or _created(node)
        workload = self.workloads.of_image(entry["names"][0])
        state, phase = running(started), "Running"
        if workload.kind == "Job" and chance.random() > _RUNNING_JOBS:
            failed = chance.random() < _FAILED_JOBS
            state, phase = exited(int(failed), started), "Failed" if failed else "Succeeded"
        form = chance.choices(_FORMS, _FORM_SHARES)[0]
        parts = [Part(workload.app, ImageUse.of(entry, node.runtime, form), state)]
        if workload.namespace == "shop" and workload.kind == "ReplicaSet":
            parts = [*self._sidecar(node, started), *parts]
        return self.pod(node, workload, parts, phase=phase, started=started)

    def pod(
        self,
        node: DemoNode | None,
        workload: Workload,
        parts: Sequence[Part],
        *,
        phase: str = "Running",
        started: str = "",
    ) -> JsonObject:
        """Returns a pod of a workload; without a node it is not scheduled."""
        name = self.workloads.new_name(workload)
        started = started or now_text()
        return {
            "metadata": {
                "name": name,
                "namespace": workload.namespace,
                "creationTimestamp": started,
                "labels": workload.labels,
                "ownerReferences": [workload.owner],
            },
            "spec": {
                **({"nodeName": node.name} if node else {}),
                "restartPolicy": workload.restart_policy,
                **containers_of(parts),
            },
            "status": {
                "phase": phase,
                "conditions": _READY if phase == "Running" else _NOT_READY,
                **({"podIP": _address(node, name)} if node and phase == "Running" else {}),
                **statuses_of(parts),
            },
        }

    def _daemons(self, node: DemoNode) -> list[JsonObject]:
        """Returns the pods of what runs everywhere; they wait where an image is missing."""
        entries = {e["names"][0]: e for e in node.held if e.get("names")}
        started = _created(node)
        uses: dict[str, ImageUse] = {}
        for image in self._everywhere:
            entry = entries.get(image.pinned)
            asked = f"{image.repository}:{image.tag}"
            uses[image.pinned] = ImageUse.of(entry, node.runtime) if entry else ImageUse(asked)
        setup = [use for name, use in uses.items() if _NETWORK_SETUP in name]
        pods: list[JsonObject] = []
        for pinned, use in uses.items():
            if _NETWORK_SETUP in pinned:
                continue
            workload = self.workloads.of_image(pinned)
            first = setup if _NETWORK in pinned else []
            ready = all(each.image for each in (*first, use))
            state = running(started) if ready else waiting("ContainerCreating")
            done = exited(0, started) if ready else waiting("PodInitializing")
            parts = [Part("install-cni", each, done, INIT) for each in first]
            parts.append(Part(workload.app, use, state))
            phase = "Running" if ready else "Pending"
            pods.append(self.pod(node, workload, parts, phase=phase, started=started))
        return pods

    def _static(self, node: DemoNode, uid: str) -> list[JsonObject]:
        """Returns the mirror pods of the control plane's static pods."""
        if CONTROL_PLANE not in node.template["metadata"]["labels"]:
            return []
        started, pods = _created(node), list[JsonObject]()
        for word in STATIC:
            entry = next((e for e in node.held if f"/{word}@" in (e.get("names") or [""])[0]), None)
            if entry is None:
                continue
            workload = self.workloads.of_image(entry["names"][0])
            part = Part(word, ImageUse.of(entry, node.runtime), running(started))
            pod = self.pod(node, workload, [part], started=started)
            pod["metadata"] = {
                "name": f"{word}-{node.name}",
                "namespace": "kube-system",
                "creationTimestamp": started,
                "labels": {"component": word, "tier": "control-plane"},
                "annotations": {
                    "kubernetes.io/config.mirror": uid,
                    "kubernetes.io/config.source": "file",
                },
                "ownerReferences": [owner_reference("Node", node.name, uid)],
            }
            pods.append(pod)
        return pods

    def _sidecar(self, node: DemoNode, started: str) -> list[Part]:
        """Returns the proxy beside an application, if the node holds its image."""
        entry = next((e for e in node.held if _SIDECAR in (e.get("names") or [""])[0]), None)
        if entry is None:
            return []
        use = ImageUse.of(entry, node.runtime)
        return [Part("istio-proxy", use, running(started), INIT, sidecar=True)]

    def _is_common(self, entry: JsonObject) -> bool:
        repository = entry["names"][0].partition("@")[0]
        return any(repository == image.repository for image in self._everywhere)


def is_runnable(entry: JsonObject) -> bool:
    """Returns whether an ordinary pod may run an image of a node.

    Others have pods of their own, or none.
    """
    first = (entry.get("names") or [""])[0]
    if not first or "<none>" in first or first.startswith(_NOT_RUN):
        return False
    return not any(f"/{word}@" in first for word in STATIC)


def _created(node: DemoNode) -> str:
    return node.template["metadata"]["creationTimestamp"]


def _address(node: DemoNode, name: str) -> str:
    prefix = node.template["spec"]["podCIDR"].rpartition(".")[0]
    return f"{prefix}.{2 + sum(name.encode()) % 250}"
