"""Notices that files have changed, by what the file system says about them.

Their content is not read. Symbolic links are followed, so that a file in a Kubernetes mount, which
is a link into a folder that is replaced as a whole, has changed with that folder.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

_Stamp = tuple[int, ...] | None
"""Device, inode, size, and the times of the last change of content and of permissions."""


class FileChanges:
    """Looks for changes of the files that `files` returns; confined to one thread.

    A file may appear, disappear or be replaced. One that cannot be examined counts as missing.
    """

    def __init__(self, files: Callable[[], Iterable[Path]]) -> None:
        self._files = files
        self._known: dict[Path, _Stamp] = {}

    def note(self) -> None:
        """Remembers the files as they are now."""
        self._known = {path: _stamp(path) for path in self._files()}

    def found(self) -> bool:
        """Returns whether a file has changed since `note`, or since `files` first returned it."""
        stamps = {path: _stamp(path) for path in self._files()}
        self._known = {**stamps, **self._known}
        return any(self._known[path] != stamp for path, stamp in stamps.items())


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except (OSError, ValueError):  # a zero byte in the name is a ValueError
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
