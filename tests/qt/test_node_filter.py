from builders import image, node

from kubeimg_gui.qt.node_row import NodeRow, matching

ROWS = [
    NodeRow(node("web-1", (image("docker.io/library/nginx:1.27"),))),
    NodeRow(node("web-2", (image("quay.io/Team/Redis:7"),), labels=("zone=eu-1",))),
    NodeRow(node("gpu-1", (image(),), labels=())),
]


def names(wanted: str) -> list[str]:
    return [row.name for row in matching(ROWS, wanted)]


def test_names_labels_and_images_are_searched_whatever_the_case() -> None:
    assert names("WEB") == ["web-1", "web-2"]
    assert names("zone=EU") == ["web-2"]
    assert names("redis") == ["web-2"]
    assert names("nginx:1.27") == ["web-1"]


def test_every_word_must_be_found_wherever_it_is() -> None:
    assert names("web redis eu-1") == ["web-2"]
    assert names("web gpu") == []


def test_no_words_match_everything() -> None:
    assert names("") == names("   ") == ["web-1", "web-2", "gpu-1"]
