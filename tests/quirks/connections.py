"""Quirks of the connection that carries the exchanges: kept alive, stale, TLS of every sort."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.certificates import write_self_signed
from tests.quirks.quirk import BREATH, CLOSE, DROP, RESET, Quirk, framed, head, page_of, raw

LONE_PORT = 1
FIRST_TLS_PORT = 2


@dataclass(frozen=True, slots=True)
class TlsPort:
    """What a port negotiates: OpenSSL's name of the suite and the one that IANA gave it.

    The suites of TLS 1.3 cannot be chosen here; "" takes the first that both sides know.
    """

    version: ssl.TLSVersion
    suite: str
    iana: str
    key: str


V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
TLS_PORTS = (
    TlsPort(V13, "", "TLS_AES_256_GCM_SHA384", "ec"),
    TlsPort(V12, "ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ec"),
    TlsPort(V12, "ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "rsa"),
    TlsPort(
        V12,
        "ECDHE-RSA-CHACHA20-POLY1305",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "rsa",
    ),
    TlsPort(V12, "ECDHE-RSA-AES128-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "rsa"),
    TlsPort(V12, "AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA", "rsa"),
)
PORTS = FIRST_TLS_PORT + len(TLS_PORTS)

OPEN_END = head(b"Connection: close")
KEPT = (
    *(framed(f"kept-{n:02}", port=LONE_PORT, meta={"download_slot": "lone"}) for n in range(50)),
    # Twisted repeats a request by itself when the connection that it was kept for has gone.
    framed(
        "stale",
        answers=((CLOSE,), (head(b"Content-Length: 5") + b"fresh",)),
        entity=b"fresh",
        exchanges=2,
        port=LONE_PORT,
        meta={"download_slot": "lone"},
    ),
)
TLS = (
    *(framed(f"tls-{n}", port=FIRST_TLS_PORT + n) for n in range(len(TLS_PORTS))),
    *(framed(f"tls-{n}-kept", port=FIRST_TLS_PORT + n) for n in range(len(TLS_PORTS))),
    raw("tls-open-ended", OPEN_END + page_of("tls-open-ended"), CLOSE, port=FIRST_TLS_PORT),
    raw(
        "tls-open-ended-dropped",
        OPEN_END + page_of("tls-open-ended-dropped"),
        DROP,
        truncated="disconnect",
        port=FIRST_TLS_PORT,
    ),
    raw(
        "tls-reset-in-body",
        head(b"Content-Length: 999") + b"half",
        BREATH,
        RESET,
        truncated="disconnect",
        exchanges=2,
        delivered=None,
        port=FIRST_TLS_PORT,
    ),
)
ROBOTS = framed(
    "robots.txt",
    b"Content-Type: text/plain",
    entity=b"User-agent: *\nDisallow: /private\n",
    asked=False,
    exchanges=PORTS,
)
QUIRKS: tuple[Quirk, ...] = (*KEPT, *TLS, ROBOTS)


def tls_contexts(directory: Path) -> list[ssl.SSLContext]:
    """One context for each of the TLS ports."""
    files = {"ec": directory / "ec.pem", "rsa": directory / "rsa.pem"}
    keys = {
        "ec": ec.generate_private_key(ec.SECP256R1()),
        "rsa": rsa.generate_private_key(65537, 2048),
    }
    for name, file in files.items():
        write_self_signed(file, "quirks.example", keys[name])
    return [_context(port, files[port.key]) for port in TLS_PORTS]


def _context(port: TlsPort, certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.minimum_version = context.maximum_version = port.version
    if port.suite:
        context.set_ciphers(f"{port.suite}:@SECLEVEL=0")
    return context
