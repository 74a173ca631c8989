"""The language of filters: what each term means, errors, and texts that are made for it."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.query import (
    Comparison,
    Expected,
    Field,
    NodeState,
    Query,
    SizeTerm,
    StateTerm,
    Term,
    TermError,
    TextTerm,
    image_term,
    label_term,
    parse_query,
    quoted,
    registry_term,
    repository_term,
)
from tests.support.builders import GIB, MIB, digest, image

MARKS = st.sampled_from(
    [*(f"{field}:" for field in Field), "size>", "image-size<=", "-", '"', "\\", " ", "=", "5GiB"]
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(MARKS, st.text(max_size=3))).map("".join))


def the_term(text: str) -> Term:
    query = parse_query(text)
    assert not query.errors
    (term,) = query.terms
    return term


def the_error(text: str) -> TermError:
    query = parse_query(text)
    assert not query.terms
    (error,) = query.errors
    return error


@pytest.mark.parametrize(
    "text",
    [
        "redis",
        "docker.io/library/redis:7",
        f"sha256:{'a' * 64}",
        "kubernetes.io/arch=amd64",
        "localhost:5000/team/app@sha256:12",
        "size",
        "size=5GiB",
        "image",
        "app-image:v1",
        'a"b',
        "<none>:<none>",
        "a-b",
        ">5GiB",
    ],
)
def test_a_colon_makes_a_field_only_of_known_names(text: str) -> None:
    assert the_term(text) == TextTerm(Field.WORD, text.casefold())


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("image:vllm", TextTerm(Field.IMAGE, "vllm")),
        ("image:=Redis:7", TextTerm(Field.IMAGE, "redis:7", exact=True)),
        ("IMAGE:node:20", TextTerm(Field.IMAGE, "node:20")),
        ('image:"a b"', TextTerm(Field.IMAGE, "a b")),
        ('image:="a b"', TextTerm(Field.IMAGE, "a b", exact=True)),
        ("registry:Quay.io", TextTerm(Field.REGISTRY, "quay.io")),
        ("node:ip-10", TextTerm(Field.NODE, "ip-10")),
        ("label:pool=gpu", TextTerm(Field.LABEL, "pool=gpu")),
        ("label:pool", TextTerm(Field.LABEL, "pool")),
        ("label:pool=", TextTerm(Field.LABEL, "pool=")),
        ("runtime:cri-o", TextTerm(Field.RUNTIME, "cri-o")),
        ("-image:vllm", TextTerm(Field.IMAGE, "vllm", negated=True)),
        ("-word", TextTerm(Field.WORD, "word", negated=True)),
        ("--word", TextTerm(Field.WORD, "-word", negated=True)),
        ('-"a b"', TextTerm(Field.WORD, "a b", negated=True)),
        ('"-word"', TextTerm(Field.WORD, "-word")),
        ('"image:vllm"', TextTerm(Field.WORD, "image:vllm")),
        (r'"say \"yes\" \\ no"', TextTerm(Field.WORD, r'say "yes" \ no')),
        ("state:Pressure", StateTerm(NodeState.PRESSURE)),
        ("-state:ready", StateTerm(NodeState.READY, negated=True)),
    ],
)
def test_terms(text: str, term: Term) -> None:
    assert the_term(text) == term


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("50GiB", 50 * GIB),
        ("1.5GiB", 1536 * MIB),
        ("2TiB", 2048 * GIB),
        ("50gb", 50 * 10**9),
        ("7MiB", 7 * MIB),
        ("7MB", 7 * 10**6),
        ("3KiB", 3 * 1024),
        ("3kB", 3000),
        ("9B", 9),
        ("0b", 0),
        ("50Gi", 50 * GIB),
        ("50G", 50 * 10**9),
        ("999999999999999TiB", 999999999999999 * 2**40),
    ],
)
def test_sizes(text: str, size: int) -> None:
    term = the_term(f"size>{text}")
    assert isinstance(term, SizeTerm)
    assert term.size == pytest.approx(size, rel=1e-15)


@pytest.mark.parametrize("comparison", Comparison)
def test_comparisons(comparison: Comparison) -> None:
    assert the_term(f"size{comparison}1GiB") == SizeTerm(Field.SIZE, comparison, GIB)
    expected = SizeTerm(Field.IMAGE_SIZE, comparison, GIB, negated=True)
    assert the_term(f"-image-size{comparison}1GiB") == expected


@pytest.mark.parametrize(
    ("text", "expected", "example"),
    [
        ("-", Expected.WORD, ""),
        ("image:", Expected.IMAGE, "image:redis"),
        ("image:=", Expected.IMAGE, "image:redis"),
        ("registry:", Expected.REGISTRY, "registry:quay.io"),
        ("node:", Expected.NODE, "node:web"),
        ("-label:", Expected.LABEL, "label:pool=gpu"),
        ("label:=gpu", Expected.LABEL, "label:pool=gpu"),
        ('label:"=gpu"', Expected.LABEL, "label:pool=gpu"),
        ("runtime:", Expected.RUNTIME, "runtime:containerd"),
        ("state:", Expected.STATE, "pressure, ready, notready, unknown, cordoned"),
        ("state:full", Expected.STATE, "pressure, ready, notready, unknown, cordoned"),
        ("state:=ready", Expected.STATE, "pressure, ready, notready, unknown, cordoned"),
        ("size:5GiB", Expected.COMPARISON, "size>50GiB"),
        ("image-size:", Expected.COMPARISON, "image-size>5GiB"),
        ("size>", Expected.UNIT, "size>50GiB"),
        ("size>50", Expected.UNIT, "size>50GiB"),
        ("Image-Size<=5XB", Expected.UNIT, "image-size<=50GiB"),
        (f"size>{'9' * 5000}B", Expected.UNIT, "size>50GiB"),
        ("size>-5GiB", Expected.UNIT, "size>50GiB"),
        ('"a b', Expected.CLOSING_MARK, ""),
        ('image:"a b\\', Expected.CLOSING_MARK, ""),
        ('""', Expected.QUOTED_TEXT, ""),
        ('image:""', Expected.QUOTED_TEXT, ""),
        ('"a b"c', Expected.SPACE, ""),
    ],
)
def test_errors_say_what_was_expected(text: str, expected: Expected, example: str) -> None:
    assert the_error(f"  {text}") == TermError(text, 2, expected, example)


def test_a_wrong_term_leaves_the_others() -> None:
    query = parse_query("web state:full -redis size>5")
    assert query.terms == (
        TextTerm(Field.WORD, "web"),
        TextTerm(Field.WORD, "redis", negated=True),
    )
    assert [(error.term, error.position) for error in query.errors] == [
        ("state:full", 4),
        ("size>5", 22),
    ]


def test_errors_do_not_make_queries_different() -> None:
    assert parse_query("web size>") == parse_query(" web ")
    assert parse_query("web") != parse_query("we")


def test_what_is_sought_are_words_and_images() -> None:
    query = parse_query("Web image:redis -image:vllm -x node:a label:b state:ready size>1B")
    assert [term.text for term in query.sought] == ["web", "redis"]


@given(TEXTS)
@example("\x1c")
def test_any_text_gives_terms_and_errors(text: str) -> None:
    query = parse_query(text)
    parts = len(query.terms) + len(query.errors)
    assert bool(parts) == bool(text.split())
    assert parts <= len(text.split())
    for error in query.errors:
        assert text[error.position : error.position + len(error.term)] == error.term
        if error.expected is not Expected.STATE:
            assert not parse_query(error.example).errors


@given(st.text())
def test_plain_words_are_those_of_a_split(text: str) -> None:
    def is_plain(word: str) -> bool:
        return not word.startswith(("-", '"')) and ":" not in word and "size" not in word

    words = [word for word in text.casefold().split() if is_plain(word)]
    assert parse_query(" ".join(words)).terms == tuple(TextTerm(Field.WORD, word) for word in words)


@given(TEXTS.filter(bool))
def test_a_quoted_text_is_read_as_this_text(text: str) -> None:
    assert the_term(quoted(text)) == TextTerm(Field.WORD, text.casefold())
    for field in (Field.IMAGE, Field.REGISTRY, Field.NODE, Field.RUNTIME):
        assert the_term(f"{field}:{quoted(text)}") == TextTerm(field, text.casefold())
        assert the_term(f"-{field}:={quoted(text)}") == TextTerm(
            field, text.casefold(), exact=True, negated=True
        )


def test_what_needs_no_quotation_marks_has_none() -> None:
    assert quoted("docker.io/library/redis:7") == "docker.io/library/redis:7"
    assert quoted("a b") == '"a b"'


def test_the_filter_of_an_image_is_its_digest_or_its_whole_name() -> None:
    pinned = image("redis:7", f"redis@{digest('b')}", f"redis@{digest('a')}")
    assert image_term(pinned) == f"image:{digest('a')}"
    assert image_term(pinned, without=True) == f"-image:{digest('a')}"
    assert image_term(image("<none>:<none>", "redis:7")) == "image:=redis:7"
    assert image_term(image("redis:7"), without=True) == "-image:=redis:7"
    assert image_term(image("my app:1")) == 'image:="my app:1"'


@pytest.mark.parametrize("nameless", [image(), image("<none>:<none>"), image("")])
def test_an_image_without_name_and_digest_has_no_filter(nameless: ContainerImage) -> None:
    assert image_term(nameless) == image_term(nameless, without=True) == ""


def test_the_filter_of_a_repository_is_its_name_as_it_is_listed() -> None:
    pinned = image(f"quay.io/org/app@{digest('a')}", "quay.io/org/app:v1")
    assert repository_term(pinned) == "image:quay.io/org/app"
    assert repository_term(image("redis:7")) == "image:redis"
    assert repository_term(image("localhost:5000/app:v1")) == "image:localhost:5000/app"
    mirrored = image(f"mirror.example/app@{digest('a')}", "quay.io/org/app:v1")
    assert repository_term(mirrored) == "image:quay.io/org/app"
    for nameless in (image(), image("<none>:<none>"), image(digest("a"))):
        assert repository_term(nameless) == ""


@given(TEXTS.filter(bool))
def test_the_filter_of_a_registry_compares_the_whole(text: str) -> None:
    expected = TextTerm(Field.REGISTRY, text.casefold(), exact=True)
    assert the_term(registry_term(text)) == expected
    assert registry_term("") == ""


def test_the_filter_of_a_label_has_a_value_an_empty_one_or_none() -> None:
    assert label_term("pool", "gpu") == "label:pool=gpu"
    assert label_term("pool", "") == "label:pool="
    assert label_term("pool", None) == "-label:pool"
    assert the_term(label_term("a b", "c")) == TextTerm(Field.LABEL, "a b=c")


@given(st.lists(TEXTS, min_size=1, max_size=3), st.booleans())
def test_the_filter_of_any_image_can_be_parsed(names: list[str], without: bool) -> None:
    held = image(*names)
    text = image_term(held, without=without)
    if not text:
        assert held.reference is None
        return
    term: Any = the_term(text)
    assert term.negated is without
    assert term.text in held.folded
    assert term.exact is not bool(held.digests)


def test_an_empty_filter_matches_everything() -> None:
    assert parse_query("") == parse_query("  ") == Query()
