"""Makers of cases: a server's certificates, the trust, and what the clients make of them."""

from base64 import b64encode, encodebytes
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.x509.name import _ASN1Type as StringType  # pyright: ignore[reportPrivateUsage]
from cryptography.x509.oid import NameOID

from kubeimg_gui.cluster.x509 import der
from tests.support.issuing import (
    ANY,
    DAY,
    Extra,
    Issued,
    issue,
    key_usage,
)

HOST = "127.0.0.1"
UNKNOWN = "signed by an unknown authority"


@dataclass(frozen=True)
class Case:
    """One server, and the trust and the user of a kubeconfig.

    Attributes:
        chain: what the server presents, its own certificate first.
        bundle: the certificate-authority, in PEM.
        server_name: the tls-server-name; empty for the address.
        refused: a pattern of kubeimg's sentence; empty where both accept the server.
        only_kubectl: kubectl accepts the server, and kubeimg says so.
        user: entries of the user, in the form of a kubeconfig.
        server: options of TlsServer.
    """

    chain: tuple[Issued, ...]
    bundle: bytes
    server_name: str = ""
    refused: str = ""
    only_kubectl: bool = False
    user: dict[str, str] = field(default_factory=dict[str, str])
    server: dict[str, Any] = field(default_factory=dict[str, Any])


@cache
def authority() -> Issued:
    usage = key_usage(key_cert_sign=True, crl_sign=True)
    return issue("authority", authority=True, extra=[usage])


def leaf(refused: str = "", **options: Any) -> Callable[[], Case]:
    """A server's certificate for the address with these options."""

    def make() -> Case:
        return Case((issue("server", authority(), HOST, **options),), authority().pem, "", refused)

    return make


def only_kubectl(refused: str, **options: Any) -> Callable[[], Case]:
    def make() -> Case:
        issued = issue("server", authority(), HOST, **options)
        return Case((issued,), authority().pem, "", refused, only_kubectl=True)

    return make


def host(host: str, *names: str, refused: str = "") -> Callable[[], Case]:
    """A certificate for `names`, and a tls-server-name."""

    def make() -> Case:
        return Case((issue("server", authority(), *names),), authority().pem, host, refused)

    return make


def root(refused: str = "", *, names: tuple[str, ...] = (HOST,), **options: Any) -> Any:
    """A root with these options, and a certificate that it issues."""

    def make() -> Case:
        made = issue("root", **options)
        server_name = "" if HOST in names else names[0].replace("*", "kube")
        return Case((issue("server", made, *names),), made.pem, server_name, refused)

    return make


def below(refused: str = "", **options: Any) -> Callable[[], Case]:
    """An intermediate authority with these options."""

    def make() -> Case:
        middle = issue("middle", authority(), **_authority_options(options))
        return Case((issue("server", middle, HOST), middle), authority().pem, "", refused)

    return make


def _authority_options(options: dict[str, Any]) -> dict[str, Any]:
    return {"authority": True, **options}


def below_only_kubectl() -> Case:
    made = below("signed by an authority that allows any extended key usage", usages=[ANY])()
    return replace(made, only_kubectl=True)


def rotated(
    *, key_ids: bool, between: bool = False, names: tuple[str, ...] = (HOST,)
) -> Callable[[], Case]:
    """Three roots of one name, of which the second is the server's."""

    def make() -> Case:
        first, good, last = (issue("rotated", authority=True) for _ in range(3))
        middle = issue("middle", good, authority=True, key_ids=key_ids) if between else None
        served = issue("server", middle or good, *names, key_ids=key_ids)
        chain = (served, middle) if middle else (served,)
        server_name = "" if HOST in names else "kube.lan"
        return Case(chain, first.pem + good.pem + last.pem, server_name)

    return make


def renewed_with_the_same_key() -> Case:
    old = issue("renewed", authority=True)
    identifier: Extra = (x509.SubjectKeyIdentifier(b"\1" * 20), False)
    renewed = issue("renewed", authority=True, own_key=old.key, key_ids=False, extra=[identifier])
    return Case((issue("server", old, HOST),), renewed.pem)


def renewed_with_another_serial() -> Case:
    old = issue("renewed", authority=True)
    renewed = issue("renewed", authority=True, own_key=old.key)
    named = x509.AuthorityKeyIdentifier(
        x509.SubjectKeyIdentifier.from_public_key(old.key.public_key()).digest,
        [x509.DirectoryName(old.certificate.subject)],
        old.certificate.serial_number,
    )
    served = issue("server", old, HOST, key_ids=False, extra=[(named, False)])
    return Case((served,), renewed.pem)


def replaced_under_the_same_name() -> Case:
    old, new = issue("replaced", authority=True), issue("replaced", authority=True)
    return Case((issue("server", old, HOST),), new.pem, refused="signed by another key than")


def bundle(change: Callable[[bytes], bytes], refused: str = "") -> Callable[[], Case]:
    """The authority's PEM, changed."""

    def make() -> Case:
        served = issue("server", authority(), HOST)
        return Case((served,), change(authority().pem), refused=refused)

    return make


