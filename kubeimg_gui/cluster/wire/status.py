"""The Status object in which an API server says what went wrong, in JSON or protobuf."""

import msgspec
from google.protobuf.message import DecodeError as MessageError

from kubeimg_gui.cluster.wire import messages_pb2 as messages
from kubeimg_gui.cluster.wire.protobuf_codec import MAGIC

LONGEST_SECONDS = 10**9
"""More is not counted: no wait is that long."""


class _Details(msgspec.Struct, frozen=True):
    retryAfterSeconds: int | None = None  # noqa: N815  (the API's own name)


class Status(msgspec.Struct, frozen=True):
    """What it says; empty where it says nothing.

    Attributes:
        message: for a person.
        reason: for a machine.
        code: as an HTTP status, 0 where there is none.
    """

    message: str | None = None
    reason: str | None = None
    code: int = 0
    details: _Details | None = None

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, None where it does not say."""
        seconds = self.details.retryAfterSeconds if self.details else None
        return float(min(seconds, LONGEST_SECONDS)) if seconds else None


_STATUS = msgspec.json.Decoder(Status)


def read_status(body: bytes) -> Status:
    """The Status that a body is; an empty one where it is none."""
    try:
        return _from_protobuf(body) if body.startswith(MAGIC) else _STATUS.decode(body)
    except (msgspec.MsgspecError, MessageError, RecursionError, ValueError):
        return Status()


def _from_protobuf(body: bytes) -> Status:
    raw = messages.Unknown.FromString(body[len(MAGIC) :]).raw
    status = messages.Status.FromString(raw)
    details = _Details(status.details.retryAfterSeconds)
    return Status(status.message, status.reason, status.code, details)
