"""The fields of the served kinds, and how JSON becomes an object of them.

As in the real server, fields that nobody knows are dropped, empty ones are left out, and a value
of the wrong type is an error in the words of Go's `encoding/json`. Only Nodes are known in full;
of the other kinds just the metadata is. Texts are ours, field names those of `k8s.io/api/core/v1`
and `k8s.io/apimachinery/pkg/apis/meta/v1`.
"""

import re
from datetime import datetime
from typing import Any, cast

from kubeimg_gui.demo.kinds import NODE, JsonObject, Kind

DESCRIPTIONS = {
    "Node": "A machine of the cluster, as its kubelet reports it.",
    "ObjectMeta": "What every object carries.",
    "OwnerReference": "An object that this one belongs to.",
    "NodeSpec": "How a node is meant to be used.",
    "Taint": "A mark that keeps pods away which do not tolerate it.",
    "NodeStatus": "What a node's kubelet reports.",
    "NodeAddress": "One address of a node.",
    "NodeCondition": "One aspect of how a node is.",
    "NodeDaemonEndpoints": "The daemons of a node.",
    "DaemonEndpoint": "One daemon's address.",
    "ContainerImage": "One container image that a node holds.",
    "NodeSystemInfo": "What a node runs.",
}
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "Node": {
        "metadata": ("ObjectMeta", "Name, labels, annotations and what the server stamps."),
        "spec": ("NodeSpec", "How the node is meant to be used."),
        "status": ("NodeStatus", "What the node's kubelet reports."),
    },
    "ObjectMeta": {
        "name": ("string", "Unique within the cluster."),
        "generateName": ("string", "What a name is made from where none is given."),
        "namespace": ("string", "Within which the name is unique."),
        "uid": ("string", "Which object this is, among all that ever had the name."),
        "resourceVersion": ("string", "Which version of the object this is."),
        "generation": ("int64", "How often what is wanted has changed."),
        "creationTimestamp": ("time", "When it was created."),
        "deletionTimestamp": ("time", "When somebody asked for its deletion."),
        "deletionGracePeriodSeconds": ("int64", "How long it may take to end."),
        "labels": ("map", "What selectors select by."),
        "annotations": ("map", "Free texts for people and tools."),
        "ownerReferences": ("OwnerReference[]", "What it belongs to."),
        "finalizers": ("string[]", "Who must agree before it is gone."),
    },
    "OwnerReference": {
        "apiVersion": ("string", "Of the owner."),
        "kind": ("string", "Of the owner."),
        "name": ("string", "Of the owner."),
        "uid": ("string", "Of the owner."),
        "controller": ("bool", "Whether it manages this object."),
        "blockOwnerDeletion": ("bool", "Whether it waits for this object."),
    },
    "NodeSpec": {
        "podCIDR": ("string", "The addresses of its pods."),
        "podCIDRs": ("string[]", "The same, for each family of addresses."),
        "providerID": ("string", "What the cloud calls it."),
        "taints": ("Taint[]", "What keeps pods away."),
        "unschedulable": ("bool", "Whether it is cordoned: no new pods."),
    },
    "Taint": {
        "key": ("string", "What the taint is called."),
        "value": ("string", "What it says, if anything."),
        "effect": ("string", "NoSchedule, PreferNoSchedule or NoExecute."),
        "timeAdded": ("time", "Since when."),
    },
    "NodeStatus": {
        "addresses": ("NodeAddress[]", "Where it is reached."),
        "allocatable": ("quantities", "What pods may use."),
        "capacity": ("quantities", "What it has."),
        "conditions": ("NodeCondition[]", "How it is."),
        "daemonEndpoints": ("NodeDaemonEndpoints", "Where its daemons listen."),
        "images": ("ContainerImage[]", "The container images it holds; the largest ones only."),
        "nodeInfo": ("NodeSystemInfo", "Its kernel, runtime and kubelet."),
        "phase": ("string", "No longer used."),
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
        "lastHeartbeatTime": ("time", "When the kubelet last said so."),
        "lastTransitionTime": ("time", "Since when it is so."),
    },
    "NodeDaemonEndpoints": {
        "kubeletEndpoint": ("DaemonEndpoint", "Of the kubelet."),
    },
    "DaemonEndpoint": {
        "Port": ("int64", "The port it listens on."),
    },
    "ContainerImage": {
        "names": ("string[]", "Its names, those with a digest first; at most five."),
        "sizeBytes": ("int64", "Its size as the container runtime reports it."),
    },
    "DeleteOptions": {
        "dryRun": ("string[]", ""),
        "gracePeriodSeconds": ("int64", ""),
        "orphanDependents": ("bool", ""),
        "preconditions": ("Preconditions", ""),
        "propagationPolicy": ("string", ""),
    },
    "Preconditions": {
        "uid": ("string", ""),
        "resourceVersion": ("string", ""),
    },
    "Eviction": {
        "metadata": ("ObjectMeta", ""),
        "deleteOptions": ("DeleteOptions", ""),
    },
    "NodeSystemInfo": {
        "architecture": ("string", "Of the processor."),
        "bootID": ("string", "Changes with every boot."),
        "containerRuntimeVersion": ("string", "Such as containerd://2.1.4."),
        "kernelVersion": ("string", "Of the running kernel."),
        "kubeProxyVersion": ("string", "No longer used."),
        "kubeletVersion": ("string", "Of the kubelet."),
        "machineID": ("string", "Of the installation."),
        "operatingSystem": ("string", "linux or windows."),
        "osImage": ("string", "The distribution."),
        "systemUUID": ("string", "Of the machine."),
    },
}
"""Each type's fields: their type and what they mean. A type is the name of another one here, a
plain one (`string`, `bool`, `int64`, `time`, `map`, `quantities`), or one of both with `[]`."""

