"""Certificates are read as Go reads them: all that it accepts, and none that it refuses."""

import ipaddress
from contextlib import suppress

import certifi
import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.cluster.x509 import der
from kubeimg_gui.cluster.x509.anchor import anchor_for
from kubeimg_gui.cluster.x509.certificate import (
    EXTENSIONS,
    RSA,
    SUBJECT_KEY_ID,
    read_certificate,
)
from kubeimg_gui.cluster.x509.chain import refusal
from kubeimg_gui.cluster.x509.der import DerError
from kubeimg_gui.cluster.x509.pem import blocks
from tests.support.issuing import ANY, SERVER, issue, netscape_type

ROOT = issue("root", authority=True, path_length=3)
LEAF = issue("leaf", ROOT, "kube.lan", "10.0.0.1", usages=[SERVER, ANY])


def rebuilt(encoded: bytes, fields: list[bytes]) -> bytes:
    """A certificate with other fields, whose signature no longer fits."""
    _, *rest = der.elements(der.only(encoded, der.SEQUENCE))
    signed = der.encoded(der.SEQUENCE, b"".join(fields))
    return der.encoded(der.SEQUENCE, signed + b"".join(each.whole for each in rest))


def fields_of(encoded: bytes) -> list[bytes]:
    signed = der.elements(der.only(encoded, der.SEQUENCE))[0]
    return [each.whole for each in der.elements(signed.content)]


def test_what_a_certificate_says_is_read() -> None:
    leaf, root = read_certificate(LEAF.der), read_certificate(ROOT.der)
    assert leaf.dns_names == ("kube.lan",)
    assert leaf.addresses == (ipaddress.ip_address("10.0.0.1"),)
    assert leaf.usages == (SERVER, ANY)
    assert (leaf.version, leaf.is_authority, leaf.path_length) == (3, False, None)
    assert (root.is_authority, root.path_length) == (True, 3)
    assert leaf.issuer == root.subject == root.issuer != leaf.subject
    small = read_certificate(issue("small", kind="rsa1024", basic=False).der)
    assert (small.key_algorithm, small.rsa_bits, small.is_authority) == (RSA, 1024, None)
    typed = issue("typed", extra=[netscape_type(0xA0)])
    assert read_certificate(typed.der).netscape_type() == 0xA0


def test_every_public_authority_is_accepted() -> None:
    with open(certifi.where(), "rb") as file:  # noqa: PTH123
        found = [read_certificate(each.content) for each in blocks(file.read())]
    assert len(found) > 100
    assert [refusal([each]) for each in found] == [""] * len(found)
    assert all(each.is_authority for each in found)


def test_a_negative_serial_number_is_refused() -> None:
    fields = fields_of(LEAF.der)
    fields[1] = der.encoded(der.INTEGER, b"\x80")
    with pytest.raises(DerError, match="negative"):
        read_certificate(rebuilt(LEAF.der, fields))


def test_an_extension_twice_is_refused() -> None:
    *fields, extensions = fields_of(LEAF.der)
    content = der.only(der.only(extensions, EXTENSIONS), der.SEQUENCE)
    first = der.elements(content)[0].whole
    twice = der.encoded(EXTENSIONS, der.encoded(der.SEQUENCE, content + first))
    with pytest.raises(DerError, match="twice"):
        read_certificate(rebuilt(LEAF.der, [*fields, twice]))


def test_extensions_of_an_old_version_do_not_count() -> None:
    fields = fields_of(LEAF.der)[1:]  # without its version it is of version 1
    old = read_certificate(rebuilt(LEAF.der, fields))
    assert (old.version, old.dns_names, old.is_authority) == (1, (), None)


@pytest.mark.parametrize(
    ("identifier", "value"),
    [
        ("2.5.29.17", b"\x30\x03\x87\x01\x7f"),
        ("2.5.29.17", b"\x30\x03\x82\x01\xff"),
        ("2.5.29.19", b"\x05\x00"),
        ("2.5.29.37", b"\x30\x00\x00"),
    ],
    ids=["address", "name", "basic constraints", "usage"],
)
def test_a_malformed_extension_is_refused(identifier: str, value: bytes) -> None:
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(identifier), value)
    with pytest.raises(DerError):
        read_certificate(issue("odd", basic=False, extra=[(extension, False)]).der)


@pytest.mark.parametrize("end", [0, 1, 100, -1])
def test_a_cut_certificate_is_refused(end: int) -> None:
    with pytest.raises(DerError):
        read_certificate(LEAF.der[:end])


@given(st.integers(0, len(LEAF.der) - 1), st.binary(min_size=1, max_size=3))
def test_changed_bytes_are_read_or_refused(position: int, change: bytes) -> None:
    with suppress(DerError):
        read = read_certificate(LEAF.der[:position] + change + LEAF.der[position + len(change) :])
        refusal([read, read_certificate(ROOT.der)])
        read.netscape_type()


def test_an_anchor_is_as_the_certificate_that_it_signed_describes_it() -> None:
    named = x509.AuthorityKeyIdentifier(
        b"other", [x509.DirectoryName(ROOT.certificate.subject)], 0x1234
    )
    leaf = read_certificate(issue("leaf", ROOT, key_ids=False, extra=[(named, False)]).der)
    root = read_certificate(ROOT.der)
    anchor = read_certificate(anchor_for(leaf, root))
    assert SUBJECT_KEY_ID not in anchor.extensions
    assert {**anchor.extensions, SUBJECT_KEY_ID: root.extensions[SUBJECT_KEY_ID]} == root.extensions
    assert (anchor.subject, anchor.is_authority) == (root.subject, True)
    signed = x509.load_der_x509_certificate(anchor.encoded)
    assert signed.public_key() == ROOT.certificate.public_key()
    assert signed.serial_number == 0x1234


def test_an_anchor_keeps_its_serial_number_where_none_is_named() -> None:
    leaf, root = read_certificate(LEAF.der), read_certificate(ROOT.der)
    anchor = x509.load_der_x509_certificate(anchor_for(leaf, root))
    assert anchor.serial_number == ROOT.certificate.serial_number
    old = read_certificate(rebuilt(ROOT.der, fields_of(ROOT.der)[1:-1]))
    assert anchor_for(leaf, old) == old.encoded
