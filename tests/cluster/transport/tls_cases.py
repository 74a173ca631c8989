"""Servers with odd certificates, and what kubectl and kubeimg make of each.

The fast tests play every case; the slow ones play it for kubectl too.
"""

from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests.cluster.transport.tls_case import (
    BEGIN,
    GARBAGE,
    NOT_LOOKED_AT,
    OTHER_NAME,
    TRADITIONAL,
    UNKNOWN,
    UNREADABLE,
    WRONG_USER,
    Case,
    authority,
    below,
    below_only_kubectl,
    beside,
    block,
    bundle,
    cipher,
    client,
    client_of_rotated,
    host,
    issuer_in_another_encoding,
    leaf,
    not_asked_for,
    only_kubectl,
    pinned,
    presented,
    renewed_with_another_serial,
    renewed_with_the_same_key,
    replaced_under_the_same_name,
    root,
    rotated,
    signed_with_pss,
    signed_with_sha1,
)
from tests.support.issuing import (
    ANY,
    CLIENT,
    DAY,
    SERVER,
    constraints,
    key_usage,
    netscape_type,
)

CASES: dict[str, Callable[[], Case]] = {
    "plain": leaf(),
    # Names.
    "name, wildcard before one label": host("kube.lan", "*.lan"),
    "name, wildcard before two labels": host("kube.home.lan", "*.home.lan"),
    "name, wildcard for two labels": host("a.kube.lan", "*.lan", refused=f"{OTHER_NAME} a.kube"),
    "name, wildcard for no label": host("lan", "*.lan", refused=OTHER_NAME),
    "name, wildcard alone": host("kube", "*", refused=OTHER_NAME),
    "name, wildcard in the middle": host("a.kube.lan", "a.*.lan", refused=OTHER_NAME),
    "name, two wildcards": host("a.kube.lan", "*.*.lan", refused=OTHER_NAME),
    "name, partial wildcard": host("kube1.home.lan", "kube*.home.lan", refused=OTHER_NAME),
    "name, wildcard in capitals": host("KUBE.lan", "*.LAN"),
    "name, wildcard and dot": host("kube.lan.", "*.lan"),
    "name, wildcard with a dot": host("kube.lan", "*.lan.", refused=OTHER_NAME),
    "name, wildcard for an underscore": host("my_kube.lan", "*.lan"),
    "name, wildcard for an address": host("10.0.0.1", "*.0.0.1", refused=OTHER_NAME),
    "name, dot at the end": host("kube.example.", "kube.example"),
    "name, dot at its end": host("kube.example", "kube.example.", refused=OTHER_NAME),
    "name, capitals": host("KUBE.Example", "kube.example"),
    "name, underscore": host("my_kube.lan", "my_kube.lan"),
    "name, address": host("10.0.0.1", "10.0.0.1"),
    "name, IPv6 address": host("fd00::1", "fd00::1"),
    "name, mapped address": host("::ffff:10.0.0.1", "10.0.0.1"),
    "name, only the common name": host("server", refused="names no host"),
    "name, another address": host("10.0.0.2", "10.0.0.1", refused="it is for 10.0.0.1"),
    "name, one of many": host("x.lan", *(f"{each}.lan" for each in "abcdefg"), refused="2 more"),
    # Keys and signatures.
    "key, RSA 1024": leaf(kind="rsa1024"),
    "key, RSA 1024 of a root": root(authority=True, kind="rsa1024"),
    "key, RSA 1024 and a wildcard": root(authority=True, kind="rsa1024", names=("*.lan",)),
    "key, Ed25519": leaf(kind="ed25519"),
    "key, P-521": leaf(kind="p521"),
    "key, P-384 of a root": root(authority=True, kind="p384"),
    "key, secp256k1 of a root": root(UNREADABLE, authority=True, kind="secp256k1"),
    "key, secp256k1 of another root": beside(kind="secp256k1"),
    "key, Ed448 of a root": root("key of a kind or size", authority=True, kind="ed448"),
    "signature, PSS with SHA-256": signed_with_pss(hashes.SHA256(), 32),
    "signature, PSS with SHA-384": signed_with_pss(hashes.SHA384(), 48),
    "signature, PSS with another salt": signed_with_pss(
        hashes.SHA256(), 20, "signature of an insecure or unknown kind"
    ),
    "signature, SHA-1": signed_with_sha1,
    # Purposes.
    "usage, server": leaf(usages=[SERVER]),
    "usage, client": leaf("extended key usage lacks server", usages=[CLIENT]),
    "usage, any": only_kubectl("any extended key usage", usages=[ANY]),
    "usage, any and server": leaf(usages=[ANY, SERVER]),
    "usage, of a gated browser": leaf("is not for servers", usages=["1.3.6.1.4.1.311.10.3.3"]),
    "usage, unknown": leaf("is not for servers", usages=["1.2.3.4"]),
    "usage, encipherment": leaf(extra=[key_usage(key_encipherment=True)]),
    "usage, signing certificates": only_kubectl(
        f"key usage: {NOT_LOOKED_AT}", extra=[key_usage(key_cert_sign=True)]
    ),
    "usage, of an authority, client": below(
        "signed by an authority that is not for servers", usages=[CLIENT]
    ),
    "usage, of an authority, any": below_only_kubectl,
    "nsCertType, client": only_kubectl(
        rf"nsCertType \(SSL client\): {NOT_LOOKED_AT}", extra=[netscape_type(0x80)]
    ),
    "nsCertType, e-mail and objects": only_kubectl(
        r"nsCertType \(e-mail, object signing\)", extra=[netscape_type(0x30)]
    ),
    "nsCertType, server": leaf(extra=[netscape_type(0x40)]),
    "nsCertType, critical": leaf("critical extension", extra=[netscape_type(0x40, critical=True)]),
    "extension, unknown and critical": leaf(
        "critical extension",
        extra=[(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\5\0"), True)],
    ),
    # Chains.
    "chain, authority as a server": leaf(authority=True),
    "chain, no extensions": leaf(basic=False, key_ids=False),
    "chain, self-signed": pinned(),
    "chain, pinned and expired": pinned(refused="has expired", ends=-DAY / 2),
    "chain, intermediate": presented("", "server", "middle"),
    "chain, intermediate missing": presented(UNKNOWN, "server"),
    "chain, intermediate after another": presented("", "server", "unrelated", "middle"),
    "chain, root too": presented("", "server", "middle", "root"),
    "chain, expired intermediate": presented("has expired", "server", "expired"),
    "chain, expired and good": presented("", "server", "expired", "middle"),
    "chain, one that Go cannot read": presented(
        "cannot be read by kubectl", "server", "middle", "unreadable"
    ),
    "chain, intermediate may not sign": below(
        "is no certificate authority", extra=[key_usage(digital_signature=True)]
    ),
    "chain, intermediate is none": below("is no certificate authority", authority=False),
    "chain, root without constraints": root("is no certificate authority", basic=False),
    "chain, root without constraints that signs": root(
        "is no certificate authority", basic=False, extra=[key_usage(key_cert_sign=True)]
    ),
    "chain, root too short": root(authority=True, path_length=0),
    "chain, expired root": root("has expired", authority=True, ends=-DAY / 2),
    "chain, expired root beside": beside(ends=-DAY / 2),
    "chain, not valid yet": leaf("is not valid yet", begins=DAY),
    "chain, issuer in another encoding": issuer_in_another_encoding,
    "constraints, permitted": root(authority=True, names=("kube.lan",), extra=[constraints("lan")]),
    "constraints, not permitted": root(
        "may not give", authority=True, names=("kube.lan",), extra=[constraints("wan")]
    ),
    "constraints, excluded": root(
        "may not give", authority=True, names=("kube.lan",), extra=[constraints(excluded="lan")]
    ),
    "constraints, permitted wildcard": root(
        authority=True, names=("*.lan",), extra=[constraints("lan")]
    ),
    "constraints, excluded by a wildcard": root(
        "excludes", authority=True, names=("*.lan",), extra=[constraints(excluded="x.lan")]
    ),
    "constraints, network": root(authority=True, extra=[constraints("127.0.0.0/8")]),
    # Authorities of one name.
    "rotation, with key identifiers": rotated(key_ids=True),
    "rotation, without": rotated(key_ids=False),
    "rotation, intermediate": rotated(key_ids=False, between=True),
    "rotation, wildcard": rotated(key_ids=False, names=("*.lan",)),
    "rotation, same key": renewed_with_the_same_key,
    "rotation, same key, other serial": renewed_with_another_serial,
    "rotation, other key": replaced_under_the_same_name,
    # Bundles.
    "bundle, line ends of Windows": bundle(lambda pem: pem.replace(b"\n", b"\r\n")),
    "bundle, blank lines": bundle(lambda pem: pem.replace(b"\n", b"\n\n")),
    "bundle, spaces at line ends": bundle(lambda pem: pem.replace(b"\n", b"  \n")),
    "bundle, text between": bundle(lambda pem: b"subject=CN = x\n" + pem + b"# end\n" + pem),
    "bundle, key first": bundle(lambda pem: authority().key_pem() + pem),
    "bundle, garbage first": bundle(lambda pem: GARBAGE + pem),
    "bundle, garbage last": bundle(lambda pem: pem + GARBAGE),
    "bundle, invalid base64 first": bundle(lambda pem: GARBAGE.replace(b"e", b"!") + pem),
    "bundle, cut off first": bundle(lambda pem: pem[:200] + b"\n" + pem),
    "bundle, empty block first": bundle(lambda pem: block(b"CERTIFICATE", b"") + pem),
    "bundle, one line": bundle(
        lambda pem: (
            pem.replace(b"\n", b"")
            .replace(b"-----M", b"-----\nM")
            .replace(b"-----END", b"\n-----END")
        )
    ),
    "bundle, byte order mark": bundle(lambda pem: b"\xef\xbb\xbf" + pem, UNREADABLE),
    "bundle, indented": bundle(lambda pem: pem.replace(b"-----BEGIN", b"  -----BEGIN"), UNREADABLE),
    "bundle, joined": bundle(lambda pem: pem.rstrip() + pem, UNREADABLE),
    "bundle, headers": bundle(lambda pem: pem.replace(BEGIN, BEGIN + b"a: b\n\n"), UNREADABLE),
    "bundle, another type": bundle(
        lambda pem: pem.replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE"), UNREADABLE
    ),
    "bundle, DER": bundle(lambda _: authority().der, UNREADABLE),
    "bundle, only garbage": bundle(lambda _: GARBAGE, UNREADABLE),
    # Client certificates.
    "client": client(),
    "client, traditional": client(form=TRADITIONAL),
    "client, RSA 1024": client(kind="rsa1024"),
    "client, wildcard": client(lambda pem, key: (pem, key), "*.lan"),
    "client, another wildcard": client(
        lambda pem, key: (pem, key), "*.wan", refused=f"{OTHER_NAME} kube.lan"
    ),
    "client, several authorities": client_of_rotated,
    "client, blank lines": client(
        lambda pem, key: (pem.replace(b"\n", b"\n\n"), key.replace(b"\n", b"\n\n"))
    ),
    "client, garbage after": not_asked_for(client(lambda pem, key: (pem + GARBAGE, key))),
    "client, garbage before": client(lambda pem, key: (GARBAGE + pem, key), refused=WRONG_USER),
    "client, key of another type": client(
        lambda pem, key: (pem, key.replace(b"PRIVATE KEY", b"RSA PRIVATE KEY"))
    ),
    "client, parameters first": client(
        lambda pem, key: (pem, block(b"EC PARAMETERS", b"\6\0") + key), form=TRADITIONAL
    ),
    "client, both in both": client(lambda pem, key: (key + pem, pem + key)),
    "client, byte order mark": client(
        lambda pem, key: (b"\xef\xbb\xbf" + pem, key), refused=WRONG_USER
    ),
    "client, two keys": client(
        lambda pem, key: (pem, authority().key_pem() + key), refused="does not match its key"
    ),
    # TLS 1.2.
    "cipher, AES-GCM": cipher("ECDHE-RSA-AES128-GCM-SHA256"),
    "cipher, ChaCha20": cipher("ECDHE-RSA-CHACHA20-POLY1305"),
    "cipher, AES-CBC": cipher("ECDHE-RSA-AES256-SHA"),
    "cipher, AES-CBC with SHA-384": cipher("ECDHE-RSA-AES256-SHA384", "handshake failure"),
    "cipher, finite field": cipher("DHE-RSA-AES256-GCM-SHA384", "handshake failure"),
    "cipher, RSA key exchange": cipher("AES128-GCM-SHA256", "handshake failure"),
}
