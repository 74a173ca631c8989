"""Nodes and watch events in protobuf, as an API server would write what a test has as JSON."""

from datetime import datetime
from typing import Any

from kubeimg_gui.cluster.wire import messages_pb2 as messages
from kubeimg_gui.cluster.wire.protobuf_codec import MAGIC

JsonObject = dict[str, Any]

SKIPPED = b"\x9a\x06\x03abc\xa0\x06\x07"
"""Two fields that no known message has: 99 (three bytes) and 100 (a number)."""


def enveloped(kind: str, message: bytes) -> bytes:
    """A complete object: its type and its content."""
    unknown = messages.Unknown(typeMeta=messages.Unknown.TypeMeta(kind=kind), raw=message)
    return MAGIC + unknown.SerializeToString()


def frame(kind: str, encoded: bytes) -> bytes:
    """An event of a watch, without the length that stands before it."""
    extension = messages.WatchEvent.RawExtension(raw=encoded)
    return messages.WatchEvent(type=kind, object=extension).SerializeToString()


def lengthy(piece: bytes) -> bytes:
    """A message with its length before it."""
    return len(piece).to_bytes(4, "big") + piece


def node_protobuf(node: JsonObject) -> bytes:
    """A bare Node, with fields in it that kubeimg does not read."""
    return (
        messages.Node(
            metadata=messages.Node.ObjectMeta.FromString(
                _metadata(node["metadata"]).SerializeToString() + SKIPPED
            ),
            spec=messages.Node.NodeSpec(**node.get("spec", {})),
            status=_status(node.get("status", {})),
        ).SerializeToString()
        + SKIPPED
    )


def list_protobuf(*items: bytes, **metadata: Any) -> bytes:
    """A page of a list of nodes."""
    list_meta = messages.List.ListMeta(**metadata)
    return enveloped("NodeList", messages.List(metadata=list_meta, items=items).SerializeToString())


def bookmark_protobuf(version: str, *, ends_list: bool) -> bytes:
    """A bookmark's object."""
    end = messages.Label(key="k8s.io/initial-events-end", value="true")
    metadata = messages.Outline.ObjectMeta(
        resourceVersion=version,
        annotations=[end.SerializeToString()] if ends_list else [],
    )
    return enveloped("Node", messages.Outline(metadata=metadata).SerializeToString())


def status_protobuf(code: int, reason: str, message: str, retry_after: int = 0) -> bytes:
    """An error's Status."""
    details = messages.Status.StatusDetails(retryAfterSeconds=retry_after)
    status = messages.Status(code=code, reason=reason, message=message, details=details)
    return enveloped("Status", status.SerializeToString())


def _metadata(metadata: JsonObject) -> messages.Node.ObjectMeta:
    labels: dict[str, str] = metadata.get("labels") or {}
    return messages.Node.ObjectMeta(
        name=metadata["name"],
        uid=metadata["uid"],
        resourceVersion=metadata.get("resourceVersion", ""),
        creationTimestamp=_time(metadata.get("creationTimestamp")),
        deletionTimestamp=_time(metadata.get("deletionTimestamp")),
        labels=[messages.Label(key=k, value=v).SerializeToString() for k, v in labels.items()],
    )


def _status(status: JsonObject) -> messages.Node.NodeStatus:
    conditions: list[JsonObject] = status.get("conditions") or []
    images: list[JsonObject] = status.get("images") or []
    return messages.Node.NodeStatus(
        conditions=[
            messages.Node.NodeCondition(type=each["type"], status=each["status"])
            for each in conditions
        ],
        nodeInfo=messages.Node.NodeSystemInfo(**status.get("nodeInfo", {})),
        images=[
            messages.ContainerImage(
                names=each.get("names") or (), sizeBytes=each.get("sizeBytes", 0)
            ).SerializeToString()
            for each in images
        ],
    )


def _time(stamp: str | None) -> messages.Time | None:
    if stamp is None:
        return None
    return messages.Time(seconds=int(datetime.fromisoformat(stamp).timestamp()))
