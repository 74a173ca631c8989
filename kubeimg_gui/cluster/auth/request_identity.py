"""The identity of one request: Authorization, client certificate, impersonation.

Header values are UTF-8, as Go programs send them. A value that no header can carry is refused
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
"""The characters of a header name (RFC 9110, 5.6.2), without the % that starts an escape."""
_SECRET_CHARACTERS = 4
"""A shorter value is not taken for a secret: it may occur in any text."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the server sees; identities that look the same to it are equal.

    Attributes:
        headers: Authorization and impersonation; names may repeat.
        certificate: the client certificate for the TLS handshake.
        secrets: values that kubeimg never shows, in case the server repeats them.
        refusal: the sentence for a 401, without a full stop.
    """

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    certificate: ClientCertificate | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False, compare=False)
    refusal: str = field(
        default="The kubeconfig names no credentials, but the server requires them", compare=False
    )

    def hide_secrets(self, text: str) -> str:
        """Returns `text` with each secret of this identity replaced."""
        for secret in self.secrets:
            if len(secret) >= _SECRET_CHARACTERS:
                text = text.replace(secret, REDACTED)
        return text


def bearer(token: str, what: str, error: type[ClusterError]) -> tuple[str, str]:
    """Returns the header for a token; raises `error`, whose text begins with `what`."""
    return ("Authorization", f"Bearer {header_value(token, what, error)}")


def basic(user: str, password: str) -> tuple[str, str]:
    """Returns the header for a user name and a password."""
    return ("Authorization", f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}")


def impersonation(user: User, name: str) -> tuple[tuple[str, str], ...]:
    """Returns the impersonation headers of the user called `name`, () where there are none.

    Raises KubeconfigError.
    """
    if not user.as_user:
        if user.as_uid or user.as_groups or user.as_user_extra:
            raise KubeconfigError(
                f"The user {name!r} impersonates a group, a uid or extra fields, but no user: add "
                "the user's name to the kubeconfig (as:)"
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
    what = f"A name that the user {name!r} impersonates"
    return tuple((header, header_value(value, what, KubeconfigError)) for header, value in pairs)


def header_value(value: str, what: str, error: type[ClusterError]) -> str:
    """Returns `value` as http.client takes it; raises `error`, whose text begins with `what`."""
    if any(char != "\t" and (char < " " or char == "\x7f") for char in value):
        raise error(f"{what} contains a line end or another control character")
    return value.encode(errors="replace").decode("latin-1")


def _escaped(key: str) -> str:
    """Escapes a key as client-go's `headerKeyEscape` does."""
    return "".join(_escaped_bytes(key.encode()))


def _escaped_bytes(key: bytes) -> Iterable[str]:
    return (chr(byte) if chr(byte) in _HEADER_NAME else f"%{byte:02X}" for byte in key)
