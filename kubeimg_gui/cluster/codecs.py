"""Which codec reads an answer: the one of the form that the server says it is in."""

from typing import TYPE_CHECKING

from kubeimg_gui.cluster.codec_json import JsonCodec
from kubeimg_gui.cluster.codec_protobuf import PROTOBUF, ProtobufCodec

if TYPE_CHECKING:
    from kubeimg_gui.cluster.answer import Response
    from kubeimg_gui.cluster.codec import Codec

ACCEPTED = f"{PROTOBUF},application/json"
"""What is asked for: protobuf, JSON of a server that does not speak it."""


class Codecs:
    """One codec for each form; confined to one thread."""

    def __init__(self) -> None:
        self._protobuf = ProtobufCodec()
        self._json = JsonCodec()

    def of(self, response: "Response") -> "Codec":
        """The codec that reads an answer."""
        return self._protobuf if response.media_type.startswith(PROTOBUF) else self._json
