"""What a test of both servers, the real one and the demo's, has in its hands."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.api import Api


@dataclass(frozen=True, slots=True)
class Served:
    """A server that holds the nodes `n0` to `n4`, and what a test may do with it.

    Attributes:
        api: a plain client for a user who may do everything.
        write_kubeconfig: for the same user.
        forget_history: have every version and page known until now expired.
    """

    api: Api
    write_kubeconfig: Callable[[Path], Path]
    forget_history: Callable[[], None]
