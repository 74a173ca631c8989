"""What the model of the node table returns for a cell of a group row, by role."""

from typing import Any

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import spoken
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.nodes.cell_data import ACCESSIBLE, DISPLAY, TOOLTIP
from kubeimg_gui.qt.nodes.columns import Column, Moment, TableColumn
from kubeimg_gui.qt.nodes.group_row import GroupKind, GroupRow, Subtotals

translate = QCoreApplication.translate
Groups = TranslationContext("Groups")


def group_data(group: GroupRow, column: TableColumn, role: int, moment: Moment) -> Any:
    """Returns the text of a cell, a description for screen readers, an escaped tooltip; or None."""
    if role == DISPLAY:
        return _text(group, column)
    if role == ACCESSIBLE:
        return _description(group) if column is Column.NODE else spoken(_text(group, column))
    if role == TOOLTIP:
        return formatting.tooltip("\n".join(tip_lines(group, moment)))
    return None


def tip_lines(group: GroupRow, moment: Moment) -> list[str]:
    """Returns what is known of a group, with exact sizes: the same for all its cells."""
    totals = group.totals
    lines = [formatting.line(group.key) if group.kind is GroupKind.VALUE else group.shown_name]
    lines += filter(None, group.counts)
    size = formatting.exact_size(totals.reported)
    if totals.lower_bounds:
        size = formatting.fill(translate("Groups", "At least {size}"), size=size)
    lines.append(size)
    if totals.lower_bounds:
        lines.append(
            Groups.tr("The sizes of %Ln node(s) may lack images.", "", totals.lower_bounds)
        )
    if totals.mixed_meanings:
        lines.append(_mixed_line(totals))
    change = translate("Groups", "{change} since {time}")
    exact = formatting.signed_exact_size(totals.change)
    lines.append(formatting.fill(change, change=exact, time=formatting.moment(moment.opened)))
    return lines


def _text(group: GroupRow, column: TableColumn) -> str:
    if column is Column.NODE:
        return " · ".join(filter(None, (group.shown_name, *group.counts)))
    if column is Column.REPORTED:
        return " · ".join(filter(None, (group.reported_text, group.mixed_text)))
    if column is Column.CHANGE:
        return formatting.signed_size(group.totals.change)
    return ""


def _mixed_line(totals: Subtotals) -> str:
    """Returns which meanings a sum mixes, and of how many nodes."""
    parts = (
        (totals.compressed, translate("Groups", "compressed on {nodes}")),
        (totals.unpacked, translate("Groups", "unpacked on {nodes}")),
        (totals.unknown, translate("Groups", "unknown on {nodes}")),
    )
    each = [formatting.fill(part, nodes=formatting.nodes(count)) for count, part in parts if count]
    text = translate("Groups", "It adds up sizes of different meaning: {parts}.")
    return formatting.fill(text, parts=", ".join(each))


def _description(group: GroupRow) -> str:
    """Returns what a screen reader says of the row: what it is, its state, and its subtotals."""
    text = (
        translate("Groups", "Group {name}, collapsed, {subtotals}")
        if group.collapsed
        else translate("Groups", "Group {name}, expanded, {subtotals}")
    )
    subtotals = ", ".join(filter(None, (*group.counts, _text(group, Column.REPORTED))))
    return formatting.fill(text, name=group.shown_name, subtotals=subtotals)
