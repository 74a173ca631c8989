"""The fields of an object as paths, and sets of them as `metadata.managedFields` writes them.

A path's elements are those of the FieldsV1 format: `f:NAME` for a field, `k:{"type":"Ready"}` for
an item of a list with a key, `v:"x"` for a member of a set. (`structured-merge-diff/fieldpath`)
"""

import json
from typing import Any, cast

from kubeimg_gui.demo.kinds import NODE, JsonObject, Kind
from kubeimg_gui.demo.schema import FIELDS, LIST_KEYS, SETS

Path = tuple[str, ...]

_NOBODYS = (
    *("name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp"),
    *("deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"),
)
"""Fields of the metadata that no client owns."""
_CONTAINER = object()


def fields_of(kind: Kind, item: JsonObject) -> dict[Path, Any]:
    """The values of an object by their paths; maps and lists with keys are members themselves.

    Lists without a key are values as a whole. Of kinds whose fields are not known, objects are
    taken for structures and lists for values.
    """
    found: dict[Path, Any] = {}
    metadata = {key: value for key, value in item["metadata"].items() if key not in _NOBODYS}
    _add_struct(found, "ObjectMeta", metadata, ("f:metadata",))
    for part in item:
        if part in ("kind", "apiVersion", "metadata"):
            continue
        if kind is NODE:
            _add(found, part, FIELDS["Node"][part][0], item[part], (f"f:{part}",))
        else:
            _add_unknown(found, item[part], (f"f:{part}",))
    return found


def _add_struct(found: dict[Path, Any], name: str, value: JsonObject, path: Path) -> None:
    for field, member in value.items():
        _add(found, field, FIELDS[name][field][0], member, (*path, f"f:{field}"))


def _add(found: dict[Path, Any], field: str, wanted: str, value: Any, path: Path) -> None:
    if wanted in ("map", "quantities"):
        found[path] = _CONTAINER
        found.update({(*path, f"f:{key}"): member for key, member in value.items()})
    elif field in LIST_KEYS:
        found[path] = _CONTAINER
        key = LIST_KEYS[field]
        for item in cast("list[JsonObject]", value):
            item_path = (*path, "k:" + _compact({key: item.get(key, "")}))
            found[item_path] = _CONTAINER
            _add_struct(found, wanted.removesuffix("[]"), item, item_path)
    elif field in SETS:
        found[path] = _CONTAINER
        found.update({(*path, "v:" + _compact(member)): member for member in value})
    elif wanted in FIELDS:
        _add_struct(found, wanted, value, path)
    else:
        found[path] = value


def _add_unknown(found: dict[Path, Any], value: Any, path: Path) -> None:
    if not isinstance(value, dict):
        found[path] = value
        return
    for key, member in cast("JsonObject", value).items():
        _add_unknown(found, member, (*path, f"f:{key}"))


def applied_fields(fields: dict[Path, Any]) -> set[Path]:
    """What an applied configuration claims: maps and lists only where they are empty."""
    parents = {path[:-1] for path in fields}
    return {path for path in fields if path not in parents or path[-1].startswith("k:")}


def encode_fields(paths: set[Path]) -> JsonObject:
    """A set as FieldsV1: `.` stands for an inner field that is a member itself."""
    tree: JsonObject = {}
    for path in sorted(paths):
        node = tree
        for element in path:
            node = node.setdefault(element, {})
        node["."] = {}
    return _without_lonely_dots(tree)


def _without_lonely_dots(tree: JsonObject) -> JsonObject:
    if set(tree) == {"."}:
        return {}
    return {
        element: _without_lonely_dots(member) if element != "." else {}
        for element, member in tree.items()
    }


def decode_fields(tree: JsonObject, path: Path = ()) -> set[Path]:
    """The set that FieldsV1 writes down."""
    if not tree:
        return {path}
    paths: set[Path] = set()
    for element, member in tree.items():
        paths |= {path} if element == "." else decode_fields(member, (*path, element))
    return paths


def remove_field(item: JsonObject, path: Path) -> JsonObject:
    """The object without the field at a path."""
    return cast("JsonObject", _without(item, path))


def _without(value: Any, path: Path) -> Any:
    element, *rest = path
    tag, text = element[:2], element[2:]
    if not isinstance(value, dict if tag == "f:" else list):
        return value  # it has become something else
    if tag == "f:":
        members = cast("JsonObject", value)
        others = {key: member for key, member in members.items() if key != text}
        if rest and text in members:
            others[text] = _without(members[text], tuple(rest))
        return others
    items = cast("list[Any]", value)
    if tag == "v:":
        return [item for item in items if _compact(item) != text]
    ((key, name),) = json.loads(text).items()
    chosen = [item for item in items if item.get(key, "") == name]
    kept = [item for item in items if item not in chosen]
    return [*kept, *(_without(item, tuple(rest)) for item in chosen if rest)]


def told(path: Path) -> str:
    """A path as errors write it: `.status.conditions[type="Ready"].status`."""
    return "".join(_told(element[:2], element[2:]) for element in path)


def _told(tag: str, text: str) -> str:
    if tag == "f:":
        return f".{text}"
    if tag == "v:":
        return f"[={text}]"
    ((key, name),) = json.loads(text).items()
    return f"[{key}={json.dumps(name)}]"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
