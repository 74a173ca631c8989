"""Credentials: their precedence, refresh and failure; no request without them is anonymous."""

import base64
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.auth.credentials import Credentials, credentials_of
from kubeimg_gui.cluster.auth.request_identity import Identity
from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.kubeconfig_file import Cluster, User
from kubeimg_gui.cluster.errors import CredentialsError, KubeconfigError, LoginCancelledError
from kubeimg_gui.cluster.timeouts import Timeouts
from tests.support.plugins import Plugin
from tests.support.recorder import WAIT_SECONDS

AUTHORITY = trustme.CA()


def context(user: dict[str, Any], server: str = "https://prod.example:6443") -> Context:
    return Context("prod", "c-prod", "alice", Cluster(server=server), msgspec.convert(user, User))


def now(credentials: Credentials) -> Identity:
    return credentials.identity().result(WAIT_SECONDS)


def headers(user: dict[str, Any]) -> list[tuple[str, str]]:
    return list(now(Credentials(context(user))).headers)


def pair(name: str = "client") -> tuple[str, str]:
    issued = AUTHORITY.issue_cert(f"{name}.example")
    return issued.cert_chain_pems[0].bytes().decode(), issued.private_key_pem.bytes().decode()


def data(pem: str) -> str:
    return base64.encodebytes(pem.encode()).decode()  # with line ends


def test_a_token() -> None:
    assert headers({"token": "abc"}) == [("Authorization", "Bearer abc")]


def test_a_password() -> None:
    ((_, shown),) = headers({"username": "me", "password": "päss:word"})
    assert base64.b64decode(shown.removeprefix("Basic ")).decode() == "me:päss:word"


def test_an_anonymous_user_has_no_headers() -> None:
    assert now(Credentials(context({}))) == Identity()


def test_a_certificate_beside_a_token() -> None:
    certificate, key = pair()
    identity = now(
        Credentials(
            context(
                {
                    "token": "abc",
                    "client-certificate-data": data(certificate),
                    "client-key-data": data(key),
                }
            )
        )
    )
    assert identity.certificate
    assert identity.certificate.certificate.decode() == certificate
    assert identity.headers == (("Authorization", "Bearer abc"),)


def test_without_tls_nothing_secret_is_sent() -> None:
    user = {"token": "abc", "as": "other", "exec": {"command": "x"}}
    for server in ("http://a", "a:6443"):
        identity = now(credentials_of(context(user, server)))
        assert identity.headers == (("Impersonate-User", "other"),)
    assert len(now(credentials_of(context(user))).headers) == 2


# Token files.


def test_a_token_file_is_trimmed_read_again_and_wins_over_the_token(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(" first\n", encoding="utf-8")
    credentials = Credentials(context({"token": "old", "tokenFile": str(path)}))
    assert now(credentials).headers == (("Authorization", "Bearer first"),)
    path.write_text("second", encoding="utf-8")
    assert now(credentials).headers == (("Authorization", "Bearer second"),)


@pytest.mark.parametrize("spoiled", [b"", b"\n", b"\xff", None])
def test_the_last_good_token_is_kept(tmp_path: Path, spoiled: bytes | None) -> None:
    path = tmp_path / "token"
    path.write_text("good")
    credentials = Credentials(context({"tokenFile": str(path)}))
    now(credentials)
    path.unlink()
    if spoiled is not None:
        path.write_bytes(spoiled)
    assert now(credentials).headers == (("Authorization", "Bearer good"),)


def test_the_token_stands_in_for_its_file(tmp_path: Path) -> None:
    assert headers({"token": "old", "tokenFile": str(tmp_path / "none")}) == [
        ("Authorization", "Bearer old")
    ]


# Certificate files.


def test_certificate_files_are_read_again_and_kept_while_they_do_not_match(tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate", tmp_path / "key"
    user = {"client-certificate": str(certificate), "client-key": str(key)}
    first, second = pair("first"), pair("second")
    certificate.write_text(first[0])
    key.write_text(first[1])
    credentials = Credentials(context(user))
    before = now(credentials)
    assert now(credentials) == before
    certificate.write_text(second[0])
    assert now(credentials) == before
    key.write_text(second[1])
    after = now(credentials)
    assert after != before
    assert after.certificate
    assert after.certificate.key.decode() == second[1]
    key.unlink()
    assert now(credentials) == after


# What is refused.

GOOD, KEY = pair()


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        ({"auth-provider": {"name": "azure"}}, "auth-provider 'azure'.*such as kubelogin"),
        ({"auth-provider": {"name": "gcp"}}, "such as gke-gcloud-auth-plugin"),
        ({"token": "a", "username": "b"}, "a token and a password"),
        ({"tokenFile": "/nowhere/token"}, "token file /nowhere/token of the user 'alice' cannot"),
        ({"tokenFile": "/dev/null"}, "token file /dev/null .* it is empty"),
        ({"token": "a\nb"}, "The token of the user 'alice' contains a line end"),
        ({"token": "a\x7fb"}, "or another control character"),
        ({"client-certificate-data": data(GOOD)}, "no client-key"),
        (
            {"client-certificate-data": "x", "client-certificate": "y"},
            "client-certificate-data: remove",
        ),
        (
            {"client-certificate-data": "x", "client-key": "y", "client-key-data": "z"},
            "client-key and client-key-data",
        ),
        ({"client-certificate": "/nowhere", "client-key": "x"}, "cannot be read from /nowhere"),
        (
            {"client-certificate-data": data(GOOD), "client-key": "/nowhere"},
            "client key .* cannot be read from /nowhere",
        ),
        ({"client-certificate-data": "?", "client-key-data": data(KEY)}, "not valid base64"),
        (
            {"client-certificate-data": data(GOOD), "client-key-data": data(pair()[1])},
            "The client certificate of the user 'alice' does not match its key",
        ),
        ({"as-groups": ["system:masters"]}, "but no user"),
        ({"as-uid": "x"}, "but no user"),
        ({"as-user-extra": {"a": ["b"]}}, "but no user"),
        ({"as": "a\r\nb: c"}, "contains a line end"),
        ({"exec": {"command": "x", "apiVersion": "v"}}, "apiVersion 'v'"),
    ],
)
def test_an_unusable_user_is_refused(user: dict[str, Any], sentence: str) -> None:
    with pytest.raises(KubeconfigError, match=sentence) as caught:
        now(Credentials(context(user)))
    assert "hidden" not in str(caught.value)


