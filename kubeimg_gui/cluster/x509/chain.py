"""The rules of Go for a chain that OpenSSL has verified: what kubectl refuses and OpenSSL takes.

Go checks each certificate in `Certificate.isValid`, `CheckSignatureFrom` and
`checkChainForKeyUsage` of `crypto/x509`.
"""

from collections.abc import Sequence
from itertools import pairwise

from kubeimg_gui.cluster.x509 import der
from kubeimg_gui.cluster.x509.certificate import (
    BASIC_CONSTRAINTS,
    DNS_NAME,
    ED25519,
    ELLIPTIC_CURVE,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    NAME_CONSTRAINTS,
    RSA,
    SUBJECT_ALT_NAME,
    Certificate,
)
from kubeimg_gui.cluster.x509.der import DerError

MIN_RSA_BITS, MAX_RSA_BITS = 1024, 8192
SERVER_USAGE, ANY_USAGE = "1.3.6.1.5.5.7.3.1", "2.5.29.37.0"

_KNOWN_CRITICAL = {
    BASIC_CONSTRAINTS,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    NAME_CONSTRAINTS,
    SUBJECT_ALT_NAME,
    "2.5.29.31",  # CRL distribution points
    "2.5.29.32",  # certificate policies
    "2.5.29.33",  # policy mappings
    "2.5.29.36",  # policy constraints
    "2.5.29.54",  # inhibit anyPolicy
}
_EXCLUDED = 0xA1
_CONSTRAINED = (0x81, 0x82, 0x86, 0x87)
"""The kinds of names whose constraints Go applies: e-mail, DNS, URI, IP address."""
_SIGNATURES = {
    "1.2.840.113549.1.1.11",  # RSA with SHA-256, SHA-384, SHA-512
    "1.2.840.113549.1.1.12",
    "1.2.840.113549.1.1.13",
    "1.2.840.10045.4.3.2",  # ECDSA with SHA-256, SHA-384, SHA-512
    "1.2.840.10045.4.3.3",
    "1.2.840.10045.4.3.4",
    ED25519,
}
_RSA_PSS, _MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
_PSS_SALTS = {
    "2.16.840.1.101.3.4.2.1": 32,  # SHA-256, SHA-384, SHA-512
    "2.16.840.1.101.3.4.2.2": 48,
    "2.16.840.1.101.3.4.2.3": 64,
}
_BASIC_CONSTRAINTS_VERSION = 3


def refusal(chain: Sequence[Certificate]) -> str:
    """Returns why kubectl refuses a chain, the server's certificate first; "" if it does not.

    The text is a predicate of "the server's certificate". Raises DerError for a chain that cannot
    be read.
    """
    try:
        return _refusal_of(chain)
    except (IndexError, UnicodeDecodeError) as error:
        raise DerError("an extension cannot be read") from error


def _refusal_of(chain: Sequence[Certificate]) -> str:
    for depth, each in enumerate(chain):
        if reason := _refusal(each):
            return reason if not depth else f"is signed by an authority whose certificate {reason}"
    for depth, (signed, authority) in enumerate(pairwise(chain)):
        if reason := _refusal_as_authority(authority, depth, is_root=depth + 2 == len(chain)):
            return f"is signed by an authority that {reason}"
        if name := _excluded_wildcard(chain[: depth + 1], authority):
            return f"has the name {name}, which its authority excludes (name constraints)"
        if signed.issuer != authority.subject:
            return "names its authority in another encoding than the authority itself"
        if not _signature_accepted(signed.signature_algorithm):
            return "has a signature of an insecure or unknown kind, such as SHA-1"
    return ""


def _refusal(certificate: Certificate) -> str:
    if not _key_accepted(certificate):
        return "has a key of a kind or size that kubectl refuses"
    usages = certificate.usages
    if usages and not {SERVER_USAGE, ANY_USAGE} & set(usages):
        return "is not for servers (extended key usage)"
    if unknown := _unknown_critical(certificate):
        return f"has the critical extension {unknown}, which kubectl does not know"
    return ""


def _unknown_critical(certificate: Certificate) -> str:
    """Returns a critical extension that Go does not process; "" if there is none."""
    for name, extension in certificate.extensions.items():
        known = name in _KNOWN_CRITICAL
        if name == NAME_CONSTRAINTS:
            known = all(tag in _CONSTRAINED for tag in _constrained_tags(extension.value))
        if name == SUBJECT_ALT_NAME:
            known = certificate.has_names
        if extension.critical and not known:
            return name
    return ""


def _constrained_tags(value: bytes) -> list[int]:
    subtrees = der.elements(der.only(value, der.SEQUENCE))
    return [base.tag for each in subtrees for base in _bases(each)]


def _bases(subtrees: der.Element) -> list[der.Element]:
    """Returns the names that subtrees of name constraints begin at."""
    return [der.elements(each.content)[0] for each in der.elements(subtrees.content)]


def _excluded_wildcard(signed: Sequence[Certificate], authority: Certificate) -> str:
    """Returns a wildcard that stands for an excluded name too; OpenSSL compares it as text."""
    extension = authority.extensions.get(NAME_CONSTRAINTS)
    subtrees = der.elements(der.only(extension.value, der.SEQUENCE)) if extension else ()
    excluded = {
        _parent(base.content.decode("ascii"))
        for each in subtrees
        if each.tag == _EXCLUDED
        for base in _bases(each)
        if base.tag == DNS_NAME
    }
    names = (name for each in signed for name in each.dns_names if name.startswith("*"))
    return next((name for name in names if _parent(name) in excluded - {""}), "")


def _parent(name: str) -> str:
    return name.lower().partition(".")[2]


def _key_accepted(certificate: Certificate) -> bool:
    if certificate.key_algorithm == RSA:
        return MIN_RSA_BITS <= certificate.rsa_bits <= MAX_RSA_BITS
    return certificate.key_algorithm in (ELLIPTIC_CURVE, ED25519)


def _refusal_as_authority(authority: Certificate, depth: int, *, is_root: bool) -> str:
    """`depth` counts the authorities between this one and the server's certificate."""
    old_root = is_root and authority.version < _BASIC_CONSTRAINTS_VERSION
    if not authority.is_authority and not (old_root and authority.is_authority is None):
        return "is no certificate authority (basic constraints)"
    if authority.path_length is not None and depth > authority.path_length:
        return f"allows only {authority.path_length} further authorities (path length)"
    return ""


def _signature_accepted(algorithm: bytes) -> bool:
    identifier, *parameters = der.elements(algorithm)
    name = der.object_identifier(identifier.content)
    if name == _RSA_PSS:
        return bool(parameters) and _pss_accepted(parameters[0].whole)
    return name in _SIGNATURES and not (name == ED25519 and parameters)


def _pss_accepted(parameters: bytes) -> bool:
    """Returns whether both hashes are the same of SHA-2, with a salt of its size."""
    fields = {each.tag: each.content for each in der.elements(der.only(parameters, der.SEQUENCE))}
    if not {0xA0, 0xA1, 0xA2} <= set(fields) or 0xA3 in fields:
        return False
    digest = _first_identifier(der.only(fields[0xA0], der.SEQUENCE))
    generator = der.elements(der.only(fields[0xA1], der.SEQUENCE))
    if der.object_identifier(generator[0].content) != _MGF1:
        return False
    generated = _first_identifier(der.only(generator[1].whole, der.SEQUENCE))
    salt = der.integer(der.only(fields[0xA2], der.INTEGER))
    return digest == generated and _PSS_SALTS.get(digest) == salt


def _first_identifier(content: bytes) -> str:
    return der.object_identifier(der.elements(content)[0].content)
