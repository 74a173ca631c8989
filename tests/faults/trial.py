"""Runs an informer under one fault and checks its states, its attempts and its changes."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import yaml

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.timeouts import Limits, Timeouts
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.strategy import Intervals
from kubeimg_gui.demo.listener import Door
from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.domain.node import NodeRecord
from tests.faults import certificates
from tests.faults.scenario import Scenario, Strikes
from tests.support.recorder import Recorder
from tests.support.scripted_server import image_json, node_json

LASTS_SECONDS = 6.0
MOST_ATTEMPTS = 4
PROMISES = ("rows", "state", "pace", "truth", "stop")
NODES = [f"n{number}" for number in range(6)]
WAIT_SECONDS = 25.0
WRITE_SECONDS = 0.1
TIMEOUTS = Timeouts(
    connect_seconds=1.5,
    silence_seconds=1.5,
    list_seconds=1.5,
    answer_seconds=1.5,
    idle_seconds=2.0,
    idle_grace_seconds=1.0,
)
OPTIONS = WatchOptions(intervals=Intervals(probe=1.0))
LIMITS = Limits(body_bytes=8 * 2**20)
WELL = (Phase.CONNECTING, Phase.SYNCING, Phase.LIVE)

Reported = dict[str, list[str]]


@dataclass
class Outcome:
    """The broken promises, each with the reason."""

    broken: dict[str, str] = field(default_factory=dict[str, str])

    def check(self, promise: str, kept: object, otherwise: str) -> None:
        if not kept and promise not in self.broken:
            self.broken[promise] = otherwise


class Trial:
    """A cluster, a record of what was written to it, and an informer that watches it."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self._scenario = scenario
        self._numbers = count()
        self.record: defaultdict[str, list[str]] = defaultdict(list)
        nodes = [node_json(name, images=[image_json(f"first/of-{name}:1", 5)]) for name in NODES]
        for node in nodes:
            del node["metadata"]["uid"], node["metadata"]["resourceVersion"]
        self._tls = certificates.good() if scenario.tls else None
        self.cluster = DemoCluster(nodes, bookmark_seconds=0.2, tls=self._tls)
        self._file = folder / "kubeconfig"
        self.recorder = Recorder()
        self._opened: list[NodeInformer] = []

    def run(self) -> Outcome:
        outcome = Outcome()
        with self.cluster:
            write_kubeconfig(self._file, self.cluster.url)
            try:
                self._run_fault(outcome)
            finally:
                for informer in self._opened:
                    informer.stop()
        return outcome

    def _run_fault(self, outcome: Outcome) -> None:
        scenario = self._scenario
        informer, other = self._informer(self.recorder), self._informer(Recorder())
        if scenario.strikes is not Strikes.START:
            other.start()
            informer.start()
            self.recorder.next_state(Phase.LIVE)
            self._write(3)
            self._wait_until(lambda: self._reported() == self.record)
            self._wait_for_a_bookmark(informer)
        known, began_at = set(informer.snapshot()), time.time()
        began, connections = len(self.recorder.states), self.cluster.connections
        asked = len(self.cluster.requests)
        self._start_fault()
        if scenario.strikes is Strikes.START:
            other.start()
            informer.start()
        deadline = time.monotonic() + LASTS_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            self._write(1)
            threading.Event().wait(min(WRITE_SECONDS, left))
        states = self.recorder.states[began:]
        asked = len(self.cluster.requests) - asked
        # Two informers, each with a check, a watch, a list and the next watch.
        most = 2 * 4 * MOST_ATTEMPTS
        outcome.check("pace", asked <= most, f"{asked} requests were made")
        shown = informer.snapshot()
        outcome.check("rows", known <= set(shown), "rows were lost")
        invented = [name for name, node in shown.items() if not self._was_written(node)]
        outcome.check("rows", not invented, f"the images of {invented} were never written")
        if scenario.deaf:
            heard = informer.last_heard
            outcome.check("rows", heard is None or heard <= began_at + 0.2, "the age is wrong")
        self._check_state(outcome, states)
        self._check_pace(outcome, states, self.cluster.connections - connections)
        stopping = time.monotonic()
        ended = other.stop()
        took = time.monotonic() - stopping
        outcome.check("stop", ended and took <= 1.0, f"stop took {took:.2f} s")
        self._end_fault()
        self._check_truth(outcome, informer)

    def _start_fault(self) -> None:
        """Start the fault."""
        scenario, cluster = self._scenario, self.cluster
        cluster.set_faults(*scenario.rules)
        if scenario.door:
            cluster.open_door(scenario.door, scenario.certificate)
        if scenario.strikes is Strikes.RELIST:
            self._write(1)
            cluster.compact()
        cluster.disconnect_watchers()

    def _end_fault(self) -> None:
        self.cluster.set_faults()
        if self._scenario.door:
            self.cluster.open_door(Door.OPEN)
        else:
            self.cluster.disconnect_watchers()

    def _informer(self, recorder: Recorder) -> NodeInformer:
        connect = kubeconfig_target(None, self._file, TIMEOUTS, LIMITS).connect
        informer = NodeInformer(connect, options=OPTIONS)
        informer.add_handler(recorder)
        self._opened.append(informer)
        return informer

    def _wait_for_a_bookmark(self, informer: NodeInformer) -> None:
        """Wait: before the first bookmark a silent watch does not count as dead."""
        now = time.time()
        self._wait_until(lambda: informer.last_heard is not None and informer.last_heard > now)

    def _write(self, times: int) -> None:
        for _ in range(times):
            number = next(self._numbers)
            name = NODES[number % len(NODES)]
            self.record[name].append(f"image/no-{number}:1")
            self.cluster.set_images(name, [image_json(self.record[name][-1], number)])

    # The promises.

    def _check_state(self, outcome: Outcome, states: list[ConnectionState]) -> None:
        said = [f"{state.phase}: {state.reason}" for state in states if state.reason]
        if self._scenario.says is None:
            bad = [state for state in states if state.phase not in WELL]
            outcome.check("state", not bad, f"errors were reported: {said}")
            return
        phase, words = self._scenario.says
        right = [s for s in states if s.phase is phase and words in s.reason]
        outcome.check("state", right, f"{phase} with {words!r} was not reported, but {said}")
        mute = [s for s in states if s.phase not in WELL and not (s.reason and s.next_try)]
        outcome.check("state", not mute, f"the reason or the next try is missing: {mute}")

    def _check_pace(self, outcome: Outcome, states: list[ConnectionState], accepted: int) -> None:
        failed = sum(state.phase not in (*WELL, Phase.STOPPED) for state in states)
        outcome.check("pace", failed <= MOST_ATTEMPTS, f"{failed} attempts failed")
        if not self._scenario.failing:
            return
        # There are two informers; each retries once immediately after a 401.
        struck = self.cluster.struck
        most = 2 * (MOST_ATTEMPTS + 1) * self._scenario.requests
        outcome.check("pace", struck <= most, f"{struck} requests got the fault")
        if self._scenario.deaf:
            most = 2 * MOST_ATTEMPTS * self._scenario.connections
            outcome.check("pace", accepted <= most, f"{accepted} connections were opened")

    def _check_truth(self, outcome: Outcome, informer: NodeInformer) -> None:
        for _ in NODES:
            self._write(1)
        self._wait_until(self._is_up_to_date, informer)
        outcome.check("truth", self._is_up_to_date(), "it did not recover")
        known = {change.record.name for change in self.recorder.changes}
        outcome.check("truth", known == set(NODES), f"the known nodes are {known}")
        came_or_went = [c for c in self.recorder.changes if not c.initial and not (c.old and c.new)]
        outcome.check("truth", not came_or_went, f"it invented {came_or_went}")
        reported = self._reported()
        exact = self._scenario.exact and self._scenario.strikes is not Strikes.START
        for name, written in self.record.items():
            same = reported[name] == written if exact else _is_subsequence(reported[name], written)
            outcome.check("truth", same, f"{name}: {reported[name]} of {written}")

    def _was_written(self, node: NodeRecord) -> bool:
        names = [image.names[0] for image in node.images]
        return names in ([name] for name in (f"first/of-{node.name}:1", *self.record[node.name]))

    def _reported(self) -> Reported:
        reported: Reported = defaultdict(list)
        for change in self.recorder.changes:
            if not change.initial and change.new and change.images:
                reported[change.new.name].append(change.new.images[0].names[0])
        return reported

    def _is_up_to_date(self) -> bool:
        """Whether the handler received the latest images of every node."""
        latest = {change.record.name: change.new for change in self.recorder.changes}
        return all(
            node is not None and node.images[0].names == (self.record[name][-1],)
            for name in NODES
            for node in [latest.get(name)]
        )

    def _wait_until(
        self, condition: Callable[[], bool], informer: NodeInformer | None = None
    ) -> None:
        for _ in ticks(WAIT_SECONDS):
            if condition():
                return
            if informer:
                informer.retry_now()


def ticks(seconds: float) -> Iterator[None]:
    """Yield every 0.1 s until `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        threading.Event().wait(0.1)


def _is_subsequence(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(item in rest for item in part)


def write_kubeconfig(path: Path, url: str) -> Path:
    """Write a kubeconfig for `url` that trusts the authority of the tests."""
    cluster = {"server": url}
    if url.startswith("https:"):
        cluster["certificate-authority-data"] = certificates.AUTHORITY_DATA
    path.write_text(
        yaml.safe_dump(
            {
                "current-context": "faulty",
                "contexts": [{"name": "faulty", "context": {"cluster": "faulty", "user": "bob"}}],
                "clusters": [{"name": "faulty", "cluster": cluster}],
                "users": [{"name": "bob", "user": {"token": "token-of-bob"}}],
            }
        )
    )
    return path
