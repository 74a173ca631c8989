"""The types of YAML scalars, by the rules of go-yaml v2 (`resolve.go`, `decode.go`).

They are YAML 1.1's, but for what Go reads differently: 22:22 and = are text, 0o17 is a number.
"""

import math
import re
from binascii import a2b_base64
from collections.abc import Callable, Mapping
from datetime import date, time
from functools import partial
from types import MappingProxyType

Scalar = str | int | float | bool | None

TAG = "tag:yaml.org,2002:"
_TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_WORDS: Mapping[str, Scalar] = MappingProxyType(
    {
        **dict.fromkeys(("", "~", "null", "Null", "NULL")),
        **dict.fromkeys(_TRUE, True),
        **dict.fromkeys(_FALSE, False),
        **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
        **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
        **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    }
)
_STARTS_OF_NUMBERS = frozenset("+-.0123456789")
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<binary>[01]+)|0[oO]?(?P<octal>[0-7]+)"
    r"|(?P<decimal>0|[1-9][0-9]*))"
)
_SIGNED_BINARY = re.compile(r"0b(?P<sign>[-+])(?P<binary>[01]+)")
_BASES = {"hex": 16, "binary": 2, "octal": 8, "decimal": 10}
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_FRACTION = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_TIMESTAMP = re.compile(
    r"""(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})
    (?: (?:(?P<zoned>[Tt])|[ ]) (?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})
        (?:[.,][0-9]+)? (?(zoned)(?:Z|[-+][0-9]{2}:[0-9]{2})) )?""",
    re.VERBOSE,
)


class ScalarError(ValueError):
    """The value does not fit its tag; the text says which."""


def resolved(text: str) -> Scalar:
    """Returns the value of a plain scalar without a tag."""
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _STARTS_OF_NUMBERS else text


def tagged(tag: str, text: str) -> Scalar:
    """Returns the value of a scalar with a tag; raises ScalarError where they do not fit.

    Tags that YAML does not define, and those of collections, are ignored.
    """
    convert = _CONVERSIONS.get(tag.removeprefix(TAG)) if tag.startswith(TAG) else None
    return convert(text) if convert else text


def key_text(key: object) -> str:
    """Returns a mapping's key as JSON has it; raises ScalarError for one that JSON cannot have."""
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, int) and key < 2**63:
        return str(key)
    if isinstance(key, float):  # kubectl writes up to nine digits
        return f"{key:g}".replace("inf", ".inf").replace("nan", ".nan")
    raise ScalarError("a key must be text, a number or a truth value")


def _number(text: str) -> Scalar:
    """Returns the number, else the text; numbers that Go cannot hold are text."""
    if text[0] == ".":
        return _finite(text.replace("_", ""), text) if _FRACTION.fullmatch(text) else text
    digits = text.replace("_", "")
    match = _INTEGER.fullmatch(digits) or _SIGNED_BINARY.fullmatch(digits)
    if match:
        base = next(name for name in _BASES if match.groupdict().get(name))
        value = int(match["sign"] + match[base], _BASES[base])
        if -(2**63) <= value < (2**63 if match["sign"] else 2**64):
            return value
    return _finite(digits, text) if _FLOAT.fullmatch(digits) else text


def _finite(digits: str, text: str) -> float | str:
    value = float(digits)
    return value if math.isfinite(value) else text


def _typed(kind: type, name: str, text: str) -> Scalar:
    value = resolved(text)
    if type(value) is not kind:
        raise ScalarError(f"the value of !!{name} does not fit")
    return value


def _float(text: str) -> float:
    value = resolved(text)
    if type(value) is float:
        return value
    if type(value) is int and value < 2**63:
        return float(value)
    raise ScalarError("the value of !!float does not fit")


def _timestamp(text: str) -> str:
    """Returns the text itself, as go-yaml does."""
    match = _TIMESTAMP.fullmatch(text)
    parts = match.group("year", "month", "day", "hour", "minute", "second") if match else "000000"
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    try:
        date(year, month, day)
        time(hour, minute, second)
    except ValueError as error:
        raise ScalarError("the value of !!timestamp does not fit") from error
    return text


def _binary(text: str) -> str:
    """Returns the decoded bytes as text, each byte that is not UTF-8 replaced as Go does it."""
    try:
        decoded = decode_base64(text)
    except ValueError as error:
        raise ScalarError("the value of !!binary is not valid base64") from error
    return re.sub("[\udc80-\udcff]", "\ufffd", decoded.decode("utf-8", "surrogateescape"))


def decode_base64(text: str) -> bytes:
    """Decodes base64 as Go does, which skips line breaks and nothing else. Raises ValueError."""
    joined = text.replace("\n", "").replace("\r", "")
    if len(joined) % 4:
        raise ValueError("the length is not a multiple of 4")
    return a2b_base64(joined, strict_mode=True)


_CONVERSIONS: Mapping[str, Callable[[str], Scalar]] = MappingProxyType(
    {
        "str": str,
        "binary": _binary,
        "bool": partial(_typed, bool, "bool"),
        "int": partial(_typed, int, "int"),
        "null": partial(_typed, type(None), "null"),
        "float": _float,
        "timestamp": _timestamp,
    }
)
