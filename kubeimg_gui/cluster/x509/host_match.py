"""Whether a certificate is for a host, as Go's `x509.Certificate.VerifyHostname` decides.

It differs from OpenSSL: a wildcard stands for exactly one whole label, the left-most, and may
precede a single label, as in `*.lan`. The common name never counts.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address

from kubeimg_gui.cluster.x509.certificate import Address

_LABEL = r"[a-z0-9_][a-z0-9_-]*"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*", re.ASCII | re.IGNORECASE)
_PATTERN = re.compile(rf"(\*|{_LABEL})(\.{_LABEL})*", re.ASCII | re.IGNORECASE)


def is_for_host(host: str, dns_names: Iterable[str], addresses: Iterable[Address]) -> bool:
    """Returns whether the names of a certificate include `host`, a name or an IP address."""
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if address := _address(bare):
        return address in map(_unmapped, addresses)
    name = _lower(host)
    return any(_matches(_lower(pattern), name) for pattern in dns_names)


def _matches(pattern: str, name: str) -> bool:
    if _is_host(name) and _is_pattern(pattern):
        labels, host_labels = pattern.split("."), name.removesuffix(".").split(".")
        first_matches = labels[0] in ("*", host_labels[0])
        return first_matches and labels[1:] == host_labels[1:]
    return pattern == name and name not in ("", ".")


def _is_host(name: str) -> bool:
    return _HOST.fullmatch(name.removesuffix(".")) is not None


def _is_pattern(pattern: str) -> bool:
    return pattern != "*" and _PATTERN.fullmatch(pattern) is not None


def _lower(text: str) -> str:
    """Changes ASCII letters only: other letters are no part of a host name."""
    return re.sub("[A-Z]+", lambda found: found[0].lower(), text)


def _address(text: str) -> Address | None:
    if "%" in text:  # Go knows no address with a zone
        return None
    try:
        return _unmapped(ip_address(text))
    except ValueError:
        return None


def _unmapped(address: Address) -> Address:
    """Returns the IPv4 address that an IPv6 address of the form ::ffff:0:0/96 stands for."""
    return getattr(address, "ipv4_mapped", None) or address
