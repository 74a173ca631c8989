"""References in the window: what is known about pods while they are watched, and when not."""

from math import inf
from threading import Thread, current_thread
from typing import ClassVar

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import ChangeKind
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodChange, PodImage, PodRecord
from kubeimg_gui.domain.references import Coverage, ReferenceState, UnknownReason
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences
from tests.support.builders import CUT, change, image, known, node
from tests.support.clock import NOON, Clock

NGINX = image("docker.io/library/nginx:1", size=30)
REDIS = image("docker.io/library/redis:7", size=20)
PAUSE = image("registry.k8s.io/pause:3.10", size=1)
BEFORE = node("n1", [NGINX, REDIS, PAUSE])


class Bench:
    """A node with three images, its references, and a clock for both."""

    def __init__(self) -> None:
        self.clock = Clock()
        clocks = Clocks(self.clock, self.clock)
        self.model = NodeTableModel(clocks)
        self.model.apply(known(BEFORE))
        self.pods = PodReferences(self.model, clocks)
        self.keys: list[set[str]] = []
        self.pods.changed.connect(self.keys.append)

    def take(self, phase: Phase, poll_seconds: float | None = None) -> Coverage:
        self.pods.take_state(ConnectionState(phase, self.clock.now, poll_seconds=poll_seconds))
        return self.pods.references.coverage

    def add(self, name: str = "web", image: str = "nginx:1") -> PodRecord:
        record = pod(name, image)
        self.pods.take_changes([PodChange(ChangeKind.ADDED, NOON, None, record)])
        return record


@pytest.fixture
def bench(qapp: QApplication) -> Bench:
    return Bench()


def pod(name: str, image: str, phase: str = "Running") -> PodRecord:
    uses = (PodImage("main", image, "", ""),)
    return PodRecord("shop", name, f"uid-{name}", NOON, False, "", "n1", phase, uses)


def test_nothing_is_known_before_begin_and_after_end(bench: Bench) -> None:
    pods = bench.pods
    assert not pods.watching
    assert pods.of_image(NGINX).reason is UnknownReason.NOT_READ
    bench.add()
    assert bench.take(Phase.LIVE).reason is UnknownReason.NOT_READ
    assert pods.pods == 0

    pods.begin()
    assert pods.watching
    bench.take(Phase.LIVE)
    bench.add()
    assert pods.of_image(NGINX).state is ReferenceState.REFERENCED

    pods.end()
    assert not pods.watching
    assert pods.pods == 0
    assert pods.of_image(NGINX).reason is UnknownReason.NOT_READ
    assert pods.not_referenced_bytes() is None
    bench.add()
    assert pods.of_image(NGINX).reason is UnknownReason.NOT_READ


def test_a_second_begin_forgets_nothing_and_a_begin_after_end_starts_empty(bench: Bench) -> None:
    bench.pods.begin()
    bench.take(Phase.LIVE)
    bench.add()
    bench.pods.begin()
    assert bench.pods.of_image(NGINX).running == 1
    assert bench.pods.references.coverage == Coverage(inf, None)
    bench.pods.end()
    bench.pods.begin()
    assert bench.pods.of_image(NGINX).reason is UnknownReason.READING
    bench.take(Phase.LIVE)
    assert bench.pods.of_image(NGINX).state is ReferenceState.NOT_REFERENCED


class WatchedPod(PodRecord):
    """A pod that notes which thread frees it."""

    __slots__ = ()
    freed_by: ClassVar[list[Thread]] = []

    def __del__(self) -> None:
        self.freed_by.append(current_thread())


def added(number: int) -> PodChange:
    uses = (PodImage("main", "nginx:1" if number % 2 else "elsewhere:1", "", ""),)
    record = WatchedPod("shop", f"p{number}", "", NOON, False, "", "n1", "Running", uses)
    return PodChange(ChangeKind.ADDED, NOON, None, record)


