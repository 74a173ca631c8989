"""Label and field selectors, in kubectl's syntax.

The grammar is that of `k8s.io/apimachinery/pkg/labels` and `fields`: equality, sets and existence
for labels, equality only for fields.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from kubeimg_gui.demo.errors import JsonObject, StatusError, bad_request
from kubeimg_gui.demo.kinds import Kind

Test = Callable[[JsonObject], bool]

_REQUIREMENT = re.compile(
    r"""\s*(?:
        (?P<absent>!)\s*(?P<absent_key>[^\s!=,()]+)
      | (?P<key>[^\s!=,()]+)\s*(?:
            (?P<operator>==|=|!=)\s*(?P<value>[^\s!=,()]*)
          | \s(?P<set>in|notin)\s*\((?P<values>[^()]*)\)
        )?
    )\s*(?:,|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which objects of a kind a request is about."""

    tests: tuple[Test, ...] = ()

    def __call__(self, item: JsonObject) -> bool:
        """Whether the object is among them."""
        return all(test(item) for test in self.tests)


def parse_selection(kind: Kind, namespace: str, labels: str, fields: str) -> Selection:
    """The objects of a namespace ("" for all) that both selectors choose.

    Raises:
        StatusError: a selector does not parse, or the kind has no such field (400).
    """
    tests = [*_label_tests(labels), *_field_tests(kind, fields)]
    if namespace:
        tests.append(lambda item: item["metadata"].get("namespace") == namespace)
    return Selection(tuple(tests))


def _label_tests(text: str) -> list[Test]:
    tests: list[Test] = []
    position = 0
    while position < len(text.rstrip()):
        match = _REQUIREMENT.match(text, position)
        if match is None:
            raise _unparsable(text)
        tests.append(_label_test(match))
        position = match.end()
    if text.rstrip().endswith(","):
        raise _unparsable(text)
    return tests


def _label_test(match: re.Match[str]) -> Test:
    part = match.groupdict()
    if part["absent"]:
        return lambda item: part["absent_key"] not in _labels(item)
    key = part["key"]
    if part["set"]:
        values = {value.strip() for value in part["values"].split(",")}
        if part["set"] == "in":
            return lambda item: _labels(item).get(key) in values
        return lambda item: _labels(item).get(key) not in values
    if part["operator"] is None:
        return lambda item: key in _labels(item)
    if part["operator"] == "!=":
        return lambda item: _labels(item).get(key) != part["value"]
    return lambda item: _labels(item).get(key) == part["value"]


def _labels(item: JsonObject) -> JsonObject:
    return item["metadata"].get("labels") or {}


def _unparsable(text: str) -> StatusError:
    return bad_request(
        f'unable to parse requirement: found {text!r}, expected: a list of "key", "!key", '
        '"key=value", "key!=value", "key in (a,b)" or "key notin (a,b)"'
    )


def _field_tests(kind: Kind, text: str) -> list[Test]:
    return [_field_test(kind, part) for part in text.split(",") if part.strip()]


def _field_test(kind: Kind, requirement: str) -> Test:
    match = re.fullmatch(r"\s*([^\s!=]+)\s*(==|=|!=)\s*(.*?)\s*", requirement)
    if match is None:
        raise bad_request(f"invalid field selector: {requirement!r} not a valid requirement")
    field, operator, value = match.groups()
    if field not in kind.fields:
        raise bad_request(f"field label not supported: {field}")
    if operator == "!=":
        return lambda item: kind.select(item, field) != value
    return lambda item: kind.select(item, field) == value
