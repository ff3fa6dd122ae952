"""Takes secrets out of a request before it is archived."""

from __future__ import annotations

import re

MARKER = b"[redacted]"
"""What stands in the place of a value."""

# A field line with the lines that are folded onto it (RFC 9112 5.2).
_FIELD = re.compile(rb"(?m)^([^:\s]+)(:[ \t]*)([^\n]*(?:\n[ \t][^\n]*)*)$")


def without_secrets(request: bytes, secret_fields: frozenset[str]) -> tuple[bytes, list[str]]:
    """``request`` with the values of these fields (lower case) replaced by the marker.

    Gives also the names of those that were there, as they were written. Nothing else changes: not
    the request line, another field or the body.
    """
    end = request.find(b"\r\n\r\n")
    if not secret_fields or end < 0:
        return request, []
    redacted: list[str] = []

    def cover(field: re.Match[bytes]) -> bytes:
        name = field[1].decode("latin-1")
        if name.lower() not in secret_fields:
            return field[0]
        redacted.append(name)
        line_end = b"\r" if field[3].endswith(b"\r") else b""
        return field[1] + field[2] + MARKER + line_end

    return _FIELD.sub(cover, request[:end]) + request[end:], redacted
