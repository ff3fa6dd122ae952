"""An article's history for people: plain text, with colours on a terminal. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.change import Change, ParagraphChange
from crawler.history import Found, History
from crawler.items import Article
from crawler.visits import Visit

_RED, _GREEN, _BOLD, _DIM, _OFF = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
# A page can hold what a terminal would obey.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def show(history: History, *, colour: bool) -> Iterator[str]:
    """The lines to print."""
    for line in _lines(history):
        painted = _CONTROL.sub("\ufffd", line)
        yield _paint(painted) if colour else painted


def _lines(history: History) -> Iterator[str]:
    story = history.story
    yield f"# {story.canonical_url}"
    if story.url != story.canonical_url:
        yield f"asked for as {story.url}"
    yield f"first captured {story.first_captured_at}, next visit {story.due or 'none'}"
    yield ""
    for found in history.found:
        yield from _found(found, history.lines)
    life: list[Article | Visit] = [*history.lines, *history.visits]
    before: Article | Visit | None = None
    for capture in sorted(life, key=_instant):
        if isinstance(capture, Article) or isinstance(before, Article):
            yield ""
        yield from _version(capture) if isinstance(capture, Article) else _visit(capture)
        before = capture


def _instant(capture: Article | Visit) -> str:
    """To the second: the index has no more, and what made a line comes first."""
    if isinstance(capture, Article):
        return f"{capture.captured_at[:19]}Z"
    return f"{capture.at[:19]}Z visit"


def _visit(visit: Visit) -> Iterator[str]:
    yield f"visit  {visit.at}  {visit.found}  {visit.warc_file}:{visit.warc_offset}"


def _found(found: Found, lines: list[Article]) -> Iterator[str]:
    delay = f", {_span(found.delay_seconds)} after" if found.delay_seconds is not None else ""
    yield f"found {found.first_seen}{delay} at rank {found.rank} of {found.listing}"
    first = lines[0].headline if lines else None
    if found.headline and found.headline != first:
        yield f"      there as: {found.headline}"


def _version(article: Article) -> Iterator[str]:
    what = _what(article)
    yield f"# version {article.version}  {article.captured_at}  {what}"
    if article.headline:
        yield f"{article.headline}"
    if article.modified_at or article.published_at:
        yield f"published {article.published_at or '?'}, modified {article.modified_at or '?'}"
    if article.warc_file is not None:
        yield f"scrapy cat {article.warc_file} {article.warc_offset}"
    if article.change is not None:
        yield from _change(article.change)


def _what(article: Article) -> str:
    change = article.change
    if change is None:
        return "first capture"
    if change.gone:
        return f"gone: {change.gone}"
    parts = ["back"] if change.returned else []
    parts += [", ".join(change.fields)] if change.fields else []
    parts += [f"{change.share:.1%} of the text"] if change.share else []
    parts += ["silent edit"] if change.silent_edit else []
    return "; ".join(parts) or "changed; the page before is not at hand"


def _change(change: Change) -> Iterator[str]:
    if change.headline_was:
        yield f"- headline: {change.headline_was}"
    if change.byline_was:
        yield f"- byline: {change.byline_was}"
    if change.published_was:
        yield f"- published: {change.published_was}"
    for paragraph in change.paragraphs:
        yield from _paragraph(paragraph)
    if change.correction:
        yield f"note: {change.correction}"


def _paragraph(change: ParagraphChange) -> Iterator[str]:
    if change.was is not None:
        yield f"- {change.was}"
    if change.now is not None:
        yield f"+ {change.now}"


def _paint(line: str) -> str:
    styles = (("- ", _RED), ("+ ", _GREEN), ("# ", _BOLD), ("scrapy cat ", _DIM))
    for start, style in styles:
        if line.startswith(start):
            return f"{style}{line}{_OFF}"
    return line


def _span(seconds: float) -> str:
    """Seconds as people say them, in one unit."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if abs(seconds) >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
