"""One connection for many threads, made on demand and replaced after a failure.

Making a connection may read slow files or start a demo cluster, so a separate thread makes it:
a call that waits for it can still be interrupted.
"""

import threading
from concurrent.futures import FIRST_COMPLETED, Future, wait
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from kubeimg_gui.cluster.errors import (
    ApiError,
    ConnectionLostError,
    CredentialsError,
    KubeconfigError,
    StoppedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubeimg_gui.cluster.transport.connection import Connection

T = TypeVar("T")


class SharedConnection:
    """Lends one connection to calls from any number of threads, until `close`.

    `connect` may block and may raise ClusterError; after a failure the next call connects again.
    """

    def __init__(self, connect: "Callable[[], Connection]") -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._current: _Attempt | None = None
        self._attempts: set[_Attempt] = set()
        self._closed: Future[Any] = Future()

    def call(self, use: "Callable[[Connection], T]") -> T:
        """Returns what `use` returns for the connection; blocks.

        After a failed login or a lost connection the next call makes another connection, because
        the kubeconfig may have changed. Raises what `connect` and `use` raise, and StoppedError
        after `close`.
        """
        attempt = self._borrow()
        outdated = False
        try:
            wait((attempt.connection, self._closed), return_when=FIRST_COMPLETED)
            if self._closed.done():
                raise StoppedError
            return use(attempt.connection.result())
        except (KubeconfigError, CredentialsError, ConnectionLostError):
            outdated = True
            raise
        except ApiError as error:
            outdated = error.code == HTTPStatus.UNAUTHORIZED
            raise
        finally:
            self._give_back(attempt, outdated=outdated)

    def close(self) -> None:
        """Ends every call under way and refuses later ones; any thread, any number of times."""
        with self._lock:
            if not self._closed.done():
                self._closed.set_result(None)
            for attempt in self._attempts:
                attempt.interrupt()

    def _borrow(self) -> "_Attempt":
        with self._lock:
            if self._closed.done():
                raise StoppedError
            if self._current is None:
                self._current = _Attempt(self._connect)
                self._attempts.add(self._current)
            self._current.users += 1
            return self._current

    def _give_back(self, attempt: "_Attempt", *, outdated: bool) -> None:
        """Interrupts an outdated connection after its last user has returned it."""
        with self._lock:
            attempt.users -= 1
            if self._current is attempt and (outdated or attempt.failed):
                self._current = None
            if self._current is not attempt and not attempt.users:
                self._attempts.discard(attempt)
                attempt.interrupt()


class _Attempt:
    """One run of `connect`, pending, successful or failed, and the number of calls that use it."""

    def __init__(self, connect: "Callable[[], Connection]") -> None:
        self.connection: Future[Connection] = Future()
        self.users = 0
        threading.Thread(target=self._make, args=(connect,), name="login", daemon=True).start()

    def _make(self, connect: "Callable[[], Connection]") -> None:
        try:
            self.connection.set_result(connect())
        except BaseException as error:  # noqa: BLE001  (`result` raises it in the calling thread)
            self.connection.set_exception(error)

    @property
    def failed(self) -> bool:
        return self.connection.done() and self.connection.exception() is not None

    def interrupt(self) -> None:
        if self.connection.done() and not self.failed:
            self.connection.result().interrupt()
