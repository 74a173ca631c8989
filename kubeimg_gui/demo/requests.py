"""What a request says besides its path: accepted media types, body, options of a delete, dry run.

kubectl sends some bodies as protobuf and reads JSON; everything else here is JSON.
"""

from dataclasses import dataclass
from typing import Any, cast

import msgspec
from aiohttp import web

from kubeimg_gui.demo import protobuf
from kubeimg_gui.demo.errors import (
    JsonObject,
    StatusError,
    bad_request,
    conflict,
    not_acceptable,
    unsupported_media_type,
)
from kubeimg_gui.demo.kinds import Kind

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """How to delete. A grace period and a propagation policy mean nothing for what is served here.

    Attributes:
        dry_run: only say what would happen.
        preconditions: the uid and resourceVersion that the object must have.
    """

    dry_run: bool
    preconditions: JsonObject

    @classmethod
    def of(cls, options: JsonObject, request: web.Request) -> "DeleteOptions":
        """From a body and the query. Raises StatusError (400, 422)."""
        given: Any = options.get("dryRun") or []
        if not isinstance(given, list):
            raise bad_request("dryRun of DeleteOptions is a list")
        dry_run = [_checked_dry_run(value) for value in cast("list[Any]", given)]
        return cls(any(dry_run) or is_dry_run(request), _object(options.get("preconditions") or {}))

    def check(self, kind: Kind, item: JsonObject) -> None:
        """Raise StatusError (409) where the object is not the one that was meant."""
        metadata = item["metadata"]
        fates = {"uid": "deleted and then recreated", "resourceVersion": "modified"}
        words = {"uid": "UID", "resourceVersion": "ResourceVersion"}
        for field, fate in fates.items():
            wanted = self.preconditions.get(field)
            if wanted is not None and wanted != metadata[field]:
                why = (
                    f"the {words[field]} in the precondition ({wanted}) does not match the "
                    f"{words[field]} in record ({metadata[field]}). The object might have been "
                    f"{fate}"
                )
                raise conflict(kind.plural, metadata["name"], why)


async def delete_options(request: web.Request) -> DeleteOptions:
    """Of a DELETE. Raises StatusError (400, 415, 422)."""
    body = await request.read()
    if body and request.content_type == protobuf.MEDIA_TYPE:
        return DeleteOptions.of(protobuf.delete_options(body), request)
    return DeleteOptions.of(_object(await json_body(request) if body else {}), request)


async def eviction_options(request: web.Request) -> DeleteOptions:
    """Of the Eviction in a POST. Raises StatusError (400, 415, 422)."""
    if request.content_type == protobuf.MEDIA_TYPE:
        eviction = protobuf.eviction(await request.read())
    else:
        eviction = _object(await json_body(request))
    return DeleteOptions.of(_object(eviction.get("deleteOptions") or {}), request)


async def review_body(request: web.Request) -> JsonObject:
    """A review; what kubectl sends as protobuf is not read, for no answer depends on it."""
    if request.content_type == protobuf.MEDIA_TYPE:
        return {}
    return _object(await json_body(request))


async def json_body(request: web.Request) -> Any:
    """The JSON of a body; clients that name no type mean it too. Raises StatusError (400, 415)."""
    if request.content_type not in (JSON, "application/octet-stream"):
        raise unsupported_media_type(JSON)
    return await patch_body(request)


async def patch_body(request: web.Request) -> Any:
    """The JSON of a body, whatever kind of patch it is. Raises StatusError (400)."""
    try:
        return msgspec.json.decode(await request.read())
    except msgspec.DecodeError as error:
        raise bad_request(f"the body is not JSON: {error}") from error


def is_dry_run(request: web.Request) -> bool:
    """Whether nothing shall be stored. Raises StatusError (422)."""
    given = request.query.get("dryRun", "")
    return bool(given) and _checked_dry_run(given)


def table_include(request: web.Request) -> str | None:
    """The includeObject of a Table where one is asked for, None for plain objects.

    Raises StatusError (406) where the client reads no JSON.
    """
    accept = request.headers.get("Accept", "") or "*/*"
    if "json" not in accept and "*/*" not in accept and "application/*" not in accept:
        raise not_acceptable(JSON)
    if "as=Table" not in accept:
        return None
    return request.query.get("includeObject", "Metadata")


def _checked_dry_run(given: object) -> bool:
    if given != "All":
        why = f'Unsupported value: "{given}": supported values: "All"'
        raise StatusError(422, "Invalid", f"dryRun: {why}")
    return True


def _object(value: Any) -> JsonObject:
    if not isinstance(value, dict):
        raise bad_request("the body is not an object")
    return cast("JsonObject", value)
