"""Copy name: puts the names of nodes on the clipboard, one per line."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from kubeimg_gui.qt.verbs.job import NodeRef
from kubeimg_gui.qt.verbs.verb import Verb
from kubeimg_gui.qt.verbs.verb_context import VerbContext
from kubeimg_gui.text.sanitize import plain

translate = QCoreApplication.translate


async def copy_name(_context: VerbContext, nodes: Sequence[NodeRef]) -> None:
    """Copies the names as they are shown."""
    QGuiApplication.clipboard().setText("\n".join(plain(node.name) for node in nodes))


COPY_NAME = Verb(
    name="copy-name",
    label=lambda: translate("CopyName", "Copy name"),
    run=copy_name,
    shortcut="Ctrl+C",
)
