"""Reported bytes by the state of references."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.pod import PodImage, PodRecord
from kubeimg_gui.domain.reference_totals import ReferenceTotals, totals_of
from kubeimg_gui.domain.references import Coverage, References, ReferenceState, UnknownReason
from tests.support.builders import GIB, digest, image, node

WEB, REDIS = image("docker.io/shop/web:1", size=3 * GIB), image("docker.io/redis/redis:7", size=GIB)
PAUSE = image("registry.k8s.io/pause:3.10", size=5)
REFERENCED, NOT_REFERENCED, UNKNOWN = ReferenceState


def references(coverage: Coverage) -> References:
    found = References()
    found.coverage = coverage
    found.update_node(None, node("n1", [WEB, REDIS, PAUSE]))
    use = PodImage("main", "shop/web:1", "", "")
    found.update_pod(None, PodRecord("s", "p", "u", 0.0, False, "", "n1", "Running", (use,)))
    return found


def totals(coverage: Coverage) -> ReferenceTotals:
    return totals_of(references(coverage), [("n1", each) for each in (WEB, REDIS, PAUSE)])


def test_every_listed_byte_is_in_one_state() -> None:
    found = totals(Coverage(0.0, None))
    assert [found.bytes_of(state) for state in ReferenceState] == [3 * GIB, GIB, 5]
    assert [found.counts[state] for state in ReferenceState] == [1, 1, 1]
    assert found.reasons == {UnknownReason.SANDBOX: 1}


def test_without_pods_nothing_is_said_of_what_is_not_referenced() -> None:
    found = totals(Coverage(0.0, UnknownReason.NOT_READ))
    assert found.bytes_of(NOT_REFERENCED) is None
    assert found.bytes_of(UNKNOWN) == GIB + 5
    assert found.bytes_of(REFERENCED) == 3 * GIB, "what is known of it"
    assert ReferenceTotals(pods_known=False).bytes_of(REFERENCED) is None


def test_merged_totals_are_sums() -> None:
    both = totals(Coverage(0.0, None))
    both.merge(totals(Coverage(0.0, None)))
    assert [both.bytes_of(state) for state in ReferenceState] == [6 * GIB, 2 * GIB, 10]
    assert both.reasons == {UnknownReason.SANDBOX: 2}


CATALOG = [
    *(WEB, REDIS, PAUSE),
    image(size=7),
    image(f"docker.io/library/nginx@{digest('a')}", "docker.io/library/nginx:1", size=11),
    image(*(f"docker.io/shop/many:{tag}" for tag in "12345"), size=13),
]
USES = st.sampled_from(
    ["shop/web:1", "nginx:1", "docker.io/redis/redis:7", "elsewhere.example/x:1"]
)
FLEETS = st.dictionaries(
    st.sampled_from("abc"),
    st.tuples(st.lists(st.sampled_from(CATALOG), unique=True), st.sets(USES)),
)


@given(FLEETS)
def test_the_total_that_is_not_referenced_is_that_of_the_join(
    fleet: dict[str, tuple[list[ContainerImage], set[str]]],
) -> None:
    found, inventory = References(), Inventory()
    found.coverage = Coverage(inf, None)
    pairs: list[tuple[str, ContainerImage]] = []
    for name, (held, wanted) in fleet.items():
        record = node(name, held)
        inventory.add(record)
        found.update_node(None, record)
        uses = tuple(PodImage(text, text, "", "") for text in sorted(wanted))
        found.update_pod(None, PodRecord("s", name, "u", 0.0, False, "", name, "Running", uses))
        pairs += [(name, each) for each in held]
    counted = totals_of(found, pairs)
    assert counted.sizes.total() == inventory.reported_bytes
    assert counted.bytes_of(REFERENCED) == found.referenced_bytes
    assert counted.bytes_of(NOT_REFERENCED) == found.not_referenced_bytes(
        inventory.index, inventory.reported_bytes
    )
