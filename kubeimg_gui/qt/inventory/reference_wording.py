"""Words for who uses an image: states, reasons, phases of pods, and what is missing to know it.

"Not referenced" is never called unused or safe to delete.
"""

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.pod import ImageUse, PodImage, PodRecord
from kubeimg_gui.domain.references import Coverage, Reference, ReferenceState, UnknownReason
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.tone import Tone
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.pods import wording

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
    """Returns a state without its reason: `2 pods`, `1 pod, 1 finished pod`, `unknown`."""
    if reference.state is ReferenceState.UNKNOWN:
        return wording.unknown_text(None)
    text = wording.reference_text(reference)
    if not (reference.running and reference.finished):
        return text
    finished = References.tr("%Ln finished pod(s)", "", reference.finished)
    return f"{text}, {finished}"


def reason(reference: Reference) -> str:
    """Returns why a state is unknown; may be empty."""
    return "" if reference.reason is None else wording.reason_text(reference.reason)


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
                "Who uses the image is unknown: pods are not watched. Switch on Pods"
                " above the view.",
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
    if pod.finished:
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


def owner(pod: PodRecord) -> str:
    """Returns the owner of a pod, or that it has none."""
    if not pod.owner:
        return translate("References", "no owner")
    return wording.owner_text(pod.namespace, pod.owner)


def use(used: PodImage) -> str:
    """Returns what of a pod uses an image: `container main`, `image volume models`."""
    match used.kind:
        case ImageUse.CONTAINER:
            text = translate("References", "container {name}")
        case ImageUse.INIT:
            text = translate("References", "init container {name}")
        case ImageUse.EPHEMERAL:
            text = translate("References", "ephemeral container {name}")
        case ImageUse.VOLUME:
            text = translate("References", "image volume {name}")
    return formatting.fill(text, name=used.container)
