import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication

from kubeimg_gui.qt.nodes import name_elision
from kubeimg_gui.qt.nodes.name_elision import NameElision, NameFamilies

AWS = [f"ip-10-0-{n // 5}-{n * 7}.eu-west-1.compute.internal.example" for n in range(30)]
GKE = [f"gke-prod-eu-west1-default-pool-{n * 7919 % 4096:04x}-x{n}k" for n in range(30)]
AKS = [f"aks-nodepool1-12345678-vmss{n:06}" for n in range(30)]
STORAGE = [f"prod-eu-west-node-{n:03}-storage-pool-rack-a" for n in range(30)]
RACKS = [f"node{n:03}.rack{n // 8}.dc.storage.example" for n in range(30)]
REGIONS = [f"node-{n // 3}.region-{n % 3}.compute.internal.example" for n in range(30)]
ROLES = [f"{r}-{n}.ocp4.lab.example.com" for r in ("control-plane", "worker") for n in range(9)]
CHINESE = [f"生产集群-节点-{n:03}-华东区-机房二" for n in range(30)]
ADDRESSES = [f"192.168.{n}.{n + 100}" for n in range(30)]


@pytest.fixture
def metrics(qapp: QApplication) -> QFontMetrics:
    return QFontMetrics(QFont(qapp.font()))


def elision(metrics: QFontMetrics, *names: str) -> NameElision:
    families = NameFamilies()
    families.learn(names)
    return NameElision(metrics, families)


@pytest.mark.parametrize(
    ("names", "share"),
    [
        (AWS, 0.35),
        (GKE, 0.35),
        (AKS, 0.5),
        (STORAGE, 0.3),
        (RACKS, 0.35),
        (REGIONS, 0.6),
        (ROLES, 0.6),
        (CHINESE, 0.4),
        (ADDRESSES, 0.95),
        ([*AWS, "control-plane", "gpu-1.lab.example"], 0.35),
        ([*GKE, "bastion"], 0.35),
    ],
)
@pytest.mark.parametrize("more", [0.0, 0.1, 0.2])
def test_cut_names_stay_distinct(
    metrics: QFontMetrics, names: list[str], share: float, more: float
) -> None:
    room = round(max(map(metrics.horizontalAdvance, names)) * min(1.0, share + more))
    cut = elision(metrics, *names)
    shown = [cut.elided(name, room) for name in names]
    assert len(set(shown)) == len(names), shown[:8]
    assert max(map(metrics.horizontalAdvance, shown)) <= room + 1


def test_the_end_that_is_equal_is_cut_first(metrics: QFontMetrics) -> None:
    cut = elision(metrics, *AWS)
    room = metrics.horizontalAdvance("ip-10-0-4-140.eu-w…ample")
    shown = cut.elided("ip-10-0-4-140.eu-west-1.compute.internal.example", room)
    assert shown.startswith("ip-10-0-4-140.eu")
    assert shown.endswith("ple")
    narrow = metrics.horizontalAdvance("ip-10-0-4-140…")
    assert cut.elided(AWS[20], narrow) == "ip-10-0-4-140…"


def test_then_the_start_that_is_equal(metrics: QFontMetrics) -> None:
    cut = elision(metrics, *STORAGE)
    assert cut.elided(STORAGE[7], metrics.horizontalAdvance("prod…007…") + 1) == "prod…007…"
    assert cut.elided(STORAGE[7], metrics.horizontalAdvance("…007…")) == "…007…"


def test_a_name_that_fits_is_whole(metrics: QFontMetrics) -> None:
    cut = elision(metrics, *AWS)
    assert cut.elided(AWS[0], metrics.horizontalAdvance(AWS[0])) == AWS[0]


@given(st.lists(st.text("ab1-.节", max_size=12), max_size=8), st.integers(0, 120))
def test_any_names_fit_the_room(qapp: QApplication, names: list[str], room: int) -> None:
    metrics = QFontMetrics(qapp.font())
    cut = elision(metrics, *names)
    least = metrics.horizontalAdvance("…")
    for name in names:
        shown = cut.elided(name, room)
        # Kerning and rounding: parts are measured one by one.
        assert metrics.horizontalAdvance(shown) <= max(room, least) + 3


def test_names_that_have_come_and_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_elision, "MOST_NAMES", 100)
    families = NameFamilies()
    for number in range(0, 1000, 10):
        families.learn(f"spot-{number + n}.zone-{number}.example" for n in range(10))
    assert max(map(len, vars(families).values())) <= 110
    families.learn(AKS)
    assert families.equal_ends(AKS[0]) == (len("aks-nodepool1-12345678-"), 0)
