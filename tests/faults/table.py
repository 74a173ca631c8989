"""The table of faults and promises, as Markdown; the same from run to run."""

from collections.abc import Mapping
from pathlib import Path

from tests.faults.scenario import Scenario
from tests.faults.scenarios import SCENARIOS
from tests.faults.trial import LASTS_SECONDS, MOST_ATTEMPTS, Outcome

TABLE = Path(__file__).with_name("README.md")
PROMISES = {
    "rows": "known rows stay visible, with their age",
    "state": "the reported state gives the reason and the time of the next try",
    "pace": f"at most {MOST_ATTEMPTS} failed attempts in {LASTS_SECONDS:g} s",
    "truth": "after recovery no change is lost or invented",
    "stop": "the informer stops within 1 s",
    "exit": "the program ends within 1 s, without a traceback",
}
HEAD = """# Faults

Every fault that the demo server injects, and the promises that kubeimg keeps under it. The tests in
this folder generate this table and fail if it differs. `make faults` regenerates it.

"""
FOOT = f"""
Each fault lasts {LASTS_SECONDS:g} s, during which the images of six nodes keep changing. *Truth*
compares the changes that a handler received with the changes that were written. Where a watch can
be resumed, each node has the same changes in the same order. After a relist, and from the start,
some may be missing, but not the last. Failed attempts are counted at the server and in the reported
states; a second request that falls back to another kind of list does not count.

These tests shorten some limits: a watch is idle after 2 s (default: 90 s), and lasts 1 s after
silent ones (15 s); a server is silent after 1.5 s (30 s; connecting and streaming lists: 10 s, the
answer to a watch: 20 s); a response is too large at 8 MiB (512 MiB). The program under test is
`kubeimg-gui watch` with the default limits. Where waiting would not help, it exits with code 2 or
4.
"""


def write_table(outcomes: Mapping[str, Outcome], path: Path) -> None:
    rows = [_row(scenario, outcomes[scenario.title]) for scenario in SCENARIOS]
    legend = "".join(f"- **{name}**: {meaning}\n" for name, meaning in PROMISES.items())
    columns = ("fault", "begins", "reported state", *PROMISES)
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + legend + "\n" + head + "".join(rows) + FOOT, encoding="utf-8")


def _row(scenario: Scenario, outcome: Outcome) -> str:
    says = "no error" if scenario.says is None else _reported(*scenario.says)
    kept = ["✗" if promise in outcome.broken else "✓" for promise in PROMISES]
    return f"| {' | '.join((scenario.name, scenario.strikes, says, *kept))} |\n"


def _reported(phase: str, words: str) -> str:
    return f"{phase}: … {words} …"
