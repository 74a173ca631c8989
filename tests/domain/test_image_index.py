"""Which nodes hold an image, after any sequence of changes."""

from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from tests.support.builders import image, images

ODD = ContainerImage(("odd:1",), 0, "-1")
CATALOG = [*images(4), image("x:1", "x:2"), image("x:1", "x:3"), ODD]
LISTS = st.lists(st.sampled_from(CATALOG), max_size=5)


def as_sets(index: ImageIndex) -> dict[ContainerImage, set[str]]:
    return {image: index.names([image]) for image in index.images}


@given(st.lists(st.tuples(st.sampled_from("abcdef"), LISTS), max_size=40))
def test_it_equals_a_plain_dictionary_after_any_sequence(
    steps: list[tuple[str, list[ContainerImage]]],
) -> None:
    index, held = ImageIndex(), dict[str, list[ContainerImage]]()
    for name, new in steps:
        index.replace(name, held.get(name, ()), new)
        held[name] = new
    plain = {each: {n for n, listed in held.items() if each in listed} for each in CATALOG}
    plain = {each: names for each, names in plain.items() if names}
    assert as_sets(index) == plain
    assert index.distinct == len({each.key for each in plain})
    assert index.unbelievable == (ODD in plain)
    assert index.count(index.images) == sum(map(len, plain.values()))
    assert index.names(index.images) == {name for name, listed in held.items() if listed}


def test_equal_images_that_are_not_shared_are_removed_separately() -> None:
    first, second = image("a:1"), image("a:1")
    index = ImageIndex()
    index.replace("n", (), [first])
    index.replace("n", [first], [second])
    assert [id(each) for each in index.images] == [id(second)]
    assert index.distinct == 1
    index.replace("n", [second], [])
    assert (index.images, index.distinct) == ([], 0)


def test_names_of_nodes_that_dropped_an_image_do_not_accumulate() -> None:
    shared = image("a:1")
    index = ImageIndex()
    index.replace("stays", (), [shared])
    for number in range(1000):
        index.replace(f"n{number}", (), [shared])
        index.replace(f"n{number}", [shared], ())
    (held,) = vars(index)["_held"].values()
    assert len(held.names) < 5
    assert index.names([shared]) == {"stays"}
