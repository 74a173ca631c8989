"""One table says how it ends: which code, and what to do next."""

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
from kubeimg_gui.headless.exit_codes import exit_code, last_words


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
def test_the_code_tells_what_to_mend_from_what_to_wait_for(error: ClusterError, code: int) -> None:
    assert exit_code(failure_policy(error, 0.0).phase) == code


@pytest.mark.parametrize("in_pod", [False, True])
@pytest.mark.parametrize("phase", list(Phase))
def test_every_end_says_where_why_and_what_to_do(phase: Phase, in_pod: bool) -> None:
    words = last_words("prod", phase, "The server says: no", in_pod=in_pod)
    assert not (in_pod and ("kubeconfig" in words or "--context" in words))
    where, rest = words.split(": ", 1)
    why, what_to_do = rest.split("; ")
    assert (where, why) == ("prod", "The server says: no")
    assert what_to_do.split()[0] in ("mend", "log", "ask", "see", "bind", "try")


def test_an_end_is_one_harmless_line() -> None:
    assert "\x1b" not in last_words("a\x1b[2J", Phase.FORBIDDEN, "two\nlines")
    assert len(last_words("a", Phase.FORBIDDEN, "two\nlines").splitlines()) == 1
