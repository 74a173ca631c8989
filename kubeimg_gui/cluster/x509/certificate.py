"""Reads what a certificate says, and refuses what Go's `x509.ParseCertificate` refuses to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from kubeimg_gui.cluster.x509 import der
from kubeimg_gui.cluster.x509.der import DerError

KEY_USAGE, SUBJECT_ALT_NAME, BASIC_CONSTRAINTS = "2.5.29.15", "2.5.29.17", "2.5.29.19"
NAME_CONSTRAINTS, EXTENDED_KEY_USAGE = "2.5.29.30", "2.5.29.37"
SUBJECT_KEY_ID, AUTHORITY_KEY_ID = "2.5.29.14", "2.5.29.35"
AUTHORITY_INFO = "1.3.6.1.5.5.7.1.1"
NETSCAPE_TYPE = "2.16.840.1.113730.1.1"

RSA, ELLIPTIC_CURVE, ED25519 = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1", "1.3.101.112"
_CURVES = ("1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35")
"""P-224, P-256, P-384 and P-521: the curves that Go knows."""

_NEVER_CRITICAL = (SUBJECT_KEY_ID, AUTHORITY_KEY_ID, AUTHORITY_INFO)
_VERSION, EXTENSIONS = 0xA0, 0xA3
DNS_NAME, _IP_ADDRESS, _OTHER_IA5 = 0x82, 0x87, (0x81, 0x86)

_ISSUER_SERIAL = 0x82

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension: whether a reader must understand it, and its DER value."""

    critical: bool
    value: bytes


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate, as far as kubeimg looks at it.

    Attributes:
        encoded: the whole certificate in DER.
        version: 1, 2 or 3.
        signature_algorithm: the DER content of the AlgorithmIdentifier.
        issuer, subject: the names in DER, compared byte by byte.
        key_algorithm: the object identifier of the public key's algorithm.
        rsa_bits: the size of an RSA key, 0 for another key.
        extensions: by object identifier.
        is_authority: what the basic constraints say; None where there are none.
        path_length: how many authorities may follow this one; None for any number.
        usages: the object identifiers of the extended key usage; empty for any purpose.
        dns_names, addresses, has_names: the subject alternative names; has_names is true for any
            kind that Go reads.
    """

    encoded: bytes
    version: int
    signature_algorithm: bytes
    issuer: bytes
    subject: bytes
    key_algorithm: str
    rsa_bits: int
    extensions: dict[str, Extension]
    is_authority: bool | None
    path_length: int | None
    usages: tuple[str, ...]
    dns_names: tuple[str, ...]
    addresses: tuple[Address, ...]
    has_names: bool

    def authority_serial(self) -> bytes:
        """Returns the serial number of the issuer as an INTEGER's content; b"" where not named."""
        extension = self.extensions.get(AUTHORITY_KEY_ID)
        fields = der.elements(der.only(extension.value, der.SEQUENCE)) if extension else ()
        return next((each.content for each in fields if each.tag == _ISSUER_SERIAL), b"")

    def netscape_type(self) -> int:
        """Returns the bits of nsCertType, the first as the highest of eight; 0 where none."""
        extension = self.extensions.get(NETSCAPE_TYPE)
        value = der.bits(der.only(extension.value, der.BIT_STRING)) if extension else b""
        return value[0] if value else 0


def read_certificate(encoded: bytes) -> Certificate:
    """Reads a certificate in DER; raises DerError."""
    try:
        return _read(encoded)
    except (IndexError, ValueError) as error:
        raise error if isinstance(error, DerError) else DerError(str(error)) from error


