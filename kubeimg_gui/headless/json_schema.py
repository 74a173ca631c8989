"""The JSON output for scripts: one object per node, one object per change.

`resources/docs/json.md` documents both. Fields may be added, but never renamed or removed.
"""

from datetime import UTC, datetime
from typing import Any

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord

JsonObject = dict[str, Any]


def node_object(node: NodeRecord) -> JsonObject:
    """Returns a node for `nodes -o json`; `ready` is null while the kubelet does not report."""
    return {
        "name": node.name,
        "uid": node.uid,
        "ready": node.ready,
        "unschedulable": node.unschedulable,
        "runtime": node.runtime,
        "image_count": len(node.images),
        "reported_bytes": node.reported_bytes,
        "capped": node.capped,
        "list_state": node.list_state.value,
        "unbelievable_sizes": node.unbelievable_sizes,
        "conditions": _conditions(node),
        "taints": _taints(node),
        "images": [image_object(image) for image in node.images],
    }


def image_object(image: ContainerImage) -> JsonObject:
    """Returns an image of a node; `names` may be empty.

    Only an image whose size is not believable says so, because nearly all sizes are.
    """
    fields: JsonObject = {"names": list(image.names), "size_bytes": image.size_bytes}
    if not image.size_is_believable:
        fields |= {"size_believable": False, "size_raw": image.raw_size}
    return fields


def change_object(change: NodeChange, cluster: str) -> JsonObject:
    """Returns a change for `watch -o json`.

    The image lists hold the differences of a changed node. For an added or deleted node they are
    empty; only the reported sizes differ, and one of them is 0.
    """
    images = change.images
    return {
        "time": rfc3339(change.at),
        "cluster": cluster,
        "node": change.record.name,
        "uid": change.record.uid,
        "event": change.kind.value,
        "reported_bytes_old": change.bytes_old,
        "reported_bytes_new": change.bytes_new,
        "arrived": [image_object(image) for image in images.arrived],
        "left": [image_object(image) for image in images.left],
        "no_longer_listed": [image_object(image) for image in images.no_longer_listed],
        "listed_now": [image_object(image) for image in images.listed_now],
        "retagged": [
            {"names_old": list(retag.old.names), **image_object(retag.new)}
            for retag in images.retagged
        ],
        "arrived_bytes": images.arrived_bytes,
        "left_bytes": images.left_bytes,
        "capped": change.record.capped,
        "list_state": change.record.list_state.value,
        "unbelievable_sizes": change.record.unbelievable_sizes,
        "conditions": _conditions(change.record),
        "taints": _taints(change.record),
    }


def _conditions(node: NodeRecord) -> list[JsonObject]:
    return [{"type": kind, "status": status} for kind, status in node.conditions]


def _taints(node: NodeRecord) -> list[JsonObject]:
    return [taint._asdict() for taint in node.taints]


def rfc3339(at: float) -> str:
    """Formats seconds since the epoch as RFC 3339 in UTC with milliseconds."""
    stamp = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return stamp.replace("+00:00", "Z")
