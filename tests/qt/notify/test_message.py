from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.digest import MAX_IMAGES, DigestBuilder
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt.notify.message import (
    MAX_COLUMNS,
    MAX_LINES,
    MAX_NAME_LENGTH,
    Message,
    digest_message,
)
from kubeimg_gui.text.elision import columns
from kubeimg_gui.text.sanitize import plain
from tests.support.builders import CUT, GIB, MIB, change, digest, image, images, node

CUDA = image("nvidia/cuda:12.4", size=4 * GIB)
REDIS = image("redis:7", size=100 * MIB)
NGINX = image("nginx:1.27", size=200 * MIB)
APP = image("registry.example/team/app:v3", size=300 * MIB)

pytestmark = pytest.mark.usefixtures("qapp")


def compose(changes: Iterable[NodeChange], window: str, **limits: int) -> Message:
    builder = DigestBuilder(**limits)
    for each in changes:
        builder.add(each)
    found = builder.build()
    assert found is not None
    return digest_message(found, window)


def message_for(*changes: NodeChange) -> Message:
    return compose(changes, "prod-eu-1")


def gets(name: str, *held: ContainerImage, before: Sequence[ContainerImage] = ()) -> NodeChange:
    return change(node(name, before), node(name, held))


def test_one_node_is_named() -> None:
    message = message_for(gets("n1", CUDA))
    assert message == Message(
        "prod-eu-1", "prod-eu-1: n1 changed, +4.0 GiB", "Arrived: cuda:12.4", critical=False
    )


def test_the_largest_come_first_with_the_nodes_that_hold_them() -> None:
    message = message_for(*(gets(f"n{i}", REDIS, CUDA) for i in range(3)), gets("n3", NGINX, APP))
    assert message.title == "prod-eu-1: 4 nodes changed, +12.8 GiB"
    assert message.body == "Arrived: cuda:12.4 on 3 nodes, app:v3, nginx:1.27 and 1 more"


def test_left_and_no_longer_listed_are_separate() -> None:
    full = images(50)
    larger = image("registry.example/larger:1", size=GIB)
    message = message_for(
        gets("n1", REDIS, before=[REDIS, NGINX]),
        change(node("n2", full, before=CUT), node("n2", (larger, *full[:-1]), before=CUT)),
    )
    assert message.title == "prod-eu-1: 2 nodes changed, +724 MiB"
    assert message.body.splitlines() == [
        "Arrived: larger:1",
        "Left: nginx:1.27 · No longer listed: app-49:v1",
    ]


def test_what_moves_up_in_a_cut_list_is_only_listed_now() -> None:
    full = images(20, size=GIB)
    old = node("n2", full[:-1], before=CUT)
    message = message_for(change(old, node("n2", full[1:], before=CUT)))
    assert message.body == "Left: app-0:v1 · Listed now: app-19:v1"


def test_a_loss_has_a_minus_sign() -> None:
    assert message_for(gets("n1", before=[CUDA])).title == (
        "prod-eu-1: n1 changed, \N{MINUS SIGN}4.0 GiB"
    )


def test_nodes_that_join_and_leave_are_named() -> None:
    message = message_for(change(None, node("n8", [CUDA])), change(node("n9", [REDIS]), None))
    assert message.title == "prod-eu-1: 2 nodes changed, +3.9 GiB"
    assert message.body == "Nodes joined: n8 · Nodes left: n9"


def test_new_names_are_no_arrival() -> None:
    old = image(f"redis@{digest('a')}", "redis:7")
    new = image(f"redis@{digest('a')}", "redis:7", "redis:latest")
    newer = image(f"redis@{digest('a')}", "redis:latest")
    message = message_for(gets("n1", new, before=[old]), gets("n1", newer, before=[new]))
    assert (message.title, message.body) == ("prod-eu-1: n1 changed", "Retagged: redis:latest")


def test_a_node_under_pressure_comes_first_and_is_critical() -> None:
    pressed = node("n7", [CUDA], pressures=("DiskPressure",))
    message = message_for(gets("n1", REDIS), gets("n2", REDIS), change(node("n7", [CUDA]), pressed))
    assert message.critical
    assert message.title == "prod-eu-1: n7: Ready,DiskPressure"
    assert message.body.splitlines() == [
        "2 nodes changed, +200 MiB",
        "Arrived: redis:7 on 2 nodes",
    ]


def test_several_nodes_under_pressure_are_listed() -> None:
    message = message_for(
        *(change(node(f"n{i}"), node(f"n{i}", pressures=("PIDPressure",))) for i in range(5))
    )
    assert message.title == "prod-eu-1: 5 nodes under pressure"
    assert message.body == "n0, n1, n2 and 2 more"


@given(st.text(), st.text(), st.text())
def test_no_word_of_a_cluster_is_taken_for_markup_or_makes_a_line(
    context: str, name: str, tag: str
) -> None:
    message = compose([gets(name, image(f"registry.example/app:{tag}"))], context)
    assert not set("<>&") & set(message.title + message.body)
    assert message.title == plain(message.title)
    assert not set(message.title + message.body) & set("\t\r\x85\u2028\u202e\u200b\ud800")
    assert len(message.body.splitlines()) == 1


