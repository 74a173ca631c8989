"""Lists: pages over a consistent snapshot, in JSON or as a Table.

The rules for resourceVersion, limit and continue are those of the API concepts page of the
Kubernetes documentation ("resource versions", "chunks") and of `ValidateListOptions` in
`k8s.io/apimachinery/pkg/apis/meta/internalversion/validation`.
"""

import asyncio
import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import msgspec

from kubeimg_gui.demo.collection import Key, Snapshot
from kubeimg_gui.demo.errors import (
    FORBIDDEN,
    Cause,
    StatusError,
    bad_request,
    expired,
    invalid_options,
    unsupported_value,
    version_too_large,
)
from kubeimg_gui.demo.kinds import JsonObject, Kind
from kubeimg_gui.demo.requests import PARTIAL, TABLE, View
from kubeimg_gui.demo.selectors import Selection
from kubeimg_gui.demo.store import ObjectStore
from kubeimg_gui.demo.tables import partial_metadata, row, table

Query = dict[str, str]

EXACT, NOT_OLDER_THAN = "Exact", "NotOlderThan"
PIECE_ITEMS = 16
"""Number of objects to encode at once (about 100 kB of nodes) before other tasks run."""
LOOK_ITEMS = 500
"""Number of objects to filter at once before other tasks run."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: its objects and the list's metadata."""

    items: list[JsonObject]
    metadata: JsonObject


async def list_page(store: ObjectStore, kind: Kind, selection: Selection, query: Query) -> Listed:
    """Returns the page that a list request asks for. Raises StatusError (400, 410, 422, 504)."""
    _check_options(query)
    parse_number(query, "timeoutSeconds")
    limit = max(parse_number(query, "limit"), 0)
    if query.get("resourceVersion") == "0":
        limit = 0  # as the watch cache does, answer without paging
    snapshot, start = _where(store, kind, query)
    count, end = len(snapshot.keys), start
    wanted = limit or count
    chosen: list[JsonObject] = []
    while end < count and len(chosen) < wanted:
        for item in snapshot.between(end, end + LOOK_ITEMS):
            end += 1
            if selection(item):
                chosen.append(item)
            if len(chosen) == wanted:
                break
        await asyncio.sleep(0)
    metadata: JsonObject = {"resourceVersion": str(snapshot.version)}
    if end < count:
        # The rest is not filtered yet, so that the next page may be empty.
        metadata["continue"] = _token(snapshot.version, snapshot.keys[end - 1])
        if not selection.tests:
            metadata["remainingItemCount"] = count - end
    return Listed(chosen, metadata)


def encode_list(kind: Kind, page: Listed, view: View) -> Iterator[bytes]:
    """Yields the page's JSON in pieces of PIECE_ITEMS objects."""
    if view.form == TABLE:
        head = table(kind, [], page.metadata, view.include)
        members = "rows"
        shape = partial(row, kind, include=view.include)
    elif view.form == PARTIAL:
        head = {"kind": f"{PARTIAL}List", "apiVersion": "meta.k8s.io/v1", "metadata": page.metadata}
        members = "items"
        shape = partial_metadata
    else:
        version = {"kind": f"{kind.name}List", "apiVersion": kind.api_version}
        head, members, shape = {**version, "metadata": page.metadata}, "items", _without_kind
    yield msgspec.json.encode({**head, members: []})[: -len("]}")]
    for start in range(0, len(page.items), PIECE_ITEMS):
        shapes = [shape(item) for item in page.items[start : start + PIECE_ITEMS]]
        yield (b"," if start else b"") + msgspec.json.encode(shapes)[1:-1]
    yield b"]}"


def _without_kind(item: JsonObject | None) -> JsonObject | None:
    """Returns an object as in a list, without the fields that the list has."""
    if item is None:  # from a fault script
        return None
    return {key: value for key, value in item.items() if key not in ("kind", "apiVersion")}


