"""Decodes the protobuf bodies that kubectl sends: Eviction and DeleteOptions.

Field numbers are those of `generated.proto` in `k8s.io/apimachinery/pkg/runtime` (Unknown) and
`pkg/apis/meta/v1` (DeleteOptions, ObjectMeta, Preconditions) and of `k8s.io/api/policy/v1`
(Eviction).
"""

from collections import defaultdict

from kubeimg_gui.demo.errors import bad_request
from kubeimg_gui.demo.kinds import JsonObject

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"

_MAGIC = b"k8s\0"
_UNKNOWN_RAW = 2
_EVICTION_METADATA, _EVICTION_OPTIONS = 1, 2
_METADATA_NAME = 1
_OPTIONS_PRECONDITIONS, _OPTIONS_DRY_RUN = 2, 5
_PRECONDITIONS_UID, _PRECONDITIONS_VERSION = 1, 2

Fields = dict[int, list[bytes]]


def delete_options(body: bytes) -> JsonObject:
    """Decodes a DeleteOptions body to its JSON form. Raises StatusError (400)."""
    return _delete_options(_document(body))


def eviction(body: bytes) -> JsonObject:
    """Decodes an Eviction body to its JSON form. Raises StatusError (400)."""
    fields = _fields(_document(body))
    name = _only(_fields(_only(fields, _EVICTION_METADATA)), _METADATA_NAME)
    return {
        "metadata": {"name": name.decode(errors="replace")},
        "deleteOptions": _delete_options(_only(fields, _EVICTION_OPTIONS)),
    }


def _document(body: bytes) -> bytes:
    """Returns the message inside the envelope."""
    if not body.startswith(_MAGIC):
        raise bad_request("the body does not start with the prefix of Kubernetes protobuf")
    return _only(_fields(body[len(_MAGIC) :]), _UNKNOWN_RAW)


def _only(fields: Fields, number: int) -> bytes:
    """Returns the value of a field that is not repeated, b"" if it is missing."""
    return fields.get(number, [b""])[-1]


def _delete_options(message: bytes) -> JsonObject:
    fields = _fields(message)
    options: JsonObject = {
        "dryRun": [text.decode(errors="replace") for text in fields.get(_OPTIONS_DRY_RUN, [])]
    }
    if _OPTIONS_PRECONDITIONS in fields:
        wanted = _fields(_only(fields, _OPTIONS_PRECONDITIONS))
        names = {_PRECONDITIONS_UID: "uid", _PRECONDITIONS_VERSION: "resourceVersion"}
        options["preconditions"] = {
            name: _only(wanted, number).decode(errors="replace")
            for number, name in names.items()
            if number in wanted
        }
    return options


def _fields(message: bytes) -> Fields:
    """Returns the length-delimited fields of a message by number; skips all others."""
    fields: Fields = defaultdict(list)
    position = 0
    try:
        while position < len(message):
            tag, position = _varint(message, position)
            match tag & 7:
                case 0:
                    _, position = _varint(message, position)
                case 1:
                    position += 8
                case 2:
                    length, position = _varint(message, position)
                    fields[tag >> 3].append(message[position : position + length])
                    position += length
                case 5:
                    position += 4
                case wire_type:
                    raise bad_request(f"the body has a field of wire type {wire_type}")
    except IndexError as error:
        raise bad_request("the body ends inside a field") from error
    return fields


def _varint(message: bytes, position: int) -> tuple[int, int]:
    """Returns a varint and the position after it. Raises IndexError."""
    value = shift = 0
    while True:
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
