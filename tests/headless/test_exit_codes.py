"""Exit codes and final messages."""

import pytest

from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    CredentialsError,
    InvalidResponseError,
    KubeconfigError,
    LoginCancelledError,
    ReadTimeoutError,
    UnreachableError,
)
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.watch.backoff import failure_policy
from kubeimg_gui.headless.exit_codes import exit_code, final_message


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KubeconfigError(), 2),
        (ApiError(400, "BadRequest", ""), 2),
        (ConnectionLostError(), 3),
        (UnreachableError(), 3),
        (ReadTimeoutError(), 3),
        (InvalidResponseError(), 3),
        (ApiError(429, "TooManyRequests", ""), 3),
        (ApiError(500, "InternalError", ""), 3),
        (CredentialsError(), 4),
        (LoginCancelledError(), 4),
        (ApiError(401, "Unauthorized", ""), 4),
        (ApiError(403, "Forbidden", ""), 4),
    ],
    ids=repr,
)
def test_the_exit_code_of_an_error(error: ClusterError, code: int) -> None:
    assert exit_code(failure_policy(error, 0.0).phase) == code


@pytest.mark.parametrize("in_pod", [False, True])
@pytest.mark.parametrize("phase", list(Phase))
def test_every_final_message_has_context_reason_and_advice(phase: Phase, in_pod: bool) -> None:
    message = final_message("prod", phase, "The server says: no", in_pod=in_pod)
    assert not (in_pod and ("kubeconfig" in message or "--context" in message))
    context, rest = message.split(": ", 1)
    reason, advice = rest.split("; ")
    assert (context, reason) == ("prod", "The server says: no")
    assert advice.split()[0] in ("fix", "log", "ask", "check", "bind", "try")


def test_a_final_message_is_one_line_that_is_safe_for_a_terminal() -> None:
    assert "\x1b" not in final_message("a\x1b[2J", Phase.FORBIDDEN, "two\nlines")
    assert len(final_message("a", Phase.FORBIDDEN, "two\nlines").splitlines()) == 1
