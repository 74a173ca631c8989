"""The errors of the Kubernetes API, as Status objects.

Messages, reasons and details are those of kube-apiserver 1.37: clients show the messages and act on
the rest.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from kubeimg_gui.demo.kinds import JsonObject, Kind

REQUIRED, INVALID, FORBIDDEN, NOT_SUPPORTED, TOO_LONG, DUPLICATE = (
    "FieldValueRequired",
    "FieldValueInvalid",
    "FieldValueForbidden",
    "FieldValueNotSupported",
    "FieldValueTooLong",
    "FieldValueDuplicate",
)
"""Reasons of causes."""


class StatusError(Exception):
    """An error answer: HTTP code, reason ("" for none), message, details and list metadata."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        details: JsonObject | None = None,
        metadata: JsonObject | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.details = details
        self.metadata = metadata

    def status(self) -> JsonObject:
        """Returns the Status object of this error."""
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": self.metadata or {},
            "status": "Failure",
            "message": str(self),
            **({"reason": self.reason} if self.reason else {}),
            **({} if self.details is None else {"details": self.details}),
            "code": self.code,
        }


@dataclass(frozen=True, slots=True)
class Cause:
    """One validation error: a reason such as INVALID, the message, the path of the field."""

    reason: str
    message: str
    field: str


def bad_request(message: str) -> StatusError:
    """The request is malformed."""
    return StatusError(400, "BadRequest", message)


def not_found(kind: Kind, name: str) -> StatusError:
    """No object of that name exists."""
    message = f'{kind.qualified} "{name}" not found'
    return StatusError(404, "NotFound", message, _about(kind, name))


def no_such_path() -> StatusError:
    """No resource exists at that path."""
    message = "the server could not find the requested resource"
    return StatusError(404, "NotFound", message, {})


def method_not_allowed() -> StatusError:
    """The resource does not support the method."""
    message = "the server does not allow this method on the requested resource"
    return StatusError(405, "MethodNotAllowed", message, {})


def not_acceptable(served: str) -> StatusError:
    """The client accepts none of the media types that the server produces."""
    message = f"only the following media types are accepted: {served}"
    return StatusError(406, "NotAcceptable", message)


def already_exists(kind: Kind, name: str) -> StatusError:
    """An object of that name exists."""
    message = f'{kind.qualified} "{name}" already exists'
    return StatusError(409, "AlreadyExists", message, _about(kind, name))


def conflict(kind: Kind, name: str, why: str) -> StatusError:
    """The object or its version differs from what the client expects."""
    message = f'Operation cannot be fulfilled on {kind.qualified} "{name}": {why}'
    return StatusError(409, "Conflict", message, _about(kind, name))


def modified(kind: Kind, name: str) -> StatusError:
    """Another client changed the object first."""
    why = (
        "the object has been modified; please apply your changes to the latest version and try "
        "again"
    )
    return conflict(kind, name, why)


def precondition_failed(kind: Kind, name: str, why: str) -> StatusError:
    """The object does not match the preconditions of a deletion. Names the kind, not the plural."""
    message = f'Operation cannot be fulfilled on {kind.name} "{name}": {why}'
    return StatusError(409, "Conflict", message, {"name": name, "kind": kind.name})


def expired(message: str, metadata: JsonObject | None = None) -> StatusError:
    """The resourceVersion or continue token is older than the history."""
    return StatusError(410, "Expired", message, metadata=metadata)


def too_large(limit: int) -> StatusError:
    """The body exceeds the server's limit."""
    message = f"Request entity too large: limit is {limit}"
    return StatusError(413, "RequestEntityTooLarge", message)


def unsupported_media_type(supported: str) -> StatusError:
    """The server does not read the media type of the body."""
    return StatusError(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: "
        f"{supported}",
    )


def unsupported_patch() -> StatusError:
    """The server does not support the patch type."""
    return StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})


def invalid(kind: str, name: str, causes: Sequence[Cause], *, group: str = "") -> StatusError:
    """An object, or the options of a request, are invalid."""
    messages = [f"{cause.field}: {cause.message}" for cause in causes]
    qualified = f"{kind}.{group}" if group else kind
    why = messages[0] if len(messages) == 1 else f"[{', '.join(messages)}]"
    about = {"name": name, "group": group, "kind": kind}
    return StatusError(
        422,
        "Invalid",
        f'{qualified} "{name}" is invalid: {why}',
        {
            **{key: value for key, value in about.items() if value},
            "causes": [asdict(cause) for cause in causes],
        },
    )


def invalid_options(kind: str, *causes: Cause) -> StatusError:
    """The options of a request (`ListOptions`, `PatchOptions` …) are invalid."""
    return invalid(kind, "", causes, group="meta.k8s.io")


def unsupported_value(field: str, given: str, supported: Sequence[str]) -> Cause:
    """A value is not one of `supported`; the message contains `given` as it is."""
    values = ", ".join(f'"{value}"' for value in supported)
    why = f"Unsupported value: {given}: supported values: {values}"
    return Cause(NOT_SUPPORTED, why, field)


def version_too_large(asked: int, current: int) -> StatusError:
    """The resourceVersion is newer than the server's."""
    return StatusError(
        504,
        "Timeout",
        f"Timeout: Too large resource version: {asked}, current: {current}",
        {
            "causes": [
                {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
            ],
            "retryAfterSeconds": 1,
        },
    )


def _about(kind: Kind, name: str) -> JsonObject:
    return {"name": name, **({"group": kind.group} if kind.group else {}), "kind": kind.plural}
