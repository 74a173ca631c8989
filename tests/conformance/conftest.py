"""Each test here runs twice: on a real kube-apiserver and on the demo server.

The tests assert what the real server does, within the limits of the demo server.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from kubeimg_gui.demo.serve import DemoCluster
from tests.support.api import NODES, Api
from tests.support.scripted_server import five_nodes
from tests.support.served import Served

if TYPE_CHECKING:
    from tests.controlplane.control_plane import ControlPlane


@pytest.fixture(params=["demo", pytest.param("real", marks=pytest.mark.control_plane)])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    if request.param == "demo":
        with DemoCluster(bookmark_seconds=0.2) as cluster:
            api = Api(cluster.url)
            for node in five_nodes():
                api.call("POST", NODES, node)
            yield Served(api, cluster.write_kubeconfig, cluster.compact)
    else:
        control_plane: ControlPlane = request.getfixturevalue("control_plane")
        control_plane.reset(five_nodes())
        api = control_plane.api()
        yield Served(api, control_plane.write_kubeconfig, control_plane.forget_history)
    api.close()


@pytest.fixture
def api(served: Served) -> Api:
    return served.api