def _where(store: ObjectStore, kind: Kind, query: Query) -> tuple[Snapshot, int]:
    """Returns the snapshot to list, and the position to start at."""
    token, version = query.get("continue"), query.get("resourceVersion", "")
    if token:
        place = _read_token(token)
        if version and version != "0":
            raise bad_request("specifying resource version is not allowed when using continue")
        return _continued(store, kind, *place)
    asked = parse_version(version)
    if asked > store.version:
        raise version_too_large(asked, store.version)
    match = query.get("resourceVersionMatch")
    paged = asked and query.get("limit") and not match
    if match == EXACT or paged:
        return store.snapshot(kind, asked), 0
    return store.snapshot(kind), 0


def _continued(store: ObjectStore, kind: Kind, version: int, key: Key) -> tuple[Snapshot, int]:
    """Returns the snapshot and position of a token; version -1 is the current one."""
    if version > store.version:
        raise bad_request("invalid continue token: its version is in the future")
    try:
        snapshot = store.snapshot(kind, None if version < 0 else version)
    except StatusError as error:
        raise expired(
            "The provided continue parameter is too old to display a consistent list result. "
            "You can start a new list without the continue parameter, or use the continue token "
            "in this response to retrieve the remainder of the results. Continuing with the "
            "provided token results in an inconsistent list - objects that were created, "
            "modified, or deleted between the time the first chunk was returned and now may show "
            "up in the list.",
            {"continue": _token(-1, key)},
        ) from error
    return snapshot, snapshot.after(key)


def _check_options(query: Query) -> None:
    match, version = query.get("resourceVersionMatch"), query.get("resourceVersion")
    field = "resourceVersionMatch"
    causes: list[Cause] = []
    if "sendInitialEvents" in query:
        causes.append(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    if match and not version:
        why = "resourceVersionMatch is forbidden unless resourceVersion is provided"
        causes.append(forbidden(field, why))
    if match and query.get("continue"):
        why = "resourceVersionMatch is forbidden when continue is provided"
        causes.append(forbidden(field, why))
    if match and match not in (EXACT, NOT_OLDER_THAN):
        causes.append(unsupported_value(field, f'"{match}"', (EXACT, NOT_OLDER_THAN, "")))
    if match == EXACT and version == "0":
        why = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
        causes.append(forbidden(field, why))
    if causes:
        raise invalid_options("ListOptions", *causes)


def forbidden(field: str, why: str) -> Cause:
    """Returns the cause for a query parameter that is not allowed with the others."""
    return Cause(FORBIDDEN, f"Forbidden: {why}", field)


def parse_version(text: str) -> int:
    """Parses the resourceVersion of a request; "" is 0. Raises StatusError (400)."""
    if not text:
        return 0
    if not is_number(text):
        raise bad_request(f"invalid resource version: {not_a_version(text)}")
    return int(text)


def is_number(text: str) -> bool:
    """Returns whether a text is a whole number that fits into 64 bits."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def not_a_version(text: str) -> str:
    """Returns the message for a text that is not a resourceVersion."""
    return (
        f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid '
        "syntax"
    )


def parse_number(query: Query, name: str) -> int:
    """Parses a number of a request; a missing one is 0. Raises StatusError (400)."""
    text = query.get(name, "") or "0"
    if not is_number(text.removeprefix("-")):
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return int(text)


def _token(version: int, key: Key) -> str:
    document = {"v": "meta.k8s.io/v1", "rv": version, "start": "/".join(key)}
    return base64.urlsafe_b64encode(msgspec.json.encode(document)).decode().rstrip("=")


def _read_token(token: str) -> tuple[int, Key]:
    try:
        document = msgspec.json.decode(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, _, name = document["start"].partition("/")
        return msgspec.convert(document["rv"], int), (namespace, name)
    except (
        binascii.Error,
        msgspec.MsgspecError,
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        raise bad_request(f"invalid continue token: continue key is not valid: {error}") from error
