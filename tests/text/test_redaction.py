"""No shape of a credential passes, and what helps to find a mistake does."""

import json
import traceback

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kubeimg_gui.text.redaction import REDACTED, redact

SECRET = "s3cr3tV4lue"
JWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2ln-mF0_XJl"
BASE64 = "QUJDREVG" * 8
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAA==\n-----END RSA PRIVATE KEY-----"
DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"authorization:Basic {SECRET}",
        f"Proxy-Authorization: Negotiate {SECRET}",
        f"{{'Authorization': 'Bearer {SECRET}', 'Accept': 'x'}}",
        f"map[Accept:[x] Authorization:[Bearer {SECRET}]]",
        f"HTTPHeaderDict({{'authorization': 'Bearer {SECRET}'}})",
        f"sent Bearer {SECRET} and got 401",
        f"Bearer%20{SECRET}",
        "sent Basic dXNlcjpzM2NyM3RWNGx1ZQ==",
        f"Cookie: session={SECRET}; other={SECRET}",
        f"token: {SECRET}",
        f"- name: x\n  user:\n    token: {SECRET}\n",
        f"token: |\n  {SECRET}\n\n  {SECRET}\nname: x",
        f"token: >-\n    {SECRET}\n",
        f"client-key-data: {BASE64}",
        f"client-key-data:\n  {BASE64}\n  {BASE64}\nname: x",
        f"client-certificate-data: {SECRET}\n  {BASE64}\n",
        f"certificate-authority-data: LS0tLS1{BASE64}",
        f"clientKeyData = {SECRET}",
        f'"id-token":"{SECRET}"',
        f'{{"access_token": "a\\"{SECRET}", "x": 1}}',
        f'"{{\\"refresh-token\\": \\"{SECRET}\\"}}"',
        f"'client-secret': '{SECRET}'",
        f"User(password='{SECRET}', name='x')",
        f"token=b'{SECRET}'",
        f"api_key={{'BearerToken': 'Bearer {SECRET}'}}",
        f"password: correct horse {SECRET}",
        f"token: 'never closed {SECRET}",
        f"PASSWORD={SECRET}",
        f"AWS_SECRET_ACCESS_KEY={SECRET}",
        f"https://example.com/?access_token={SECRET}&x=1",
        f"--token={SECRET}",
        f"--token {SECRET}",
        f"['get-token', '--oidc-client-secret', '{SECRET}']",
        f"https://user:{SECRET}@proxy.example:3128/",
        f"https://{SECRET}@proxy.example",
        f"https://user:p@{SECRET}@proxy.example",
        f'{{"auths": {{"ghcr.io": {{"auth": "{SECRET}"}}}}}}',
        f"sha256~{SECRET}{SECRET}",
        f"k8s-aws-v1.{SECRET}{SECRET}",
        JWT,
        f"the token is {JWT}.",
        f"LS0tLS1{BASE64}",
        PEM,
        repr(PEM),
        json.dumps({"key": PEM}),
        yaml.safe_dump({"key": PEM}),
        f"-----BEGIN CERTIFICATE-----\n{BASE64}\n{BASE64}\n",
    ],
)
def test_secrets_are_taken_out(text: str) -> None:
    redacted = redact(text)
    assert REDACTED in redacted
    secrets = (SECRET, BASE64, "MIIEow", "IBAA", "dXNlc", *JWT.split("."))
    assert not [secret for secret in secrets if secret in redacted]


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            f'{{"token":"{SECRET}","name":"n0"}}',
            f'{{"token":"{REDACTED}","name":"n0"}}',
        ),
        (f"token={SECRET} node=n0", f"token={REDACTED} node=n0"),
        (f"token: {SECRET}\nnode: n0", f"token: {REDACTED}\nnode: n0"),
        (f"token: |\n  {SECRET}\nnode: n0", f"token: {REDACTED}\nnode: n0"),
        (f"https://u:{SECRET}@host:1/path", f"https://{REDACTED}@host:1/path"),
        (f"https://host/?token={SECRET}&limit=5", f"https://host/?token={REDACTED}&limit=5"),
        (f"before {PEM} after", f"before {REDACTED} after"),
        (f"'Bearer {SECRET}', 'x'", f"'Bearer {REDACTED}', 'x'"),
    ],
)
def test_what_stands_around_a_secret_stays(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        f"registry.example:5000/team/app@{DIGEST}",
        f"docker-pullable://nginx@{DIGEST}",
        f"docker-pullable://localhost:5000/nginx@{DIGEST}",
        "quay.io/org/auth:v1.2",
        "ghcr.io/org/my-secret:2024-01-01",
        "containerd://1.7.27",
        "ip-10-0-1-17.eu-west-1.compute.internal",
        "The server says: Unauthorized (401)",
        "The token file /home/me/token of the user 'me' cannot be read",
        'secrets "x" is forbidden: User "viewer" cannot list resource "secrets"',
        "Basic Information",
        "The server asks for Bearer authentication",
        '{"token": "", "password": null, "name": "n0"}',
        "token: null",
        "continue with 5 tokens",
        "https://127.0.0.1:6443/api/v1/nodes?limit=500",
        "kubectl --kubeconfig /home/me/.kube/config get nodes",
    ],
)
def test_text_without_secrets_stays(text: str) -> None:
    assert redact(text) == text


