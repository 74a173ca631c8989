"""Host names and certificates match as in Go, whose own table is the first test here."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.x509.host_match import is_for_host

# `matchHostnamesTests` of Go's crypto/x509, with the pattern as the certificate's only name.
GO = [
    ("a.b.c", "a.b.c", True),
    ("a.b.c", "b.b.c", False),
    ("", "b.b.c", False),
    ("a.b.c", "", False),
    ("example.com", "www.example.com", False),
    ("*.example.com", "example.com", False),
    ("*.example.com", "www.example.com", True),
    ("*.example.com", "www.example.com.", True),
    ("*.example.com", "xyz.www.example.com", False),
    ("*.example.com", "https://www.example.com", False),
    ("*.example..com", "www.example..com", False),
    ("www.example..com", "www.example..com", True),
    ("*.*.example.com", "xyz.www.example.com", False),
    ("*.www.*.com", "xyz.www.example.com", False),
    ("*bar.example.com", "foobar.example.com", False),
    ("f*.example.com", "foobar.example.com", False),
    ("www.example.com", "*.example.com", False),
    ("", ".", False),
    (".", "", False),
    (".", ".", False),
    ("example.com", "example.com.", True),
    ("example.com.", "example.com", False),
    ("example.com.", "example.com.", True),
    ("*.com.", "example.com.", False),
    ("*.com.", "example.com", False),
    ("*.com", "example.com", True),
    ("*.com", "example.com.", True),
    ("foo:bar", "foo:bar", True),
    ("*.foo:bar", "xxx.foo:bar", False),
    ("*.2.3.4", "1.2.3.4", False),
    ("*.2.3.4", "[1.2.3.4]", False),
    ("*:4860:4860::8888", "2001:4860:4860::8888", False),
    ("2001:4860:4860::8888", "2001:4860:4860::8888", False),
    ("[2001:4860:4860::8888]", "[2001:4860:4860::8888]", False),
]
MORE = [
    ("*.lan", "kube.lan", True),
    ("*.lan", "KUBE.LAN", True),
    ("*.LAN", "kube.lan", True),
    ("*.lan", "a.kube.lan", False),
    ("*.lan", "lan", False),
    ("*.lan", ".lan", False),
    ("*", "kube", False),
    ("*", "kube.lan", False),
    ("my_kube.lan", "my_kube.lan", True),
    ("*.lan", "my_kube.lan", True),
    ("-a.lan", "-a.lan", True),
    ("*.lan", "-a.lan", False),
    ("*.lan", "*.lan", True),
    ("*.lan", "kube.lan\0.evil", False),
    ("kube.lan", "kube.lan\0", False),
    ("*.lan", "K\u212aube.lan", False),
    ("\u212aube.lan", "kube.lan", False),
]


@pytest.mark.parametrize(("pattern", "host", "matches"), GO + MORE)
def test_a_name_matches_as_in_go(pattern: str, host: str, matches: bool) -> None:
    assert is_for_host(host, [pattern], []) is matches


@pytest.mark.parametrize(
    ("host", "address", "matches"),
    [
        ("10.0.0.1", "10.0.0.1", True),
        ("[10.0.0.1]", "10.0.0.1", True),
        ("10.0.0.2", "10.0.0.1", False),
        ("fd00::1", "fd00::1", True),
        ("[FD00:0::1]", "fd00::1", True),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "::ffff:10.0.0.1", True),
        ("fd00::1%eth0", "fd00::1", False),
        ("010.0.0.1", "10.0.0.1", False),
        ("10.1", "10.0.0.1", False),
    ],
)
def test_an_address_matches_addresses_only(host: str, address: str, matches: bool) -> None:
    assert is_for_host(host, [], [ipaddress.ip_address(address)]) is matches
    assert not matches or not is_for_host(host, [host, address], [])


LABELS = st.text("abz019_-", min_size=1, max_size=4).filter(lambda text: text[0] != "-")
NAMES = st.lists(LABELS, min_size=2, max_size=4)


@given(NAMES, st.booleans())
def test_a_wildcard_stands_for_one_whole_left_most_label(labels: list[str], dot: bool) -> None:
    host = ".".join(labels) + "." * dot
    parent = ".".join(labels[1:])
    if not labels[-1].isdecimal():  # otherwise it may be an address
        assert is_for_host(host, [f"*.{parent}"], [])
        assert is_for_host(host.upper(), [f"*.{parent}"], [])
    assert not is_for_host(f"more.{host}", [f"*.{parent}"], [])
    assert not is_for_host(parent, [f"*.{parent}"], [])


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3))
def test_no_text_raises_and_a_match_needs_an_equal_or_a_wildcard(
    host: str, names: list[str]
) -> None:
    if is_for_host(host, names, []):
        same = [name for name in names if name.lower() == host.lower().removesuffix(".")]
        assert same or any(name.startswith("*.") for name in names) or host in names
