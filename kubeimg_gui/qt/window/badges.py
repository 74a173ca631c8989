"""What a person should see at a glance of the way to a cluster: not verified, as whom, over what.

The words say it and the colour repeats it; red is what lets a stranger pose as the cluster.
"""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from kubeimg_gui.cluster.target import Badge, BadgeKind
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import plain_label

translate = QCoreApplication.translate

LONGEST = 18
"""Characters of a user or a proxy beside the context; the tooltip has all of them."""


def badge_words(badge: Badge) -> tuple[str, str]:
    """A badge in a word or two, and what it means in a sentence."""
    words: Mapping[BadgeKind, tuple[str, str]] = {
        BadgeKind.INSECURE: (
            translate("Badge", "insecure"),
            translate(
                "Badge",
                "The server's certificate is not verified, as the kubeconfig says: whoever answers"
                " is taken for the cluster.",
            ),
        ),
        BadgeKind.ACTING_AS: (
            translate("Badge", "as {detail}"),
            translate("Badge", "All requests are made as {detail}, as the kubeconfig says."),
        ),
        BadgeKind.PROXY: (
            translate("Badge", "by proxy"),
            translate("Badge", "All requests go through the proxy {detail}."),
        ),
    }
    short, sentence = words[badge.kind]
    return (
        formatting.fill(short, detail=formatting.shortened(badge.detail, LONGEST)),
        formatting.fill(sentence, detail=badge.detail),
    )


class Badges(QWidget):
    """Badges side by side; hidden where there are none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._labels: list[QLabel] = []
        self.hide()

    @property
    def words(self) -> tuple[str, ...]:
        """The badges as shown."""
        return tuple(label.text() for label in self._labels)

    def show_badges(self, badges: Sequence[Badge]) -> None:
        """Show these in place of those shown before."""
        for label in self._labels:
            self._row.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._labels = [self._make(badge) for badge in badges]
        self.setAccessibleDescription("\n".join(badge_words(badge)[1] for badge in badges))
        self.setVisible(bool(badges))

    def _make(self, badge: Badge) -> QLabel:
        words, sentence = badge_words(badge)
        # The style sheet knows it by its kind.
        label = plain_label(self, f"badge-{badge.kind.value.replace(' ', '-')}")
        label.setText(words)
        label.setToolTip(formatting.tooltip(sentence))
        label.setAccessibleDescription(sentence)
        self._row.addWidget(label)
        return label
