"""Connection states in text and log, each reported once."""

import io
import logging
from dataclasses import replace
from functools import partial

import pytest

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.headless.state_log import StateReporter, describe_state, log_state, write_state

LIVE = ConnectionState(Phase.LIVE, 0.0, known=3)
BROKEN = ConnectionState(Phase.RECONNECTING, 0.0, 3, reason="It broke", next_try=1.0)


def reported(*states: ConnectionState) -> list[str]:
    """Return the lines that these states produce in sequence."""
    errors = io.StringIO()
    reporter = StateReporter(partial(write_state, errors))
    for state in states:
        reporter.on_state(state)
    return errors.getvalue().splitlines()


def test_a_state_is_reported_once() -> None:
    assert reported(
        ConnectionState(Phase.SYNCING, 0.0),
        ConnectionState(Phase.SYNCING, 0.0, known=2),
        LIVE,
        replace(LIVE, known=4),
        BROKEN,
        ConnectionState(Phase.STOPPED, 9.0, known=3),
    ) == [
        "kubeimg: syncing",
        "kubeimg: live, 3 nodes",
        "kubeimg: reconnecting: It broke; next try at 1970-01-01T00:00:01.000Z",
        "kubeimg: stopped",
    ]


def test_one_node_is_singular() -> None:
    assert reported(replace(LIVE, known=1)) == ["kubeimg: live, 1 node"]


def test_each_failed_attempt_is_reported_with_the_next() -> None:
    first, second = reported(BROKEN, replace(BROKEN, next_try=3.0))
    assert first.endswith("next try at 1970-01-01T00:00:01.000Z")
    assert second.endswith("next try at 1970-01-01T00:00:03.000Z")


def test_polling_is_reported_once_with_its_reason() -> None:
    polling = replace(LIVE, poll_seconds=30.0, next_try=30.0, reason="You may not watch")
    assert reported(polling, replace(polling, next_try=60.0, known=4), LIVE) == [
        "kubeimg: live by polling every 30 s, 3 nodes: You may not watch",
        "kubeimg: live, 3 nodes",
    ]
    assert reported(replace(polling, reason="", poll_seconds=1.5)) == [
        "kubeimg: live by polling every 1.5 s, 3 nodes"
    ]


def test_unreadable_nodes_are_reported_when_they_change() -> None:
    one = replace(LIVE, unreadable=("a",), skipped=1)
    many = replace(LIVE, unreadable=tuple(f"n{i:02}" for i in range(12)), skipped=99)
    assert reported(
        LIVE, one, replace(one, skipped=7), replace(one, unreadable=("", "a")), many
    ) == [
        "kubeimg: live, 3 nodes",
        "kubeimg: live, 3 nodes; 1 node is unreadable: a",
        "kubeimg: live, 3 nodes; 2 nodes are unreadable: (no name), a",
        "kubeimg: live, 3 nodes; 12 nodes are unreadable: n00, n01, n02, n03, n04, n05, n06, n07, "
        "n08, n09, …",
    ]


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.CONNECTING, "connecting: Why"),
        (Phase.LOGGING_IN, "logging in: Why"),
        (Phase.LOGIN_NEEDED, "login needed: Why"),
        (Phase.FORBIDDEN, "forbidden: Why"),
        (Phase.MISCONFIGURED, "misconfigured: Why"),
    ],
)
def test_every_phase_has_a_description(phase: Phase, words: str) -> None:
    assert describe_state(ConnectionState(phase, 0.0, reason="Why")) == words


def test_a_log_record_has_fields_and_an_error_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "kubeimg_gui"):
        log_state(LIVE)
        log_state(replace(BROKEN, reason="It\nbroke"))
    live, broken = (vars(record) for record in caplog.records)
    assert (live["levelname"], live["message"]) == ("INFO", "live, 3 nodes")
    assert (live["phase"], live["nodes"]) == ("live", 3)
    assert not {"reason", "next_try"} & set(live)
    assert (broken["levelname"], broken["phase"]) == ("WARNING", "reconnecting")
    assert (broken["reason"], broken["next_try"]) == (r"It\nbroke", "1970-01-01T00:00:01.000Z")
