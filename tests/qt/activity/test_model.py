from collections.abc import Sequence
from dataclasses import dataclass, field
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt.activity import model as activity_model
from kubeimg_gui.qt.activity.model import MAX_ENTRIES, TRIM, ActivityModel, Field
from kubeimg_gui.qt.activity.wording import Entry, fields, tip
from tests.support.builders import CUT, GIB, MIB, change, digest, image, images, known, node
from tests.support.clock import NOON, Clock

pytestmark = pytest.mark.usefixtures("qapp")

TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
VLLM = image(
    f"docker.io/vllm/vllm-openai@{digest('a')}", "docker.io/vllm/vllm-openai:latest", size=12 * GIB
)
REDIS = image(f"redis@{digest('b')}", "redis:6", size=100 * MIB)


def turned(old: Sequence[ContainerImage], new: Sequence[ContainerImage]) -> NodeChange:
    return change(node("n", old), node("n", new), at=NOON)


def arrivals(count: int, first: int = 0) -> list[NodeChange]:
    """That many changes, an image named after its number arriving with each."""
    return [
        change(node(f"n{i}"), node(f"n{i}", (image(f"app:{i}x", size=i + 1),)), at=NOON + i)
        for i in range(first, first + count)
    ]


def nodes(model: ActivityModel) -> list[str]:
    return [model.entry_at(place).node for place in range(model.rowCount())]


def row(model: ActivityModel, place: int = 0) -> list[str]:
    return [model.index(place, column).data() for column in Field]


def text_of(one: NodeChange) -> str:
    model = ActivityModel(Clock())
    model.take([one])
    return model.entry_at(0).text


def test_it_is_a_proper_model(qtmodeltester: ModelTester) -> None:
    with patch.multiple(activity_model, MAX_ENTRIES=20, TRIM=5):
        model = ActivityModel(Clock())
        qtmodeltester.check(model)  # pyright: ignore[reportUnknownMemberType]
        for start in range(0, 60, 15):
            model.take(arrivals(15, start))
        model.set_filter("app:4")
        model.take(arrivals(15, 40))
        model.set_watched(False)
        model.note(NOON, "n1", "deleted by you", Severity.FINE)
        model.set_filter("")
        model.mark_seen()
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in Field] == [
        "Time",
        "Node",
        "Change",
        "Reported size",
        "What happened",
    ]


def test_the_newest_is_at_the_top() -> None:
    model = ActivityModel(Clock())
    model.take(arrivals(2))
    model.take(arrivals(2, 2))
    assert nodes(model) == ["n3", "n2", "n1", "n0"]


def test_only_changes_of_storage_become_entries() -> None:
    model = ActivityModel(Clock())
    model.take(known(node("a", (REDIS,))))
    model.take([change(node("a", (REDIS,)), node("a", (REDIS,), ready=False))])
    assert model.rowCount() == 0


def test_a_row_says_when_where_how_much_and_what() -> None:
    model = ActivityModel(Clock())
    model.take([turned((REDIS,), (REDIS, VLLM))])
    time, *rest = row(model)
    assert time.count(":") == 2
    assert rest == ["n", "▲ +12.0 GiB", "100 MiB → 12.1 GiB", "vllm/vllm-openai:latest arrived"]


def test_of_a_list_that_is_cut_only_what_is_certain_is_said() -> None:
    listed = images(50)
    old = node("n", listed, before=CUT)
    new = node("n", (VLLM, *listed[:49]), before=CUT)
    model = ActivityModel(Clock())
    model.take([change(old, new), change(new, old)])
    assert row(model)[Field.SIZES] == "≥ 16.8 GiB → ≥ 4.9 GiB"
    dropped, back = model.entry_at(1), model.entry_at(0)
    assert dropped.text == "vllm/vllm-openai:latest arrived; team/app-49:v1 no longer listed"
    assert back.text == "vllm/vllm-openai:latest left; team/app-49:v1 listed now"
    assert listed[49] in dropped.images
    assert listed[49] in back.images
    model.set_filter("app-49")
    assert model.rowCount() == 2
    assert "listed now registry.example/team/app-49:v1 (" in tip(back)
    assert "no longer listed registry.example/team/app-49:v1 (" in tip(dropped)


def test_a_size_that_is_not_believable_is_said() -> None:
    odd = ContainerImage(("huge:1",), 0, "9223372036854775807")
    model = ActivityModel(Clock())
    model.take([turned((REDIS,), (odd, REDIS))])
    assert row(model)[Field.SIZES] == "100 MiB → ≥ 100 MiB"
    assert "huge:1 (size not believable: 9223372036854775807)" in tip(model.entry_at(0))


def test_several_images_are_represented_by_the_largest() -> None:
    several = (image("small:1", size=1), VLLM, image("small:2", size=2))
    assert text_of(turned(several, ())) == "vllm/vllm-openai:latest and 2 more left"


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (image(f"redis@{digest('b')}", "redis:7", size=100 * MIB), "redis:7 retagged"),
        (image(*REDIS.names, size=MIB), "redis:6 with a new size"),
    ],
)
def test_a_retag_is_no_arrival(new: ContainerImage, words: str) -> None:
    assert text_of(turned((REDIS,), (new,))) == words