LIST_KEYS = {
    "conditions": "type",
    "addresses": "type",
    "ownerReferences": "uid",
    "containers": "name",
}
"""Lists whose items are told apart by a field; others are replaced whole."""
SETS = ("finalizers", "podCIDRs")
"""Lists of plain values without order."""

_GO_TYPES = {
    "string": "string",
    "bool": "bool",
    "int64": "int64",
    "map": "map[string]string",
    "quantities": "v1.ResourceList",
}
_PYTHON_TYPES = {"string": str, "bool": bool, "int64": int}
_GO_KINDS: dict[type, str] = {
    **{str: "string", bool: "bool", int: "number", float: "number"},
    **{list: "array", dict: "object", type(None): "null"},
}
_NEVER_LEFT_OUT = ("names",)
_QUANTITY = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class WrongTypeError(Exception):
    """A value is not of its field's type; the text says so in Go's words."""


def go_kind(value: object) -> str:
    """What Go's errors call a value of JSON."""
    return _GO_KINDS[type(value)]


def decode(kind: Kind, item: JsonObject, *, strict: bool = False) -> JsonObject:
    """An object with the fields of its kind only, in the types they have.

    Raises WrongTypeError; where `strict`, also for fields that nobody knows.
    """
    identity = {"kind": kind.name, "apiVersion": kind.api_version}
    if strict and (unknown := unknown_fields(kind, item)):
        told = ", ".join(f'unknown field "{field}"' for field in unknown)
        raise WrongTypeError(f"strict decoding error: {told}")
    if kind is NODE:
        return {**identity, **decode_as(kind.name, item)}
    fields = {
        "metadata": FIELDS["Node"]["metadata"],
        "spec": (f"{kind.name}Spec", ""),
        "status": (f"{kind.name}Status", ""),
    }
    given = {key: value for key, value in item.items() if value is not None}
    return {**given, **identity, **_struct(kind.name, fields, item, ())}


def unknown_fields(kind: Kind, item: JsonObject) -> list[str]:
    """Paths of the fields that nobody knows, such as `spec.odd`."""
    known = (*FIELDS["Node"], "kind", "apiVersion")
    unknown = [field for field in item if kind is NODE and field not in known]
    for field in FIELDS["Node"] if kind is NODE else ("metadata",):
        unknown += _unknown_in(FIELDS["Node"][field][0], item.get(field), field)
    return unknown


