"""The OpenAPI v3 document: what `kubectl explain node` tells and `kubectl create` looks for.

Only Nodes are described in full; the other kinds are objects of which nothing is said. Texts are
ours, field names those of `k8s.io/api/core/v1`.
"""

from kubeimg_gui.demo.errors import JsonObject
from kubeimg_gui.demo.kinds import GROUPS, KINDS, NODE, Kind

_DESCRIPTIONS = {
    "Node": "A machine of the cluster, as its kubelet reports it.",
    "ObjectMeta": "What every object carries.",
    "NodeSpec": "How a node is meant to be used.",
    "Taint": "A mark that keeps pods away which do not tolerate it.",
    "NodeStatus": "What a node's kubelet reports.",
    "NodeAddress": "One address of a node.",
    "NodeCondition": "One aspect of how a node is.",
    "ContainerImage": "One container image that a node holds.",
    "NodeSystemInfo": "What a node runs.",
}
_NODE_FIELDS = {
    "Node": {
        "metadata": ("ObjectMeta", "Name, labels, annotations and what the server stamps."),
        "spec": ("NodeSpec", "How the node is meant to be used."),
        "status": ("NodeStatus", "What the node's kubelet reports."),
    },
    "ObjectMeta": {
        "name": ("string", "Unique within the cluster."),
        "labels": ("map", "What selectors select by."),
        "annotations": ("map", "Free texts for people and tools."),
        "uid": ("string", "Which object this is, among all that ever had the name."),
        "resourceVersion": ("string", "Which version of the object this is."),
        "creationTimestamp": ("string", "When it was created."),
    },
    "NodeSpec": {
        "podCIDR": ("string", "The addresses of its pods."),
        "taints": ("Taint[]", "What keeps pods away."),
        "unschedulable": ("boolean", "Whether it is cordoned: no new pods."),
    },
    "Taint": {
        "key": ("string", "What the taint is called."),
        "value": ("string", "What it says, if anything."),
        "effect": ("string", "NoSchedule, PreferNoSchedule or NoExecute."),
    },
    "NodeStatus": {
        "addresses": ("NodeAddress[]", "Where it is reached."),
        "allocatable": ("map", "What pods may use."),
        "capacity": ("map", "What it has."),
        "conditions": ("NodeCondition[]", "How it is."),
        "images": ("ContainerImage[]", "The container images it holds; the largest ones only."),
        "nodeInfo": ("NodeSystemInfo", "Its kernel, runtime and kubelet."),
    },
    "NodeAddress": {
        "type": ("string", "InternalIP, ExternalIP or Hostname."),
        "address": ("string", "The address itself."),
    },
    "NodeCondition": {
        "type": ("string", "Ready, DiskPressure, MemoryPressure or PIDPressure."),
        "status": ("string", "True, False or Unknown."),
        "reason": ("string", "Why, in a word."),
        "message": ("string", "Why, in a sentence."),
        "lastHeartbeatTime": ("string", "When the kubelet last said so."),
        "lastTransitionTime": ("string", "Since when it is so."),
    },
    "ContainerImage": {
        "names": ("string[]", "Its names, those with a digest first; at most five."),
        "sizeBytes": ("integer", "Its size as the container runtime reports it."),
    },
    "NodeSystemInfo": {
        "architecture": ("string", "Of the processor."),
        "bootID": ("string", "Changes with every boot."),
        "containerRuntimeVersion": ("string", "Such as containerd://2.1.4."),
        "kernelVersion": ("string", "Of the running kernel."),
        "kubeletVersion": ("string", "Of the kubelet."),
        "machineID": ("string", "Of the installation."),
        "operatingSystem": ("string", "linux or windows."),
        "osImage": ("string", "The distribution."),
        "systemUUID": ("string", "Of the machine."),
    },
}
_PREFIX = "io.k8s.api.core.v1."
_FIELD_VALIDATION = {"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}


def openapi_index() -> JsonObject:
    """The answer of `/openapi/v3`: where each group's document is."""
    paths = [kind_path.lstrip("/") for kind_path in group_paths()]
    return {"paths": {path: {"serverRelativeURL": f"/openapi/v3/{path}"} for path in paths}}


def group_paths() -> list[str]:
    """The paths under which groups are served."""
    return ["/api/v1", *(f"/apis/{group}/v1" for group in GROUPS)]


def openapi_document(group_path: str) -> JsonObject:
    """The answer of `/openapi/v3/api/v1` and its like."""
    kinds = [kind for kind in KINDS if kind.base_path == group_path]
    schemas = {f"{_PREFIX}{name}": _schema(name) for name in _NODE_FIELDS if NODE in kinds}
    for kind in kinds:
        schema = schemas.setdefault(f"{_PREFIX}{kind.name}", {"type": "object"})
        schema["x-kubernetes-group-version-kind"] = [_identity(kind)]
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes (demo)", "version": "v1.36.0"},
        "paths": {f"{kind.base_path}/{kind.plural}/{{name}}": _operations(kind) for kind in kinds},
        "components": {"schemas": schemas},
    }


def _operations(kind: Kind) -> JsonObject:
    described = {
        "parameters": [_FIELD_VALIDATION],
        "x-kubernetes-group-version-kind": _identity(kind),
    }
    return {"patch": described, "post": described, "put": described}


def _identity(kind: Kind) -> JsonObject:
    return {"group": kind.group, "version": "v1", "kind": kind.name}


def _schema(name: str) -> JsonObject:
    properties = {
        field: {"description": text, **_type(kind)}
        for field, (kind, text) in _NODE_FIELDS[name].items()
    }
    return {"type": "object", "description": _DESCRIPTIONS[name], "properties": properties}


def _type(kind: str) -> JsonObject:
    if kind.endswith("[]"):
        return {"type": "array", "items": _type(kind.removesuffix("[]"))}
    if kind == "map":
        return {"type": "object", "additionalProperties": {"type": "string"}}
    if kind in _NODE_FIELDS:
        return {"allOf": [{"$ref": f"#/components/schemas/{_PREFIX}{kind}"}]}
    return {"type": kind}
