"""Chooses the proxy for a server, as Go programs do from a kubeconfig and the environment.

The rules for the environment are those of Go's `golang.org/x/net/http/httpproxy`, so that kubeimg
uses the same proxy as kubectl.
"""

import ipaddress
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from kubeimg_gui.cluster.errors import KubeconfigError
from kubeimg_gui.text.sanitize import plain

_PORTS = {"http": 80, "https": 443}
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy.

    Attributes:
        url: without user name and password.
        named_by: the setting that names it, for messages.
        authorization: the Proxy-Authorization header, "" for none.
    """

    url: str
    named_by: str
    authorization: str = field(default="", repr=False)


def proxy_for(server: str, proxy_url: str, environment: Mapping[str, str]) -> Proxy | None:
    """Returns the proxy for the URL `server`, None for none; `proxy_url` wins over `environment`.

    Raises KubeconfigError where kubeimg cannot use the proxy.
    """
    if proxy_url:
        return _proxy(proxy_url, "proxy-url")
    scheme = urlsplit(server).scheme
    name = f"{scheme.upper()}_PROXY"
    url = environment.get(name) or environment.get(name.lower())
    if not url or _bypassed(server, environment.get("NO_PROXY") or environment.get("no_proxy", "")):
        return None
    if "://" not in url:
        url = f"http://{url}"
    return _proxy(url, name)


def _proxy(url: str, named_by: str) -> Proxy:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise KubeconfigError(f"The proxy address in {named_by} is not a valid URL") from error
    shown = plain(f"{parts.scheme}://{parts.hostname or ''}", 200)
    if parts.scheme.startswith("socks"):
        raise KubeconfigError(
            f"SOCKS proxies are not supported ({named_by}: {shown}): use an HTTP proxy instead"
        )
    if parts.scheme not in _PORTS:
        raise KubeconfigError(
            f"The proxy address in {named_by} must begin with http:// or https://: {shown}"
        )
    if not parts.hostname or " " in parts.netloc:
        raise KubeconfigError(f"The proxy address in {named_by} is not a valid URL")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Proxy(
        f"{parts.scheme}://{host}:{port or _PORTS[parts.scheme]}", named_by, _authorization(parts)
    )


def _authorization(parts: SplitResult) -> str:
    if parts.username is None:
        return ""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _bypassed(server: str, no_proxy: str) -> bool:
    """Returns whether `no_proxy` excludes the server, as it always does for this machine."""
    parts = urlsplit(server)
    host = (parts.hostname or "").strip().lower()
    port = str(parts.port or _PORTS.get(parts.scheme, ""))
    address = _address(host)
    if host == "localhost" or (address and address.is_loopback):
        return True
    return any(
        _matches(entry.strip().lower(), host, port, address) for entry in no_proxy.split(",")
    )


def _matches(entry: str, host: str, port: str, address: _Address | None) -> bool:
    if entry == "*":
        return True
    if "/" in entry:
        return address is not None and _in_network(address, entry)
    name, only_port = _split_port(entry)
    if not name or only_port not in ("", port):
        return False
    if excepted := _address(name):
        return excepted == address
    name = name.removeprefix("*")
    if name.startswith("."):
        return host.endswith(name)
    return host == name or host.endswith(f".{name}")


def _split_port(entry: str) -> tuple[str, str]:
    if entry.startswith("["):
        name, _, port = entry[1:].partition("]")
        return name, port.removeprefix(":")
    if entry.count(":") == 1:
        name, _, port = entry.partition(":")
        return name, port
    return entry, ""


def _address(text: str) -> _Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _in_network(address: _Address, network: str) -> bool:
    try:
        return address in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
