"""Texts about the connection: toolbar, status bar, banner, notices in place of the table.

Pure functions of the connection state and the time. All times are on the steady clock.
"""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.cluster.resources import EVERYTHING, Selector
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.text import units

translate = QCoreApplication.translate
Connection = TranslationContext("Connection")

BROKEN = frozenset(
    {
        Phase.RECONNECTING,
        Phase.LOGIN_NEEDED,
        Phase.FORBIDDEN,
        Phase.MISCONFIGURED,
        Phase.STOPPED,
    }
)
"""Phases in which the data on screen may be out of date."""
IN_PROGRESS = frozenset({Phase.CONNECTING, Phase.LOGGING_IN, Phase.SYNCING})
"""Phases that normally end soon."""
SHOW_DURATION_SECONDS, SLOW_SECONDS = 3.0, 10.0
"""After these times the duration is shown, and a retry is offered."""
MAX_NAMES = 10
MAX_REASON_LINES = 12
"""Credential plugins may write pages before they fail."""


class NoticeAction(Enum):
    """Action of the button of a notice.

    RETRY ends a back-off early; RECONNECT aborts an attempt in progress and starts another.
    """

    NONE = "none"
    RETRY = "retry"
    RECONNECT = "reconnect"
    CANCEL_LOGIN = "cancel login"
    CLEAR_FILTER = "clear filter"
    RESTORE_FILTER = "restore filter"
    RESTORE_VIEW = "restore view"
    DISMISS = "dismiss"
    OPEN_KUBECONFIG = "open kubeconfig"
    START_DEMO = "start demo"


OTHER_CLUSTERS = (NoticeAction.OPEN_KUBECONFIG, NoticeAction.START_DEMO)
"""Where an empty window can go on."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice above the table or in its place: headline, sentence, action, further actions."""

    headline: str
    sentence: str = ""
    action: NoticeAction = NoticeAction.NONE
    others: tuple[NoticeAction, ...] = ()


def context_text(context: str) -> str:
    """The name of a context as shown; "no context" while it is unknown."""
    return formatting.line(context) or translate("Connection", "no context")


def phase_text(state: ConnectionState) -> tuple[Severity, str]:
    """Severity and short text of the phase."""
    if state.phase is Phase.SYNCING:
        return Severity.GONE, _syncing(state)
    if state.phase is Phase.LIVE and state.poll_seconds is not None:
        text = translate("Connection", "Polling every {n} s")
        return Severity.GONE, text.format(n=f"{state.poll_seconds:g}")
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


def time_text(state: ConnectionState, age: float | None, now: float) -> str:
    """Age of the data on screen, or duration of a phase that is in progress.

    `age` is the number of seconds since the server last answered; None for never.
    """
    if state.phase in IN_PROGRESS:
        lasted = now - state.since
        return _seconds(lasted) if lasted >= SHOW_DURATION_SECONDS else ""
    if age is None:
        return ""
    if state.phase is Phase.LIVE:
        return formatting.ago(age)
    return translate("Connection", "data from {ago}").format(ago=formatting.ago(age))


def unreadable_text(state: ConnectionState) -> str:
    """Number of nodes that could not be decoded; empty for none."""
    if not state.unreadable:
        return ""
    text = translate("Connection", "{nodes} unreadable")
    return formatting.fill(text, nodes=formatting.nodes(len(state.unreadable)))


def state_tip(state: ConnectionState) -> str:
    """Tooltip of the state: reason, unreadable nodes, skipped nodes and events."""
    lines = [formatting.passage(state.reason, MAX_REASON_LINES)] if state.reason else []
    if state.unreadable:
        names = ", ".join(map(formatting.shortened, state.unreadable[:MAX_NAMES]))
        more = len(state.unreadable) - MAX_NAMES
        if more > 0:
            names = translate("Connection", "{names} and {n} more").format(names=names, n=more)
        lines.append(f"{unreadable_text(state)}: {names}")
    if state.skipped:
        lines.append(
            Connection.tr("Skipped since the start: %Ln node(s) or event(s)", "", state.skipped)
        )
    return "\n".join(lines)


def banner(state: ConnectionState, now: float) -> Notice | None:
    """The notice above data that may be out of date; None for none.

    A notice that nodes are polled can be dismissed.
    """
    text = phase_text(state)[1]
    if state.phase is Phase.LIVE:
        polling = state.poll_seconds is not None and state.reason
        return Notice(text, _reason(state), NoticeAction.DISMISS) if polling else None
    if state.phase in BROKEN:
        parts = (_reason(state), _next_try(state, now))
        return Notice(text, " · ".join(part for part in parts if part), _retry(state, now))
    return _waiting(text, state, now)


def condition(severity: Severity, phase: str, under_pressure: int) -> tuple[Severity, str]:
    """The worst severity of the connection and of the nodes, and its text.

    `phase` is the text about the connection, `under_pressure` the number of such nodes.
    """
    if not under_pressure:
        return severity, phase
    text = translate("Connection", "{nodes} under pressure")
    pressure = formatting.fill(text, nodes=formatting.nodes(under_pressure))
    return max(severity, Severity.CRITICAL), f"{phase} · {pressure}"


