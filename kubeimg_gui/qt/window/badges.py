"""Badges about the connection: certificate not verified, impersonation, proxy.

The text carries the meaning and the colour repeats it; red means that the server is not verified.
"""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from kubeimg_gui.cluster.target import Badge, BadgeKind
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.labels import plain_label

translate = QCoreApplication.translate

MAX_DETAIL = 18
"""Maximum length of a user or proxy in a badge; the tooltip shows it in full."""


def badge_text(badge: Badge) -> tuple[str, str]:
    """The short text of a badge and the sentence for its tooltip."""
    texts: Mapping[BadgeKind, tuple[str, str]] = {
        BadgeKind.INSECURE: (
            translate("Badge", "insecure"),
            translate(
                "Badge",
                "The server's certificate is not verified, as set in the kubeconfig. Any server can"
                " pose as the cluster.",
            ),
        ),
        BadgeKind.ACTING_AS: (
            translate("Badge", "as {detail}"),
            translate("Badge", "All requests impersonate {detail}, as set in the kubeconfig."),
        ),
        BadgeKind.PROXY: (
            translate("Badge", "via proxy"),
            translate("Badge", "All requests go through the proxy {detail}."),
        ),
    }
    short, sentence = texts[badge.kind]
    return (
        formatting.fill(short, detail=formatting.shortened(badge.detail, MAX_DETAIL)),
        formatting.fill(sentence, detail=badge.detail),
    )


class Badges(QWidget):
    """Badges side by side; hidden while there are none.

    In a narrow window only the first one is shown, and the number of the others.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._labels: list[QLabel] = []
        self._short = False
        self._more = plain_label(self, "badge-proxy")
        self._row.addWidget(self._more)
        self.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        """The badges as shown."""
        return tuple(label.text() for label in self._labels)

    def show_badges(self, badges: Sequence[Badge]) -> None:
        """Replaces the badges shown."""
        for label in self._labels:
            self._row.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._labels = [self._label(badge) for badge in badges]
        self.setAccessibleDescription("\n".join(badge_text(badge)[1] for badge in badges))
        self.setVisible(bool(badges))
        self._show_some()

    def set_short(self, short: bool) -> None:
        """Shows one badge or all of them."""
        if short is not self._short:
            self._short = short
            self._show_some()

    def _show_some(self) -> None:
        for label in self._labels[1:]:
            label.setVisible(not self._short)
        others = len(self._labels) - 1
        self._more.setText(f"+{others}")
        set_tip(self._more, self.accessibleDescription())
        self._more.setVisible(self._short and others > 0)

    def _label(self, badge: Badge) -> QLabel:
        text, sentence = badge_text(badge)
        label = plain_label(self, f"badge-{badge.kind.value.replace(' ', '-')}")
        label.setText(text)
        set_tip(label, sentence)
        self._row.insertWidget(self._row.count() - 1, label)
        return label
