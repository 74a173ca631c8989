"""What each failure is called, and that no failure lets a server be hammered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    CredentialsError,
    KubeconfigError,
    LoginCancelledError,
)
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.transport.error_mapping import api_error
from kubeimg_gui.cluster.watch.backoff import (
    LOGIN_RETRY_SECONDS,
    RETRY_AFTER_MOST_SECONDS,
    Backoff,
    EmptyListError,
    failure_policy,
    login_backoff,
)


@pytest.mark.parametrize(
    ("error", "phase", "reconnect"),
    [
        (ConnectionLostError("lost"), Phase.RECONNECTING, True),
        (EmptyListError(), Phase.RECONNECTING, False),
        (KubeconfigError("no file"), Phase.MISCONFIGURED, True),
        (CredentialsError("no ticket"), Phase.LOGIN_NEEDED, True),
        (ApiError(401, "Unauthorized", "who?"), Phase.LOGIN_NEEDED, True),
        (ApiError(403, "Forbidden", "no"), Phase.FORBIDDEN, True),
        (ApiError(400, "BadRequest", "what?"), Phase.MISCONFIGURED, False),
        (ApiError(500, "InternalError", "etcd"), Phase.RECONNECTING, False),
    ],
)
def test_each_failure_has_its_phase(error: ClusterError, phase: Phase, reconnect: bool) -> None:
    back = failure_policy(error, 1.0)
    assert (back.phase, back.reason, back.reconnect) == (phase, str(error), reconnect)
    assert back.wait is not None
    assert back.wait >= 1.0


def test_a_cancelled_login_waits_for_the_person() -> None:
    back = failure_policy(LoginCancelledError("cancelled"), 1.0)
    assert (back.phase, back.wait) == (Phase.LOGIN_NEEDED, None)


def test_a_mistake_of_our_own_is_called_so() -> None:
    reason = failure_policy(ValueError("Invalid header b'Bearer abcdefghijkl'"), 1.0).reason
    assert reason.startswith("Internal error in kubeimg: ValueError")
    assert "abcdefghijkl" not in reason


def test_a_plugin_that_fails_again_and_again_runs_less_and_less() -> None:
    backoff = login_backoff()
    waits = [
        failure_policy(CredentialsError("no ticket"), backoff.next()).wait or 0.0 for _ in range(8)
    ]
    assert waits[0] == LOGIN_RETRY_SECONDS
    assert waits[3] >= 4 * LOGIN_RETRY_SECONDS
    assert 300.0 <= waits[-1] <= 600.0
    backoff.reset()
    assert failure_policy(CredentialsError("no ticket"), backoff.next()).wait == LOGIN_RETRY_SECONDS


def test_a_login_is_not_asked_for_again_and_again() -> None:
    assert failure_policy(CredentialsError("no ticket"), 1.0).wait == LOGIN_RETRY_SECONDS


@given(
    code=st.integers(100, 999),
    retry_after=st.one_of(st.none(), st.text(), st.integers().map(str), st.just("9" * 400)),
    body=st.binary(),
    backoff=st.floats(0.8, 60.0),
)
def test_a_server_is_obeyed_within_reason_whatever_it_says(
    code: int, retry_after: str | None, body: bytes, backoff: float
) -> None:
    wait = failure_policy(api_error(code, body, retry_after), backoff).wait
    assert wait is not None
    assert backoff <= wait <= max(backoff, LOGIN_RETRY_SECONDS, RETRY_AFTER_MOST_SECONDS)


@pytest.mark.parametrize(("header", "wait"), [("20", 20.0), ("0", 1.0), ("²", 1.0), ("-5", 1.0)])
def test_retry_after(header: str, wait: float) -> None:
    assert failure_policy(api_error(503, b"", header), 1.0).wait == wait


def test_backoff_doubles_to_its_limit_and_calms_down() -> None:
    now = 0.0
    backoff = Backoff(lambda: now)
    steps = [0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0]
    for step in steps:
        wait = backoff.next()
        assert step <= wait <= 2 * step
        now += wait
    now += 121
    assert backoff.next() <= 1.6
    backoff.next()
    backoff.reset()
    assert backoff.next() <= 1.6
