"""The cluster to connect to: a context of a kubeconfig, or a pod's own cluster.

The window and the commands use a target and do not depend on files, credentials or plugins.
Connecting may block, so it happens in the thread that calls `connect`.
"""

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kubeimg_gui.cluster.config.in_cluster import IN_CLUSTER, in_cluster_files, load_in_cluster
from kubeimg_gui.cluster.config.kubeconfig import Context, ReadFile, kubeconfig_files, load_context
from kubeimg_gui.cluster.config.kubeconfig_file import read_file
from kubeimg_gui.cluster.config.proxy import proxy_for
from kubeimg_gui.cluster.errors import KubeconfigError, LoginCancelledError
from kubeimg_gui.cluster.timeouts import DEFAULT_LIMITS, DEFAULT_TIMEOUTS, Limits, Timeouts
from kubeimg_gui.text.sanitize import plain

if TYPE_CHECKING:
    from kubeimg_gui.cluster.auth.credentials import Credentials
    from kubeimg_gui.cluster.transport.connection import Connection


NAME_SECONDS = 0.3
"""How long a window waits for the names of its cluster before it opens."""


class BadgeKind(StrEnum):
    """A property of a connection that the window always shows."""

    INSECURE = "insecure"
    """The server's certificate is not verified."""
    ACTING_AS = "acting as"
    """The requests impersonate another user."""
    PROXY = "proxy"
    """The requests go through an HTTP proxy."""


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge; `detail` names the user or the proxy, and is "" for INSECURE."""

    kind: BadgeKind
    detail: str = ""


class Target:
    """A cluster to connect to, and its names.

    Attributes:
        context, cluster, user: names, "" where not known; any thread may read them.
        badges: what the window shows about the connection.
        in_pod: whether kubeimg connects as a pod's service account.
        connect: returns a connection; blocks; any thread, several at the same time. Raises
            ClusterError.
        close: ends a running credential plugin; any thread, any number of times.
        files: returns the files that `connect` reads, as far as known; any thread.
    """

    def __init__(
        self,
        context: str,
        cluster: str,
        user: str,
        connect: "Callable[[], Connection]",
        close: Callable[[], None] = lambda: None,
        badges: tuple[Badge, ...] = (),
        *,
        in_pod: bool = False,
        files: Callable[[], list[Path]] = list,
    ) -> None:
        self.context = context
        self.cluster = cluster
        self.user = user
        self.connect = connect
        self.close = close
        self.badges = badges
        self.in_pod = in_pod
        self.files = files


class ContextTarget(Target):
    """A context that each `connect` looks up again, because its files may change.

    `look_up` takes the context's name, None before it is known, and raises KubeconfigError. It
    reads `kubeconfigs`. Names, badges and the files that the context names are those of the last
    successful lookup. After the first one the target keeps its context, even if the kubeconfig
    makes another one current. All connections share credentials, until the context has different
    ones.
    """

    def __init__(
        self,
        name: str | None,
        look_up: Callable[[str | None], Context],
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        limits: Limits = DEFAULT_LIMITS,
        *,
        in_pod: bool = False,
        kubeconfigs: Sequence[Path] = (),
    ) -> None:
        super().__init__(
            name or "", "", "", self._connect, self._close, in_pod=in_pod, files=self._files
        )
        self._look_up = look_up
        self._kubeconfigs = kubeconfigs
        self._named: list[Path] = []
        self._timeouts = timeouts
        self._limits = limits
        self._lock = threading.Lock()
        self._context: Context | None = None
        self._credentials: Credentials | None = None
        self._closed = False

    def read(self) -> Context:
        """Looks the context up and returns it. Raises KubeconfigError."""
        context = self._look_up(self.context or None)
        self.context, self.cluster = context.name, context.cluster_name
        self.user, self.badges = context.user_name, badges_of(context)
        self._named = context.files
        return context

    def _files(self) -> list[Path]:
        return [*self._kubeconfigs, *self._named]

    def _connect(self) -> "Connection":
        context = self.read()
        return connect_to(context, self._credentials_of(context), self._timeouts, self._limits)

    def _credentials_of(self, context: Context) -> "Credentials":
        from kubeimg_gui.cluster.auth.credentials import credentials_of

        with self._lock:
            if self._closed:
                raise LoginCancelledError(f"The context {plain(context.name, 100)!r} was closed")
            if self._credentials is None or self._context != context:
                credentials = credentials_of(context, self._timeouts)
                if self._credentials:
                    self._credentials.close(
                        KubeconfigError("The kubeconfig has changed and is read again")
                    )
                self._context, self._credentials = context, credentials
            return self._credentials

    def _close(self) -> None:
        with self._lock:
            self._closed = True
            if self._credentials:
                self._credentials.close(
                    LoginCancelledError(f"The context {plain(self.context, 100)!r} was closed")
                )


def kubeconfig_target(
    name: str | None,
    file: Path | None,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    limits: Limits = DEFAULT_LIMITS,
    *,
    must_exist: bool = True,
    read: ReadFile = read_file,
) -> ContextTarget:
    """Returns the context called `name`, else the current one, of `file` or the default files.

    Raises KubeconfigError where it does not exist; with `must_exist` False only `connect` does,
    and names that take longer than NAME_SECONDS to find out come later. `read` reads each file.
    """

    def look_up(known: str | None) -> Context:
        return load_context(known, file=file, read=read)

    files = kubeconfig_files(file)
    return _read(ContextTarget(name, look_up, timeouts, limits, kubeconfigs=files), must_exist)


def in_cluster_target(folder: Path, *, must_exist: bool = True) -> ContextTarget:
    """Returns the cluster of the pod that runs this process, as the service account in `folder`.

    Raises as `kubeconfig_target` does.
    """
    target = ContextTarget(
        IN_CLUSTER,
        lambda _: load_in_cluster(folder),
        in_pod=True,
        kubeconfigs=in_cluster_files(folder),
    )
    return _read(target, must_exist)


def _read(target: ContextTarget, must_exist: bool) -> ContextTarget:
    if must_exist:
        target.read()
        return target

    def read() -> None:
        with suppress(KubeconfigError):  # `connect` raises it
            target.read()

    reader = threading.Thread(target=read, name="kubeconfig", daemon=True)
    reader.start()
    reader.join(NAME_SECONDS)
    return target


def badges_of(context: Context, environment: Mapping[str, str] = os.environ) -> tuple[Badge, ...]:
    """Returns what the window shows about a context; leaves out a proxy that is not valid."""
    badges: list[Badge] = []
    if context.cluster.insecure_skip_tls_verify:
        badges.append(Badge(BadgeKind.INSECURE))
    if context.user.as_user:
        badges.append(Badge(BadgeKind.ACTING_AS, plain(context.user.as_user, 200)))
    with suppress(KubeconfigError, ValueError):
        if proxy := proxy_for(context.server, context.cluster.proxy_url, environment):
            badges.append(Badge(BadgeKind.PROXY, proxy.url))
    return tuple(badges)


def connect_to(
    context: Context,
    credentials: "Credentials | None" = None,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    limits: Limits = DEFAULT_LIMITS,
) -> "Connection":
    """Returns a connection to the context's server as its user; raises ClusterError.

    Imports the Kubernetes client here, because that takes longer than opening a window.
    """
    from kubeimg_gui.cluster.auth.credentials import credentials_of
    from kubeimg_gui.cluster.config.endpoint import endpoint_of
    from kubeimg_gui.cluster.transport.connection import Connection

    credentials = credentials or credentials_of(context, timeouts)
    return Connection(endpoint_of(context), credentials, timeouts, limits)
