"""The fields of the served kinds, and decoding of JSON to objects with these fields.

As in the real server, unknown fields are dropped, empty ones are omitted, and a value of the wrong
type is an error with the message of Go's `encoding/json`. Nodes have a complete schema; of other
kinds only the metadata has one. Field names are those of `k8s.io/api/core/v1` and
`k8s.io/apimachinery/pkg/apis/meta/v1`.
"""

import re
from datetime import datetime
from typing import Any, cast

from kubeimg_gui.demo.kinds import NODE, JsonObject, Kind

FIELDS: dict[str, dict[str, str]] = {
    "Node": {
        "metadata": "ObjectMeta",
        "spec": "NodeSpec",
        "status": "NodeStatus",
    },
    "ObjectMeta": {
        "name": "string",
        "generateName": "string",
        "namespace": "string",
        "uid": "string",
        "resourceVersion": "string",
        "generation": "int64",
        "creationTimestamp": "time",
        "deletionTimestamp": "time",
        "deletionGracePeriodSeconds": "int64",
        "labels": "map",
        "annotations": "map",
        "ownerReferences": "OwnerReference[]",
        "finalizers": "string[]",
    },
    "OwnerReference": {
        "apiVersion": "string",
        "kind": "string",
        "name": "string",
        "uid": "string",
        "controller": "bool",
        "blockOwnerDeletion": "bool",
    },
    "NodeSpec": {
        "podCIDR": "string",
        "podCIDRs": "string[]",
        "providerID": "string",
        "taints": "Taint[]",
        "unschedulable": "bool",
    },
    "Taint": {
        "key": "string",
        "value": "string",
        "effect": "string",
        "timeAdded": "time",
    },
    "NodeStatus": {
        "addresses": "NodeAddress[]",
        "allocatable": "quantities",
        "capacity": "quantities",
        "conditions": "NodeCondition[]",
        "daemonEndpoints": "NodeDaemonEndpoints",
        "images": "ContainerImage[]",
        "nodeInfo": "NodeSystemInfo",
        "phase": "string",
    },
    "NodeAddress": {
        "type": "string",
        "address": "string",
    },
    "NodeCondition": {
        "type": "string",
        "status": "string",
        "reason": "string",
        "message": "string",
        "lastHeartbeatTime": "time",
        "lastTransitionTime": "time",
    },
    "NodeDaemonEndpoints": {
        "kubeletEndpoint": "DaemonEndpoint",
    },
    "DaemonEndpoint": {
        "Port": "int64",
    },
    "ContainerImage": {
        "names": "string[]",
        "sizeBytes": "int64",
    },
    "DeleteOptions": {
        "dryRun": "string[]",
        "gracePeriodSeconds": "int64",
        "orphanDependents": "bool",
        "preconditions": "Preconditions",
        "propagationPolicy": "string",
    },
    "Preconditions": {
        "uid": "string",
        "resourceVersion": "string",
    },
    "Eviction": {
        "metadata": "ObjectMeta",
        "deleteOptions": "DeleteOptions",
    },
    "NodeSystemInfo": {
        "architecture": "string",
        "bootID": "string",
        "containerRuntimeVersion": "string",
        "kernelVersion": "string",
        "kubeProxyVersion": "string",
        "kubeletVersion": "string",
        "machineID": "string",
        "operatingSystem": "string",
        "osImage": "string",
        "systemUUID": "string",
    },
}
"""The type of each field of each struct: the name of another struct, a plain type (`string`,
`bool`, `int64`, `time`, `map`, `quantities`), or either of them followed by `[]`."""

LIST_KEYS = {
    "conditions": "type",
    "addresses": "type",
    "ownerReferences": "uid",
    "containers": "name",
}
"""Merge keys of lists in strategic merge patches; other lists are replaced."""
SETS = ("finalizers", "podCIDRs")
"""Lists of plain values that strategic merge patches merge as sets."""

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
_NEVER_OMITTED = ("names",)
_QUANTITY = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class WrongTypeError(Exception):
    """A value does not have its field's type; the text is the message of Go."""


def go_kind(value: object) -> str:
    """Returns the name of a JSON value's type in Go's errors."""
    return _GO_KINDS[type(value)]


def decode(kind: Kind, item: JsonObject) -> JsonObject:
    """Returns an object with the fields of its kind only. Raises WrongTypeError."""
    identity = {"kind": kind.name, "apiVersion": kind.api_version}
    if kind is NODE:
        return {**identity, **decode_as(kind.name, item)}
    fields = {
        "metadata": "ObjectMeta",
        "spec": f"{kind.name}Spec",
        "status": f"{kind.name}Status",
    }
    given = {key: value for key, value in item.items() if value is not None}
    return {**given, **identity, **_struct(kind.name, fields, item, ())}


def decode_as(name: str, value: JsonObject) -> JsonObject:
    """Returns an object with the fields of a struct of FIELDS only. Raises WrongTypeError."""
    return _struct(name, FIELDS[name], value, ())


def _struct(
    name: str, fields: dict[str, str], value: JsonObject, path: tuple[str, ...]
) -> JsonObject:
    result: JsonObject = {}
    for key, field_type in fields.items():
        decoded = _value(name, field_type, value.get(key), (*path, key))
        if decoded or key in _NEVER_OMITTED:
            result[key] = decoded or None
    return result


def _value(struct: str, wanted: str, value: Any, path: tuple[str, ...]) -> Any:
    """Decodes a value; `struct` is the type that has the field, for the error."""
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
