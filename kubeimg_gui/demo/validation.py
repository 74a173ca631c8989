"""Validation of objects before they are stored.

The rules are those of `k8s.io/apimachinery/pkg/api/validation/objectmeta.go` and
`pkg/util/validation`; of a Node's spec only the taints are checked. An error lists all violations.
"""

import json
import random
import re
from typing import Any, cast

from kubeimg_gui.demo.errors import (
    DUPLICATE,
    FORBIDDEN,
    INVALID,
    REQUIRED,
    TOO_LONG,
    Cause,
    StatusError,
    bad_request,
    invalid,
    unsupported_value,
)
from kubeimg_gui.demo.kinds import KINDS, NODE, JsonObject, Kind, member
from kubeimg_gui.demo.schema import WrongTypeError, decode

ANNOTATIONS_MAX_BYTES = 256 * 1024
TAINT_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")

_SET_BY_SERVER = ("creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "uid")
_KEPT = (*_SET_BY_SERVER, "generation", "namespace")
_FINALIZERS = ("foregroundDeletion", "kubernetes", "orphan")
"""The finalizers without a domain."""
_NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_NAME = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_SUBDOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_ALPHANUMERIC = "must start and end with an alphanumeric character"
_NAME_RULE = (
    f"must consist of alphanumeric characters, '-', '_' or '.', and {_ALPHANUMERIC} (e.g. "
    f"'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_NAME}')"
)
_KEY_RULE = (
    f"a valid label key {_NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. "
    "'example.com/MyName')"
)
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    f"'.', and {_ALPHANUMERIC} (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
    f"validation is '({_NAME})?')"
)
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    f"'.', and {_ALPHANUMERIC} (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN}')"
)


def key_errors(key: str) -> list[str]:
    """Returns why a text is not a valid label key: a name, or a domain, a slash and a name."""
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        return [_KEY_RULE]
    errors: list[str] = []
    if slash:
        why = _subdomain_errors(prefix) if prefix else ["must be non-empty"]
        errors += [f"prefix part {rule}" for rule in why]
    if not name:
        errors.append("name part must be non-empty")
    if len(name) > 63:
        errors.append("name part must be no more than 63 bytes")
    if not re.fullmatch(_NAME, name):
        errors.append(f"name part {_NAME_RULE}")
    return errors


def value_errors(value: str) -> list[str]:
    """Returns why a text is not a valid label value."""
    errors = ["must be no more than 63 bytes"] if len(value) > 63 else []
    if value and not re.fullmatch(_NAME, value):
        errors.append(_VALUE_RULE)
    return errors


def _subdomain_errors(text: str) -> list[str]:
    errors = ["must be no more than 253 characters"] if len(text) > 253 else []
    if not re.fullmatch(_SUBDOMAIN, text):
        errors.append(_SUBDOMAIN_RULE)
    return errors


def read_object(kind: Kind, body: Any) -> JsonObject:
    """Returns the object in a POST body, without unknown fields. Raises StatusError (400)."""
    if not isinstance(body, dict):
        raise bad_request(
            f"the object provided is unrecognized (must be of type {kind.name}): couldn't get "
            "version/kind"
        )
    item = cast("JsonObject", body)
    name, version = item.get("kind", kind.name), item.get("apiVersion", kind.api_version)
    cannot = f'{name} in version "{version}" cannot be handled as a {kind.name}: '
    if (name, version) != (kind.name, kind.api_version):
        if any((name, version) == (known.name, known.api_version) for known in KINDS):
            raise bad_request(
                f"{cannot}converting ({version}.{name}) to (core.{kind.name}): unknown conversion"
            )
        raise bad_request(f'{cannot}no kind "{name}" is registered for version "{version}"')
    try:
        return decode(kind, item)
    except WrongTypeError as error:
        raise bad_request(f"{cannot}{error}") from error


def check_new(kind: Kind, item: JsonObject, namespace: str) -> JsonObject:
    """Validates an object to create; returns it without the fields that only the server sets.

    Raises StatusError (400, 422, 500).
    """
    given = member(item, "metadata")
    if given.get("resourceVersion"):
        why = "resourceVersion should not be set on objects to be created"
        raise StatusError(500, "", why)
    metadata = {key: value for key, value in given.items() if key not in _SET_BY_SERVER}
    if given.get("namespace", namespace) != namespace and kind.namespaced:
        raise bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    metadata.pop("namespace", None)
    if kind.namespaced:
        metadata["namespace"] = namespace
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = metadata["generateName"] + "".join(random.choices(_NAME_LETTERS, k=5))
    name = metadata.get("name", "")
    why = _subdomain_errors(name)
    causes = [Cause(INVALID, f'Invalid value: "{name}": {rule}', "metadata.name") for rule in why]
    if not name:
        rule = "Required value: name or generateName is required"
        causes = [Cause(REQUIRED, rule, "metadata.name")]
    return _checked(kind, name, {**item, "metadata": metadata}, causes)


