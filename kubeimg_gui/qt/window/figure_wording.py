"""Captions of the five figures, longest first, and their tooltips.

A filter adds what is shown of the total. Shorter captions leave out what the tooltip says.
"""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.change_tally import ChangeTally
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.nodes.shown_totals import ShownTotals
from kubeimg_gui.text import units

translate = QCoreApplication.translate
Figures = TranslationContext("Figures")


def nodes(inventory: Inventory, shown: ShownTotals | None) -> Sequence[str]:
    """Captions of the number of nodes."""
    unit = Figures.tr("node(s)", "", inventory.nodes)
    ready = translate("Figures", "{n} ready").format(n=f"{inventory.ready:,}")
    if shown is None:
        return [_joined(unit, ready), unit]
    part = translate("Figures", "{n} shown").format(n=f"{shown.nodes:,}")
    part_ready = translate("Figures", "{n} shown, {ready} ready").format(
        n=f"{shown.nodes:,}", ready=f"{shown.ready:,}"
    )
    return [_joined(unit, ready, part_ready), _joined(unit, part), unit]


def reported(inventory: Inventory, shown: ShownTotals | None) -> Sequence[str]:
    """Captions of the reported image size."""
    long, short = translate("Figures", "reported image size"), translate("Figures", "reported")
    capped = Figures.tr("%Ln list(s) may be cut", "", inventory.capped) if inventory.capped else ""
    mixed = translate("Figures", "compressed and unpacked mixed")
    mixed = mixed if inventory.mixed_meanings else ""
    part = ""
    if shown is not None:
        part = _of_shown(units.reported_size(shown.reported_bytes, shown.is_lower_bound), shown)
    return [
        _joined(long, capped, mixed, part),
        _joined(short, "" if part else capped, part),
        _joined(short, part),
        short,
    ]


def images(inventory: Inventory, shown: ShownTotals | None) -> Sequence[str]:
    """Captions of the number of distinct images."""
    long = Figures.tr("distinct image(s)", "", inventory.distinct_images)
    short = Figures.tr("image(s)", "", inventory.distinct_images)
    part = ""
    if shown is not None and shown.images is not None:
        text = translate("Figures", "{n} on the {nodes} shown")
        part = text.format(n=f"{shown.images:,}", nodes=f"{shown.nodes:,}")
    return [_joined(long, part), _joined(short, part), short]


def pressure(inventory: Inventory, shown: ShownTotals | None) -> Sequence[str]:
    """Captions of the number of nodes under pressure."""
    long = Figures.tr("node(s) under pressure", "", inventory.under_pressure)
    short = translate("Figures", "under pressure")
    part = "" if shown is None else _of_shown(f"{shown.under_pressure:,}", shown)
    return [_joined(long, part), _joined(short, part), short]


def change(
    tally: ChangeTally, shown: ShownTotals | None, since: str, *, images_changed: bool
) -> Sequence[str]:
    """Captions of the change; the split names only what there is."""
    time = translate("Figures", "since {time}").format(time=since)
    part = "" if shown is None else _of_shown(_signed(shown.change), shown)
    if not tally:
        text = translate("Figures", "no change since {time}")
        if images_changed:
            text = translate("Figures", "no change in size since {time}")
        return [text.format(time=since), time]
    parts = _split(tally)
    if len(parts) == 1:
        only = f"{_only(tally)} {time}"
        return [_joined(only, part), only, time]
    short = "" if part else _counted(tally)
    return [_joined(*parts, time, part), _joined(short, time, part), time]


def change_tip(tally: ChangeTally) -> str:
    """The split of the change, line by line, and the exact number of bytes."""
    return "\n".join((*_split(tally), formatting.exact_size(abs(tally.net_bytes))))


def _split(tally: ChangeTally) -> list[str]:
    """What the change consists of, with bytes: grown, shrunk, joined, left."""
    texts = [
        (tally.grown, tally.grown_bytes, translate("Figures", "grown {size} on {nodes}")),
        (tally.shrunk, tally.shrunk_bytes, translate("Figures", "shrunk {size} on {nodes}")),
        (tally.joined, tally.joined_bytes, translate("Figures", "{nodes} joined with {size}")),
        (tally.left, tally.left_bytes, translate("Figures", "{nodes} left with {size}")),
    ]
    return [
        text.format(size=units.size(size), nodes=formatting.nodes(count))
        for count, size, text in texts
        if count
    ]


def _only(tally: ChangeTally) -> str:
    """The nodes of a change of one kind, whose bytes are those of the figure."""
    text = translate("Figures", "on {nodes}")
    if tally.joined:
        text = translate("Figures", "{nodes} joined")
    elif tally.left:
        text = translate("Figures", "{nodes} left")
    count = tally.grown + tally.shrunk + tally.joined + tally.left
    return text.format(nodes=formatting.nodes(count))


def _counted(tally: ChangeTally) -> str:
    """What the change consists of, without bytes."""
    texts = [
        (tally.grown, translate("Figures", "{n} grown")),
        (tally.shrunk, translate("Figures", "{n} shrunk")),
        (tally.joined, translate("Figures", "{n} joined")),
        (tally.left, translate("Figures", "{n} left")),
    ]
    return ", ".join(text.format(n=f"{count:,}") for count, text in texts if count)


def _of_shown(value: str, shown: ShownTotals) -> str:
    return translate("Figures", "{value} of the {n} shown").format(
        value=value, n=f"{shown.nodes:,}"
    )


def _signed(change: int) -> str:
    return formatting.signed_size(change) if change else "±0"


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
