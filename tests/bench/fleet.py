"""A fleet whose Node objects are as large as real ones: about 15 kB of JSON, 10 kB of it images.

What a client costs depends on all the bytes it is sent, not only on those that it reads.
"""

import random
from collections.abc import Iterator

from tests.cluster.watch.churn import MIB, by_size, image
from tests.support.api import JsonObject

IMAGES_PER_NODE = 50
DISTINCT_IMAGES = 2000
_BEAT = "2026-11-02T08:15:30Z"
_BEGAN = "2026-10-01T06:00:00Z"


def fleet(count: int) -> list[JsonObject]:
    """Nodes that hold 50 of the same 2,000 images each, largest first as kubelets do."""
    chance = random.Random(1)
    known = [image(number, chance.randrange(5, 900) * MIB) for number in range(DISTINCT_IMAGES)]
    return [_node(number, chance.sample(known, IMAGES_PER_NODE)) for number in range(count)]


def image_swaps(nodes: list[JsonObject], count: int) -> Iterator[tuple[str, list[JsonObject]]]:
    """The name of a node and its images after one of them gave way to a new one, again and again.

    Each node in turn; what is new is so to the whole fleet.
    """
    chance = random.Random(2)
    held = {node["metadata"]["name"]: list(node["status"]["images"]) for node in nodes}
    names = list(held)
    for number in range(count):
        name = names[number % len(names)]
        images = held[name]
        new = image(DISTINCT_IMAGES + number, chance.randrange(5, 900) * MIB)
        images[chance.randrange(len(images))] = new
        held[name] = by_size(images)
        yield name, list(held[name])


def _node(number: int, images: list[JsonObject]) -> JsonObject:
    name = f"node-{number:05}"
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    zone = f"region-1{'abc'[number % 3]}"
    return {
        "metadata": {
            "name": name,
            "labels": {
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/os": "linux",
                "kubernetes.io/hostname": name,
                "node.kubernetes.io/instance-type": "general-16x64",
                "node.cloud.example/capacity-type": "on-demand",
                "node.cloud.example/image-release": "2026.10.1",
                "topology.kubernetes.io/region": "region-1",
                "topology.kubernetes.io/zone": zone,
                "topology.csi.example/zone": zone,
                "example.com/pool": f"pool-{number % 7}",
            },
            "annotations": {
                "csi.volume.kubernetes.io/nodeid": f'{{"csi.example":"i-{number:017x}"}}',
                "network.example/host-address": address,
                "network.example/pod-ranges": f"10.{128 + number % 64}.0.0/24",
                "node.alpha.kubernetes.io/ttl": "300",
                "volumes.kubernetes.io/controller-managed-attach-detach": "true",
            },
        },
        "spec": {"providerID": f"cloud:///{zone}/i-{number:017x}"},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": address},
                {"type": "Hostname", "address": name},
                {"type": "InternalDNS", "address": f"{name}.region-1.compute.internal"},
            ],
            "allocatable": _resources("15890m", "58567240Ki", "95491281146"),
            "capacity": _resources("16", "64319048Ki", "104845292Ki"),
            "conditions": [
                _condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
                _condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
                _condition("PIDPressure", "False", "KubeletHasSufficientPID"),
                _condition("Ready", "True", "KubeletReady"),
                _condition("NetworkUnavailable", "False", "RouteCreated"),
                _condition("KernelDeadlock", "False", "KernelHasNoDeadlock"),
                _condition("ReadonlyFilesystem", "False", "FilesystemIsNotReadOnly"),
                _condition("FrequentKubeletRestart", "False", "NoFrequentKubeletRestart"),
                _condition("FrequentContainerdRestart", "False", "NoFrequentContainerdRestart"),
            ],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "architecture": "amd64",
                "bootID": f"{number:08x}-52b1-4a0e-9a53-0b2f6c1d7e11",
                "containerRuntimeVersion": "containerd://2.1.4",
                "kernelVersion": "6.12.41-cloud-amd64",
                "kubeProxyVersion": "",
                "kubeletVersion": "v1.37.2",
                "machineID": f"{number:032x}",
                "operatingSystem": "linux",
                "osImage": "Container Linux 2026.10.1",
                "systemUUID": f"{number:08x}-1c7d-4c4e-8f5a-53d0a4b7c9e2",
            },
            "volumesInUse": [_volume(number, place) for place in range(4)],
            "volumesAttached": [
                {"name": _volume(number, place), "devicePath": ""} for place in range(4)
            ],
            "images": by_size(images),
        },
    }


def _resources(cpu: str, memory: str, storage: str) -> JsonObject:
    return {
        "cpu": cpu,
        "memory": memory,
        "ephemeral-storage": storage,
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "pods": "110",
    }


def _condition(kind: str, status: str, reason: str) -> JsonObject:
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": f"{reason}: as the kubelet has found it at its last look",
        "lastHeartbeatTime": _BEAT,
        "lastTransitionTime": _BEGAN,
    }


def _volume(number: int, place: int) -> str:
    return f"kubernetes.io/csi/csi.example^vol-{number * 4 + place:017x}"
