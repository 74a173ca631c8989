"""What is not referenced on each node: computed in slices, then kept up to date node by node."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import ChangeKind
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodChange, PodImage, PodRecord
from kubeimg_gui.domain.references import UnknownReason
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods import node_figures
from kubeimg_gui.qt.pods.node_figures import NodeFigures
from kubeimg_gui.qt.pods.pod_references import PodReferences
from tests.support.builders import change, image, known, node
from tests.support.clock import Clock

A, B, C = (image(f"r.example/{name}:1", size=2**place) for place, name in enumerate("abc"))
FRESH = image("r.example/fresh:1", size=64)


class Bench:
    """Nodes, their references and their figures; counts how often a figure is computed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *records: NodeRecord) -> None:
        self.clock = Clock()
        clocks = Clocks(self.clock, self.clock)
        self.model = NodeTableModel(clocks)
        self.records = {record.name: record for record in records}
        self.model.apply(known(*records))
        self.pods = PodReferences(self.model, clocks)
        self.computed: list[str] = []
        figure = self.pods.not_referenced_on

        def counted(name: str) -> int | None:
            self.computed.append(name)
            return figure(name)

        monkeypatch.setattr(self.pods, "not_referenced_on", counted)
        self.figures = NodeFigures(self.model, self.pods)

    def begin(self) -> None:
        self.figures.set_shown(True, on_screen=True)
        self.pods.begin()
        self.state(Phase.LIVE)
        self.finish()

    def state(self, phase: Phase, poll_seconds: float | None = None) -> None:
        self.pods.take_state(ConnectionState(phase, self.clock.now, poll_seconds=poll_seconds))

    def finish(self) -> None:
        while self.figures.running:
            QCoreApplication.processEvents()

    def figure(self, name: str) -> object:
        row = self.model.row_named(name)
        return None if row is None else row.not_referenced

    def set_images(self, name: str, *images: object) -> None:
        old, new = self.records[name], node(name, images)  # pyright: ignore
        self.model.apply([change(old, new, at=self.clock.now)])
        self.records[name] = new

    def replace_node(self, name: str) -> None:
        """Another node of the same name comes, with the same images."""
        old = self.records[name]
        new = node(name, old.images, uid=f"{old.uid}+")
        self.model.apply([change(old, None, at=self.clock.now)])
        self.model.apply([change(None, new, at=self.clock.now)])
        self.records[name] = new

    def add_pod(self, name: str, on: str, asked: str) -> PodRecord:
        uses = (PodImage("main", f"r.example/{asked}:1", "", ""),)
        record = PodRecord("s", name, f"uid-{name}", 0.0, False, "", on, "Running", uses)
        self.pods.take_changes([PodChange(ChangeKind.ADDED, self.clock.now, None, record)])
        return record


Make = Callable[..., Bench]


