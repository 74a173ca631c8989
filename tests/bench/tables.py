"""The tables that `make bench` prints: text that reads well, and Markdown as it is."""

from collections.abc import Iterable, Sequence

from tests.bench.contest import RAW_JSON, RAW_PROTOBUF, SHARED_INFORMER, Client, Figures

ABSENT = "–"


def sync_table(title: str, results: dict[Client, Figures], go: Client) -> str:
    """From connect to a full store; `go` is what the clients are compared with."""
    heads = (
        "client",
        "wall s",
        "CPU s",
        "first row ms",
        "kept MiB",
        "peak MiB",
        "wall / raw protobuf",
        "wall / client-go protobuf",
        "CPU / client-go protobuf",
    )
    rows = [
        (
            client.name,
            _number(figures["wall"], ".2f"),
            _number(figures["cpu"], ".2f"),
            _number(first * 1000 if (first := figures.get("first_row")) else None, ".0f"),
            _number(figures.get("kept_mb"), ".0f"),
            _number(figures["peak_mb"], ".0f"),
            _times(figures["wall"], results[RAW_PROTOBUF]["wall"]),
            _times(figures["wall"], results[go]["wall"]),
            _times(figures["cpu"], results[go]["cpu"]),
        )
        for client, figures in results.items()
    ]
    way = "the streaming list" if results[go]["streaming"] else "LIST and then WATCH"
    return _table(title, heads, rows) + (
        f"\nThe transfer is {results[RAW_PROTOBUF]['received_mb']:.0f} MiB of protobuf or "
        f"{results[RAW_JSON]['received_mb']:.0f} MiB of JSON.\n"
        "Kept: resident memory with the store full, less that just before connecting.\n"
        f"client-go ({results[go]['go']}) uses {way}; "
        f"{results[go]['live_heap_mb']:.0f} MiB of its heap are live after a collection.\n"
        "kubectl is measured as a whole process, the others without their start.\n"
    )


def events_table(title: str, results: dict[Client, Figures], go: Client) -> str:
    """Events into changes; the last columns say how many times better than another a client is."""
    heads = (
        "client",
        "CPU µs/event",
        "events/s",
        "CPU: SharedInformer's / its",
        "CPU: client-go protobuf's / its",
        "rate / SharedInformer's",
        "rate / client-go protobuf's",
    )
    rate = {client: (f["events"] - 1) / f["wall"] for client, f in results.items()}
    rows = [
        (
            client.name,
            _number(figures["cpu"] / figures["events"] * 1e6, ".0f"),
            _number(rate[client], ",.0f"),
            _times(results[SHARED_INFORMER]["cpu"], figures["cpu"]),
            _times(results[go]["cpu"], figures["cpu"]),
            _times(rate[client], rate[SHARED_INFORMER]),
            _times(rate[client], rate[go]),
        )
        for client, figures in results.items()
    ]
    return _table(title, heads, rows)


def growth_table(title: str, results: dict[int, Figures]) -> str:
    """What one node costs in fleets of several sizes; growth is over the smallest."""
    heads = (
        "nodes",
        "wall s",
        "kept MiB",
        "wall µs/node",
        "CPU µs/node",
        "kept kB/node",
        "growth of wall/node",
        "growth of kept/node",
    )
    smallest = min(results)
    per_node = {
        nodes: {key: figures[key] / nodes for key in ("wall", "cpu", "kept_mb")}
        for nodes, figures in results.items()
    }
    rows = [
        (
            f"{nodes:,}",
            _number(results[nodes]["wall"], ".2f"),
            _number(results[nodes]["kept_mb"], ".0f"),
            _number(each["wall"] * 1e6, ".0f"),
            _number(each["cpu"] * 1e6, ".0f"),
            _number(each["kept_mb"] * 2**20 / 1000, ".1f"),
            _times(each["wall"], per_node[smallest]["wall"]),
            _times(each["kept_mb"], per_node[smallest]["kept_mb"]),
        )
        for nodes, each in per_node.items()
    ]
    return _table(title, heads, rows)


def pods_table(title: str, results: dict[Client, Figures], go: Client, pods: int) -> str:
    """What each pod costs; `go` is what the clients are compared with."""
    heads = ("client", "wall s", "CPU s", "CPU µs/pod", "kept B/pod", "CPU / client-go protobuf")
    rows = [
        (
            client.name,
            _number(figures["wall"], ".2f"),
            _number(figures["cpu"], ".2f"),
            _number(figures["cpu"] / pods * 1e6, ".0f"),
            _number(figures["kept_mb"] * 2**20 / pods, ",.0f"),
            _times(figures["cpu"], results[go]["cpu"]),
        )
        for client, figures in results.items()
    ]
    return _table(title, heads, rows)


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column is text, the others are figures."""
    cells = [list(heads), *map(list, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [
        " | ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])])
        for row in [cells[0], rule, *cells[1:]]
    ]
    return "\n".join([title, "", *(f"| {line} |" for line in lines), ""])


def _number(value: float | None, form: str) -> str:
    return ABSENT if value is None else format(value, form)


def _times(value: float, other: float) -> str:
    return f"{value / other:.2f}x"
