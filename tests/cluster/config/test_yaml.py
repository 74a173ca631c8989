"""Kubeconfigs hold for kubeimg what they hold for kubectl, however their YAML is written."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.config.kubeconfig_file import Document, read_file
from kubeimg_gui.cluster.config.yaml_loader import NestingError, YamlError, load_yaml
from kubeimg_gui.cluster.errors import KubeconfigError
from tests.cluster.config import yaml_cases
from tests.cluster.config.yaml_cases import kubeconfig
from tests.controlplane.binaries import kubectl_command

Found = dict[str, object]

CASES: dict[str, tuple[bytes, str, object]] = {
    **{
        f"argument {written!r}": (kubeconfig(argument=written), "argument", expected)
        for written, expected in yaml_cases.ARGUMENTS.items()
    },
    **{
        f"flag {written!r}": (kubeconfig(flag=written), "flag", expected)
        for written, expected in yaml_cases.FLAGS.items()
    },
    **{
        f"context {written!r}": (kubeconfig(context=written), "context", expected)
        for written, expected in yaml_cases.CONTEXTS.items()
    },
    **{
        f"in braces {written!r}": (kubeconfig(value=written), "value", expected)
        for written, expected in yaml_cases.IN_BRACES.items()
    },
    **{name: (text, "server", expected) for name, (text, expected) in yaml_cases.DOCUMENTS.items()},
}
"""Name to the file's text, what to look at, and the value; None for a file that is refused."""


def values(document: Document) -> Found:
    plugin = document.users[0].user.exec if document.users else None
    cluster = document.clusters[0].cluster
    return {
        "context": document.current_context,
        "server": cluster.server,
        "flag": cluster.disable_compression,
        "argument": plugin.args[0] if plugin else None,
        "value": plugin.env[0].value if plugin else None,
    }


def values_of_kubectl(document: dict[str, Any]) -> Found:
    plugin = document["users"][0]["user"]["exec"] if document["users"] else None
    cluster = document["clusters"][0]["cluster"]
    return {
        "context": document["current-context"],
        "server": cluster["server"],
        "flag": cluster.get("disable-compression", False),
        "argument": plugin["args"][0] if plugin else None,
        "value": plugin["env"][0]["value"] if plugin else None,
    }


@pytest.mark.parametrize("name", CASES)
def test_a_file_is_read_as_kubectl_reads_it(tmp_path: Path, name: str) -> None:
    text, what, expected = CASES[name]
    path = tmp_path / "config"
    path.write_bytes(text)
    if expected is None:
        with pytest.raises(KubeconfigError):
            read_file(path)
    else:
        assert values(read_file(path))[what] == expected


@pytest.mark.slow
@pytest.mark.control_plane
def test_kubectl_reads_these_files_so(tmp_path: Path) -> None:
    kubectl = kubectl_command()
    assert kubectl is not None
    differences: dict[str, object] = {}
    for name, (text, what, expected) in CASES.items():
        path = tmp_path / "config"
        path.write_bytes(text)
        view = ("--kubeconfig", str(path), "config", "view", "--raw", "-o", "json")
        done = subprocess.run([kubectl, *view], capture_output=True, text=True, check=False)
        found = values_of_kubectl(json.loads(done.stdout)) if done.returncode == 0 else {}
        if found.get(what) != expected:
            differences[name] = found.get(what) or done.stderr
    assert differences == {}


def test_aliases_may_repeat_what_go_yaml_allows() -> None:
    repeated = ", ".join(["*a"] * 500)
    assert load_yaml(f"a: &a [1, 2]\nb: [{repeated}]".encode())["b"] == [[1, 2]] * 500


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: b: c\n", "(line 2): mapping values are not allowed in this context"),
        ("a: b\nc: !!int x\n", "(line 3): the value of !!int does not fit"),
        ("a: b\nc: *x\n", "(line 3): an alias has no anchor"),
        ('"a\\/b"', r"(line 2): \/ is not an escape"),
        ("%YAML 1.2\n---\na: b\n", "(line 2): only %YAML 1.1 is supported"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "config"
    path.write_text(f"# comment\n{text}")
    with pytest.raises(KubeconfigError) as caught:
        read_file(path)
    assert f"is not valid YAML {sentence}" in str(caught.value)


PRINTABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufeff")
)
PLAIN = st.text("0123456789abefnoxyNY.+-_~:=<>!&*? '\"[]{}#\\/|%@`,\t\n", max_size=12)
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | PRINTABLE,
    lambda inner: st.lists(inner) | st.dictionaries(PRINTABLE, inner),
    max_leaves=10,
)


@given(JSON_VALUES)
def test_json_is_yaml(value: object) -> None:
    assert load_yaml(json.dumps(value, ensure_ascii=False).encode()) == value


@given(PRINTABLE)
def test_quoted_text_is_text(text: str) -> None:
    quoted = text.replace("'", "''")
    assert load_yaml(f"a: '{quoted}'".encode()) == {"a": text}


@given(st.lists(PLAIN).map("\n".join).map(str.encode) | st.binary())
def test_any_bytes_are_a_value_or_an_error(text: bytes) -> None:
    try:
        json.dumps(load_yaml(text), allow_nan=False)
    except (YamlError, NestingError) as error:
        assert not isinstance(error.__cause__, RecursionError)  # noqa: PT017
