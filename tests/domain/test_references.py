from kubeimg_gui.domain.pod import PodImage, PodRecord
from kubeimg_gui.domain.references import Coverage, References, ReferenceState
from tests.support.builders import digest, image, node

NGINX = image("docker.io/library/nginx:1", f"docker.io/library/nginx@{digest('a')}")


def test_a_pod_refers_to_the_image_that_it_asks_for_until_it_is_gone() -> None:
    references = References()
    references.coverage = Coverage(known_at=0.0, reason=None)
    references.update_node(None, node("n1", [NGINX]))
    use = PodImage("main", "nginx:1", "", "")
    pod = PodRecord("shop", "web", "uid", 0.0, False, "", "n1", "Running", (use,))

    assert references.update_pod(None, pod) == {NGINX.key}
    assert references.on_node("n1", NGINX).state is ReferenceState.REFERENCED
    assert references.referenced_bytes == NGINX.size_bytes

    assert references.update_pod(pod, None) == {NGINX.key}
    assert references.on_node("n1", NGINX).state is ReferenceState.NOT_REFERENCED
    assert references.referenced_bytes == 0
