"""Which cluster and user a kubeconfig means, as kubectl decides it."""

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.auth.credentials import Credentials
from kubeimg_gui.cluster.config.endpoint import endpoint_of
from kubeimg_gui.cluster.config.kubeconfig import Context, context_names, load_context
from kubeimg_gui.cluster.config.kubeconfig_file import MAX_FILE_BYTES, Cluster, User
from kubeimg_gui.cluster.errors import CredentialsError, KubeconfigError
from kubeimg_gui.text.sanitize import plain

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


def test_entries_of_one_name_are_not_merged(write: Write) -> None:
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
    assert (context.server, context.cluster.tls_server_name) == ("https://one.example", "")


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
            {
                "name": "alice",
                "user": {
                    "client-certificate": "pki/a.crt",
                    "tokenFile": "/run/t",
                    "client-key": "~/key",
                    "exec": {"command": "./plugin"},
                },
            }
        ],
    )
    context = load_context(environment=listed(other, config))
    assert context.user.client_certificate == str(config.parent / "pki/a.crt")
    assert context.user.token_file == "/run/t"
    assert context.user.client_key == str(config.parent / "~/key")
    assert context.user.exec
    assert context.user.exec.command == str(config.parent / "plugin")


def test_secrets_are_not_in_the_representation(write: Write) -> None:
    context = load_context(file=write())
    assert "secret" not in f"{context!r} {context.user!r}"


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"current-context": ""}, "No current context"),
    ({"current-context": "typo"}, r"context 'typo' does not exist.*available: prod, test"),
    ({"contexts": None}, "context 'prod' does not exist"),
    ({"clusters": []}, "has no server"),
    ({"clusters": [{"name": "c-prod", "cluster": {}}]}, "has no server"),
    ({"users": None}, "the user 'alice', which does not exist in"),
    ({"kind": "Pod"}, "its kind is 'Pod'"),
    ({"apiVersion": "v7"}, "apiVersion 'v7'"),
    ({"contexts": {}}, "at contexts: Expected `array`, got `object`"),
    ({"clusters": [{"name": 5}]}, r"at clusters\[0\].name: Expected `str`, got `int`"),
    ({"clusters": [{"name": "x", "cluster": {"server": 5}}]}, r"clusters\[0\].cluster.server"),
    ({"users": [{"name": "x", "user": []}]}, r"users\[0\].user"),
    (
        {"users": [{"name": "x", "user": {"client-key-data": "A"}}]},
        "the data of the user 'x' is not valid base64",
    ),
    ({"clusters": [{"name": "a"}, {"name": "a"}]}, "two clusters named 'a'"),
    ({"users": [{"name": "a\n"}, {"name": "a\n"}]}, r"two users named 'a\\\\n'"),
]


@pytest.mark.parametrize(("parts", "sentence"), BROKEN)
def test_an_unusable_context_is_reported(
    write: Write, parts: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(KubeconfigError, match=sentence):
        load_context(file=write(**parts))


ALIASES = "x: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{after}: &{after} [{','.join([f'*{before}'] * 9)}]\n"
    for before, after in itertools.pairwise("abcdefghi")
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [", r"not valid YAML \(line"),
        ("\x00", "not valid YAML"),
        ("just words", "not a kubeconfig"),
        ("- a\n- b", "not a kubeconfig"),
        ("", "No current context"),
        ("a: b\nusers:\n\t- a", r"not valid YAML \(line 3\)"),
        (b"\xff\xfe\xfd", "not valid YAML"),
        (b"current-context: \xe4", "not valid YAML"),
        ("!!python/object/apply:os.system [x]", "not a kubeconfig"),
        ("a: !!timestamp x", r"not valid YAML \(line 1\)"),
        ("[" * 100_000, "nested too deeply"),
        ("a: &a [*a]", "nested too deeply, or refers to itself"),
        (ALIASES, "nested too deeply, or refers to itself"),
    ],
    ids=range(13),
)
def test_an_invalid_file_is_reported(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    path = tmp_path / "config"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(KubeconfigError, match=sentence):
        load_context(file=path)


def test_a_file_that_is_too_large_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "config"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(KubeconfigError, match="larger than 128 MiB"):
        load_context(file=path)


def test_text_that_looks_like_a_number_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("current-context: 1e5")
    with pytest.raises(KubeconfigError, match=r"at current-context: .* needs quotes"):
        load_context(file=path)


def test_no_kubeconfig_at_all(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match="No kubeconfig found"):
        load_context(environment=listed(tmp_path / "none"))


def test_a_context_without_user_is_anonymous(write: Write) -> None:
    path = write(contexts=[{"name": "prod", "context": {"cluster": "c-prod"}}])
    context = load_context(file=path)
    assert isinstance(context, Context)
    assert (context.user_name, context.user) == ("", User())


def test_a_name_that_looks_like_a_date_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(
        "current-context: 2026-01-01\n"
        "contexts: [{name: 2026-01-01, context: {cluster: c}}]\n"
        "clusters: [{name: c, cluster: {server: 'https://a'}}]"
    )
    assert load_context(file=path).name == "2026-01-01"


def test_json_nulls_and_unknown_fields_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(
        '{"current-context": "a", "users": null, "preferences": {"1": [null]}, "contexts":\t'
        '[{"name": "a", "context": {"cluster": "c", "user": null, "namespace": "x"}}, null],'
        '"clusters": [{"name": "c", "cluster": {"server": "https://a", "extensions": null}}]}'
    )
    assert load_context(file=path).server == "https://a"


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 5000])
def test_a_path_that_is_not_a_file_is_reported(tmp_path: Path, name: str) -> None:
    with pytest.raises(KubeconfigError, match="cannot be read") as caught:
        load_context(file=tmp_path / name)
    assert "\0" not in str(caught.value)


