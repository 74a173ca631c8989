"""README.md and resources/docs: links lead somewhere, examples are valid, lines fit."""

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from kubeimg_gui.arguments import parse

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = ROOT / "resources" / "docs"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]
README_LINES = 160
LINE_CHARACTERS = 120

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def lines(page: Path, *, code: bool) -> Iterator[str]:
    """The lines in fenced blocks, or those outside of them."""
    fenced = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced is code:
            yield line


def links(page: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", "\n".join(lines(page, code=False)))


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives the headings of a page."""
    headings = (line.lstrip("#") for line in lines(page, code=False) if re.match("#+ ", line))
    return {re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-") for text in headings}


def commands(page: Path, program: str) -> Iterator[list[str]]:
    """The arguments of each call of a program in the examples."""
    for line in lines(page, code=True):
        words = shlex.split(line, comments=True)
        for start, word in enumerate(words):
            if word.endswith(program) and words[start - 1] in ("$", "&&"):
                rest = words[start + 1 :]
                ends = [place for place, each in enumerate(rest) if each in ("|", "&&", ">")]
                yield rest[: min(ends, default=len(rest))]


@every_page
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_in_the_contents_and_in_the_readme() -> None:
    pages = {page.name for page in DOCS.glob("*.md")} - {"index.md"}
    assert {link for link in links(DOCS / "index.md") if ":" not in link} == pages
    linked = {Path(link.partition("#")[0]).name for link in links(README)}
    assert linked >= pages


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= README_LINES


@every_page
def test_lines_fit(page: Path) -> None:
    for line in lines(page, code=False):
        assert line.startswith("|") or len(line) <= LINE_CHARACTERS, line


@every_page
def test_no_table_follows_a_block_of_code(page: Path) -> None:
    """Qt would put an empty line into the table's first cell."""
    written = [line for line in page.read_text(encoding="utf-8").splitlines() if line]
    for line, following in pairwise(written):
        assert not (line == "```" and following.startswith("|")), following


@every_page
def test_examples_of_kubeimg_are_valid(page: Path) -> None:
    for arguments in commands(page, "kubeimg-gui"):
        parse(arguments)


def test_examples_are_found() -> None:
    assert ["watch", "-o", "json"] in list(commands(README, "kubeimg-gui"))
    assert ["-o", "json"] in [each[1:] for each in commands(DOCS / "json.md", "kubeimg-gui")]


@every_page
def test_examples_of_make_are_targets(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    named = [words[0] for words in commands(page, "make")]
    named += re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))
    assert set(named) <= set(targets)
