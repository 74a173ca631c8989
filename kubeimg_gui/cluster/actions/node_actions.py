"""What a person may do to nodes: look closely, annotate, delete.

Every change names the node by its uid, so that a node that came back under the same name is never
taken for the one that was meant, and never overwrites what the person has not seen.
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
    is_held,
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
"""Who the server says has written a field."""
PODS_PATH = "/api/v1/pods"
PAGE_PODS = 500
TOLD_MAX = 60
"""How many characters of a value are told within a sentence."""
ROUNDS = 5
"""How often an annotation is decided anew because the node was written meanwhile. A node is
written every few seconds at most, a round takes milliseconds."""

_JSON = "application/json"
_MERGE_PATCH = "application/merge-patch+json"
_METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"


class Deletion(StrEnum):
    """What became of a node that was deleted."""

    GONE = "gone"
    TERMINATING = "terminating"
    """A finalizer holds it until whoever set that has done its part."""


class AnnotationRefusedError(ClusterError):
    """The annotations cannot be stored, whoever asks."""


class AnnotationConflictError(ClusterError):
    """A value is another one than the person was shown; nothing was written.

    Attributes:
        conflicts: the edits that do not fit, each with the value found, None where there is none.
        node: as it was found.
    """

    def __init__(
        self, conflicts: tuple[tuple[AnnotationEdit, str | None], ...], node: LiveNode
    ) -> None:
        found = ", ".join(f"{edit.key} is {_told(value)}" for edit, value in conflicts)
        super().__init__(f"The node {node.name!r} has other values: {found}")
        self.conflicts = conflicts
        self.node = node


class NodeActions:
    """The verbs; each call blocks, in worker threads, any number of them at once.

    `connect` runs in a thread of its own when a connection is first needed, and again when the
    server no longer knows who asks (401): it may take long and may raise ClusterError.

    Besides what its own text says, every call raises:
        ApiError: the server refused.
        ConnectionLostError: no answer. Nobody knows whether a change was made.
        StoppedError: `close` was called before or meanwhile.
        ClusterError: whatever `connect` raises.
    """

    def __init__(self, connect: "Callable[[], Connection]") -> None:
        self._connection = SharedConnection(connect)

    def close(self) -> None:
        """End every call under way within moments, refuse later ones; any thread, repeatedly."""
        self._connection.close()

    # Looking.

    def read(self, name: str) -> LiveNode:
        """The node now. Raises NodeGoneError."""
        return read_node(self._ask_node("GET", name))

    def yaml(self, name: str, *, managed_fields: bool) -> str:
        """The node now, as YAML. Raises NodeGoneError.

        Without `managed_fields` a comment in their place says how many there are.
        """
        return node_yaml(self._ask_node("GET", name), managed_fields=managed_fields)

    def pods(self, name: str) -> tuple[PodOnNode, ...]:
        """The pods on the node that have not finished."""
        unfinished = f"spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed"
        query = {"fieldSelector": unfinished, "limit": str(PAGE_PODS)}
        pods: list[PodOnNode] = []
        while True:
            answer = self._connection.call(
                lambda c: c.send("GET", PODS_PATH, query, accept=_METADATA_LIST)
            )
            page, token = read_pods(answer)
            pods += page
            if not token:
                return tuple(pods)
            query["continue"] = token

    def missing(self, permissions: Iterable[Permission]) -> frozenset[Permission]:
        """Those that the server clearly says the person does not have."""
        return missing_permissions(self._connection, permissions)

    # Changing.

    def annotate(
        self, name: str, uid: str, edits: Sequence[AnnotationEdit]
    ) -> tuple[AnnotationEdit, ...]:
        """Make all edits or none; those that were made, with the values that were replaced.

        An edit whose value is there already is none, and what others write meanwhile is in nobody's
        way as long as it is not a value that an edit is about.

        Raises:
            NodeGoneError, NodeReplacedError: it is not the node with that uid any more.
            AnnotationConflictError: a checked edit finds another value than the one it was shown.
            AnnotationRefusedError: the annotations cannot be stored.
        """
        _check_sendable(name, edits)
        rounds_left = ROUNDS
        while True:
            node = self.read(name)
            if node.uid != uid:
                raise NodeReplacedError(name)
            made = _fit(node, edits)
            if not made:
                return ()
            try:
                self._patch_annotations(node, made)
            except ApiError as error:
                rounds_left -= 1
                if error.code != HTTPStatus.CONFLICT or not rounds_left:
                    raise
            else:
                return made

    def delete(self, name: str, uid: str, *, grace_seconds: int, dry_run: bool = False) -> Deletion:
        """Delete the node with that uid; `dry_run` asks for everything but the deletion.

        The API server ignores the grace period of nodes: it is sent for what may come between.

        Raises NodeGoneError, NodeReplacedError.
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
            answer = self._ask_node("DELETE", name, body=options)
        except ApiError as error:
            if error.code == HTTPStatus.CONFLICT and self.read(name).uid != uid:
                raise NodeReplacedError(name) from error
            raise
        return Deletion.TERMINATING if is_held(answer) else Deletion.GONE

    def _patch_annotations(self, node: LiveNode, edits: Iterable[AnnotationEdit]) -> None:
        """Write unless the node was written since it was read."""
        metadata = {
            "uid": node.uid,
            "resourceVersion": node.resource_version,
            "annotations": {edit.key: edit.new for edit in edits},
        }
        query = {"fieldManager": FIELD_MANAGER}
        self._ask_node("PATCH", node.name, query, {"metadata": metadata}, _MERGE_PATCH)

    def _ask_node(
        self,
        method: str,
        name: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        media_type: str = _JSON,
    ) -> bytes:
        """Ask for one node as `Connection.send` does. Raises NodeGoneError."""
        path = f"{NODES.path}/{_path_segment(name)}"
        try:
            return self._connection.call(lambda c: c.send(method, path, query, body, media_type))
        except ApiError as error:
            if error.reason == "NotFound":  # a proxy's own 404 says nothing of the node
                raise NodeGoneError(name) from error
            raise


def _told(value: str | None) -> str:
    if value is None:
        return "not there"
    return repr(value if len(value) <= TOLD_MAX else f"{value[:TOLD_MAX]}…")


def _path_segment(name: str) -> str:
    """A name within a path. Raises ValueError for those that would name the collection instead."""
    if name in ("", ".", ".."):
        raise ValueError(f"{name!r} is no name of a node")
    return quote(name, safe="")


def _check_sendable(name: str, edits: Iterable[AnnotationEdit]) -> None:
    for edit in edits:
        if not (is_sendable(edit.key) and is_sendable(edit.new or "")):
            key = edit.key.encode(errors="replace").decode()
            raise AnnotationRefusedError(
                f"The annotation {key!r} for the node {name!r} holds half a character, which "
                "cannot be sent: type it anew"
            )


def _fit(node: LiveNode, edits: Iterable[AnnotationEdit]) -> tuple[AnnotationEdit, ...]:
    """The edits that change something, with the values found; all of them fit the node."""
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
            f"The annotations of the node {node.name!r} would take {size:,} bytes together, and "
            f"the API server stores {MAX_TOTAL_BYTES:,} at most"
        )
    return tuple(made)
