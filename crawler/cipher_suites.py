"""Cipher suites by their IANA names, which WARC-Cipher-Suite takes (iipc/warc-specifications #86).

OpenSSL has names of its own for the suites before TLS 1.3, and pyOpenSSL gives no others. They
follow one grammar, so they are translated, not listed; the test holds this against what
``openssl ciphers -stdname`` says of every suite.
"""

from __future__ import annotations

import re

# Suites that a client without a shared key and a server with a certificate can agree on. OpenSSL
# leaves out the exchange where it is RSA, and the signature in ECDHE-ARIA…, where it is RSA too.
_OPENSSL = re.compile(
    r"(?:(?P<exchange>ECDHE|DHE)-)?(?:(?P<signature>ECDSA|RSA|DSS)-)?"
    r"(?:(?P<cipher>AES|ARIA|CAMELLIA)(?P<bits>128|256)(?:-(?P<mode>GCM|CCM8?))?"
    r"|(?P<named>CHACHA20-POLY1305|SEED|IDEA-CBC|DES-CBC3))"
    r"(?:-(?P<hash>SHA(?:256|384)?))?"
)
_NAMED = {
    "CHACHA20-POLY1305": "CHACHA20_POLY1305",
    "SEED": "SEED_CBC",
    "IDEA-CBC": "IDEA_CBC",
    "DES-CBC3": "3DES_EDE_CBC",
}
_MODES = {None: "CBC", "CCM8": "CCM_8"}


def iana_name(openssl_name: str) -> str | None:
    """``TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`` of ``ECDHE-RSA-AES128-GCM-SHA256``.

    None for a suite that is not known here. Those of TLS 1.3 have their IANA names in OpenSSL.
    """
    if openssl_name.startswith("TLS_"):
        return openssl_name
    match = _OPENSSL.fullmatch(openssl_name)
    if match is None:
        return None
    signature = match["signature"] or "RSA"
    exchange = f"{match['exchange']}_{signature}" if match["exchange"] else signature
    if match["named"]:
        cipher = _NAMED[match["named"]]
    else:
        mode = _MODES.get(match["mode"], match["mode"])
        cipher = f"{match['cipher']}_{match['bits']}_{mode}"
    # OpenSSL's name leaves out the only hash that ChaCha20 goes with (RFC 7905).
    digest = match["hash"] or ("SHA256" if "POLY1305" in cipher else "")
    return f"TLS_{exchange}_WITH_{cipher}" + (f"_{digest}" if digest else "")
