import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.resources import Selector
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.window.connection_wording import (
    BROKEN,
    IN_PROGRESS,
    SLOW_SECONDS,
    Notice,
    NoticeAction,
    banner,
    context_text,
    notice,
    phase_text,
    state_tip,
    time_text,
    unreadable_text,
)

NOW = 1000.0
REASON = "The server closed the connection."
POLLING = {"poll_seconds": 30.0, "reason": "You may list nodes, but not watch them."}


def state(phase: Phase, **fields: object) -> ConnectionState:
    return ConnectionState(phase, **{"since": NOW, **fields})  # pyright: ignore


def in_banner(state: ConnectionState, now: float = NOW) -> str:
    said = banner(state, now)
    return "" if said is None else f"{said.headline} · {said.sentence}"


def in_table(state: ConnectionState, now: float = NOW, context: str = "prod") -> Notice:
    said = notice(state, known=0, shown=0, wanted="", context=context, now=now)
    assert said is not None
    return said


@pytest.mark.parametrize(
    ("selector", "headline"),
    [
        (Selector(), "No nodes in {0}"),
        (Selector(labels="pool=x"), "No node in {0} matches the label selector “pool=x”"),
        (Selector("", "spec.<b>"), "No node in {0} matches the field selector “spec.<b>”"),
        (
            Selector("{context}", "spec.unschedulable=true"),
            "No node in {0} matches both the label selector “{context}” and the field selector"
            " “spec.unschedulable=true”",
        ),
    ],
)
def test_without_nodes_the_selector_is_named(selector: Selector, headline: str) -> None:
    live = state(Phase.LIVE)
    for context, shown in (("demo", "demo"), ("", "the cluster")):
        said = notice(
            live, known=0, shown=0, wanted="", context=context, now=NOW, selector=selector
        )
        assert said is not None
        assert said.headline == headline.replace("{0}", shown)
    unreadable = state(Phase.LIVE, unreadable=("n1",))
    said = notice(
        unreadable, known=0, shown=0, wanted="", context="demo", now=NOW, selector=selector
    )
    assert said is not None
    assert said.headline == "All nodes are unreadable"


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.CONNECTING, "Connecting"),
        (Phase.LOGGING_IN, "Logging in"),
        (Phase.LIVE, "Live"),
        (Phase.RECONNECTING, "Reconnecting"),
        (Phase.LOGIN_NEEDED, "Login needed"),
        (Phase.FORBIDDEN, "Forbidden"),
        (Phase.MISCONFIGURED, "Misconfigured"),
        (Phase.STOPPED, "Stopped"),
    ],
)
def test_every_phase_has_a_text(phase: Phase, words: str) -> None:
    assert phase_text(state(phase))[1] == words


def test_syncing_counts(theme: Theme) -> None:
    assert phase_text(state(Phase.SYNCING, known=1200))[1] == "Syncing · 1,200 nodes so far"
    assert phase_text(state(Phase.SYNCING, known=500, total=5000))[1] == (
        "Syncing · 500 of 5,000 nodes"
    )


def test_polling_is_not_called_live() -> None:
    assert phase_text(state(Phase.LIVE, **POLLING)) == (Severity.GONE, "Polling every 30 s")
    assert phase_text(state(Phase.LIVE, poll_seconds=2.5))[1] == "Polling every 2.5 s"


@pytest.mark.parametrize("phase", sorted(BROKEN))
def test_data_that_may_be_out_of_date_has_a_banner_and_an_age(phase: Phase) -> None:
    assert in_banner(state(phase, reason=REASON, next_try=NOW + 4)).endswith(
        f"{REASON} · Next retry in 4 s"
    )
    assert time_text(state(phase), 42, NOW) == "data from 42 s ago"


@pytest.mark.parametrize("phase", sorted(set(Phase) - BROKEN - {Phase.LOGGING_IN}))
def test_no_banner_while_nothing_is_wrong(phase: Phase) -> None:
    assert in_banner(state(phase, reason=REASON)) == ""


def test_polling_is_explained_in_a_notice() -> None:
    said = banner(state(Phase.LIVE, **POLLING), NOW)
    assert said == Notice("Polling every 30 s", str(POLLING["reason"]), NoticeAction.DISMISS)
    assert banner(state(Phase.LIVE, poll_seconds=30.0), NOW) is None, "it was asked for"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4, "Next retry in 4 s"),
        (300, "Next retry in 5 min"),
        (0, "Retrying now"),
        (-2, "Retrying now"),
        (-8, "Retrying for 8 s"),
    ],
)
def test_the_next_retry_and_the_duration_of_the_current_one_are_shown(
    seconds: float, words: str
) -> None:
    assert in_banner(state(Phase.RECONNECTING, next_try=NOW + seconds)) == f"Reconnecting · {words}"


def test_a_cancelled_login_is_not_retried_automatically() -> None:
    off = state(Phase.LOGIN_NEEDED, reason="The login was cancelled")
    assert in_banner(off).endswith("The login was cancelled · Not retried automatically")
    assert in_table(off).action is NoticeAction.RETRY


def test_an_attempt_in_progress_can_be_replaced() -> None:
    for phase in BROKEN:
        assert in_table(state(phase, next_try=NOW + 1)).action is NoticeAction.RETRY
        assert in_table(state(phase, next_try=NOW - 1)).action is NoticeAction.RECONNECT


