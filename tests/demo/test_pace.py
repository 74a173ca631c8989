"""The rate of the simulation, with a simulated clock."""

import asyncio
import itertools
import selectors
from collections.abc import Coroutine
from typing import Any

import pytest

from kubeimg_gui import resources_folder
from kubeimg_gui.demo import scenario as played
from kubeimg_gui.demo.scenario import Scenario
from kubeimg_gui.demo.store import ObjectStore

CSV = resources_folder() / "image_sizes.csv"


class Clock(selectors.SelectSelector):
    """Advances the time instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        """Override: advance the time; there is no I/O."""
        self.now += timeout or 0.0
        return super().select(0)


class ClockedLoop(asyncio.SelectorEventLoop):
    """An event loop with such a clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        super().__init__(self.clock)

    def time(self) -> float:
        """Override: return the simulated time."""
        return self.clock.now


def run(loop: ClockedLoop, *acts: Coroutine[Any, Any, None], seconds: float) -> None:
    """Run the coroutines for this time."""

    async def all_of_them() -> None:
        tasks = [asyncio.create_task(act) for act in acts]
        await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(all_of_them())


def test_changes_have_the_given_rate_after_early_first_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, loop = ObjectStore(), ClockedLoop()
    scenario = Scenario(store, CSV, nodes=30, images=34, churn=4.0, seed=1)
    steps: list[float] = []
    monkeypatch.setattr(scenario, "step", lambda: steps.append(loop.time()))
    before = store.version
    run(loop, scenario.play(), seconds=2.6)
    assert store.version >= before + 5, "the first changes"
    assert len(steps) <= 5
    steps.clear()
    run(loop := ClockedLoop(), scenario.play(), seconds=60)
    assert 230 <= len(steps) <= 235


def test_the_rate_of_heartbeats_is_proportional_to_the_fleet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scenario = Scenario(ObjectStore(), CSV, nodes=90, images=4, churn=0.0, seed=1)
    beats: list[None] = []
    monkeypatch.setattr(scenario, "beat", lambda: beats.append(None))
    run(ClockedLoop(), scenario.play(), seconds=300)
    assert 85 <= len(beats) <= 90


def test_a_slow_machine_skips_late_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = ClockedLoop()
    steps: list[None] = []
    turns: list[float] = []
    scenario = Scenario(ObjectStore(), CSV, nodes=1, images=4, churn=5000.0, seed=1)

    def step() -> None:
        loop.clock.now += 0.01
        steps.append(None)

    async def other_task() -> None:
        while True:
            await asyncio.sleep(0.001)
            turns.append(loop.time())

    monkeypatch.setattr(scenario, "step", step)
    monkeypatch.setattr(played, "TURN_ACTS", 4)
    run(loop, scenario.play(), other_task(), seconds=60)
    assert len(steps) > 1000
    longest = max(later - earlier for earlier, later in itertools.pairwise(turns))
    assert longest < 0.2
