"""Names from a cluster are drawn and said as plain, visible text, however long they are."""

from collections.abc import Callable

from PySide6.QtCore import QPoint

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.categories import ColourBy
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from tests.qt.treemap.conftest import Shown, heard
from tests.support.builders import GIB, known, node
from tests.support.mouse import move_pointer
from tests.support.widget_texts import texts_of

HOSTILE = "<b>bold</b>\t\x1b[31m\x9b\x00\r\n\u202etxt\u200b\ud800\u2028 &File {area} %n"
HARMFUL = frozenset("\t\x1b\x9b\x00\r\u202e\u200b\ud800\u2028")
HUGE = "x" * 50_000
HELD = (
    ContainerImage((f"{HOSTILE}.example/{HOSTILE}:{HOSTILE}",), 3 * GIB),
    ContainerImage((f"{HOSTILE}.example/{HOSTILE}:v2",), 3 * GIB),
    ContainerImage((f"registry.example/{HUGE}:{HUGE}",), 2 * GIB),
    ContainerImage((), GIB),
    ContainerImage(("registry.example/odd:v1",), 0, raw_size="-1"),
)


def check(texts: list[str]) -> None:
    for text in texts:
        assert not HARMFUL & set(text), ascii(text[:200])
        assert len(text) < 5000


def test_every_text_is_plain(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    labels = tuple(sorted((f"pool={HOSTILE}", f"{HOSTILE}={HUGE}", f"{HUGE}=1")))
    shown.nodes.apply(known(node(HOSTILE, HELD, labels=labels), node(HUGE, HELD, labels=labels)))
    shown.show()
    shown.view.set_context(HOSTILE)
    said = heard(shown.view.hovered)
    for hierarchy in Hierarchy:
        for colour in ColourBy:
            shown.view.choices.choose(hierarchy=hierarchy, colour_by=colour)
            shown.wait()
            for tile in shown.tiles():
                move_pointer(shown.view.canvas, QPoint(tile.x + 2, tile.y + 2))
                check([*wording.headings(tile.area), *wording.labels(tile.area, captioned=False)])
            check([each.text for each in shown.view.legend.entries])
            assert not shown.view.grab().isNull()
    assert len(said) > 20
    check([str(each) for each in said])
    check([text for text in texts_of(shown.view) if not text.startswith("#")])


def test_a_size_that_is_not_believable_has_no_area_but_marks_the_total(
    make_view: Callable[[], Shown],
) -> None:
    shown = make_view()
    shown.nodes.apply(known(node("n", HELD)))
    shown.show()
    assert shown.tile("n").area.lower_bound
    assert wording.size(shown.tile("n").area) == "≥ 9.0 GiB"
