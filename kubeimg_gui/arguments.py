"""The command line's arguments: what may be given, and what each must be.

Whoever reads the result finds every option in it, under its long name, whatever the command.
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
_ALONE = ("--demo", "--in-cluster")
"""Options that may stand without their value."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options; `command` is None for the window. Exits with 2, and says why, at a mistake."""
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
        ("nodes", "the nodes' image storage, once", ("table", "json", "csv")),
        ("watch", "a line for each change, until stopped", ("text", "json")),
    ):
        # Options not given stay out of the result, so that one given before the command is kept.
        command = commands.add_parser(
            name, help=summary, allow_abbrev=False, argument_default=argparse.SUPPRESS
        )
        command.add_argument("-o", "--output", choices=formats, default=formats[0])
        _add_connection_options(command)
        if name == "watch":
            _add_watch_options(command)
    _add_demo_cluster(commands.add_parser)
    # An option's own value is part of it, so that no command is taken for one.
    options = parser.parse_args([f"{given}=" if given in _ALONE else given for given in arguments])
    if options.in_cluster is not None and _elsewhere(options):
        parser.error("argument --in-cluster: not allowed with --kubeconfig, --context or --demo")
    return options


def _elsewhere(options: argparse.Namespace) -> bool:
    return any(given is not None for given in (options.kubeconfig, options.context, options.demo))


def _add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Options that may stand before or after a command; the later wins."""
    add = parser.add_argument_group("the cluster").add_argument
    add("--kubeconfig", type=Path, metavar="FILE", help="this kubeconfig alone")
    add("--context", metavar="NAME", help="this context instead of the current one")
    add(
        "--in-cluster",
        type=_service_account,
        metavar="[=FOLDER]",
        help=f"this pod's cluster, as the service account in FOLDER ({SERVICE_ACCOUNT_FOLDER})",
    )
    add("-l", "--selector", metavar="LABELS", help="only nodes with these labels")
    add("--field-selector", metavar="FIELDS", help="only nodes with these fields")
    add("--demo", type=_demo_nodes, metavar="[=NODES]", help="an embedded demo cluster (=40)")
    add("--churn", type=_rate, metavar="N", help="the demo's image changes per second")
    add("--seed", type=int, metavar="N", help="which demo: the same seed plays the same story")
    _add_log_options(parser)
    add(
        "--log-format",
        choices=("text", "json"),
        help="json: an object a line, also for the states and errors of nodes and watch",
    )


def _add_log_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbose", action="count", help="log more to standard error")
    parser.add_argument("--log-file", type=Path, metavar="FILE", help="log to this file instead")


def _add_watch_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--poll", type=_poll, metavar="S", help="list every S seconds instead of watching")
    add(
        "--listen",
        type=_address,
        default=None,
        metavar="[HOST]:PORT",
        help="serve /healthz and /readyz there",
    )


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
    add = demo.add_argument
    add("--nodes", type=_count, default=DEMO_NODES, metavar="N", help="how many nodes (40)")
    add("--port", type=_port, default=0, metavar="P", help="port on 127.0.0.1 (a free one)")
    add("--seed", type=int, metavar="S", help="the same seed plays the same story")
    add("--churn", type=_rate, metavar="N", help="image changes per second over the fleet")
    add("--images", type=_count, default=DEMO_IMAGES, metavar="K", help="images a node holds (34)")
    add("--kubeconfig-out", type=Path, default=None, metavar="FILE", help="write a kubeconfig")
    add("--faults", type=Path, default=None, metavar="FILE", help="play this fault script")
    add("--tls-cert", type=Path, default=None, metavar="FILE", help="serve TLS, with this")
    add("--tls-key", type=Path, default=None, metavar="FILE", help="and with the key in this file")
    add(
        "--until-stdin-closes",
        action="store_true",
        default=False,
        help="end with the process that holds standard input open",
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
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
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
