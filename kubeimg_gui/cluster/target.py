"""Where to connect: a context of a kubeconfig, or a pod's own cluster, with all that a face needs.

A face is handed a target and never learns of files, credentials or plugins; connecting happens
in the thread that asks for it, for it may take long.
"""

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kubeimg_gui.cluster.config.in_cluster import IN_CLUSTER, load_in_cluster
from kubeimg_gui.cluster.config.kubeconfig import Context, load_context
from kubeimg_gui.cluster.config.proxy import proxy_for
from kubeimg_gui.cluster.errors import KubeconfigError, LoginCancelledError
from kubeimg_gui.text.sanitize import plain

if TYPE_CHECKING:
    from kubeimg_gui.cluster.auth.credentials import Credentials
    from kubeimg_gui.cluster.transport.connection import Connection


class BadgeKind(StrEnum):
    """What a window must show about the way to a cluster."""

    INSECURE = "insecure"
    """Whoever answers is believed to be the server: its certificate is not verified."""
    ACTING_AS = "acting as"
    """The requests are made in the name of another user, or other groups."""
    PROXY = "proxy"
    """The requests go through a proxy."""


@dataclass(frozen=True, slots=True)
class Badge:
    """One such fact; `detail` names the user or the proxy, and is empty for INSECURE."""

    kind: BadgeKind
    detail: str = ""


class Target:
    """A cluster to connect to: what it is called, how, and what to end with it.

    Attributes:
        context, cluster, user: its names, "" where not known; any thread may read them.
        badges: what a window must show of the way there.
        in_pod: whether it is reached as a pod's service account.
        connect: makes a connection in the thread that needs one, in several at once too. Raises
            ClusterError.
        close: ends what belongs to it, any thread, any number of times.
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
    ) -> None:
        self.context = context
        self.cluster = cluster
        self.user = user
        self.connect = connect
        self.close = close
        self.badges = badges
        self.in_pod = in_pod


class ContextTarget(Target):
    """A context that is looked up anew by each `connect`, for its files may change.

    `look_up` is given the name of the context, None as long as it is not known, and raises
    KubeconfigError. Names and badges are those of the last time it was found. Once found, it stays
    with that context, even where another becomes the current one. All connections share their
    credentials, until the context gives others.
    """

    def __init__(
        self,
        name: str | None,
        look_up: Callable[[str | None], Context],
        *,
        in_pod: bool = False,
    ) -> None:
        super().__init__(name or "", "", "", self._connect, self._close, in_pod=in_pod)
        self._look_up = look_up
        self._lock = threading.Lock()
        self._context: Context | None = None
        self._credentials: Credentials | None = None
        self._closed = False

    def read(self) -> Context:
        """The context now. Raises KubeconfigError."""
        context = self._look_up(self.context or None)
        self.context, self.cluster = context.name, context.cluster_name
        self.user, self.badges = context.user_name, badges_of(context)
        return context

    def _connect(self) -> "Connection":
        context = self.read()
        return connect_to(context, self._credentials_of(context))

    def _credentials_of(self, context: Context) -> "Credentials":
        from kubeimg_gui.cluster.auth.credentials import credentials_of

        with self._lock:
            if self._closed:
                raise LoginCancelledError(f"The context {plain(context.name, 100)!r} was closed")
            if self._credentials is None or self._context != context:
                credentials = credentials_of(context)
                if self._credentials:
                    self._credentials.close(
                        KubeconfigError("The kubeconfig has changed: it is read anew")
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
    name: str | None, file: Path | None, *, must_exist: bool = True
) -> ContextTarget:
    """The context called `name`, else the current one, of `file` or the usual kubeconfigs.

    Raises KubeconfigError where there is no such context; with `must_exist` False only `connect`
    raises it.
    """
    return _read(ContextTarget(name, lambda known: load_context(known, file=file)), must_exist)


def in_cluster_target(folder: Path, *, must_exist: bool = True) -> ContextTarget:
    """The cluster of the pod that this process runs in, as the service account in `folder`.

    Raises as `kubeconfig_target` does.
    """
    target = ContextTarget(IN_CLUSTER, lambda _: load_in_cluster(folder), in_pod=True)
    return _read(target, must_exist)


def _read(target: ContextTarget, must_exist: bool) -> ContextTarget:
    try:
        target.read()
    except KubeconfigError:
        if must_exist:
            raise
    return target


def badges_of(context: Context, environment: Mapping[str, str] = os.environ) -> tuple[Badge, ...]:
    """What a window must show of a context; what cannot be connected to has none for it."""
    badges: list[Badge] = []
    if context.cluster.insecure_skip_tls_verify:
        badges.append(Badge(BadgeKind.INSECURE))
    if context.user.as_user:
        badges.append(Badge(BadgeKind.ACTING_AS, plain(context.user.as_user, 200)))
    with suppress(KubeconfigError, ValueError):
        if proxy := proxy_for(context.server, context.cluster.proxy_url, environment):
            badges.append(Badge(BadgeKind.PROXY, proxy.url))
    return tuple(badges)


def connect_to(context: Context, credentials: "Credentials | None" = None) -> "Connection":
    """A connection to the context's server, as its user; raises ClusterError.

    The Kubernetes client is imported only now: that takes longer than a window takes to open.
    """
    from kubeimg_gui.cluster.auth.credentials import credentials_of
    from kubeimg_gui.cluster.config.endpoint import endpoint_of
    from kubeimg_gui.cluster.transport.connection import Connection

    return Connection(endpoint_of(context), credentials or credentials_of(context))
