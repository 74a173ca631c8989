"""Where to connect: one context of a kubeconfig with all that a face needs to use it.

A face is handed a target and never learns of files, credentials or plugins; connecting happens
in the thread that asks for it, for it may take long.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kubeimg_gui.cluster.kubeconfig import Context, load_context

if TYPE_CHECKING:
    from kubeimg_gui.cluster.connection import Connection


@dataclass(frozen=True, slots=True)
class Target:
    """A cluster to connect to: what it is called, how, and what to end with it.

    `connect` runs in the thread that needs the connection, in several at once too, and may raise
    ClusterError; `close` may be called by any thread.
    """

    context: str
    cluster: str
    user: str
    connect: "Callable[[], Connection]"
    close: Callable[[], None] = lambda: None


def kubeconfig_target(name: str | None, file: Path | None) -> Target:
    """The context called `name`, else the current one, of `file` or the usual kubeconfigs.

    Raises KubeconfigError where there is no such context.
    """
    context = load_context(name, file=file)
    return Target(
        context.name, context.cluster_name, context.user_name, connect=lambda: connect_to(context)
    )


def connect_to(context: Context) -> "Connection":
    """A connection with the context's credentials; may run a plugin, raises ClusterError.

    The Kubernetes client is imported only now: that takes longer than a window takes to open.
    """
    from kubeimg_gui.cluster.connection import Connection
    from kubeimg_gui.cluster.credentials import configuration_for

    return Connection(configuration_for(context))
