"""YAML as kubectl reads it: kubeconfigs and the values that both kubectl and kubeimg find in them.

None stands for a file that both refuse.
"""

from textwrap import dedent

TEMPLATE = """\
apiVersion: v1
kind: Config
current-context: {context}
clusters:
- name: main
  cluster:
    server: https://main.example
    disable-compression: {flag}
contexts:
- name: {context}
  context: {{cluster: main, user: main}}
users:
- name: main
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: plugin
      interactiveMode: Never
      args:
      - {argument}
      env:
      - {{name: A, value: {value}}}
"""
SERVER = "https://main.example"


def kubeconfig(
    context: str = "main", flag: str = "false", argument: str = "a", value: str = "b"
) -> bytes:
    """A kubeconfig in which one word is written in another way."""
    words = {"context": context, "flag": flag, "argument": argument, "value": value}
    return TEMPLATE.format(**words).encode()


ARGUMENTS: dict[str, str | None] = {
    "22:22": "22:22",
    "1:30:00": "1:30:00",
    "190:20:30.15": "190:20:30.15",
    "=": "=",
    "<<": "<<",
    "yEs": "yEs",
    "2026-01-01": "2026-01-01",
    "2026-01-01T10:00:00Z": "2026-01-01T10:00:00Z",
    "10.0.0.1": "10.0.0.1",
    "1.2.3": "1.2.3",
    "0o8": "0o8",
    "0x": "0x",
    "_1": "_1",
    "1e": "1e",
    "1e999": "1e999",
    ".e5": ".e5",
    "nan": "nan",
    "--port=1": "--port=1",
    "a: b": None,  # a mapping
    "'y'": "y",
    '"1e5"': "1e5",
    "! y": "y",
    "! x": "x",
    "!!str y": "y",
    "!!str 017": "017",
    "!!str": "",
    "!!binary aGVsbG8=": "hello",
    "!!binary /w==": "\ufffd",
    "!!binary aGVsbG8": None,
    "!!binary '?'": None,
    "!!timestamp 2026-01-01": "2026-01-01",
    "!!timestamp x": None,
    "!!int x": None,
    "!!int '7'": None,
    "!local x": "x",
    "!<tag:example.org,2026:x> x": "x",
    "~": "",
    "": "",
    "null": "",
    "y": None,
    "no": None,
    "on": None,
    "017": None,
    "08": None,
    "0o17": None,
    "0x1F": None,
    "0b101": None,
    "1_000": None,
    "5_": None,
    "1e5": None,
    "1.": None,
    ".5": None,
    "+1": None,
    "-1": None,
    "18446744073709551616": None,
    ".inf": None,
    ".nan": None,
    "[]": None,
    "|\n        a\n        b": "a\nb\n",
    ">-\n        a\n        b": "a b",
    '"\\u00e9\\x41\\U0001F600"': "éA😀",
    '"\\ud83d\\ude00"': None,  # half characters
    '"a\\/b"': None,
    "'a\\/b'": "a\\/b",
    "a\tb": "a\tb",
    "\ta": None,
    "a  # b": "a",
    "a#b": "a#b",
    "@a": None,
    "%a": None,
    "*a": None,
    "&a x": "x",
}
"""The only argument of a plugin, as it is written and as the plugin gets it."""

FLAGS: dict[str, bool | None] = {
    **dict.fromkeys(("y", "Y", "yes", "on", "ON", "True", "TRUE", "!!bool 'yes'"), True),
    **dict.fromkeys(("n", "No", "off", "OFF", "false", "FALSE", "~", ""), False),
    **dict.fromkeys(("'y'", "1", "0", "tRue", "oN", "!!str true", "[true]", "!!bool 1")),
}
"""Whether compression is disabled."""

CONTEXTS: dict[str, str | None] = {
    "22:22": "22:22",
    "2026-01-01": "2026-01-01",
    "=": "=",
    "1.2.3": "1.2.3",
    "日本": "日本",
    "a b": "a b",
    '"y"': "y",
    **dict.fromkeys(("y", "no", "1e5", "0o17", "017", "1_0", "5", ".5", "{a: b}")),
}
"""The name of the current context."""

IN_BRACES: dict[str, str | None] = {
    "22:22": "22:22",
    "=": "=",
    "http://x:1/y": "http://x:1/y",
    '"a?b"': "a?b",
    "a?b": None,
    "<<": "<<",
    "1e5": None,
    "~": "",
}
"""A value within { }."""


def _text(text: str) -> bytes:
    return dedent(text).encode()


_MAIN = kubeconfig()
_REST = "contexts: [{name: main, context: {cluster: main, user: ''}}]\n"
_JSON = (
    b'{"current-context": "main", "users": null, "contexts": [{"name": "main", "context":'
    b' {"cluster": "main"}}], "clusters": [{"name": "main", "cluster":'
    b' {"server": "https://main.example"}}]}'
)
_CLUSTERS = f"current-context: main\n{_REST}clusters:\n"

