"""The filter of views that show images: against a plain search over pairs of image and node."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.query import Term, parse_query
from kubeimg_gui.domain.query_match import haystack, image_test, needle, record_test
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.nodes import image_filter
from kubeimg_gui.qt.nodes.image_filter import ImageFilter
from kubeimg_gui.qt.nodes.model import NodeTableModel
from tests.support.builders import GIB, change, image, known, node
from tests.support.clock import Clock

REDIS, VLLM, PAUSE = image("redis:7"), image("quay.io/vllm:1", size=6 * GIB), image("pause:3")
RECORDS = (
    node("gpu-1", (VLLM, PAUSE), labels=("pool=gpu", "zone=a")),
    node("web-1", (REDIS, PAUSE), labels=("pool=web", "zone=a"), pressures=("DiskPressure",)),
    node("web-2", (REDIS,), labels=("pool=web", "zone=b"), ready=False),
)


def model_of(*records: NodeRecord) -> NodeTableModel:
    clock = Clock()
    model = NodeTableModel(Clocks(clock, clock))
    model.apply(known(*records))
    return model


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vllm", {VLLM}),
        ("gpu", {VLLM, PAUSE}),
        ("web redis", {REDIS}),
        ("web zone=b", {REDIS}),
        ("gpu zone=b", set[ContainerImage]()),
        ("image:web", set[ContainerImage]()),
        ("image-size>5GiB", {VLLM}),
        ("-image:redis", {VLLM, PAUSE}),
        ("registry:quay", {VLLM}),
        ("-registry:quay", {REDIS, PAUSE}),
        ("label:pool=web", {REDIS, PAUSE}),
        ("state:pressure", {REDIS, PAUSE}),
        ("state:notready", {REDIS}),
        ("-state:ready", {REDIS}),
        ("node:1 -node:web", {VLLM, PAUSE}),
        ("state:pressure label:zone=b", set[ContainerImage]()),
        ("-gpu", {REDIS, PAUSE}),
        ("-redis web", {PAUSE}),
        ("size>5GiB", {VLLM, PAUSE}),
        ("vllm state:full", {VLLM}),
        ("xyzzy", set[ContainerImage]()),
    ],
)
def test_images(qapp: QApplication, text: str, found: set[ContainerImage]) -> None:
    keys = ImageFilter(model_of(*RECORDS)).search(text)
    assert keys == {each.key for each in found}


@pytest.mark.parametrize("text", ["", "  ", "state:full", "size>"])
def test_a_text_without_terms_finds_everything(qapp: QApplication, text: str) -> None:
    assert ImageFilter(model_of(*RECORDS)).search(text) is None


def test_another_search_follows_the_changes(qapp: QApplication) -> None:
    model = model_of(*RECORDS)
    searched = ImageFilter(model)
    assert searched.search("gpu") == {VLLM.key, PAUSE.key}
    moved = node("gpu-1", (REDIS,), labels=("pool=gpu", "zone=a"))
    model.apply([change(RECORDS[0], moved)])
    assert searched.search("gpu") == {REDIS.key}
    model.apply([change(moved, None)])
    assert searched.search("gpu") == set()
    assert searched.search("redis") == {REDIS.key}


CATALOG = [image(f"r{i % 2}.io/app-{i}:v{i % 3}", size=i * GIB) for i in range(8)]
TEXTS = st.lists(
    st.sampled_from(
        [
            *("app", "app-1", "v2", "web", "n1", "pool=gpu", "-web", "-v1", "-n2", "image:v1"),
            *("-image:app-3", "image-size>4GiB", "-image-size>2GiB", "registry:r1", "node:n"),
            *("-node:n1", "label:pool=gpu", "-label:pool=web", "size>9GiB", "state:ready"),
            *("-state:ready", "state:", "image:=r1.io/app-1:v1"),
        ]
    ),
    max_size=4,
).map(" ".join)
HELD = st.lists(
    st.tuples(st.lists(st.sampled_from(CATALOG), max_size=6, unique=True), st.booleans()),
    max_size=12,
)


def pair_matches(term: Term, record: NodeRecord, held: ContainerImage) -> bool:
    sought, about_node, about_image = needle(term), record_test(term), image_test(term)
    found = (
        (sought is not None and sought in haystack(record))
        or (about_node is not None and about_node(record))
        or (about_image is not None and about_image(held))
    )
    return found is not term.negated


@settings(deadline=None)
@given(HELD, TEXTS, st.sampled_from([1, 3, 4000]), st.sampled_from([0, 1, 10]))
def test_it_finds_what_a_plain_search_finds(
    qapp: QApplication,
    held: list[tuple[list[ContainerImage], bool]],
    text: str,
    step: int,
    pairs: int,
) -> None:
    records = [
        node(f"n{i}", images, labels=("pool=gpu" if ready else "pool=web",), ready=ready)
        for i, (images, ready) in enumerate(held)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(image_filter, "STEP", step)
        patch.setattr(image_filter, "PAIRS_PER_ROW", pairs)
        found = ImageFilter(model_of(*records)).search(text)
    terms = parse_query(text).terms
    plainly = {
        each.key
        for record in records
        for each in record.images
        if all(pair_matches(term, record, each) for term in terms)
    }
    assert found == (plainly if terms else None)
