"""The three ways to patch an object: merge, strategic merge, JSON patch.

Each gives a new object and leaves the old one as it was. The merge keys are those of the Node and
Pod types in `k8s.io/api/core/v1` (`patchMergeKey`); lists without one are replaced.
"""

from collections.abc import Callable
from typing import Any, cast

from kubeimg_gui.demo.errors import JsonObject, StatusError, bad_request, unsupported_media_type

_MERGE_KEYS = {
    "conditions": "type",
    "addresses": "type",
    "ownerReferences": "uid",
    "containers": "name",
}
_MERGED_SETS = ("finalizers", "podCIDRs")


def apply_patch(media_type: str, original: JsonObject, patch: Any) -> JsonObject:
    """The patched object. Raises StatusError where the patch does not fit (400, 415, 422)."""
    ways: dict[str, Callable[[JsonObject, Any], Any]] = {
        "application/merge-patch+json": _checked(merge),
        "application/strategic-merge-patch+json": _checked(strategic_merge),
        "application/json-patch+json": json_patch,
    }
    way = ways.get(media_type)
    if way is None:
        raise unsupported_media_type(", ".join(ways))
    patched = way(original, patch)
    if not isinstance(patched, dict):
        raise bad_request("the patched object is not an object")
    return cast("JsonObject", patched)


def _checked(way: Callable[[Any, Any], Any]) -> Callable[[JsonObject, Any], Any]:
    def apply(original: JsonObject, patch: Any) -> Any:
        if not isinstance(patch, dict):
            raise bad_request("the patch is not an object")
        return way(original, patch)

    return apply


def merge(original: Any, patch: Any) -> Any:
    """RFC 7386: objects merge, null removes, everything else replaces."""
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
    """As `merge`, but lists with a merge key merge by it, and `$patch` directives are obeyed."""
    if not isinstance(patch, dict):
        return patch
    changes = cast("JsonObject", patch)
    directive = changes.get("$patch")
    if directive == "replace":
        return {key: value for key, value in changes.items() if key != "$patch"}
    if directive == "delete":
        return {}
    result = _copy(original)
    for key, value in changes.items():
        _merge_field(result, key, value)
    return result


def _copy(original: Any) -> JsonObject:
    return dict(cast("JsonObject", original)) if isinstance(original, dict) else {}


def _merge_field(result: JsonObject, key: str, value: Any) -> None:
    directive, _, name = key.partition("/")
    if directive == "$setElementOrder":
        return
    if directive == "$deleteFromPrimitiveList":
        result[name] = [item for item in _list(result.get(name)) if item not in _list(value)]
    elif value is None:
        result.pop(key, None)
    elif isinstance(value, list):
        result[key] = _merge_list(key, _list(result.get(key)), cast("list[Any]", value))
    else:
        result[key] = strategic_merge(result.get(key), value)


def _merge_list(field: str, original: list[Any], patch: list[Any]) -> list[Any]:
    if field in _MERGED_SETS:
        return [*original, *(item for item in patch if item not in original)]
    key = _MERGE_KEYS.get(field)
    if key is None:
        return patch
    changes = [change for change in patch if change != {"$patch": "replace"}]
    merged = {_merge_value(item, key): item for item in original if len(changes) == len(patch)}
    for change in changes:
        name = _merge_value(change, key)
        if change.get("$patch") == "delete":
            merged.pop(name, None)
        else:
            merged[name] = strategic_merge(merged.get(name), change)
    return list(merged.values())


def _merge_value(item: Any, key: str) -> str:
    name = cast("JsonObject", item).get(key) if isinstance(item, dict) else None
    if not isinstance(name, str):
        raise bad_request(f"map: {item} does not contain declared merge key: {key}")
    return name


def _list(value: Any) -> list[Any]:
    """A field that should be a list, or is not there yet."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request(f"expected a list, got {value!r}")
    return cast("list[Any]", value)


def json_patch(original: JsonObject, patch: Any) -> Any:
    """RFC 6902."""
    if not isinstance(patch, list):
        raise bad_request("a JSON patch is a list of operations")
    document: Any = original
    for operation in cast("list[Any]", patch):
        if not isinstance(operation, dict):
            raise bad_request("an operation of a JSON patch is an object")
        document = _operate(document, cast("JsonObject", operation))
    return document


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
        case "test":
            if _look_up(document, path) != operation.get("value"):
                raise _does_not_fit(f"testing value {operation.get('path')} failed")
            return document
        case unknown:
            raise bad_request(f"unexpected kind of operation: {unknown}")


def _pointer(text: object) -> list[str]:
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise bad_request(f"{text!r} is not a JSON pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _does_not_fit(why: str) -> StatusError:
    message = "the server rejected our request due to an error in our request"
    causes = [{"reason": "UnexpectedServerResponse", "message": why}]
    return StatusError(422, "Invalid", message, {"causes": causes})


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
        raise _does_not_fit(f"there is nothing at {head!r}")
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
    _child(parent, key)
    parent[key] = value


def _remove(parent: Any, key: Any, _value: Any) -> None:
    _child(parent, key)
    del parent[key]


def _child(parent: Any, key: Any) -> Any:
    try:
        return parent[key]
    except (KeyError, IndexError) as error:
        raise _does_not_fit(f"there is nothing at {key!r}") from error


def _index(items: list[Any], text: str, *, adding: bool) -> int:
    if text == "-" and adding:
        return len(items)
    if not text.isdecimal() or int(text) > len(items) - (not adding):
        raise _does_not_fit(f"index {text!r} is out of bounds")
    return int(text)


def _look_up(document: Any, path: list[str]) -> Any:
    for part in path:
        key: Any = (
            _index(cast("list[Any]", document), part, adding=False)
            if isinstance(document, list)
            else part
        )
        if not isinstance(document, (dict, list)):
            raise _does_not_fit(f"there is nothing at {part!r}")
        document = _child(document, key)
    return document
