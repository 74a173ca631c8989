"""The types of fixtures that hand out functions."""

from collections.abc import Callable
from typing import Protocol

from recorder import Recorder
from scripted_server import Request, ScriptedServer

from kubeimg_gui.cluster.actions import NodeActions
from kubeimg_gui.cluster.connection import Connection
from kubeimg_gui.cluster.informer import NodeInformer
from kubeimg_gui.cluster.listing import Selector

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
        poll_seconds: float | None = None,
    ) -> tuple[NodeInformer, Recorder]: ...
