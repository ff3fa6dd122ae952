"""What is different when a person looks: progress is shown, and control characters are not."""

from __future__ import annotations

import codecs
import re
import shutil
import sys
import time
from collections.abc import Iterable
from typing import TextIO

# All but tab and line feed: an archived page may hold anything, and a terminal obeys it.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """``text`` with control characters and turns of direction as escapes; CRLF becomes LF."""
    return _CONTROLS.sub(_escape, text.replace("\r\n", "\n"))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


class ProgressLine:
    """One line on a terminal that is overwritten; on anything else, nothing."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_shown = self._stream.isatty()
        self._shown_at = 0.0

    def show(self, text: str) -> None:
        """Say how far it is; at most five times a second."""
        if self._is_shown and time.monotonic() - self._shown_at >= 0.2:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(f"\r\x1b[K{visible(text)[:width]}")
            self._stream.flush()
            self._shown_at = time.monotonic()

    def clear(self) -> None:
        """Take the line away, before other output."""
        if self._is_shown and self._shown_at:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown_at = 0.0


def print_bytes(pieces: Iterable[bytes]) -> None:
    """Write bytes to stdout; a terminal gets them as text without control characters.

    Raises OSError.
    """
    if not sys.stdout.isatty():
        sys.stdout.flush()
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        return
    decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
    held = ""
    for piece in pieces:
        text = held + decoder.decode(piece)
        # A CR may be the begin of a CRLF.
        held = "\r" if text.endswith("\r") else ""
        sys.stdout.write(visible(text.removesuffix("\r") if held else text))
    sys.stdout.write(visible(held + decoder.decode(b"", final=True)))
