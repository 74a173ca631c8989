"""Reads the parts of a request besides its path: accepted media types, body, options of a write.

kubectl sends some bodies as protobuf and reads JSON; everything else here is JSON.
"""

from dataclasses import dataclass
from typing import Any, cast

import msgspec
from aiohttp import web

from kubeimg_gui.demo import protobuf
from kubeimg_gui.demo.errors import (
    bad_request,
    invalid_options,
    not_acceptable,
    precondition_failed,
    unsupported_media_type,
    unsupported_value,
)
from kubeimg_gui.demo.kinds import JsonObject, Kind, member
from kubeimg_gui.demo.schema import WrongTypeError, decode_as

JSON = "application/json"
TABLE, PARTIAL = "Table", "PartialObjectMetadata"
PROPAGATION_POLICIES = ("Foreground", "Background", "Orphan")
_ANYTHING = ("*/*", JSON)


@dataclass(frozen=True, slots=True)
class View:
    """The form in which a client wants objects.

    Attributes:
        form: TABLE, PARTIAL or "" for the objects themselves.
        include: what the rows of a Table contain of their objects: Metadata, Object or None.
    """

    form: str = ""
    include: str = "Metadata"

    @classmethod
    def of(cls, request: web.Request) -> "View":
        """Returns the first supported form of the Accept header. Raises StatusError (400, 406)."""
        include = request.query.get("includeObject") or "Metadata"
        for media_range in (request.headers.get("Accept") or "*/*").split(","):
            media_type, *parameters = (part.strip() for part in media_range.split(";"))
            values = dict(part.split("=", 1) for part in parameters if "=" in part)
            form = values.get("as", "").removesuffix("List")
            if media_type not in _ANYTHING or form not in ("", TABLE, PARTIAL):
                continue
            if form and (values.get("g"), values.get("v")) != ("meta.k8s.io", "v1"):
                continue
            if form == TABLE and include not in ("Metadata", "Object", "None"):
                raise bad_request(
                    f"Unable to convert to Table as requested: includeObject: Invalid value: "
                    f"\"{include}\": must be 'Metadata', 'Object', 'None', or empty"
                )
            return cls(form, include)
        raise not_acceptable(JSON)


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """The options of a deletion. Grace period and propagation policy have no effect.

    Attributes:
        dry_run: delete nothing.
        preconditions: the uid and resourceVersion that the object must have.
    """

    dry_run: bool
    preconditions: JsonObject

    @classmethod
    def of(cls, options: JsonObject, request: web.Request) -> "DeleteOptions":
        """Reads the options from a body and the query. Raises StatusError (400, 422)."""
        try:
            decoded = decode_as("DeleteOptions", options)
        except WrongTypeError as error:
            raise bad_request(str(error)) from error
        policy = decoded.get("propagationPolicy") or request.query.get("propagationPolicy")
        if policy and policy not in PROPAGATION_POLICIES:
            known = (*PROPAGATION_POLICIES, "nil")
            raise invalid_options(
                "DeleteOptions", unsupported_value("propagationPolicy", f'"{policy}"', known)
            )
        given: list[str] = decoded.get("dryRun") or []
        dry_run = [_checked_dry_run("DeleteOptions", value) for value in given]
        return cls(
            any(dry_run) or is_dry_run(request, "DeleteOptions"), member(decoded, "preconditions")
        )

    def check(self, kind: Kind, item: JsonObject) -> None:
        """Raises StatusError (409) if the object does not match the preconditions."""
        metadata = item["metadata"]
        fates = {"uid": "deleted and then recreated", "resourceVersion": "modified"}
        labels = {"uid": "UID", "resourceVersion": "ResourceVersion"}
        for field, fate in fates.items():
            wanted = self.preconditions.get(field)
            if wanted is not None and wanted != metadata[field]:
                why = (
                    f"the {labels[field]} in the precondition ({wanted}) does not match the "
                    f"{labels[field]} in record ({metadata[field]}). The object might have been "
                    f"{fate}"
                )
                raise precondition_failed(kind, metadata["name"], why)


async def delete_options(request: web.Request) -> DeleteOptions:
    """Reads the options of a DELETE. Raises StatusError (400, 415, 422)."""
    body = await request.read()
    if body and request.content_type == protobuf.MEDIA_TYPE:
        return DeleteOptions.of(protobuf.delete_options(body), request)
    options = _object(await json_body(request)) if body else {}
    if options.get("kind", "DeleteOptions") != "DeleteOptions":
        kind, version = options["kind"], options.get("apiVersion", "v1")
        raise bad_request(f'no kind "{kind}" is registered for version "{version}"')
    return DeleteOptions.of(options, request)


async def eviction_options(request: web.Request, name: str) -> DeleteOptions:
    """Reads the options of an Eviction of the named pod. Raises StatusError (400, 415, 422)."""
    if request.content_type == protobuf.MEDIA_TYPE:
        eviction = protobuf.eviction(await request.read())
    else:
        eviction = _object(await json_body(request))
    try:
        decoded = decode_as("Eviction", eviction)
    except WrongTypeError as error:
        raise bad_request(str(error)) from error
    if member(decoded, "metadata").get("name") != name:
        raise bad_request("name in URL does not match name in Eviction object")
    return DeleteOptions.of(member(decoded, "deleteOptions"), request)


async def review_body(request: web.Request) -> JsonObject | None:
    """Reads a review. Returns None if it is protobuf, because the answer does not depend on it."""
    if request.content_type == protobuf.MEDIA_TYPE:
        return None
    return _object(await json_body(request))


async def json_body(request: web.Request) -> Any:
    """Decodes a JSON body, also without a media type. Raises StatusError (400, 415)."""
    if request.content_type not in (JSON, "application/octet-stream"):
        raise unsupported_media_type(JSON)
    try:
        return msgspec.json.decode(await request.read())
    except msgspec.DecodeError as error:
        raise bad_request(f"couldn't get version/kind; json parse error: {error}") from error


def is_true(text: str | None) -> bool:
    """Returns whether a query parameter is true: given, and neither `false` nor `0`."""
    return text is not None and text.lower() not in ("false", "0")


def is_dry_run(request: web.Request, kind: str) -> bool:
    """Returns whether to store nothing; `kind` names the options. Raises StatusError (422)."""
    given = request.query.get("dryRun", "")
    return bool(given) and _checked_dry_run(kind, given)


def _checked_dry_run(kind: str, given: str) -> bool:
    if given != "All":
        raise invalid_options(kind, unsupported_value("dryRun", f'["{given}"]', ("All",)))
    return True


def _object(value: Any) -> JsonObject:
    if not isinstance(value, dict):
        raise bad_request("couldn't get version/kind; json parse error: not an object")
    return cast("JsonObject", value)
