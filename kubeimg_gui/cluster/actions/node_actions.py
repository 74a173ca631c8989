"""The verbs on nodes: read, annotate, delete.

Every change names the node's uid, so it never affects another node of the same name. An annotation
never overwrites a value that the user has not seen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kubeimg_gui.cluster.actions.access_review import Permission, missing_permissions
from kubeimg_gui.cluster.actions.node_detail import (
    LiveNode,
    PodOnNode,
    is_terminating,
    node_yaml,
    read_node,
    read_pods,
)
from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    NodeGoneError,
    NodeReplacedError,
)
from kubeimg_gui.cluster.resources import NODES
from kubeimg_gui.cluster.transport.shared_connection import SharedConnection
from kubeimg_gui.domain.annotation import (
    MAX_TOTAL_BYTES,
    AnnotationEdit,
    is_sendable,
    total_bytes,
)

if TYPE_CHECKING:
    from kubeimg_gui.cluster.transport.connection import Connection

FIELD_MANAGER = "kubeimg"
"""The field manager that the server records for kubeimg's changes."""
PODS_PATH = "/api/v1/pods"
PAGE_PODS = 500
SHOWN_CHARACTERS = 60
"""Maximum length of an annotation's value within a sentence."""
MAX_ATTEMPTS = 5
"""Attempts to annotate a node that others write to at the same time. A node is written every few
seconds at most, an attempt takes milliseconds."""

_JSON = "application/json"
_MERGE_PATCH = "application/merge-patch+json"
_METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"


class Deletion(StrEnum):
    """The state of a node after its deletion."""

    GONE = "gone"
    TERMINATING = "terminating"
    """A finalizer still keeps the node."""


class AnnotationRefusedError(ClusterError):
    """The annotations cannot be stored, regardless of the user's permissions."""


class AnnotationConflictError(ClusterError):
    """A value differs from the one that the user has seen; nothing was written.

    Attributes:
        conflicts: the conflicting edits, each with the value found, None where there is none.
        node: the node with its current values.
    """

    def __init__(
        self, conflicts: tuple[tuple[AnnotationEdit, str | None], ...], node: LiveNode
    ) -> None:
        found = ", ".join(f"{edit.key} is {_shown(value)}" for edit, value in conflicts)
        super().__init__(
            f"The node {node.name!r} was not annotated, because its values have changed: {found}"
        )
        self.conflicts = conflicts
        self.node = node


