"""Chooses the codec for a response by the media type that the server states."""

from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubeimg_gui.cluster.wire.codec import Body, Codec, Decode

PROTOBUF = "application/vnd.kubernetes.protobuf"
ACCEPTED = f"{PROTOBUF},application/json"
"""The header Accept: protobuf, or JSON from a server that does not offer it."""

T = TypeVar("T")


class Codecs(Generic[T]):
    """One codec for each encoding, created when a response first needs it.

    `json_decoder` and `protobuf_decoder` create what decodes one object. Confined to one thread.
    """

    def __init__(
        self,
        json_decoder: "Callable[[], Decode[T]]",
        protobuf_decoder: "Callable[[], Decode[T]]",
    ) -> None:
        self._json_decoder = json_decoder
        self._protobuf_decoder = protobuf_decoder

    def of(self, body: "Body") -> "Codec[T]":
        """Returns the codec that decodes this response."""
        return self._protobuf if body.media_type.startswith(PROTOBUF) else self._json

    @cached_property
    def _protobuf(self) -> "Codec[T]":
        from kubeimg_gui.cluster.wire.protobuf_codec import ProtobufCodec

        return ProtobufCodec(self._protobuf_decoder())

    @cached_property
    def _json(self) -> "Codec[T]":
        from kubeimg_gui.cluster.wire.json_codec import JsonCodec

        return JsonCodec(self._json_decoder())
