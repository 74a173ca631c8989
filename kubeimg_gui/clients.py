"""The cluster that the options of the command line name, and the clients of its windows.

Imports Qt and the demo cluster only where they are used.
"""

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kubeimg_gui.arguments import DEMO_NODES
from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.config.in_cluster import SERVICE_ACCOUNT_FOLDER, is_in_pod
from kubeimg_gui.cluster.config.kubeconfig import context_names, has_kubeconfig, load_context
from kubeimg_gui.cluster.config.kubeconfig_file import FileCache
from kubeimg_gui.cluster.errors import ClusterError, ConnectionLostError
from kubeimg_gui.cluster.resources import Selector
from kubeimg_gui.cluster.target import Target, connect_to, in_cluster_target, kubeconfig_target
from kubeimg_gui.cluster.watch.informers import (
    NodeInformer,
    PodInformer,
    WorkloadInformer,
    workload_informers,
)
from kubeimg_gui.cluster.watch.reflector import WatchOptions

if TYPE_CHECKING:
    from kubeimg_gui.cluster.transport.connection import Connection
    from kubeimg_gui.qt.app.session import ClientFactory, ClusterClient

DEMO_MODULES = ("kubeimg_gui.demo", "aiohttp")
"""Modules that the demo cluster needs; the container image has neither."""


class DemoMissingError(ClusterError):
    """The demo cluster is not installed; the text says what is missing."""


def target_of(
    options: argparse.Namespace, files: FileCache | None = None, *, must_exist: bool = True
) -> Target:
    """Returns the cluster that the options name; in a pod, by default its own.

    Raises KubeconfigError; with `must_exist` false, a current context that does not exist fails
    only when it connects.
    """
    if options.demo is not None:
        return demo_target(options)
    if options.in_cluster:
        return in_cluster_target(options.in_cluster, must_exist=must_exist)
    no_kubeconfig_option = options.kubeconfig is None and options.context is None
    if no_kubeconfig_option and not has_kubeconfig() and is_in_pod(SERVICE_ACCOUNT_FOLDER):
        return in_cluster_target(SERVICE_ACCOUNT_FOLDER, must_exist=must_exist)
    read = (files or FileCache()).read
    return kubeconfig_target(options.context, options.kubeconfig, must_exist=must_exist, read=read)


def check_demo_is_installed() -> None:
    """Raises DemoMissingError if the demo cluster or its dependency is not installed."""
    for module in DEMO_MODULES:
        if find_spec(module) is None:
            raise DemoMissingError(
                f"The demo cluster needs {module}, which is not installed: "
                "install kubeimg-gui with all its dependencies"
            )


def demo_target(options: argparse.Namespace) -> Target:
    """Returns a demo cluster, which starts with the first connection and ends with the target."""
    check_demo_is_installed()
    from kubeimg_gui.demo.child import DemoError, DemoProcess

    nodes = DEMO_NODES if options.demo is None else options.demo
    demo = DemoProcess(nodes=nodes, churn=options.churn, seed=options.seed)

    def connect() -> "Connection":
        try:
            kubeconfig = demo.start()
        except DemoError as error:
            raise ConnectionLostError(str(error)) from error
        return connect_to(load_context(file=kubeconfig))

    return Target("demo", "demo", "demo", connect, close=demo.stop)


def selector_of(options: argparse.Namespace) -> Selector:
    """Returns which nodes the options select."""
    return Selector(labels=options.selector, fields=options.field_selector)


def client_of(
    options: argparse.Namespace, target: Target, kubeconfig: Path | None
) -> "ClusterClient":
    """Returns the client of a window; `kubeconfig` is the file with its other contexts."""
    from kubeimg_gui.qt.app.session import ClusterClient

    selector = selector_of(options)
    informer = NodeInformer(target.connect, selector, options=WatchOptions(files=target.files))
    return ClusterClient(
        target,
        informer,
        NodeActions(target.connect),
        kubeconfig,
        _pod_informer,
        _workload_informers,
        selector,
    )


def client_factory(options: argparse.Namespace, files: FileCache) -> "ClientFactory":
    """Returns what makes the clients of further windows; their kubeconfigs are read by `files`."""
    from kubeimg_gui.qt.app.session import ClientFactory

    def open_context(name: str | None, kubeconfig: Path | None) -> "ClusterClient":
        target = kubeconfig_target(name, kubeconfig, must_exist=name is not None, read=files.read)
        return client_of(options, target, kubeconfig)

    return ClientFactory(
        open_context,
        open_demo=lambda: client_of(options, demo_target(options), options.kubeconfig),
        context_names=lambda kubeconfig: context_names(file=kubeconfig, read=files.read),
    )


def _pod_informer(target: Target) -> PodInformer:
    return PodInformer(target.connect, options=WatchOptions(files=target.files))


def _workload_informers(target: Target) -> dict[str, WorkloadInformer]:
    return workload_informers(target.connect, options=WatchOptions(files=target.files))
