"""One connection for many threads, made when first needed and anew where it led nowhere.

Making one may start a demo cluster or wait for a file, so it is made in a thread of its own:
whoever waits for it can still be told to stop.
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
    """Lends a connection to calls from any number of threads, until `close`.

    `connect` may take long and may raise ClusterError; what fails is tried anew by the next call.
    """

    def __init__(self, connect: "Callable[[], Connection]") -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._current: _Login | None = None
        self._logins: set[_Login] = set()
        self._closed: Future[Any] = Future()

    def call(self, ask: "Callable[[Connection], T]") -> T:
        """What `ask` makes of the connection.

        Where there was no login, or no answer, the next call makes another connection:
        the kubeconfig may have been mended. Raises what `connect` and `ask` raise, and StoppedError
        once closed.
        """
        login = self._borrow()
        outdated = False
        try:
            wait((login.connection, self._closed), return_when=FIRST_COMPLETED)
            if self._closed.done():
                raise StoppedError
            return ask(login.connection.result())
        except (KubeconfigError, CredentialsError, ConnectionLostError):
            outdated = True
            raise
        except ApiError as error:
            outdated = error.code == HTTPStatus.UNAUTHORIZED
            raise
        finally:
            self._give_back(login, outdated=outdated)

    def close(self) -> None:
        """End every call under way and refuse later ones; any thread, any number of times."""
        with self._lock:
            if not self._closed.done():
                self._closed.set_result(None)
            for login in self._logins:
                login.interrupt()

    def _borrow(self) -> "_Login":
        with self._lock:
            if self._closed.done():
                raise StoppedError
            if self._current is None:
                self._current = _Login(self._connect)
                self._logins.add(self._current)
            self._current.users += 1
            return self._current

    def _give_back(self, login: "_Login", *, outdated: bool) -> None:
        """Keep an outdated one for those who still use it, then let it go."""
        with self._lock:
            login.users -= 1
            if self._current is login and (outdated or login.failed):
                self._current = None
            if self._current is not login and not login.users:
                self._logins.discard(login)
                login.interrupt()


class _Login:
    """A connection on its way, made or failed, and how many calls hold it."""

    def __init__(self, connect: "Callable[[], Connection]") -> None:
        self.connection: Future[Connection] = Future()
        self.users = 0
        threading.Thread(target=self._make, args=(connect,), name="login", daemon=True).start()

    def _make(self, connect: "Callable[[], Connection]") -> None:
        try:
            self.connection.set_result(connect())
        except BaseException as error:  # noqa: BLE001  (it is raised where the result is asked)
            self.connection.set_exception(error)

    @property
    def failed(self) -> bool:
        return self.connection.done() and self.connection.exception() is not None

    def interrupt(self) -> None:
        if self.connection.done() and not self.failed:
            self.connection.result().interrupt()
