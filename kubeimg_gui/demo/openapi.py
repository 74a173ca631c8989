"""The OpenAPI v3 document: what `kubectl explain node` tells and `kubectl create` looks for.

Only Nodes are described in full; the other kinds are objects of which nothing is said. Texts are
ours, field names those of `k8s.io/api/core/v1`.
"""

from kubeimg_gui.demo.kinds import GROUPS, KINDS, NODE, JsonObject, Kind
from kubeimg_gui.demo.schema import DESCRIPTIONS, FIELDS

_PREFIX = "io.k8s.api.core.v1."
_PLAIN_TYPES: dict[str, JsonObject] = {
    "string": {"type": "string"},
    "bool": {"type": "boolean"},
    "int64": {"type": "integer", "format": "int64"},
    "time": {"type": "string", "format": "date-time"},
}
_FIELD_VALIDATION = {"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}


def openapi_index() -> JsonObject:
    """The answer of `/openapi/v3`: where each group's document is."""
    paths = [kind_path.lstrip("/") for kind_path in group_paths()]
    return {"paths": {path: {"serverRelativeURL": f"/openapi/v3/{path}"} for path in paths}}


def group_paths() -> list[str]:
    """The paths under which groups are served."""
    return ["/api/v1", *(f"/apis/{group}/v1" for group in GROUPS)]


def openapi_document(group_path: str) -> JsonObject:
    """The answer of `/openapi/v3/api/v1` and its like."""
    kinds = [kind for kind in KINDS if kind.base_path == group_path]
    schemas = {f"{_PREFIX}{name}": _schema(name) for name in DESCRIPTIONS if NODE in kinds}
    for kind in kinds:
        schema = schemas.setdefault(f"{_PREFIX}{kind.name}", {"type": "object"})
        schema["x-kubernetes-group-version-kind"] = [_identity(kind)]
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes (demo)", "version": "v1.37.0"},
        "paths": {f"{kind.base_path}/{kind.plural}/{{name}}": _operations(kind) for kind in kinds},
        "components": {"schemas": schemas},
    }


def _operations(kind: Kind) -> JsonObject:
    described = {
        "parameters": [_FIELD_VALIDATION],
        "x-kubernetes-group-version-kind": _identity(kind),
    }
    return {"patch": described, "post": described, "put": described}


def _identity(kind: Kind) -> JsonObject:
    return {"group": kind.group, "version": "v1", "kind": kind.name}


def _schema(name: str) -> JsonObject:
    properties = {
        field: {"description": text, **_type(kind)} for field, (kind, text) in FIELDS[name].items()
    }
    return {"type": "object", "description": DESCRIPTIONS[name], "properties": properties}


def _type(kind: str) -> JsonObject:
    if kind.endswith("[]"):
        return {"type": "array", "items": _type(kind.removesuffix("[]"))}
    if kind in ("map", "quantities"):
        return {"type": "object", "additionalProperties": {"type": "string"}}
    if kind in FIELDS:
        return {"allOf": [{"$ref": f"#/components/schemas/{_PREFIX}{kind}"}]}
    return _PLAIN_TYPES[kind]
