"""The table of faults and promises, as Markdown; the same from run to run."""

from collections.abc import Mapping
from pathlib import Path

from tests.faults.scenario import Scenario
from tests.faults.scenarios import SCENARIOS
from tests.faults.trial import LASTS_SECONDS, MOST_ATTEMPTS, Outcome

TABLE = Path(__file__).with_name("README.md")
PROMISES = {
    "rows": "what was known stays, with its age",
    "state": "the state says what happens, and when the next try comes",
    "pace": f"at most {MOST_ATTEMPTS} failed attempts in {LASTS_SECONDS:g} s",
    "truth": "afterwards no change is lost or invented",
    "stop": "the informer stops within 1 s",
    "exit": "the program ends within 1 s, without a traceback",
}
HEAD = """# Bad days

Every fault that the demo server plays on kubeimg, and what is promised under it. The tests in this
folder write this table anew, and fail where it differs: `make faults`.

"""
FOOT = f"""
Each fault lasts {LASTS_SECONDS:g} s, in which the images of six nodes change on. *Truth* compares
what a handler was told with what was written: the same lists of images in the same order for each
node where a watch can be resumed; where a list has to bridge the gap, and from the start, some of
them in that order up to the last. A failed attempt is counted at the server and in the states told;
a second request that falls back to another kind of list is not.

For these tests a watch is idle after 2 s (else 90 s), a server silent after 1.5 s (30 s, connecting
10 s), an answer too large at 8 MiB (512 MiB). The program is `kubeimg-gui watch` with nothing
shortened; where waiting would not help it ends by itself, with code 2 or 4.
"""


def write_table(outcomes: Mapping[str, Outcome], path: Path) -> None:
    rows = [_row(scenario, outcomes[scenario.title]) for scenario in SCENARIOS]
    legend = "".join(f"- **{name}**: {meaning}\n" for name, meaning in PROMISES.items())
    columns = ("fault", "strikes", "the state says", *PROMISES)
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + legend + "\n" + head + "".join(rows) + FOOT, encoding="utf-8")


def _row(scenario: Scenario, outcome: Outcome) -> str:
    says = "nothing, it is survived" if scenario.says is None else _said(*scenario.says)
    kept = ["✗" if promise in outcome.broken else "✓" for promise in PROMISES]
    return f"| {' | '.join((scenario.name, scenario.strikes, says, *kept))} |\n"


def _said(phase: str, words: str) -> str:
    return f"{phase}: … {words} …"
