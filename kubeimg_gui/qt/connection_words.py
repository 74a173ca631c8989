"""What the window says about the connection: at its edge, in the banner, in an empty table.

Pure functions of the state and the time, so that every state's sentence can be read in a test.
"""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.qt import text
from kubeimg_gui.qt.node_words import Severity

translate = QCoreApplication.translate

BROKEN = frozenset(
    {
        Phase.RECONNECTING,
        Phase.LOGIN_NEEDED,
        Phase.FORBIDDEN,
        Phase.MISCONFIGURED,
        Phase.STOPPED,
    }
)
"""Phases in which what is on screen may be out of date."""


class Remedy(Enum):
    """What the one button of a notice does."""

    NONE = "none"
    RETRY = "retry"
    CLEAR_FILTER = "clear filter"


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands in the table's place: a headline, a sentence, one way out."""

    headline: str
    sentence: str = ""
    remedy: Remedy = Remedy.NONE


def phase_words(state: ConnectionState) -> tuple[Severity, str]:
    """The phase in a word or two, and how much it matters."""
    match state.phase:
        case Phase.CONNECTING:
            return Severity.GONE, translate("Connection", "Connecting")
        case Phase.LOGGING_IN:
            return Severity.UNCERTAIN, translate("Connection", "Logging in")
        case Phase.SYNCING:
            return Severity.GONE, _syncing(state)
        case Phase.LIVE:
            return Severity.FINE, translate("Connection", "Live")
        case Phase.RECONNECTING:
            return Severity.UNCERTAIN, translate("Connection", "Reconnecting")
        case Phase.LOGIN_NEEDED:
            return Severity.CRITICAL, translate("Connection", "Login needed")
        case Phase.FORBIDDEN:
            return Severity.CRITICAL, translate("Connection", "Forbidden")
        case Phase.MISCONFIGURED:
            return Severity.CRITICAL, translate("Connection", "Misconfigured")
        case Phase.STOPPED:
            return Severity.UNCERTAIN, translate("Connection", "Stopped")


def data_age(state: ConnectionState, heard: float | None, now: float) -> str:
    """How old the data on screen is; empty while there is none.

    `heard` is when the server was last heard of, seconds since the epoch; None for never.
    """
    if heard is None or state.phase in (Phase.CONNECTING, Phase.SYNCING):
        return ""
    if state.phase is Phase.LIVE:
        return text.ago(now - heard)
    return translate("Connection", "data from {ago}").format(ago=text.ago(now - heard))


def banner(state: ConnectionState, now: float) -> str:
    """The banner's sentence while data on screen is not current; empty where none is needed."""
    if state.phase not in BROKEN:
        return ""
    _severity, phase = phase_words(state)
    return " · ".join(part for part in (phase, state.reason, _next_try(state, now)) if part)


def notice(
    state: ConnectionState, *, known: int, shown: int, wanted: str, context: str, now: float
) -> Notice | None:
    """What to say instead of the table; None where rows or the skeleton stand there.

    `known` nodes are known, `shown` of them match the filter's words `wanted`.
    """
    if shown:
        return None
    if known:
        return Notice(
            text.fill(translate("Notice", "No node matches “{words}”"), words=wanted.strip()),
            translate("Notice", "The filter looks at node names, labels and image names."),
            Remedy.CLEAR_FILTER,
        )
    if state.phase is Phase.LIVE:
        return Notice(
            text.fill(translate("Notice", "No nodes in {context}"), context=context),
            translate("Notice", "They will appear here as soon as they join."),
        )
    if state.phase not in BROKEN:
        return None
    sentence = " ".join(part for part in (state.reason, _next_try(state, now)) if part)
    headline = text.fill(_headline(state.phase), context=context)
    return Notice(headline, sentence, Remedy.RETRY)


def _headline(phase: Phase) -> str:
    match phase:
        case Phase.LOGIN_NEEDED:
            return translate("Notice", "{context} asks you to log in")
        case Phase.FORBIDDEN:
            return translate("Notice", "You may not watch the nodes of {context}")
        case Phase.STOPPED:
            return translate("Notice", "{context} is no longer watched")
        case _:
            return translate("Notice", "No connection to {context}")


def _syncing(state: ConnectionState) -> str:
    so_far = translate("Connection", "Syncing · {nodes} so far")
    if state.total is None:
        return so_far.format(nodes=text.nodes(state.nodes))
    return translate("Connection", "Syncing · {count} of {nodes}").format(
        count=f"{state.nodes:,}", nodes=text.nodes(state.total)
    )


def _next_try(state: ConnectionState, now: float) -> str:
    if state.next_try is None:
        return ""
    seconds = max(0, round(state.next_try - now))
    if not seconds:
        return translate("Connection", "Trying now")
    return translate("Connection", "Next try in {n} s").format(n=seconds)
