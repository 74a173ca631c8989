"""Credentials reach the official client, or are refused; never does it go on without them."""

from pathlib import Path
from typing import Any

import pytest

from kubeimg_gui.cluster.credentials import configuration_for
from kubeimg_gui.cluster.errors import CredentialsError
from kubeimg_gui.cluster.kubeconfig import Context


def context(user: dict[str, Any], **cluster: Any) -> Context:
    server = {"server": "https://prod.example:6443", **cluster}
    return Context("prod", "c-prod", "alice", server, user)


def test_a_token() -> None:
    configuration = configuration_for(context({"token": "abc"}))
    assert configuration.host == "https://prod.example:6443"
    assert configuration.get_api_key_with_prefix("BearerToken") == "Bearer abc"


def test_a_token_file_is_trimmed_and_wins_over_the_token(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(" from-file\n", encoding="utf-8")
    configuration = configuration_for(context({"token": "old", "tokenFile": str(path)}))
    assert configuration.get_api_key_with_prefix("BearerToken") == "Bearer from-file"


def test_no_user_is_anonymous() -> None:
    assert not configuration_for(context({})).api_key


def test_cluster_settings_reach_the_client() -> None:
    configuration = configuration_for(
        context(
            {"token": "abc"},
            **{
                "insecure-skip-tls-verify": True,
                "tls-server-name": "inner.example",
                "proxy-url": "http://proxy.example:3128",
            },
        )
    )
    assert configuration.verify_ssl is False
    assert configuration.tls_server_name == "inner.example"
    assert configuration.proxy == "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        ({"token": "abc", "as": "root"}, "Impersonation"),
        ({"token": "abc", "as-groups": ["system:masters"]}, "Impersonation"),
        ({"auth-provider": {"name": "azure"}}, "auth-provider 'azure'"),
        ({"tokenFile": "/nowhere/token"}, "token file /nowhere/token"),
        (
            {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-tool"}},
            "plugin 'no-such-tool'",
        ),
    ],
)
def test_what_cannot_be_honoured_is_refused(user: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CredentialsError, match=sentence):
        configuration_for(context(user))


def test_a_socks_proxy_is_refused() -> None:
    with pytest.raises(CredentialsError, match="SOCKS"):
        configuration_for(context({}, **{"proxy-url": "socks5://proxy.example:1080"}))
