"""How the window words sizes, times and counts, and how it keeps a stranger's text plain.

Every string a person reads is translated here or where it is shown; names, labels and reasons
come from a cluster, a kubeconfig or a plugin, so nothing of theirs may ever be taken for markup,
hide, turn a line's direction or be longer than Qt can lay out in passing.
"""

import html
import re
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.qt.base.translations import TranslationContext, plural_count
from kubeimg_gui.text import units
from kubeimg_gui.text.sanitize import plain

translate = QCoreApplication.translate
Counts = TranslationContext("Counts")

LONGEST = 500
"""Characters of a stranger's text on one line; a registry, a repository and two digests fit."""
LONGEST_ENTRY = 160
"""Characters in an entry of a menu."""
LONGEST_LINES, LONGEST_TIP = 20, 60
"""Lines of a stranger's text that are shown in passing, and in a tooltip."""


def signed_size(count: int) -> str:
    """A change in bytes with its arrow and sign, `▲ +6.6 GiB`; `·` for none."""
    if not count:
        return "·"
    return f"▲ +{units.size(count)}" if count > 0 else f"▼ \N{MINUS SIGN}{units.size(-count)}"


def exact_size(count: int) -> str:
    """A number of bytes to the last one: `7,086,696,038 bytes`."""
    text = Counts.tr("{count} byte(s)", "", plural_count(count))
    return text.format(count=f"{count:,}")


def ago(seconds: float) -> str:
    """Returns how long ago something was: `0.4 s ago`, `5 min ago`."""
    return translate("Ages", "{time} ago").format(time=units.elapsed(seconds))


def clock(at: float) -> str:
    """The local time of day of an epoch time: `14:02`."""
    return _local(at, "%H:%M")


def time_of_day(at: float) -> str:
    """The local time of day of an epoch time to the second: `14:02:31`."""
    return _local(at, "%H:%M:%S")


def moment(at: float) -> str:
    """The local date and time of an epoch time to the second."""
    return _local(at, "%Y-%m-%d %H:%M:%S")


def nodes(count: int) -> str:
    """A number of nodes in words: `1 node`, `1,200 nodes`."""
    return Counts.tr("%Ln node(s)", "", count)


def images(count: int) -> str:
    """A number of images in words: `1 image`, `50 images`."""
    return Counts.tr("%Ln image(s)", "", count)


def listed(lines: Sequence[str], most: int = LONGEST_LINES) -> str:
    """The first lines of a list, and how many more there are."""
    if len(lines) <= most:
        return "\n".join(lines)
    more = Counts.tr("and %Ln more", "", len(lines) - most)
    return "\n".join((*lines[:most], more))


def line(words: str, most: int = LONGEST) -> str:
    """A stranger's words on one line, all of them visible, cut where they are too long."""
    return plain(words, most)


def passage(words: str, most: int = LONGEST_LINES) -> str:
    """A stranger's words on the lines they have, each like `line`, and not too many of them."""
    lines = words.rstrip().replace("\r\n", "\n").expandtabs().split("\n")
    return listed([line(each) for each in lines], most)


def visible(words: str) -> str:
    """A stranger's text of any length on the lines it has, to be scrolled and copied."""
    return "\n".join(map(plain, words.split("\n")))


def shortened(words: str, most: int = 60) -> str:
    """Words on one line, cut where they are too long to be read in passing."""
    return plain(" ".join(words.split()), most)


def fill(template: str, **values: str) -> str:
    """Put values in the places of a sentence at once: braces in a cluster's text mean nothing.

    Values are shown like a `line`.
    """
    return re.sub(
        r"\{(\w+)\}",
        lambda place: line(values[place[1]]) if place[1] in values else place[0],
        template,
    )


def menu_entry(words: str) -> str:
    """A stranger's words as an entry of a menu: Qt underlines what follows a `&`."""
    return shortened(words, LONGEST_ENTRY).replace("&", "&&")


def tooltip(words: str) -> str:
    """Text for a tooltip that shows exactly as it is, line by line.

    Qt guesses whether a tooltip is rich text, and a node may be named `<b>`: so it always is
    rich text, with everything in it escaped.
    """
    return f"<p style='white-space:pre'>{html.escape(passage(words, LONGEST_TIP))}</p>"


def _local(at: float, pattern: str) -> str:
    try:
        return f"{datetime.fromtimestamp(at).astimezone():{pattern}}"
    except (ValueError, OverflowError, OSError):  # a year that no calendar has
        return "—"