DOCUMENTS: dict[str, tuple[bytes, str | None]] = {
    "a trailing ---": (_MAIN + b"---\n", SERVER),
    "a leading ---": (b"---\n" + _MAIN, SERVER),
    "the first document of two": (_MAIN + b"---\n" + kubeconfig("other"), SERVER),
    "a broken second document": (_MAIN + b"---\nclusters: [", SERVER),
    "text after the end": (_MAIN + b"...\n]", SERVER),
    "a byte order mark": (b"\xef\xbb\xbf" + _MAIN, SERVER),
    "Windows line ends": (_MAIN.replace(b"\n", b"\r\n"), SERVER),
    "UTF-16": (_MAIN.decode().encode("utf-16"), SERVER),
    "Latin-1": (kubeconfig("\xe4").decode().encode("latin-1"), None),
    "a zero byte": (_MAIN + b"\0", None),
    "%YAML 1.1": (b"%YAML 1.1\n---\n" + _MAIN, SERVER),
    "%YAML 1.2": (b"%YAML 1.2\n---\n" + _MAIN, None),
    "%YAML without ---": (b"%YAML 1.1\n" + _MAIN, None),
    "an unknown directive": (b"%X 1\n---\n" + _MAIN, None),
    "a tab as indentation": (_MAIN.replace(b"    server", b"\tserver"), None),
    "a tab after a colon": (_MAIN.replace(b"server: ", b"server:\t"), SERVER),
    "a list": (b"- 1\n", None),
    "an empty list": (b"[]", None),
    "false": (b"false", None),
    "text": (b"hello", None),
    "JSON": (_JSON, SERVER),
    "JSON with tabs and line breaks": (_JSON.replace(b", ", b",\n\t"), SERVER),
    "JSON and more": (_JSON + b"]", SERVER),
    "JSON with a comma too many": (_JSON.replace(b"}]}", b"},]}"), SERVER),
    "JSON with an escaped slash": (_JSON.replace(b"//", b"\\/\\/"), None),
    "JSON with a half character": (_JSON.replace(b"main.example", b"\\ud83d\\ude00"), None),
    "JSON with DEL": (_JSON.replace(b"main.example", b"\x7f"), None),
    "JSON with a colon on the next line": (_JSON.replace(b'server":', b'server"\n:'), None),
    "the same key twice": (
        _text(_CLUSTERS + "- name: x\n  name: main\n  cluster: {server: a}"),
        "a",
    ),
    "the same section twice": (
        _text("clusters: 5\n" + _CLUSTERS + "- {name: main, cluster: {server: a}}\n"),
        "a",
    ),
    "a number as an unknown key": (_MAIN + b"5: x\n~x: y\n", SERVER),
    "null as a key": (_MAIN + b"~: x\n", None),
    "a list as a key": (_MAIN + b"[a]: x\n", None),
    "an unknown field": (_MAIN + b"colour: {a: [1, ~, 1e5]}\n", SERVER),
    "an infinite number in an unknown field": (_MAIN + b"colour: .inf\n", None),
    "a namespace that is a number": (_MAIN.replace(b"user: main}", b"namespace: 5}"), None),
    "a null entry": (_MAIN + b"extensions: [~]\n", SERVER),
    "an alias": (
        _text("x: &x {server: a}\n" + _CLUSTERS + "- {name: main, cluster: *x}"),
        "a",
    ),
    "an alias of nothing": (_text(_CLUSTERS + "- {name: main, cluster: *x}"), None),
    "a merge key": (
        _text("x: &x {server: a}\n" + _CLUSTERS + "- {name: main, cluster: {<<: *x}}"),
        "a",
    ),
    "a merge key after the field": (
        _text("x: &x {server: a}\n" + _CLUSTERS + "- {name: main, cluster: {server: b, <<: *x}}"),
        "a",
    ),
    "a merge key before the field": (
        _text("x: &x {server: a}\n" + _CLUSTERS + "- {name: main, cluster: {<<: *x, server: b}}"),
        "b",
    ),
    "a merge of several": (
        _text(_CLUSTERS + "- {name: main, cluster: {<<: [{server: a}, {server: b}]}}"),
        "a",
    ),
    "a quoted merge key": (
        _text(_CLUSTERS + "- {name: main, cluster: {'<<': {server: a}, server: b}}"),
        "b",
    ),
    "a merge of text": (_text(_CLUSTERS + "- {name: main, cluster: {<<: a}}"), None),
    "a merge of an alias of a list": (
        _text("x: &x [{server: a}]\n" + _CLUSTERS + "- {name: main, cluster: {<<: *x}}"),
        None,
    ),
    "a tag of a collection": (
        _text(_CLUSTERS + "- !!python/object:x {name: main, cluster: !!set {server: a}}"),
        "a",
    ),
    "data in lines": (
        _text(
            _CLUSTERS
            + "- name: main\n  cluster:\n    server: a\n"
            + "    certificate-authority-data: |\n      QUFB\n      QUFB\n"
        ),
        "a",
    ),
    "data with a space": (
        _text(
            _CLUSTERS
            + "- name: main\n  cluster: {server: a, certificate-authority-data: QUFB QUFB}"
        ),
        None,
    ),
    "data of another cluster that is not base64": (
        _MAIN.replace(
            b"contexts:", b"- {name: x, cluster: {certificate-authority-data: A}}\ncontexts:"
        ),
        None,
    ),
    "an alias bomb": (
        _text(
            "a: &a [1,1,1,1,1,1,1,1,1]\n"
            + "".join(
                f"{after}: &{after} [{','.join([f'*{before}'] * 9)}]\n"
                for before, after in zip("abcdefgh", "bcdefghi", strict=True)
            )
        )
        + _MAIN,
        None,
    ),
    "an alias of what contains it": (b"a: &a [*a]\n" + _MAIN, None),
}
"""Whole files, and the server of their only cluster."""
