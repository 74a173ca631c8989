"""kubeimg overrides private methods of urllib3; a release that drops one of them fails here."""

import inspect

import pytest
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from kubeimg_gui.cluster.transport import http_pools
from kubeimg_gui.cluster.transport.http_pools import OVERRIDDEN


@pytest.mark.parametrize(
    ("owner", "name"), OVERRIDDEN, ids=[f"{owner.__name__}.{name}" for owner, name in OVERRIDDEN]
)
def test_the_overridden_private_methods_exist(owner: type, name: str) -> None:
    assert hasattr(owner, name), (
        f"{owner.__module__}.{owner.__qualname__} no longer has {name}, which kubeimg overrides: "
        "adapt transport/http_pools.py before raising the cap on urllib3"
    )


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (HTTPConnectionPool, "ConnectionCls"),
        (HTTPSConnectionPool, "ConnectionCls"),
        (HTTPConnection, "response_class"),
        (HTTPConnection("x"), "_dns_host"),
        (HTTPSConnection, "is_closed"),
        (PoolManager(), "pool_classes_by_scheme"),
        (HTTPResponse, "connection"),
    ],
)
def test_the_attributes_that_kubeimg_sets_or_reads_exist(owner: object, name: str) -> None:
    assert hasattr(owner, name), f"{owner} no longer has {name}, which http_pools.py needs"


def test_every_private_override_is_listed() -> None:
    listed = {name for _, name in OVERRIDDEN}
    for _, kind in inspect.getmembers(http_pools, inspect.isclass):
        if kind.__module__ != http_pools.__name__:
            continue
        inherited = {name for base in kind.__mro__[1:] for name in vars(base)}
        overridden = {name for name in vars(kind) if name in inherited and _is_private(name)}
        assert overridden <= listed, f"{kind.__name__} overrides more than OVERRIDDEN lists"


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith(("__", "_abc_"))
