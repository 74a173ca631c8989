"""A window that shows the installed documents."""

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
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
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import plain_label

translate = QCoreApplication.translate

INDEX = "index.md"
MARKDOWN = QTextDocument.ResourceType.MarkdownResource
USUAL_SIZE = QSize(920, 720)
PAGE_MARGIN, HEADING_MARGIN, TABLE_MARGIN = 18, 16, 6
"""In pixels."""


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
            # Without a selection, which includes the end of the block before: a list would end.
            QTextCursor(block).setBlockFormat(shape)
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