# Impersonation.


def test_impersonation() -> None:
    assert headers(
        {
            "as": "jürgen",
            "as-uid": "1",
            "as-groups": ["a", "b,c"],
            "as-user-extra": {"Example.org/Scopes%": ["x", "y"], "ä": ["z"]},
        }
    ) == [
        ("Impersonate-User", "jürgen".encode().decode("latin-1")),
        ("Impersonate-Uid", "1"),
        ("Impersonate-Group", "a"),
        ("Impersonate-Group", "b,c"),
        ("Impersonate-Extra-example.org%2Fscopes%25", "x"),
        ("Impersonate-Extra-example.org%2Fscopes%25", "y"),
        ("Impersonate-Extra-%C3%A4", "z"),
    ]


@given(name=st.text(min_size=1, max_size=20))
def test_any_name_is_sent_unchanged_or_refused(name: str) -> None:
    try:
        ((_, value),) = headers({"as": name})
    except KubeconfigError:
        assert any(sign < " " or sign == "\x7f" for sign in name)
    else:
        assert value.encode("latin-1") == name.encode(errors="replace")


# Secrets.


def test_nothing_secret_is_in_any_representation() -> None:
    credentials = Credentials(context({"token": "hidden-token"}))
    assert "hidden" not in f"{credentials!r} {now(credentials)!r} {credentials.identity()!r}"


def test_an_identity_hides_its_secrets_in_text() -> None:
    token = now(Credentials(context({"token": "hidden-token"})))
    assert token.hide_secrets("not 'hidden-token'!") == "not '…redacted…'!"
    assert Identity(secrets=("abcd",)).hide_secrets("abcd") == "…redacted…"
    assert Identity(secrets=("abc",)).hide_secrets("abc") == "abc"
    password = now(Credentials(context({"username": "me", "password": "hidden"})))
    shown = password.headers[0][1]
    assert "hidden" not in password.hide_secrets(f"hidden {shown}")
    assert shown.partition(" ")[2] not in password.hide_secrets(shown)


# Plugins.


ENDED = LoginCancelledError("it was ended")


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    return Plugin(tmp_path)


@pytest.fixture
def with_plugin(plugin: Plugin) -> Iterator[Credentials]:
    credentials = Credentials(context({"exec": plugin.entry}))
    yield credentials
    credentials.close(ENDED)


def test_a_plugin_runs_when_it_is_needed_and_once(plugin: Plugin, with_plugin: Credentials) -> None:
    assert plugin.runs == 0
    assert now(with_plugin).headers == (("Authorization", "Bearer t1"),)
    assert now(with_plugin) is now(with_plugin)
    assert plugin.runs == 1


def test_a_plugin_runs_again_when_its_token_was_refused(
    plugin: Plugin, with_plugin: Credentials
) -> None:
    first = now(with_plugin)
    with_plugin.discard(first)
    second = now(with_plugin)
    with_plugin.discard(first)  # by a slower thread
    assert now(with_plugin) is second
    assert (second.headers, plugin.runs) == ((("Authorization", "Bearer t2"),), 2)


