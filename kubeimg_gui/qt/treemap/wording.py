"""The texts of a treemap: names of areas, sizes, and the line about the tile under the pointer."""

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_list import ListState
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.references import Reference, ReferenceState
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import SEPARATOR
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods import workload_wording
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.treemap.areas import Area, Level, NodeArea
from kubeimg_gui.qt.treemap.categories import Category
from kubeimg_gui.qt.treemap.scene import Kind, Tile
from kubeimg_gui.text import units

translate = QCoreApplication.translate
TreemapCounts = TranslationContext("TreemapCounts")


def name(area: Area) -> str:
    """Returns the name of an area, fit to be shown."""
    if area.level is Level.SMALLER:
        return smaller(len(area.children))
    if area.name:
        return formatting.line(area.name)
    if area.image is not None:
        return long_name(area.image)
    match area.level:
        case Level.CLUSTER:
            return translate("Treemap", "all nodes")
        case Level.POOL:
            return translate("Treemap", "without this label")
        case _:
            return translate("Treemap", "without a name")


def smaller(count: int) -> str:
    """Returns the name of a group of smaller areas: `12 smaller`."""
    return TreemapCounts.tr("%Ln smaller", "", count)


def headings(area: Area) -> tuple[str, ...]:
    """Returns what may stand above a box, the best first.

    A repository goes without its registry, then with its last part only; a node without its
    domain; an image with its tag only.
    """
    if area.level is Level.REPOSITORY and area.name:
        located = area.name.partition("/")[2].removeprefix("library/")
        return formatting.line(located), formatting.line(located.rpartition("/")[2])
    if area.level is Level.NODE or (area.level is Level.ENTRY and area.name):
        return formatting.line(area.name), formatting.line(area.name.partition(".")[0])
    if area.image is not None and not area.name:
        return (long_name(area.image), *labels(area, captioned=False))
    return (name(area),)


def size(area: Area) -> str:
    """Returns the reported size of an area, marked where it is a lower bound."""
    return units.reported_size(area.bytes, area.lower_bound)


def totals(area: Area) -> str:
    """Returns the number of nodes and the reported size: `14 nodes · ≥ 1.1 TiB`."""
    return SEPARATOR.join((formatting.nodes(area.nodes), size(area)))


def description(area: Area) -> str:
    """Returns what a screen reader says of a treemap that shows an area."""
    text = translate(
        "Treemap", "{area}, {totals}. The ranking beside it lists the largest parts to read."
    )
    return formatting.fill(text, area=name(area), totals=totals(area))


def share(part: int, whole: int) -> str:
    """Returns a part in per cent of the whole: `41 %`, `< 1 %`; "" of nothing."""
    if not whole:
        return ""
    percent = 100 * part / whole
    figure = "< 1" if 0 < percent < 1 else f"{percent:.0f}"
    return translate("Treemap", "{share} %").format(share=figure)


def ranking(area: Area) -> str:
    """Returns the heading of the ranking of an area's parts."""
    return formatting.fill(translate("Treemap", "Largest in {area}"), area=headings(area)[0])


def nothing(nodes: NodeTableModel, *, filtered: bool) -> str:
    """Returns a sentence in place of a treemap of all nodes without a tile."""
    if not nodes.inventory.nodes:
        return translate("Treemap", "No nodes are known yet.")
    if not nodes.inventory.distinct_images:
        return translate("Treemap", "The nodes report no images.")
    if filtered:
        return translate("Treemap", "No image matches the filter.")
    return translate("Treemap", "No image has a size that counts.")


def nothing_on(node: str, nodes: NodeTableModel, *, filtered: bool) -> str:
    """Returns a sentence in place of a treemap of one node without a tile; "" for no node."""
    if not node:
        return translate("Treemap", "No node is selected. Select one in the table of nodes.")
    row = nodes.row_named(node)
    if row is None or row.deleted:
        text = translate("Treemap", "{node} is not in the cluster any more. Select another node.")
    elif not row.record.images:
        text = translate("Treemap", "{node} reports no images.")
    elif filtered:
        text = translate("Treemap", "No image of {node} matches the filter.")
    else:
        text = translate("Treemap", "No image of {node} has a size that counts.")
    return formatting.fill(text, node=node)


def chosen_of(selected: int) -> str:
    """Returns that one of several selected nodes is shown; "" where no choice was made."""
    text = translate("Treemap", "1 of {count} selected")
    return text.format(count=f"{selected:,}") if selected > 1 else ""


