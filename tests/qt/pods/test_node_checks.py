"""Pods of single nodes, read by the window from a demo cluster: kept, aged, refused, cancelled."""

import asyncio
import threading
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication

from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch.pod_reader import PodReader
from kubeimg_gui.demo.faults import Rule, Status
from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.references import ReferenceState, UnknownReason
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods import node_checks
from kubeimg_gui.qt.pods.node_checks import MOST_NODES, NodeChecks
from tests.qt.driver import RunAsync, until
from tests.support.api import Api
from tests.support.builders import change, image, known, node
from tests.support.clock import NOON, Clock
from tests.support.recorder import connection_to

NGINX = image("docker.io/library/nginx:1", size=30)
REDIS = image("docker.io/library/redis:7", size=20)
FRESH = image("docker.io/library/fresh:1", size=40)
N0, N1 = node("n0", [NGINX, REDIS]), node("n1", [NGINX, REDIS])
PODS = "/api/v1/pods"


class Bench:
    """Nodes n0 and n1, whose pods a demo cluster has, and a clock that a test moves."""

    def __init__(self, cluster: DemoCluster) -> None:
        self.cluster = cluster
        self.clock = Clock()
        self.model = NodeTableModel(Clocks(self.clock, self.clock))
        self.model.apply(known(N0, N1))
        self.checks = NodeChecks(self.model, partial(PodReader, self.connect), self.model)
        self.progress: list[tuple[int, int]] = []
        self.checks.changed.connect(self._record)

    def connect(self) -> Connection:
        return connection_to(self.cluster.url)

    def _record(self) -> None:
        self.progress.append((self.checks.done, len(self.checks.reading)))

    async def check(self, *names: str) -> None:
        self.checks.check(names)
        assert self.checks.reading == names
        await until(lambda: not self.checks.reading, "the end of a check")

    def apply(self, old: NodeRecord, new: NodeRecord | None) -> None:
        self.model.apply([change(old, new, at=self.clock.now)])

    def state(self, record: NodeRecord, place: int) -> ReferenceState:
        return self.checks.on_node(record.name, record.images[place]).state

    def reason(self, record: NodeRecord, place: int) -> UnknownReason | None:
        return self.checks.on_node(record.name, record.images[place]).reason

    @property
    def selectors(self) -> list[str]:
        return [r.query["fieldSelector"] for r in self.cluster.requests if r.path == PODS]


@pytest.fixture
def bench(qapp: QApplication, cluster: DemoCluster, api: Api) -> Bench:
    main = {"name": "main", "image": "nginx:1"}
    body = {"metadata": {"name": "web"}, "spec": {"nodeName": "n0", "containers": [main]}}
    assert api.call("POST", "/api/v1/namespaces/default/pods", body)[0] == 201
    return Bench(cluster)


def test_nothing_is_asked_before_the_user_wants_it(bench: Bench) -> None:
    assert bench.checks.of("n0") is None
    assert bench.reason(N0, 0) is UnknownReason.NOT_READ
    assert not list(bench.checks.users(NGINX.key, "n0"))
    assert not bench.selectors


def test_a_check_reads_the_pods_of_each_node_once(run_async: RunAsync, bench: Bench) -> None:
    async def scenario() -> None:
        await bench.check("n0", "n1")
        assert bench.selectors == ["spec.nodeName=n0", "spec.nodeName=n1"]
        assert bench.progress == [(0, 2), (1, 2), (2, 2), (2, 0)]
        assert bench.state(N0, 0) is ReferenceState.REFERENCED
        assert bench.state(N0, 1) is ReferenceState.NOT_REFERENCED
        assert bench.state(N1, 0) is ReferenceState.NOT_REFERENCED
        assert [use.pod.key for use in bench.checks.users(NGINX.key, "n0")] == ["default/web"]
        check = bench.checks.of("n0")
        assert check is not None
        assert (check.at, check.references.read_at) == (NOON, NOON)

    run_async(scenario())


def test_while_pods_are_read_earlier_results_stay(run_async: RunAsync, bench: Bench) -> None:
    async def scenario() -> None:
        await bench.check("n0")
        bench.checks.check(("n0", "n1"))
        assert bench.state(N0, 0) is ReferenceState.REFERENCED
        assert bench.reason(N1, 0) is UnknownReason.READING
        await until(lambda: not bench.checks.reading)

    run_async(scenario())


def test_a_node_that_changes_later_keeps_its_result_and_new_images_are_unknown(
    run_async: RunAsync, bench: Bench
) -> None:
    async def scenario() -> None:
        await bench.check("n0")
        later = node("n0", [FRESH, NGINX, REDIS])
        bench.apply(N0, later)
        assert bench.reason(later, 0) is UnknownReason.PODS_STALE
        assert bench.state(later, 1) is ReferenceState.REFERENCED
        assert bench.state(later, 2) is ReferenceState.NOT_REFERENCED
        check = bench.checks.of("n0")
        assert check is not None
        assert check.references.newer == 1
        await bench.check("n0")
        assert bench.state(later, 0) is ReferenceState.NOT_REFERENCED

    run_async(scenario())


