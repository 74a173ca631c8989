"""Runs all fault scenarios concurrently: most of a trial is waiting."""

import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.closing import close_on
from tests.faults.scenario import Scenario
from tests.faults.scenarios import SCENARIOS
from tests.faults.table import PROMISES, write_table
from tests.faults.trial import Outcome, Trial

AT_ONCE = 16
PROCESSES_AT_ONCE = 2

Outcomes = dict[str, Outcome]


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """The outcome of every scenario, by title. Writes the table."""
    folders = [tmp_path_factory.mktemp("fault") for _ in SCENARIOS]  # mktemp is not thread-safe
    with ThreadPoolExecutor(AT_ONCE) as pool:

        def run_trial(scenario: Scenario, folder: Path) -> Outcome:
            try:
                return Trial(scenario, folder).run()
            except Exception:  # noqa: BLE001  (the tests of this scenario report it)
                return Outcome(dict.fromkeys(PROMISES, traceback.format_exc()))

        found = dict(zip(titles(), pool.map(run_trial, SCENARIOS, folders), strict=True))
    with ThreadPoolExecutor(PROCESSES_AT_ONCE) as pool:
        for title, closed in zip(titles(), pool.map(close_on, SCENARIOS, folders), strict=True):
            found[title].broken |= closed.broken
    write_table(found, Path("build/faults.md"))
    return found


def titles() -> list[str]:
    return [scenario.title for scenario in SCENARIOS]
