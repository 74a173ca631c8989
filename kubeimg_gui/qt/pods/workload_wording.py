"""Text for workloads that are scaled to 0 and use an image."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.workload import WorkloadRecord
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext

translate = QCoreApplication.translate
Workloads = TranslationContext("Workloads")


def title(workload: WorkloadRecord) -> str:
    """Returns kind, namespace and name: `Deployment shop/cart`."""
    return formatting.line(f"{workload.kind} {workload.key}")


def scaled_to_zero(workloads: Sequence[WorkloadRecord]) -> str:
    """Returns that workloads scaled to 0 use an image, as a sentence; empty for none."""
    if not workloads:
        return ""
    if len(workloads) > 1:
        return Workloads.tr("%Ln workload(s) scaled to 0 use(s) it.", "", len(workloads))
    text = translate("Workloads", "{workload} is scaled to 0 and uses it.")
    return formatting.fill(text, workload=title(workloads[0]))


def missing(forbidden: Sequence[str]) -> str:
    """Returns that some kinds of workloads may not be listed, and what to ask for; may be empty."""
    if not forbidden:
        return ""
    text = translate(
        "Workloads",
        "Whether workloads scaled to 0 use it is unknown: you may not list {resources}. Ask for the"
        " permissions list and watch on them (API group apps).",
    )
    return text.format(resources=", ".join(f"{kind.lower()}s" for kind in forbidden))