def test_a_node_that_is_gone_or_replaced_has_no_result(run_async: RunAsync, bench: Bench) -> None:
    async def scenario() -> None:
        await bench.check("n0", "n1")
        bench.apply(N0, None)
        assert bench.checks.of("n0") is None
        other = node("n1", N1.images, uid="another")
        bench.apply(N1, other)
        assert bench.checks.of("n1") is None
        assert bench.reason(other, 0) is UnknownReason.NOT_READ
        await bench.check("n0", "n1")
        assert bench.checks.of("n0") is None, "it is gone"
        assert bench.checks.of("n1") is not None

    run_async(scenario())


def test_a_node_that_is_replaced_meanwhile_gets_no_result(
    run_async: RunAsync, bench: Bench
) -> None:
    async def scenario() -> None:
        bench.checks.check(("n0",))
        await asyncio.sleep(0)  # the request carries the node as it was
        bench.apply(N0, node("n0", N0.images, uid="another"))
        await until(lambda: not bench.checks.reading)
        assert bench.selectors == ["spec.nodeName=n0"]
        assert bench.checks.of("n0") is None

    run_async(scenario())


def test_a_refusal_concerns_all_nodes_and_asks_once(run_async: RunAsync, bench: Bench) -> None:
    async def scenario() -> None:
        refusal = Status(403, "Forbidden", "pods is forbidden")
        bench.cluster.set_faults(Rule(at="pods", status=refusal))
        await bench.check("n0", "n1")
        assert len(bench.selectors) == 1
        for record in (N0, N1):
            failure = bench.checks.failure(record.name)
            assert failure is not None
            assert failure.forbidden
            assert "pods is forbidden" in failure.reason
            assert bench.reason(record, 0) is UnknownReason.FORBIDDEN
        bench.cluster.set_faults()
        await bench.check("n0")
        assert bench.checks.failure("n0") is None
        assert bench.state(N0, 0) is ReferenceState.REFERENCED

    run_async(scenario())


def test_a_failure_leaves_what_was_known(run_async: RunAsync, bench: Bench) -> None:
    async def scenario() -> None:
        await bench.check("n0")
        bench.cluster.set_faults(Rule(at="pods", status=Status(500, "InternalError", "no etcd")))
        await bench.check("n0", "n1")
        failure = bench.checks.failure("n0")
        assert failure is not None
        assert not failure.forbidden
        assert "no etcd" in failure.reason
        assert bench.state(N0, 0) is ReferenceState.REFERENCED
        assert bench.reason(N1, 0) is UnknownReason.NOT_READ

    run_async(scenario())


def test_a_server_that_does_not_answer_is_not_waited_for(run_async: RunAsync, bench: Bench) -> None:
    async def scenario() -> None:
        bench.cluster.set_faults(Rule(at="pods", delay=60))
        bench.checks.check(("n0",))
        await until(lambda: bench.selectors)
        bench.checks.cancel()
        assert not bench.checks.reading
        assert bench.progress[-1] == (0, 0)
        assert bench.checks.failure("n0") is None, "the user has ended it"
        await until(lambda: not [t for t in threading.enumerate() if t.name == "call-read"])
        bench.cluster.set_faults()
        await bench.check("n0")
        assert bench.checks.of("n0") is not None

    run_async(scenario())


def test_another_check_replaces_the_one_under_way(run_async: RunAsync, bench: Bench) -> None:
    async def scenario() -> None:
        bench.cluster.set_faults(Rule(at="pods", times=1, delay=60))
        bench.checks.check(("n0",))
        await until(lambda: bench.selectors)
        await bench.check("n1")
        assert bench.checks.of("n0") is None
        assert bench.checks.of("n1") is not None
        assert bench.checks.done == 1

    run_async(scenario())


def test_a_check_has_a_bound(run_async: RunAsync, bench: Bench) -> None:
    async def scenario() -> None:
        names = [f"n{number}" for number in range(MOST_NODES + 5)]
        bench.checks.check(names)
        assert len(bench.checks.reading) == MOST_NODES
        bench.checks.cancel()

    run_async(scenario())


def test_only_the_last_results_are_kept(
    run_async: RunAsync, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_checks, "KEPT_NODES", 1)

    async def scenario() -> None:
        await bench.check("n0", "n1")
        assert bench.checks.of("n0") is None
        assert bench.checks.of("n1") is not None

    run_async(scenario())
