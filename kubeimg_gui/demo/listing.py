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
"""Objects encoded in one go, some 100 kB of nodes; the event loop breathes between."""
LOOK_ITEMS = 500
"""Objects looked at in one go, to choose some of them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: its objects and the list's metadata."""

    items: list[JsonObject]
    metadata: JsonObject


async def list_page(store: ObjectStore, kind: Kind, selection: Selection, query: Query) -> Listed:
    """The page that a list request asks for. Raises StatusError (400, 410, 422, 504)."""
    _check_options(query)
    parse_number(query, "timeoutSeconds")
    limit = max(parse_number(query, "limit"), 0)
    if query.get("resourceVersion") == "0":
        limit = 0  # the watch cache answers whole
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
        # Whether the selection chooses any of the rest is not looked up: pages may be empty.
        metadata["continue"] = _token(snapshot.version, snapshot.keys[end - 1])
        if not selection.tests:
            metadata["remainingItemCount"] = count - end
    return Listed(chosen, metadata)


def encode_list(kind: Kind, page: Listed, view: View) -> Iterator[bytes]:
    """The page's JSON in pieces of PIECE_ITEMS objects."""
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
    """As it stands in a list, which tells the kind."""
    if item is None:  # as a fault script may have it
        return None
    return {key: value for key, value in item.items() if key not in ("kind", "apiVersion")}


def _where(store: ObjectStore, kind: Kind, query: Query) -> tuple[Snapshot, int]:
    """The snapshot to list from, and where in it to begin."""
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
    """Where a token says to go on; -1 in it means whatever there is now."""
    if version > store.version:
        raise bad_request("invalid continue token: it is of a version yet to come")
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
    """A query parameter that may not stand with the others."""
    return Cause(FORBIDDEN, f"Forbidden: {why}", field)


def parse_version(text: str) -> int:
    """A resourceVersion of a request, 0 where none is given. Raises StatusError (400)."""
    if not text:
        return 0
    if not is_number(text):
        raise bad_request(f"invalid resource version: {not_a_version(text)}")
    return int(text)


def is_number(text: str) -> bool:
    """Whether a text is a whole number that 64 bits hold for sure."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def not_a_version(text: str) -> str:
    """Why a text is no resourceVersion."""
    return (
        f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid '
        "syntax"
    )


def parse_number(query: Query, name: str) -> int:
    """A number of a request, 0 where none is given. Raises StatusError (400)."""
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
