"""Loads YAML as kubectl does, whose values differ from PyYAML's.

kubectl converts a kubeconfig to JSON with `sigs.k8s.io/yaml`, which reads it with go-yaml v2; the
rules here are those of its `decode.go`. Both parse as libyaml does; what PyYAML's newer libyaml
accepts and go-yaml does not is refused.
"""

import math
import re
from typing import TYPE_CHECKING, Any, cast

import yaml

from kubeimg_gui.cluster.config.yaml_scalars import TAG, ScalarError, key_text, resolved, tagged

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 100
"""Maximum depth of a document; go-yaml's is 10,000."""
_FEW_ALIASED, _FEW_VALUES = 100, 1000
"""Up to these numbers of values aliases are not limited."""
_SMALL, _LARGE = 400_000, 4_000_000
_SHARE_OF_SMALL, _SHARE_OF_LARGE = 0.99, 0.10
"""Which share of a document's values may come from aliases, by its number of values."""

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE: Any = object()
"""Stands for the key `<<` where it is not text."""
_MERGE_TAG = f"{TAG}merge"
_ESCAPED_SLASH = re.compile(r"(?<!\\)(?:\\\\)*\\/")


class YamlError(ValueError):
    """The text is not YAML to kubectl; says why without the values of the file.

    `line` counts from 1; None where it is not known.
    """

    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(problem)
        self.line = line


class NestingError(ValueError):
    """The document is nested too deeply, contains itself, or its aliases expand too much."""


def load_yaml(text: bytes) -> Any:
    """Returns the value of the first document, None without one; all keys are text.

    Values that aliases repeat are shared. Raises YamlError and NestingError.
    """
    return _Document(text).load()


class _List:
    """A sequence that has begun."""

    wants_key = merges = False

    def __init__(self) -> None:
        self.value: list[Any] = []
        self.add = self.value.append


class _Mapping:
    """A mapping that has begun; keys and values are added in turn."""

    def __init__(self) -> None:
        self.value: dict[str, Any] = {}
        self._key: Any = None

    @property
    def wants_key(self) -> bool:
        return self._key is None

    @property
    def merges(self) -> bool:
        return self._key is _MERGE

    def add(self, value: Any) -> None:
        key = self._key
        if key is None:
            self._key = value if value is _MERGE else key_text(value)
            return
        self._key = None
        if key is _MERGE:
            self._merge(value)
        else:
            self.value[key] = value

    def _merge(self, value: Any) -> None:
        """Overwrites what comes before it; the first mapping of a list wins."""
        mappings = cast("list[Any]", value if isinstance(value, list) else [value])
        if not all(isinstance(each, dict) for each in mappings):
            raise ScalarError("<< needs a mapping or a list of mappings")
        for each in reversed(mappings):
            self.value.update(each)


class _Document:
    """The first document of a text, built from libyaml's events without recursion.

    Counts values as go-yaml does: with all that aliases repeat.
    """

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._escaping = text.decode("utf-8-sig", "replace") if rb"\/" in text else ""
        self._root = _List()
        self._collection: _List | _Mapping = self._root
        self._around: list[tuple[_List | _Mapping, str | None, int]] = []
        """The collections around it; each with the anchor and the first value of its child."""
        self._flow_depth = 0
        self._anchors: dict[str, tuple[Any, int] | None] = {}
        """Value and number of values of each anchor; None until its collection has ended."""
        self._values = self._aliased = 0

    def load(self) -> Any:
        handlers: dict[object, Callable[[Any], None]] = {
            yaml.StreamStartEvent: lambda _: None,
            yaml.DocumentStartEvent: _check_version,
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.SequenceStartEvent: lambda event: self._begin(_List(), event),
            yaml.MappingStartEvent: lambda event: self._begin(_Mapping(), event),
            yaml.SequenceEndEvent: self._end,
            yaml.MappingEndEvent: self._end,
        }
        event: Any = None
        try:  # ends with the event that ends the document, or the stream
            get_event = _PARSER(self._text).get_event
            while handle := handlers.get(type(event := cast("object", get_event()))):
                handle(event)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or getattr(error, "reason", "")
            raise YamlError(problem, mark.line + 1 if mark else None) from error
        except ScalarError as error:
            raise YamlError(str(error), event.start_mark.line + 1) from error
        return self._root.value[0] if self._root.value else None

    def _scalar(self, event: Any) -> None:
        self._values += 1
        text, tag, is_plain = event.value, event.tag, event.implicit[0]
        value = resolved(text) if is_plain else text
        if tag is not None:
            value = tagged(tag, text)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        if type(value) is float and not self._collection.wants_key and not math.isfinite(value):
            raise ScalarError("a number is infinite, or none")
        if text == "<<" and self._collection.wants_key and (is_plain or tag == _MERGE_TAG):
            value = _MERGE
        if not text or "/" in text or "?" in text:
            self._check_grammar(event)
        self._collection.add(value)

    def _check_grammar(self, event: Any) -> None:
        """Raises ScalarError for what libyaml accepts since 0.2 and go-yaml does not."""
        if self._flow_depth and not event.style:
            if "?" in event.value:
                raise ScalarError("text with ? needs quotes within [] and {}")
            if event.tag and not event.value:
                raise ScalarError("a tag needs a value within [] and {}")
        start, end = event.start_mark.index, event.end_mark.index
        if event.style == '"' and _ESCAPED_SLASH.search(self._escaping, start, end):
            raise ScalarError(r"\/ is not an escape in YAML")

    def _begin(self, collection: _List | _Mapping, event: Any) -> None:
        if len(self._around) == MAX_DEPTH:
            raise NestingError
        if event.anchor:
            self._anchors[event.anchor] = None
        self._around.append((self._collection, event.anchor, self._values))
        self._values += 1
        self._flow_depth += bool(event.flow_style)
        self._collection = collection

    def _end(self, event: Any) -> None:
        value = self._collection.value
        self._collection, anchor, first = self._around.pop()
        self._flow_depth -= bool(self._flow_depth)
        if anchor:
            self._anchors[anchor] = (value, self._values - first)
        self._collection.add(value)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise ScalarError("an alias has no anchor")
        anchored = self._anchors[event.anchor]
        if anchored is None:
            raise NestingError
        value, count = anchored
        if isinstance(value, list) and self._collection.merges:
            raise ScalarError("<< needs a mapping or a list of mappings, not an alias of a list")
        self._values += count + 1
        self._aliased += count
        if (
            self._aliased > _FEW_ALIASED
            and self._values > _FEW_VALUES
            and self._aliased > self._values * _share_of_aliases(self._values)
        ):
            raise NestingError
        self._collection.add(value)


def _share_of_aliases(values: int) -> float:
    """Returns which share of so many values may come from aliases."""
    grown = min(max(values - _SMALL, 0) / (_LARGE - _SMALL), 1.0)
    return _SHARE_OF_SMALL - (_SHARE_OF_SMALL - _SHARE_OF_LARGE) * grown


def _check_version(event: Any) -> None:
    if event.version not in (None, (1, 1)):
        raise ScalarError("only %YAML 1.1 is supported, as by kubectl")
