"""Prepares an authority for OpenSSL so that it is found by its name alone, as in Go."""

from kubeimg_gui.cluster.x509 import der
from kubeimg_gui.cluster.x509.certificate import EXTENSIONS, SUBJECT_KEY_ID, Certificate


def without_key_identifier(authority: Certificate) -> bytes:
    """Returns the authority in DER without its subject key identifier.

    OpenSSL takes an authority for the issuer of a certificate only if their key identifiers are
    equal. Go uses them as a hint: what counts is whether the signature fits. The result serves
    as a trust anchor only. OpenSSL never verifies an anchor's own signature, which no longer fits.
    """
    if SUBJECT_KEY_ID not in authority.extensions:
        return authority.encoded
    signed, *signature = der.elements(der.only(authority.encoded, der.SEQUENCE))
    *fields, extensions = der.elements(signed.content)
    assert extensions.tag == EXTENSIONS
    kept = [
        each.whole
        for each in der.elements(der.only(extensions.content, der.SEQUENCE))
        if der.object_identifier(der.elements(each.content)[0].content) != SUBJECT_KEY_ID
    ]
    rest = der.encoded(EXTENSIONS, der.encoded(der.SEQUENCE, b"".join(kept)))
    content = b"".join(each.whole for each in fields) + rest
    parts = der.encoded(der.SEQUENCE, content), *(each.whole for each in signature)
    return der.encoded(der.SEQUENCE, b"".join(parts))
