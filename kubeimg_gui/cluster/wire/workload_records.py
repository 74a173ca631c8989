"""Builds records of workloads from what a decoder has read, the same for every encoding."""

import sys
from collections.abc import Sequence

from kubeimg_gui.cluster.wire.codec import DecodeError
from kubeimg_gui.domain.workload import WorkloadRecord

DEFAULT_REPLICAS = 1
"""Number of replicas of a workload that names none (`pkg/apis/apps/v1/defaults.go`)."""


def workload_record(
    *, kind: str, namespace: str, name: str, uid: str, replicas: int, asked: Sequence[str]
) -> WorkloadRecord:
    """Builds the record of a workload; `asked` is use, name and image in turn, as of a pod.

    Raises DecodeError where the workload has no namespace, name or uid.
    """
    if not namespace or not name or not uid:
        raise DecodeError("a workload needs a namespace, a name and a uid")
    images = sorted({image for image in asked[2::3] if image}) if replicas == 0 else ()
    return WorkloadRecord(
        kind, sys.intern(namespace), name, uid, replicas == 0, tuple(map(sys.intern, images))
    )