def test_a_traceback_stays_readable() -> None:
    def fails(token: str) -> None:
        raise ValueError(f"the node 'n0' holds nginx@{DIGEST}, {token=}")

    with pytest.raises(ValueError, match="holds") as caught:
        fails(SECRET)
    printed = "".join(traceback.format_exception(caught.value))
    redacted = redact(printed)
    assert SECRET not in redacted
    assert f"ValueError: the node 'n0' holds nginx@{DIGEST}, token='{REDACTED}'" in redacted
    assert "in test_a_traceback_stays_readable\n    fails(SECRET)" in redacted
    assert len(redacted.splitlines()) == len(printed.splitlines())


pieces = st.one_of(
    st.sampled_from(
        [
            *("token", "password", "secret", "auth", "cookie", "Authorization", "client-key-data"),
            *(":", ": ", "=", " ", "\n", "\n  ", "'", '"', '\\"', "\\", "\\n", "|", ">-", ",", "}"),
            *("Bearer ", "Basic ", "%20", "--", "--token", "null", "b'", "://", "@", "u:p", "&"),
            *("eyJhbGci.eyJ.x", "dXNlcjpwYXNz", "LS0tLS1CRUdJTiBD", BASE64, "sha256:", "realm"),
            *("-----BEGIN KEY-----", "-----END KEY-----", "-----", REDACTED),
        ]
    ),
    st.text(max_size=3),
)


@settings(max_examples=500)
@given(st.lists(pieces, max_size=12).map("".join))
@example(f"token: b'{SECRET}")
def test_doing_it_again_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


word = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/-_.~", min_size=8)


@given(st.sampled_from(["token", "id-token", "password", "client-secret", "client-key-data"]), word)
def test_fields_are_taken_out_of_every_notation(key: str, value: str) -> None:
    document = {"name": "n0", key: value, "user": "me"}
    for text in (
        json.dumps(document),
        json.dumps(json.dumps(document)),
        json.dumps(document, separators=(",", ":")),
        json.dumps(document, indent=2),
        yaml.safe_dump(document),
        repr(document),
        f"{key}={value}",
        f"--{key}={value} --user=me",
    ):
        assert value not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "eyJ" * 40_000,
        "token" * 40_000,
        "token: '" * 20_000,
        "token" + " " * 100_000,
        "token" + "\\" * 100_000,
        "-----BEGIN A-----" * 10_000,
        "--" * 50_000,
        "://" * 40_000,
        "token: |" + "\n" * 100_000,
        ("\n" + BASE64) * 5_000,
    ],
)
@pytest.mark.timeout(10)
def test_long_texts_take_no_time_to_speak_of(text: str) -> None:
    redact(text)