def check_update(kind: Kind, old: JsonObject, item: JsonObject, *, status_only: bool) -> JsonObject:
    """Validates a new version of `old`; returns it with the fields that the server keeps.

    An update of the object keeps the status, an update of the status keeps the spec; both may
    change labels and annotations. Raises StatusError (400, 422).
    """
    kept, metadata = old["metadata"], dict(member(item, "metadata"))
    name = kept["name"]
    if not metadata.get("name"):
        raise bad_request(
            f"the name of the object ({name} based on URL) was undeterminable: name must be "
            "provided"
        )
    if metadata["name"] != name:
        raise bad_request(
            f"the name of the object ({metadata['name']}) does not match the name on the URL "
            f"({name})"
        )
    causes = _update_causes(kept, metadata)
    for field in _KEPT:
        metadata.pop(field, None)
    metadata |= {field: kept[field] for field in _KEPT if field in kept}
    result = {**item, "metadata": metadata}
    if kind.has_status:
        untouched = "spec" if status_only else "status"
        result.pop(untouched, None)
        if untouched in old:
            result[untouched] = old[untouched]
    return _checked(kind, name, result, causes)


def _update_causes(kept: JsonObject, metadata: JsonObject) -> list[Cause]:
    """Returns the errors for metadata that must not change."""
    causes = [
        Cause(
            INVALID, f'Invalid value: "{metadata[field]}": field is immutable', f"metadata.{field}"
        )
        for field in ("uid", "deletionTimestamp")
        if metadata.get(field) and metadata[field] != kept.get(field)
    ]
    added = set(metadata.get("finalizers") or ()) - set(kept.get("finalizers") or ())
    if kept.get("deletionTimestamp") and added:
        names = ", ".join(f'"{finalizer}"' for finalizer in sorted(added))
        why = (
            "Forbidden: no new finalizers can be added if the object is being deleted, found new "
            f"finalizers []string{{{names}}}"
        )
        causes.append(Cause(FORBIDDEN, why, "metadata.finalizers"))
    return causes


def _checked(kind: Kind, name: str, item: JsonObject, causes: list[Cause]) -> JsonObject:
    """Validates and returns the object, with spec and status. Raises StatusError (422)."""
    parts: JsonObject = {"spec": {}, "status": {}} if kind.has_status else {}
    checked = {**parts, **item}
    metadata = checked["metadata"]
    causes = [*causes, *_label_causes(metadata), *_annotation_causes(metadata)]
    causes += _owner_causes(metadata.get("ownerReferences") or [])
    causes += _finalizer_causes(metadata.get("finalizers") or [])
    if kind is NODE:
        causes += _taint_causes(checked["spec"].get("taints") or [])
    if causes:
        raise invalid(kind.name, name, causes, group=kind.group)
    return checked


def _invalid_values(field: str, value: str, errors: list[str]) -> list[Cause]:
    return [Cause(INVALID, f'Invalid value: "{value}": {error}', field) for error in errors]


def _label_causes(metadata: JsonObject) -> list[Cause]:
    causes: list[Cause] = []
    for key, value in member(metadata, "labels").items():
        causes += _invalid_values("metadata.labels", key, key_errors(key))
        causes += _invalid_values("metadata.labels", value, value_errors(value))
    return causes


def _annotation_causes(metadata: JsonObject) -> list[Cause]:
    """Validates annotations; unlike label keys, their keys are checked in lower case."""
    field = "metadata.annotations"
    annotations: dict[str, str] = member(metadata, "annotations")
    causes: list[Cause] = []
    for key in annotations:
        causes += _invalid_values(field, key, key_errors(key.lower()))
    size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    if size > ANNOTATIONS_MAX_BYTES:
        why = f"Too long: may not be more than {ANNOTATIONS_MAX_BYTES} bytes"
        causes.append(Cause(TOO_LONG, why, field))
    return causes


def _owner_causes(owners: list[JsonObject]) -> list[Cause]:
    return [
        Cause(
            REQUIRED, "Required value: must not be empty", f"metadata.ownerReferences[{i}].{field}"
        )
        for i, owner in enumerate(owners)
        for field in ("apiVersion", "kind", "name", "uid")
        if not owner.get(field)
    ]


def _finalizer_causes(finalizers: list[str]) -> list[Cause]:
    causes: list[Cause] = []
    for index, finalizer in enumerate(finalizers):
        causes += _invalid_values("metadata.finalizers", finalizer, key_errors(finalizer))
        if "/" not in finalizer and finalizer not in _FINALIZERS:
            why = "name is neither a standard finalizer name nor is it fully qualified"
            causes += _invalid_values(f"metadata.finalizers[{index}]", finalizer, [why])
    return causes


def _taint_causes(taints: list[JsonObject]) -> list[Cause]:
    """Validates taints. Like the real server, reports them as fields of the metadata."""
    causes: list[Cause] = []
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        field = f"metadata.taints[{index}]"
        key, value, effect = (taint.get(part) or "" for part in ("key", "value", "effect"))
        causes += _invalid_values(f"{field}.key", key, key_errors(key))
        causes += _invalid_values(f"{field}.value", value, value_errors(value))
        if not effect:
            causes.append(Cause(REQUIRED, "Required value", f"{field}.effect"))
        elif effect not in TAINT_EFFECTS:
            causes.append(unsupported_value(f"{field}.effect", f'"{effect}"', TAINT_EFFECTS))
        if (key, effect) in seen:
            duplicate = {"Key": key, "Value": value, "Effect": effect, "TimeAdded": None}
            text = json.dumps(duplicate, separators=(",", ":"))
            why = f"Duplicate value: {text}: taints must be unique by key and effect pair"
            causes.append(Cause(DUPLICATE, why, field))
        seen.add((key, effect))
    return causes
