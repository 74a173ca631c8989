"""References in the window: what is known about pods while they are watched, and when not."""

from PySide6.QtWidgets import QApplication

from kubeimg_gui.domain.change import ChangeKind
from kubeimg_gui.domain.pod import PodChange, PodImage, PodRecord
from kubeimg_gui.domain.references import ReferenceState, UnknownReason
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences
from tests.support.builders import image, known, node
from tests.support.clock import Clock

NGINX, REDIS = image("docker.io/library/nginx:1"), image("docker.io/library/redis:7")


def test_pods_count_only_between_begin_and_end(qapp: QApplication) -> None:
    model = NodeTableModel(Clocks(Clock(), Clock()))
    model.apply(known(node("n1", [NGINX, REDIS])))
    pods = PodReferences(model, Clocks(Clock(), Clock()))
    assert not pods.watching
    pods.begin()
    pod = PodRecord(
        "shop", "web", "u", 0.0, False, "", "n1", "Running", (PodImage("c", "nginx:1", "", ""),)
    )
    pods.take_changes([PodChange(ChangeKind.ADDED, 0.0, None, pod)])
    assert pods.pods == 1
    assert pods.of_image(NGINX).state is ReferenceState.REFERENCED
    pods.end()
    assert pods.pods == 0
    assert pods.of_image(NGINX).reason is UnknownReason.NOT_READ
