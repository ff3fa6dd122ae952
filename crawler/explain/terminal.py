"""An explanation for a terminal: plain text, every control character of the page shown as such."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from crawler.explain.explanation import Explanation, FieldReport

# Also what turns the direction of text or opens an escape sequence: the page is not ours.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BOLD, _DIM, _RED, _GREEN, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[0m"
_VALUE = 100  # characters of a candidate


def as_text(pages: Sequence[Explanation], width: int = 100, colour: bool = False) -> str:
    """The whole explanation of a story's page or pages, lines of at most about ``width`` columns.

    All but text is of the first page, so of the others only what they give to that is shown.
    """
    first, *further = pages
    lines = [*_head(first), *_fields(first, width), *_text(first, width)]
    for found in further:
        lines += ["", *_head(found), *_text(found, width)]
    text = "\n".join(lines)
    return text if colour else re.sub(r"\x1b\[\d+m", "", text)


def _head(found: Explanation) -> Iterator[str]:
    page = found.page
    yield f"{_BOLD}{safe(page.url)}{_PLAIN}"
    yield f"{len(page.body)} bytes, captured {page.captured_at:%Y-%m-%d %H:%M} UTC"
    if found.extraction.error:
        yield f"{_RED}no text: {safe(found.extraction.error)}{_PLAIN}"


def _fields(found: Explanation, width: int) -> Iterator[str]:
    for field in found.fields:
        yield ""
        yield from _field(field, width)


def _text(found: Explanation, width: int) -> Iterator[str]:
    yield from _paragraphs("kept", _GREEN, [(line, "") for line in found.kept], width)
    yield from _paragraphs("dropped", _RED, list(found.dropped), width)
    left = [(line, "not in the story's block") for line in found.left]
    yield from _paragraphs("not taken", _DIM, left, width)


def _field(field: FieldReport, width: int) -> Iterator[str]:
    origin = f"  {_DIM}from {safe(field.origin)}{_PLAIN}" if field.origin else ""
    mark = f"  {_RED}sources disagree{_PLAIN}" if field.is_disputed else ""
    yield f"{_BOLD}{field.name}{_PLAIN}  {safe(field.choice) or '-'}{origin}{mark}"
    if field.rule:
        yield from textwrap.wrap(
            safe(field.rule), width, initial_indent="  rule: ", subsequent_indent="        "
        )
    for seen in field.candidates:
        tick = f"{_GREEN}*{_PLAIN}" if seen.is_choice else " "
        value = safe(seen.value)
        value = value if len(value) <= _VALUE else value[: _VALUE - 1] + "…"
        reading = safe(seen.reading)
        note = "" if reading == safe(seen.value) else f"  -> {reading[:_VALUE] or 'nothing'}"
        yield f"  {tick} {safe(seen.origin):<28} {value}{_DIM}{note}{_PLAIN}"


def _paragraphs(title: str, colour: str, lines: list[tuple[str, str]], width: int) -> Iterator[str]:
    yield ""
    yield f"{_BOLD}{title}{_PLAIN}  {len(lines)} paragraph{'' if len(lines) == 1 else 's'}"
    for line, why in lines:
        reason = f"  {_DIM}({why}){_PLAIN}" if why else ""
        short = textwrap.shorten(safe(line), width - 4, placeholder=" …")
        yield f"  {colour}|{_PLAIN} {short}{reason}"


def safe(text: str) -> str:
    """On one line, with control and direction characters as escapes."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
