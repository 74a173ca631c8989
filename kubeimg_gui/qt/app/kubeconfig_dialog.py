"""The dialog that chooses a kubeconfig."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDir, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

translate = QCoreApplication.translate


def kubeconfig_dialog(parent: QWidget) -> QFileDialog:
    """Returns a dialog that opens with `open` and deletes itself; kubeimg only reads the file.

    It begins in the folder of the default kubeconfig, if there is one, and shows hidden files.
    """
    title = translate("KubeconfigDialog", "Open a kubeconfig")
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setFilter(QDir.Filter.AllEntries | QDir.Filter.NoDotAndDotDot | QDir.Filter.Hidden)
    if QGuiApplication.platformName() == "offscreen":
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    folder = Path("~/.kube").expanduser()
    if folder.is_dir():
        dialog.setDirectory(str(folder))
    return dialog
