"""HTTP messages read by the tests' own hand, to judge what the archive says of them."""

from __future__ import annotations

import re

_HEAD_END = re.compile(rb"\n\r?\n")


def body_of(message: bytes) -> tuple[bytes, bytes]:
    """Head and body; the head is empty where it has no end."""
    match = _HEAD_END.search(message)
    return (message[: match.end()], message[match.end() :]) if match else (b"", message)


def status_of(message: bytes) -> int:
    return int(message.split(None, 2)[1])


def fields_of(head: bytes, name: str) -> list[str]:
    """The values of a field, in lower case."""
    pattern = rb"(?im)^%s[ \t]*:[ \t]*(.*?)[ \t]*\r?$" % name.encode()
    return [value.decode("latin-1").lower() for value in re.findall(pattern, head)]


def is_whole(message: bytes, method: bytes) -> bool:
    """Whether a response ends exactly where its framing says (RFC 9112 6.3)."""
    head, body = body_of(message)
    if method == b"HEAD" or status_of(head) in (204, 304):
        return body == b""
    codings = fields_of(head, "transfer-encoding")
    if codings and codings[-1].endswith("chunked"):
        return _chunks_end(body)
    lengths = {value for value in fields_of(head, "content-length") if value.isdigit()}
    return bool(codings) or not lengths or (lengths == {str(len(body))})


def _chunks_end(body: bytes) -> bool:
    at = 0
    while match := re.compile(rb"[ \t]*([0-9A-Fa-f]+)[ \t]*(;[^\n]*)?\r?\n").match(body, at):
        size = int(match[1], 16)
        at = match.end() + size
        if size == 0:
            return bool(re.fullmatch(rb"([^\r\n]+\r?\n)*\r?\n", body[at:]))
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    return False
