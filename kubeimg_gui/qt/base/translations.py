"""Translation of texts with counts: English plural forms, and `tr()` outside of widgets.

The forms are in `resources/translations/kubeimg_en.ts`; `make translations` updates that file from
the sources and compiles it into the `.qm` file that the application loads.
"""

import logging
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTranslator

_log = logging.getLogger(__name__)

MAX_COUNT = 2**31 - 1
"""Largest count that Qt takes."""


class TranslationContext:
    """A translation context for functions, which have no `self.tr()`.

    lupdate recognises counts only in calls of a method named `tr`, and takes the name of the
    variable for the context: `Counts = TranslationContext("Counts")`.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def tr(self, text: str, comment: str = "", count: int = -1) -> str:
        """Returns the translation of `text`, in the plural form for `count` if there is one."""
        return QCoreApplication.translate(self._name, text, comment, count)


def plural_count(count: int) -> int:
    """Returns a number that Qt takes and that has the same plural form as a count of any size.

    Plural rules look at the last digits only.
    """
    return count if count <= MAX_COUNT else 1_000_000 + count % 1_000_000


def install_translations(application: QCoreApplication, folder: Path) -> None:
    """Loads the English plural forms from `folder` and installs them; call once."""
    translator = QTranslator(application)
    if translator.load("kubeimg_en.qm", str(folder)):
        application.installTranslator(translator)
    else:
        _log.info("no English plural forms in %s", folder)
