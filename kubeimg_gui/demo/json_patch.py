"""JSON patches: a list of operations on paths of a document.

RFC 6902, in the reading of the library that the real server uses.
"""

from collections.abc import Callable
from typing import Any, cast

import msgspec

from kubeimg_gui.demo.errors import StatusError, bad_request
from kubeimg_gui.demo.kinds import JsonObject
from kubeimg_gui.demo.schema import go_kind

MOST_OPERATIONS = 10_000
COPY_BYTES = 3 * 2**20
"""How much a patch may copy in all, for copies of copies grow without end."""


def does_not_fit() -> StatusError:
    """The real server does not say what does not fit either."""
    message = "the server rejected our request due to an error in our request"
    return StatusError(422, "Invalid", message, {})


def json_patch(original: JsonObject, patch: Any) -> Any:
    """RFC 6902, with two liberties of the real server: what is not there may be replaced, and
    is equal to null."""
    document: Any = original
    copied = 0
    for operation in _operations(patch):
        if operation.get("op") == "copy":
            copied += len(msgspec.json.encode(_look_up(document, _pointer(operation.get("from")))))
        if copied > COPY_BYTES:
            raise does_not_fit()
        document = _operate(document, operation)
    return document


def _operations(patch: Any) -> list[JsonObject]:
    cannot = "error decoding patch: json: cannot unmarshal"
    if not isinstance(patch, list):
        raise bad_request(f"{cannot} {go_kind(patch)} into Go value of type []handlers.jsonPatchOp")
    if len(cast("list[Any]", patch)) > MOST_OPERATIONS:
        raise bad_request(f"a JSON patch may hold {MOST_OPERATIONS} operations")
    for operation in cast("list[Any]", patch):
        if not isinstance(operation, dict):
            told = go_kind(cast("object", operation))
            raise bad_request(f"{cannot} {told} into Go value of type handlers.jsonPatchOp")
    return cast("list[JsonObject]", patch)


def _operate(document: Any, operation: JsonObject) -> Any:
    path = _pointer(operation.get("path"))
    match operation.get("op"):
        case "add":
            return _edit(document, path, _insert, operation.get("value"))
        case "remove":
            return _edit(document, path, _remove, None)
        case "replace":
            return _edit(document, path, _replace, operation.get("value"))
        case "move":
            source = _pointer(operation.get("from"))
            value = _look_up(document, source)
            return _edit(_edit(document, source, _remove, None), path, _insert, value)
        case "copy":
            value = _look_up(document, _pointer(operation.get("from")))
            return _edit(document, path, _insert, value)
        case "test" if _same(_look_up(document, path), operation.get("value")):
            return document
        case _:
            raise does_not_fit()


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON, where true is not 1."""
    encode = msgspec.json.Encoder(order="deterministic").encode
    return encode(one) == encode(other)


def _pointer(text: object) -> list[str]:
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise does_not_fit()
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


Edit = Callable[[Any, Any, Any], None]


def _edit(document: Any, path: list[str], edit: Edit, value: Any) -> Any:
    """A copy of the document with one place edited; only what lies on the path is copied."""
    if not path:
        return value
    head, *rest = path
    if isinstance(document, dict):
        copied: Any = dict(cast("JsonObject", document))
        key: Any = head
    elif isinstance(document, list):
        copied = list(cast("list[Any]", document))
        key = _index(copied, head, adding=not rest and edit is _insert)
    else:
        raise does_not_fit()
    if rest:
        copied[key] = _edit(_child(copied, key), rest, edit, value)
    else:
        edit(copied, key, value)
    return copied


def _insert(parent: Any, key: Any, value: Any) -> None:
    if isinstance(parent, list):
        cast("list[Any]", parent).insert(key, value)
    else:
        parent[key] = value


def _replace(parent: Any, key: Any, value: Any) -> None:
    parent[key] = value


def _remove(parent: Any, key: Any, _value: Any) -> None:
    _child(parent, key)
    del parent[key]


def _child(parent: Any, key: Any) -> Any:
    try:
        return parent[key]
    except (KeyError, IndexError) as error:
        raise does_not_fit() from error


def _index(items: list[Any], text: str, *, adding: bool) -> int:
    if text == "-" and adding:
        return len(items)
    if not text.isdecimal() or len(text) > 9 or int(text) > len(items) - (not adding):
        raise does_not_fit()
    return int(text)


def _look_up(document: Any, path: list[str]) -> Any:
    """What stands at a path; None for a member that is not there."""
    for depth, part in enumerate(path, start=1):
        if isinstance(document, list):
            items = cast("list[Any]", document)
            document = items[_index(items, part, adding=False)]
        elif isinstance(document, dict) and (part in document or depth == len(path)):
            document = cast("JsonObject", document).get(part)
        else:
            raise does_not_fit()
    return document
