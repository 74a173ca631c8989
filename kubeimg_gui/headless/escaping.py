"""What is written for other programs, so that none of them runs what a cluster's names say.

A spreadsheet takes some text for a formula, a terminal takes some characters for commands.
"""

import json
import re

from kubeimg_gui.headless.json_schema import JsonObject

_FORMULA = re.compile("[=+\\-@\t\r＝＋－＠]")
"""How text begins that a spreadsheet would run. (OWASP, "CSV Injection")"""


def csv_cell(text: str) -> str:
    """`text` for a cell of a spreadsheet, with an apostrophe before what would be a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def json_text(value: JsonObject | list[JsonObject]) -> str:
    r"""`value` as JSON on one line, in printable ASCII: all else in it is written `\uXXXX`.

    So no terminal obeys it and no encoding fails at it, and whoever reads it has the very value.
    """
    return json.dumps(value, separators=(",", ":")).replace("\x7f", r"\u007f")
