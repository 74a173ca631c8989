"""The kinds of objects that the demo cluster serves, and their discovery documents.

They are those that `kubectl get`, `describe` and `drain` read for nodes, and the workloads that
kubeimg reads.
"""

from dataclasses import dataclass
from typing import Any, TypeVar, cast

JsonObject = dict[str, Any]
T = TypeVar("T")


def member(item: JsonObject, name: str) -> JsonObject:
    """Returns a member that is an object; {} if it is missing or null."""
    return item.get(name) or {}


def field_at(item: object, path: str, default: T) -> T:
    """Returns a field of an unchecked object, or the default if the type differs."""
    for key in path.split("."):
        item = cast("JsonObject", item).get(key) if isinstance(item, dict) else None
    return item if isinstance(item, type(default)) else default


@dataclass(frozen=True, eq=False, slots=True)
class Kind:
    """A kind of object: its names, its path in the API, and its selectable fields.

    All instances are defined below and compared by identity.
    """

    name: str
    plural: str
    group: str = ""
    namespaced: bool = False
    short_names: tuple[str, ...] = ()
    has_status: bool = False
    fields: tuple[str, ...] = ("metadata.name", "metadata.namespace")

    @property
    def api_version(self) -> str:
        """The value of `apiVersion`: `v1`, `coordination.k8s.io/v1`."""
        return f"{self.group}/v1" if self.group else "v1"

    @property
    def base_path(self) -> str:
        """The path of the group and version."""
        return f"/apis/{self.group}/v1" if self.group else "/api/v1"

    @property
    def qualified(self) -> str:
        """The name in error messages: `nodes`, `poddisruptionbudgets.policy`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def select(self, item: JsonObject, field: str) -> str:
        """Returns the value of a selectable field, "" if the object has none."""
        value: Any = item
        for key in field.split("."):
            value = cast("JsonObject", value).get(key) if isinstance(value, dict) else None
        if field == "spec.unschedulable":
            return "true" if value else "false"
        return "" if value is None else str(value)


NODE = Kind(
    "Node",
    "nodes",
    short_names=("no",),
    has_status=True,
    fields=("metadata.name", "spec.unschedulable"),
)
NAMESPACE = Kind("Namespace", "namespaces", short_names=("ns",), fields=("metadata.name",))
POD = Kind(
    "Pod",
    "pods",
    namespaced=True,
    short_names=("po",),
    fields=(
        "metadata.name",
        "metadata.namespace",
        "spec.nodeName",
        "status.phase",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "status.podIP",
    ),
)
EVENT = Kind(
    "Event",
    "events",
    namespaced=True,
    short_names=("ev",),
    fields=(
        "metadata.name",
        "metadata.namespace",
        "involvedObject.kind",
        "involvedObject.name",
        "involvedObject.namespace",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "type",
        "source",
    ),
)
LEASE = Kind("Lease", "leases", group="coordination.k8s.io", namespaced=True)
BUDGET = Kind(
    "PodDisruptionBudget",
    "poddisruptionbudgets",
    group="policy",
    namespaced=True,
    short_names=("pdb",),
    has_status=True,
)
DAEMON_SET = Kind(
    "DaemonSet", "daemonsets", group="apps", namespaced=True, short_names=("ds",), has_status=True
)
DEPLOYMENT = Kind(
    "Deployment",
    "deployments",
    group="apps",
    namespaced=True,
    short_names=("deploy",),
    has_status=True,
)
STATEFUL_SET = Kind(
    "StatefulSet",
    "statefulsets",
    group="apps",
    namespaced=True,
    short_names=("sts",),
    has_status=True,
)

SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
"""Namespaces that every cluster has."""

KINDS = (NODE, NAMESPACE, POD, EVENT, LEASE, BUDGET, DAEMON_SET, DEPLOYMENT, STATEFUL_SET)
VERBS = ["create", "delete", "get", "list", "patch", "watch"]

REVIEW = "SelfSubjectAccessReview"
REVIEW_GROUP = "authorization.k8s.io"
GROUPS = ("apps", "coordination.k8s.io", REVIEW_GROUP, "policy")

_REVIEW_RESOURCE: JsonObject = {
    "name": f"{REVIEW.lower()}s",
    "singularName": REVIEW.lower(),
    "namespaced": False,
    "kind": REVIEW,
    "verbs": ["create"],
}
_EVICTION: JsonObject = {
    "name": "pods/eviction",
    "singularName": "",
    "namespaced": True,
    "group": "policy",
    "version": "v1",
    "kind": "Eviction",
    "verbs": ["create"],
}

SERVER_VERSION = {
    "major": "1",
    "minor": "37",
    "gitVersion": "v1.37.0+kubeimg-demo",
    "gitCommit": "0" * 40,
    "gitTreeState": "clean",
    "buildDate": "2026-08-26T00:00:00Z",
    "goVersion": "none",
    "compiler": "none",
    "platform": "demo/demo",
}


def api_versions(address: str) -> JsonObject:
    """Returns the answer to `/api`."""
    clients = [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": clients}


def group_list() -> JsonObject:
    """Returns the answer to `/apis`."""
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [group_document(group) for group in GROUPS],
    }


def group_document(group: str) -> JsonObject:
    """Returns one group with its only version."""
    version = {"groupVersion": f"{group}/v1", "version": "v1"}
    return {"name": group, "versions": [version], "preferredVersion": version}


def resource_list(group: str) -> JsonObject:
    """Returns the answer to `/api/v1` (group "") or `/apis/GROUP/v1`."""
    resources: list[JsonObject] = []
    for kind in KINDS:
        if kind.group != group:
            continue
        common = {"singularName": kind.name.lower(), "namespaced": kind.namespaced}
        resources.append(
            {
                "name": kind.plural,
                **common,
                "kind": kind.name,
                "verbs": VERBS,
                **({"shortNames": list(kind.short_names)} if kind.short_names else {}),
            }
        )
        if kind.has_status:
            resources.append(
                {
                    "name": f"{kind.plural}/status",
                    "singularName": "",
                    "namespaced": kind.namespaced,
                    "kind": kind.name,
                    "verbs": ["get", "patch"],
                }
            )
    if not group:
        resources.append(_EVICTION)
    if group == REVIEW_GROUP:
        resources.append(_REVIEW_RESOURCE)
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": f"{group}/v1" if group else "v1",
        "resources": resources,
    }
