"""Formats sizes, times, counts and untrusted text for the window.

Names, labels and reasons come from a cluster, a kubeconfig or a plugin. They are untrusted: they
must not act as markup, hide characters, change the writing direction or be longer than Qt can lay
out quickly.
"""

import html
import re
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QLocale

from kubeimg_gui.qt.base.translations import TranslationContext, plural_count
from kubeimg_gui.text import units
from kubeimg_gui.text.sanitize import plain

translate = QCoreApplication.translate
Counts = TranslationContext("Counts")

LONGEST = 500
"""Maximum characters of untrusted text on one line; a repository and two digests fit."""
LONGEST_ENTRY = 160
"""Maximum characters in an entry of a menu."""
UNKNOWN_TIME = "—"
LONGEST_LINES, LONGEST_TIP = 20, 60
"""Maximum lines of untrusted text in a message, and in a tooltip."""


def signed_size(count: int) -> str:
    """Returns a change in bytes with arrow and sign, `▲ +6.6 GiB`; `·` for none."""
    if not count:
        return "·"
    return f"▲ +{units.size(count)}" if count > 0 else f"▼ \N{MINUS SIGN}{units.size(-count)}"


def signed_exact_size(count: int) -> str:
    """Returns an exact change with its sign: `+7,086,696,038 bytes`; without one for none."""
    sign = "+" if count > 0 else "\N{MINUS SIGN}" if count < 0 else ""
    return sign + exact_size(abs(count))


def exact_size(count: int) -> str:
    """Returns an exact number of bytes: `7,086,696,038 bytes`."""
    text = Counts.tr("{count} byte(s)", "", plural_count(count))
    return text.format(count=f"{count:,}")


def ago(seconds: float) -> str:
    """Returns how long ago something was: `0.4 s ago`, `5 min ago`."""
    return translate("Ages", "{time} ago").format(time=units.elapsed(seconds))


def clock(at: float, now: float) -> str:
    """Returns the local time of an epoch time: `14:02`, with its date if that is not today."""
    return _dated(at, now, "%H:%M")


def time_of_day(at: float, now: float) -> str:
    """Returns the local time with seconds: `14:02:31`, with its date if that is not today."""
    return _dated(at, now, "%H:%M:%S")


def moment(at: float) -> str:
    """Returns the local date and time of an epoch time with seconds."""
    local = _local(at)
    return UNKNOWN_TIME if local is None else f"{local:%Y-%m-%d %H:%M:%S}"


def same_day(at: float, other: float) -> bool:
    """Returns whether two epoch times are on the same local day."""
    one, two = _local(at), _local(other)
    return one is not None and two is not None and one.date() == two.date()


def nodes(count: int) -> str:
    """Returns a number of nodes: `1 node`, `1,200 nodes`."""
    return Counts.tr("%Ln node(s)", "", count)


def images(count: int) -> str:
    """Returns a number of images: `1 image`, `50 images`."""
    return Counts.tr("%Ln image(s)", "", count)


def contexts(count: int) -> str:
    """Returns a number of contexts: `1 context`, `9,800 contexts`."""
    return Counts.tr("%Ln context(s)", "", count)


def listed(lines: Sequence[str], most: int = LONGEST_LINES) -> str:
    """Returns the first lines of a list, and the number of further lines."""
    if len(lines) <= most:
        return "\n".join(lines)
    more = Counts.tr("and %Ln more", "", len(lines) - most)
    return "\n".join((*lines[:most], more))


def line(text: str, most: int = LONGEST) -> str:
    """Returns untrusted text on one line, all characters visible, cut where it is too long."""
    return plain(text, most)


def passage(text: str, most: int = LONGEST_LINES) -> str:
    """Returns untrusted text of several lines, each like `line`, at most `most` of them."""
    lines = text.rstrip().replace("\r\n", "\n").expandtabs().split("\n")
    return listed([line(each) for each in lines], most)


def visible(text: str) -> str:
    """Returns untrusted text of any length and any number of lines, for a text view."""
    return "\n".join(map(plain, text.split("\n")))


def shortened(text: str, most: int = 60) -> str:
    """Returns text on one line with single spaces, cut to `most` characters."""
    return plain(" ".join(text.split()), most)


def fill(template: str, **values: str) -> str:
    """Replaces all `{placeholders}` of a template at once, so braces in the values stay text.

    Values are untrusted text and go through `line`.
    """
    return re.sub(
        r"\{(\w+)\}",
        lambda found: line(values[found[1]]) if found[1] in values else found[0],
        template,
    )


def menu_entry(text: str) -> str:
    """Returns untrusted text as an entry of a menu, where Qt takes `&` for a mnemonic."""
    return shortened(text, LONGEST_ENTRY).replace("&", "&&")


def tooltip(text: str) -> str:
    """Returns text for a tooltip that shows it literally, line by line.

    Qt guesses whether a tooltip is rich text, and a node may be named `<b>`; so tooltips are
    always rich text with everything escaped.
    """
    return f"<p style='white-space:pre'>{html.escape(passage(text, LONGEST_TIP))}</p>"


def _dated(at: float, now: float, pattern: str) -> str:
    """Returns a time of today; `Nov 28 14:02` of this year; `2025-11-28 14:02` of another."""
    local, today = _local(at), _local(now)
    if local is None or today is None:
        return UNKNOWN_TIME
    time = f"{local:{pattern}}"
    if local.date() == today.date():
        return time
    if local.year != today.year:
        return f"{local:%Y-%m-%d} {time}"
    month = QLocale().monthName(local.month, QLocale.FormatType.ShortFormat)
    return f"{month} {local.day} {time}"


def _local(at: float) -> datetime | None:
    """Returns the local time of an epoch time; None if it is out of range."""
    try:
        return datetime.fromtimestamp(at).astimezone()
    except (ValueError, OverflowError, OSError):
        return None
