"""The phase and the wait after each failure; no failure makes the loop hammer a server."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.clock import Clock
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
    EMPTY_DOUBT_SECONDS,
    INTERNAL_ERROR_CHARACTERS,
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
def test_each_failure_has_its_phase_and_keeps_or_replaces_the_connection(
    error: ClusterError, phase: Phase, reconnect: bool
) -> None:
    policy = failure_policy(error, 1.0)
    assert (policy.phase, policy.reason, policy.reconnect) == (phase, str(error), reconnect)
    assert policy.wait is not None
    assert policy.wait >= 1.0


def test_a_cancelled_login_waits_for_the_user_and_reads_the_kubeconfig_again() -> None:
    policy = failure_policy(LoginCancelledError("cancelled"), 1.0)
    assert (policy.phase, policy.wait, policy.reconnect) == (Phase.LOGIN_NEEDED, None, True)


def test_an_internal_error_is_reported_as_one_without_secrets_and_in_bounds() -> None:
    reason = failure_policy(ValueError("Invalid header b'Bearer abcdefghijkl'"), 1.0).reason
    assert reason.startswith("Internal error in kubeimg: ValueError")
    assert "abcdefghijkl" not in reason
    reason = failure_policy(ValueError("x y " * INTERNAL_ERROR_CHARACTERS), 1.0).reason
    assert len(reason) <= INTERNAL_ERROR_CHARACTERS + len("Internal error in kubeimg: ")


def test_a_suddenly_empty_list_is_requested_again_after_some_seconds_at_the_earliest() -> None:
    assert failure_policy(EmptyListError(), 1.0).wait == EMPTY_DOUBT_SECONDS
    assert failure_policy(EmptyListError(), 20.0).wait == 20.0


def test_waits_between_failing_logins_grow() -> None:
    backoff = login_backoff()
    waits = [
        failure_policy(CredentialsError("no ticket"), backoff.next()).wait or 0.0 for _ in range(8)
    ]
    assert waits[0] == LOGIN_RETRY_SECONDS
    assert waits[3] >= 4 * LOGIN_RETRY_SECONDS
    assert 300.0 <= waits[-1] <= 600.0
    backoff.reset()
    assert failure_policy(CredentialsError("no ticket"), backoff.next()).wait == LOGIN_RETRY_SECONDS


@pytest.mark.parametrize(
    "error", [CredentialsError("no ticket"), ApiError(401, "", "who?"), ApiError(400, "", "what?")]
)
def test_refused_logins_and_bad_requests_are_not_repeated_soon(error: ClusterError) -> None:
    assert failure_policy(error, 1.0).wait == LOGIN_RETRY_SECONDS
    assert failure_policy(error, 100.0).wait == 100.0


def test_failing_logins_an_hour_apart_do_not_lengthen_the_wait() -> None:
    now = 0.0
    backoff = login_backoff(Clock(monotonic=lambda: now))
    backoff.next()
    now = 3500.0
    assert backoff.next() >= LOGIN_RETRY_SECONDS
    now = 8000.0
    assert backoff.next() <= LOGIN_RETRY_SECONDS


@given(
    code=st.integers(100, 999),
    retry_after=st.one_of(st.none(), st.text(), st.integers().map(str), st.just("9" * 400)),
    body=st.binary(),
    backoff=st.floats(0.8, 60.0),
)
def test_a_requested_wait_is_kept_within_bounds(
    code: int, retry_after: str | None, body: bytes, backoff: float
) -> None:
    wait = failure_policy(api_error(code, body, retry_after), backoff).wait
    assert wait is not None
    assert backoff <= wait <= max(backoff, LOGIN_RETRY_SECONDS, RETRY_AFTER_MOST_SECONDS)


@pytest.mark.parametrize("code", [400, 401, 403, 429, 503])
def test_retry_after_extends_the_wait(code: int) -> None:
    assert failure_policy(api_error(code, b"", "200"), 1.0).wait == 200.0


@pytest.mark.parametrize("code", [401, 503])
def test_a_very_long_retry_after_is_cut(code: int) -> None:
    error = ApiError(code, "", "later", retry_after=RETRY_AFTER_MOST_SECONDS + 1)
    assert failure_policy(error, 1.0).wait == RETRY_AFTER_MOST_SECONDS


@pytest.mark.parametrize(("header", "wait"), [("20", 20.0), ("0", 1.0), ("²", 1.0), ("-5", 1.0)])
def test_an_odd_retry_after_is_ignored(header: str, wait: float) -> None:
    assert failure_policy(api_error(503, b"", header), 1.0).wait == wait


def test_waits_double_to_a_limit_and_start_over_after_a_calm_time() -> None:
    now = 0.0
    backoff = Backoff(Clock(monotonic=lambda: now))
    steps = [0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0]
    for step in steps:
        wait = backoff.next()
        assert step <= wait <= 2 * step
        now += wait
    now += 119
    assert backoff.next() >= 30.0, "the calm time begins after the wait"
    now += 181
    assert backoff.next() <= 1.6
    backoff.next()
    backoff.reset()
    assert backoff.next() <= 1.6


def test_each_wait_is_extended_by_a_random_share_of_itself() -> None:
    shares = iter([0.0, 0.5, 1.0])
    backoff = Backoff(jitter=lambda: next(shares))
    assert [backoff.next() for _ in range(3)] == [0.8, 1.6 * 1.5, 3.2 * 2]
    assert len({Backoff().next() for _ in range(10)}) > 1, "many clients do not return at once"


def test_a_reset_during_a_failure_is_not_lost() -> None:
    resets: list[threading.Thread] = []

    def jitter() -> float:
        """Runs in the middle of `next`; the first time another thread resets."""
        if not resets:
            resets.append(threading.Thread(target=backoff.reset))
            resets[0].start()
            resets[0].join(0.05)
        return 0.0

    backoff = Backoff(jitter=jitter)
    backoff.next()
    resets[0].join()
    assert backoff.next() == Backoff.FIRST
