"""The errors of the Kubernetes API, as the Status objects that a client reads.

Texts and reasons follow `k8s.io/apimachinery/pkg/api/errors`, since clients show the one and
decide by the other.
"""

from typing import Any

JsonObject = dict[str, Any]


class StatusError(Exception):
    """An error answer: HTTP code, machine-readable reason, sentence, details and list metadata."""

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
            "reason": self.reason,
            **({"details": self.details} if self.details else {}),
            "code": self.code,
        }


def bad_request(message: str) -> StatusError:
    """The request makes no sense."""
    return StatusError(400, "BadRequest", message)


def not_found(plural: str, name: str) -> StatusError:
    """No object of that name."""
    details = {"name": name, "kind": plural}
    return StatusError(404, "NotFound", f'{plural} "{name}" not found', details)


def no_such_path() -> StatusError:
    """No resource at that path."""
    message = "the server could not find the requested resource"
    return StatusError(404, "NotFound", message)


def method_not_allowed() -> StatusError:
    """The resource knows no such verb."""
    message = "the server does not allow this method on the requested resource"
    return StatusError(405, "MethodNotAllowed", message)


def not_acceptable(spoken: str) -> StatusError:
    """The client reads no language that is spoken here."""
    message = f"only the following media types are accepted: {spoken}"
    return StatusError(406, "NotAcceptable", message)


def already_exists(plural: str, name: str) -> StatusError:
    """The name is taken."""
    details = {"name": name, "kind": plural}
    return StatusError(409, "AlreadyExists", f'{plural} "{name}" already exists', details)


def conflict(plural: str, name: str, why: str) -> StatusError:
    """The object is not the one, or not the version, that the client believes."""
    message = f'Operation cannot be fulfilled on {plural} "{name}": {why}'
    return StatusError(409, "Conflict", message, {"name": name, "kind": plural})


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


def invalid(kind: str, name: str, field: str, why: str, reason: str) -> StatusError:
    """The object would break a rule; `reason` is a cause type such as FieldValueInvalid."""
    return StatusError(
        422,
        "Invalid",
        f'{kind} "{name}" is invalid: {field}: {why}',
        {
            "name": name,
            "kind": kind,
            "causes": [{"reason": reason, "message": why, "field": field}],
        },
    )


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