def test_a_file_without_read_permission_is_reported(write: Write) -> None:
    path = write()
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(KubeconfigError, match="cannot be read: Permission denied"):
        load_context(file=path)


def test_a_long_list_of_names_is_cut(write: Write) -> None:
    contexts = [{"name": f"c{i}"} for i in range(1000)]
    with pytest.raises(KubeconfigError, match=r"c0, c1.* and 990 more\)") as caught:
        load_context("x", file=write(contexts=contexts))
    assert len(str(caught.value)) < 500


def test_all_contexts_are_named_once(write: Write) -> None:
    first, second = write("a"), write("b", contexts=[{"name": "prod"}, {"name": "late"}])
    assert context_names(environment=listed(first, second)) == ["prod", "test", "late"]


def outcome(path: Path, content: bytes) -> None:
    """A context or one of our errors, on one line."""
    path.write_bytes(content)
    try:
        context = load_context(file=path)
        endpoint_of(context, {})
        Credentials(context)
    except (KubeconfigError, CredentialsError) as error:
        assert plain(str(error)) == str(error)  # noqa: PT017
        assert len(str(error)) < 1000  # noqa: PT017


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.text(max_size=20)
    | st.binary(max_size=8)
)
NESTED = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | SCALARS, inner, max_size=3)
    ),
    max_leaves=8,
)
PLACES = (
    ("current-context",),
    ("contexts",),
    ("contexts", 0),
    ("contexts", 0, "name"),
    ("contexts", 0, "context"),
    ("contexts", 0, "context", "cluster"),
    ("clusters", 0),
    *(("clusters", 0, "cluster", key) for key in ("server", "certificate-authority-data")),
    *(("clusters", 0, "cluster", key) for key in ("proxy-url", "extensions", "tls-server-name")),
    ("users", 0, "user"),
    *(("users", 0, "user", key) for key in ("token", "as", "as-user-extra", "as-groups")),
    *(("users", 0, "user", key) for key in ("client-certificate-data", "auth-provider", "exec")),
    *(("users", 0, "user", "exec", key) for key in ("command", "args", "env", "apiVersion")),
)


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "config"


@given(
    content=st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_are_a_context_or_an_error(one_file: Path, content: bytes) -> None:
    outcome(one_file, content)


@given(place=st.sampled_from(PLACES), value=NESTED)
def test_anything_in_any_place_is_a_context_or_an_error(
    one_file: Path, place: tuple[str | int, ...], value: Any
) -> None:
    document: Any = {
        "current-context": "a",
        "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}],
        "clusters": [{"name": "a", "cluster": {"server": "https://a"}}],
        "users": [{"name": "a", "user": {"exec": {"command": "x", "apiVersion": "v"}}}],
    }
    *way, last = place
    inner = document
    for step in way:
        inner = inner[step]
    inner[last] = value
    outcome(one_file, yaml.dump(document).encode("utf-8", "replace"))


@given(
    server=st.text(max_size=80)
    | st.from_regex(r"(https?://)?[a-z.:\[\]@%0-9-]{0,80}(/.*)?", fullmatch=True)
)
def test_any_address_is_one_or_an_error(server: str) -> None:
    context = Context("a", "a", "", Cluster(server=server), User())
    try:
        address = endpoint_of(context, {}).server
    except KubeconfigError as error:
        assert plain(str(error)) == str(error)  # noqa: PT017
    else:
        assert address.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://a:6443", "https://a:6443"),
        ("https://a/k8s/c-1/?x=1#y", "https://a/k8s/c-1"),
        ("prod:6443", "http://prod:6443"),
        ("10.0.0.1", "http://10.0.0.1"),
        ("https://[::1]:6443/", "https://[::1]:6443"),
        ("https://bücher.example", "https://bücher.example"),
    ],
)
def test_an_address_is_completed_as_kubectl_does(written: str, address: str) -> None:
    context = Context("a", "a", "", Cluster(server=written), User())
    assert endpoint_of(context, {}).server == address


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("https://", "is not a valid URL"),
        ("ftp://a", "must begin with https://"),
        ("a/x", "is not a valid URL"),
        ("https://a b", "contains a space"),
        ("https://a:0", "is not a valid URL"),
        ("https://a:99999", "invalid port"),
        ("https://a:x", "invalid port"),
        ("https://[::1", "invalid host name"),
        (f"https://{'a' * 64}.example", "invalid host name"),
        ("https://a..b", "invalid host name"),
        ("https://me:hidden@a", "move them to a user of the kubeconfig"),
    ],
)
def test_an_invalid_address_is_reported(written: str, sentence: str) -> None:
    context = Context("a", "the cluster", "", Cluster(server=written), User())
    with pytest.raises(KubeconfigError, match=sentence) as caught:
        endpoint_of(context, {})
    assert "the cluster" in str(caught.value)
    assert "hidden" not in str(caught.value)