@pytest.fixture
def make(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Make:
    def make_bench(*records: NodeRecord) -> Bench:
        return Bench(monkeypatch, *(records or (node("n1", [A, B]), node("n2", [B, C]))))

    return make_bench


def test_nothing_is_computed_for_a_column_that_is_hidden(make: Make) -> None:
    bench = make()
    bench.pods.begin()
    bench.state(Phase.LIVE)
    bench.add_pod("web", "n1", "a")
    bench.finish()
    assert not bench.computed
    assert bench.figure("n1") is UnknownReason.NOT_READ


def test_all_figures_come_once_pods_are_known(make: Make) -> None:
    bench = make()
    bench.figures.set_shown(True, on_screen=True)
    assert bench.figure("n1") is UnknownReason.NOT_READ
    bench.pods.begin()
    assert bench.figure("n1") is UnknownReason.READING
    bench.add_pod("web", "n1", "a")
    bench.state(Phase.LIVE)
    assert bench.figure("n1") is UnknownReason.READING, "in a slice of its own"
    bench.finish()
    assert (bench.figure("n1"), bench.figure("n2")) == (2, 6)


def test_a_change_computes_only_the_nodes_that_it_concerns(make: Make) -> None:
    bench = make()
    bench.begin()
    bench.computed.clear()
    bench.add_pod("web", "n2", "c")
    bench.finish()
    assert (bench.figure("n2"), bench.computed) == (2, ["n2"])
    bench.set_images("n1", FRESH, A)
    bench.finish()
    assert (bench.figure("n1"), bench.computed) == (65, ["n2", "n1"])
    bench.add_pod("elsewhere", "n9", "c")
    bench.finish()
    assert bench.computed == ["n2", "n1"]


def test_pods_that_end_leave_no_figure(make: Make) -> None:
    bench = make()
    bench.begin()
    bench.pods.end()
    assert not bench.figures.running
    assert bench.figure("n1") is UnknownReason.NOT_READ
    bench.begin()
    bench.state(Phase.FORBIDDEN)
    assert bench.figure("n1") is UnknownReason.FORBIDDEN
    fresh = node("n3", [A])
    bench.model.apply([change(None, fresh)])
    assert bench.figure("n3") is UnknownReason.FORBIDDEN, "a node that joins now"
    bench.state(Phase.LIVE)
    bench.figures.set_shown(False, on_screen=True)
    assert bench.figure("n1") is UnknownReason.NOT_READ
    assert not bench.figures.running


def test_out_of_sight_changes_are_only_noted(make: Make) -> None:
    bench = make()
    bench.begin()
    bench.computed.clear()
    bench.figures.set_shown(True, on_screen=False)
    bench.add_pod("web", "n1", "a")
    assert not bench.figures.running
    assert not bench.computed
    bench.figures.set_shown(True, on_screen=True)
    bench.finish()
    assert (bench.figure("n1"), bench.computed) == (2, ["n1"])


def test_after_a_lost_connection_only_what_came_meanwhile_is_computed_again(make: Make) -> None:
    bench = make()
    bench.begin()
    bench.state(Phase.RECONNECTING)
    bench.finish()
    bench.clock.now += 60
    bench.set_images("n1", FRESH, A, B)
    bench.finish()
    assert bench.figure("n1") == 3, "the image that came is unknown"
    bench.computed.clear()
    bench.state(Phase.LIVE)
    bench.finish()
    assert (bench.figure("n1"), bench.computed) == (67, ["n1"])


def test_polled_pods_know_more_with_each_poll(make: Make) -> None:
    bench = make()
    bench.figures.set_shown(True, on_screen=True)
    bench.pods.begin()
    bench.state(Phase.LIVE, poll_seconds=30.0)
    bench.finish()
    bench.clock.now += 10
    bench.set_images("n1", FRESH, A, B)
    bench.finish()
    assert bench.figure("n1") == 3
    bench.clock.now += 20
    bench.state(Phase.LIVE, poll_seconds=30.0)
    bench.finish()
    assert bench.figure("n1") == 67


def test_rows_on_screen_come_first_and_work_is_done_in_slices(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_figures, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(node_figures, "CHUNK", 2)
    bench = make(*(node(f"n{number}", [A]) for number in range(8)))
    bench.model.sort_by(bench.model.sort_column, descending=False)
    bench.model.watch(range(2, 4))
    shown = [bench.model.row_at(place).name for place in (2, 3)]
    bench.figures.set_shown(True, on_screen=True)
    bench.pods.begin()
    bench.state(Phase.LIVE)
    assert not bench.computed
    bench.finish()
    assert bench.computed[:2] == shown
    assert set(bench.computed) == {f"n{number}" for number in range(8)}


NAMES = st.sampled_from(["n1", "n2"])
PHASES = [Phase.LIVE, Phase.RECONNECTING, Phase.SYNCING, Phase.FORBIDDEN]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pod"), st.sampled_from("pq"), st.sampled_from(["n1", "n2", ""])),
        st.tuples(st.just("images"), NAMES, st.sets(st.sampled_from("abc"))),
        st.tuples(st.just("end"), st.sampled_from("pq")),
        st.tuples(st.just("node"), NAMES),
        st.tuples(st.just("state"), st.sampled_from(PHASES), st.sampled_from([None, 30.0])),
        st.tuples(st.just("shown"), st.booleans(), st.booleans()),
        st.tuples(st.just("finish")),
    ),
    max_size=12,
)


IMAGES = dict(zip("abc", (A, B, C), strict=True))


def change_pod(bench: Bench, old: PodRecord | None, new: PodRecord | None) -> None:
    kind = ChangeKind.DELETED if new is None else ChangeKind.CHANGED
    bench.pods.take_changes([PodChange(kind if old else ChangeKind.ADDED, 0.0, old, new)])


def take(bench: Bench, pods: dict[str, PodRecord], step: tuple[Any, ...]) -> None:
    """Takes one step; `pods` are those that exist."""
    match step:
        case "pod", name, on:
            uses = (PodImage("main", "r.example/b:1", "", ""),)
            new = PodRecord("s", name, f"u-{name}", 0.0, False, "", on, "x", uses)
            change_pod(bench, pods.get(name), new)
            pods[name] = new
        case "end", name if name in pods:
            change_pod(bench, pods.pop(name), None)
        case "node", name:
            bench.replace_node(name)
        case "images", name, held:
            images = tuple(IMAGES[each] for each in sorted(held))
            if images != bench.records[name].images:
                bench.set_images(name, *images)
        case "state", phase, poll_seconds:
            bench.state(phase, poll_seconds)
        case "shown", shown, on_screen:
            bench.figures.set_shown(shown, on_screen=on_screen)
        case _:
            bench.finish()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_figures_are_what_a_computation_from_scratch_gives(
    make: Make, steps: list[tuple[Any, ...]]
) -> None:
    bench = make()
    bench.begin()
    pods: dict[str, PodRecord] = {}
    for step in steps:
        bench.clock.now += 1
        take(bench, pods, step)
    bench.figures.set_shown(True, on_screen=True)
    bench.finish()
    figures = {name: bench.pods.not_referenced_on(name) for name in ("n1", "n2")}
    doubt = bench.pods.references.coverage.doubt
    for name, figure in figures.items():
        assert bench.figure(name) == (doubt if figure is None else figure)
    known_figures = [each for each in figures.values() if each is not None]
    total = bench.pods.not_referenced_bytes()
    assert total == (sum(known_figures) if known_figures else None)
