"""What the terms of a filter match: node records, and images.

The tests leave out `negated`, which the caller applies to the result.
"""

import operator
from collections.abc import Callable, Mapping

from kubeimg_gui.domain.image import DEFAULT_REGISTRY, ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.query import Comparison, Field, NodeState, SizeTerm, StateTerm, Term

RecordTest = Callable[[NodeRecord], bool]
ImageTest = Callable[[ContainerImage], bool]

_STATES: Mapping[NodeState, RecordTest] = {
    NodeState.PRESSURE: lambda record: bool(record.pressures),
    NodeState.READY: lambda record: record.ready is True,
    NodeState.NOT_READY: lambda record: record.ready is False,
    NodeState.UNKNOWN: lambda record: record.ready is None,
    NodeState.CORDONED: lambda record: record.unschedulable,
}
_COMPARISONS: Mapping[Comparison, Callable[[int, int], bool]] = {
    Comparison.MORE: operator.gt,
    Comparison.LESS: operator.lt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.AT_MOST: operator.le,
}


def haystack(record: NodeRecord) -> str:
    """Returns name and labels of a node, case-folded, each followed by a line break."""
    return "\n".join((record.name, *record.labels, "")).casefold()


def needle(term: Term) -> str | None:
    """Returns what a word or a label is in a `haystack`; None for other terms."""
    if isinstance(term, StateTerm | SizeTerm):
        return None
    if term.field is Field.WORD:
        return term.text
    if term.field is Field.LABEL:
        return f"\n{term.text}\n" if "=" in term.text else f"\n{term.text}="
    return None


def record_test(term: Term) -> RecordTest | None:
    """Returns the test of a node for a term about its name, runtime, state or size, else None."""
    if isinstance(term, StateTerm):
        return _STATES[term.state]
    if isinstance(term, SizeTerm):
        compare, size = _COMPARISONS[term.comparison], term.size
        is_total = term.field is Field.SIZE
        return (lambda record: compare(record.reported_bytes, size)) if is_total else None
    if term.field is Field.NODE:
        matches = _text_test(term.text, exact=term.exact)
        return lambda record: matches(record.name.casefold())
    if term.field is Field.RUNTIME:
        matches = _text_test(term.text, exact=term.exact)
        return lambda record: matches(record.runtime.casefold())
    return None


def image_test(term: Term) -> ImageTest | None:
    """Returns the test of an image for a word or a term about images; None for other terms.

    A size that is not believable matches no comparison.
    """
    if isinstance(term, StateTerm):
        return None
    if isinstance(term, SizeTerm):
        compare, size = _COMPARISONS[term.comparison], term.size
        if term.field is Field.SIZE:
            return None
        return lambda image: image.size_is_believable and compare(image.size_bytes, size)
    if term.field is Field.REGISTRY:
        return _registry_test(term.text, exact=term.exact)
    if term.field in (Field.WORD, Field.IMAGE):
        text = term.text
        if term.exact:
            return lambda image: text in image.folded and text in image.folded.split("\n")
        return lambda image: text in image.folded
    return None


def _text_test(text: str, *, exact: bool) -> Callable[[str], bool]:
    return text.__eq__ if exact else lambda value: text in value


def _registry_test(text: str, *, exact: bool) -> ImageTest:
    matches = _text_test(text, exact=exact)
    is_default = matches(DEFAULT_REGISTRY)

    def test(image: ContainerImage) -> bool:
        # Parsing names takes longer than all the rest.
        if not (is_default or text in image.folded):
            return False
        names = image.parsed_names()
        return any(name.repository and matches(name.registry.casefold()) for name in names)

    return test