def notice(
    state: ConnectionState,
    *,
    known: int,
    shown: int,
    wanted: str,
    context: str,
    now: float,
    selector: Selector = EVERYTHING,
) -> Notice | None:
    """The notice in place of the table; None if rows or the skeleton are shown.

    `known` is the number of nodes that `selector` selects, `shown` the number of those that match
    the filter `wanted`.
    """
    if shown:
        return None
    if known:
        return Notice(
            formatting.fill(
                translate("Notice", "No node matches “{filter}”"), filter=wanted.strip()
            ),
            translate("Notice", "The filter searches node names, labels and image names."),
            NoticeAction.CLEAR_FILTER,
        )
    headline = _headline(state.phase, context)
    if state.phase is Phase.LIVE:
        return _no_nodes(headline, state, selector, context)
    if state.phase not in BROKEN:
        return _waiting(headline, state, now)
    parts = (_reason(state), _next_try(state, now))
    others = OTHER_CLUSTERS if state.phase is Phase.MISCONFIGURED else ()
    return Notice(headline, "\n".join(part for part in parts if part), _retry(state, now), others)


def _headline(phase: Phase, context: str) -> str:
    if phase is Phase.MISCONFIGURED and not context:
        return translate("Notice", "No cluster to watch")
    headlines = {
        Phase.LOGGING_IN: translate("Notice", "Logging in to {context}"),
        Phase.SYNCING: translate("Notice", "Waiting for the nodes of {context}"),
        Phase.LIVE: translate("Notice", "No nodes in {context}"),
        Phase.LOGIN_NEEDED: translate("Notice", "{context}: login required"),
        Phase.FORBIDDEN: translate("Notice", "No permission to list the nodes of {context}"),
        Phase.MISCONFIGURED: translate("Notice", "{context} is misconfigured"),
        Phase.STOPPED: translate("Notice", "Stopped watching {context}"),
    }
    headline = headlines.get(phase) or translate("Notice", "No connection to {context}")
    return formatting.fill(headline, context=context or translate("Notice", "the cluster"))


def _no_nodes(headline: str, state: ConnectionState, selector: Selector, context: str) -> Notice:
    if state.unreadable:
        return Notice(translate("Notice", "All nodes are unreadable"), state_tip(state))
    if selector.query():
        sentence = translate("Notice", "Nodes appear here when they match.")
        return Notice(_no_selected_node(selector, context), sentence)
    return Notice(headline, translate("Notice", "Nodes appear here when they join the cluster."))


def _no_selected_node(selector: Selector, context: str) -> str:
    if not selector.fields:
        text = translate("Notice", "No node in {context} matches the label selector “{labels}”")
    elif not selector.labels:
        text = translate("Notice", "No node in {context} matches the field selector “{fields}”")
    else:
        text = translate(
            "Notice",
            "No node in {context} matches both the label selector “{labels}” and the field selector"
            " “{fields}”",
        )
    context = context or translate("Notice", "the cluster")
    return formatting.fill(text, context=context, labels=selector.labels, fields=selector.fields)


def _waiting(headline: str, state: ConnectionState, now: float) -> Notice | None:
    """The notice about a phase in progress; None until it takes long."""
    if state.phase is Phase.LOGGING_IN:
        return Notice(headline, _reason(state), NoticeAction.CANCEL_LOGIN)
    lasted = now - state.since
    if lasted < SLOW_SECONDS:
        return None
    text = translate("Notice", "Taking longer than usual: {time} so far.")
    return Notice(headline, text.format(time=_seconds(lasted)), NoticeAction.RECONNECT)


def _syncing(state: ConnectionState) -> str:
    so_far = translate("Connection", "Syncing · {nodes} so far")
    if state.total is None:
        return so_far.format(nodes=formatting.nodes(state.known))
    return translate("Connection", "Syncing · {count} of {nodes}").format(
        count=f"{state.known:,}", nodes=formatting.nodes(state.total)
    )


def _reason(state: ConnectionState) -> str:
    return formatting.passage(state.reason, MAX_REASON_LINES)


def _retry(state: ConnectionState, now: float) -> NoticeAction:
    waits = state.next_try is None or state.next_try > now
    return NoticeAction.RETRY if waits else NoticeAction.RECONNECT


def _next_try(state: ConnectionState, now: float) -> str:
    if state.next_try is None:
        if state.phase is Phase.LOGIN_NEEDED:
            return translate("Connection", "Not retried automatically")
        return ""
    seconds = round(state.next_try - now)
    if seconds > 0:
        return translate("Connection", "Next retry in {time}").format(time=_seconds(seconds))
    if -seconds < SHOW_DURATION_SECONDS:
        return translate("Connection", "Retrying now")
    return translate("Connection", "Retrying for {time}").format(time=_seconds(-seconds))


def _seconds(count: float) -> str:
    """Returns a duration in whole units."""
    return units.elapsed(count, tenths=False)
