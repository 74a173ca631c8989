"""Nodes and images from JSON in which a field has a wrong type.

Such a field counts as absent, and the rest is read. Without a name and a uid there is no node. A
node whose images are no list is unreadable: nothing is known of them, and its last record stays.
"""

import re
from datetime import datetime
from typing import Any, cast

import msgspec
from msgspec import Raw, Struct

from kubeimg_gui.cluster.wire.codec import DecodeError, Encoded, Shared
from kubeimg_gui.cluster.wire.json_codec import decoding, seconds
from kubeimg_gui.cluster.wire.records import container_image, node_record, read_conditions
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord

JsonObject = dict[str, Any]

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}")


class _Images(Struct, gc=False):
    """The images of a node, not decoded."""

    class _Status(Struct, gc=False):
        images: list[Raw] | None = None

    status: _Status | None = None


class _OddImage(Struct, rename="camel", gc=False):
    names: Any = None
    size_bytes: Raw = Raw(b"0")


def odd_node(encoded: Encoded, images: Shared[ContainerImage]) -> tuple[NodeRecord, str]:
    """Returns the record and its resourceVersion.

    Raises DecodeError where it is no object, has no name or uid, or has images that are no list.
    """
    with decoding():
        node = msgspec.json.decode(encoded)
        listed = msgspec.json.decode(encoded, type=_Images).status
    metadata, spec, status = (_object(node, key) for key in ("metadata", "spec", "status"))
    conditions = [
        (_text(each, "type"), _text(each, "status")) for each in _objects(status, "conditions")
    ]
    taints = [
        (_text(each, "key"), _text(each, "value"), _text(each, "effect"))
        for each in _objects(spec, "taints")
    ]
    labels = _object(metadata, "labels")
    record = node_record(
        name=_text(metadata, "name"),
        uid=_text(metadata, "uid"),
        created=_time(metadata, "creationTimestamp"),
        terminating=metadata.get("deletionTimestamp") is not None,
        unschedulable=spec.get("unschedulable") is True,
        conditions=read_conditions(
            tuple(text for each in conditions if all(each) for text in each)
        ),
        taints=[each for each in taints if each[0] and each[2]],
        runtime=_text(_object(status, "nodeInfo"), "containerRuntimeVersion"),
        labels=[f"{key}={value}" for key, value in labels.items() if isinstance(value, str)],
        images=images.values([bytes(each) for each in (listed and listed.images) or ()]),
    )
    return record, _text(metadata, "resourceVersion")


def odd_image(entry: bytes) -> ContainerImage:
    """Returns an image entry, whatever it is; what is no object has no name and no size."""
    text = entry.decode(errors="backslashreplace")
    try:
        with decoding():
            image = msgspec.json.decode(text, type=_OddImage)
    except DecodeError:
        return container_image((), text)
    found: Any = image.names
    names = cast("list[Any]", found) if isinstance(found, list) else []
    size = bytes(image.size_bytes).decode()
    if size == "null":
        size = "0"
    return container_image(
        [name for name in names if isinstance(name, str)],
        int(size) if _WHOLE_NUMBER.fullmatch(size) else size,
    )


def _object(parent: Any, key: str) -> JsonObject:
    value = cast("JsonObject", parent).get(key) if isinstance(parent, dict) else None
    return cast("JsonObject", value) if isinstance(value, dict) else {}


def _objects(parent: JsonObject, key: str) -> list[JsonObject]:
    value = parent.get(key)
    entries = cast("list[Any]", value) if isinstance(value, list) else []
    return [each for each in entries if isinstance(each, dict)]


def _text(parent: JsonObject, key: str) -> str:
    value = parent.get(key)
    return value if isinstance(value, str) else ""


def _time(parent: JsonObject, key: str) -> float | None:
    try:
        with decoding():
            return seconds(msgspec.convert(parent.get(key), datetime | None))
    except DecodeError:
        return None
