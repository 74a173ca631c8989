"""Makes certificates of any shape, good and odd, for tests of trust."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier

SERVER, CLIENT, ANY = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"
DAY = timedelta(days=1)


def key(kind: str = "p256") -> Any:
    """A private key: a curve, ed25519, ed448, or rsa with its size."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    others: dict[str, Any] = {
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "ed448": ed448.Ed448PrivateKey.generate,
    }
    curves: dict[str, Any] = {
        "p224": ec.SECP224R1,
        "p256": ec.SECP256R1,
        "p384": ec.SECP384R1,
        "p521": ec.SECP521R1,
        "secp256k1": ec.SECP256K1,
    }
    return others[kind]() if kind in others else ec.generate_private_key(curves[kind]())


@dataclass(frozen=True)
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Any = field(repr=False)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def key_pem(self, form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
        return self.key.private_bytes(Encoding.PEM, form, NoEncryption())


Extra = tuple[x509.ExtensionType, bool]
"""An extension, and whether it is critical."""


def issue(
    name: str | x509.Name,
    issuer: Issued | None = None,
    *names: str,
    kind: str = "p256",
    own_key: Any = None,
    authority: bool = False,
    path_length: int | None = None,
    basic: bool = True,
    key_ids: bool = True,
    usages: Sequence[str] = (),
    extra: Sequence[Extra] = (),
    begins: timedelta = -DAY,
    ends: timedelta = 10 * DAY,
    issuer_name: x509.Name | None = None,
    digest: Any = None,
    **signing: Any,
) -> Issued:
    """Issues a certificate of `issuer`, else a self-signed one, for the host `names`.

    `key_ids` are the identifiers of its own key and of its issuer's.
    """
    subject = named(name) if isinstance(name, str) else name
    own = own_key or key(kind)
    signer = issuer.key if issuer else own
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name or (issuer.certificate.subject if issuer else subject))
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
    )
    extensions = list(extra)
    if basic:
        extensions.append((x509.BasicConstraints(authority, path_length), True))
    if names:
        general = [_general(each) for each in names]
        extensions.append((x509.SubjectAlternativeName(general), False))
    if usages:
        oids = [ObjectIdentifier(each) for each in usages]
        extensions.append((x509.ExtendedKeyUsage(oids), False))
    if key_ids:
        own_id = x509.SubjectKeyIdentifier.from_public_key(own.public_key())
        signers_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        extensions += [(own_id, False)] + ([(signers_id, False)] if issuer else [])
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    without_hash = isinstance(signer, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    return Issued(
        builder.sign(signer, None if without_hash else digest or hashes.SHA256(), **signing), own
    )


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def key_usage(**allowed: bool) -> Extra:
    """The key usage extension with nothing but what is `allowed`."""
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{**dict.fromkeys(every.split(), False), **allowed}), True


def constraints(permitted: str = "", excluded: str = "", *, critical: bool = True) -> Extra:
    """Name constraints for one DNS name or network each."""
    return (
        x509.NameConstraints(
            [_constrained(permitted)] if permitted else None,
            [_constrained(excluded)] if excluded else None,
        ),
        critical,
    )


def _constrained(text: str) -> x509.GeneralName:
    return x509.IPAddress(ip_network(text)) if "/" in text else x509.DNSName(text)


def netscape_type(bits: int, *, critical: bool = False) -> Extra:
    """The nsCertType extension, its first bit as the highest of eight."""
    value = bytes((3, 2, 0, bits))
    oid = ObjectIdentifier("2.16.840.1.113730.1.1")
    return x509.UnrecognizedExtension(oid, value), critical