def beside(**options: Any) -> Callable[[], Case]:
    """A further root in the bundle, before the right one."""

    def make() -> Case:
        other = issue("other", **_authority_options(options))
        return Case((issue("server", authority(), HOST),), other.pem + authority().pem)

    return make


def presented(refused: str, *names: str) -> Callable[[], Case]:
    """The certificates of these names, in this order; `server` is issued by `middle`."""

    def make() -> Case:
        middle = issue("middle", authority(), authority=True)
        made = {
            "server": issue("server", middle, HOST),
            "middle": middle,
            "expired": issue(
                "middle", authority(), authority=True, own_key=middle.key, ends=-DAY / 2
            ),
            "root": authority(),
            "unrelated": issue("unrelated", authority=True),
            "unreadable": issue("unreadable", kind="secp256k1", authority=True),
        }
        return Case(tuple(made[each] for each in names), authority().pem, refused=refused)

    return make


def pinned(*, refused: str = "", **options: Any) -> Callable[[], Case]:
    """The server's certificate itself as the authority."""

    def make() -> Case:
        served = issue("server", None, HOST, **options)
        return Case((served,), served.pem, refused=refused)

    return make


def signed_with_pss(digest: hashes.HashAlgorithm, salt: int, refused: str = "") -> Any:
    def make() -> Case:
        made = issue("pss", authority=True, kind="rsa2048")
        pad = padding.PSS(padding.MGF1(digest), salt)
        built = issue("server", made, HOST, rsa_padding=pad, digest=digest)
        return Case((built,), made.pem, refused=refused)

    return make


def signed_with_sha1() -> Case:
    """Assembled by hand: `cryptography` no longer signs certificates with SHA-1."""
    served = issue("server", authority(), HOST)
    signed, _, _ = der.elements(der.only(served.der, der.SEQUENCE))
    fields = [each.whole for each in der.elements(signed.content)]
    identifier = bytes.fromhex("2a8648ce3d0401")  # ecdsa-with-SHA1
    fields[2] = der.encoded(der.SEQUENCE, der.encoded(der.OBJECT_IDENTIFIER, identifier))
    signed_again = der.encoded(der.SEQUENCE, b"".join(fields))
    signature = authority().key.sign(signed_again, ec.ECDSA(hashes.SHA1()))
    bit_string = der.encoded(der.BIT_STRING, b"\0" + signature)
    content = signed_again + fields[2] + bit_string
    certificate = x509.load_der_x509_certificate(der.encoded(der.SEQUENCE, content))
    refused = "has a signature of an insecure kind, such as SHA-1"
    return Case((Issued(certificate, served.key),), authority().pem, refused=refused)


def issuer_in_another_encoding() -> Case:
    def name(kind: StringType) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "encoded", kind)])

    made = issue(name(StringType.UTF8String), authority=True)
    printable = name(StringType.PrintableString)
    served = issue("server", made, HOST, issuer_name=printable)
    return Case((served,), made.pem, refused="in another encoding")


def cipher(name: str, refused: str = "") -> Callable[[], Case]:
    def make() -> Case:
        served = issue("server", authority(), HOST, kind="rsa2048")
        options = {"ciphers": f"{name}:@SECLEVEL=0", "tls12_only": True}
        return Case((served,), authority().pem, refused=refused, server=options)

    return make


def client(
    change: Callable[[bytes, bytes], tuple[bytes, bytes]] = lambda certificate, key: (
        certificate,
        key,
    ),
    *names: str,
    form: PrivateFormat = PrivateFormat.PKCS8,
    refused: str = "",
    **options: Any,
) -> Callable[[], Case]:
    """A client certificate and its key, changed; the server asks for it and trusts its issuer."""

    def make() -> Case:
        user = issue("user", authority(), **options)
        certificate, key_pem = change(user.pem, user.key_pem(form))
        return Case(
            (issue("server", authority(), *(names or (HOST,))),),
            authority().pem,
            "kube.lan" if names else "",
            refused,
            user={
                "client-certificate-data": b64encode(certificate).decode(),
                "client-key-data": b64encode(key_pem).decode(),
            },
            server={"clients": authority()},
        )

    return make


def client_of_rotated() -> Case:
    made, by_client = rotated(key_ids=False)(), client()()
    return replace(made, user=by_client.user, server=by_client.server)


def not_asked_for(make: Callable[[], Case]) -> Callable[[], Case]:
    """The server does not ask for the client certificate: a strict one refuses kubectl's."""
    return lambda: replace(make(), server={})


def block(kind: bytes, content: bytes) -> bytes:
    return b"-----BEGIN %b-----\n%b-----END %b-----\n" % (kind, encodebytes(content), kind)


GARBAGE = block(b"CERTIFICATE", b"x" * 200)
BEGIN = b"-----BEGIN CERTIFICATE-----\n"
TRADITIONAL = PrivateFormat.TraditionalOpenSSL
UNREADABLE = "contains no certificate"
WRONG_USER = "is not valid PEM, or its key is not"
OTHER_NAME = "is for another name than"
NOT_LOOKED_AT = "kubectl does not look at it"