def test_a_login_in_progress_can_be_cancelled() -> None:
    waiting = state(Phase.LOGGING_IN, reason="The plugin kubelogin runs, perhaps in your browser.")
    expected = NoticeAction.CANCEL_LOGIN, waiting.reason
    for said in (in_table(waiting), banner(waiting, NOW)):
        assert said is not None
        assert (said.action, said.sentence) == expected
    assert in_table(waiting).headline == "Logging in to prod"


@pytest.mark.parametrize("phase", sorted(IN_PROGRESS - {Phase.LOGGING_IN}))
def test_a_phase_that_takes_long_has_a_notice(phase: Phase) -> None:
    waiting = state(phase)
    assert time_text(waiting, 0.4, NOW + 2) == ""
    assert time_text(waiting, None, NOW + 4) == "4 s"
    soon, late = NOW + SLOW_SECONDS - 1, NOW + SLOW_SECONDS
    assert notice(waiting, known=0, shown=0, wanted="", context="p", now=soon) is None
    assert banner(waiting, soon) is None
    for said in (in_table(waiting, late), banner(waiting, late)):
        assert said is not None
        assert (said.sentence, said.action) == (
            "Taking longer than usual: 10 s so far.",
            NoticeAction.RECONNECT,
        )


def test_an_age_is_shown_only_with_data() -> None:
    assert time_text(state(Phase.LIVE), None, NOW) == ""
    assert time_text(state(Phase.CONNECTING), 5, NOW) == ""
    assert time_text(state(Phase.LIVE), 0.4, NOW) == "0.4 s ago"
    assert time_text(state(Phase.LIVE, **POLLING), 12, NOW) == "12 s ago"


@pytest.mark.parametrize(
    ("phase", "headline", "remedy"),
    [
        (Phase.LIVE, "No nodes in prod", NoticeAction.NONE),
        (Phase.RECONNECTING, "No connection to prod", NoticeAction.RETRY),
        (Phase.LOGIN_NEEDED, "prod: login required", NoticeAction.RETRY),
        (Phase.FORBIDDEN, "No permission to list the nodes of prod", NoticeAction.RETRY),
        (Phase.MISCONFIGURED, "prod is misconfigured", NoticeAction.RETRY),
        (Phase.STOPPED, "Stopped watching prod", NoticeAction.RETRY),
    ],
)
def test_an_empty_table_says_why(phase: Phase, headline: str, remedy: NoticeAction) -> None:
    said = in_table(state(phase, reason=REASON))
    assert (said.headline, said.action) == (headline, remedy)
    assert phase is Phase.LIVE or REASON in said.sentence


def test_without_a_kubeconfig_the_context_is_named_no_context() -> None:
    assert context_text("") == "no context"
    said = in_table(state(Phase.MISCONFIGURED, reason="No kubeconfig found at ~"), context="")
    assert said.headline == "No cluster to watch"
    assert said.sentence.startswith("No kubeconfig found at ~")


@pytest.mark.parametrize("phase", [Phase.CONNECTING, Phase.SYNCING])
def test_the_skeleton_is_shown_until_the_first_nodes_arrive(phase: Phase) -> None:
    assert notice(state(phase), known=0, shown=0, wanted="", context="p", now=NOW) is None


def test_a_filter_without_a_match_offers_to_clear_it() -> None:
    said = notice(state(Phase.LIVE), known=9, shown=0, wanted=" {context} <b> ", context="p", now=0)
    assert said is not None
    assert said.headline == "No node matches “{context} <b>”"
    assert said.action is NoticeAction.CLEAR_FILTER


def test_unreadable_nodes_are_counted_and_named(theme: Theme) -> None:
    names = tuple(f"n{i:02}" for i in range(12))
    odd = state(Phase.LIVE, unreadable=names, skipped=1400)
    assert unreadable_text(odd) == "12 nodes unreadable"
    assert state_tip(odd).splitlines() == [
        f"12 nodes unreadable: {', '.join(names[:10])} and 2 more",
        "Skipped since the start: 1,400 nodes or events",
    ]
    assert in_table(odd) == Notice("All nodes are unreadable", state_tip(odd))
    assert unreadable_text(state(Phase.LIVE)) == ""
    assert state_tip(state(Phase.LIVE)) == ""


def test_long_plugin_output_is_shortened() -> None:
    long = state(Phase.LOGIN_NEEDED, reason="\n".join(f"line {n} \x1b[31m" for n in range(500)))
    lines = in_table(long).sentence.splitlines()
    assert lines[0] == r"line 0 \x1b[31m"
    assert lines[-2:] == ["and 488 more", "Not retried automatically"]


@given(
    st.sampled_from(Phase),
    st.text(),
    st.floats(-1e9, 1e9),
    st.none() | st.floats(-1e9, 1e9),
    st.none() | st.floats(0.1, 1e6),
    st.tuples(st.text()),
    st.text(),
)
def test_texts_have_only_visible_characters_and_no_negative_times(
    phase: Phase,
    reason: str,
    since: float,
    next_try: float | None,
    poll_seconds: float | None,
    unreadable: tuple[str],
    context: str,
) -> None:
    any_state = ConnectionState(
        phase,
        since,
        reason=reason,
        next_try=next_try,
        poll_seconds=poll_seconds,
        unreadable=unreadable,
        skipped=3,
    )
    said = notice(any_state, known=0, shown=0, wanted="", context=context, now=NOW)
    words = [in_banner(any_state), state_tip(any_state), time_text(any_state, 5, NOW)]
    if said:
        words += [said.headline, said.sentence]
    for each in words:
        assert not set(each) & set("\x00\x1b\x9b\u202e\u200b\r\x85\u2028\ud800")
    assert "in -" not in words[0]
    assert "for -" not in words[0]
    assert not words[2].startswith("-")