def _unknown_in(wanted: str, value: Any, path: str) -> list[str]:
    if wanted.endswith("[]") and isinstance(value, list):
        items = enumerate(cast("list[Any]", value))
        element = wanted.removesuffix("[]")
        return [told for i, item in items for told in _unknown_in(element, item, f"{path}[{i}]")]
    if wanted not in FIELDS or not isinstance(value, dict):
        return []
    unknown: list[str] = []
    for field, member in cast("JsonObject", value).items():
        if field in FIELDS[wanted]:
            unknown += _unknown_in(FIELDS[wanted][field][0], member, f"{path}.{field}")
        elif field != "managedFields":
            unknown.append(f"{path}.{field}")
    return unknown


def decode_as(name: str, value: JsonObject) -> JsonObject:
    """An object as a type that FIELDS knows, without other fields. Raises WrongTypeError."""
    return _struct(name, FIELDS[name], value, ())


def _struct(
    name: str, fields: dict[str, tuple[str, str]], value: JsonObject, path: tuple[str, ...]
) -> JsonObject:
    result: JsonObject = {}
    for key, (field_type, _) in fields.items():
        decoded = _value(name, field_type, value.get(key), (*path, key))
        if decoded or key in _NEVER_LEFT_OUT:
            result[key] = decoded or None
    return result


def _value(struct: str, wanted: str, value: Any, path: tuple[str, ...]) -> Any:
    """A decoded value; `struct` is what the field belongs to, for the error."""
    if value is None:
        return None
    if wanted.endswith("[]"):
        return _items(struct, wanted, value, path)
    if wanted == "time":
        return _time(struct, value, path)
    if wanted in _PYTHON_TYPES:
        too_large = wanted == "int64" and isinstance(value, int) and abs(value) >= 2**63
        if type(value) is not _PYTHON_TYPES[wanted] or too_large:
            raise _mismatch(struct, wanted, value, path)
        return value
    return _members(struct, wanted, value, path)


def _items(struct: str, wanted: str, value: Any, path: tuple[str, ...]) -> list[Any]:
    if not isinstance(value, list):
        raise _mismatch(struct, wanted, value, path)
    element = wanted.removesuffix("[]")
    items = [_value(struct, element, item, path) for item in cast("list[Any]", value)]
    zero: Any = "" if element == "string" else {}
    return [zero if item is None else item for item in items]


def _members(struct: str, wanted: str, value: Any, path: tuple[str, ...]) -> JsonObject:
    if not isinstance(value, dict):
        raise _mismatch(struct, wanted, value, path)
    entries = cast("JsonObject", value)
    if wanted == "map":
        texts = {key: _value(struct, "string", text, path) for key, text in entries.items()}
        return {key: text or "" for key, text in texts.items()}
    if wanted == "quantities":
        return {key: _quantity(quantity) for key, quantity in entries.items()}
    return _struct(wanted, FIELDS[wanted], entries, path) if wanted in FIELDS else entries


def _time(struct: str, value: Any, path: tuple[str, ...]) -> str:
    if not isinstance(value, str):
        raise _mismatch(struct, "string", value, path)
    why = f'parsing time "{value}" as "2006-01-02T15:04:05Z07:00": cannot parse'
    if not _TIME.fullmatch(value):
        raise WrongTypeError(why)
    try:
        datetime.fromisoformat(value)
    except ValueError as error:
        raise WrongTypeError(why) from error
    return value


def _quantity(value: Any) -> str:
    if isinstance(value, (str, int, float)) and _QUANTITY.fullmatch(str(value)):
        return str(value)
    raise WrongTypeError("quantities must match the regular expression of quantities")


def _mismatch(struct: str, wanted: str, value: Any, path: tuple[str, ...]) -> WrongTypeError:
    given = go_kind(value)
    if given == "number" and wanted == "int64":
        given = f"number {value}"
    return WrongTypeError(
        f"json: cannot unmarshal {given} into Go struct field {struct}.{'.'.join(path)} of type "
        f"{_go_type(wanted)}"
    )


def _go_type(name: str) -> str:
    if name.endswith("[]"):
        return f"[]{_go_type(name.removesuffix('[]'))}"
    return _GO_TYPES.get(name, f"v1.{name}")
