"""The errors of the Kubernetes API, as the Status objects that a client reads.

Texts, reasons and details are those that a kube-apiserver 1.37 was seen to answer, since clients
show the one and decide by the others.
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
"""The reasons of causes."""


class StatusError(Exception):
    """An error answer: HTTP code, reason ("" for none), sentence, details and list metadata."""

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
        """The Status object of this error."""
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
    """One broken rule: a reason such as INVALID, the sentence, the field's path."""

    reason: str
    message: str
    field: str


def bad_request(message: str) -> StatusError:
    """The request makes no sense."""
    return StatusError(400, "BadRequest", message)


def not_found(kind: Kind, name: str) -> StatusError:
    """No object of that name."""
    message = f'{kind.qualified} "{name}" not found'
    return StatusError(404, "NotFound", message, _about(kind, name))


def no_such_path() -> StatusError:
    """No resource at that path."""
    message = "the server could not find the requested resource"
    return StatusError(404, "NotFound", message, {})


def method_not_allowed() -> StatusError:
    """The resource knows no such verb."""
    message = "the server does not allow this method on the requested resource"
    return StatusError(405, "MethodNotAllowed", message, {})


def not_acceptable(spoken: str) -> StatusError:
    """The client reads no language that is spoken here."""
    message = f"only the following media types are accepted: {spoken}"
    return StatusError(406, "NotAcceptable", message)


def already_exists(kind: Kind, name: str) -> StatusError:
    """The name is taken."""
    message = f'{kind.qualified} "{name}" already exists'
    return StatusError(409, "AlreadyExists", message, _about(kind, name))


def conflict(kind: Kind, name: str, why: str) -> StatusError:
    """The object is not the one, or not the version, that the client believes."""
    message = f'Operation cannot be fulfilled on {kind.qualified} "{name}": {why}'
    return StatusError(409, "Conflict", message, _about(kind, name))


def modified(kind: Kind, name: str) -> StatusError:
    """Somebody else was faster."""
    why = (
        "the object has been modified; please apply your changes to the latest version and try "
        "again"
    )
    return conflict(kind, name, why)


def precondition_failed(kind: Kind, name: str, why: str) -> StatusError:
    """The object to delete is not the one that was meant; told with its kind, not its plural."""
    message = f'Operation cannot be fulfilled on {kind.name} "{name}": {why}'
    return StatusError(409, "Conflict", message, {"name": name, "kind": kind.name})


def expired(message: str, metadata: JsonObject | None = None) -> StatusError:
    """The resourceVersion or continue token is older than what is remembered."""
    return StatusError(410, "Expired", message, metadata=metadata)


def too_large(limit: int) -> StatusError:
    """The body is longer than the server reads."""
    message = f"Request entity too large: limit is {limit}"
    return StatusError(413, "RequestEntityTooLarge", message)


def unsupported_media_type(supported: str) -> StatusError:
    """The body is in a language that is not spoken here."""
    return StatusError(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: "
        f"{supported}",
    )


def unsupported_patch() -> StatusError:
    """There is no such way to patch."""
    return StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})


def invalid(kind: str, name: str, causes: Sequence[Cause], *, group: str = "") -> StatusError:
    """An object, or the options of a request, would break rules."""
    told = [f"{cause.field}: {cause.message}" for cause in causes]
    qualified = f"{kind}.{group}" if group else kind
    why = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
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
    """The query parameters (`ListOptions`, `PatchOptions` …) do not go together."""
    return invalid(kind, "", causes, group="meta.k8s.io")


def unsupported_value(field: str, given: str, supported: Sequence[str]) -> Cause:
    """A value that is none of those known; `given` as it stands in the sentence."""
    values = ", ".join(f'"{value}"' for value in supported)
    why = f"Unsupported value: {given}: supported values: {values}"
    return Cause(NOT_SUPPORTED, why, field)


def version_too_large(asked: int, current: int) -> StatusError:
    """The resourceVersion is one that this server has not reached."""
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
