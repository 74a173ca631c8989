"""kubeimg keeps every promise under every fault."""

from pathlib import Path

import pytest

from tests.faults.scenarios import SCENARIOS
from tests.faults.table import PROMISES, TABLE
from tests.faults.trial import Outcome

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timed,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("faults"),  # one worker plays all faults
]


@pytest.mark.parametrize("title", [scenario.title for scenario in SCENARIOS])
@pytest.mark.parametrize("promise", PROMISES)
def test_promise(promise: str, title: str, outcomes: dict[str, Outcome]) -> None:
    assert promise not in outcomes[title].broken, outcomes[title].broken[promise]


@pytest.mark.usefixtures("outcomes")
def test_the_published_table_matches_this_run() -> None:
    assert TABLE.read_text(encoding="utf-8") == Path("build/faults.md").read_text(encoding="utf-8")
