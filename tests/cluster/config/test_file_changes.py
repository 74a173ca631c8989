"""Changes of files, as their metadata shows them."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kubeimg_gui.cluster.config.file_changes import FileChanges


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config"
    path.write_text("before")
    return path


def swap_mount(link: Path, content: str) -> None:
    """Replaces the folder behind a file as a kubelet does for a mounted secret."""
    folder = link.parent / f"..{content}"
    folder.mkdir()
    (folder / "token").write_text(content)
    pointer = link.parent / "..new"
    pointer.symlink_to(folder.name)
    pointer.replace(link.parent / "..data")


def replace_by_a_copy(path: Path) -> None:
    """As an editor that writes a new file does; size, content and time stay the same."""
    copy, found = path.with_suffix(".new"), path.stat()
    copy.write_text(path.read_text())
    os.utime(copy, ns=(found.st_atime_ns, found.st_mtime_ns))
    copy.replace(path)


@pytest.mark.parametrize(
    "change",
    [
        partial(Path.write_text, data="longer than before"),
        partial(os.utime, ns=(1, 1)),
        partial(Path.chmod, mode=0o600),
        Path.unlink,
        replace_by_a_copy,
    ],
    ids=["size", "time", "mode", "removed", "replaced"],
)
def test_a_change_is_found(path: Path, change: Callable[[Path], object]) -> None:
    changes = FileChanges(lambda: [path])
    changes.note()
    assert not changes.found()
    change(path)
    assert changes.found()
    assert changes.found(), "until it is noted"
    changes.note()
    assert not changes.found()


def test_a_file_that_appears_is_found(tmp_path: Path) -> None:
    path = tmp_path / "later" / "config"
    changes = FileChanges(lambda: [path])
    changes.note()
    path.parent.mkdir()
    assert not changes.found()
    path.write_text("")
    assert changes.found()


def test_the_folder_behind_a_link_is_replaced(tmp_path: Path) -> None:
    link = tmp_path / "token"
    swap_mount(link, "one")
    link.symlink_to("..data/token")
    changes = FileChanges(lambda: [link])
    changes.note()
    swap_mount(link, "two")
    assert changes.found()


def test_each_of_several_files_counts(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in "abc"]
    changes = FileChanges(lambda: paths)
    for path in paths:
        changes.note()
        path.write_text("now")
        assert changes.found()


def test_a_file_that_is_named_only_later_counts_from_then_on(tmp_path: Path) -> None:
    """The kubeconfig is read in between, and names it."""
    named = [tmp_path / "config"]
    changes = FileChanges(lambda: named)
    changes.note()
    (tmp_path / "token").write_text("one")
    named.append(tmp_path / "token")
    assert not changes.found()
    (tmp_path / "token").write_text("two and more")
    assert changes.found()


def test_a_name_that_no_file_can_have_is_a_missing_file() -> None:
    changes = FileChanges(lambda: [Path("\0")])
    changes.note()
    assert not changes.found()
