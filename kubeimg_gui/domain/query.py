"""The language of filters: words and terms such as `image:vllm`, `-state:ready`, `size>50GiB`.

Any text can be parsed. A term that cannot be read becomes an error, and the other terms stay.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import NamedTuple

from kubeimg_gui.domain.image import ContainerImage


class Field(StrEnum):
    """What a term looks at; the value is its name in the text of a filter."""

    WORD = ""
    IMAGE = "image"
    REGISTRY = "registry"
    NODE = "node"
    LABEL = "label"
    RUNTIME = "runtime"
    STATE = "state"
    SIZE = "size"
    IMAGE_SIZE = "image-size"


class NodeState(StrEnum):
    """The states of a node that a filter knows."""

    PRESSURE = "pressure"
    READY = "ready"
    NOT_READY = "notready"
    UNKNOWN = "unknown"
    CORDONED = "cordoned"


class Comparison(StrEnum):
    """How a size is compared."""

    MORE = ">"
    LESS = "<"
    AT_LEAST = ">="
    AT_MOST = "<="


class TextTerm(NamedTuple):
    """Text that is looked for; a plain word has the field `Field.WORD`.

    Attributes:
        text: case-folded, never empty. For `Field.LABEL` a key, or a key and a value: `pool=gpu`.
        exact: whether the whole is compared, instead of a part. Labels are always compared whole.
        negated: whether the term matches what does not have the text.
    """

    field: Field
    text: str
    exact: bool = False
    negated: bool = False


class StateTerm(NamedTuple):
    """A state that a node is in, or with `negated` is not in."""

    state: NodeState
    negated: bool = False


class SizeTerm(NamedTuple):
    """A comparison with a number of bytes; `field` is `Field.SIZE` or `Field.IMAGE_SIZE`."""

    field: Field
    comparison: Comparison
    size: int
    negated: bool = False


Term = TextTerm | StateTerm | SizeTerm


class Expected(Enum):
    """What is expected where a term cannot be read."""

    IMAGE = auto()
    REGISTRY = auto()
    NODE = auto()
    LABEL = auto()
    RUNTIME = auto()
    STATE = auto()
    COMPARISON = auto()
    UNIT = auto()
    WORD = auto()
    QUOTED_TEXT = auto()
    CLOSING_MARK = auto()
    SPACE = auto()


class TermError(NamedTuple):
    """A term that cannot be read.

    Attributes:
        term: as typed.
        position: of its first character in the text.
        expected: what kubeimg expects there.
        example: a valid term; for `Expected.STATE` all states; "" for none.
    """

    term: str
    position: int
    expected: Expected
    example: str


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed filter: everything that matches all of its terms.

    Attributes:
        terms: in the order of the text; empty for a filter that matches everything.
        errors: the parts of the text that are ignored, in the order of the text. They do not
            count when queries are compared.
    """

    terms: tuple[Term, ...] = ()
    errors: tuple[TermError, ...] = field(default=(), compare=False)

    @property
    def sought(self) -> Sequence[TextTerm]:
        """The terms that name what to look for: words and `image:`, those that are not negated."""
        return [
            term
            for term in self.terms
            if isinstance(term, TextTerm)
            and term.field in (Field.WORD, Field.IMAGE)
            and not term.negated
        ]


def parse_query(text: str) -> Query:
    """Parses the text of a filter; never raises.

    Terms are separated by spaces. A colon makes a field only of the names in `Field`, so that
    `redis:7` and `kubernetes.io/arch=amd64` are plain words.
    """
    terms: list[Term] = []
    errors: list[TermError] = []
    for part in _PART.finditer(text):
        try:
            terms.append(_term(part))
        except _UnreadableError as problem:
            error = TermError(part.group(), part.start(), problem.expected, problem.example)
            errors.append(error)
    return Query(tuple(terms), tuple(errors))


def quoted(text: str) -> str:
    """Returns a text that a filter reads as this one, as a plain word or after `image:`.

    An empty text has no such form: the result is an error there.
    """
    is_plain = parse_query(text) == Query((TextTerm(Field.WORD, text.casefold()),))
    if is_plain and not text.startswith(("=", '"')):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def image_term(image: ContainerImage, *, without: bool = False) -> str:
    """Returns the filter of the nodes that hold this image, or with `without` do not.

    The filter looks for the digest, or for the whole name of an image without one. It is empty
    for an image that has neither.
    """
    minus = "-" if without else ""
    if image.digests:
        return f"{minus}image:{quoted(image.digests[0])}"
    for name, reference in zip(image.names, image.parsed_names(), strict=True):
        if reference.repository:
            return f"{minus}image:={quoted(name)}"
    return ""


