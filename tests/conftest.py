"""A demo cluster in this process and a plain client to it."""

from collections.abc import Iterator

import pytest
from api import Api
from scripted_server import image_json, node_json

from kubeimg_gui.demo.serve import DemoCluster


@pytest.fixture
def cluster() -> Iterator[DemoCluster]:
    """Nodes `n0` to `n4`; `n0` is in the pool gpu."""
    nodes = [node_json(f"n{i}", images=[image_json("redis:7", 5)]) for i in range(5)]
    nodes[0]["metadata"]["labels"] = {"pool": "gpu", "zone": "a"}
    for node in nodes:
        del node["metadata"]["uid"], node["metadata"]["resourceVersion"]
    with DemoCluster(nodes, bookmark_seconds=0.2) as cluster:
        yield cluster


@pytest.fixture
def api(cluster: DemoCluster) -> Iterator[Api]:
    client = Api(cluster.url)
    yield client
    client.close()
