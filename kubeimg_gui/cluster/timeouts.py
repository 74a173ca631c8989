"""How long each phase of a request may take, and how much a response may hold.

Both are immutable values that go from the target to every connection that it opens, so that a
test changes them in one place.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Durations in seconds, each greater than zero.

    Attributes:
        connect_seconds: for resolving a name, for connecting to the first of its addresses that
            accepts, and for the TLS handshake; this limits each of the three.
        read_seconds: the longest wait for the server's next bytes, unless a request says otherwise.
        body_seconds: for a whole response body that is read at once.
        silence_seconds: the longest wait for the next bytes of a list in pages.
        list_seconds: how long a streaming list may take, and again for each further page of
            objects that it brings.
        answer_seconds: for the response to a watch to begin. A server sends it at once, unless it
            is overloaded: then the request waits in a queue for up to 15 s (API priority and
            fairness, a quarter of the server's request timeout).
        idle_seconds: the longest wait for the next bytes of a watch, where the server sends a
            bookmark every minute.
        idle_grace_seconds: how much longer than its `timeoutSeconds` a watch without bookmarks may
            be idle.
        plugin_seconds: for one run of a credential plugin, in which the user may have to log in.
        login_notice_seconds: how long a request waits for a credential plugin before it reports
            that it waits.
        plugin_output_seconds: for the rest of a plugin's output after the plugin has ended. A
            process that the plugin left running may keep the pipe open forever.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    body_seconds: float = 300.0
    silence_seconds: float = 30.0
    list_seconds: float = 10.0
    answer_seconds: float = 20.0
    idle_seconds: float = 90.0
    idle_grace_seconds: float = 15.0
    plugin_seconds: float = 120.0
    login_notice_seconds: float = 0.3
    plugin_output_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, after decompression.

    Attributes:
        body_bytes: of a response body that is read at once. 5,000 nodes are 96 MB, and arrive in
            pages.
        line_bytes: of one line or one length-prefixed message of a stream; far above the 1.5 MB
            that an object may have.
        error_bytes: of the body of an error response; the rest is not read.
    """

    body_bytes: int = 512 * 2**20
    line_bytes: int = 16 * 2**20
    error_bytes: int = 2**20


DEFAULT_TIMEOUTS = Timeouts()
DEFAULT_LIMITS = Limits()
