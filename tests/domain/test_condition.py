import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.condition import (
    Severity,
    comes_under_pressure,
    condition_severity,
    condition_text,
    is_free_of_pressure,
)
from kubeimg_gui.domain.node import NodeRecord
from tests.support.builders import change, known, node

PRESSURES = st.lists(
    st.sampled_from(["DiskPressure", "MemoryPressure", "PIDPressure"]), unique=True
).map(lambda names: tuple(sorted(names)))
RECORDS = st.builds(
    node,
    ready=st.sampled_from([True, False, None]),
    pressures=PRESSURES,
    unschedulable=st.booleans(),
    terminating=st.booleans(),
)


@pytest.mark.parametrize(
    ("fields", "severity", "text"),
    [
        ({}, Severity.FINE, "Ready"),
        ({"ready": False}, Severity.CRITICAL, "NotReady"),
        ({"ready": None}, Severity.UNCERTAIN, "Unknown"),
        ({"unschedulable": True}, Severity.UNCERTAIN, "Ready,SchedulingDisabled"),
        ({"terminating": True}, Severity.UNCERTAIN, "Ready,Terminating"),
        ({"pressures": ("DiskPressure",)}, Severity.CRITICAL, "Ready,DiskPressure"),
        ({"pressures": ("FrobPressure",)}, Severity.CRITICAL, "Ready,FrobPressure"),
        (
            {"ready": None, "pressures": ("PIDPressure",), "terminating": True},
            Severity.CRITICAL,
            "Unknown,PIDPressure,Terminating",
        ),
        (
            {
                "ready": False,
                "unschedulable": True,
                "terminating": True,
                "pressures": ("DiskPressure", "MemoryPressure"),
            },
            Severity.CRITICAL,
            "NotReady,DiskPressure,MemoryPressure,SchedulingDisabled,Terminating",
        ),
    ],
)
def test_condition_uses_the_vocabulary_of_kubectl(
    fields: dict[str, object], severity: Severity, text: str
) -> None:
    record = node(**fields)  # pyright: ignore
    assert condition_text(record) == text
    assert condition_severity(record) is severity


@given(RECORDS)
def test_only_a_node_that_is_just_ready_is_fine(record: NodeRecord) -> None:
    is_fine = condition_severity(record) is Severity.FINE
    assert is_fine == (condition_text(record) == "Ready")


def test_a_new_pressure_is_a_transition() -> None:
    calm = node()
    disk = node(pressures=("DiskPressure",))
    both = node(pressures=("DiskPressure", "MemoryPressure"))
    assert comes_under_pressure(change(calm, disk))
    assert comes_under_pressure(change(disk, both))
    assert comes_under_pressure(change(None, disk))
    assert not comes_under_pressure(change(both, disk))
    assert not comes_under_pressure(change(disk, calm))
    assert not comes_under_pressure(change(disk, None))


def test_another_pressure_in_place_of_the_first_is_a_transition() -> None:
    assert comes_under_pressure(
        change(node(pressures=("DiskPressure",)), node(pressures=("PIDPressure",)))
    )


def test_a_pressure_that_stays_or_was_there_from_the_start_is_no_transition() -> None:
    pressed = node(pressures=("DiskPressure",))
    cordoned = node(pressures=("DiskPressure",), unschedulable=True)
    assert not comes_under_pressure(change(pressed, cordoned))
    assert not comes_under_pressure(*known(pressed))


@given(RECORDS, RECORDS)
def test_a_node_never_comes_under_pressure_and_is_free_of_it_at_once(
    old: NodeRecord, new: NodeRecord
) -> None:
    if old != new:
        step = change(old, new)
        assert not (comes_under_pressure(step) and is_free_of_pressure(step))
        assert is_free_of_pressure(step) == (not new.pressures)
    assert is_free_of_pressure(change(old, None))
