"""What a bad day is: what strikes, when, and what must be said of it."""

import ssl
from dataclasses import dataclass, field
from enum import StrEnum

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.demo.faults import Rule, Status
from kubeimg_gui.demo.listener import Door
from tests.support.scripted_server import status_json


class Strikes(StrEnum):
    """When a fault begins."""

    START = "at the start"
    RESUME = "as the watch is resumed"
    RELIST = "as nodes are listed anew"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A fault and what must be seen of it.

    Attributes:
        says: the phase and words of its reason; None for a fault that is survived in silence.
        exact: no change may be missing, since a watch can be resumed; else, where a list must
            bridge a gap, changes that undid each other meanwhile may.
        deaf: nothing comes from the server, so the age of what is shown must grow.
        failing: what is struck is a failed attempt, and so counted.
        requests: how many an attempt makes, where it falls back to another kind.
    """

    name: str
    strikes: Strikes
    says: tuple[Phase, str] | None
    rules: tuple[Rule, ...] = ()
    door: Door | None = None
    certificate: ssl.SSLContext | None = field(default=None, repr=False)
    tls: bool = False
    exact: bool = True
    deaf: bool = False
    failing: bool = True
    requests: int = 1

    @property
    def title(self) -> str:
        """The fault and when it strikes."""
        return f"{self.name}, {self.strikes}"


RECONNECTING, FORBIDDEN = Phase.RECONNECTING, Phase.FORBIDDEN
GONE = status_json(410, "Expired", "too old resource version: 1 (9)")
HTML = "<html><h1>Sign in to the hotel</h1></html>"


def answered(body: str, code: str = "200 OK", headers: str = "") -> str:
    """A whole answer, byte by byte."""
    return f"HTTP/1.1 {code}\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}"


def event(kind: str, body: str) -> str:
    return f'{{"type": "{kind}", "object": {body}}}\n'


def error(code: int, message: str = "a bad day", retry_after: str | None = None) -> Status:
    return Status(code, "", message, retry_after)
