"""A fault scenario: the fault, when it begins and the state that must be reported."""

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
    RELIST = "as nodes are relisted"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A fault and its expected effects.

    Attributes:
        says: the expected phase and a part of its reason; None if no error may be reported.
        exact: no change may be missing, since a watch can be resumed. If false, a list bridges
            the gap, and intermediate changes may be missing.
        deaf: nothing arrives from the server, so the age of the data must grow.
        failing: each request that gets the fault counts as a failed attempt.
        requests: requests per attempt, including the fallback to another kind of list.
        connections: connections per attempt; a second one reads a certificate that was refused.
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
    connections: int = 1

    @property
    def title(self) -> str:
        """The name of the fault and when it begins."""
        return f"{self.name}, {self.strikes}"


RECONNECTING, FORBIDDEN = Phase.RECONNECTING, Phase.FORBIDDEN
GONE = status_json(410, "Expired", "too old resource version: 1 (9)")
HTML = "<html><h1>Sign in to the network</h1></html>"


def answered(body: str, code: str = "200 OK", headers: str = "") -> str:
    """A complete raw HTTP response."""
    return f"HTTP/1.1 {code}\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}"


def event(kind: str, body: str) -> str:
    return f'{{"type": "{kind}", "object": {body}}}\n'


def error(code: int, message: str = "an injected fault", retry_after: str | None = None) -> Status:
    return Status(code, "", message, retry_after)
