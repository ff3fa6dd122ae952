"""Quirks of connections: cut, reset and stalled at each stage, and answers that are no HTTP."""

from __future__ import annotations

from typing import Any

from tests.quirks.quirk import BREATH, CLOSE, HANG, RESET, End, Quirk, head, page_of, raw

STATUS = b"HTTP/1.1 20"
HALF_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Half"
BODY = head(b"Content-Length: 999") + b"<html><p>half"
CHUNK = head(b"Transfer-Encoding: chunked") + b"8\r\n<html><p\r\nff\r\nhalf"
OPEN_END = head(b"Connection: close") + b"<html><p>until the end"
STAGES = {"nothing": b"", "status-line": STATUS, "head": HALF_HEAD, "body": BODY, "chunk": CHUNK}

_REASONS = {"close": "disconnect", "reset": "disconnect", "hang": "time"}


def cut(stage: str, sent: bytes, end: End) -> Quirk:
    is_response = b"\r\n\r\n" in sent
    return raw(
        f"{end.how}-in-{stage}",
        *([sent, BREATH] if sent else []),
        end,
        archived="response" if is_response else "bytes",
        truncated=_REASONS[end.how],
        exchanges=2,
        delivered=None,
        # Enough for a busy machine to send what comes before it hangs.
        meta={"download_timeout": 3} if end is HANG else {},
    )


def no_http(name: str, sent: bytes, *end: End, **changes: Any) -> Quirk:
    """What Twisted's parser and the archive take for no response, and nobody is shown."""
    defaults = {"archived": "bytes", "truncated": "unspecified", "exchanges": 2, "delivered": None}
    return raw(name, sent, *end, **{**defaults, **changes})


QUIRKS = (
    *(cut(stage, sent, end) for stage, sent in STAGES.items() for end in (CLOSE, RESET, HANG)),
    cut("open-ended-body", OPEN_END, RESET),
    cut("open-ended-body", OPEN_END, HANG),
    raw(
        "too-large",
        head(b"Content-Length: 400000") + b"x" * 100_000,
        HANG,
        truncated="length",
        delivered=None,
        meta={"download_maxsize": 300_000},
    ),
    raw(
        "too-large-in-chunks",
        head(b"Transfer-Encoding: chunked") + b"61a80\r\n" + b"x" * 400_000 + b"\r\n0\r\n\r\n",
        truncated="length",
        delivered=None,
        meta={"download_maxsize": 300_000},
    ),
    raw(
        "stopped-by-a-signal",
        OPEN_END,
        HANG,
        truncated="length",
        decoded=b"<html><p>until the end",
        meta={"stop": True},
    ),
    no_http("ssh", b"SSH-2.0-OpenSSH_9.6\r\n", CLOSE),
    no_http("html-without-a-head", page_of("html-without-a-head") + b"\n", CLOSE),
    no_http("http-2-in-text", b"HTTP/2 200 OK\r\n\r\nhello", CLOSE),
    no_http("icy", b"ICY 200 OK\r\nicy-name: Radio\r\n\r\n\xff\xfb\x90", CLOSE),
    no_http("lower-case-http", b"http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", CLOSE),
    no_http("status-in-words", b"HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n", CLOSE),
    no_http("tls-alert", b"\x15\x03\x01\x00\x02\x02\x46", CLOSE, truncated="disconnect"),
    no_http("one-byte", b"H", CLOSE, truncated="disconnect"),
)
