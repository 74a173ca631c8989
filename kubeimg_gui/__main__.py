"""The command line: reads the arguments, picks a face and gives it what it needs.

The only place that sees every room. Qt is imported only where a window is wanted, and the
Kubernetes client only in the thread that connects.
"""

import argparse
import logging.config
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kubeimg_gui import __version__, resources_folder
from kubeimg_gui.cluster.actions import NodeActions
from kubeimg_gui.cluster.errors import ApiError, ClusterError, ConnectionLostError, KubeconfigError
from kubeimg_gui.cluster.informer import NodeInformer
from kubeimg_gui.cluster.kubeconfig import context_names, load_context
from kubeimg_gui.cluster.redaction import redact
from kubeimg_gui.cluster.listing import Selector
from kubeimg_gui.cluster.target import Target, connect_to, kubeconfig_target
from kubeimg_gui.demo.child import DemoError, DemoProcess

if TYPE_CHECKING:
    from kubeimg_gui.cluster.connection import Connection

DEMO_NODES = 40
DEMO_IMAGES = 34
DEMO_CHURN = 0.5
GRAB_CHANGES = 5
"""How many changes a picture of the demo waits for, so that highlights are in it."""

EXIT_FAILED, EXIT_USAGE, EXIT_CONNECTION, EXIT_PERMISSION = 1, 2, 3, 4
EXIT_INTERRUPTED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one face; the exit code: 0, 2 usage, 3 connection, 4 permission, 1 anything else."""
    options = _parse(sys.argv[1:] if arguments is None else arguments)
    try:
        _set_up_logging(options.verbose, options.log_file)
    except (OSError, ValueError):  # dictConfig wraps the one in the other
        return _fail(f"The log file {options.log_file} cannot be written", EXIT_USAGE)
    try:
        return _run_face(options)
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is still buffered must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KubeconfigError as error:
        return _fail(error, EXIT_USAGE)
    except ApiError as error:
        return _fail(error, EXIT_PERMISSION if error.code in (401, 403) else EXIT_CONNECTION)
    except ClusterError as error:
        return _fail(error, EXIT_CONNECTION)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _run_face(options: argparse.Namespace) -> int:
    code: int = options.face(options)
    sys.stdout.flush()
    return code


def _target(options: argparse.Namespace) -> Target:
    if options.demo is not None:
        return _demo_target(options)
    return kubeconfig_target(options.context, options.kubeconfig)


def _demo_target(options: argparse.Namespace) -> Target:
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
    target = _target(options)
    try:
        from kubeimg_gui.qt.app import WindowOptions, run
        from kubeimg_gui.qt.session import Feed
    except ImportError as error:
        return _fail(
            f"The window needs Qt, which cannot be loaded ({error}); README.md names the packages",
            EXIT_FAILED,
        )

    def feed_from(target: Target) -> Feed:
        return Feed(
            target.context,
            target.cluster,
            target.user,
            NodeInformer(target.connect, _selector(options)),
            NodeActions(target.connect),
            target.close,
        )

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
    from kubeimg_gui.headless.report import WRITERS, fetch

    target = _target(options)
    try:
        WRITERS[options.output](fetch(target.connect(), _selector(options)), sys.stdout)
    finally:
        target.close()
    return 0


def _watch(options: argparse.Namespace) -> int:
    from kubeimg_gui.headless.watch import ChangeWriter, watch_until_told

    target = _target(options)
    writer = ChangeWriter(
        sys.stdout, sys.stderr, cluster=target.cluster, as_json=options.output == "json"
    )
    try:
        watch_until_told(NodeInformer(target.connect, _selector(options)), writer)
    finally:
        target.close()
    return 0


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
            until_stdin_closes=options.until_stdin_closes,
        )
    )


# The arguments.


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="kubeimg-gui",
        description="Watch how container images fill the disks of Kubernetes nodes. "
        "Without a command: the window, on the kubeconfig's current context.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"kubeimg {__version__}")
    _add_connection_options(parser)
    _add_window_options(parser)
    parser.set_defaults(
        face=_window,
        selector="",
        field_selector="",
        churn=DEMO_CHURN,
        seed=1,
        verbose=0,
        **dict.fromkeys(("kubeconfig", "context", "demo", "log_file", "size", "grab")),
    )
    commands = parser.add_subparsers(title="without a window", metavar="COMMAND")
    for name, summary, face, formats in (
        ("nodes", "the nodes' image storage, once", _nodes, ("table", "json", "csv")),
        ("watch", "a line for each change, until stopped", _watch, ("text", "json")),
    ):
        # Options not given stay out of the result, so that one given before the command is kept.
        command = commands.add_parser(
            name, help=summary, allow_abbrev=False, argument_default=argparse.SUPPRESS
        )
        command.add_argument("-o", "--output", choices=formats, default=formats[0])
        command.set_defaults(face=face)
        _add_connection_options(command)
    _add_demo_cluster(commands.add_parser)
    return parser.parse_args(["--demo=" if given == "--demo" else given for given in arguments])


def _add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Options that may stand before or after a command; the later wins."""
    add = parser.add_argument_group("the cluster").add_argument
    add("--kubeconfig", type=Path, metavar="FILE", help="this kubeconfig alone")
    add("--context", metavar="NAME", help="this context instead of the current one")
    add("-l", "--selector", metavar="LABELS", help="only nodes with these labels")
    add("--field-selector", metavar="FIELDS", help="only nodes with these fields")
    add("--demo", type=_demo_nodes, metavar="[=NODES]", help="an embedded demo cluster (=40)")
    add("--churn", type=_rate, metavar="N", help="the demo's image changes per second")
    add("--seed", type=int, metavar="N", help="which demo: the same seed plays the same story")
    _add_log_options(parser)


