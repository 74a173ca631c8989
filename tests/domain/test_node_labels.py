from kubeimg_gui.domain.node_labels import label_value, labels_of, pool_label
from tests.support.builders import node


def test_the_value_of_a_label_is_found_beside_labels_of_similar_names() -> None:
    found = node("a", labels=("pool.size=3", "pool=gpu=large", "pools=x"))
    assert label_value(found, "pool") == "gpu=large"
    assert label_value(found, "pool.size") == "3"
    assert label_value(found, "poo") is None


def test_labels_that_name_pools_come_first_and_zones_are_not_chosen_for_one() -> None:
    zone, arch = "topology.kubernetes.io/zone", "kubernetes.io/arch"
    nodes = [node("a", labels=("app=x", f"{arch}=amd64", "karpenter.sh/nodepool=p", f"{zone}=b"))]
    assert labels_of(nodes) == ["karpenter.sh/nodepool", zone, arch, "app"]
    assert pool_label(labels_of(nodes)) == "karpenter.sh/nodepool"
    assert pool_label([zone, "app"]) == ""
