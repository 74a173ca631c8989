"""The types of fixtures that hand out functions."""

from collections.abc import Callable
from typing import Protocol

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.resources import Selector
from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from tests.support.recorder import Recorder
from tests.support.scripted_server import Request, ScriptedServer

Serve = Callable[[Callable[[Request], None]], ScriptedServer]
Connect = Callable[[], Connection]
Kubectl = Callable[..., str]
VerbsOn = Callable[[str], NodeActions]


class Watching(Protocol):
    def __call__(
        self,
        server: str | Connect,
        selector: Selector | None = None,
        *,
        doubt_seconds: float = 60.0,
        options: WatchOptions | None = None,
        timeouts: Timeouts = ...,
    ) -> tuple[NodeInformer, Recorder]: ...
