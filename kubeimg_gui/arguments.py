"""The command line's arguments: definition and parsing.

The result holds every option of every command under its long name.
"""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from kubeimg_gui import __version__
from kubeimg_gui.cluster.config.in_cluster import SERVICE_ACCOUNT_FOLDER

DEMO_NODES = 40
DEMO_IMAGES = 34
DEMO_CHURN = 0.5
PIXELS_MOST = 16_384
VIEWS = ("nodes", "images", "treemap")
_ALONE = ("--demo", "--in-cluster")
"""Options whose value is optional."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Returns the options; `command` is None for the window. Exits with 2 if they are invalid."""
    parser = argparse.ArgumentParser(
        prog="kubeimg-gui",
        description="Watch how container images fill the disks of Kubernetes nodes. "
        "Without a command it opens the window on the kubeconfig's current context.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"kubeimg {__version__}")
    _add_connection_options(parser)
    _add_window_options(parser)
    parser.set_defaults(
        selector="",
        field_selector="",
        churn=DEMO_CHURN,
        seed=1,
        verbose=0,
        log_format="text",
        **dict.fromkeys(
            ("kubeconfig", "context", "in_cluster", "demo", "log_file", "size", "grab", "poll")
        ),
    )
    commands = parser.add_subparsers(title="without a window", metavar="COMMAND", dest="command")
    for name, summary, formats in (
        ("nodes", "print the nodes' image storage once", ("table", "json", "csv")),
        ("images", "print each image of the cluster once", ("table", "json", "csv")),
        ("watch", "print a line for each change until stopped", ("text", "json")),
    ):
        # SUPPRESS keeps the value of an option that is given before the command only.
        command = commands.add_parser(
            name, help=summary, allow_abbrev=False, argument_default=argparse.SUPPRESS
        )
        command.add_argument("-o", "--output", choices=formats, default=formats[0])
        _add_connection_options(command)
        if name == "watch":
            _add_watch_options(command)
        else:
            _add_report_options(command, with_groups=name == "images")
    _add_demo_cluster(commands.add_parser)
    # `--demo nodes` means --demo without a value, then the command nodes.
    options = parser.parse_args([f"{given}=" if given in _ALONE else given for given in arguments])
    if options.in_cluster is not None and _elsewhere(options):
        parser.error("argument --in-cluster: not allowed with --kubeconfig, --context or --demo")
    return options


def _elsewhere(options: argparse.Namespace) -> bool:
    return any(given is not None for given in (options.kubeconfig, options.context, options.demo))


def _add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Adds options that may stand before or after a command; the last one wins."""
    add = parser.add_argument_group("the cluster").add_argument
    add("--kubeconfig", type=Path, metavar="FILE", help="use only this kubeconfig")
    add("--context", metavar="NAME", help="use this context instead of the current one")
    add(
        "--in-cluster",
        type=_service_account,
        metavar="[=FOLDER]",
        help=f"use this pod's cluster and the service account in FOLDER ({SERVICE_ACCOUNT_FOLDER})",
    )
    add("-l", "--selector", metavar="LABELS", help="select nodes with these labels")
    add("--field-selector", metavar="FIELDS", help="select nodes with these fields")
    add(
        "--demo",
        type=_demo_nodes,
        metavar="[=NODES]",
        help="use an embedded demo cluster (of 40 nodes)",
    )
    add(
        "--churn",
        type=_rate,
        metavar="N",
        help="image changes per second in the demo cluster (0.5)",
    )
    add(
        "--seed",
        type=int,
        metavar="N",
        help="random seed of the demo cluster; the same seed gives the same changes (1)",
    )
    _add_log_options(parser)
    add(
        "--log-format",
        choices=("text", "json"),
        help="json: one object per line, also for states and errors of the commands",
    )


def _add_log_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbose", action="count", help="log more to standard error")
    parser.add_argument(
        "--log-file", type=Path, metavar="FILE", help="log to this file instead of standard error"
    )


def _add_watch_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--poll", type=_poll, metavar="S", help="list every S seconds instead of watching")
    add(
        "--listen",
        type=_address,
        default=None,
        metavar="[HOST]:PORT",
        help="serve /healthz and /readyz on this address",
    )


def _add_report_options(parser: argparse.ArgumentParser, *, with_groups: bool) -> None:
    add = parser.add_argument
    if with_groups:
        add(
            "--group",
            choices=("repository", "registry"),
            default=None,
            help="group the images by repository or registry",
        )
    add(
        "--pods",
        action="store_true",
        default=False,
        help="list the pods of all namespaces too, and print which images they refer to",
    )


def _add_window_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("the window").add_argument
    add("--read-only", action="store_true", help="offer no actions that change a node")
    add("--theme", choices=("light", "dark", "system"), default="system")
    add("--view", choices=VIEWS, help="the view to show first (the one shown last)")
    add("--size", type=_size, metavar="WxH", help="the window's size in pixels")
    add("--grab", type=Path, metavar="FILE.png", help="save a screenshot when synced, then exit")
    add("--timeout", type=_rate, default=30.0, metavar="S", help="seconds that --grab waits (30)")


def _add_demo_cluster(
    add_parser: Callable[..., argparse.ArgumentParser],
) -> None:
    demo = add_parser(
        "demo-cluster",
        help="run only the demo cluster, for kubectl and other clients",
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    add = demo.add_argument
    add("--nodes", type=_count, default=DEMO_NODES, metavar="N", help="number of nodes (40)")
    add("--port", type=_port, default=0, metavar="P", help="port on 127.0.0.1 (a free one)")
    add(
        "--seed",
        type=int,
        metavar="S",
        help="random seed; the same seed gives the same changes (1)",
    )
    add("--churn", type=_rate, metavar="N", help="image changes per second in the cluster (0.5)")
    add(
        "--images",
        type=_count,
        default=DEMO_IMAGES,
        metavar="K",
        help="images per node on average (34)",
    )
    add(
        "--kubeconfig-out",
        type=Path,
        default=None,
        metavar="FILE",
        help="write a kubeconfig for the cluster",
    )
    add(
        "--faults",
        type=Path,
        default=None,
        metavar="FILE",
        help="inject the faults that this script describes",
    )
    add(
        "--tls-cert",
        type=Path,
        default=None,
        metavar="FILE",
        help="serve TLS with this certificate",
    )
    add(
        "--tls-key",
        type=Path,
        default=None,
        metavar="FILE",
        help="private key, if --tls-cert does not contain it",
    )
    add(
        "--until-stdin-closes",
        action="store_true",
        default=False,
        help="stop when standard input closes",
    )
    _add_log_options(demo)


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text, re.ASCII)
    width, height = map(int, found.groups()) if found else (0, 0)
    if not (0 < width <= PIXELS_MOST and 0 < height <= PIXELS_MOST):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1200x800")
    return width, height


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 0 or more")
    return int(text)


def _demo_nodes(text: str) -> int:
    return _count(text) if text else DEMO_NODES


def _service_account(text: str) -> Path:
    return Path(text) if text else SERVICE_ACCOUNT_FOLDER


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not colon or not bare.isascii() or (":" in bare) != (host == f"[{bare}]"):
        raise argparse.ArgumentTypeError(f"{text!r} is not an address such as :8080 or [::1]:8080")
    return bare, _port(port)


def _port(text: str) -> int:
    port = _count(text)
    if port > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number")
    return port


def _poll(text: str) -> float:
    return _number(text, least=1.0)


def _rate(text: str) -> float:
    return _number(text, least=0.0)


def _number(text: str, least: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not least <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of {least:g} or more")
    return value
