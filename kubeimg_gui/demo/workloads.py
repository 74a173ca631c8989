"""Workloads of the demo: what owns the pods of an image, and how these pods are named.

The demo serves the DaemonSets, which `kubectl drain` reads, and the Deployments and StatefulSets
of the start; of the other owners only the references exist.
"""

import uuid
from collections import Counter
from dataclasses import dataclass

from kubeimg_gui.demo.catalog import make_digest
from kubeimg_gui.demo.kinds import JsonObject

NAMESPACES = (
    "default",
    "kube-system",
    "kube-node-lease",
    "monitoring",
    "shop",
    "analytics",
    "ml",
)

SERVING = "docker.io/vllm/vllm-openai"
"""The repository with many versions of which one is in use."""
MODEL = "registry.example:5000/models/llama-3.3-70b-instruct"
"""An artifact that pods mount, with the model that they serve."""
RENAMED = "registry.example:5000/shop/rules"
"""An image that was imported and then got another name."""
STATIC = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
"""Repositories of the control plane's static pods."""

_KINDS = {
    "DaemonSet": ("kube-proxy", "calico", "node-cache", "flannel", "dcgm-exporter", "cilium"),
    "StatefulSet": ("redis", "mysql", "mongo", "cassandra", "postgres", "rabbitmq", "prometheus"),
    "Job": ("python", "golang", "kernel-image-puller", "klipper-helm", "nvidia/pytorch", "busybox"),
}
_NAMESPACES = {
    "monitoring": ("prometheus", "grafana", "jaeger", "kiali", "dcgm", "metrics-server"),
    "ml": ("pytorch", "vllm", "triton", "cuda", "jupyter", "elyra", "nvidia"),
    "analytics": ("cassandra", "mysql", "mongo", "python", "golang"),
    "kube-system": ("registry.k8s.io", "calico", "rancher", "openshift", "cilium", "flannel"),
    "shop": ("nginx", "redis", "library/node", "wordpress", "traefik", "istio", "rabbitmq"),
}
_GROUPS = {"Job": "batch/v1", "Node": "v1"}
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""The letters of generated names. (`k8s.io/apimachinery/pkg/util/rand`)"""
_SUFFIXES = len(_LETTERS) ** 5
_STRIDE = 8_765_431
"""Has no common divisor with `_SUFFIXES`, so that no suffix repeats before all were used."""


@dataclass(frozen=True, slots=True)
class Workload:
    """A set of pods with one owner.

    Attributes:
        kind: of the owner: ReplicaSet, DaemonSet, StatefulSet or Job.
        app: what its pods are labelled with; several owners may share it.
        name: of the owner.
        owner: the owner reference, shared by all its pods.
        labels: of its pods, shared by them.
    """

    kind: str
    namespace: str
    app: str
    name: str
    owner: JsonObject
    labels: JsonObject

    @property
    def restart_policy(self) -> str:
        """The restart policy of its pods."""
        return "Never" if self.kind == "Job" else "Always"


class Workloads:
    """The workloads by the image that their pods run; the same for the same images."""

    def __init__(self) -> None:
        self._of_image: dict[str, Workload] = {}
        self._owners: set[str] = set()
        self._ordinals: Counter[tuple[str, str]] = Counter()
        self._made = 0

    def of_image(self, name: str) -> Workload:
        """Returns the workload that runs an image; `name` is its first name on nodes."""
        if name not in self._of_image:
            repository = name.partition("@")[0]
            kind = _first(_KINDS, repository) or "ReplicaSet"
            namespace = _first(_NAMESPACES, repository) or "default"
            app = _app(repository)
            owner = app
            if kind == "ReplicaSet":
                owner = f"{app}-{_letters(make_digest(name))}"
            elif kind == "Job":
                owner = f"{app}-{29_400_000 + int(make_digest(name)[7:11], 16)}"
            workload = self._of_image[name] = _workload(kind, namespace, app, owner)
            self._owners.add(workload.owner["uid"])
        return self._of_image[name]

    def has_owner(self, uid: str) -> bool:
        """Returns whether one of these workloads has the uid."""
        return uid in self._owners

    def new_name(self, workload: Workload) -> str:
        """Returns the name of another pod of a workload."""
        if workload.kind == "StatefulSet":
            key = workload.namespace, workload.name
            self._ordinals[key] += 1
            return f"{workload.name}-{self._ordinals[key] - 1}"
        self._made += 1
        return f"{workload.name}-{_suffix(self._made * _STRIDE % _SUFFIXES)}"


def owner_reference(kind: str, name: str, uid: str) -> JsonObject:
    """Returns a reference to an owner that manages the pod."""
    version = _GROUPS.get(kind, "apps/v1")
    return {"apiVersion": version, "kind": kind, "name": name, "uid": uid, "controller": True}


def _workload(kind: str, namespace: str, app: str, name: str) -> Workload:
    digest = make_digest(f"{kind} {namespace}/{name}")[7:39]
    owner = owner_reference(kind, name, str(uuid.UUID(digest)))
    labels: JsonObject = {"app": app}
    if kind == "ReplicaSet":
        labels["pod-template-hash"] = name.rpartition("-")[2]
    return Workload(kind, namespace, app, name, owner, labels)


def _app(repository: str) -> str:
    """Returns the name of an app: the last part of the repository, `calico-node` for Calico's."""
    path, _, last = repository.rpartition("/")
    vendor = path.rpartition("/")[2]
    return (f"{vendor}-{last}" if vendor == "calico" else last.partition(":")[0])[:40]


def _first(words: dict[str, tuple[str, ...]], repository: str) -> str | None:
    return next((key for key, each in words.items() if any(w in repository for w in each)), None)


def _letters(digest: str) -> str:
    return "".join(_LETTERS[int(digit, 16)] for digit in digest[7:16])


def _suffix(number: int) -> str:
    text = ""
    for _ in range(5):
        number, rest = divmod(number, len(_LETTERS))
        text += _LETTERS[rest]
    return text
