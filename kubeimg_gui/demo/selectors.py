"""Label and field selectors.

The grammar is that of `k8s.io/apimachinery/pkg/labels` and `fields`: equality, sets, existence and
order for labels; equality for fields.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from kubeimg_gui.demo.errors import StatusError, bad_request
from kubeimg_gui.demo.kinds import JsonObject, Kind
from kubeimg_gui.demo.validation import key_errors, value_errors

Test = Callable[[JsonObject], bool]

_TOKEN = re.compile(r"\s*(==|!=|[=!<>(),]|[^\s=!<>(),]+|$)")
_END = ""
"""The token at the end of a selector."""
_SYMBOLS = ("==", "!=", "=", "!", "<", ">", "(", ")", ",", _END)
_OPERATORS = ("in", "notin", "=", "==", "!=", ">", "<")


@dataclass(frozen=True, slots=True)
class Selection:
    """The objects of a kind that a request selects."""

    tests: tuple[Test, ...] = ()

    def __call__(self, item: JsonObject) -> bool:
        """Returns whether an object is selected."""
        return all(test(item) for test in self.tests)


def parse_selection(kind: Kind, namespace: str, labels: str, fields: str) -> Selection:
    """Returns the selection of a namespace ("" for all) and both selectors.

    Raises:
        StatusError: a selector is invalid, or the kind has no such field (400).
    """
    tests = [*_label_tests(labels), *_field_tests(kind, fields)]
    if namespace:
        tests.append(lambda item: item["metadata"].get("namespace") == namespace)
    return Selection(tuple(tests))


def _label_tests(text: str) -> list[Test]:
    return _LabelParser(_TOKEN.findall(text)).requirements()


class _LabelParser:
    """Parses a label selector token by token, like `Parser` of the real server."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = [*tokens, _END]

    def requirements(self) -> list[Test]:
        """Returns the tests, one per requirement. Raises StatusError (400)."""
        tests: list[Test] = []
        while self._peek() != _END:
            if self._peek() in _SYMBOLS and self._peek() != "!":
                raise self._unexpected("!, identifier, or 'end of string'")
            try:
                tests.append(self._requirement())
            except StatusError as error:
                raise bad_request(f"unable to parse requirement: {error}") from error
            if self._peek() not in (",", _END):
                raise self._unexpected("',' or 'end of string'")
            if self._take() == "," and self._peek() in _SYMBOLS and self._peek() != "!":
                raise self._unexpected("identifier after ','")
        return tests

    def _requirement(self) -> Test:
        absent = self._peek() == "!"
        if absent:
            self._take()
        key = _checked("<nil>", self._identifier(), key_errors)
        if absent:
            return lambda item: key not in _labels(item)
        if self._peek() in (",", _END):
            return lambda item: key in _labels(item)
        if self._peek() not in _OPERATORS:
            raise self._unexpected("in, notin, =, ==, !=, gt, lt")
        operator = self._take()
        if operator in ("in", "notin"):
            return _set_test(key, self._values(), wanted=operator == "in")
        value = "" if self._peek() in (",", _END) else self._identifier()
        if operator in ("<", ">"):
            return _order_test(key, operator, value)
        return _set_test(key, {value}, wanted=operator != "!=")

    def _values(self) -> set[str]:
        if self._peek() != "(":
            raise self._unexpected("'('", comma="")
        self._take()
        values: set[str] = set()
        while self._peek() != ")":
            if self._peek() == ",":
                values.add("")
            else:
                values.add(self._identifier("',', ')' or identifier"))
            if self._peek() not in (",", ")"):
                raise self._unexpected("',' or ')'")
            if self._peek() == ",":
                self._take()
                if self._peek() == ")":
                    values.add("")
        self._take()
        return values

    def _peek(self) -> str:
        return self._tokens[0]

    def _take(self) -> str:
        return self._tokens.pop(0) if len(self._tokens) > 1 else _END

    def _identifier(self, expected: str = "identifier") -> str:
        if self._peek() in _SYMBOLS:
            raise self._unexpected(expected)
        return self._take()

    def _unexpected(self, expected: str, comma: str = ",") -> StatusError:
        return bad_request(f"found '{self._peek()}'{comma} expected: {expected}")


def _set_test(key: str, values: set[str], *, wanted: bool) -> Test:
    for value in values:
        _checked(f"values[0][{key}]", value, value_errors)
    return lambda item: (_labels(item).get(key) in values) is wanted


def _order_test(key: str, operator: str, value: str) -> Test:
    bound = _whole_number(value)
    if bound is None:
        raise bad_request(
            f"values[0]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, the value must be "
            "an integer"
        )
    _checked(f"values[0][{key}]", value, value_errors)

    def test(item: JsonObject) -> bool:
        number = _whole_number(_labels(item).get(key, ""))
        return number is not None and (number > bound if operator == ">" else number < bound)

    return test


def _whole_number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def _checked(place: str, text: str, errors_of: Callable[[str], list[str]]) -> str:
    errors = [f'{place}: Invalid value: "{text}": {error}' for error in errors_of(text)]
    if errors:
        raise bad_request(errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]")
    return text


def _labels(item: JsonObject) -> JsonObject:
    return item["metadata"].get("labels") or {}


def _field_tests(kind: Kind, text: str) -> list[Test]:
    return [_field_test(kind, part) for part in text.split(",") if part.strip()]


def _field_test(kind: Kind, requirement: str) -> Test:
    match = re.fullmatch(r"\s*([^\s!=]+)\s*(==|=|!=)\s*(.*?)\s*", requirement)
    if match is None:
        raise bad_request(
            f"invalid selector: '{requirement}'; can't understand '{requirement.strip()}'"
        )
    field, operator, value = match.groups()
    if "=" in value:
        raise bad_request("invalid field selector: unescaped character in value: 61")
    if field not in kind.fields:
        raise bad_request(f"field label not supported: {field}")
    if operator == "!=":
        return lambda item: kind.select(item, field) != value
    return lambda item: kind.select(item, field) == value
