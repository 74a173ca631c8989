"""Which nodes hold an image, after any sequence of changes."""

from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from tests.support.builders import image, images

CATALOG = [*images(4), image("x:1", "x:2"), image("x:1", "x:3")]
LISTS = st.lists(st.sampled_from(CATALOG), max_size=5)


def as_sets(holders: ImageIndex) -> dict[ContainerImage, set[str]]:
    return {image: holders.names([image]) for image in holders.images}


@given(st.lists(st.tuples(st.sampled_from("abcdef"), LISTS), max_size=40))
def test_it_equals_a_plain_dictionary_after_any_sequence(
    steps: list[tuple[str, list[ContainerImage]]],
) -> None:
    holders, held = ImageIndex(), dict[str, list[ContainerImage]]()
    for name, new in steps:
        holders.replace(name, held.get(name, ()), new)
        held[name] = new
    plain = {each: {n for n, listed in held.items() if each in listed} for each in CATALOG}
    plain = {each: names for each, names in plain.items() if names}
    assert as_sets(holders) == plain
    assert holders.distinct == len({each.key for each in plain})
    assert holders.count(holders.images) == sum(map(len, plain.values()))
    assert holders.names(holders.images) == {name for name, listed in held.items() if listed}


def test_equal_images_that_are_not_shared_are_each_let_go() -> None:
    first, second = image("a:1"), image("a:1")
    holders = ImageIndex()
    holders.replace("n", (), [first])
    holders.replace("n", [first], [second])
    assert [id(each) for each in holders.images] == [id(second)]
    assert holders.distinct == 1
    holders.replace("n", [second], [])
    assert (holders.images, holders.distinct) == ([], 0)
