"""What one request shows a server of who makes it, and in whose name.

Header values go out as Go programs send them, in UTF-8, and what no header can carry is refused
before anything is sent.
"""

import string
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field

from kubeimg_gui.cluster.config.kubeconfig_file import User
from kubeimg_gui.cluster.config.tls import ClientCertificate
from kubeimg_gui.cluster.errors import ClusterError, KubeconfigError
from kubeimg_gui.text.redaction import REDACTED

_HEADER_NAME = frozenset(string.ascii_letters + string.digits + "!#$&'*+-.^_`|~")
"""What may stand in a header's name (RFC 9110, 5.6.2), but for the sign of an escape."""
_SECRET_CHARACTERS = 4
"""What is shorter is no secret, and may stand in any text."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the server sees; two that look the same to it are equal.

    Attributes:
        headers: Authorization and impersonation, repeated names among them.
        certificate: to show in the handshake.
        secrets: what must never be shown, should the server repeat it.
        refusal: what to tell a person where the server does not take it, a sentence without end.
    """

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    certificate: ClientCertificate | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False, compare=False)
    refusal: str = field(
        default="The kubeconfig names no credentials, and the server asks for some", compare=False
    )

    def hide_secrets(self, text: str) -> str:
        """`text` without what this identity must not tell."""
        for secret in self.secrets:
            if len(secret) >= _SECRET_CHARACTERS:
                text = text.replace(secret, REDACTED)
        return text


def bearer(token: str, what: str, error: type[ClusterError]) -> tuple[str, str]:
    """The header that shows a token; raises `error`, which begins with `what`."""
    return ("Authorization", f"Bearer {header_value(token, what, error)}")


def basic(user: str, password: str) -> tuple[str, str]:
    """The header that shows a name and a password."""
    return ("Authorization", f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}")


def impersonation(user: User, name: str) -> tuple[tuple[str, str], ...]:
    """The headers for acting as somebody else, where the user called `name` does.

    Raises KubeconfigError.
    """
    if not user.as_user:
        if user.as_uid or user.as_groups or user.as_user_extra:
            raise KubeconfigError(
                f"The user {name!r} acts in groups, with a uid or with extras, but as nobody: the "
                "kubeconfig must say as whom (as:)"
            )
        return ()
    pairs = [("Impersonate-User", user.as_user)]
    if user.as_uid:
        pairs.append(("Impersonate-Uid", user.as_uid))
    pairs += [("Impersonate-Group", group) for group in user.as_groups]
    pairs += [
        (f"Impersonate-Extra-{_escaped(key.lower())}", value)
        for key, values in user.as_user_extra.items()
        for value in values
    ]
    what = f"A name that the user {name!r} acts as"
    return tuple((header, header_value(value, what, KubeconfigError)) for header, value in pairs)


def header_value(value: str, what: str, error: type[ClusterError]) -> str:
    """`value` as http.client takes it; raises `error`, which begins with `what`."""
    if any(sign != "\t" and (sign < " " or sign == "\x7f") for sign in value):
        raise error(f"{what} holds a line end or another control character")
    return value.encode(errors="replace").decode("latin-1")


def _escaped(key: str) -> str:
    """As client-go's `headerKeyEscape` does it."""
    return "".join(_escaped_bytes(key.encode()))


def _escaped_bytes(key: bytes) -> Iterable[str]:
    return (chr(byte) if chr(byte) in _HEADER_NAME else f"%{byte:02X}" for byte in key)
