"""What the window says about the connection: at its edge, in the banner, in an empty table.

Pure functions of the state and the time, so that every state's sentence can be read in a test.
The state's times and `now` are on the steady clock.
"""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.text import units

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
UNDER_WAY = frozenset({Phase.CONNECTING, Phase.LOGGING_IN, Phase.SYNCING})
"""Phases that should soon lead to another."""
TOLD_SECONDS, SLOW_SECONDS = 3.0, 10.0
"""After so long it is told how long something lasts, and that the person may have it begun anew."""
NAMES_SHOWN = 10
REASON_LINES = 12
"""A plugin may have written pages before it failed."""


class Remedy(Enum):
    """What the one button of a notice or of the banner does.

    RETRY cuts a wait short; START_OVER gives up a try that gets nowhere, for another one.
    """

    NONE = "none"
    RETRY = "retry"
    START_OVER = "start over"
    CANCEL_LOGIN = "cancel login"
    CLEAR_FILTER = "clear filter"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands in the table's place or above it: a headline, a sentence, one way out."""

    headline: str
    sentence: str = ""
    remedy: Remedy = Remedy.NONE


def context_words(context: str) -> str:
    """A context's name as it is shown; words where it is not known."""
    return formatting.line(context) or translate("Connection", "no context")


def phase_words(state: ConnectionState) -> tuple[Severity, str]:
    """The phase in a word or two, and how much it matters."""
    if state.phase is Phase.SYNCING:
        return Severity.GONE, _syncing(state)
    if state.phase is Phase.LIVE and state.poll_seconds is not None:
        words = translate("Connection", "Polling every {n} s")
        return Severity.GONE, words.format(n=f"{state.poll_seconds:g}")
    phases = {
        Phase.CONNECTING: (Severity.GONE, translate("Connection", "Connecting")),
        Phase.LOGGING_IN: (Severity.UNCERTAIN, translate("Connection", "Logging in")),
        Phase.LIVE: (Severity.FINE, translate("Connection", "Live")),
        Phase.RECONNECTING: (Severity.UNCERTAIN, translate("Connection", "Reconnecting")),
        Phase.LOGIN_NEEDED: (Severity.CRITICAL, translate("Connection", "Login needed")),
        Phase.FORBIDDEN: (Severity.CRITICAL, translate("Connection", "Forbidden")),
        Phase.MISCONFIGURED: (Severity.CRITICAL, translate("Connection", "Misconfigured")),
        Phase.STOPPED: (Severity.UNCERTAIN, translate("Connection", "Stopped")),
    }
    return phases[state.phase]


def time_words(state: ConnectionState, age: float | None, now: float) -> str:
    """How old the data on screen is, or how long the phase lasts that should bring some.

    `age` is how many seconds ago the server was last heard of; None for never.
    """
    if state.phase in UNDER_WAY:
        lasted = now - state.since
        return _seconds(lasted) if lasted >= TOLD_SECONDS else ""
    if age is None:
        return ""
    if state.phase is Phase.LIVE:
        return formatting.ago(age)
    return translate("Connection", "data from {ago}").format(ago=formatting.ago(age))


def unreadable_words(state: ConnectionState) -> str:
    """How many nodes are not shown as they are now; empty where there are none."""
    if not state.unreadable:
        return ""
    words = translate("Connection", "{nodes} not understood")
    return formatting.fill(words, nodes=formatting.nodes(len(state.unreadable)))


def state_tip(state: ConnectionState) -> str:
    """What else there is to say of the state, for a tooltip: why, and what was not understood."""
    lines = [formatting.passage(state.reason, REASON_LINES)] if state.reason else []
    if state.unreadable:
        names = ", ".join(map(formatting.shortened, state.unreadable[:NAMES_SHOWN]))
        more = len(state.unreadable) - NAMES_SHOWN
        if more > 0:
            names = translate("Connection", "{names} and {n} more").format(names=names, n=more)
        lines.append(f"{unreadable_words(state)}: {names}")
    if state.skipped:
        words = translate("Connection", "Passed over since the start: {n} nodes and events")
        lines.append(words.format(n=f"{state.skipped:,}"))
    return "\n".join(lines)


