"""Label and field selectors, in kubectl's syntax.

The grammar is that of `k8s.io/apimachinery/pkg/labels` and `fields`: equality, sets, existence and
order for labels, equality only for fields.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from kubeimg_gui.demo.errors import JsonObject, StatusError, bad_request
from kubeimg_gui.demo.kinds import Kind
from kubeimg_gui.demo.validation import is_label_value, is_qualified_name

Test = Callable[[JsonObject], bool]

_REQUIREMENT = re.compile(
    r"""\s*(?:
        !\s*(?P<absent>[^\s!=<>,()]+)
      | (?P<key>[^\s!=<>,()]+)\s*(?:
            (?P<operator>==|=|!=|<|>)\s*(?P<value>[^\s!=<>,()]*)
          | (?<=\s)(?P<set>in|notin)\s*\((?P<values>[^()]*)\)
        )?
    )\s*(?:,|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which objects of a kind a request is about."""

    tests: tuple[Test, ...] = ()

    def __call__(self, item: JsonObject) -> bool:
        """Whether an object is chosen."""
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
    text = text.rstrip()
    tests: list[Test] = []
    position = 0
    while position < len(text):
        match = _REQUIREMENT.match(text, position)
        if match is None:
            raise _unparsable(text)
        tests.append(_label_test(match))
        position = match.end()
    if text.endswith(","):
        raise _unparsable(text)
    return tests


def _label_test(match: re.Match[str]) -> Test:
    key = _checked_key(match["absent"] or match["key"])
    if match["absent"]:
        return lambda item: key not in _labels(item)
    if match["set"]:
        values = {_checked_value(value.strip()) for value in match["values"].split(",")}
        if match["set"] == "in":
            return lambda item: _labels(item).get(key) in values
        return lambda item: _labels(item).get(key) not in values
    if match["operator"] is None:
        return lambda item: key in _labels(item)
    value = _checked_value(match["value"])
    if match["operator"] in ("<", ">"):
        return _order_test(key, match["operator"], value)
    if match["operator"] == "!=":
        return lambda item: _labels(item).get(key) != value
    return lambda item: _labels(item).get(key) == value


def _order_test(key: str, operator: str, value: str) -> Test:
    bound = _whole_number(value)
    if bound is None:
        raise bad_request(
            "unable to parse requirement: values[0]: for 'Gt', 'Lt' operators, the value must be "
            "an integer"
        )

    def test(item: JsonObject) -> bool:
        number = _whole_number(_labels(item).get(key, ""))
        return number is not None and (number > bound if operator == ">" else number < bound)

    return test


def _whole_number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else None


def _checked_key(key: str) -> str:
    if not is_qualified_name(key):
        raise bad_request(
            f'unable to parse requirement: key: Invalid value: "{key}": name part must consist of '
            "alphanumeric characters, '-', '_' or '.', and must start and end with an "
            "alphanumeric character"
        )
    return key


def _checked_value(value: str) -> str:
    if not is_label_value(value):
        raise bad_request(
            f'unable to parse requirement: values[0]: Invalid value: "{value}": a valid label must '
            "be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
            "start and end with an alphanumeric character"
        )
    return value


def _labels(item: JsonObject) -> JsonObject:
    return item["metadata"].get("labels") or {}


def _unparsable(text: str) -> StatusError:
    return bad_request(
        f'unable to parse requirement: found \'{text}\', expected: a list of "key", "!key", '
        '"key=value", "key!=value", "key in (a,b)" or "key notin (a,b)"'
    )


def _field_tests(kind: Kind, text: str) -> list[Test]:
    return [_field_test(kind, part) for part in text.split(",") if part.strip()]


def _field_test(kind: Kind, requirement: str) -> Test:
    match = re.fullmatch(r"\s*([^\s!=]+)\s*(==|=|!=)\s*(.*?)\s*", requirement)
    if match is None:
        raise bad_request(
            f"invalid selector: '{requirement}'; can't understand '{requirement.strip()}'"
        )
    field, operator, value = match.groups()
    if field not in kind.fields:
        raise bad_request(f"field label not supported: {field}")
    if operator == "!=":
        return lambda item: kind.select(item, field) != value
    return lambda item: kind.select(item, field) == value
