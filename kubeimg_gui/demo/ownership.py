"""Who owns which field: `metadata.managedFields`, and server-side apply, which goes by it.

Every write makes its manager the owner of what it changed; an applied configuration owns what it
says, conflicts with who owns it otherwise, and takes back what it no longer says.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from kubeimg_gui.demo.errors import FIELD_CONFLICT, Cause, StatusError, apply_conflict
from kubeimg_gui.demo.field_sets import (
    Path,
    applied_fields,
    decode_fields,
    encode_fields,
    fields_of,
    remove_field,
    told,
)
from kubeimg_gui.demo.kinds import JsonObject, Kind
from kubeimg_gui.demo.patches import strategic_merge
from kubeimg_gui.demo.schema import decode
from kubeimg_gui.demo.store import now_text

UPDATE, APPLY = "Update", "Apply"


@dataclass(frozen=True, slots=True)
class Manager:
    """Who writes: a name, how (UPDATE or APPLY), and through which subresource ("" for none)."""

    name: str
    operation: str
    subresource: str

    def __str__(self) -> str:
        through = f' with subresource "{self.subresource}"' if self.subresource else ""
        return f'"{self.name}"{through}'


Owners = dict[Manager, set[Path]]


def with_owners(
    kind: Kind, old: JsonObject | None, new: JsonObject, manager: Manager
) -> JsonObject:
    """The object after a write, with the manager as the owner of what changed."""
    before = fields_of(kind, old) if old else {}
    after = fields_of(kind, new)
    changed = _changed(before, after)
    mine = changed - _of_others_business(after, manager)
    owners = _owners(old)
    for other in owners:
        owners[other] = {path for path in owners[other] & set(after) if path not in changed}
    owners[manager] = owners.get(manager, set()) | mine
    return _with_managed_fields(kind, old, new, owners)


def applied(
    kind: Kind, old: JsonObject | None, configuration: JsonObject, manager: Manager, *, force: bool
) -> JsonObject:
    """The object after an apply, which has not been checked yet.

    Raises StatusError (409) where others own what it would change, unless forced.
    """
    claimed = fields_of(kind, configuration)
    wanted = applied_fields(claimed) - _of_others_business(claimed, manager)
    base = old or {"kind": kind.name, "apiVersion": kind.api_version, "metadata": {}}
    merged = decode(kind, strategic_merge(base, configuration))
    before, after = fields_of(kind, base), fields_of(kind, merged)
    changed = _changed(before, after)
    owners = _owners(old)
    mine = owners.pop(manager, set())
    conflicts = {other: owners[other] & changed & wanted for other in owners}
    if any(conflicts.values()) and not force:
        raise _conflict(conflicts)
    for other, lost in conflicts.items():
        owners[other] -= lost
    everybodys = set[Path]().union(*owners.values())
    gone = mine - wanted - everybodys
    for path in gone:
        if not any(path[:depth] in gone for depth in range(1, len(path))):
            merged = remove_field(merged, path)
    owners[manager] = wanted
    return _with_managed_fields(kind, old, decode(kind, merged), owners)


def _changed(before: dict[Path, Any], after: dict[Path, Any]) -> set[Path]:
    """The fields that were added or have another value."""
    return {path for path in after if path not in before or before[path] != after[path]}


def _of_others_business(fields: dict[Path, Any], manager: Manager) -> set[Path]:
    """The fields that a write through this path leaves alone whatever it says."""
    untouched = "f:spec" if manager.subresource == "status" else "f:status"
    return {path for path in fields if path[0] == untouched}


def _conflict(conflicts: dict[Manager, set[Path]]) -> StatusError:
    causes: list[Cause] = []
    groups: list[str] = []
    total = sum(map(len, conflicts.values()))
    for other in sorted(conflicts, key=lambda manager: manager.name):
        fields = [told(path) for path in sorted(conflicts[other])]
        about = f"{other} using v1"
        causes += [Cause(FIELD_CONFLICT, f"conflict with {about}", field) for field in fields]
        if fields:
            groups.append("\n- ".join([f"conflicts with {about}:", *fields]))
    if total == 1:
        return apply_conflict(f"1 conflict: {causes[0].message}: {causes[0].field}", causes)
    return apply_conflict(f"{total} conflicts: " + "\n".join(groups), causes)


def _owners(item: JsonObject | None) -> Owners:
    owners: Owners = defaultdict(set)
    for entry in _entries(item):
        owners[_manager(entry)] |= decode_fields(entry["fieldsV1"])
    return dict(owners)


def _manager(entry: JsonObject) -> Manager:
    return Manager(entry["manager"], entry["operation"], entry.get("subresource", ""))


def _with_managed_fields(
    kind: Kind, old: JsonObject | None, new: JsonObject, owners: Owners
) -> JsonObject:
    """The object with its owners written down; an entry that is the same keeps its time."""
    known = {_manager(entry): entry for entry in _entries(old)}
    entries: list[JsonObject] = []
    for manager, paths in owners.items():
        if not paths:
            continue
        fields = encode_fields(paths)
        kept = known.get(manager)
        entries.append(
            kept if kept and kept["fieldsV1"] == fields else _entry(kind, manager, fields)
        )
    entries.sort(key=lambda entry: (entry["operation"], entry["time"], entry["manager"]))
    metadata = {key: value for key, value in new["metadata"].items() if key != "managedFields"}
    return {**new, "metadata": {**metadata, **({"managedFields": entries} if entries else {})}}


def _entries(item: JsonObject | None) -> list[JsonObject]:
    return item["metadata"].get("managedFields") or [] if item else []


def _entry(kind: Kind, manager: Manager, fields: JsonObject) -> JsonObject:
    return {
        "manager": manager.name,
        "operation": manager.operation,
        "apiVersion": kind.api_version,
        "time": now_text(),
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
        **({"subresource": manager.subresource} if manager.subresource else {}),
    }