def test_nodes_come_and_go() -> None:
    model = ActivityModel(Clock())
    model.take([change(None, node("n", images(12))), change(node("n", images(12)), None)])
    gone, come = row(model), row(model, 1)
    assert come[Field.CHANGE :] == ["▲ +1.2 GiB", "— → 1.2 GiB", "node joined with 12 images"]
    assert gone[Field.CHANGE :] == ["▼ −1.2 GiB", "1.2 GiB → —", "node deleted"]


def test_an_image_without_a_name_has_words() -> None:
    assert text_of(turned((), (image(size=5),))) == "unnamed image arrived"


def test_braces_in_a_name_mean_nothing() -> None:
    assert text_of(turned((), (image("x/{images}:{n}"), image("a:{image}", size=1)))) == (
        "x/{images}:{n} and 1 more arrived"
    )


def test_what_the_window_did_is_a_row_without_sizes() -> None:
    model = ActivityModel(Clock())
    model.note(NOON, "n1", "annotated: team=blue", Severity.CRITICAL)
    assert row(model)[1:] == ["n1", "", "", "annotated: team=blue"]
    assert model.entry_at(0).severity is Severity.CRITICAL


def test_the_oldest_entries_are_dropped_and_counted() -> None:
    model = ActivityModel(Clock())
    for start in range(0, MAX_ENTRIES, 100):
        model.take(arrivals(100, start))
    assert (model.rowCount(), model.dropped) == (MAX_ENTRIES, 0)
    model.take(arrivals(1, MAX_ENTRIES))
    assert model.rowCount() == MAX_ENTRIES - TRIM
    assert model.dropped == TRIM + 1
    assert nodes(model)[0] == f"n{MAX_ENTRIES}"
    assert nodes(model)[-1] == f"n{TRIM + 1}"


def test_the_filter_wants_every_word_in_node_words_or_image_names() -> None:
    model = ActivityModel(Clock())
    renamed = image(f"redis@{digest('b')}", "mirror.example/REDIS:7", size=100 * MIB)
    model.take(
        [
            change(node("web-1"), node("web-1", (VLLM,))),
            change(node("web-2", (VLLM,)), node("web-2")),
            change(node("gpu-1", (REDIS,)), node("gpu-1", (renamed,))),
            change(None, node("gpu-2", images(3))),
        ]
    )
    model.note(NOON, "web-1", "annotated: team=blue", Severity.FINE)
    for wanted, found in (
        ("WEB arrived", ["web-1"]),
        ("docker.io vllm", ["web-2", "web-1"]),
        (digest("a"), ["web-2", "web-1"]),
        ("mirror.example", ["gpu-1"]),
        ("redis:6", ["gpu-1"]),
        ("app-2", ["gpu-2"]),
        ("joined", ["gpu-2"]),
        ("team=blue", ["web-1"]),
        ("web gpu", []),
        ("  ", ["web-1", "gpu-2", "gpu-1", "web-2", "web-1"]),
    ):
        model.set_filter(wanted)
        assert nodes(model) == found, wanted


def test_what_comes_while_filtered_is_filtered_too() -> None:
    model = ActivityModel(Clock())
    model.set_filter("app:1x")
    model.take(arrivals(3))
    assert (nodes(model), model.known) == (["n1"], 3)
    model.set_filter("")
    assert nodes(model) == ["n2", "n1", "n0"]


def marks(model: ActivityModel) -> list[str]:
    places = range(model.rowCount())
    return [model.entry_at(place).node for place in places if model.is_new(model.entry_at(place))]


def test_entries_added_while_the_window_is_inactive_are_new() -> None:
    model = ActivityModel(Clock())
    counted: list[int] = []
    model.unseen_changed.connect(counted.append)
    model.take(arrivals(1))
    model.set_watched(False)
    model.take(arrivals(2, 1))
    assert marks(model) == ["n2", "n1"]
    assert model.unseen == 2
    model.set_watched(True)
    model.take(arrivals(1, 3))
    assert marks(model) == ["n2", "n1"]
    model.set_watched(False)
    assert (marks(model), model.unseen) == ([], 0)
    model.take(arrivals(1, 4))
    assert marks(model) == ["n4"]
    assert counted == [2, 0, 1]


def test_marking_as_seen_includes_the_latest_entries() -> None:
    model = ActivityModel(Clock())
    model.set_watched(False)
    model.take(arrivals(2))
    model.set_watched(True)
    model.take(arrivals(3, 2))
    model.mark_seen()
    assert (marks(model), model.unseen) == ([], 0)


def test_becoming_inactive_twice_keeps_the_marks() -> None:
    model = ActivityModel(Clock())
    model.set_watched(False)
    model.take(arrivals(1))
    model.set_watched(False)
    assert model.unseen == 1


