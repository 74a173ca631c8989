from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.wording import condition
from tests.support.builders import digest, image, node


def test_a_condition_is_in_the_vocabulary_of_kubectl() -> None:
    assert condition(node()) == (Severity.FINE, "Ready")
    assert condition(node(unschedulable=True)) == (Severity.UNCERTAIN, "Ready,SchedulingDisabled")
    hostile = node(pressures=("\u202e",))
    assert condition(hostile) == (Severity.CRITICAL, r"Ready,\u202e")


def test_a_deleted_node_is_nothing_but_deleted() -> None:
    assert condition(node(ready=False), deleted=True) == (Severity.GONE, "Deleted")


def test_the_runtime_and_what_it_means_by_sizes() -> None:
    assert node_wording.runtime(node()) == "containerd 1.7.27"
    assert node_wording.meaning(node()) == "Compressed sizes, as containerd reports them."
    assert node_wording.meaning(node(runtime="cri-o://1.31")) == (
        "Unpacked sizes, as cri-o reports them."
    )
    assert "Unknown" in node_wording.meaning(node(runtime="{0}://1"))


def test_images_are_named_even_without_a_name() -> None:
    assert node_wording.image_name(image("docker.io/library/redis:7")) == "redis:7"
    assert node_wording.image_name(image()) == "unnamed image"
    assert node_wording.image_digest(image(f"a/b@{digest('c')}")) == "sha256:cccccccccccc"
    assert node_wording.image_digest(image("a/b:1")) == ""