def _read(encoded: bytes) -> Certificate:
    signed, outer_algorithm, _ = der.elements(der.only(encoded, der.SEQUENCE))
    fields = der.elements(signed.content)
    version = 1
    if fields[0].tag == _VERSION:
        version = der.integer(der.only(fields.pop(0).content, der.INTEGER)) + 1
    serial, algorithm, issuer, _, subject, key, *optional = fields
    if version not in (1, 2, 3):
        raise DerError("its version is not valid")
    if der.integer(serial.content) < 0:
        raise DerError("its serial number is negative")
    if algorithm.whole != outer_algorithm.whole:
        raise DerError("its signature algorithms differ")
    key_algorithm, rsa_bits = _key(key.content)
    extensions = _extensions(optional) if version == 3 else {}
    dns_names, addresses, has_names = _names(extensions.get(SUBJECT_ALT_NAME))
    return Certificate(
        encoded,
        version,
        algorithm.content,
        issuer.whole,
        subject.whole,
        key_algorithm,
        rsa_bits,
        extensions,
        *_basic_constraints(extensions.get(BASIC_CONSTRAINTS)),
        _usages(extensions.get(EXTENDED_KEY_USAGE)),
        dns_names,
        addresses,
        has_names,
    )


def _key(content: bytes) -> tuple[str, int]:
    """Returns the algorithm of a public key, and the size of an RSA key."""
    algorithm, key = der.elements(content)
    identifier, *parameters = der.elements(algorithm.content)
    name = der.object_identifier(identifier.content)
    if name == RSA:
        if [each.whole for each in parameters] != [bytes((der.NULL, 0))]:
            raise DerError("its RSA key lacks NULL parameters")
        modulus, exponent = der.elements(der.only(der.bits(key.content), der.SEQUENCE))
        number = der.integer(modulus.content)
        if number <= 0 or der.integer(exponent.content) <= 0:
            raise DerError("its RSA key is not positive")
        return name, number.bit_length()
    if name == ELLIPTIC_CURVE:
        curve = der.object_identifier(der.only(parameters[0].whole, der.OBJECT_IDENTIFIER))
        if curve not in _CURVES:
            raise DerError("its elliptic curve is none that kubectl knows")
    return name, 0


def _extensions(optional: Iterable[der.Element]) -> dict[str, Extension]:
    found: dict[str, Extension] = {}
    content = next((each.content for each in optional if each.tag == EXTENSIONS), None)
    if content is None:
        return found
    for each in der.elements(der.only(content, der.SEQUENCE)):
        identifier, *flag, value = der.elements(each.content)
        name = der.object_identifier(identifier.content)
        critical = bool(flag) and der.boolean(flag[0].content)
        if name in found:
            raise DerError(f"it has the extension {name} twice")
        if critical and name in _NEVER_CRITICAL:
            raise DerError(f"its extension {name} must not be critical")
        found[name] = Extension(critical, value.content)
    return found


def _basic_constraints(extension: Extension | None) -> tuple[bool | None, int | None]:
    if extension is None:
        return None, None
    fields = {
        each.tag: each.content for each in der.elements(der.only(extension.value, der.SEQUENCE))
    }
    length = der.integer(fields[der.INTEGER]) if der.INTEGER in fields else None
    if length is not None and length < 0:
        raise DerError("its basic constraints are not valid")
    return der.BOOLEAN in fields and der.boolean(fields[der.BOOLEAN]), length


def _usages(extension: Extension | None) -> tuple[str, ...]:
    fields = der.elements(der.only(extension.value, der.SEQUENCE)) if extension else ()
    return tuple(der.object_identifier(each.content) for each in fields)


def _names(extension: Extension | None) -> tuple[tuple[str, ...], tuple[Address, ...], bool]:
    dns_names: list[str] = []
    addresses: list[Address] = []
    other = False
    fields = der.elements(der.only(extension.value, der.SEQUENCE)) if extension else ()
    for field in fields:
        if field.tag == DNS_NAME:
            dns_names.append(field.content.decode("ascii"))
        elif field.tag == _IP_ADDRESS:
            addresses.append(ip_address(field.content))
        elif field.tag in _OTHER_IA5:
            field.content.decode("ascii")
            other = True
    return tuple(dns_names), tuple(addresses), other or bool(dns_names or addresses)
