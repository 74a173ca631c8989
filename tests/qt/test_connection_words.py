import pytest

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.qt.connection_words import (
    BROKEN,
    Remedy,
    banner,
    data_age,
    notice,
    phase_words,
)
from kubeimg_gui.qt.theme import Theme

NOW = 1000.0
REASON = "The server closed the connection."


def state(phase: Phase, **fields: object) -> ConnectionState:
    return ConnectionState(phase, since=NOW, **fields)  # pyright: ignore


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.CONNECTING, "Connecting"),
        (Phase.LIVE, "Live"),
        (Phase.RECONNECTING, "Reconnecting"),
        (Phase.LOGIN_NEEDED, "Login needed"),
        (Phase.FORBIDDEN, "Forbidden"),
        (Phase.STOPPED, "Stopped"),
    ],
)
def test_every_phase_has_its_words(phase: Phase, words: str) -> None:
    assert phase_words(state(phase))[1] == words


def test_syncing_counts(theme: Theme) -> None:
    assert phase_words(state(Phase.SYNCING, nodes=1200))[1] == "Syncing · 1,200 nodes so far"
    assert phase_words(state(Phase.SYNCING, nodes=500, total=5000))[1] == (
        "Syncing · 500 of 5,000 nodes"
    )


@pytest.mark.parametrize("phase", sorted(BROKEN))
def test_data_that_may_be_out_of_date_has_a_banner_and_an_age(phase: Phase) -> None:
    words = banner(state(phase, reason=REASON, next_try=NOW + 4), NOW)
    assert words.endswith(f"{REASON} · Next try in 4 s")
    assert data_age(state(phase), NOW - 42, NOW) == "data from 42 s ago"


@pytest.mark.parametrize("phase", sorted(set(Phase) - BROKEN))
def test_no_banner_while_nothing_is_wrong(phase: Phase) -> None:
    assert banner(state(phase, reason=REASON), NOW) == ""


def test_a_try_that_is_due_is_under_way() -> None:
    assert banner(state(Phase.RECONNECTING, next_try=NOW - 3), NOW) == ("Reconnecting · Trying now")


def test_an_age_is_only_told_of_data() -> None:
    assert data_age(state(Phase.LIVE), None, NOW) == ""
    assert data_age(state(Phase.CONNECTING), NOW, NOW) == ""
    assert data_age(state(Phase.LIVE), NOW - 0.4, NOW) == "0.4 s ago"


@pytest.mark.parametrize(
    ("phase", "headline", "remedy"),
    [
        (Phase.LIVE, "No nodes in prod", Remedy.NONE),
        (Phase.RECONNECTING, "No connection to prod", Remedy.RETRY),
        (Phase.LOGIN_NEEDED, "prod asks you to log in", Remedy.RETRY),
        (Phase.FORBIDDEN, "You may not watch the nodes of prod", Remedy.RETRY),
        (Phase.STOPPED, "prod is no longer watched", Remedy.RETRY),
    ],
)
def test_an_empty_table_says_why(phase: Phase, headline: str, remedy: Remedy) -> None:
    said = notice(state(phase, reason=REASON), known=0, shown=0, wanted="", context="prod", now=0)
    assert said is not None
    assert (said.headline, said.remedy) == (headline, remedy)
    assert phase is Phase.LIVE or REASON in said.sentence


@pytest.mark.parametrize("phase", [Phase.CONNECTING, Phase.SYNCING])
def test_the_skeleton_stands_while_the_first_nodes_come(phase: Phase) -> None:
    assert notice(state(phase), known=0, shown=0, wanted="", context="p", now=0) is None


def test_a_filter_without_a_match_offers_to_clear_it() -> None:
    said = notice(state(Phase.LIVE), known=9, shown=0, wanted=" {context} <b> ", context="p", now=0)
    assert said is not None
    assert said.headline == "No node matches “{context} <b>”"
    assert said.remedy is Remedy.CLEAR_FILTER
