"""The command line: picks a face and gives it what it needs, and says how it ended.

The only place that sees every room. Qt is imported only where a window is wanted, and the
Kubernetes client only in the thread that connects.
"""

import argparse
import logging
import os
import re
import sys
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, TextIO, TypeVar

from kubeimg_gui import resources_folder
from kubeimg_gui.arguments import parse
from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.config.in_cluster import SERVICE_ACCOUNT_FOLDER, is_in_pod
from kubeimg_gui.cluster.config.kubeconfig import context_names, has_kubeconfig, load_context
from kubeimg_gui.cluster.errors import ClusterError, ConnectionLostError, KubeconfigError
from kubeimg_gui.cluster.state import ConnectionState
from kubeimg_gui.cluster.target import Target, connect_to, in_cluster_target, kubeconfig_target
from kubeimg_gui.cluster.watch.backoff import FailurePolicy, failure_policy
from kubeimg_gui.cluster.watch.informer import NodeInformer
from kubeimg_gui.cluster.watch.pager import Selector
from kubeimg_gui.headless.exit_codes import (
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_USAGE,
    SIGNAL_SECONDS,
    exit_code,
    last_words,
)
from kubeimg_gui.logs import set_up_logging
from kubeimg_gui.text.sanitize import plain

if TYPE_CHECKING:
    from kubeimg_gui.cluster.transport.connection import Connection
    from kubeimg_gui.headless.watch import ChangeWriter

T = TypeVar("T")

logger = logging.getLogger("kubeimg_gui")  # this module may be called __main__

GRAB_CHANGES = 5
"""How many changes a picture of the demo waits for, so that highlights are in it."""
QT_LIBRARIES = "libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libxkbcommon0"
"""The Debian packages that Qt loads before it looks for a display."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one face; the exit code: 0, 2 usage, 3 connection, 4 permission, 1 anything else."""
    _set_up_output()
    options = parse(sys.argv[1:] if arguments is None else arguments)
    as_json = options.log_format == "json"
    try:
        set_up_logging(options.verbose, options.log_file, as_json=as_json)
    except OSError:
        set_up_logging(options.verbose, None, as_json=as_json)
        return _fail(options, f"The log file {options.log_file} cannot be written", EXIT_USAGE)
    try:
        return _ended(options)
    except KeyboardInterrupt:
        _discard(sys.stderr)  # maybe because nobody reads it
        return EXIT_INTERRUPTED


def _ended(options: argparse.Namespace) -> int:
    """Run the face, and say what it could not go on without."""
    try:
        code = FACES[options.command](options)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)  # whoever read it has seen enough
        return 0
    except OSError as error:
        logger.debug("the end", exc_info=True)
        _discard(sys.stdout)
        what = error.filename or "Standard output"
        return _fail(options, f"{what} cannot be used: {error.strerror or error}", EXIT_FAILED)
    except KubeconfigError as error:
        return _fail(options, str(error), EXIT_USAGE)
    return code


def _target(options: argparse.Namespace, *, must_exist: bool = True) -> Target:
    if options.demo is not None:
        return _demo_target(options)
    if options.in_cluster:
        return in_cluster_target(options.in_cluster, must_exist=must_exist)
    names_none = options.kubeconfig is None and options.context is None
    if names_none and not has_kubeconfig() and is_in_pod(SERVICE_ACCOUNT_FOLDER):
        return in_cluster_target(SERVICE_ACCOUNT_FOLDER, must_exist=must_exist)
    return kubeconfig_target(options.context, options.kubeconfig, must_exist=must_exist)


def _demo_target(options: argparse.Namespace) -> Target:
    from kubeimg_gui.demo.child import DemoError, DemoProcess

    demo = DemoProcess(nodes=options.demo, churn=options.churn, seed=options.seed)

    def connect() -> "Connection":
        try:
            kubeconfig = demo.start()
        except DemoError as error:
            raise ConnectionLostError(str(error)) from error
        return connect_to(load_context(file=kubeconfig))

    return Target("demo", "demo", "demo", connect, close=demo.stop)


def _selector(options: argparse.Namespace) -> Selector:
    return Selector(labels=options.selector, fields=options.field_selector)


# The faces.


def _window(options: argparse.Namespace) -> int:
    try:
        import_module("PySide6.QtWidgets")
        if find_spec("qasync") is None:  # it is imported once there is a window
            raise ModuleNotFoundError(name="qasync")
        from kubeimg_gui.qt.app.application import WindowOptions, run
        from kubeimg_gui.qt.app.session import ClusterClient
    except ImportError as error:
        return _fail(options, _without_qt(error), EXIT_FAILED)

    def feed_from(target: Target) -> ClusterClient:
        informer = NodeInformer(target.connect, _selector(options))
        return ClusterClient(target, informer, NodeActions(target.connect))

    target = _target(options, must_exist=False)
    try:
        return run(
            WindowOptions(
                theme=options.theme,
                size=options.size,
                grab=options.grab,
                grab_changes=GRAB_CHANGES if options.demo is not None else 0,
                timeout=options.timeout,
                settings_path=None,
                resources=resources_folder(),
                read_only=options.read_only,
            ),
            feed_from(target),
            lambda context: feed_from(kubeconfig_target(context, options.kubeconfig)),
            lambda: context_names(file=options.kubeconfig),
        )
    finally:
        target.close()