def _add_log_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbose", action="count", help="log more to standard error")
    parser.add_argument("--log-file", type=Path, metavar="FILE", help="log to this file instead")


def _add_window_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("the window").add_argument
    add("--read-only", action="store_true", help="offer nothing that changes a node")
    add("--theme", choices=("light", "dark", "system"), default="system")
    add("--size", type=_size, metavar="WxH", help="the window's size in pixels")
    add("--grab", type=Path, metavar="FILE.png", help="save a picture once synced, and exit")
    add("--timeout", type=_rate, default=30.0, metavar="S", help="seconds --grab waits (30)")


def _add_demo_cluster(
    add_parser: Callable[..., argparse.ArgumentParser],
) -> None:
    demo = add_parser(
        "demo-cluster",
        help="the demo cluster alone, for kubectl and other clients",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    demo.set_defaults(face=_demo_cluster)
    add = demo.add_argument
    add("--nodes", type=_count, default=DEMO_NODES, metavar="N", help="how many nodes (40)")
    add("--port", type=_port, default=0, metavar="P", help="port on 127.0.0.1 (a free one)")
    add("--seed", type=int, metavar="S", help="the same seed plays the same story")
    add("--churn", type=_rate, metavar="N", help="image changes per second over the fleet")
    add("--images", type=_count, default=DEMO_IMAGES, metavar="K", help="images a node holds (34)")
    add("--kubeconfig-out", type=Path, default=None, metavar="FILE", help="write a kubeconfig")
    add(
        "--until-stdin-closes",
        action="store_true",
        default=False,
        help="end with the process that holds standard input open",
    )
    _add_log_options(demo)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return _count(width), _count(height)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 0 or more")
    return int(text)


def _demo_nodes(text: str) -> int:
    return _count(text) if text else DEMO_NODES


def _port(text: str) -> int:
    port = _count(text)
    if port > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
    return port


def _rate(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 0 or more")
    return value


# Words to a person.


class _RedactingFormatter(logging.Formatter):
    """Keeps what may be a secret out of the log, whoever wrote it there."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def _set_up_logging(verbose: int, file: Path | None) -> None:
    """Our own log only: other libraries' debug logs may hold what a cluster keeps secret."""
    target = {"class": "logging.StreamHandler"}
    if file:
        target = {"class": "logging.FileHandler", "filename": str(file), "encoding": "utf-8"}
    level = min(verbose + (1 if file else 0), 2)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": _RedactingFormatter,
                    "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
                }
            },
            "handlers": {"target": {**target, "formatter": "line"}},
            "loggers": {
                "kubeimg_gui": {
                    "level": ("WARNING", "INFO", "DEBUG")[level],
                    "handlers": ["target"],
                }
            },
        }
    )


def _fail(error: object, code: int) -> int:
    sys.stderr.write(f"kubeimg-gui: {error}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
