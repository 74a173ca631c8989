"""Addresses of loopback that accept, refuse or ignore connections, and names that have several."""

import socket
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any

from kubeimg_gui.cluster.transport.happy_eyeballs import Address
from kubeimg_gui.cluster.transport.sockets import Resolve


@contextmanager
def silent_listener(host: str = "127.0.0.1") -> Generator[tuple[str, int], None, None]:
    """An address that takes no further connection: connecting to it waits."""
    family = family_of(host)
    with ExitStack() as opened:
        server = opened.enter_context(socket.socket(family))
        server.bind((host, 0))
        server.listen(0)
        for _ in range(4):
            filler = opened.enter_context(socket.socket(family))
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        yield host, server.getsockname()[1]


def refusing(host: str = "127.0.0.1") -> tuple[str, int]:
    """An address where nothing listens."""
    with socket.socket(family_of(host)) as unused:
        unused.bind((host, 0))
        return host, unused.getsockname()[1]


def family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def entry(address: tuple[str, int]) -> Address:
    """An address as `getaddrinfo` gives it."""
    rest = (0, 0) if ":" in address[0] else ()
    return (family_of(address[0]), socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (*address, *rest))


def name_of(*addresses: tuple[str, int]) -> Resolve:
    """Resolves every name to these addresses, in this order, whatever the port."""

    def resolve(*_: Any) -> list[Address]:
        return [entry(address) for address in addresses]

    return resolve
