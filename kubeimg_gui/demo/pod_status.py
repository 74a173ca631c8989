"""The cells that `kubectl get pods` shows of a pod's containers; accepts any object.

From `printPod` in `pkg/printers/internalversion/printers.go`.
"""

from typing import Any, NamedTuple, cast

from kubeimg_gui.demo.kinds import JsonObject, field_at

_TERMINAL = ("Succeeded", "Failed")


class PodSummary(NamedTuple):
    """What kubectl shows: `ready` of `total` containers, the status, and all restarts."""

    ready: int
    total: int
    status: str
    restarts: int


def summarize(pod: JsonObject) -> PodSummary:
    """Returns the summary of a pod."""
    sidecars = {
        field_at(container, "name", "")
        for container in _list(pod, "spec.initContainers")
        if field_at(container, "restartPolicy", "") == "Always"
    }
    init = _list(pod, "status.initContainerStatuses")
    main = _list(pod, "status.containerStatuses")
    phase = field_at(pod, "status.phase", "") or "Unknown"
    status = field_at(pod, "status.reason", "") or phase
    initializing = _initializing(init, sidecars)
    if initializing:
        status = initializing
    if not initializing or _has_condition(pod, "Initialized"):
        status = _main_status(pod, main, status)
    if field_at(pod, "metadata.deletionTimestamp", "") and phase not in _TERMINAL:
        status = "Terminating"
    counted = [*main, *(state for state in init if field_at(state, "name", "") in sidecars)]
    return PodSummary(
        sum(field_at(state, "ready", False) for state in counted),
        len(_list(pod, "spec.containers")) + len(sidecars),
        status,
        sum(field_at(state, "restartCount", 0) for state in counted),
    )


def _initializing(states: list[Any], sidecars: set[str]) -> str:
    """Returns the status of a pod that is still initializing, else ""."""
    for number, state in enumerate(states):
        terminated = field_at(state, "state.terminated", cast("JsonObject", {}))
        waiting = field_at(state, "state.waiting.reason", "")
        is_sidecar = field_at(state, "name", "") in sidecars
        if terminated and not terminated.get("exitCode"):
            continue
        if is_sidecar and field_at(state, "started", False):
            continue
        if terminated:
            return f"Init:{terminated.get('reason', 'Error')}"
        if waiting and waiting != "PodInitializing":
            return f"Init:{waiting}"
        return f"Init:{number}/{len(states)}"
    return ""


def _main_status(pod: JsonObject, states: list[Any], status: str) -> str:
    running = False
    for state in reversed(states):
        waiting = field_at(state, "state.waiting.reason", "")
        ended = field_at(state, "state.terminated.reason", "")
        if waiting or ended:
            status = waiting or ended
        elif field_at(state, "ready", False):
            running = True
    if status == "Completed" and running:
        return "Running" if _has_condition(pod, "Ready") else "NotReady"
    return status


def _has_condition(pod: JsonObject, kind: str) -> bool:
    return any(
        field_at(condition, "type", "") == kind and field_at(condition, "status", "") == "True"
        for condition in _list(pod, "status.conditions")
    )


def _list(item: object, path: str) -> list[Any]:
    return field_at(item, path, cast("list[Any]", []))
