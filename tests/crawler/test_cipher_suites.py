"""The translation of cipher names against OpenSSL's own, and against what the client may offer."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from OpenSSL import SSL

from crawler.cipher_suites import iana_name

# A client without a shared key cannot negotiate these, and one that verifies will not.
FOREIGN = ("PSK", "SRP", "ADH", "AECDH", "NULL")


def is_ours(name: str) -> bool:
    return not any(word in name for word in FOREIGN)


def openssl_says() -> dict[str, str]:
    """IANA name by OpenSSL name, of every suite that the command line tool knows."""
    command = ["openssl", "ciphers", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in listed.splitlines())
    return {row[2]: row[0] for row in rows if is_ours(row[2])}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
def test_every_suite_has_the_name_that_openssl_gives_it() -> None:
    expected = openssl_says()
    assert len(expected) > 40
    assert {name: iana_name(name) for name in expected} == expected


def test_every_suite_that_the_client_may_offer_has_a_name() -> None:
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_cipher_list(b"ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    offered = filter(is_ours, SSL.Connection(context, None).get_cipher_list())
    assert [name for name in offered if iana_name(name) is None] == []


@pytest.mark.parametrize(
    ("openssl_name", "expected"),
    [
        ("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
        ("AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"),
        ("DES-CBC3-SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
        ("DHE-RSA-AES128-CCM8", "TLS_DHE_RSA_WITH_AES_128_CCM_8"),
        ("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
        ("PSK-AES128-GCM-SHA256", None),
        ("(NONE)", None),
    ],
)
def test_names_are_translated(openssl_name: str, expected: str | None) -> None:
    assert iana_name(openssl_name) == expected
