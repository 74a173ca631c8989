"""The Help menu: keys, documentation, about; and a window that shows the installed documents."""

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QDesktopServices,
    QKeySequence,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextTable,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.centring import show_centred
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.qt.window.about import AboutDialog

translate = QCoreApplication.translate

INDEX = "index.md"
KEYS = "window.md#keys-and-clicks"
MARKDOWN = QTextDocument.ResourceType.MarkdownResource
USUAL_SIZE = QSize(920, 720)
PAGE_MARGIN, HEADING_MARGIN, TABLE_MARGIN = 18, 16, 6
"""In pixels."""


class HelpMenu(QObject):
    """Opens the documentation, one window of it at a time, and *About*; GUI thread only.

    `documents` is the folder that holds the pages, `settings` the file of the window's layout.

    Attributes:
        menu: the menu.
        keys, documentation, about: its actions.
        window: the open documentation, None while it is closed.
        dialog: the open *About*, None while it is closed.
    """

    def __init__(self, documents: Path, settings: Path | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._documents = documents
        self._settings = settings
        self._parent = parent
        self.window: DocumentationWindow | None = None
        self.dialog: AboutDialog | None = None
        self.menu = QMenu(parent)
        self.keys = self._add(translate("Help", "Keys"), self.open_keys)
        self.keys.setShortcuts([QKeySequence("F1"), QKeySequence("?")])
        self.documentation = self._add(translate("Help", "Documentation"), self.open)
        self.about = self._add(translate("Help", "About kubeimg"), self.open_about)
        parent.addAction(self.keys)

    def _add(self, text: str, act: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(act)
        self.menu.addAction(action)
        return action

    def open_keys(self) -> None:
        """Shows the keys; the button *Contents* leads to the rest of the documentation."""
        self._open(KEYS)

    def open(self) -> None:
        """Shows the contents of the documentation."""
        self._open(INDEX)

    def open_about(self) -> None:
        """Shows *About*, or brings it to the front."""
        if self.dialog is None:
            self.dialog = AboutDialog(self._settings, self._parent)
            self.dialog.finished.connect(self._about_closed)
            show_centred(self.dialog, self._parent)
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _open(self, page: str) -> None:
        if self.window is None:
            self.window = DocumentationWindow(self._documents, self._parent)
            self.window.finished.connect(self._closed)
            show_centred(self.window, self._parent)
        self.window.open_page(page)
        self.window.raise_()
        self.window.activateWindow()

    def _closed(self) -> None:
        self.window = None

    def _about_closed(self) -> None:
        self.dialog = None


class PageBrowser(QTextBrowser):
    """Shows Markdown files; links to headings work as they do on GitHub."""

    @guard(None)
    def doSetSource(self, name: QUrl | str, type: QTextDocument.ResourceType = MARKDOWN) -> None:
        """Override: lays the page out, and scrolls to the heading that the link names."""
        super().doSetSource(name, type)
        _lay_out(self.document(), self.palette())
        if fragment := QUrl(name).fragment():
            self.scrollToAnchor(fragment)


class DocumentationWindow(QDialog):
    """The pages of a folder, beside the main window; reads files only, never the network.

    Attributes:
        browser: shows one page.
        contents, back: the buttons.
    """

    def __init__(self, documents: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._documents = documents.resolve()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("Help", "kubeimg documentation"))
        self.browser = PageBrowser(self)
        self.browser.setOpenLinks(False)
        self.browser.setAccessibleName(translate("Help", "Documentation"))
        self.contents = QPushButton(translate("Help", "Contents"), self)
        self.back = QPushButton(translate("Help", "Back"), self)
        self._problem = plain_label(self, "problem", wrap=True)
        row = QHBoxLayout()
        for button in (self.contents, self.back):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self._problem)
        column.addWidget(self.browser, 1)
        self.resize(USUAL_SIZE)
        self.back.setEnabled(False)
        self.browser.backwardAvailable.connect(self.back.setEnabled)
        self.browser.anchorClicked.connect(self._follow)
        self.back.clicked.connect(self._go_back)
        self.contents.clicked.connect(lambda: self.open_page(INDEX))
        self.browser.setFocus()

    def open_page(self, page: str) -> None:
        """Shows a page of the folder, `page.md` or `page.md#heading`."""
        folder = QUrl.fromLocalFile(f"{self._documents}/")
        self._follow(folder.resolved(QUrl(page)))

    @property
    def problem(self) -> str:
        """Why the last link was not followed; empty if it was."""
        return self._problem.text()

    @property
    def page(self) -> str:
        """The file name of the page shown; empty where there is none."""
        return self.browser.source().fileName()

    @guard(None)
    def changeEvent(self, event: QEvent) -> None:
        """Override: links take their colour from the palette while a page is read."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self.page:
            self.browser.reload()

    def _go_back(self) -> None:
        self._say("")
        self.browser.backward()

    def _follow(self, link: QUrl) -> None:
        """Shows a page here; hands web addresses and other files to the desktop."""
        url = self.browser.source().resolved(link)
        self._say("")
        if not url.isLocalFile():
            QDesktopServices.openUrl(url)
            return
        file = Path(url.toLocalFile()).resolve()
        if not file.is_file():
            sentence = translate("Help", "{file} is not part of this installation of kubeimg.")
            self._say(formatting.fill(sentence, file=file.name))
        elif file.parent == self._documents and file.suffix == ".md":
            self.browser.setSource(url, MARKDOWN)
        else:
            QDesktopServices.openUrl(url)

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))


def anchor(heading: str) -> str:
    """The name that GitHub gives a heading: `What fails?` becomes `what-fails`."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _lay_out(document: QTextDocument, palette: QPalette) -> None:
    """Names the headings and adds spacing that Qt omits around headings, examples and tables."""
    document.setDocumentMargin(PAGE_MARGIN)
    block = document.begin()
    while block.isValid():
        cursor, shape = QTextCursor(block), block.blockFormat()
        if shape.headingLevel():
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            named = QTextCharFormat()
            named.setAnchor(True)
            named.setAnchorNames([anchor(block.text())])
            cursor.mergeCharFormat(named)
            shape.setTopMargin(HEADING_MARGIN)
            cursor.setBlockFormat(shape)
        elif shape.hasProperty(QTextFormat.Property.BlockCodeFence.value):
            shape.setBackground(palette.alternateBase())
            cursor.setBlockFormat(shape)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            table = frame.format().toTableFormat()
            table.setBorderBrush(palette.mid())
            table.setTopMargin(TABLE_MARGIN)
            table.setBottomMargin(TABLE_MARGIN)
            frame.setFormat(table)
