"""Saved views in the INI file: what was saved is read, and damage stays where it is."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from kubeimg_gui.qt.nodes.column_layout import ColumnLayout
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.label_columns import LabelColumn
from kubeimg_gui.qt.window.saved_views import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_VIEWS,
    Arrangement,
    SavedView,
    clean_name,
    load_views,
    remove_view,
    same_name,
    save_view,
)
from kubeimg_gui.qt.window.settings import (
    WindowSettings,
    load_pods_wanted,
    save_pods_wanted,
    save_settings,
)

ANY = st.text(st.characters(), max_size=LONGEST_NAME)
NAMES = ANY.map(clean_name).filter(bool)
TEXTS = st.text(max_size=40)
KEYS = st.from_regex(r"[a-z_]+", fullmatch=True)
STATES = st.dictionaries(
    st.from_regex(r"[a-z]+", fullmatch=True),
    st.dictionaries(KEYS, TEXTS, min_size=1, max_size=3),
    max_size=3,
)
POOL = LabelColumn("example.com/größe")
COLUMNS = st.sampled_from(
    [
        ColumnLayout(),
        ColumnLayout(
            (POOL, *reversed(Column)), frozenset({Column.AGE}), {POOL: 70}, POOL, False, "rack"
        ),
    ]
)
ARRANGEMENTS = st.builds(Arrangement, st.sampled_from(["nodes", "later"]), TEXTS, COLUMNS, STATES)

GPU = SavedView("GPU", Arrangement("nodes", "label:pool=gpu", ColumnLayout(sort=Column.AGE)))
BIG = SavedView(
    "Bilder › groß, alle", Arrangement("images", states={"images": {"grouping": "none"}})
)


@pytest.fixture
def path(qapp: QApplication, tmp_path: Path) -> Path:
    return tmp_path / "window.ini"


def names(path: Path, context: str = "prod") -> list[str]:
    return [view.name for view in load_views(path, context)]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, ARRANGEMENTS, max_size=4), ANY)
def test_what_was_saved_is_read(wanted: dict[str, Arrangement], context: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "window.ini")
        expected: dict[str, SavedView] = {}
        for name, arrangement in wanted.items():
            view = SavedView(name, arrangement)
            assert save_view(path, context, view)
            expected[same_name(name)] = view
        # A copy: Qt keeps what it read of a file.
        copy = path.rename(path.with_name("copy.ini")) if wanted else path
        found = {same_name(view.name): view for view in load_views(copy, context)}
        assert found == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from(["a", "A", "b", "ß", "SS", "\u00e9", "e\u0301"]))
    )
)
def test_saving_and_removing_is_as_in_a_dictionary(steps: list[tuple[bool, str]]) -> None:
    expected: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        path = Path(folder, "window.ini")
        for saves, name in steps:
            if saves:
                save_view(path, "prod", SavedView(name, Arrangement("nodes", name)))
                expected[same_name(name)] = name
            else:
                remove_view(path, "prod", name)
                expected.pop(same_name(name), None)
            assert {view.name: view.arrangement.filter for view in load_views(path, "prod")} == {
                name: name for name in expected.values()
            }


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_damage_costs_at_most_what_is_damaged(garbage: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "window.ini")
        save_view(path, "prod", GPU)
        damaged = path.with_name("damaged.ini")
        damaged.write_bytes(path.read_bytes() + b"\n[other]\n" + garbage.replace(b"[", b""))
        assert GPU in load_views(damaged, "prod")
        damaged = path.with_name("more.ini")
        damaged.write_bytes(garbage)
        for view in load_views(damaged, "prod"):
            assert view.name == clean_name(view.name)


@pytest.mark.parametrize(
    "lines",
    [
        b"view%2520x=3",
        b"view%2520x\\filter=",
        b"view%2520x\\view=nodes",
        b"view%2520x\\view=\nview%2520x\\filter=a",
        b"view%2520x\\view=a, b\nview%2520x\\filter=a",
        b"view%2520x\\view=nodes\nview%2520x\\filter=@Rect(1 2 3 4)",
        b"view%2520x\\view=@Invalid()\nview%2520x\\filter=a",
        b"view%2520x\\view=nodes\nview%2520x\\filter=" + b"y" * (LONGEST_TEXT + 1),
        b"view%2520%25FF\\view=nodes\nview%2520%25FF\\filter=",
        b"view%2520%2520x\\view=nodes\nview%2520%2520x\\filter=",
        b"view%2520\\view=nodes\nview%2520\\filter=",
        b"view%2520" + b"x" * (LONGEST_NAME + 1) + b"\\view=nodes",
    ],
)
def test_a_damaged_view_is_left_out_and_the_others_stay(path: Path, lines: bytes) -> None:
    save_view(path, "prod", GPU)
    copy = path.with_name("copy.ini")
    copy.write_bytes(path.read_bytes().replace(b"[context%20prod]", b"[context%20prod]\n" + lines))
    assert load_views(copy, "prod") == [GPU]
    assert save_view(copy, "prod", BIG)
    assert load_views(copy, "prod") == [BIG, GPU]


def test_what_a_later_version_keeps_besides_is_no_damage(path: Path) -> None:
    path.write_bytes(
        b"[context%20prod]\nview%20x\\view=timeline\nview%20x\\filter=a\n"
        b"view%20x\\states\\images\\sort=cpu\nview%20x\\columns\\sort=cpu\nview%20x\\zoom=2, 3\n"
        b"view%20x\\states\\images\\deep\\key=1\nview%20x\\states\\timeline\\at=@Rect(1 2 3 4)\n"
    )
    expected = Arrangement("timeline", "a", states={"images": {"sort": "cpu"}})
    assert load_views(path, "prod") == [SavedView("x", expected)]
    save_view(path, "prod", GPU)
    assert b"zoom" in path.read_bytes()


def test_the_labels_it_depends_on() -> None:
    columns = ColumnLayout((*Column, POOL), group="zone")
    states = {"treemap": {"label": "rack"}, "images": {"label": "no label"}, "other": {"x": "y"}}
    assert Arrangement("nodes", "", columns, states).labels == {POOL.label, "rack", "zone"}
    assert Arrangement("nodes").labels == set()


def test_each_context_has_its_own(path: Path) -> None:
    contexts = ["prod", "prod/view", "a b", "上海", ""]
    for context in contexts:
        save_view(path, context, SavedView(f"of {context}.", GPU.arrangement))
    assert [names(path, context) for context in contexts] == [[f"of {c}."] for c in contexts]
    remove_view(path, "prod", "of prod.")
    assert [names(path, context) for context in contexts[:2]] == [[], ["of prod/view."]]


def test_other_settings_stay(path: Path) -> None:
    save_pods_wanted(path, "prod", wanted=True)
    save_view(path, "prod", GPU)
    save_settings(path, WindowSettings(panel=300))
    assert load_pods_wanted(path, "prod")
    assert names(path) == ["GPU"]
    save_pods_wanted(path, "prod", wanted=False)
    assert names(path) == ["GPU"]


def test_names_differ_by_more_than_case(path: Path) -> None:
    save_view(path, "prod", GPU)
    save_view(path, "prod", SavedView("gpu", BIG.arrangement))
    assert load_views(path, "prod") == [SavedView("gpu", BIG.arrangement)]


def test_a_replaced_view_keeps_nothing_of_the_old_one(path: Path) -> None:
    save_view(path, "prod", GPU)
    save_view(path, "prod", SavedView("GPU", Arrangement("images")))
    assert load_views(path, "prod")[0].arrangement == Arrangement("images")


def test_a_file_of_many_views_is_read_in_part(path: Path) -> None:
    for number in range(MOST_VIEWS + 3):
        save_view(path, "prod", SavedView(f"{number:03}", Arrangement("nodes")))
    assert names(path) == [f"{number:03}" for number in range(MOST_VIEWS)]


def test_a_file_that_cannot_be_written_is_reported(path: Path) -> None:
    path.write_text("")
    assert not save_view(path / "window.ini", "prod", GPU)
