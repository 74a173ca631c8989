"""Prepares an authority for OpenSSL so that it is found by its name alone, as in Go."""

from collections.abc import Iterator

from kubeimg_gui.cluster.x509 import der
from kubeimg_gui.cluster.x509.certificate import EXTENSIONS, SUBJECT_KEY_ID, Certificate


def anchor_for(signed: Certificate, authority: Certificate) -> bytes:
    """Returns the authority in DER as `signed` describes it: no key identifier, and its serial.

    OpenSSL takes an authority for the issuer of a certificate only if the key identifier and the
    serial number that the certificate names are the authority's. Go uses them as a hint: what
    counts is whether the signature fits. The result serves as a trust anchor only. OpenSSL never
    verifies an anchor's own signature, which no longer fits.
    """
    tbs, *signature = der.elements(der.only(authority.encoded, der.SEQUENCE))
    content = b"".join(_fields(der.elements(tbs.content), signed.authority_serial()))
    parts = der.encoded(der.SEQUENCE, content), *(each.whole for each in signature)
    return der.encoded(der.SEQUENCE, b"".join(parts))


def _fields(fields: list[der.Element], serial: bytes) -> Iterator[bytes]:
    for field in fields:
        if field.tag == der.INTEGER and serial:  # the only INTEGER among the fields
            yield der.encoded(der.INTEGER, serial)
        elif field.tag == EXTENSIONS:
            yield der.encoded(EXTENSIONS, der.encoded(der.SEQUENCE, b"".join(_kept(field))))
        else:
            yield field.whole


def _kept(extensions: der.Element) -> Iterator[bytes]:
    for extension in der.elements(der.only(extensions.content, der.SEQUENCE)):
        identifier = der.elements(extension.content)[0]
        if der.object_identifier(identifier.content) != SUBJECT_KEY_ID:
            yield extension.whole
