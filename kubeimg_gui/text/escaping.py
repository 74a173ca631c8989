"""Escaping of output for other programs.

Names in a cluster can contain text that a spreadsheet runs as a formula, or control characters
that a terminal obeys.
"""

import re

_FORMULA = re.compile("[=+\\-@\t\r＝＋－＠]")
"""Prefixes of text that a spreadsheet runs. (OWASP, "CSV Injection")"""


def csv_cell(text: str) -> str:
    """Returns `text` for a CSV cell, with an apostrophe before what would be a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def json_text(value: object) -> str:
    r"""Encodes `value` as JSON on one line in printable ASCII; other characters become `\uXXXX`.

    The output is safe in any terminal and encoding, and decodes to the same value.
    """
    import json  # late: of all faces only two write JSON

    return json.dumps(value, separators=(",", ":")).replace("\x7f", r"\u007f")
