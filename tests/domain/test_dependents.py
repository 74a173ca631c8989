from dataclasses import dataclass

from kubeimg_gui.domain.dependents import NodeDependents, PodCounts, count_pods


@dataclass(frozen=True)
class SomePod:
    controller: str = ""
    mirror: bool = False


@dataclass(frozen=True)
class SomeNode:
    finalizers: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


def test_pods_are_counted_by_what_becomes_of_them() -> None:
    counts = count_pods(
        [
            SomePod("ReplicaSet/w"),
            SomePod("StatefulSet/s"),
            SomePod("DaemonSet/d"),
            SomePod("Node/a", mirror=True),
            SomePod("DaemonSet/d", mirror=True),
            SomePod(),
        ]
    )
    assert counts == PodCounts(daemon_set=1, static=2, unmanaged=1, rescheduled=2)
    assert counts.total == 6


def test_finalizers_and_owners_are_distinct_and_in_order() -> None:
    dependents = NodeDependents(2)
    dependents.add_node(SomeNode(("example.org/b", "example.org/a"), ("Machine/m",)))
    dependents.add_node(SomeNode(("example.org/a",), ("Machine/m",)))
    assert list(dependents.finalizers) == ["example.org/b", "example.org/a"]
    assert list(dependents.owners) == ["Machine/m"]
    assert dependents.read == 2
    assert not dependents.managed_by_karpenter


def test_karpenter_is_recognized_by_its_finalizer() -> None:
    dependents = NodeDependents(1)
    dependents.add_node(SomeNode(("karpenter.sh/termination",)))
    assert dependents.managed_by_karpenter
