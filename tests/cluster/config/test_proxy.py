"""Which way leads to a server, as Go programs decide it."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.config.proxy import proxy_for
from kubeimg_gui.cluster.errors import KubeconfigError
from kubeimg_gui.text.sanitize import plain

PROXY = "http://proxy.example:3128"
SERVER = "https://kube.example:6443"


def way(server: str = SERVER, proxy_url: str = "", **environment: str) -> str:
    """The proxy's address; "" for none."""
    proxy = proxy_for(server, proxy_url, environment)
    return proxy.url if proxy else ""


def test_by_default_there_is_no_proxy() -> None:
    assert way() == ""


def test_the_kubeconfigs_wins_over_the_environment_and_its_exceptions() -> None:
    assert way(proxy_url=PROXY, HTTPS_PROXY="http://other", NO_PROXY="*") == PROXY
    assert way("https://127.0.0.1", PROXY) == PROXY


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_the_environments(name: str) -> None:
    assert way(**{name: PROXY}) == PROXY
    assert way("http://kube.example", **{name: PROXY}) == ""


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
def test_the_environments_for_plain_http(name: str) -> None:
    assert way("http://kube.example", **{name: PROXY}) == PROXY
    assert way(**{name: PROXY}) == ""


def test_capital_letters_win() -> None:
    assert way(HTTPS_PROXY=PROXY, https_proxy="http://other") == PROXY


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("proxy.example", "http://proxy.example:80"),
        ("proxy.example:3128", PROXY),
        ("https://proxy.example", "https://proxy.example:443"),
        ("http://[::1]:3128/", "http://[::1]:3128"),
    ],
)
def test_an_address_is_completed(written: str, url: str) -> None:
    assert way(HTTPS_PROXY=written) == url


@pytest.mark.parametrize(
    "server",
    ["https://localhost:6443", "https://127.0.0.1", "https://127.9.9.9", "https://[::1]:6443"],
)
def test_loopback_is_reached_directly(server: str) -> None:
    assert way(server, HTTPS_PROXY=PROXY) == ""


@pytest.mark.parametrize(
    ("server", "no_proxy", "direct"),
    [
        (SERVER, "*", True),
        (SERVER, "x, *", True),
        (SERVER, "kube.example", True),
        (SERVER, "KUBE.example", True),
        (SERVER, "example", True),
        (SERVER, ".example", True),
        (SERVER, "*.example", True),
        (SERVER, "a.b,  kube.example  ,", True),
        (SERVER, "kube.example:6443", True),
        (SERVER, "kube.example:443", False),
        (SERVER, ".kube.example", False),
        (SERVER, "ube.example", False),
        (SERVER, "", False),
        (SERVER, ":6443", False),
        (SERVER, "10.0.0.0/8", False),
        ("https://kube.example", "kube.example:443", True),
        ("https://10.1.2.3:6443", "10.0.0.0/8", True),
        ("https://10.1.2.3:6443", "10.9.9.9/8", True),
        ("https://10.1.2.3:6443", "11.0.0.0/8", False),
        ("https://10.1.2.3:6443", "10.1.2.3", True),
        ("https://10.1.2.3:6443", "10.1.2.3:6443", True),
        ("https://10.1.2.3:6443", "10.1.2.3:1", False),
        ("https://10.1.2.3:6443", "10.1.2", False),
        ("https://10.1.2.3:6443", "10.1.2.3/99", False),
        ("https://[fd00::1]:6443", "fd00::/8", True),
        ("https://[fd00::1]:6443", "[fd00::1]:6443", True),
        ("https://[fd00::1]:6443", "fd00::1", True),
    ],
)
def test_exceptions(server: str, no_proxy: str, *, direct: bool) -> None:
    assert (way(server, HTTPS_PROXY=PROXY, no_proxy=no_proxy) == "") is direct


def test_user_and_password_go_only_to_the_proxy() -> None:
    proxy = proxy_for(SERVER, "http://me:pass%20w%C3%B6rd@proxy.example:3128", {})
    assert proxy
    assert proxy.url == PROXY
    kind, _, pair = proxy.authorization.partition(" ")
    assert (kind, b64decode(pair).decode()) == ("Basic", "me:pass wörd")
    assert pair not in repr(proxy)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("socks5://me:hidden@a", "SOCKS proxies are not supported .proxy-url: socks5://a."),
        ("socks5h://a", "SOCKS proxies are not supported"),
        ("ftp://me:hidden@a", "must begin with http:// or https://"),
        ("me:hidden@a", "must begin with http:// or https://"),
        ("http://", "not a valid URL"),
        ("http://a:99999", "not a valid URL"),
        ("http://a b", "not a valid URL"),
        ("http://[::1", "not a valid URL"),
    ],
)
def test_an_invalid_proxy_is_reported(written: str, sentence: str) -> None:
    with pytest.raises(KubeconfigError, match=sentence) as caught:
        way(proxy_url=written)
    assert "hidden" not in str(caught.value)


@given(written=st.text(max_size=40), no_proxy=st.text(max_size=40))
def test_any_text_is_a_proxy_or_an_error(written: str, no_proxy: str) -> None:
    for words in (written, f"http://{written}"):
        try:
            way(HTTPS_PROXY=words, NO_PROXY=no_proxy)
        except KubeconfigError as error:
            assert plain(str(error)) == str(error)  # noqa: PT017
