"""Removes possible secrets from text that users may see, such as logs and crash reports.

It recognises the formats of Kubernetes credentials and removes too much rather than too little;
names of nodes and images, digests and tracebacks stay readable.
"""

import re
from functools import cache

REDACTED = "…redacted…"

_BASE64 = r"[A-Za-z0-9+/]{40,}={0,2}"
_LINES = rf"(?:(?:\\[nr]|\s)+{_BASE64})*+"
"""Lines of base64 that continue the previous line."""
_ASSIGNED = r"""(?:\\*["'][ \t]*+[:=]|[ \t]*+=|[ \t]*+:(?=[\s"'\\\[]))[ \t]*+"""
"""Between key and value. A colon alone may also stand before the tag of an image."""
_WORD = rf"""(?:["'][^\n]+|[^\s&]+{_LINES}|\n[ \t]+{_BASE64}{_LINES})"""
_BLOCK = r"[|>][-+0-9]*[ \t]*(?:\n[ \t]+[^\n]*|\n(?=[ \t]*\n))+"
"""A value of several lines in YAML."""


def _field(key: str, assigned: str, bare_value: str) -> re.Pattern[str]:
    """A field in YAML, JSON, Python or `key=value`, whose key ends in `key`."""
    return re.compile(
        rf"""((?:{key}){assigned})"""
        rf"""(?!\\*["']?{REDACTED}|\\*""|\\*''"""
        r"""|(?:null|none|true|false)[ \t]*+(?:[,;)\]}]|$))"""
        rf"""(?:b?(\\*["'])[^\n]+?(?<!\\)\2|{_BLOCK}|{bare_value})""",
        re.IGNORECASE | re.MULTILINE,
    )


@cache
def _secrets() -> tuple[re.Pattern[str], ...]:
    """The forms of secrets; compiled when text is first redacted."""
    return (
        # Group 1 is the text before the secret, group 2 its quotation mark; both are kept.
        # PEM, even without an END line.
        re.compile(
            r"()()-----BEGIN [^-\n]{1,40}-----"
            rf"(?:(?:[^-]|-(?!----))*+-----END [^-\n]{{1,40}}-----|{_LINES})"
        ),
        # The schemes of an Authorization header, anywhere in the text.
        re.compile(
            rf"\b(bearer(?:[ \t]|%20)+)()(?!{REDACTED}|(?:tokens?|auth\w*|realm)\b)[\w.~+/=-]+",
            re.IGNORECASE,
        ),
        re.compile(r"\b((?i:basic)[ \t]+)()(?=\w+?[A-Z0-9=])[A-Za-z0-9+/]{8,}={0,2}"),
        # Fields; those whose values may hold spaces come first.
        _field(
            r"authorization|cookie|passw(?:or)?d|passphrase",
            r"""\\*["']?[ \t]*+[:=][ \t]*+""",
            r"[^\n]+",
        ),
        _field(
            r"token|secret|\bauth"
            r"|(?:api|access|private)[-_]?key|(?:key|certificate|authority)[-_]?data",
            _ASSIGNED,
            _WORD,
        ),
        # JSON Web Tokens; PEM in base64; tokens of OpenShift, Google and Amazon.
        re.compile(r"()()eyJ[\w-]{4,2000}\.[\w-]+(?:\.[\w-]*)*"),
        re.compile(rf"()()LS0tLS1[A-Za-z0-9+/]+={{0,2}}{_LINES}"),
        re.compile(r"()()(?:sha256~|ya29\.|k8s-aws-v1\.)[\w=-]{16,}"),
        # Arguments of a command, in a list too.
        re.compile(
            rf"""(?<![\w-])(--[\w-]*(?:token|password|secret)["']?,?[ \t]+["']?)()(?!{REDACTED})"""
            r"""[^\s"']+""",
            re.IGNORECASE,
        ),
        # User and password in a URL, but not the name before the digest of an image.
        re.compile(r"""(?<=://)()()[^\s/?#"'<>]+(?=@(?!sha\d+:))"""),
    )


def redact(text: str) -> str:
    """Returns the text with `…redacted…` in place of possible secrets; idempotent, any thread."""
    for secret in _secrets():
        text = secret.sub(rf"\1\2{REDACTED}\2", text)
    return text