class NodeActions:
    """The verbs; each call blocks, so call it in a worker thread; any number at the same time.

    `connect` runs in a separate thread when a connection is first needed, and again after a failed
    login or a lost connection. It may block and may raise ClusterError.

    Besides the errors in its docstring, every call raises:
        ApiError: the server refused.
        ConnectionLostError: no response. The outcome of a change is unknown.
        StoppedError: `close` was called before or during the call.
        ClusterError: the error that `connect` raised.
    """

    def __init__(self, connect: "Callable[[], Connection]") -> None:
        self._connection = SharedConnection(connect)

    def close(self) -> None:
        """Ends every call under way and refuses later ones; any thread, any number of times."""
        self._connection.close()

    # Reading.

    def read(self, name: str) -> LiveNode:
        """Returns the node as it is now. Raises NodeGoneError."""
        return read_node(self._request("GET", name))

    def yaml(self, name: str, *, managed_fields: bool) -> str:
        """Returns the node as it is now, as YAML. Raises NodeGoneError.

        Without `managed_fields` a comment in their place gives their number.
        """
        return node_yaml(self._request("GET", name), managed_fields=managed_fields)

    def pods(self, name: str) -> tuple[PodOnNode, ...]:
        """Returns the pods on the node that have not finished."""
        unfinished = f"spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed"
        query = {"fieldSelector": unfinished, "limit": str(PAGE_PODS)}
        pods: list[PodOnNode] = []
        while True:
            response = self._connection.call(
                lambda c: c.send("GET", PODS_PATH, query, accept=_METADATA_LIST)
            )
            page, token = read_pods(response)
            pods += page
            if not token:
                return tuple(pods)
            query["continue"] = token

    def missing(self, permissions: Iterable[Permission]) -> frozenset[Permission]:
        """Returns the permissions that the server definitely denies."""
        return missing_permissions(self._connection, permissions)

    # Changing.

    def annotate(
        self, name: str, uid: str, edits: Sequence[AnnotationEdit]
    ) -> tuple[AnnotationEdit, ...]:
        """Applies all edits or none; returns the applied ones, with the values that they replaced.

        Leaves out an edit whose value is already there. Concurrent changes to other fields of the
        node do not matter.

        Raises:
            NodeGoneError, NodeReplacedError: the node with that uid no longer exists.
            AnnotationConflictError: a checked edit found a value that the user has not seen.
            AnnotationRefusedError: the annotations cannot be stored.
        """
        _check_sendable(name, edits)
        attempts_left = MAX_ATTEMPTS
        while True:
            node = self.read(name)
            if node.uid != uid:
                raise NodeReplacedError(name)
            made = _applicable(node, edits)
            if not made:
                return ()
            try:
                self._patch_annotations(node, made)
            except ApiError as error:
                attempts_left -= 1
                if error.code != HTTPStatus.CONFLICT or not attempts_left:
                    raise
            else:
                return made

    def delete(self, name: str, uid: str, *, grace_seconds: int, dry_run: bool = False) -> Deletion:
        """Deletes the node with that uid; `dry_run` only checks whether the server would.

        The API server ignores a node's grace period; it is sent for proxies and webhooks that may
        read it. Raises NodeGoneError, NodeReplacedError.
        """
        options = {
            "kind": "DeleteOptions",
            "apiVersion": "v1",
            "gracePeriodSeconds": grace_seconds,
            "propagationPolicy": "Background",
            "preconditions": {"uid": uid},
            **({"dryRun": ["All"]} if dry_run else {}),
        }
        try:
            response = self._request("DELETE", name, body=options)
        except ApiError as error:
            if error.code == HTTPStatus.CONFLICT and self.read(name).uid != uid:
                raise NodeReplacedError(name) from error
            raise
        return Deletion.TERMINATING if is_terminating(response) else Deletion.GONE

    def _patch_annotations(self, node: LiveNode, edits: Iterable[AnnotationEdit]) -> None:
        """Writes the edits unless the node has changed since it was read (409 then)."""
        metadata = {
            "uid": node.uid,
            "resourceVersion": node.resource_version,
            "annotations": {edit.key: edit.new for edit in edits},
        }
        query = {"fieldManager": FIELD_MANAGER}
        self._request("PATCH", node.name, query, {"metadata": metadata}, _MERGE_PATCH)

    def _request(
        self,
        method: str,
        name: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        media_type: str = _JSON,
    ) -> bytes:
        """Sends a request for one node as `Connection.send` does. Raises NodeGoneError."""
        path = f"{NODES.path}/{_path_segment(name)}"
        try:
            return self._connection.call(lambda c: c.send(method, path, query, body, media_type))
        except ApiError as error:
            if error.reason == "NotFound":  # a proxy's own 404 has no reason
                raise NodeGoneError(name) from error
            raise


def _shown(value: str | None) -> str:
    if value is None:
        return "removed"
    return repr(value if len(value) <= SHOWN_CHARACTERS else f"{value[:SHOWN_CHARACTERS]}…")


def _path_segment(name: str) -> str:
    """Returns a name for a path. Raises ValueError for one that would name the collection."""
    if name in ("", ".", ".."):
        raise ValueError(f"{name!r} is not a valid node name")
    return quote(name, safe="")


def _check_sendable(name: str, edits: Iterable[AnnotationEdit]) -> None:
    for edit in edits:
        if not (is_sendable(edit.key) and is_sendable(edit.new or "")):
            key = edit.key.encode(errors="replace").decode()
            raise AnnotationRefusedError(
                f"The annotation {key!r} for the node {name!r} contains an unpaired surrogate, "
                "which cannot be sent: enter it again"
            )


def _applicable(node: LiveNode, edits: Iterable[AnnotationEdit]) -> tuple[AnnotationEdit, ...]:
    """Returns the edits that change the node, with the values that they replace.

    Raises AnnotationConflictError, AnnotationRefusedError.
    """
    wanted = dict(node.annotations)
    made: list[AnnotationEdit] = []
    conflicts: list[tuple[AnnotationEdit, str | None]] = []
    for edit in edits:
        found = wanted.get(edit.key)
        if found == edit.new:
            continue
        if edit.checked and found != edit.old:
            conflicts.append((edit, found))
            continue
        made.append(replace(edit, old=found))
        wanted.pop(edit.key, None)
        if edit.new is not None:
            wanted[edit.key] = edit.new
    if conflicts:
        raise AnnotationConflictError(tuple(conflicts), node)
    size = total_bytes(wanted)
    if made and size > MAX_TOTAL_BYTES:
        raise AnnotationRefusedError(
            f"The annotations of the node {node.name!r} would take {size:,} bytes together, but "
            f"the API server stores {MAX_TOTAL_BYTES:,} at most"
        )
    return tuple(made)
