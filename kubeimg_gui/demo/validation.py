"""The rules that an object must keep, as the API server applies them before it stores anything.

From `k8s.io/apimachinery/pkg/api/validation/objectmeta.go` and `pkg/util/validation`; of spec and
status only what a Node's taints must be.
"""

import re
from typing import Any, cast

from kubeimg_gui.demo.errors import JsonObject, StatusError, bad_request, conflict, invalid
from kubeimg_gui.demo.kinds import NODE, Kind

ANNOTATIONS_MAX_BYTES = 256 * 1024
TAINT_EFFECTS = ("NoExecute", "NoSchedule", "PreferNoSchedule")

_NODE_LISTS = (
    ("spec", "taints"),
    ("status", "addresses"),
    ("status", "conditions"),
    ("status", "images"),
)
_SYSTEM_FIELDS = ("creationTimestamp", "deletionTimestamp", "resourceVersion", "uid")
_KEPT_FIELDS = ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp")
_NAME_PART = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def is_qualified_name(key: str) -> bool:
    """Whether a text may be the key of a label: a name, or a domain, a slash and a name."""
    prefix, slash, name = key.rpartition("/")
    if slash and not _is_subdomain(prefix):
        return False
    return len(name) <= 63 and bool(_NAME_PART.fullmatch(name))


def is_label_value(value: str) -> bool:
    """Whether a text may be the value of a label."""
    return not value or (len(value) <= 63 and bool(_NAME_PART.fullmatch(value)))


def check_new(kind: Kind, item: Any, namespace: str) -> JsonObject:
    """An object as it may be created, without what only the server sets.

    Raises StatusError (400, 422).
    """
    checked = _object(kind, item)
    metadata = {k: v for k, v in checked["metadata"].items() if k not in _SYSTEM_FIELDS}
    if kind.namespaced and metadata.setdefault("namespace", namespace) != namespace:
        raise bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    name = metadata.get("name")
    if not isinstance(name, str) or not name:
        why = "Required value: name or generateName is required"
        raise invalid(kind.name, "", "metadata.name", why, "FieldValueRequired")
    if not _is_subdomain(name):
        why = (
            f'Invalid value: "{name}": a lowercase RFC 1123 subdomain must consist of '
            "lower case alphanumeric characters, '-' or '.', and must start and end with an "
            "alphanumeric character"
        )
        raise invalid(kind.name, name, "metadata.name", why, "FieldValueInvalid")
    return _checked(kind, {**checked, "metadata": metadata})


def check_update(kind: Kind, old: JsonObject, item: Any, *, status_only: bool) -> JsonObject:
    """What may be stored in the place of `old`, with what the server keeps kept.

    A write of the object leaves its status alone, a write of the status its spec; both may change
    labels and annotations. Raises StatusError (400, 409, 422).
    """
    checked = _object(kind, item)
    kept, metadata = old["metadata"], dict(checked["metadata"])
    name = kept["name"]
    if metadata.get("name", name) != name:
        raise bad_request(
            f"the name of the object ({metadata['name']}) does not match the name on the URL "
            f"({name})"
        )
    if metadata.get("uid", kept["uid"]) != kept["uid"]:
        raise conflict(
            kind.plural,
            name,
            f"Precondition failed: UID in precondition: {metadata['uid']}, UID in object meta: "
            f"{kept['uid']}",
        )
    metadata.update({field: kept[field] for field in _KEPT_FIELDS if field in kept})
    result = {**checked, "metadata": metadata}
    if kind.has_status:
        untouched = "spec" if status_only else "status"
        result.pop(untouched, None)
        if untouched in old:
            result[untouched] = old[untouched]
    return _checked(kind, result)


def _object(kind: Kind, item: Any) -> JsonObject:
    if not isinstance(item, dict):
        raise bad_request(f"the object provided is unrecognized (must be of type {kind.name})")
    checked = cast("JsonObject", item)
    given = checked.get("apiVersion", kind.api_version), checked.get("kind", kind.name)
    if given != (kind.api_version, kind.name):
        raise bad_request(
            f"{kind.name} in version {kind.api_version} cannot be handled as {given[1]} in version "
            f"{given[0]}"
        )
    for part in ("metadata", "spec", "status"):
        if not isinstance(checked.get(part, {}), dict):
            raise _wrong_type(kind, part)
    if "metadata" not in checked:
        raise invalid(kind.name, "", "metadata.name", "Required value", "FieldValueRequired")
    return checked


