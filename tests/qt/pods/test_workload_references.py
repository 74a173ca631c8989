"""Workloads in the window: what is known of those scaled to 0, and how it is said."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.workload import WorkloadChange
from kubeimg_gui.qt.pods import workload_wording
from kubeimg_gui.qt.pods.workload_references import WorkloadReferences
from tests.support.builders import image
from tests.support.workloads import scaled_to_zero

NGINX = image("docker.io/library/nginx:1")
CART = scaled_to_zero("cart", "nginx:1")
BUSY = replace(scaled_to_zero("busy"), scaled_to_zero=False)


class Bench:
    """The workloads, and how often they said that they changed."""

    def __init__(self) -> None:
        self.workloads = WorkloadReferences()
        self.changes = 0
        self.workloads.changed.connect(self._count)

    def _count(self) -> None:
        self.changes += 1

    def forbid(self, kind: str) -> None:
        self.workloads.take_state(kind, ConnectionState(Phase.FORBIDDEN, since=0.0))


@pytest.fixture
def bench(qapp: QApplication) -> Bench:
    return Bench()


def test_only_what_is_scaled_to_0_changes_something(bench: Bench) -> None:
    bench.workloads.begin()
    bench.workloads.take_changes([WorkloadChange(None, CART), WorkloadChange(None, BUSY)])
    assert bench.workloads.users([NGINX]) == [CART]
    assert bench.changes == 1
    bench.workloads.take_changes([WorkloadChange(BUSY, None)])
    assert bench.changes == 1
    bench.workloads.take_changes([WorkloadChange(None, BUSY), WorkloadChange(CART, None)])
    assert bench.workloads.users([NGINX]) == []
    assert bench.changes == 2


def test_before_begin_and_after_end_nothing_is_known(bench: Bench) -> None:
    bench.workloads.take_changes([WorkloadChange(None, CART)])
    bench.forbid("Deployment")
    assert bench.workloads.users([NGINX]) == []
    assert bench.workloads.forbidden == ()
    bench.workloads.begin()
    bench.workloads.take_changes([WorkloadChange(None, CART)])
    bench.forbid("Deployment")
    bench.workloads.end()
    assert bench.workloads.users([NGINX]) == []
    assert bench.workloads.forbidden == ()
    bench.workloads.take_changes([WorkloadChange(None, CART)])
    assert bench.workloads.users([NGINX]) == []


def test_each_kind_that_may_not_be_listed_is_named_once(bench: Bench) -> None:
    bench.workloads.begin()
    bench.workloads.take_state("Deployment", ConnectionState(Phase.LIVE, since=0.0))
    assert bench.workloads.forbidden == ()
    assert workload_wording.missing(bench.workloads.forbidden) == ""
    for kind in ("StatefulSet", "Deployment", "StatefulSet"):
        bench.forbid(kind)
    assert bench.workloads.forbidden == ("Deployment", "StatefulSet")
    assert bench.changes == 2
    sentence = workload_wording.missing(bench.workloads.forbidden)
    assert "you may not list deployments, statefulsets." in sentence
    assert "list and watch" in sentence


def test_a_kind_that_may_not_be_listed_any_more_is_not_known(bench: Bench) -> None:
    store = scaled_to_zero("store", "nginx:1", kind="StatefulSet")
    bench.workloads.begin()
    bench.workloads.take_changes([WorkloadChange(None, CART), WorkloadChange(None, store)])
    bench.forbid("Deployment")
    assert bench.workloads.users([NGINX]) == [store]
    bench.workloads.take_changes([WorkloadChange(CART, None)])
    assert bench.workloads.users([NGINX]) == [store]


def test_one_workload_is_named_and_several_are_counted() -> None:
    say = workload_wording.scaled_to_zero
    assert say([]) == ""
    assert say([CART]) == "Deployment shop/cart is scaled to 0 and uses it."
    assert say([CART, BUSY]).startswith("2 workload")
    hostile = replace(CART, name="{workload}\u202e<b>")
    assert say([hostile]) == r"Deployment shop/{workload}\u202e<b> is scaled to 0 and uses it."
