"""References of pods to images: as JSON for scripts and as text for tables."""

from collections.abc import Iterable, Sequence

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.reference_totals import ReferenceTotals
from kubeimg_gui.domain.references import PodUse, Reference, References, ReferenceState
from kubeimg_gui.domain.scaled_to_zero import ScaledToZero
from kubeimg_gui.headless.json_schema import JsonObject
from kubeimg_gui.text import units

SIZES = ("referenced_bytes", "at_most_not_referenced_bytes", "unknown_bytes")
"""The fields of `sizes_object`."""

_COUNTS = {
    ReferenceState.REFERENCED: "referenced",
    ReferenceState.NOT_REFERENCED: "not_referenced",
    ReferenceState.UNKNOWN: "unknown",
}


def sizes_object(totals: ReferenceTotals) -> JsonObject:
    """Returns the reported bytes by state; null where nothing is known."""
    return dict(zip(SIZES, map(totals.bytes_of, _COUNTS), strict=True))


def count_fields(noun: str) -> tuple[str, ...]:
    """Returns the fields of `counts_object`: such as `referenced_images`."""
    return tuple(f"{name}_{noun}" for name in _COUNTS.values())


def counts_object(totals: ReferenceTotals, noun: str) -> JsonObject:
    """Returns the number of pairs by state, of images or of nodes; null where nothing is known."""
    counts = (totals.counts[s] if totals.is_known(s) else None for s in _COUNTS)
    return dict(zip(count_fields(noun), counts, strict=True))


def state_object(reference: Reference) -> JsonObject:
    """Returns whether an image is referenced, and why that is unknown."""
    return {
        "state": reference.state.value,
        "reason": reference.reason.value if reference.reason else None,
    }


def reference_object(reference: Reference) -> JsonObject:
    """Returns the state and the numbers of pods, which are null where the state is unknown."""
    known = reference.state is not ReferenceState.UNKNOWN
    return state_object(reference) | {
        "running_pods": reference.running if known else None,
        "finished_pods": reference.finished if known else None,
    }


def user_objects(uses: Iterable[PodUse]) -> list[JsonObject]:
    """Returns each pod that uses an image once, sorted by namespace and name."""
    pods = {use.pod.key: use.pod for use in uses}
    return [
        {
            "namespace": pod.namespace,
            "pod": pod.name,
            "owner": pod.owner,
            "node": pod.node,
            "phase": pod.phase,
        }
        for _, pod in sorted(pods.items())
    ]


def workload_objects(
    workloads: ScaledToZero, images: Iterable[ContainerImage]
) -> list[JsonObject] | None:
    """Returns the workloads scaled to 0 that use an image, given its entries.

    None if none is known but some may be unknown.
    """
    found = [
        {"kind": each.kind, "namespace": each.namespace, "name": each.name}
        for each in workloads.users(images)
    ]
    return found if found or not workloads.unknown else None


def cluster_reference(
    references: References, image: ContainerImage, totals: ReferenceTotals
) -> Reference:
    """Returns the reference of an image in the cluster; `totals` are those over its nodes.

    It is unknown if it is so on one node and referenced on none.
    """
    reference = references.in_cluster(image)
    if reference.state is ReferenceState.NOT_REFERENCED and totals.reasons:
        return Reference(ReferenceState.UNKNOWN, next(iter(totals.reasons)))
    return reference


def reference_cells(reference: Reference) -> tuple[str, str]:
    """Returns the state with its reason, and the number of pods, as text."""
    state = reference.state.value.replace("-", " ")
    if reference.state is ReferenceState.UNKNOWN:
        reason = f": {reference.reason.value.replace('-', ' ')}" if reference.reason else ""
        return f"{state}{reason}", state
    finished = f" + {reference.finished} finished" if reference.finished else ""
    return state, f"{reference.running}{finished}"


def totals_cells(totals: ReferenceTotals) -> tuple[str, ...]:
    """Returns reported size and number of images by state, as text."""
    return tuple(
        f"{_size(totals, state)} ({totals.counts[state]})" if totals.is_known(state) else "unknown"
        for state in _COUNTS
    )


def describe_totals(totals: ReferenceTotals) -> Sequence[str]:
    """Returns sentences about all images: what is not referenced, and what that means."""
    unknown = units.size(totals.sizes[ReferenceState.UNKNOWN])
    if not totals.pods_known:
        return (f"Pods are not known: whether a pod refers to an image is unknown for {unknown}.",)
    least = units.size(totals.sizes[ReferenceState.NOT_REFERENCED])
    return (
        f"At most {least} of the listed images are not referenced by any pod of their node, "
        f"{unknown} unknown.",
        "This is an estimate by names: layers that images share are counted for each of them, and "
        "a pod may need an image again.",
    )


def describe_workloads(workloads: ScaledToZero, sizes: Sequence[int]) -> Sequence[str]:
    """Returns sentences about workloads scaled to 0.

    `sizes` are the parts that are not referenced of the images that they use, in bytes.
    """
    sentences: list[str] = []
    if sizes:
        images = units.counted(len(sizes), "image")
        size = units.size(sum(sizes))
        sentences.append(f"Of what is not referenced, workloads scaled to 0 use {images}, {size}.")
    if workloads.unknown:
        kinds = " and ".join(f"{kind.lower()}s" for kind in sorted(workloads.unknown))
        sentences.append(
            f"Some workloads scaled to 0 may be missing: not all {kinds} can be read "
            "(permission to list them in the API group apps)."
        )
    return sentences


def _size(totals: ReferenceTotals, state: ReferenceState) -> str:
    is_bound = state is ReferenceState.REFERENCED and not totals.pods_known
    return units.reported_size(totals.sizes[state], is_bound)
