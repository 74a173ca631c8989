"""Keys and sizes as the API server judges them, and edits that can be undone."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kubeimg_gui.domain.annotation import (
    MAX_TOTAL_BYTES,
    AnnotationEdit,
    KeyProblem,
    is_owned,
    is_sendable,
    key_problem,
    total_bytes,
)

ALPHANUMERIC = set(string.ascii_lowercase + string.digits)


def is_name(text: str) -> bool:
    """By hand: `qualifiedNameFmt` of the API server, in lower case."""
    return (
        0 < len(text) <= 63
        and set(text) <= ALPHANUMERIC | set("-_.")
        and {text[0], text[-1]} <= ALPHANUMERIC
    )


def is_subdomain(text: str) -> bool:
    """By hand: `IsDNS1123Subdomain` of the API server."""
    return len(text) <= 253 and all(
        label and set(label) <= ALPHANUMERIC | {"-"} and {label[0], label[-1]} <= ALPHANUMERIC
        for label in text.split(".")
    )


def is_key(text: str) -> bool:
    """By hand: `IsQualifiedName` of the API server."""
    parts = text.split("/")
    return (len(parts) == 1 or (len(parts) == 2 and is_subdomain(parts[0]))) and is_name(parts[-1])


parts = st.one_of(
    st.text("ab0-_./", max_size=8),
    st.text(max_size=4),
    st.sampled_from(["a" * 63, "a" * 64, "a" * 253, "a" * 254, "a.b", "ü", ""]),
)


@given(st.lists(parts, min_size=1, max_size=4).map("/".join))
@example("a" * 63)
@example("a" * 64)
@example("x/" + "a" * 63)
@example(".".join(["a" * 63] * 3) + ".b/c")
@example("a" * 254 + "/b")
@example("a-.b/c")
@example("a..b/c")
@example("a_b/c")
@example("a_b")
def test_a_key_has_a_problem_exactly_when_the_rules_say_so(key: str) -> None:
    lowered = key.replace("İ", "i").lower()
    assert (key_problem(key) is None) is is_key(lowered)


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("", KeyProblem.EMPTY),
        ("a/b/c", KeyProblem.MANY_SLASHES),
        ("//", KeyProblem.MANY_SLASHES),
        ("/a", KeyProblem.PREFIX_EMPTY),
        ("/", KeyProblem.PREFIX_EMPTY),
        ("a_b/c", KeyProblem.PREFIX_ILL_FORMED),
        ("-a.b/c", KeyProblem.PREFIX_ILL_FORMED),
        ("a" * 254 + "/b", KeyProblem.PREFIX_TOO_LONG),
        ("example.com/", KeyProblem.NAME_EMPTY),
        ("example.com/-a", KeyProblem.NAME_ILL_FORMED),
        ("a b", KeyProblem.NAME_ILL_FORMED),
        ("多", KeyProblem.NAME_ILL_FORMED),
        ("\ud800", KeyProblem.NAME_ILL_FORMED),
        ("a\n", KeyProblem.NAME_ILL_FORMED),
        ("a" * 64, KeyProblem.NAME_TOO_LONG),
        ("a", None),
        ("A.b_C-9", None),
        ("example.com/" + "a" * 63, None),
    ],
)
def test_a_problem_has_its_name(key: str, problem: KeyProblem | None) -> None:
    assert key_problem(key) is problem


@pytest.mark.parametrize("key", ["Example.COM/Key", "\N{KELVIN SIGN}ey", "İd"])
def test_a_key_is_checked_in_gos_lower_case(key: str) -> None:
    assert key_problem(key) is None


def test_only_two_characters_outside_ascii_pass_in_lower_case() -> None:
    """A change of Unicode's tables under Python would be seen here."""
    every = (chr(code) for code in range(128, 0x11_0000))
    assert {c for c in every if key_problem(c) is None} == {"\N{KELVIN SIGN}", "İ"}


def test_sizes_are_bytes() -> None:
    assert total_bytes({}) == 0
    assert total_bytes({"key": "value", "多": "\n"}) == 3 + 5 + 3 + 1
    assert total_bytes({"a": "x" * (MAX_TOTAL_BYTES - 1)}) == MAX_TOTAL_BYTES


@given(st.dictionaries(st.text(), st.text()))
def test_a_size_is_that_of_all_in_utf8(annotations: dict[str, str]) -> None:
    assert total_bytes(annotations) == len(
        "".join(key + value for key, value in annotations.items()).encode()
    )


@pytest.mark.parametrize("half", ["\ud800", "a\udfffb"])
def test_half_a_character_cannot_be_sent_but_can_be_counted(half: str) -> None:
    assert not is_sendable(half)
    assert total_bytes({"": half}) == len(half) + 2


@given(st.text())
def test_everything_else_can_be_sent(text: str) -> None:
    assert is_sendable(text)


@pytest.mark.parametrize(
    "key",
    [
        "kubernetes.io/x",
        "node.alpha.kubernetes.io/ttl",
        "volumes.kubernetes.io/controller-managed-attach-detach",
        "kubeadm.alpha.kubernetes.io/cri-socket",
        "csi.volume.kubernetes.io/nodeid",
        "metrics.k8s.io/x",
        "cluster.x-k8s.io/machine",
        "karpenter.sh/do-not-disrupt",
        "compatibility.karpenter.sh/v1",
        "projectcalico.org/IPv4Address",
        "flannel.alpha.coreos.com/backend-data",
        "k8s.ovn.org/node-subnets",
        "machineconfiguration.openshift.io/state",
    ],
)
def test_keys_of_the_cluster_are_owned(key: str) -> None:
    assert is_owned(key)


@pytest.mark.parametrize(
    "key",
    ["note", "kubernetes.io", "example.com/kubernetes.io", "notkubernetes.io/x", "k8s.io.de/x"],
)
def test_keys_of_people_are_not(key: str) -> None:
    assert not is_owned(key)


@pytest.mark.parametrize("checked", [True, False])
def test_an_edit_is_undone_with_a_check(checked: bool) -> None:
    edit = AnnotationEdit("key", "old", None, checked=checked)
    undo = edit.reversed()
    assert undo == AnnotationEdit("key", None, "old")
    assert undo.reversed() == AnnotationEdit("key", "old", None)


def test_the_longest_prefix_and_the_longest_name_are_valid() -> None:
    prefix = "a." * 126 + "a"
    assert len(prefix) == 253
    assert key_problem(f"{prefix}/x") is None
    assert key_problem(f"{prefix}b/x") is KeyProblem.PREFIX_TOO_LONG
    assert key_problem("n" * 63) is None
    assert key_problem("n" * 64) is KeyProblem.NAME_TOO_LONG
