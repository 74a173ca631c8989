"""What the views of images share: references, switch, side panel, menu, comparison, figures.

Imported when such a view is first shown, so that the first window appears sooner.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.inventory.image_menu import ImageMenu
from kubeimg_gui.qt.inventory.image_panel import ClusterImagePanel
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.node_figures import NodeFigures
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.window.image_figures import ImageFigures
from kubeimg_gui.qt.window.image_totals import ImageTotals
from kubeimg_gui.qt.window.layout import WindowLayout
from kubeimg_gui.qt.window.pod_switch import PodSwitch
from kubeimg_gui.qt.window.pod_watch import PodWatch
from kubeimg_gui.qt.window.settings import (
    DEFAULT_GROUPING,
    load_grouping,
    load_pods_wanted,
    save_grouping,
    save_pods_wanted,
)
from kubeimg_gui.qt.window.source import Source

if TYPE_CHECKING:
    from kubeimg_gui.qt.inventory.view import ImagesView


class ImageParts(QObject):
    """Created once for a window; GUI thread only.

    `settings` is the INI file that keeps for each context whether pods are watched; None to keep
    nothing.

    Signals:
        image_selected: the user wants to see an image; carries `ContainerImage.key`.
        filter_requested: carries the text of a filter for the nodes.
        node_requested: carries the name of a node.
        hovered: carries a line about what is under the pointer, "" for nothing.

    Attributes:
        nodes, clocks, theme: those of the window.
        node_table: the table of nodes, whose selection is that of the window.
        references: which images pods refer to.
        watch, switch: watch pods, and turn that on and off.
        panel: the side panel of the selected image.
        menu: the menu of an image.
        figures: for the summary bar.
        node_figures: for the table of nodes.
        table: the view of images once it was shown; None before.
        grouping: what it groups by.
    """

    image_selected = Signal(str)
    filter_requested = Signal(str)
    node_requested = Signal(str)
    hovered = Signal(str)

    def __init__(
        self,
        page: WindowLayout,
        nodes: NodeTableModel,
        source: Source,
        theme: Theme,
        clocks: Clocks,
        settings: Path | None,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._source = source
        self._settings = settings
        self._shown: QWidget | None = None
        self.nodes, self.theme, self.clocks = nodes, theme, clocks
        self.node_table = page.table
        self.references = PodReferences(nodes, clocks, self)
        self.watch = PodWatch(
            partial(source.make_pod_informer, source.target),
            partial(source.make_workload_informers, source.target),
            self.references,
            clocks,
            self,
        )
        self.switch = PodSwitch(self.watch, clocks, page.view_bar)
        self.switch.toggled.connect(self._keep_pods_wanted)
        page.view_bar.add_at_end(self.switch)
        self.panel = ClusterImagePanel(nodes, self.references, theme, clocks, page)
        self.menu = ImageMenu(nodes, page)
        self.table: ImagesView | None = None
        self.grouping = load_grouping(settings) if settings is not None else DEFAULT_GROUPING
        self._totals = ImageTotals(nodes, self.references, clocks, self)
        self.figures = ImageFigures(nodes, self.references)
        self.node_figures = NodeFigures(nodes, self.references, self)
        self._connect()
        self.load_pods_wanted()

    def _connect(self) -> None:
        self.panel.node_requested.connect(self.node_requested)
        self.panel.filter_requested.connect(self.filter_requested)
        self.panel.image_selected.connect(self.image_selected)
        self.panel.menu_requested.connect(self.menu.popup)
        self.menu.filter_requested.connect(self.filter_requested)
        self.menu.compare_requested.connect(self.compare)
        self.watch.changed.connect(self.update_figures)

    @property
    def context(self) -> str:
        """The name of the context."""
        return self._source.target.context

    def set_shown(self, widget: QWidget | None, *, column: bool, nodes_known: bool) -> None:
        """Sets the view of images that is shown, and whether pods may be read already.

        `column` is whether the table of nodes has a column that needs pods.
        """
        self._shown = widget
        needed = widget is not None or column
        self.switch.setVisible(needed)
        self.watch.set_needed(needed and nodes_known)
        self.node_figures.set_shown(column, on_screen=widget is None)
        self._totals.set_active(widget is not None and widget is not self.table)
        self.update_figures()

    def update_figures(self) -> None:
        """Brings the figures up to date if they are shown."""
        if self._shown is None:
            return
        if self.table is not None and self._shown is self.table:
            self.figures.figures = self.table.figures()
        else:
            self._totals.update()
            self.figures.figures = self._totals.figures
        self._page.summary.refresh_soon()

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme."""
        self.theme = theme
        self.panel.set_theme(theme)

    def show_new_day(self) -> None:
        """Updates the times shown after midnight."""
        self.panel.show_new_day()
        self.switch.refresh()

    def compare(self, names: Sequence[str] = ()) -> None:
        """Opens a comparison of two nodes; `names` are those to begin with."""
        # Imported late: few compare nodes.
        from kubeimg_gui.qt.inventory.compare_dialog import CompareDialog

        window = self._page.window()
        dialog = CompareDialog(self.context, self.nodes, names, self.theme, window)
        dialog.image_selected.connect(self.image_selected)
        dialog.menu_requested.connect(self.menu.popup)
        dialog.show_centred()

    def compare_selected(self) -> None:
        """Opens a comparison of the first two selected nodes."""
        self.compare(self.node_table.names[:2])

    def close(self) -> Callable[[float], None]:
        """Ends all work for good; returns a function that waits for it, see `PodWatch.wait`."""
        self._totals.set_active(False)
        self.node_figures.stop()
        self.watch.close()
        return self.watch.wait

    def keep_grouping(self, grouping: Grouping) -> None:
        """Keeps what the user groups images by."""
        if self._settings is not None:
            save_grouping(self._settings, grouping)

    def load_pods_wanted(self) -> None:
        """Turns watching pods on or off as the user left it in this context."""
        if self._settings is not None and self.context:
            self.watch.set_wanted(load_pods_wanted(self._settings, self.context))

    def _keep_pods_wanted(self, wanted: bool) -> None:
        if self._settings is not None and self.context:
            save_pods_wanted(self._settings, self.context, wanted=wanted)
