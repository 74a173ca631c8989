"""The Status object of an error response, in JSON or protobuf."""

import msgspec
from google.protobuf.message import DecodeError as MessageError

from kubeimg_gui.cluster.wire import messages_pb2 as messages
from kubeimg_gui.cluster.wire.protobuf_codec import MAGIC

LONGEST_SECONDS = 10**9
"""Larger values of retryAfterSeconds are cut to this."""


class _Details(msgspec.Struct, frozen=True):
    retryAfterSeconds: int | None = None  # noqa: N815  (the API's own name)


class Status(msgspec.Struct, frozen=True):
    """The fields of a Status; empty where the server leaves them out.

    Attributes:
        message: a sentence for the user.
        reason: a word for programs, for example `Forbidden`.
        code: the HTTP status, 0 where there is none.
    """

    message: str | None = None
    reason: str | None = None
    code: int = 0
    details: _Details | None = None

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before the next try, None where the server does not say."""
        seconds = self.details.retryAfterSeconds if self.details else None
        return float(min(seconds, LONGEST_SECONDS)) if seconds else None


_STATUS = msgspec.json.Decoder(Status)


def read_status(body: bytes) -> Status:
    """Decodes a response body; returns an empty Status where the body is something else."""
    try:
        return _from_protobuf(body) if body.startswith(MAGIC) else _STATUS.decode(body)
    except (msgspec.MsgspecError, MessageError, RecursionError, ValueError):
        return Status()


def _from_protobuf(body: bytes) -> Status:
    raw = messages.Unknown.FromString(body[len(MAGIC) :]).raw
    status = messages.Status.FromString(raw)
    details = _Details(status.details.retryAfterSeconds)
    return Status(status.message, status.reason, status.code, details)
