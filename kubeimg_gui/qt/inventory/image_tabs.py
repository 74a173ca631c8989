"""Three lists of one image: nodes that hold it, nodes that do not, and pods that use it."""

from collections.abc import Callable, Mapping
from enum import IntEnum
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from kubeimg_gui.domain.query import image_term
from kubeimg_gui.qt.base import slices
from kubeimg_gui.qt.base.labels import plain_label, smaller
from kubeimg_gui.qt.base.line_list import MARGIN, LineList
from kubeimg_gui.qt.base.lines import Item, Line, LineModel
from kubeimg_gui.qt.base.slices import Steps
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.translations import plural_count
from kubeimg_gui.qt.inventory import image_facts
from kubeimg_gui.qt.inventory.image_facts import PodLine
from kubeimg_gui.qt.inventory.image_lines import ImageLines
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods import wording as pod_wording


class Tab(IntEnum):
    """The lists, in their order."""

    HOLDERS = 0
    OTHERS = 1
    PODS = 2


class ImageTabs(QWidget):
    """Shows one of the three lists, and fills only that one. GUI thread only.

    Signals:
        node_requested: the user wants to see a node; carries its name.
        filter_requested: the user wants to see the nodes of a list in the table; carries the text
            of a filter.
        tab_changed: the user chose another list: call `show_image`.

    Attributes:
        bar: chooses the list.
        holders, others, pods: the lists.
        show_nodes: shows the nodes of the list in the table.
    """

    node_requested = Signal(str)
    filter_requested = Signal(str)
    tab_changed = Signal()

    def __init__(self, nodes: NodeTableModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._nodes = nodes
        self._theme = theme
        self._lines: ImageLines | None = None
        self._pods: Mapping[str, PodLine] = {}
        self._ordered: tuple[str, set[str]] = ("", set())
        self.bar = QTabBar(self)
        self.bar.setDrawBase(False)
        self.bar.setExpanding(True)
        self.bar.setUsesScrollButtons(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideRight)
        self.bar.setFont(smaller(self.font()))
        self.bar.setAccessibleName(self.tr("Nodes and pods of the image"))
        for _ in Tab:
            self.bar.addTab("")
        self._sentence = plain_label(self, "caption", wrap=True)
        self.holders: LineList[str] = self._list(lambda of: of.holder, details=True)
        self.holders.setAccessibleName(self.tr("Nodes that hold the image"))
        self.others: LineList[str] = self._list(lambda of: of.other)
        self.others.setAccessibleName(self.tr("Nodes that do not list the image"))
        self.pods: LineList[str] = self._list(lambda of: partial(self._pod, of), details=True)
        self.pods.setAccessibleName(self.tr("Pods that use the image"))
        self._stack = QStackedWidget(self)
        for view in (self.holders, self.others, self.pods):
            self._stack.addWidget(view)
        self.show_nodes = QPushButton(self.tr("Show these nodes"), self)
        self.show_nodes.setFont(smaller(self.font()))
        self._lay_out()
        self._connect()
        self.set_theme(theme)

    def _list(
        self, describe: Callable[[ImageLines], Callable[[Item], Line]], *, details: bool = False
    ) -> LineList[Item]:
        def line(item: Item) -> Line:
            return Line("") if self._lines is None else describe(self._lines)(item)

        return LineList(LineModel(line, self), self._theme, self, details=details)

    def _pod(self, lines: ImageLines, key: str) -> Line:
        known = self._pods.get(key)
        return Line("") if known is None else lines.pod(known)

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 0, MARGIN, 6)
        head.setSpacing(8)
        for part in (self.bar, self._sentence):
            head.addWidget(part)
        foot = QVBoxLayout()
        foot.setContentsMargins(MARGIN, 4, MARGIN, 8)
        foot.addWidget(self.show_nodes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.bar.currentChanged.connect(self.tab_changed)
        self.show_nodes.clicked.connect(self._ask_for_nodes)
        self.holders.chosen.connect(self._ask_for_node)
        self.others.chosen.connect(self._ask_for_node)
        self.pods.chosen.connect(self._ask_for_pod)

    @property
    def tab(self) -> Tab:
        """The list shown."""
        return Tab(self.bar.currentIndex())

    @property
    def sentence(self) -> str:
        """What is said above the list; may be empty."""
        return self._sentence.text()

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._theme = theme
        for view in (self.holders, self.others, self.pods):
            view.set_theme(theme)
        self.bar.setStyleSheet(_bar_style(theme))

    def show_image(
        self, lines: ImageLines, names: set[str], pods: Mapping[str, PodLine], missing: str
    ) -> Steps[None]:
        """Shows an image that these nodes hold and these pods use, in the last of some steps.

        `missing` is a sentence about what is not known of pods.
        """
        tab, key = self.tab, lines.image.key
        items, sentence = self.holders.lines.items, ""
        if tab is Tab.OTHERS:
            items, hiding = yield from image_facts.others(self._nodes, names, lines.sizes)
            sentence = self._hidden_sentence(hiding)
        elif tab is Tab.PODS:
            items = list(pods)
            sentence = missing or ("" if pods else self.tr("No pod refers to it."))
        elif self._ordered != (key, names):
            # Changes of pods are more frequent than those of the nodes, and change no order.
            items = yield from image_facts.holders(self._nodes, names, key)
            self._ordered = (key, names)
        if len(items) > slices.CHUNK:
            yield  # a long list takes a slice of its own to show
        self._lines, self._pods = lines, pods
        self._show_titles(len(names), missing)
        self._stack.setCurrentIndex(tab)
        (self.holders, self.others, self.pods)[tab].show_items(items)
        self.show_nodes.setVisible(tab is not Tab.PODS)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))

    def _show_titles(self, held: int, missing: str) -> None:
        known = max(held, self._nodes.inventory.nodes)
        on = self.tr("On %Ln node(s)", "", plural_count(held))
        self.bar.setTabText(Tab.HOLDERS, on)
        self.bar.setTabText(Tab.OTHERS, self.tr("Not on %Ln", "", known - held))
        counted = pod_wording.pods(len(self._pods))
        unknown = missing and not self._pods
        self.bar.setTabText(Tab.PODS, self.tr("Pods") if unknown else counted)

    def scroll_to_top(self) -> None:
        """Scrolls all lists to their first lines."""
        for view in (self.holders, self.others, self.pods):
            view.scrollToTop()

    def _hidden_sentence(self, count: int) -> str:
        if not count:
            return ""
        return self.tr(
            "%Ln of these lists may hide it: the kubelet lists only the largest images.", "", count
        )

    def _ask_for_node(self, name: str) -> None:
        self.node_requested.emit(name)

    def _ask_for_pod(self, key: str) -> None:
        self.node_requested.emit(self._pods[key].pod.node)

    def _ask_for_nodes(self) -> None:
        if self._lines is not None:
            without = self.tab is Tab.OTHERS
            self.filter_requested.emit(image_term(self._lines.image, without=without))


def _bar_style(theme: Theme) -> str:
    return f"""
    QTabBar {{ background: {theme.surface}; border-radius: 5px; }}
    QTabBar::tab {{ background: {theme.surface}; color: {theme.text}; border: 1px solid
        {theme.surface}; border-radius: 5px; padding: 4px 6px; }}
    QTabBar::tab:selected {{ background: {theme.accent_ground}; color: {theme.accent};
        font-weight: 600; }}
    QTabBar::tab:focus {{ border-color: {theme.accent}; }}
    """
