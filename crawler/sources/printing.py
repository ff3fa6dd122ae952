"""What a source file holds, made fit for one line of a terminal."""

from __future__ import annotations

import re

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """``text`` on one line: control and direction characters as escapes, at most 200 characters."""
    text = CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
    return text if len(text) <= 200 else text[:199] + "…"
