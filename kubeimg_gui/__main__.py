"""The command line: runs the window or a command, prints errors and returns the exit code.

With `clients` the only module that imports every package. It imports Qt only for the window, and
the Kubernetes client only in the thread that connects.
"""

import argparse
import logging
import os
import re
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from kubeimg_gui import resources_folder
from kubeimg_gui.arguments import parse
from kubeimg_gui.clients import (
    DemoMissingError,
    check_demo_is_installed,
    client_factory,
    client_of,
    selector_of,
    target_of,
)
from kubeimg_gui.cluster.config.kubeconfig_file import FileCache
from kubeimg_gui.cluster.errors import ClusterError, KubeconfigError
from kubeimg_gui.cluster.state import ConnectionState
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.cluster.watch.backoff import FailurePolicy, failure_policy
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.headless.exit_codes import (
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_USAGE,
    exit_code,
    final_message,
)
from kubeimg_gui.logs import set_up_logging
from kubeimg_gui.text.sanitize import plain

if TYPE_CHECKING:
    from kubeimg_gui.headless.watch import ChangeWriter

_log = logging.getLogger("kubeimg_gui")  # this module may be called __main__

GRAB_CHANGES = 5
"""Number of changes that a screenshot of the demo waits for, so that it shows highlights."""
QT_LIBRARIES = "libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libxkbcommon0"
"""Debian packages of the libraries that Qt loads before it opens a display."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code.

    0, or 2 usage, 3 connection, 4 permission, 5 incomplete output, 1 any other error.
    """
    _set_up_output()
    options = parse(sys.argv[1:] if arguments is None else arguments)
    as_json = options.log_format == "json"
    try:
        set_up_logging(options.verbose, options.log_file, as_json=as_json)
    except OSError:
        set_up_logging(options.verbose, None, as_json=as_json)
        return _fail(options, f"The log file {options.log_file} cannot be written", EXIT_USAGE)
    try:
        return _run(options)
    except KeyboardInterrupt:
        _discard(sys.stderr)  # its reader may have closed it
        return EXIT_INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    """Runs the command and prints why it failed."""
    try:
        code = COMMANDS[options.command](options)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)  # its reader has closed it
        return 0
    except OSError as error:
        _log.debug("command failed", exc_info=True)
        _discard(sys.stdout)
        what = error.filename or "Standard output"
        return _fail(options, f"{what} cannot be used: {error.strerror or error}", EXIT_FAILED)
    except (KubeconfigError, DemoMissingError) as error:
        return _fail(options, str(error), EXIT_USAGE)
    return code


# The commands.


def _window(options: argparse.Namespace) -> int:
    try:
        import_module("PySide6.QtWidgets")
        if find_spec("qasync") is None:  # it is imported later, after the window opens
            raise ModuleNotFoundError(name="qasync")
        from kubeimg_gui.qt.app.application import WindowOptions, run
    except ImportError as error:
        return _fail(options, _without_qt(error), EXIT_FAILED)

    files = FileCache()
    target = target_of(options, files, must_exist=False)
    try:
        return run(
            WindowOptions(
                theme=options.theme,
                size=options.size,
                view=options.view or "",
                watch_pods=options.grab is not None and options.demo is not None,
                grab=options.grab,
                grab_changes=GRAB_CHANGES if options.demo is not None else 0,
                timeout=options.timeout,
                settings_path=None,
                resources=resources_folder(),
                read_only=options.read_only,
            ),
            client_of(options, target, options.kubeconfig),
            client_factory(options, files),
        )
    finally:
        target.close()


def _one_shot(options: argparse.Namespace) -> int:
    from kubeimg_gui.headless.one_shot import run

    target = target_of(options)
    try:
        return run(options, target, partial(_say, options))
    except ClusterError as error:
        return _fail_with(options, target, failure_policy(error, 0.0))
    finally:
        target.close()


def _watch(options: argparse.Namespace) -> int:
    from kubeimg_gui.headless.state_log import log_state, write_state
    from kubeimg_gui.headless.watch import ChangeWriter, watch_until_closed

    target = target_of(options)
    informer = NodeInformer(
        target.connect,
        selector_of(options),
        options=WatchOptions(poll_seconds=options.poll, files=target.files),
    )
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
        os._exit(EXIT_FAILED)  # a normal exit would block until the output is read
    return _fail_with(options, target, writer.refused) if writer.refused else 0


@contextmanager
def _health(
    options: argparse.Namespace, informer: NodeInformer, writer: "ChangeWriter"
) -> Generator[None, None, None]:
    """Serves the probes within the block, if `--listen` is given."""
    if options.listen is None:
        yield
        return
    from kubeimg_gui.headless.health import Health, HealthServer

    def failure() -> str:
        if writer.is_stuck:
            return "the output is not being read"
        return "" if informer.is_running else "the informer has stopped"

    health = Health(failure)
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
    check_demo_is_installed()
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


COMMANDS: dict[str | None, Callable[[argparse.Namespace], int]] = {
    None: _window,
    "nodes": _one_shot,
    "images": _one_shot,
    "watch": _watch,
    "demo-cluster": _demo_cluster,
}


# Output and errors.


def _set_up_output() -> None:
    """Escapes characters that an encoding lacks; where there is no console, discards the output."""
    for name in ("stdout", "stderr"):
        stream: object = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _discard(stream: TextIO) -> None:
    """Redirects a stream to the null file, so that flushing it at exit does not fail again."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _fail_with(
    options: argparse.Namespace, target: Target, end: FailurePolicy | ConnectionState
) -> int:
    message = final_message(target.context, end.phase, end.reason, in_pod=target.in_pod)
    return _fail(options, message, exit_code(end.phase))


def _without_qt(error: ImportError) -> str:
    rest = "the commands nodes, images and watch work without it"
    library = re.match(r"(\S+): cannot open shared object file", str(error))
    if library:
        return (
            f"The window needs the system library {library[1]} ({rest}); "
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
        _log.error("%s", plain(sentence))
        return
    try:
        sys.stderr.write(f"kubeimg-gui: {plain(sentence)}\n")
    except OSError:
        _discard(sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