def test_a_condition_is_not_taken_for_markup() -> None:
    pressed = node("n1", pressures=("<b>\n",))
    assert message_for(change(node("n1"), pressed)).title == r"prod-eu-1: n1: Ready,‹b›\n"


def test_an_image_without_a_name_is_listed() -> None:
    assert message_for(gets("n1", image(size=5))).body == "Arrived: unnamed image"


def test_look_alikes_stand_for_markup() -> None:
    message = compose([gets("<b>", image("registry.example/a&b:1"))], "<i>\nprod")
    assert message.title == r"‹i›\nprod: ‹b› changed, +100 MiB"
    assert message.body == "Arrived: a＆b:1"


def test_long_names_are_shortened_in_their_middle() -> None:
    half = MAX_NAME_LENGTH // 2
    long = image(f"registry.example/{'i' * 60}:v1")
    message = message_for(gets("a" * 30 + "b" * 30, long), gets("n2", long))
    assert message.body == f"Arrived: {'i' * half}…{'i' * (half - 3)}:v1 on 2 nodes"
    message = message_for(gets("a" * 30 + "b" * 30, CUDA))
    assert message.title == f"prod-eu-1: {'a' * half}…{'b' * half} changed, +4.0 GiB"


def test_a_storm_of_images_is_counted_up_to_a_limit() -> None:
    flood = [gets("n1", image(f"app:{i}")) for i in range(MAX_IMAGES + 10)]
    assert message_for(*flood).body.endswith(f" and at least {MAX_IMAGES - 3} more")


def test_a_storm_of_nodes_is_counted_up_to_a_limit() -> None:
    joined = [change(None, node(f"n{i}", [REDIS])) for i in range(9)]
    message = compose(joined, "prod-eu-1", max_nodes=4)
    assert message.title == "prod-eu-1: ≥ 4 nodes changed, +900 MiB"
    assert message.body == "Nodes joined: n0, n1, n2 and at least 1 more"


def busy(names: Sequence[str]) -> list[NodeChange]:
    """Everything at once: pressure, arrivals, departures, retags, and a capped list."""
    one, two, three, four = names
    full = images(50, 2 * GIB)
    larger = image(f"registry.example/{two}:1", size=3 * GIB)
    old, new = image(f"app@{digest('a')}"), image(f"app@{digest('a')}", f"{three}:2")
    return [
        gets(one, *[image(f"{each}:{i}", size=GIB) for each in names for i in range(3)]),
        gets(two, before=[image(f"{four}:9", size=GIB)]),
        change(node(three, full, before=CUT), node(three, (larger, *full[:-1]), before=CUT)),
        gets(four, new, before=[old]),
        change(None, node(f"{one}-joined")),
        change(node(f"{two}-left"), None),
    ]


def test_a_message_is_a_title_and_two_lines_the_most_important_first() -> None:
    changes = busy(["n1", "n2", "n3", "n4"])
    message = message_for(*changes)
    assert message.title == "prod-eu-1: 6 nodes changed, +12.0 GiB"
    assert message.body.splitlines() == [
        "Arrived: n2:1, n1:0, n1:1 and 10 more",
        "Left: n4:9 · No longer listed: app-49:v1"
        " · Nodes joined: n1-joined · Nodes left: n2-left · …",
    ]
    pressed = change(node("n7"), node("n7", pressures=("DiskPressure",)))
    message = message_for(*changes, pressed)
    assert message.title == "prod-eu-1: n7: Ready,DiskPressure"
    assert message.body.splitlines() == [
        "6 nodes changed, +12.0 GiB",
        "Arrived: n2:1, n1:0, n1:1 and 10 more · Left: n4:9 · No longer listed: app-49:v1 · …",
    ]


NAMES = st.lists(
    st.one_of(
        st.text(min_size=1, max_size=80),
        st.text("节点服务器镜像仓库", min_size=1, max_size=80),
        st.text("e\u0301", min_size=1, max_size=80),
    ),
    min_size=4,
    max_size=4,
    unique=True,
)


@given(NAMES, st.text("生产环境-prod", max_size=60), st.integers(0, 4))
def test_lines_are_short_for_names_of_any_length_and_script(
    names: list[str], context: str, pressed: int
) -> None:
    changes = busy(names)
    changes += [change(node(n), node(n, pressures=("DiskPressure",))) for n in names[:pressed]]
    message = compose(changes, context)
    lines = [message.title, *message.body.split("\n")]
    assert len(lines) <= 1 + MAX_LINES
    for line in lines:
        assert 0 < columns(line) <= MAX_COLUMNS + columns(" · …")


def test_chinese_names_are_shortened_by_their_width() -> None:
    long = "华东生产集群节点" * 10
    message = compose([gets(long, CUDA)], "华东生产集群的第一个可用区域")
    assert message.title == (
        "华东生产集群…一个可用区域: "
        "华东生产集群节点华东生产…集群节点华东生产集群节点 changed, +4.0 GiB"
    )
