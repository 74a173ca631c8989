import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from kubeimg_gui.domain.annotation import MAX_TOTAL_BYTES, AnnotationEdit
from kubeimg_gui.qt.base.theme import LIGHT
from kubeimg_gui.qt.verbs.annotation_model import AnnotationModel, Edited, Field

VALUES = st.dictionaries(st.sampled_from("abcdef"), st.text("xyz\n", max_size=3))


def model_of(annotations: dict[str, str] | None = None, **more: str) -> AnnotationModel:
    model = AnnotationModel(LIGHT, known=True)
    model.show({**(annotations or {}), **more})
    return model


def add(model: AnnotationModel, key: str, value: str) -> None:
    place = model.add()
    model.set_key(place, key)
    model.set_value(place, value)


def cells(model: AnnotationModel, place: int) -> list[str]:
    return [model.index(place, field).data() for field in Field]


def test_unedited_rows_are_not_sent(qtmodeltester: ModelTester) -> None:
    model = model_of(a="1", b="2\nlines")
    qtmodeltester.check(model)  # pyright: ignore[reportUnknownMemberType]
    assert model.edits() == ()
    assert cells(model, 1) == ["b", "2 ⏎ lines", ""]


def test_adding_changing_and_removing(qtmodeltester: ModelTester) -> None:
    model = model_of(a="1", b="2", c="3")
    qtmodeltester.check(model)  # pyright: ignore[reportUnknownMemberType]
    model.set_value(0, "eins")
    model.remove(1)
    add(model, "d", "")
    assert set(model.edits()) == {
        AnnotationEdit("a", "1", "eins"),
        AnnotationEdit("b", "2", None),
        AnnotationEdit("d", None, ""),
    }
    assert [cells(model, place)[Field.CHANGE] for place in range(4)] == [
        "changed",
        "removed",
        "",
        "added",
    ]
    assert model.index(1, Field.KEY).data(Qt.ItemDataRole.FontRole).strikeOut()
    for place in (0, 1):
        model.restore(place)
    model.remove(3)
    assert model.edits() == ()


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "Enter a key."),
        ("a/b/c", "at most one slash"),
        ("/x", "prefix before the slash must not be empty"),
        ("a_b/x", "must be a domain name"),
        (f"{'a.' * 130}a/x", "must not exceed 253 characters"),
        ("a/", "name after the slash must not be empty"),
        ("a b", "must begin and end with a letter or digit"),
        ("x" * 64, "not exceed 63 characters"),
        ("taken", "Duplicate key: taken"),
    ],
)
def test_problem_texts(key: str, words: str) -> None:
    model = model_of(taken="1")
    add(model, key, "x")
    assert words in model.problem()


def test_existing_invalid_keys_are_no_problem() -> None:
    assert model_of({"odd key": "1"}).problem() == ""


def test_values_have_limits() -> None:
    model = model_of(a="1")
    model.set_value(0, "é" * (MAX_TOTAL_BYTES // 2))
    assert "have 262,145 bytes in total; at most 262,144 are" in model.problem()
    model.set_value(0, "\ud800")
    assert "an unpaired surrogate" in model.problem()


def test_owned_keys_have_a_note_only_when_edited() -> None:
    model = model_of({"node.alpha.kubernetes.io/ttl": "0"})
    assert model.note(model.row_at(0)) == ""
    model.set_value(0, "1")
    assert "belongs to a controller" in model.note(model.row_at(0))


def test_on_many_nodes_existing_values_are_checked_unless_overwritten() -> None:
    model = AnnotationModel(LIGHT, known=False)
    add(model, "a", "1")
    model.set_key(model.add(removal=True), "b")
    assert model.edits() == (
        AnnotationEdit("a", None, "1"),
        AnnotationEdit("b", None, None, checked=False),
    )
    assert [edit.checked for edit in model.edits(overwrite=True)] == [False, False]
    model.remove(1)
    assert model.rowCount() == 1


def test_a_conflict_keeps_both_values() -> None:
    model = model_of(a="1", b="2", c="3", d="4")
    model.set_value(0, "mine")
    model.remove(1)
    model.set_value(3, "same")
    model.rebase({"a": "other", "d": "same", "e": "new"})
    rows = [model.row_at(place) for place in range(model.rowCount())]
    assert [(row.key, row.old, row.new) for row in rows] == [
        ("a", "other", "mine"),
        ("d", "same", "same"),
        ("e", "new", "new"),
    ]
    assert model.note(rows[0]) == (
        "Changed on the server from “1” to “other”. Saving overwrites it."
    )
    assert cells(model, 0)[Field.CHANGE] == "changed, conflict"
    model.restore(0)
    assert model.edits() == ()


@given(shown=VALUES, wanted=VALUES, now=VALUES)
def test_edits_survive_a_rebase(
    shown: dict[str, str], wanted: dict[str, str], now: dict[str, str]
) -> None:
    model = model_of(shown)
    for place in reversed(range(model.rowCount())):
        key = model.row_at(place).key
        if key in wanted:
            model.set_value(place, wanted[key])
        else:
            model.remove(place)
    for key in wanted.keys() - shown.keys():
        add(model, key, wanted[key])
    asked = {edit.key: edit.new for edit in model.edits()}
    model.rebase(now)
    after = dict(now)
    for edit in model.edits():
        assert edit.old == now.get(edit.key), "an edit is checked against what was shown last"
        after.pop(edit.key, None)
        if edit.new is not None:
            after[edit.key] = edit.new
    for key, value in asked.items():
        assert after.get(key) == value
    for place in range(model.rowCount()):
        row = model.row_at(place)
        assert row.edited is not Edited.KEPT or row.old == now[row.key]
