"""Creates the views of images, and connects what only one of them has.

Each imports its view when it is called, so that one view does not wait for the other's modules.
"""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QWidget

if TYPE_CHECKING:
    from kubeimg_gui.qt.inventory.view import ImagesView
    from kubeimg_gui.qt.treemap.view import TreemapView
    from kubeimg_gui.qt.window.image_parts import ImageParts


def create_images(parts: "ImageParts", parent: QWidget) -> "ImagesView":
    """Returns the table of images."""
    from kubeimg_gui.domain.query import image_term
    from kubeimg_gui.qt.inventory.view import ImagesView
    from kubeimg_gui.qt.nodes.image_filter import ImageFilter

    view = ImagesView(
        parts.nodes,
        parts.references,
        parts.theme,
        parts.clocks,
        parent,
        search=ImageFilter(parts.nodes).search,
        term=image_term,
    )
    view.group_by(parts.grouping)
    view.bar.grouping_chosen.connect(parts.keep_grouping)
    compare = QPushButton(view.tr("Compare nodes…"), view.bar)
    compare.setObjectName("link")
    compare.setAutoDefault(False)
    compare.clicked.connect(parts.compare_selected)
    view.bar.add_right(compare)
    parts.table = view
    return view


def create_treemap(parts: "ImageParts", parent: QWidget) -> "TreemapView":
    """Returns the treemap."""
    from kubeimg_gui.qt.nodes.image_filter import ImageFilter
    from kubeimg_gui.qt.treemap.view import TreemapView

    view = TreemapView(parts.nodes, parts.references, parts.theme, parts.clocks, parent)
    view.set_search(ImageFilter(parts.nodes).search)
    view.set_context(parts.context)
    view.hovered.connect(parts.hovered)
    view.node_requested.connect(parts.node_requested)
    view.set_selected_nodes(parts.node_table.names)
    parts.node_table.selected.connect(view.set_selected_nodes)
    return view
