"""A target: current names and badges, shared credentials, connections on demand."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.kubeconfig_file import Cluster, Document, User, read_file
from kubeimg_gui.cluster.errors import KubeconfigError, LoginCancelledError
from kubeimg_gui.cluster.target import (
    Badge,
    BadgeKind,
    ContextTarget,
    Target,
    badges_of,
    in_cluster_target,
    kubeconfig_target,
)
from tests.support.plugins import Plugin

Write = Callable[..., None]


def document(current: str = "prod", *, insecure: bool = False) -> dict[str, Any]:
    return {
        "current-context": current,
        "contexts": [
            {"name": name, "context": {"cluster": f"c-{name}", "user": "alice"}}
            for name in ("prod", "test")
        ],
        "clusters": [
            {
                "name": f"c-{name}",
                "cluster": {
                    "server": f"https://{name}.example",
                    "insecure-skip-tls-verify": insecure,
                },
            }
            for name in ("prod", "test")
        ],
        "users": [{"name": "alice", "user": {"token": "t"}}],
    }


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(document()))
    return path


@pytest.fixture
def target(kubeconfig: Path) -> Iterator[ContextTarget]:
    target = kubeconfig_target(None, kubeconfig)
    yield target
    target.close()


def names(target: Target) -> tuple[str, str, str]:
    return (target.context, target.cluster, target.user)


def test_the_names_of_a_context(target: ContextTarget) -> None:
    assert (names(target), target.badges) == (("prod", "c-prod", "alice"), ())


def test_it_stays_with_its_context_where_another_becomes_the_current_one(
    target: ContextTarget, kubeconfig: Path
) -> None:
    kubeconfig.write_text(yaml.safe_dump(document("test")))
    assert target.connect().server == "https://prod.example"


def test_each_connection_is_made_from_the_kubeconfig_of_now(
    target: ContextTarget, kubeconfig: Path
) -> None:
    changed = document(insecure=True)
    changed["contexts"][0]["context"] = {"cluster": "c-test", "user": ""}
    kubeconfig.write_text(yaml.safe_dump(changed))
    assert target.connect().server == "https://test.example"
    assert names(target) == ("prod", "c-test", "")
    assert target.badges == (Badge(BadgeKind.INSECURE),)


def test_an_invalid_kubeconfig_is_reported_and_read_again_when_it_is_corrected(
    target: ContextTarget, kubeconfig: Path
) -> None:
    kubeconfig.write_text("a: [")
    with pytest.raises(KubeconfigError, match="not valid YAML"):
        target.connect()
    assert names(target) == ("prod", "c-prod", "alice")
    kubeconfig.write_text(yaml.safe_dump(document()))
    assert target.connect().server == "https://prod.example"


def test_a_kubeconfig_that_is_missing_may_come_later(kubeconfig: Path) -> None:
    text = kubeconfig.read_text()
    kubeconfig.unlink()
    with pytest.raises(KubeconfigError):
        kubeconfig_target("test", kubeconfig)
    target = kubeconfig_target("test", kubeconfig, must_exist=False)
    assert names(target) == ("test", "", "")
    with pytest.raises(KubeconfigError, match="cannot be read"):
        target.connect()
    kubeconfig.write_text(text)
    assert target.connect().server == "https://test.example"
    assert names(target) == ("test", "c-test", "alice")


def test_a_window_does_not_wait_for_a_file_that_takes_long(kubeconfig: Path) -> None:
    ready, was_read = threading.Event(), threading.Event()

    def read(path: Path) -> Document:
        ready.wait(10)
        was_read.set()
        return read_file(path)

    target = kubeconfig_target(None, kubeconfig, must_exist=False, read=read)
    assert not was_read.is_set()
    assert names(target) == ("", "", "")
    ready.set()
    assert target.connect().server == "https://prod.example"
    assert names(target) == ("prod", "c-prod", "alice")


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    return Plugin(tmp_path)


@pytest.fixture
def with_plugin(plugin: Plugin, kubeconfig: Path) -> Iterator[ContextTarget]:
    written = document()
    written["users"][0]["user"] = {"exec": plugin.entry}
    kubeconfig.write_text(yaml.safe_dump(written))
    target = kubeconfig_target(None, kubeconfig)
    yield target
    target.close()


def test_all_connections_share_their_credentials(with_plugin: ContextTarget) -> None:
    one, other = with_plugin.connect(), with_plugin.connect()
    assert one is not other
    assert one._credentials is other._credentials  # pyright: ignore[reportPrivateUsage]


def test_other_credentials_in_the_kubeconfig_end_a_login_with_the_old(
    with_plugin: ContextTarget, plugin: Plugin, kubeconfig: Path
) -> None:
    plugin.hold()
    old = with_plugin.connect()._credentials  # pyright: ignore[reportPrivateUsage]
    waiting = old.identity()
    kubeconfig.write_text(yaml.safe_dump(document()))
    new = with_plugin.connect()._credentials  # pyright: ignore[reportPrivateUsage]
    assert new is not old
    changed = waiting.exception(5)
    assert isinstance(changed, KubeconfigError), "a changed kubeconfig is read again soon"
    assert "has changed" in str(changed)
    with pytest.raises(KubeconfigError, match="has changed"):
        old.identity()


def test_closing_ends_the_plugin(with_plugin: ContextTarget, plugin: Plugin) -> None:
    plugin.hold()
    waiting = with_plugin.connect()._credentials.identity()  # pyright: ignore[reportPrivateUsage]
    with_plugin.close()
    with_plugin.close()
    assert isinstance(waiting.exception(5), LoginCancelledError)


def test_a_closed_target_does_not_connect(with_plugin: ContextTarget) -> None:
    with_plugin.close()
    with pytest.raises(LoginCancelledError):
        with_plugin.connect()


def test_a_plain_target_keeps_its_arguments() -> None:
    closed: list[bool] = []

    def connect() -> Any:
        return "connection"

    target = Target("demo", "demo", "demo", connect, close=lambda: closed.append(True))
    assert (names(target), target.badges) == (("demo", "demo", "demo"), ())
    assert target.connect() == "connection"
    target.close()
    assert closed == [True]


@pytest.mark.parametrize(
    ("cluster", "user", "environment", "badges"),
    [
        ({}, {}, {}, []),
        ({"insecure-skip-tls-verify": True}, {}, {}, [Badge(BadgeKind.INSECURE)]),
        ({}, {"as": "root\n"}, {}, [Badge(BadgeKind.ACTING_AS, r"root\n")]),
        (
            {"proxy-url": "http://me:hidden@a:1"},
            {},
            {},
            [Badge(BadgeKind.PROXY, "http://a:1")],
        ),
        ({}, {}, {"HTTPS_PROXY": "b"}, [Badge(BadgeKind.PROXY, "http://b:80")]),
        ({"proxy-url": "socks5://a"}, {}, {}, []),
        ({"server": "https://[::1", "proxy-url": ""}, {}, {"HTTPS_PROXY": "b"}, []),
    ],
)
def test_what_a_window_must_show(
    cluster: dict[str, Any], user: dict[str, Any], environment: dict[str, str], badges: list[Badge]
) -> None:
    context = Context(
        "prod",
        "c",
        "alice",
        msgspec.convert({"server": "https://a.example", **cluster}, Cluster),
        msgspec.convert(user, User),
    )
    assert list(badges_of(context, environment)) == badges


# The files that a connection is made from.


def test_the_files_are_the_kubeconfigs_and_what_the_context_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "missing", tmp_path / "sub" / "config"
    second.parent.mkdir()
    content = document()
    content["clusters"][0]["cluster"] = {"server": "https://a", "certificate-authority": "ca.crt"}
    content["clusters"][1]["cluster"] = {"server": "https://b", "certificate-authority": "other"}
    content["users"][0]["user"] = {
        "client-certificate": "user.crt",
        "client-key": "user.key",
        "tokenFile": "/run/token",
    }
    second.write_text(yaml.safe_dump(content))
    monkeypatch.setenv("KUBECONFIG", f"{first}:{second}")
    target = kubeconfig_target(None, None)
    named = [second.parent / name for name in ("ca.crt", "user.crt", "user.key")]
    assert target.files() == [first, second, *named, Path("/run/token")]


def test_the_named_files_stay_known_while_the_kubeconfig_cannot_be_read(kubeconfig: Path) -> None:
    content = document()
    content["users"][0]["user"] = {"tokenFile": "token"}
    kubeconfig.write_text(yaml.safe_dump(content))
    target = kubeconfig_target(None, kubeconfig)
    kubeconfig.write_text("[")
    with pytest.raises(KubeconfigError):
        target.connect()
    assert target.files() == [kubeconfig, kubeconfig.with_name("token")]


def test_a_missing_kubeconfig_is_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "config"
    assert kubeconfig_target(None, path, must_exist=False).files() == [path]


def test_the_files_of_a_pod_are_its_service_account(tmp_path: Path) -> None:
    target = in_cluster_target(tmp_path, must_exist=False)
    assert target.files() == [tmp_path / "token", tmp_path / "ca.crt"]
