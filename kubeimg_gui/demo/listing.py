"""Lists: pages over a consistent snapshot, in JSON or as a Table.

The rules for resourceVersion, limit and continue are those of the API concepts page of the
Kubernetes documentation ("resource versions", "chunks").
"""

import base64
import binascii
from dataclasses import dataclass

import msgspec

from kubeimg_gui.demo.errors import JsonObject, bad_request, version_too_large
from kubeimg_gui.demo.kinds import Kind
from kubeimg_gui.demo.selectors import Selection
from kubeimg_gui.demo.store import ObjectStore, Snapshot
from kubeimg_gui.demo.tables import table

Query = dict[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: its objects and the list's metadata."""

    items: list[JsonObject]
    metadata: JsonObject


def list_page(store: ObjectStore, kind: Kind, selection: Selection, query: Query) -> Listed:
    """The page that a list request asks for. Raises StatusError (400, 410, 504)."""
    if query.get("sendInitialEvents"):
        raise bad_request("sendInitialEvents is forbidden for list")
    limit = _number(query, "limit")
    snapshot, start = _where(store, kind, query)
    if query.get("resourceVersion") == "0":
        limit = 0  # the watch cache answers whole
    chosen = [item for item in snapshot.items if selection(item) and _key(item) > start]
    metadata: JsonObject = {"resourceVersion": str(snapshot.version)}
    if limit and len(chosen) > limit:
        store.keep(kind, snapshot)
        metadata["continue"] = _token(snapshot.version, _key(chosen[limit - 1]))
        if not selection.tests:
            metadata["remainingItemCount"] = len(chosen) - limit
        chosen = chosen[:limit]
    return Listed(chosen, metadata)


def encode_list(kind: Kind, page: Listed, include: str | None) -> bytes:
    """The page's JSON; a Table where `include` (its includeObject) is given."""
    if include is not None:
        return msgspec.json.encode(table(kind, page.items, page.metadata, include))
    return msgspec.json.encode(
        {
            "kind": f"{kind.name}List",
            "apiVersion": kind.api_version,
            "metadata": page.metadata,
            "items": page.items,
        }
    )


def _where(store: ObjectStore, kind: Kind, query: Query) -> tuple[Snapshot, tuple[str, str]]:
    """The snapshot to list from, and the key after which to begin."""
    token = query.get("continue")
    version = query.get("resourceVersion", "")
    match = query.get("resourceVersionMatch", "")
    if token:
        if version and version != "0":
            raise bad_request("specifying resource version is not allowed when using continue")
        asked, start = _read_token(token)
        return store.kept(kind, asked), start
    if match and not version:
        raise bad_request("resourceVersionMatch is forbidden unless resourceVersion is provided")
    asked = parse_version(version)
    if asked > store.version:
        raise version_too_large(asked, store.version)
    exact = match == "Exact" or (version not in ("", "0") and query.get("limit") and not match)
    if exact and asked != store.version:
        return store.kept(kind, asked), ("", "")
    return store.snapshot(kind), ("", "")


def parse_version(text: str) -> int:
    """A resourceVersion of a request, 0 where none is given. Raises StatusError (400)."""
    if not text:
        return 0
    if not text.isdecimal():
        raise bad_request(f'invalid resource version "{text}"')
    return int(text)


def _number(query: Query, name: str) -> int:
    text = query.get(name, "") or "0"
    if not text.isdecimal():
        raise bad_request(f"invalid {name}: {text!r} is not a number")
    return int(text)


def _key(item: JsonObject) -> tuple[str, str]:
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


def _token(version: int, key: tuple[str, str]) -> str:
    document = {"v": "meta.k8s.io/v1", "rv": version, "start": "/".join(key)}
    return base64.urlsafe_b64encode(msgspec.json.encode(document)).decode().rstrip("=")


def _read_token(token: str) -> tuple[int, tuple[str, str]]:
    try:
        document = msgspec.json.decode(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, _, name = document["start"].partition("/")
        return int(document["rv"]), (namespace, name)
    except (binascii.Error, msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        raise bad_request("continue key is not valid") from error
