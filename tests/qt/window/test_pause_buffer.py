from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import DEPARTED_SECONDS, NodeRow
from kubeimg_gui.qt.window.informer_bridge import BATCH
from kubeimg_gui.qt.window.pause_buffer import PauseBuffer
from tests.support.builders import change, image, images, known, node

CHANGES = known(*(node(f"n{i}") for i in range(2 * BATCH + 3)))


def test_changes_pass_at_once_while_not_paused(qapp: QApplication) -> None:
    gate = PauseBuffer()
    passed: list[object] = []
    gate.passed.connect(passed.extend)
    gate.take(CHANGES[:2])
    assert passed == CHANGES[:2]


def test_changes_held_back_follow_in_order(qtbot: QtBot) -> None:
    gate = PauseBuffer()
    shares: list[list[object]] = []
    gate.passed.connect(shares.append)
    gate.set_paused(True)
    gate.take(CHANGES[:-1])
    assert (shares, gate.waiting, gate.paused) == ([], len(CHANGES) - 1, True)
    gate.set_paused(False)
    # What comes while others wait must not overtake them.
    gate.take(CHANGES[-1:])
    qtbot.waitUntil(lambda: not gate.waiting)
    assert [change for share in shares for change in share] == CHANGES
    assert max(map(len, shares)) <= BATCH


def test_pausing_again_while_catching_up(qtbot: QtBot) -> None:
    gate = PauseBuffer()
    gate.set_paused(True)
    gate.take(CHANGES)
    gate.set_paused(False)
    gate.set_paused(True)
    with qtbot.assertNotEmitted(gate.passed, wait=80):
        pass
    assert gate.waiting == len(CHANGES)
    gate.set_paused(False)
    qtbot.waitUntil(lambda: not gate.waiting)


def test_a_long_pause_takes_one_place_for_each_node(qtbot: QtBot) -> None:
    gate = PauseBuffer()
    gate.set_paused(True)
    records = [node(f"n{i}", images(2)) for i in range(20)]
    for number in range(200):
        old, records = records, [node(r.name, (image(f"x:{number}"),)) for r in records]
        gate.take([change(*pair, at=number) for pair in zip(old, records, strict=True)])
        assert gate.waiting == 20
    assert gate.merged == 199 * 20
    gate.set_paused(False)
    qtbot.waitUntil(lambda: not gate.waiting)
    gate.set_paused(True)
    assert gate.merged == 0, "it counts from the beginning of a pause"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Table:
    """A model behind a pause buffer, as in the window."""

    def __init__(self) -> None:
        self._clock = Clock()
        self.model = NodeTableModel(Clocks(wall=self._clock, steady=self._clock))
        self.gate = PauseBuffer()
        self.gate.passed.connect(self.model.apply)

    def catch_up(self, application: QApplication) -> None:
        self.gate.set_paused(False)
        while self.gate.waiting:
            application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        self._clock.now += 2 * DEPARTED_SECONDS
        self.model.drop_departed()

    @property
    def rows(self) -> dict[str, tuple[object, ...]]:
        return {row.name: facts(row) for row in self.model.shown_nodes}

    def arrivals(self, but: set[tuple[str, str]]) -> dict[tuple[str, str], float]:
        """When each image arrived on each node."""
        rows = self.model.shown_nodes
        seen = {(row.name, key): at for row in rows for key, at in row.first_seen.items()}
        return {pair: at for pair, at in seen.items() if pair not in but}

    @property
    def totals(self) -> tuple[object, ...]:
        inventory = self.model.inventory
        numbers = {key: value for key, value in vars(inventory).items() if key != "index"}
        held = {image: inventory.index.names([image]) for image in inventory.index.images}
        return numbers, held, inventory.distinct_images, vars(self.model.tally)


def facts(row: NodeRow) -> tuple[object, ...]:
    sizes = (row.samples.last[1], row.reported, row.change)
    return row.record, sizes, row.condition, row.severity, row.deleted, row.largest


NAMES = ("a", "b")
IMAGES = [image(f"{name}:1", size=2**n) for n, name in enumerate("pqrs")]
RECORDS = st.builds(
    node,
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(IMAGES), unique=True),
    uid=st.sampled_from(["1", "2"]),
    ready=st.booleans(),
    pressures=st.sampled_from([(), ("DiskPressure",)]),
)


def feed(states: Sequence[NodeRecord | str]) -> list[NodeChange]:
    """What an informer reports: a record as it is now, or the name of a node that is gone."""
    known_now: dict[str, NodeRecord] = {}
    found: list[NodeChange] = []
    for at, state in enumerate(states):
        old = known_now.pop(state if isinstance(state, str) else state.name, None)
        new = None if isinstance(state, str) else state
        if old is not None and (new is None or new.uid != old.uid):
            found.append(change(old, None, at=at))
            old = None
        if new is not None:
            known_now[new.name] = new
            if old != new:
                found.append(change(old, new, at=at))
    return found


def returned(changes: Sequence[NodeChange]) -> set[tuple[str, str]]:
    """Node and image of those that left and came back: merged changes do not show them."""
    left: set[tuple[str, str]] = set()
    back: set[tuple[str, str]] = set()
    for each in changes:
        name = each.record.name
        back |= left & {(name, image.key) for image in each.images.arrived}
        left |= {(name, image.key) for image in each.images.left}
    return back


@settings(max_examples=60, deadline=None)
@given(st.data(), st.lists(st.one_of(RECORDS, st.sampled_from(NAMES)), max_size=14))
def test_rows_and_totals_after_a_pause_are_those_without_one(
    qapp: QApplication, data: st.DataObject, states: list[NodeRecord | str]
) -> None:
    live, paused = Table(), Table()
    start = known(node("a", IMAGES[:2], uid="1"), node("c"))
    pauses = data.draw(st.sets(st.integers(0, len(states))))
    for table in (live, paused):
        table.gate.take(start)
    changes = feed([node("a", IMAGES[:2], uid="1"), *states])[1:]
    for number, each in enumerate(changes):
        paused.gate.set_paused(number in pauses or number - 1 in pauses)
        for table in (live, paused):
            table.gate.take([each])
    for table in (live, paused):
        table.catch_up(qapp)
    assert paused.rows == live.rows
    assert paused.totals == live.totals
    back = returned(changes)
    assert paused.arrivals(but=back) == live.arrivals(but=back)