def _nodes(options: argparse.Namespace) -> int:
    from kubeimg_gui.headless.report import WRITERS, fetch, not_understood

    target = _target(options)
    try:
        nodes, unreadable = _heeding_signals(lambda: fetch(target.connect(), _selector(options)))
    except ClusterError as error:
        return _end_at(options, target, failure_policy(error, 0.0))
    finally:
        target.close()
    if unreadable:
        words = f"{target.context}: {not_understood(unreadable)}; the output is without them"
        _say(options, words)
    WRITERS[options.output](nodes, sys.stdout)
    return 0


def _heeding_signals(call: Callable[[], T]) -> T:
    """What `call` returns, made in another thread while this one waits as SIGNAL_SECONDS says."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(call())
        except BaseException as error:  # noqa: BLE001  (it is raised where the result is asked)
            done.set_exception(error)

    Thread(target=run, name="call", daemon=True).start()
    while not done.done():
        wait((done,), SIGNAL_SECONDS)
    return done.result()


def _watch(options: argparse.Namespace) -> int:
    from kubeimg_gui.headless.state_log import log_state, write_state
    from kubeimg_gui.headless.watch import ChangeWriter, watch_until_closed

    target = _target(options)
    informer = NodeInformer(target.connect, _selector(options), poll_seconds=options.poll)
    writer = ChangeWriter(
        sys.stdout,
        log_state if options.log_format == "json" else partial(write_state, sys.stderr),
        cluster=target.cluster,
        as_json=options.output == "json",
    )
    try:
        with _health(options, informer, writer):
            ended = watch_until_closed(informer, writer)
    finally:
        target.close()
    if not ended:
        os._exit(EXIT_FAILED)  # an ordinary end would wait for the output to be read
    return _end_at(options, target, writer.refused) if writer.refused else 0


@contextmanager
def _health(
    options: argparse.Namespace, informer: NodeInformer, writer: "ChangeWriter"
) -> Generator[None, None, None]:
    """Tell how the informer is, where that is asked for."""
    if options.listen is None:
        yield
        return
    from kubeimg_gui.headless.health import Health, HealthServer

    def illness() -> str:
        if writer.is_stuck:
            return "nobody reads the output"
        return "" if informer.is_running else "the informer has ended"

    health = Health(illness)
    try:
        server = HealthServer(options.listen, health)
    except OSError as error:
        host, port = options.listen
        error.filename = f"The address {f'[{host}]' if ':' in host else host}:{port}"
        raise
    informer.add_handler(health)
    server.start()
    try:
        yield
    finally:
        server.stop()


def _demo_cluster(options: argparse.Namespace) -> int:
    from kubeimg_gui.demo.serve import DemoOptions, serve

    return serve(
        DemoOptions(
            images_csv=resources_folder() / "image_sizes.csv",
            nodes=options.nodes,
            port=options.port,
            seed=options.seed,
            churn=options.churn,
            images=options.images,
            kubeconfig_out=options.kubeconfig_out,
            faults=options.faults,
            tls_cert=options.tls_cert,
            tls_key=options.tls_key,
            until_stdin_closes=options.until_stdin_closes,
        )
    )


FACES: dict[str | None, Callable[[argparse.Namespace], int]] = {
    None: _window,
    "nodes": _nodes,
    "watch": _watch,
    "demo-cluster": _demo_cluster,
}


# Words to a person.


def _set_up_output() -> None:
    """Have output that fails at no character, and that is there where there is no console."""
    for name in ("stdout", "stderr"):
        stream: object = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _discard(stream: TextIO) -> None:
    """What is still buffered must not fail again when the process ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _end_at(
    options: argparse.Namespace, target: Target, trouble: FailurePolicy | ConnectionState
) -> int:
    words = last_words(target.context, trouble.phase, trouble.reason, in_pod=target.in_pod)
    return _fail(options, words, exit_code(trouble.phase))


def _without_qt(error: ImportError) -> str:
    rest = "the commands nodes and watch work without"
    library = re.match(r"(\S+): cannot open shared object file", str(error))
    if library:
        return (
            f"The window needs the system's library {library[1]} ({rest}); "
            f"on Debian: apt-get install {QT_LIBRARIES}"
        )
    if isinstance(error, ModuleNotFoundError):
        return (
            f"The window needs {error.name}, which is not installed ({rest}): "
            "pip install PySide6-Essentials qasync"
        )
    return f"The window cannot be loaded ({rest}): {error}"


def _fail(options: argparse.Namespace, sentence: str, code: int) -> int:
    _say(options, sentence)
    return code


def _say(options: argparse.Namespace, sentence: str) -> None:
    if options.log_format == "json":
        logger.error("%s", plain(sentence))
        return
    try:
        sys.stderr.write(f"kubeimg-gui: {plain(sentence)}\n")
    except OSError:
        _discard(sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