def test_another_thread_frees_the_pods(bench: Bench, qtbot: QtBot) -> None:
    WatchedPod.freed_by.clear()
    bench.pods.begin()
    bench.take(Phase.LIVE)
    for number in range(20):
        bench.pods.take_changes([added(number)])
    old = bench.pods.references
    bench.pods.end()
    assert list(old.users(NGINX.key)) == [], "one who still has it sees no half of it"
    qtbot.waitUntil(lambda: len(WatchedPod.freed_by) == 20)
    assert current_thread() not in WatchedPod.freed_by


def test_pods_are_counted_as_they_come_and_go(bench: Bench) -> None:
    bench.pods.begin()
    web = bench.add()
    bench.add("db", "redis:7")
    assert bench.pods.pods == 2
    finished = pod("web", "nginx:1", "Succeeded")
    bench.pods.take_changes([PodChange(ChangeKind.CHANGED, NOON, web, finished)])
    assert bench.pods.pods == 2
    assert bench.pods.on_node("n1", NGINX)[2:5] == (0, 1, 1)
    bench.pods.take_changes([PodChange(ChangeKind.DELETED, NOON, finished, None)])
    assert bench.pods.pods == 1
    assert bench.keys == [{NGINX.key}, {REDIS.key}, {NGINX.key}, {NGINX.key}]


def test_pods_are_known_for_good_only_while_they_are_watched(bench: Bench) -> None:
    bench.pods.begin()
    assert bench.take(Phase.CONNECTING) == Coverage(None, UnknownReason.READING)
    assert bench.take(Phase.SYNCING) == Coverage(None, UnknownReason.READING)
    bench.add()
    assert bench.pods.of_image(NGINX).state is ReferenceState.REFERENCED
    assert bench.pods.of_image(REDIS).reason is UnknownReason.READING
    assert bench.take(Phase.LIVE) == Coverage(inf, None)
    assert bench.pods.of_image(REDIS).state is ReferenceState.NOT_REFERENCED


@pytest.mark.parametrize("lost", [Phase.RECONNECTING, Phase.SYNCING, Phase.STOPPED])
def test_what_arrives_after_the_connection_is_lost_is_unknown(bench: Bench, lost: Phase) -> None:
    bench.pods.begin()
    bench.take(Phase.LIVE)
    assert bench.take(lost) == Coverage(NOON, None)
    bench.clock.now += 60
    assert bench.take(Phase.RECONNECTING) == Coverage(NOON, None)
    fresh = image("docker.io/library/fresh:1", size=40)
    after = node("n1", [fresh, NGINX, REDIS, PAUSE])
    bench.model.apply([change(BEFORE, after, at=NOON + 30)])
    assert bench.pods.on_node("n1", fresh).reason is UnknownReason.PODS_STALE
    assert bench.pods.of_image(fresh).reason is UnknownReason.PODS_STALE
    assert bench.pods.of_image(REDIS).state is ReferenceState.NOT_REFERENCED
    assert bench.pods.not_referenced_bytes() == bench.pods.not_referenced_on("n1") == 50
    bench.take(Phase.LIVE)
    assert bench.pods.of_image(fresh).state is ReferenceState.NOT_REFERENCED
    assert bench.pods.not_referenced_bytes() == bench.pods.not_referenced_on("n1") == 90


SMALL = image("docker.io/library/small:1", size=10)
CUT_LIST = node("n2", [NGINX, REDIS], before=CUT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CUT_LIST, node("n2", [NGINX, REDIS, SMALL], before=CUT)),
        (None, node("n2", [REDIS, SMALL])),
        (node("n2", [REDIS]), node("n2", [REDIS, SMALL])),
    ],
    ids=["listed now", "with its node", "arrived"],
)
def test_an_image_of_uncertain_age_is_unknown_after_the_connection_is_lost(
    bench: Bench, old: NodeRecord | None, new: NodeRecord
) -> None:
    """Another node has held the image before, so that it is not new to the cluster."""
    bench.model.apply(known(node("n3", [SMALL]), *(() if old is None else (old,))))
    bench.pods.begin()
    bench.take(Phase.LIVE)
    bench.take(Phase.RECONNECTING)
    before = bench.pods.not_referenced_bytes()
    bench.clock.now += 60
    bench.model.apply([change(old, new, at=bench.clock.now)])
    assert bench.pods.on_node("n2", SMALL).reason is UnknownReason.PODS_STALE
    assert bench.pods.of_image(SMALL).reason is UnknownReason.PODS_STALE
    assert bench.pods.on_node("n3", SMALL).state is ReferenceState.NOT_REFERENCED
    of_nodes = [bench.pods.not_referenced_on(name) or 0 for name in ("n1", "n2", "n3")]
    assert bench.pods.not_referenced_bytes() == sum(of_nodes) == before
    bench.take(Phase.LIVE)
    assert bench.pods.on_node("n2", SMALL).state is ReferenceState.NOT_REFERENCED


