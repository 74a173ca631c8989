r"""Makes untrusted text safe to show on one line.

Names, labels, messages and the output of plugins may contain characters that move the cursor of a
terminal, change the writing direction or are invisible; they are replaced by visible escapes.
"""

import re

_SYMBOL = "\u2000-\u3300\U0001f000-\U0001faff"
_HARMFUL = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff"  # halves of surrogate pairs, which no encoding can write
    # Invisible characters and writing directions: `Default_Ignorable_Code_Point` of Unicode's
    # DerivedCoreProperties.txt, the interlinear annotations U+FFF9 to U+FFFB, and U+FFFC, which
    # stands for an object such as an image.
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffc"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
    rf"|(?<![{_SYMBOL}])[\ufe0e\ufe0f]"  # but not the variation selector of an emoji
)
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def plain(text: str, most: int | None = None) -> str:
    r"""Returns `text` on one line, all characters visible, at most `most` characters long.

    Control characters, line ends, changes of the writing direction, invisible characters and
    unpaired surrogates become Python escapes (`\x1b`, `\n`, `\u202e`), and so does the joiner
    within an emoji, so that different texts never look the same. Everything else, including
    backslashes, is unchanged, so the function is idempotent. A text that is cut ends with `…`.
    """
    # No replacement is shorter than its character, so the rest cannot matter.
    shown = _HARMFUL.sub(_escape, text if most is None else text[: most + 1])
    return shown if most is None or len(shown) <= most else f"{shown[: most - 1]}…"


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
