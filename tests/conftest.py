"""A demo cluster in this process, a real control plane beside it, a plain client."""

from collections.abc import Iterator

import pytest
from api import Api
from binaries import are_complete, assets
from control_plane import ControlPlane
from scripted_server import five_nodes

from kubeimg_gui.demo.serve import DemoCluster


@pytest.fixture
def cluster() -> Iterator[DemoCluster]:
    """Nodes `n0` to `n4`; `n0` is in the pool gpu."""
    with DemoCluster(five_nodes(), bookmark_seconds=0.2) as cluster:
        yield cluster


@pytest.fixture
def api(cluster: DemoCluster) -> Iterator[Api]:
    client = Api(cluster.url)
    yield client
    client.close()


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """One for the whole run; a test begins by saying which nodes it holds."""
    if not are_complete(assets()):
        pytest.skip("there is no real control plane here: `make cluster` builds one")
    with ControlPlane(assets(), tmp_path_factory.mktemp("control-plane")) as control_plane:
        yield control_plane
