"""The rules that metadata must keep, as the API server applies them before it stores anything.

From `k8s.io/apimachinery/pkg/api/validation/objectmeta.go` and `pkg/util/validation`.
"""

import re
from typing import Any, cast

from kubeimg_gui.demo.errors import JsonObject, StatusError, bad_request, conflict, invalid
from kubeimg_gui.demo.kinds import Kind

ANNOTATIONS_MAX_BYTES = 256 * 1024

_NAME_PART = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def check_new(kind: Kind, item: Any) -> JsonObject:
    """An object that may be created. Raises StatusError (400, 422)."""
    checked = _object(item)
    name = checked["metadata"].get("name")
    if not isinstance(name, str) or not name:
        why = "Required value: name or generateName is required"
        raise invalid(kind.name, "", "metadata.name", why, "FieldValueRequired")
    if not _SUBDOMAIN.fullmatch(name) or len(name) > 253:
        why = (
            f'Invalid value: "{name}": a lowercase RFC 1123 subdomain must consist of '
            "lower case alphanumeric characters, '-' or '.'"
        )
        raise invalid(kind.name, name, "metadata.name", why, "FieldValueInvalid")
    _check_metadata(kind, name, checked["metadata"])
    return checked


def check_update(kind: Kind, old: JsonObject, item: Any, *, status_only: bool) -> JsonObject:
    """What may be stored in the place of `old`, with what the server keeps kept.

    A write of the object leaves its status alone, a write of the status all but it. Raises
    StatusError (400, 409, 422).
    """
    checked = _object(item)
    kept, metadata = old["metadata"], dict(checked["metadata"])
    _check_identity(kind, kept, metadata)
    for field in ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp"):
        if field in kept:
            metadata[field] = kept[field]
    _check_metadata(kind, kept["name"], metadata)
    result = {**checked, "metadata": metadata}
    if kind.has_status:
        untouched = "spec" if status_only else "status"
        result.pop(untouched, None)
        if untouched in old:
            result[untouched] = old[untouched]
    return result


def _check_identity(kind: Kind, kept: JsonObject, given: JsonObject) -> None:
    name = kept["name"]
    if given.get("name", name) != name:
        raise bad_request(
            f"the name of the object ({given['name']}) does not match the name on the URL ({name})"
        )
    if given.get("uid", kept["uid"]) != kept["uid"]:
        raise conflict(
            kind.plural,
            name,
            f"Precondition failed: UID in precondition: {given['uid']}, UID in object meta: "
            f"{kept['uid']}",
        )


def _object(item: Any) -> JsonObject:
    if not isinstance(item, dict):
        raise bad_request("the object provided is unrecognized")
    checked = cast("JsonObject", item)
    if not isinstance(checked.get("metadata"), dict):
        raise bad_request("the object provided has no metadata")
    return checked


def _check_metadata(kind: Kind, name: str, metadata: JsonObject) -> None:
    for field in ("labels", "annotations"):
        entries = metadata.get(field)
        if entries is None:
            continue
        if not isinstance(entries, dict):
            raise _not_strings(kind, field)
        for key, value in cast("JsonObject", entries).items():
            if not isinstance(value, str):
                raise _not_strings(kind, field)
            _check_key(kind, name, f"metadata.{field}", key)
            if field == "labels":
                _check_label_value(kind, name, value)
    annotations = cast("dict[str, str]", metadata.get("annotations") or {})
    size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    if size > ANNOTATIONS_MAX_BYTES:
        why = f"Too long: may not be more than {ANNOTATIONS_MAX_BYTES} bytes"
        raise invalid(kind.name, name, "metadata.annotations", why, "FieldValueTooLong")


def _not_strings(kind: Kind, field: str) -> StatusError:
    return bad_request(
        f'{kind.name} in version "v1" cannot be handled as a {kind.name}: json: cannot unmarshal '
        f"into Go struct field ObjectMeta.metadata.{field} of type string"
    )


def _check_key(kind: Kind, name: str, field: str, key: str) -> None:
    """Annotation keys are lower-cased before they are checked, label keys are not."""
    checked = key.lower() if field.endswith("annotations") else key
    prefix, slash, local = checked.rpartition("/")
    good = bool(_NAME_PART.fullmatch(local)) and len(local) <= 63
    if slash:
        good = good and bool(_SUBDOMAIN.fullmatch(prefix)) and len(prefix) <= 253
    if not good:
        why = (
            f'Invalid value: "{key}": name part must consist of alphanumeric characters, '
            "'-', '_' or '.', and must start and end with an alphanumeric character"
        )
        raise invalid(kind.name, name, field, why, "FieldValueInvalid")


def _check_label_value(kind: Kind, name: str, value: str) -> None:
    if value and (len(value) > 63 or not _NAME_PART.fullmatch(value)):
        why = (
            f'Invalid value: "{value}": a valid label must be an empty string or consist of '
            "alphanumeric characters, '-', '_' or '.', and must start and end with an "
            "alphanumeric character"
        )
        raise invalid(kind.name, name, "metadata.labels", why, "FieldValueInvalid")