def registry_term(registry: str) -> str:
    """Returns the filter of the nodes with images of a registry; empty for ""."""
    return f"registry:={quoted(registry)}" if registry else ""


def repository_term(image: ContainerImage) -> str:
    """Returns the filter of the nodes with images of the repository of an image, as it is listed.

    It also finds repositories whose names only begin like this one. It is empty for an image
    without a name.
    """
    for name, reference in zip(image.names, image.parsed_names(), strict=True):
        if reference.repository and image.reference is not None:
            known = (image.reference.registry, image.reference.repository)
            if (reference.registry, reference.repository) == known:
                path, slash, last = name.partition("@")[0].rpartition("/")
                return f"image:{quoted(path + slash + last.partition(':')[0])}"
    return ""


def label_term(label: str, value: str | None) -> str:
    """Returns the filter of the nodes with a value of a label; with None of those without it."""
    if value is None:
        return f"-label:{quoted(label)}"
    return f"label:{quoted(f'{label}={value}')}"


_EXAMPLES = {
    Field.IMAGE: (Expected.IMAGE, "image:redis"),
    Field.REGISTRY: (Expected.REGISTRY, "registry:quay.io"),
    Field.NODE: (Expected.NODE, "node:web"),
    Field.LABEL: (Expected.LABEL, "label:pool=gpu"),
    Field.RUNTIME: (Expected.RUNTIME, "runtime:containerd"),
    Field.STATE: (Expected.STATE, ", ".join(NodeState)),
    Field.SIZE: (Expected.COMPARISON, "size>50GiB"),
    Field.IMAGE_SIZE: (Expected.COMPARISON, "image-size>5GiB"),
}
_NAMES = "|".join(sorted(_EXAMPLES, key=len, reverse=True))

_PART = re.compile(
    rf"""
    (?=\S)
    (?P<minus>-?)
    (?: (?P<field>{_NAMES}) : (?P<exact>=?)
      | (?P<measure>image-size|size) (?P<comparison>[<>]=?) )?
    (?: "(?P<quoted>(?:[^"\\]|\\.)*)"(?P<rest>\S*)
      | (?P<open>"(?:[^"\\]|\\.)*\\?)\Z
      | (?P<plain>\S*) )
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)(?:([kmgt])(i?)b?|b)", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


class _UnreadableError(Exception):
    def __init__(self, expected: Expected, example: str = "") -> None:
        super().__init__(expected)
        self.expected = expected
        self.example = example


def _term(part: re.Match[str]) -> Term:
    text, negated = _text(part), bool(part["minus"])
    if part["measure"]:
        field = Field(part["measure"].casefold())
        return SizeTerm(field, Comparison(part["comparison"]), _size(text, part), negated)
    field = Field((part["field"] or "").casefold())
    if field is Field.STATE:
        return StateTerm(_state(part["exact"] + text), negated)
    if field in (Field.SIZE, Field.IMAGE_SIZE):
        raise _UnreadableError(*_EXAMPLES[field])
    if field is Field.LABEL and (part["exact"] or text.startswith("=")):
        raise _UnreadableError(*_EXAMPLES[field])
    if not text:
        raise _UnreadableError(*_EXAMPLES.get(field, (Expected.WORD, "")))
    return TextTerm(field, text.casefold(), bool(part["exact"]), negated)


def _text(part: re.Match[str]) -> str:
    """Returns the part after field and comparison, without quotation marks."""
    if part["quoted"] is None:
        if part["open"]:
            raise _UnreadableError(Expected.CLOSING_MARK)
        return part["plain"]
    if part["rest"]:
        raise _UnreadableError(Expected.SPACE)
    if not part["quoted"]:
        raise _UnreadableError(Expected.QUOTED_TEXT)
    return _ESCAPED.sub(r"\1", part["quoted"])


def _state(text: str) -> NodeState:
    try:
        return NodeState(text.casefold())
    except ValueError:
        raise _UnreadableError(*_EXAMPLES[Field.STATE]) from None


def _size(text: str, part: re.Match[str]) -> int:
    found = _SIZE.fullmatch(text)
    if found is None:
        term = f"{part['measure']}{part['comparison']}".casefold()
        raise _UnreadableError(Expected.UNIT, f"{term}50GiB")
    number, unit, binary = found.groups("")
    return round(float(number) * (1024 if binary else 1000) ** _POWERS[unit.casefold()])
