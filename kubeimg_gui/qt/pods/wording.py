"""Text for what pods refer to, wherever images are listed.

"Not referenced" is never called unused or safe to delete.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.references import Reference, ReferenceState, UnknownReason
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.tone import Tone
from kubeimg_gui.qt.base.translations import TranslationContext

translate = QCoreApplication.translate
Inventory = TranslationContext("Inventory")

SHAPES: Mapping[ReferenceState, str] = MappingProxyType(
    {
        ReferenceState.REFERENCED: Tone.REFERENCED.shape,
        ReferenceState.NOT_REFERENCED: Tone.NOT_REFERENCED.shape,
        ReferenceState.UNKNOWN: Tone.UNKNOWN.shape,
    }
)
"""The shape of each state, which repeats its colour."""

_OF_DEPLOYMENT = re.compile(r"(.+)-[bcdfghjklmnpqrstvwxz2456789]{5,10}")
"""The name of a ReplicaSet that a Deployment has made: its own name and a hash."""


def pods(count: int) -> str:
    """Returns a number of pods: `14 pods`."""
    return Inventory.tr("%Ln pod(s)", "", count)


def owner_text(namespace: str, owner: str) -> str:
    """Returns the owner of a pod with its namespace: `Deployment llm/chat`."""
    kind, _, name = owner.partition("/")
    made = _OF_DEPLOYMENT.fullmatch(name) if kind == "ReplicaSet" else None
    if made is not None:
        kind, name = "Deployment", made[1]
    return formatting.line(f"{kind} {namespace}/{name}")


def reference_text(reference: Reference, owner: str = "") -> str:
    """Returns whether pods refer to an image; `owner` is that of all of these pods, or empty."""
    if reference.state is ReferenceState.NOT_REFERENCED:
        return translate("Inventory", "not referenced")
    if reference.state is ReferenceState.UNKNOWN:
        return unknown_text(reference.reason)
    if not reference.running:
        return Inventory.tr("held by %Ln finished pod(s)", "", reference.finished)
    text = pods(reference.running)
    return f"{text} · {owner}" if owner else text


def unknown_text(reason: UnknownReason | None) -> str:
    """Returns that the references are unknown, and why."""
    if reason is None:
        return translate("Inventory", "unknown")
    text = translate("Inventory", "unknown: {reason}")
    return text.format(reason=reason_text(reason))


def reason_text(reason: UnknownReason) -> str:
    """Returns why references are unknown, as part of a sentence."""
    texts = {
        UnknownReason.NOT_READ: translate("Inventory", "pods not read"),
        UnknownReason.READING: translate("Inventory", "reading pods"),
        UnknownReason.FORBIDDEN: translate("Inventory", "pods may not be listed"),
        UnknownReason.PODS_STALE: translate("Inventory", "newer than the list of pods"),
        UnknownReason.SANDBOX: translate("Inventory", "used by the runtime itself"),
        UnknownReason.NO_NAME: translate("Inventory", "no name to compare"),
        UnknownReason.NAMES_DIFFER: translate("Inventory", "names differ (mirror)"),
    }
    return texts.get(reason, formatting.line(reason.value))
