"""Workloads as an API server writes them in JSON, and as records."""

from typing import Any

from kubeimg_gui.domain.workload import WorkloadRecord


def workload_json(
    name: str = "cart",
    *images: str,
    replicas: int | None = 0,
    kind: str = "Deployment",
    version: str = "1",
) -> dict[str, Any]:
    """A workload whose template has a container for each image; None leaves out the replicas."""
    containers = [
        {"name": f"c{place}", "image": each} for place, each in enumerate(images or ("nginx:1",))
    ]
    spec = {} if replicas is None else {"replicas": replicas}
    return {
        "kind": kind,
        "apiVersion": "apps/v1",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-of-{kind}-{name}",
            "resourceVersion": version,
        },
        "spec": {**spec, "template": {"spec": {"containers": containers}}},
        "status": {},
    }


def workload_list_json(
    *workloads: dict[str, Any], kind: str = "Deployment", version: str = "10"
) -> dict[str, Any]:
    return {
        "kind": f"{kind}List",
        "apiVersion": "apps/v1",
        "metadata": {"resourceVersion": version},
        "items": list(workloads),
    }


def scaled_to_zero(name: str, *images: str, kind: str = "Deployment") -> WorkloadRecord:
    uid = f"uid-of-{kind}-{name}"
    return WorkloadRecord(kind, "shop", name, uid, scaled_to_zero=True, images=images)
