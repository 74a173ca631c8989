"""Which cluster and user a kubeconfig means, as kubectl decides it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from kubeimg_gui.cluster.errors import KubeconfigError
from kubeimg_gui.cluster.kubeconfig import Context, load_context

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a kubeconfig; keyword arguments replace its parts."""

    def write(name: str = "config", **parts: Any) -> Path:
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "prod",
            "contexts": [
                {"name": "prod", "context": {"cluster": "c-prod", "user": "alice"}},
                {"name": "test", "context": {"cluster": "c-test", "user": "bob"}},
            ],
            "clusters": [
                {"name": "c-prod", "cluster": {"server": "https://prod.example:6443"}},
                {"name": "c-test", "cluster": {"server": "https://test.example:6443"}},
            ],
            "users": [
                {"name": "alice", "user": {"token": "secret-of-alice"}},
                {"name": "bob", "user": {"token": "secret-of-bob"}},
            ],
            **parts,
        }
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return path

    return write


def listed(*paths: Path) -> dict[str, str]:
    return {"KUBECONFIG": os.pathsep.join(map(str, paths))}


def test_the_current_context(write: Write) -> None:
    context = load_context(file=write())
    assert (context.name, context.cluster_name, context.user_name) == ("prod", "c-prod", "alice")
    assert context.server == "https://prod.example:6443"


def test_another_context_by_name(write: Write) -> None:
    assert load_context("test", file=write()).server == "https://test.example:6443"


def test_the_first_file_that_sets_current_context_wins(write: Write) -> None:
    empty = write("a", **{"current-context": ""})
    first = write("b", **{"current-context": "test"})
    second = write("c", **{"current-context": "prod"})
    assert load_context(environment=listed(empty, first, second)).name == "test"


def test_the_first_entry_of_a_name_wins_whole(write: Write) -> None:
    first = write("a", clusters=[{"name": "c-prod", "cluster": {"server": "https://one.example"}}])
    second = write(
        "b",
        clusters=[
            {
                "name": "c-prod",
                "cluster": {"server": "https://two.example", "tls-server-name": "two"},
            }
        ],
    )
    context = load_context(environment=listed(first, second))
    assert dict(context.cluster) == {"server": "https://one.example"}


def test_missing_and_repeated_files_of_the_list_are_skipped(write: Write, tmp_path: Path) -> None:
    config = write()
    assert load_context(environment=listed(tmp_path / "none", config, config)).name == "prod"


def test_a_file_named_explicitly_is_read_alone(write: Write, tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match="cannot be read"):
        load_context(file=tmp_path / "none", environment=listed(write()))


def test_relative_paths_belong_to_the_folder_of_their_file(write: Write) -> None:
    other = write("a", users=[])
    config = write(
        "deep/b",
        users=[
            {"name": "alice", "user": {"client-certificate": "pki/a.crt", "tokenFile": "/run/t"}}
        ],
    )
    context = load_context(environment=listed(other, config))
    assert context.user["client-certificate"] == str(config.parent / "pki/a.crt")
    assert context.user["tokenFile"] == "/run/t"


def test_secrets_are_not_in_the_representation(write: Write) -> None:
    assert "secret" not in repr(load_context(file=write()))


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"current-context": ""}, "No current context"),
    ({"current-context": "typo"}, r"no context 'typo'.*there are: prod, test"),
    ({"contexts": None}, "no context 'prod'"),
    ({"clusters": []}, "gives no server"),
    ({"clusters": [{"name": "c-prod", "cluster": {}}]}, "gives no server"),
    ({"users": None}, "the user 'alice', who is not in"),
]


@pytest.mark.parametrize(("parts", "sentence"), BROKEN)
def test_what_is_wrong_is_said(write: Write, parts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(KubeconfigError, match=sentence):
        load_context(file=write(**parts))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [", r"not valid YAML \(line"),
        ("\x00", "not valid YAML"),
        ("just words", "not a kubeconfig"),
        ("- a\n- b", "not a kubeconfig"),
        ("", "No current context"),
    ],
)
def test_a_broken_file_is_said(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "config"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KubeconfigError, match=sentence):
        load_context(file=path)


def test_no_kubeconfig_at_all(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match="There is no kubeconfig"):
        load_context(environment=listed(tmp_path / "none"))


def test_a_context_without_user_is_anonymous(write: Write) -> None:
    path = write(contexts=[{"name": "prod", "context": {"cluster": "c-prod"}}])
    context = load_context(file=path)
    assert isinstance(context, Context)
    assert (context.user_name, dict(context.user)) == ("", {})