def _checked(kind: Kind, item: JsonObject) -> JsonObject:
    """The object with the parts that are never missing. Raises StatusError (400, 422)."""
    parts: JsonObject = {"spec": {}, "status": {}} if kind.has_status else {}
    checked = {**parts, **item}
    name, metadata = checked["metadata"]["name"], checked["metadata"]
    for field in ("labels", "annotations"):
        _check_entries(kind, name, field, metadata.get(field) or {})
    if not isinstance(metadata.get("finalizers") or [], list):
        raise _wrong_type(kind, "metadata.finalizers")
    if kind is NODE:
        for part, field in _NODE_LISTS:
            _check_list(kind, checked[part], part, field)
        _check_taints(name, checked["spec"].get("taints") or [])
    return checked


def _check_list(kind: Kind, part: JsonObject, path: str, field: str) -> None:
    items: Any = part.get(field) or []
    if not isinstance(items, list) or not all(
        isinstance(item, dict) for item in cast("list[Any]", items)
    ):
        raise _wrong_type(kind, f"{path}.{field}")


def _check_entries(kind: Kind, name: str, field: str, entries: Any) -> None:
    if not isinstance(entries, dict):
        raise _wrong_type(kind, f"metadata.{field}")
    size = 0
    for key, value in cast("JsonObject", entries).items():
        if not isinstance(value, str):
            raise _wrong_type(kind, f"metadata.{field}")
        _check_key(kind, name, f"metadata.{field}", key)
        if field == "labels" and not is_label_value(value):
            why = (
                f'Invalid value: "{value}": a valid label must be an empty string or consist of '
                "alphanumeric characters, '-', '_' or '.', and must start and end with an "
                "alphanumeric character"
            )
            raise invalid(kind.name, name, "metadata.labels", why, "FieldValueInvalid")
        size += len(key.encode()) + len(value.encode())
    if field == "annotations" and size > ANNOTATIONS_MAX_BYTES:
        why = f"Too long: may not be more than {ANNOTATIONS_MAX_BYTES} bytes"
        raise invalid(kind.name, name, "metadata.annotations", why, "FieldValueTooLong")


def _check_key(kind: Kind, name: str, field: str, key: str) -> None:
    """Annotation keys are lower-cased before they are checked, label keys are not."""
    if not is_qualified_name(key.lower() if field.endswith("annotations") else key):
        why = (
            f'Invalid value: "{key}": name part must consist of alphanumeric characters, '
            "'-', '_' or '.', and must start and end with an alphanumeric character"
        )
        raise invalid(kind.name, name, field, why, "FieldValueInvalid")


def _check_taints(name: str, taints: list[JsonObject]) -> None:
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        field = f"spec.taints[{index}]"
        key, effect = taint.get("key"), taint.get("effect")
        if not key:
            raise invalid("Node", name, f"{field}.key", "Required value", "FieldValueRequired")
        if effect not in TAINT_EFFECTS:
            supported = ", ".join(f'"{known}"' for known in TAINT_EFFECTS)
            why = f'Unsupported value: "{effect}": supported values: {supported}'
            raise invalid("Node", name, f"{field}.effect", why, "FieldValueNotSupported")
        if (key, effect) in seen:
            why = "Duplicate value: taints must be unique by key and effect pair"
            raise invalid("Node", name, field, why, "FieldValueDuplicate")
        seen.add((key, effect))


def _is_subdomain(text: str) -> bool:
    return len(text) <= 253 and bool(_SUBDOMAIN.fullmatch(text))


def _wrong_type(kind: Kind, field: str) -> StatusError:
    return bad_request(
        f'{kind.name} in version "v1" cannot be handled as a {kind.name}: json: cannot unmarshal '
        f"into Go struct field {kind.name}.{field}"
    )