def banner(state: ConnectionState, now: float) -> Notice | None:
    """What is said above data that is not current; None where nothing need be.

    That nodes are polled is said too; a person dismisses it once it is read.
    """
    words = phase_words(state)[1]
    if state.phase is Phase.LIVE:
        told = state.poll_seconds is not None and state.reason
        return Notice(words, _reason(state), Remedy.DISMISS) if told else None
    if state.phase in BROKEN:
        parts = (_reason(state), _next_try(state, now))
        return Notice(words, " · ".join(part for part in parts if part), _retry(state, now))
    return _waiting(words, state, now)


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
            formatting.fill(translate("Notice", "No node matches “{words}”"), words=wanted.strip()),
            translate("Notice", "The filter looks at node names, labels and image names."),
            Remedy.CLEAR_FILTER,
        )
    headline = _headline(state.phase, context)
    if state.phase is Phase.LIVE:
        return _no_nodes(headline, state)
    if state.phase not in BROKEN:
        return _waiting(headline, state, now)
    parts = (_reason(state), _next_try(state, now))
    return Notice(headline, "\n".join(part for part in parts if part), _retry(state, now))


def _headline(phase: Phase, context: str) -> str:
    if phase is Phase.MISCONFIGURED and not context:
        return translate("Notice", "No cluster to watch")
    headlines = {
        Phase.LOGGING_IN: translate("Notice", "Logging in to {context}"),
        Phase.SYNCING: translate("Notice", "Waiting for the nodes of {context}"),
        Phase.LIVE: translate("Notice", "No nodes in {context}"),
        Phase.LOGIN_NEEDED: translate("Notice", "{context} asks you to log in"),
        Phase.FORBIDDEN: translate("Notice", "You may not list the nodes of {context}"),
        Phase.MISCONFIGURED: translate("Notice", "{context} cannot be watched like this"),
        Phase.STOPPED: translate("Notice", "{context} is no longer watched"),
    }
    headline = headlines.get(phase) or translate("Notice", "No connection to {context}")
    return formatting.fill(headline, context=context or translate("Notice", "the cluster"))


def _no_nodes(headline: str, state: ConnectionState) -> Notice:
    if state.unreadable:
        return Notice(translate("Notice", "No node can be read"), state_tip(state))
    return Notice(headline, translate("Notice", "They will appear here as soon as they join."))


def _waiting(headline: str, state: ConnectionState, now: float) -> Notice | None:
    """What is said of a phase that should soon be over: nothing, until it lasts."""
    if state.phase is Phase.LOGGING_IN:
        return Notice(headline, _reason(state), Remedy.CANCEL_LOGIN)
    lasted = now - state.since
    if lasted < SLOW_SECONDS:
        return None
    words = translate("Notice", "This takes long: {time} so far.")
    return Notice(headline, words.format(time=_seconds(lasted)), Remedy.START_OVER)


def _syncing(state: ConnectionState) -> str:
    so_far = translate("Connection", "Syncing · {nodes} so far")
    if state.total is None:
        return so_far.format(nodes=formatting.nodes(state.nodes))
    return translate("Connection", "Syncing · {count} of {nodes}").format(
        count=f"{state.nodes:,}", nodes=formatting.nodes(state.total)
    )


def _reason(state: ConnectionState) -> str:
    return formatting.passage(state.reason, REASON_LINES)


def _retry(state: ConnectionState, now: float) -> Remedy:
    waits = state.next_try is None or state.next_try > now
    return Remedy.RETRY if waits else Remedy.START_OVER


def _next_try(state: ConnectionState, now: float) -> str:
    if state.next_try is None:
        if state.phase is Phase.LOGIN_NEEDED:
            return translate("Connection", "Not tried again before you ask for it")
        return ""
    seconds = round(state.next_try - now)
    if seconds > 0:
        return translate("Connection", "Next try in {time}").format(time=_seconds(seconds))
    if -seconds < TOLD_SECONDS:
        return translate("Connection", "Trying now")
    return translate("Connection", "Trying for {time}").format(time=_seconds(-seconds))


def _seconds(count: float) -> str:
    """How long something lasts, in whole units."""
    return units.elapsed(count, tenths=False)
