"""The two ways to patch an object that kubectl and kubeimg use: merge and strategic merge.

Each returns a new object and leaves the old one unchanged.
"""

import json
from collections import deque
from typing import Any, cast

import msgspec

from kubeimg_gui.demo.errors import (
    INVALID,
    Cause,
    StatusError,
    bad_request,
    invalid,
    unsupported_patch,
)
from kubeimg_gui.demo.kinds import JsonObject, Kind
from kubeimg_gui.demo.schema import LIST_KEYS, SETS, WrongTypeError, decode, go_kind

MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"

_TYPE_FIELDS = ("kind", "apiVersion")
_ORDER = "$setElementOrder/"
_DIRECTIVES = (_ORDER, "$patch", "$retainKeys")


def apply_patch(kind: Kind, media_type: str, original: JsonObject, body: bytes) -> JsonObject:
    """Returns the patched object, decoded as its kind, without unknown fields.

    Raises:
        StatusError: the patch is malformed (400, 500), its media type is not supported (415), or
            the result is not a valid object of the kind (422).
    """
    way = {MERGE: _merged, STRATEGIC: _merged_strategically}.get(media_type)
    if way is None:
        raise unsupported_patch()
    try:
        patch: Any = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise bad_request("invalid JSON patch") from error
    return _decoded(kind, way(original, patch))


def _decoded(kind: Kind, patched: JsonObject) -> JsonObject:
    name, version = patched.get("kind"), patched.get("apiVersion")
    if (name, version) not in ((kind.name, kind.api_version), (None, None)):
        raise _no_longer_valid(patched, f'no kind "{name}" is registered for version "{version}"')
    try:
        return decode(kind, patched)
    except WrongTypeError as error:
        raise _no_longer_valid(patched, str(error)) from error


def _no_longer_valid(patched: JsonObject, why: str) -> StatusError:
    shown = json.dumps(msgspec.json.encode(patched).decode())
    return invalid("", "", [Cause(INVALID, f"Invalid value: {shown}: {why}", "patch")])


def _merged(original: JsonObject, patch: Any) -> JsonObject:
    if patch is None:
        raise bad_request("Invalid JSON Patch")
    if not isinstance(patch, dict):
        raise bad_request(f"error decoding patch: {_no_object(patch)}")
    return cast("JsonObject", merge(original, patch))


def _merged_strategically(original: JsonObject, patch: Any) -> JsonObject:
    if patch is None:
        return original
    if not isinstance(patch, dict):
        raise bad_request(_no_object(patch))
    # The path gives the kind; what the patch says about it is ignored.
    patched = cast("JsonObject", patch).items()
    changes = {key: value for key, value in patched if key not in _TYPE_FIELDS}
    return cast("JsonObject", strategic_merge(original, changes))


def _no_object(patch: Any) -> str:
    return (
        f"json: cannot unmarshal {go_kind(patch)} into Go value of type map[string]interface {{}}"
    )


def merge(original: Any, patch: Any) -> Any:
    """Applies a merge patch (RFC 7386): objects merge, null removes, other values replace."""
    if not isinstance(patch, dict):
        return patch
    result = _copy(original)
    for key, value in cast("JsonObject", patch).items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def strategic_merge(original: Any, patch: Any) -> Any:
    """Applies a strategic merge patch: as `merge`, with merge keys of lists and directives."""
    if not isinstance(patch, dict):
        return patch
    changes = cast("JsonObject", patch)
    directive = changes.get("$patch")
    if directive == "replace":
        return {key: value for key, value in changes.items() if key != "$patch"}
    if directive == "delete":
        return {}
    if directive not in (None, "merge"):
        raise _unmergeable(f"unknown patch type: {directive}")
    result = _copy(original)
    for key, value in changes.items():
        if not key.startswith(_DIRECTIVES):
            _merge_field(result, key, value, changes.get(_ORDER + key))
    return result


def _copy(original: Any) -> JsonObject:
    return dict(cast("JsonObject", original)) if isinstance(original, dict) else {}


def _merge_field(result: JsonObject, key: str, value: Any, order: Any) -> None:
    directive, _, name = key.partition("/")
    if directive == "$deleteFromPrimitiveList":
        result[name] = [item for item in _list(result.get(name)) if item not in _list(value)]
    elif value is None:
        result.pop(key, None)
    elif isinstance(value, list):
        result[key] = _merge_list(key, _list(result.get(key)), cast("list[Any]", value), order)
    else:
        result[key] = strategic_merge(result.get(key), value)


def _merge_list(field: str, original: list[Any], patch: list[Any], order: Any) -> list[Any]:
    if field in SETS and all(isinstance(each, str) for each in (*original, *patch)):
        return _in_order(patch, original)
    key = LIST_KEYS.get(field)
    if key is None:
        return patch
    changes = [change for change in patch if change != {"$patch": "replace"}]
    merged = {_merge_value(item, key): item for item in original if len(changes) == len(patch)}
    before = list(merged)
    for change in changes:
        name = _merge_value(change, key)
        if change.get("$patch") == "delete":
            merged.pop(name, None)
        else:
            merged[name] = strategic_merge(merged.get(name), change)
    first = [_merge_value(item, key) for item in (changes if order is None else _list(order))]
    return [merged[name] for name in _in_order(first, before) if name in merged]


def _in_order(patch: list[str], before: list[str]) -> list[str]:
    """Returns the members of a patch in its order, merged with the other existing members.

    Another member stays before the next member of the patch that it preceded.
    """
    places = {name: place for place, name in enumerate(before)}
    unique = dict.fromkeys(patch)
    rest = deque(name for name in places if name not in unique)
    result: list[str] = []
    for name in unique:
        while rest and places[rest[0]] < places.get(name, -1):
            result.append(rest.popleft())
        result.append(name)
    return [*result, *rest]


def _merge_value(item: Any, key: str) -> str:
    name = cast("JsonObject", item).get(key, "") if isinstance(item, dict) else None
    if not isinstance(name, str) or (not name and key not in item):
        raise _unmergeable(f"map: {item} does not contain declared merge key: {key}")
    return name


def _list(value: Any) -> list[Any]:
    """Returns a list; a missing one is empty."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise _unmergeable(f"expected a list, got {value!r}")
    return cast("list[Any]", value)


def _unmergeable(why: str) -> StatusError:
    """Returns an error 500, as the real server does."""
    return StatusError(500, "", why)
