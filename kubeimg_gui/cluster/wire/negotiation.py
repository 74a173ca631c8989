"""Which codec reads an answer: the one of the form that the server says it is in."""

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubeimg_gui.cluster.wire.codec import Body, Codec

PROTOBUF = "application/vnd.kubernetes.protobuf"
ACCEPTED = f"{PROTOBUF},application/json"
"""What is asked for: protobuf, JSON of a server that does not speak it."""


class Codecs:
    """One codec for each form, imported where an answer has come in it; confined to one thread."""

    def of(self, body: "Body") -> "Codec":
        """The codec that reads an answer."""
        return self._protobuf if body.media_type.startswith(PROTOBUF) else self._json

    @cached_property
    def _protobuf(self) -> "Codec":
        from kubeimg_gui.cluster.wire.protobuf_codec import ProtobufCodec

        return ProtobufCodec()

    @cached_property
    def _json(self) -> "Codec":
        from kubeimg_gui.cluster.wire.json_codec import JsonCodec

        return JsonCodec()
