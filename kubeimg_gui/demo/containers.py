"""Containers of pods: how a pod asks for an image, and how the kubelet reports it.

The forms are those of a real kubelet with containerd, CRI-O and cri-dockerd.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, cast

from kubeimg_gui.demo.catalog import make_digest, qualified
from kubeimg_gui.demo.kinds import JsonObject, field_at

INIT, MAIN, EPHEMERAL = "initContainers", "containers", "ephemeralContainers"
_STATUSES = {
    INIT: "initContainerStatuses",
    MAIN: "containerStatuses",
    EPHEMERAL: "ephemeralContainerStatuses",
}
_PULLABLE = "docker-pullable://"
_REQUESTS: JsonObject = {"requests": {"cpu": "100m", "memory": "256Mi"}}


class ImageUse(NamedTuple):
    """An image as a pod asks for it, and `image` and `imageID` of the container's status."""

    asked: str
    image: str = ""
    image_id: str = ""

    @classmethod
    def of(cls, entry: JsonObject, runtime: str, form: str = "tag") -> "ImageUse":
        """Returns the use of an image that a node lists; the entry must have a name.

        `form` is how the pod asks, where the image has such names: `tag`, `digest` or `both`.
        """
        names: list[str] = entry["names"]
        pinned = [name for name in names if "@" in name]
        tagged = [name for name in names if "@" not in name]
        config = make_digest(f"config of {names[0]}")
        image_id = pinned[0] if pinned else config
        if runtime.startswith("docker") and pinned:
            image_id = f"{_PULLABLE}{image_id}"
        return cls(_asked(pinned, tagged, form), tagged[0] if tagged else config, image_id)


class Part(NamedTuple):
    """One container of a pod.

    `kind` is INIT, MAIN or EPHEMERAL, `state` the state in its status; `volume` names an image
    volume that it mounts, whose image the runtime reports as `volume_image`.
    """

    name: str
    use: ImageUse
    state: JsonObject
    kind: str = MAIN
    sidecar: bool = False
    volume: str = ""
    volume_image: str = ""

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return "running" in self.state


def running(since: str) -> JsonObject:
    """Returns the state of a container that runs."""
    return {"running": {"startedAt": since}}


def exited(code: int, since: str) -> JsonObject:
    """Returns the state of a container that has ended."""
    reason = "Error" if code else "Completed"
    return {
        "terminated": {
            "exitCode": code,
            "reason": reason,
            "startedAt": since,
            "finishedAt": since,
        }
    }


def waiting(reason: str, message: str = "") -> JsonObject:
    """Returns the state of a container that waits."""
    return {"waiting": {"reason": reason, **({"message": message} if message else {})}}


def containers_of(parts: Sequence[Part]) -> JsonObject:
    """Returns the lists of containers of a pod's spec."""
    lists: JsonObject = {}
    for part in parts:
        lists.setdefault(part.kind, []).append(_container(part))
    return lists


def statuses_of(parts: Sequence[Part]) -> JsonObject:
    """Returns the lists of container statuses of a pod's status."""
    lists: JsonObject = {}
    for part in parts:
        lists.setdefault(_STATUSES[part.kind], []).append(_status(part))
    return lists


def images_used(pod: JsonObject) -> Iterator[str]:
    """Yields every name under which a pod uses an image; accepts any object.

    Requested names are in their full form too.
    """
    for kind, statuses in _STATUSES.items():
        for container in _objects(pod, f"spec.{kind}"):
            yield qualified(field_at(container, "image", ""))
        for status in _objects(pod, f"status.{statuses}"):
            yield field_at(status, "image", "")
            yield field_at(status, "imageID", "").removeprefix(_PULLABLE)
            for mount in _objects(status, "volumeMounts"):
                yield field_at(mount, "volumeStatus.image.imageRef", "")
    for volume in _objects(pod, "spec.volumes"):
        yield qualified(field_at(volume, "image.reference", ""))


def _objects(item: object, path: str) -> list[Any]:
    return field_at(item, path, cast("list[Any]", []))


def _asked(pinned: list[str], tagged: list[str], form: str) -> str:
    if form == "digest" and pinned:
        return pinned[0]
    if form == "both" and pinned and tagged:
        return f"{tagged[0]}@{pinned[0].partition('@')[2]}"
    return (tagged or pinned)[0].removeprefix("docker.io/library/").removeprefix("docker.io/")


def _container(part: Part) -> JsonObject:
    container: JsonObject = {"name": part.name, "image": part.use.asked}
    if part.kind == MAIN:
        container["resources"] = _REQUESTS
    if part.sidecar:
        container["restartPolicy"] = "Always"
    if part.volume:
        container["volumeMounts"] = [{"name": part.volume, "mountPath": f"/{part.volume}"}]
    return container


def _status(part: Part) -> JsonObject:
    status: JsonObject = {
        "name": part.name,
        "image": part.use.image or part.use.asked,
        "imageID": part.use.image_id,
        "ready": part.running or (part.kind == INIT and "terminated" in part.state),
        "started": part.running,
        "restartCount": 0,
        "state": part.state,
    }
    if part.volume and part.running:
        mount: JsonObject = {"name": part.volume, "mountPath": f"/{part.volume}", "readOnly": True}
        if part.volume_image:
            mount["volumeStatus"] = {"image": {"imageRef": part.volume_image}}
        status["volumeMounts"] = [mount]
    return status
