"""A node and its pods as an action reads them: at this moment, and without what it does not need.

The informer's records are what the window shows; whoever changes a node looks at it anew, for the
record has neither annotations nor a resourceVersion.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
import yaml

from kubeimg_gui.cluster.errors import ConnectionLostError
from kubeimg_gui.cluster.wire.codec import DecodeError
from kubeimg_gui.cluster.wire.json_codec import JsonPage, decoding

MIRROR_ANNOTATION = "kubernetes.io/config.mirror"
"""What the kubelet marks the API's picture of a static pod with; deleting it ends no container."""

_ODD_BREAKS = set("\x85\u2028\u2029")
"""What YAML takes for the end of a line as well, and would not give back as it was."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LiveNode:
    """A node's metadata at the moment of reading.

    Attributes:
        name, uid: which node.
        resource_version: which version of it.
        annotations: all of them; it never changes.
        finalizers: what holds the node when it is deleted.
        owners: what it belongs to, as `Kind/name`.
        terminating: deletion was asked for, a finalizer holds it.
    """

    name: str
    uid: str
    resource_version: str
    annotations: Mapping[str, str]
    finalizers: tuple[str, ...]
    owners: tuple[str, ...]
    terminating: bool


@dataclass(frozen=True, slots=True)
class PodOnNode:
    """A pod that is bound to a node and has not finished.

    Attributes:
        namespace, name: which pod.
        controller: what will replace it, as `DaemonSet/name`; "" where nothing will.
        mirror: a static pod, which only the node's kubelet starts and ends.
    """

    namespace: str
    name: str
    controller: str
    mirror: bool


class _Owner(msgspec.Struct):
    kind: str
    name: str
    controller: bool = False

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


class _Metadata(msgspec.Struct, rename="camel"):
    name: str
    uid: str = ""
    namespace: str = ""
    resource_version: str = ""
    deletion_timestamp: str | None = None
    annotations: dict[str, str] | None = None
    finalizers: list[str] | None = None
    owner_references: list[_Owner] | None = None
    managed_fields: list[msgspec.Raw] | None = None


class _Object(msgspec.Struct):
    metadata: _Metadata


def read_node(body: bytes) -> LiveNode:
    """The node of an answer. Raises ConnectionLostError where it is none."""
    metadata = _decode(body, _Object, "node").metadata
    return LiveNode(
        metadata.name,
        metadata.uid,
        metadata.resource_version,
        MappingProxyType(metadata.annotations or {}),
        tuple(metadata.finalizers or ()),
        tuple(map(str, metadata.owner_references or ())),
        metadata.deletion_timestamp is not None,
    )


def is_held(body: bytes) -> bool:
    """Whether the answer to a deletion is a node that waits for finalizers, not word of its end."""
    try:
        return read_node(body).terminating
    except ConnectionLostError:
        return False


def read_pods(body: bytes) -> tuple[list[PodOnNode], str]:
    """The pods of one page and its continue token. Raises ConnectionLostError where it is none."""
    page = _decode(body, JsonPage, "list of pods")
    items = [_decode(bytes(item), _Object, "list of pods").metadata for item in page.items or ()]
    return [_pod(item) for item in items], page.metadata.continue_token


def _pod(metadata: _Metadata) -> PodOnNode:
    owners = metadata.owner_references or ()
    return PodOnNode(
        metadata.namespace,
        metadata.name,
        next((str(owner) for owner in owners if owner.controller), ""),
        MIRROR_ANNOTATION in (metadata.annotations or {}),
    )


def node_yaml(body: bytes, *, managed_fields: bool) -> str:
    """The node of an answer as YAML, as kubectl prints it and can read it back.

    Without `managed_fields` a comment in their place says how many there are. Raises
    ConnectionLostError where the answer is no object.
    """
    count = len(_decode(body, _Object, "node").metadata.managed_fields or ())
    node = _decode(body, dict[str, Any], "node")
    if managed_fields or not count:
        return _to_yaml(node)
    node["metadata"]["managedFields"] = count
    told = "1 entry" if count == 1 else f"{count} entries"
    return _to_yaml(node).replace(
        f"\n  managedFields: {count}\n", f"\n  # managedFields: {told}, not shown\n", 1
    )


def _to_yaml(value: object) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, width=sys.maxsize)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""

    def represent_text(self, data: str) -> yaml.ScalarNode:
        style = '"' if _ODD_BREAKS & set(data) else "|" if "\n" in data else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)  # pyright: ignore[reportUnknownMemberType]


_Dumper.add_representer(str, _Dumper.represent_text)
# What Go's reader takes for a truth value or a number and Python's does not must be quoted too.
_Dumper.add_implicit_resolver(  # pyright: ignore[reportUnknownMemberType]
    "tag:yaml.org,2002:bool", re.compile(r"[yYnN]$"), list("yYnN")
)
_Dumper.add_implicit_resolver(  # pyright: ignore[reportUnknownMemberType]
    "tag:yaml.org,2002:float",
    re.compile(
        r"""[-+]?( 0[xX][0-9a-fA-F_]+ | 0[oO][0-7_]+ | 0[bB][01_]+
            | ([0-9][0-9_]*\.?[0-9_]* | \.[0-9_]+)([eE][-+]?[0-9_]+)? )$""",
        re.VERBOSE,
    ),
    list("-+.0123456789"),
)


def _decode(body: bytes, kind: type[T], what: str) -> T:
    try:
        with decoding():
            return msgspec.json.decode(body, type=kind)
    except DecodeError as error:
        raise ConnectionLostError(f"The server's answer is no {what}") from error
