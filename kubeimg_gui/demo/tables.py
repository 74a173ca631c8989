"""The Tables that kubectl prints, with the columns and cells of the real server.

From `pkg/printers/internalversion/printers.go`; columns of priority 1 are those of `-o wide`.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from kubeimg_gui.demo.kinds import EVENT, NAMESPACE, NODE, POD, JsonObject, Kind, field_at
from kubeimg_gui.demo.pod_status import summarize
from kubeimg_gui.demo.requests import PARTIAL, TABLE, View

Cells = Callable[[JsonObject], list[Any]]

_ROLE = "node-role.kubernetes.io/"


def shown(kind: Kind, item: JsonObject, view: View) -> JsonObject:
    """Returns an object in the requested form."""
    if view.form == TABLE:
        version = {"resourceVersion": item["metadata"]["resourceVersion"]}
        return table(kind, [item], version, view.include)
    return partial_metadata(item) if view.form == PARTIAL else item


def partial_metadata(item: JsonObject) -> JsonObject:
    """Returns the metadata of an object."""
    return {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": item["metadata"],
    }


def table(
    kind: Kind, items: Iterable[JsonObject], metadata: JsonObject, include: str
) -> JsonObject:
    """Returns a Table of objects; `include` is the request's includeObject."""
    columns, _ = _PRINTERS.get(kind, _PLAIN)
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": [
            {
                "name": name,
                "type": "integer" if name == "Restarts" else "string",
                "format": "name" if name == "Name" else "",
                "description": "",
                "priority": priority,
            }
            for name, priority in columns
        ],
        "rows": [row(kind, item, include) for item in items],
    }


def row(kind: Kind, item: JsonObject, include: str) -> JsonObject:
    """Returns an object's row of a Table."""
    _, cells = _PRINTERS.get(kind, _PLAIN)
    return {"cells": cells(item), **_included(item, include)}


def _included(item: JsonObject, include: str) -> JsonObject:
    if include == "None":
        return {}
    if include == "Object":
        return {"object": item}
    return {"object": partial_metadata(item)}


def _columns(shown: str, wide: str = "") -> list[tuple[str, int]]:
    return [(n, 0) for n in shown.split(",")] + [(n, 1) for n in wide.split(",") if n]


def _node(item: JsonObject) -> list[Any]:
    metadata, status = item["metadata"], item.get("status", {})
    info: JsonObject = status.get("nodeInfo") or {}
    addresses = {a.get("type"): a.get("address") for a in status.get("addresses") or ()}
    labels: dict[str, str] = metadata.get("labels") or {}
    roles = sorted(key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE))
    return [
        metadata["name"],
        _node_state(item),
        ",".join(roles) or "<none>",
        _age(metadata.get("creationTimestamp")),
        info.get("kubeletVersion", ""),
        addresses.get("InternalIP", "<none>"),
        addresses.get("ExternalIP", "<none>"),
        info.get("osImage") or "<unknown>",
        info.get("kernelVersion") or "<unknown>",
        info.get("containerRuntimeVersion") or "<unknown>",
    ]


def _node_state(item: JsonObject) -> str:
    known = item.get("status", {}).get("conditions") or ()
    conditions = {condition.get("type"): condition.get("status") for condition in known}
    ready = conditions.get("Ready")
    state = "Unknown" if ready is None else "Ready" if ready == "True" else "NotReady"
    cordoned = item.get("spec", {}).get("unschedulable")
    return f"{state},SchedulingDisabled" if cordoned else state


def _pod(item: JsonObject) -> list[Any]:
    summary = summarize(item)
    return [
        item["metadata"]["name"],
        f"{summary.ready}/{summary.total}",
        summary.status,
        summary.restarts,
        _age(field_at(item, "metadata.creationTimestamp", "")),
        field_at(item, "status.podIP", "<none>"),
        field_at(item, "spec.nodeName", "<none>"),
        "<none>",
        "<none>",
    ]


def _event(item: JsonObject) -> list[Any]:
    kind, name = (field_at(item, f"involvedObject.{part}", "") for part in ("kind", "name"))
    return [
        _age(field_at(item, "lastTimestamp", "")),
        field_at(item, "type", ""),
        field_at(item, "reason", ""),
        f"{kind.lower()}/{name}",
        field_at(item, "message", "").strip(),
    ]


def _namespace(item: JsonObject) -> list[Any]:
    age = _age(field_at(item, "metadata.creationTimestamp", ""))
    return [item["metadata"]["name"], field_at(item, "status.phase", ""), age]


def _plain(item: JsonObject) -> list[Any]:
    return [item["metadata"]["name"], item["metadata"].get("creationTimestamp", "")]


_AGE_STEPS = (
    # up to this many seconds; the unit; and a smaller unit for the rest, if any
    (2 * 60, 1, "s", 0, ""),
    (10 * 60, 60, "m", 1, "s"),
    (3 * 3600, 60, "m", 0, ""),
    (8 * 3600, 3600, "h", 60, "m"),
    (48 * 3600, 3600, "h", 0, ""),
    (8 * 86400, 86400, "d", 3600, "h"),
    (2 * 365 * 86400, 86400, "d", 0, ""),
    (float("inf"), 365 * 86400, "y", 86400, "d"),
)


def _age(stamp: str | None) -> str:
    """Formats the time since a timestamp like kubectl (`apimachinery/pkg/util/duration`)."""
    try:
        since = datetime.now(UTC) - datetime.fromisoformat(stamp or "")
    except (TypeError, ValueError):  # no time, or one without a zone
        return "<unknown>"
    seconds = max(int(since.total_seconds()), 0)
    unit, letter, small, small_letter = next(step[1:] for step in _AGE_STEPS if seconds < step[0])
    rest = seconds % unit // small if small else 0
    return f"{seconds // unit}{letter}" + (f"{rest}{small_letter}" if rest else "")


_PLAIN: tuple[list[tuple[str, int]], Cells] = (_columns("Name,Created At"), _plain)
_PRINTERS: dict[Kind, tuple[list[tuple[str, int]], Cells]] = {
    NODE: (
        _columns(
            "Name,Status,Roles,Age,Version",
            "Internal-IP,External-IP,OS-Image,Kernel-Version,Container-Runtime",
        ),
        _node,
    ),
    POD: (
        _columns("Name,Ready,Status,Restarts,Age", "IP,Node,Nominated Node,Readiness Gates"),
        _pod,
    ),
    EVENT: (_columns("Last Seen,Type,Reason,Object,Message"), _event),
    NAMESPACE: (_columns("Name,Status,Age"), _namespace),
}