def selected_nodes(selected: int, offered: int) -> str:
    """Returns how many nodes are selected, beside the choice of one of them."""
    if not selected:
        return translate("Treemap", "No node is selected. The last one stays.")
    text = translate("Treemap", "{nodes} selected; one is shown.")
    if selected > offered:
        text = translate("Treemap", "{nodes} selected; one is shown. {count} can be chosen here.")
    return text.format(nodes=formatting.nodes(selected), count=offered)


def long_name(image: ContainerImage) -> str:
    """Returns repository and tag of an image, or what it has of them."""
    reference = image.reference
    if reference is None or not reference.repository or not reference.tag:
        return node_wording.image_name(image)
    return formatting.line(f"{reference.name}:{reference.tag}")


def labels(area: Area, *, captioned: bool) -> tuple[str, ...]:
    """Returns what may stand on a tile, the best first: `app:v1`, then `v1`.

    Under a caption with the repository the tag is the best.
    """
    if area.name or area.image is None:
        return headings(area)
    tag = area.image.reference.tag if area.image.reference else None
    short = node_wording.image_name(area.image)
    if not tag:
        return (short,)
    plain_tag = formatting.line(tag)
    return (plain_tag,) if captioned else (short, plain_tag)


def legend(category: Category, count: int | None) -> str:
    """Returns an entry of the legend with its bytes; None where they are not known yet."""
    if count is None:
        return category.text
    known = units.size(count)
    if category.most:
        known = translate("Treemap", "at most {size}").format(size=known)
    return SEPARATOR.join((category.text, known))


def line(tile: Tile, nodes: NodeTableModel, pods: PodReferences) -> str:
    """Returns one line about a tile for the status bar."""
    area = tile.area
    if tile.kind is Kind.CAP and isinstance(area, NodeArea):
        return SEPARATOR.join((name(area), cut_list(area.record)))
    return area_line(area, nodes, pods)


def area_line(area: Area, nodes: NodeTableModel, pods: PodReferences) -> str:
    """Returns one line about an area for the status bar."""
    if area.level is Level.ENTRY and area.image is not None:
        return _entry_line(area, area.image, nodes, pods)
    parts = [name(area), totals(area)]
    if area.image is not None:
        parts += _users(area.image, pods.of_image(area.image), pods)
    elif area.level is Level.SMALLER:
        parts.append(translate("Treemap", "a click opens them"))
    return SEPARATOR.join(parts)


def cut_list(record: NodeRecord) -> str:
    """Returns what a list leaves out, as far as it is known."""
    if not record.capped:
        return node_wording.unbelievable_sizes(record.unbelievable_sizes)
    least = units.size(record.images[-1].size_bytes)
    if record.list_state is ListState.CUT:
        text = translate("Treemap", "list cut, further images are at most {size} each")
    else:
        text = translate("Treemap", "list perhaps cut, further images are at most {size} each")
    return text.format(size=least)


def saved(path: str, *, written: bool) -> str:
    """Returns whether a picture was written."""
    if written:
        text = translate("Treemap", "The picture is saved as {path}.")
    else:
        text = translate("Treemap", "The picture is not saved: {path} cannot be written.")
    return formatting.fill(text, path=path)


def state(reference: Reference) -> str:
    """Returns whether pods refer to an image."""
    match reference.state:
        case ReferenceState.REFERENCED:
            pods = reference.running + reference.finished
            return TreemapCounts.tr("referenced by %Ln pod(s)", "", pods)
        case ReferenceState.NOT_REFERENCED:
            return translate("Treemap", "not referenced by any pod")
        case ReferenceState.UNKNOWN:
            return translate("Treemap", "not known whether pods refer to it")


def _entry_line(
    area: Area, image: ContainerImage, nodes: NodeTableModel, pods: PodReferences
) -> str:
    parts = [long_name(image), node_wording.image_size(image), formatting.line(area.node)]
    row = nodes.row_named(area.node)
    if row is not None and row.reported:
        share = translate("Treemap", "{share} % of the node's reported size")
        parts.append(share.format(share=f"{100 * image.size_bytes / row.reported:.0f}"))
    parts += _users(image, pods.on_node(area.node, image), pods)
    return SEPARATOR.join(parts)


def _users(image: ContainerImage, reference: Reference, pods: PodReferences) -> list[str]:
    scaled = workload_wording.scaled_to_zero(pods.workloads.users((image,)))
    return [state(reference), *((scaled.rstrip("."),) if scaled else ())]
