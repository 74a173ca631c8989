"""The commands that list the cluster once: `nodes` and `images`."""

import argparse
import logging
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Thread
from typing import TypeVar

from kubeimg_gui.cluster.errors import ApiError, ClusterError
from kubeimg_gui.cluster.resources import NODES, PODS, WORKLOADS, Selector
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.cluster.watch.pager import list_once
from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodRecord
from kubeimg_gui.domain.references import Coverage, References, UnknownReason
from kubeimg_gui.domain.scaled_to_zero import ScaledToZero
from kubeimg_gui.domain.workload import WorkloadRecord
from kubeimg_gui.headless import images_report, report
from kubeimg_gui.headless.exit_codes import EXIT_INCOMPLETE, SIGNAL_SECONDS

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class _Lists:
    """What the cluster has listed.

    Attributes:
        unreadable, unreadable_pods: keys of objects that do not decode.
        pods: None where they were not asked for.
        refusal: why the pods may not be listed, "" where they may.
        read_at: when the pods were listed, epoch seconds.
        workloads: those of each kind that may be listed; None where they were not asked for.
        unknown_kinds: kinds of workloads that may not be listed, or not all of which decode.
    """

    nodes: list[NodeRecord]
    unreadable: list[str]
    pods: list[PodRecord] | None = None
    unreadable_pods: list[str] = field(default_factory=list[str])
    refusal: str = ""
    read_at: float = 0.0
    workloads: list[WorkloadRecord] | None = None
    unknown_kinds: set[str] = field(default_factory=set[str])


def run(options: argparse.Namespace, target: Target, warn: Callable[[str], None]) -> int:
    """Lists the nodes, with `--pods` the pods too, prints the report and returns the exit code.

    `warn` gets a sentence on what the output lacks. Raises ClusterError.
    """
    selector = Selector(labels=options.selector, fields=options.field_selector)
    with_pods: bool = options.pods
    # Only this output shows workloads.
    with_workloads = with_pods and options.command == "images" and options.output != "csv"
    lists = _call_in_thread(
        lambda: _list(target, selector, with_pods=with_pods, with_workloads=with_workloads)
    )
    warnings = list(_warnings(lists))
    for warning in warnings:
        warn(f"{target.context}: {warning}")
    references = None if lists.pods is None else _references(lists)
    if options.command == "nodes":
        report.WRITERS[options.output](lists.nodes, sys.stdout, references)
    else:
        grouping = Grouping(options.group or Grouping.NONE)
        workloads = None if lists.workloads is None else _scaled_to_zero(lists)
        images = images_report.ImagesReport(lists.nodes, references, grouping, workloads)
        images_report.WRITERS[options.output](images, sys.stdout)
    return EXIT_INCOMPLETE if warnings else 0


def _list(target: Target, selector: Selector, *, with_pods: bool, with_workloads: bool) -> _Lists:
    connection = target.connect()
    lists = _Lists(*list_once(connection, NODES.select(selector)))
    if with_pods:
        # After the nodes, so that no listed image is younger than the pods.
        lists.read_at = time.time()
        try:
            lists.pods, lists.unreadable_pods = list_once(connection, PODS)
        except ApiError as error:
            if error.code != HTTPStatus.FORBIDDEN:
                raise
            lists.pods, lists.refusal = [], str(error)
    if with_workloads:
        lists.workloads = []
        for resource in WORKLOADS:
            try:
                found, unreadable = list_once(connection, resource)
            except ClusterError as error:
                # Workloads only explain more, so the command does not fail without them.
                _log.info("%s are not listed: %s", resource.path, error)
                found, unreadable = [], [""]
            lists.workloads += found
            if unreadable:
                lists.unknown_kinds.add(resource.kind)
    return lists


def _warnings(lists: _Lists) -> list[str]:
    """Returns what the output lacks."""
    warnings: list[str] = []
    if lists.unreadable:
        them = "it" if len(lists.unreadable) == 1 else "them"
        found = report.describe_unreadable(lists.unreadable)
        warnings.append(f"{found}; the output does not include {them}")
    if lists.unreadable_pods:
        found = report.describe_unreadable(lists.unreadable_pods, "pod")
        warnings.append(f"{found}; images without a known reference are unknown")
    if lists.refusal:
        warnings.append(
            f"{lists.refusal}; which images pods refer to is unknown: "
            "ask for permission to list pods in all namespaces"
        )
    return warnings


def _references(lists: _Lists) -> References:
    """Joins nodes and pods."""
    references = References()
    if lists.refusal:
        references.coverage = Coverage(None, UnknownReason.FORBIDDEN)
    else:
        # Any image may be one that an unreadable pod refers to.
        reason = UnknownReason.NOT_READ if lists.unreadable_pods else None
        references.coverage = Coverage(lists.read_at, reason)
    for node in lists.nodes:
        references.update_node(None, node)
    for pod in lists.pods or ():
        references.update_pod(None, pod)
    return references


def _scaled_to_zero(lists: _Lists) -> ScaledToZero:
    workloads = ScaledToZero(lists.unknown_kinds)
    for workload in lists.workloads or ():
        workloads.update(None, workload)
    return workloads


def _call_in_thread(call: Callable[[], T]) -> T:
    """Returns the result of `call`, run in another thread so that signals interrupt the wait."""
    done: Future[T] = Future()

    def run_call() -> None:
        try:
            done.set_result(call())
        except BaseException as error:  # noqa: BLE001  (`result` raises it)
            done.set_exception(error)

    Thread(target=run_call, name="call", daemon=True).start()
    while not done.done():
        wait((done,), SIGNAL_SECONDS)
    return done.result()