def test_a_screen_reader_hears_that_an_entry_is_new() -> None:
    model = ActivityModel(Clock())
    model.set_watched(False)
    model.take(arrivals(1))
    at = model.index(0, Field.TIME)
    assert at.data(ACCESSIBLE) == f"new, {at.data()}"
    model.mark_seen()
    assert at.data(ACCESSIBLE) == at.data()


def test_the_tooltip_shows_all_details_as_plain_text() -> None:
    model = ActivityModel(Clock())
    model.take([turned((REDIS,), (VLLM, image("<b>x\n</b>:1", size=3)))])
    tip_text = model.index(0, Field.WHAT).data(TOOLTIP)
    for part in (
        "+12,780,044,291 bytes",
        "arrived docker.io/vllm/vllm-openai:latest sha256:aaaaaaaaaaaa (12,884,901,888 bytes)",
        r"arrived &lt;b&gt;x\n&lt;/b&gt;:1 (3 bytes)",
        "left redis:6 sha256:bbbbbbbbbbbb (104,857,600 bytes)",
    ):
        assert part in tip_text


def test_the_tooltip_of_a_retag_names_both() -> None:
    entry = Entry(0, NOON, "n", turned((REDIS,), (image(f"redis@{digest('b')}", "redis:7"),)))
    assert "redis:6 sha256:bbbbbbbbbbbb (104,857,600 bytes) is now redis:7" in tip(entry)


def test_the_tooltip_is_bounded_both_ways() -> None:
    crowd = (*images(70), image("very-long/" * 50, size=GIB))
    lines = tip(Entry(0, NOON, "n", change(None, node("n", crowd)))).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "and 55 more"
    assert max(map(len, lines)) <= 161


def test_fields_are_exact() -> None:
    entry = Entry(0, NOON + 0.25, "n", turned((REDIS,), (VLLM,)))
    assert fields(entry) == [
        "2026-11-23T12:00:00.250+00:00",
        "n",
        "104857600",
        "12884901888",
        "12780044288",
        "arrived docker.io/vllm/vllm-openai:latest sha256:aaaaaaaaaaaa (12,884,901,888 bytes); "
        "left redis:6 sha256:bbbbbbbbbbbb (104,857,600 bytes)",
    ]


def test_a_loss_is_a_plain_negative_number() -> None:
    assert fields(Entry(0, NOON, "n", turned((REDIS,), ())))[4] == "-104857600"


def test_a_note_has_fields_without_numbers() -> None:
    entry = Entry(0, NOON, "n", note="=cmd|'/c calc'!A1")
    assert fields(entry)[1:] == ["n", "", "", "", "'=cmd|'/c calc'!A1"]


@dataclass
class Plain:
    """What the model should hold, computed in the simplest way."""

    came: list[str] = field(default_factory=list[str])
    kept: list[int] = field(default_factory=list[int])
    new: set[int] = field(default_factory=set[int])
    wanted: str = ""
    watched: bool = True

    def take(self, names: Sequence[str]) -> None:
        numbers = range(len(self.came), len(self.came) + len(names))
        self.came += names
        self.kept += numbers
        if not self.watched:
            self.new.update(numbers)
        if len(self.kept) > 10:
            self.kept = self.kept[-7:]
        self.new.intersection_update(self.kept)

    def watch(self, watched: bool) -> None:
        if self.watched and not watched:
            self.new.clear()
        self.watched = watched

    @property
    def shown(self) -> list[int]:
        return [number for number in reversed(self.kept) if self.wanted in self.came[number]]


steps = st.one_of(
    st.lists(st.sampled_from(["q", "qx", "x", "z"]), min_size=3, max_size=12),
    st.sampled_from(["", "q", "x", "qx"]),
    st.booleans(),
    st.none(),
)


@given(st.lists(steps, max_size=30))
@example([["q", "x", "x", "x", "x", "x", "q"], "q", ["x", "x", "x", "x"]])
def test_taking_trimming_filtering_and_marking_agree(
    doings: list[list[str] | str | bool | None],
) -> None:
    with patch.multiple(activity_model, MAX_ENTRIES=10, TRIM=3):
        model, plain = ActivityModel(Clock()), Plain()
        counted = [0]
        model.unseen_changed.connect(counted.append)
        for doing in doings:
            match doing:
                case list():
                    model.take([change(None, node(name)) for name in doing])
                    plain.take(doing)
                case str():
                    model.set_filter(doing)
                    plain.wanted = doing
                case bool():
                    model.set_watched(doing)
                    plain.watch(doing)
                case None:
                    model.mark_seen()
                    plain.new.clear()
            entries = [model.entry_at(place) for place in range(model.rowCount())]
            assert [entry.number for entry in entries] == plain.shown
            marked = {entry.number for entry in entries if model.is_new(entry)}
            assert marked == plain.new.intersection(plain.shown)
            assert model.unseen == counted[-1] == len(plain.new)
            assert model.dropped == len(plain.came) - len(plain.kept)


def test_entries_are_worded_only_when_read() -> None:
    model = ActivityModel(Clock())
    with patch("kubeimg_gui.qt.activity.wording._happened") as worded:
        model.take(arrivals(5))
        worded.assert_not_called()