def test_pods_that_are_polled_are_known_as_of_the_last_poll(bench: Bench) -> None:
    bench.pods.begin()
    assert bench.take(Phase.LIVE, poll_seconds=30.0) == Coverage(NOON, None)
    bench.clock.now += 30
    assert bench.take(Phase.LIVE, poll_seconds=30.0) == Coverage(NOON + 30, None)


def test_pods_that_may_not_be_listed_are_a_reason_of_its_own(bench: Bench) -> None:
    bench.pods.begin()
    assert bench.take(Phase.FORBIDDEN) == Coverage(None, UnknownReason.FORBIDDEN)
    assert bench.pods.of_image(NGINX).reason is UnknownReason.FORBIDDEN
    assert bench.pods.of_image(PAUSE).reason is UnknownReason.SANDBOX
    assert bench.pods.not_referenced_bytes() is None
    bench.take(Phase.LIVE)
    bench.add()
    bench.take(Phase.FORBIDDEN)
    bench.clock.now += 60
    assert bench.pods.of_image(NGINX).state is ReferenceState.REFERENCED
    assert bench.pods.of_image(REDIS).reason is UnknownReason.FORBIDDEN
    assert bench.take(Phase.RECONNECTING) == Coverage(NOON, None)


@pytest.mark.parametrize("phase", [Phase.STOPPED, Phase.LOGIN_NEEDED, Phase.MISCONFIGURED])
def test_an_informer_that_never_knew_pods_does_not_read_them(bench: Bench, phase: Phase) -> None:
    bench.pods.begin()
    assert bench.take(phase) == Coverage(None, UnknownReason.NOT_READ)


def test_a_coverage_that_stays_is_not_announced(bench: Bench, qtbot: QtBot) -> None:
    bench.pods.begin()
    with qtbot.waitSignal(bench.pods.coverage_changed):
        bench.take(Phase.LIVE)
    with qtbot.assertNotEmitted(bench.pods.coverage_changed):
        bench.take(Phase.LIVE)
    with qtbot.waitSignal(bench.pods.coverage_changed):
        bench.pods.end()


def test_nodes_are_followed_while_pods_are_watched(bench: Bench) -> None:
    bench.pods.begin()
    bench.take(Phase.LIVE)
    bench.add(image="fresh:1")
    assert bench.pods.references.unlisted == 1
    fresh = image("docker.io/library/fresh:1", size=40)
    after = node("n1", [fresh, NGINX])
    bench.model.apply([change(BEFORE, after)])
    assert bench.keys[-1] == {fresh.key}
    assert bench.pods.on_node("n1", fresh).state is ReferenceState.REFERENCED
    assert bench.pods.not_referenced_bytes() == 30
    bench.model.apply([change(after, None)])
    assert bench.pods.of_image(fresh).state is ReferenceState.NOT_REFERENCED
    assert bench.pods.not_referenced_bytes() == 0
    bench.pods.end()
    bench.model.apply([change(None, after)])
    assert len(bench.keys) == 3


def test_a_node_that_is_not_known_has_no_figure(bench: Bench) -> None:
    bench.pods.begin()
    bench.take(Phase.LIVE)
    assert bench.pods.not_referenced_on("elsewhere") is None
    assert bench.pods.not_referenced_on("n1") == 50
