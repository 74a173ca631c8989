"""Words for who uses an image: states, reasons, phases of pods, and what is missing to know it.

"Not referenced" is never called unused: see `NOT_SAFE`.
"""

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.pod import PodRecord
from kubeimg_gui.domain.references import Coverage, Reference, ReferenceState, UnknownReason
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.inventory.lines import Tone

translate = QCoreApplication.translate
References = TranslationContext("References")


def tone(reference: Reference) -> Tone:
    """Returns the tone of a state."""
    return {
        ReferenceState.REFERENCED: Tone.REFERENCED,
        ReferenceState.NOT_REFERENCED: Tone.NOT_REFERENCED,
        ReferenceState.UNKNOWN: Tone.UNKNOWN,
    }[reference.state]


def state(reference: Reference) -> str:
    """Returns a state: `2 pods`, `1 pod, 1 finished`, `not referenced`, `unknown`."""
    if reference.state is ReferenceState.NOT_REFERENCED:
        return translate("References", "not referenced")
    if reference.state is ReferenceState.UNKNOWN:
        return translate("References", "unknown")
    finished = References.tr("%Ln finished pod(s)", "", reference.finished)
    if not reference.running:
        return finished
    if not reference.finished:
        return pods(reference.running)
    return f"{pods(reference.running)}, {finished}"


def pods(count: int) -> str:
    """Returns a number of pods: `1 pod`, `1,200 pods`."""
    return References.tr("%Ln pod(s)", "", count)


def reason(reference: Reference) -> str:
    """Returns why a state is unknown, or that finished pods hold the image; may be empty."""
    if reference.reason is not None:
        return _reason(reference.reason)
    if reference.finished and not reference.running:
        return translate("References", "held until the pods are removed")
    return ""


def _reason(why: UnknownReason) -> str:
    match why:
        case UnknownReason.NOT_READ:
            return translate("References", "pods not read")
        case UnknownReason.READING:
            return translate("References", "reading pods")
        case UnknownReason.FORBIDDEN:
            return translate("References", "pods may not be listed")
        case UnknownReason.PODS_STALE:
            return translate("References", "newer than the list of pods")
        case UnknownReason.SANDBOX:
            return translate("References", "used by the runtime itself")
        case UnknownReason.NO_NAME:
            return translate("References", "no name to compare")
        case UnknownReason.NAMES_DIFFER:
            return translate("References", "names differ (mirror)")


def missing(coverage: Coverage, now: float) -> str:
    """Returns a sentence about what is not known of pods and what to do; empty for nothing."""
    match coverage.reason:
        case UnknownReason.FORBIDDEN:
            return translate(
                "References",
                "Who uses the image is unknown: you may not list pods. Ask for the permission"
                " to list and watch pods in all namespaces (verbs list, watch on pods).",
            )
        case UnknownReason.READING:
            return translate("References", "Pods are being read.")
        case None if coverage.known_at is None:
            return translate("References", "Pods are being read.")
        case None:
            return _outdated(coverage, now)
        case _:
            return translate(
                "References",
                "Who uses the image is unknown: pods are not watched. Switch Pods on above"
                " the images.",
            )


def _outdated(coverage: Coverage, now: float) -> str:
    if coverage.nodes is not None:
        return References.tr("Pods are known on %Ln node(s) only.", "", len(coverage.nodes))
    if coverage.known_at is not None and coverage.known_at < now:
        text = translate("References", "Pods as of {time}: they are not up to date.")
        return text.format(time=formatting.time_of_day(coverage.known_at, now))
    return ""


def phase(pod: PodRecord) -> str:
    """Returns whether a pod runs; a finished one says that it holds its images."""
    if pod.phase in ("Succeeded", "Failed"):
        return translate("References", "finished, holds it")
    if pod.terminating:
        return translate("References", "terminating")
    match pod.phase:
        case "Running":
            return translate("References", "running")
        case "Pending":
            return translate("References", "pending")
        case _:
            return translate("References", "unknown")


def owner(text: str) -> str:
    """Returns the owner of a pod, `ReplicaSet web-5d9c7`; says so where there is none."""
    return formatting.line(text.replace("/", " ", 1)) or translate("References", "no owner")
