"""A node and its pods as an action reads them: the current state, only the fields it needs.

An action reads a node again before it changes it, because the informer's record has neither
annotations nor a resourceVersion.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
import yaml

from kubeimg_gui.cluster.errors import InvalidResponseError
from kubeimg_gui.cluster.wire.codec import DecodeError
from kubeimg_gui.cluster.wire.json_codec import JsonPage, decoding

MIRROR_ANNOTATION = "kubernetes.io/config.mirror"
"""Marks the API object of a static pod; deleting that object ends no container."""

_ODD_BREAKS = set("\x85\u2028\u2029")
"""Further line ends of YAML, which a block would not preserve."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LiveNode:
    """A node's metadata at the moment of reading.

    Attributes:
        name, uid: identify the node.
        resource_version: identifies this version of it.
        annotations: all annotations, read-only.
        finalizers: they delay the deletion.
        owners: its owner references, as `Kind/name`.
        terminating: deletion was requested, and a finalizer delays it.
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
        namespace, name: identify the pod.
        controller: what replaces it after a deletion, as `DaemonSet/name`; "" where nothing does.
        mirror: whether it is a static pod, which only the node's kubelet starts and ends.
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
    """Decodes a node. Raises InvalidResponseError where `body` is not a node."""
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


def is_terminating(body: bytes) -> bool:
    """Returns whether the response to a deletion is a node that waits for finalizers."""
    try:
        return read_node(body).terminating
    except InvalidResponseError:
        return False


def read_pods(body: bytes) -> tuple[list[PodOnNode], str]:
    """Decodes one page of pods; returns them and the continue token, "" after the last page.

    Raises InvalidResponseError.
    """
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
    """Returns a node as YAML that kubectl can read.

    Without `managed_fields` a comment in their place gives their number. Raises
    InvalidResponseError where `body` is not an object.
    """
    count = len(_decode(body, _Object, "node").metadata.managed_fields or ())
    node = _decode(body, dict[str, Any], "node")
    if managed_fields or not count:
        return _to_yaml(node)
    node["metadata"]["managedFields"] = count
    entries = "1 entry" if count == 1 else f"{count} entries"
    return _to_yaml(node).replace(
        f"\n  managedFields: {count}\n", f"\n  # managedFields: {entries}, not shown\n", 1
    )


def _to_yaml(value: object) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, width=sys.maxsize)


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block."""

    def represent_text(self, data: str) -> yaml.ScalarNode:
        style = '"' if _ODD_BREAKS & set(data) else "|" if "\n" in data else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)  # pyright: ignore[reportUnknownMemberType]


_Dumper.add_representer(str, _Dumper.represent_text)
# Quotes also what Go's reader takes for a boolean or a number and Python's does not.
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
        raise InvalidResponseError(f"The server's response is not a {what}") from error