def test_a_plugin_runs_again_when_its_token_has_expired(plugin: Plugin) -> None:
    expires = datetime(2040, 1, 1, tzinfo=UTC).timestamp()
    times = iter([expires - 60, expires - 0.001, expires])
    credentials = Credentials(context({"exec": plugin.entry}), clock=times.__next__)
    plugin.says('{"token": "tN", "expirationTimestamp": "2040-01-01T00:00:00Z"}')
    for _ in range(3):
        assert now(credentials).secrets == ("t1",)
    assert now(credentials).secrets == ("t2",)


def test_concurrent_requests_share_one_run(plugin: Plugin, with_plugin: Credentials) -> None:
    plugin.hold()
    waiting = [with_plugin.identity() for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(with_plugin.identity) for _ in range(8)]
        waiting += [each.result(WAIT_SECONDS) for each in asked]
    plugin.go_on()
    assert len({id(each.result(WAIT_SECONDS)) for each in waiting}) == 1
    assert plugin.runs == 1


def test_a_plugin_that_fails_is_an_error_and_runs_again_for_the_next(
    plugin: Plugin, with_plugin: Credentials
) -> None:
    plugin.fails("no login")
    for _ in range(2):
        with pytest.raises(CredentialsError, match=r"of the user 'alice' failed .*: no login"):
            now(with_plugin)
    assert plugin.runs == 2
    plugin.works()
    assert now(with_plugin).headers == (("Authorization", "Bearer t3"),)


def test_a_token_that_no_header_can_carry_names_the_plugin(plugin: Plugin) -> None:
    plugin.says('{"token": "a\\nb"}')
    with pytest.raises(CredentialsError, match="The token of the credential plugin"):
        now(Credentials(context({"exec": plugin.entry})))


@pytest.mark.parametrize(
    "own",
    [
        {"token": "own"},
        {"username": "own"},
        {"client-certificate-data": data(GOOD), "client-key-data": data(KEY)},
    ],
)
def test_what_the_kubeconfig_has_itself_wins_over_a_plugin(
    plugin: Plugin, own: dict[str, Any]
) -> None:
    now(Credentials(context({"exec": plugin.entry, **own})))
    assert plugin.runs == 0


def test_a_cancelled_login_can_be_started_again(plugin: Plugin, with_plugin: Credentials) -> None:
    with_plugin.cancel_login()  # nothing runs
    plugin.hold()
    waiting = with_plugin.identity()
    with_plugin.cancel_login()
    with pytest.raises(LoginCancelledError, match="was cancelled"):
        waiting.result(1)
    plugin.go_on()
    assert now(with_plugin).headers


def test_closing_ends_the_plugin_permanently(plugin: Plugin, with_plugin: Credentials) -> None:
    plugin.hold()
    waiting = with_plugin.identity()
    with_plugin.close(ENDED)
    with_plugin.close(ENDED)
    with pytest.raises(LoginCancelledError, match="was ended"):
        waiting.result(1)
    with pytest.raises(LoginCancelledError, match="was ended"):
        with_plugin.identity()


def test_a_plugin_that_takes_too_long_is_an_error(plugin: Plugin) -> None:
    plugin.hold()
    credentials = Credentials(context({"exec": plugin.entry}), Timeouts(plugin_seconds=0.2))
    with pytest.raises(CredentialsError, match=r"did not finish within 0.2 s"):
        now(credentials)


def test_a_plugin_that_asks_receives_the_cluster(plugin: Plugin, tmp_path: Path) -> None:
    ca = tmp_path / "ca"
    ca.write_text("PEM")
    cluster = msgspec.convert(
        {
            "server": "https://prod.example/",
            "certificate-authority": str(ca),
            "tls-server-name": "inner",
            "extensions": [
                {"name": "other", "extension": 1},
                {"name": "client.authentication.k8s.io/exec", "extension": {"audience": "a"}},
            ],
        },
        Cluster,
    )
    user = msgspec.convert({"exec": {**plugin.entry, "provideClusterInfo": True}}, User)
    now(Credentials(Context("prod", "c", "alice", cluster, user)))
    assert plugin.question["spec"]["cluster"] == {
        "server": "https://prod.example",
        "tls-server-name": "inner",
        "certificate-authority-data": base64.b64encode(b"PEM").decode(),
        "config": {"audience": "a"},
    }


def test_the_login_sentence_names_the_user(with_plugin: Credentials) -> None:
    assert "of the user 'alice' is running" in with_plugin.login_sentence


def test_no_thread_is_left(plugin: Plugin, with_plugin: Credentials) -> None:
    plugin.hold()
    waiting = with_plugin.identity()
    with_plugin.cancel_login()
    waiting.exception(WAIT_SECONDS)
    for thread in threading.enumerate():
        if thread.name.startswith("credential-"):
            thread.join(WAIT_SECONDS)
            assert not thread.is_alive()
