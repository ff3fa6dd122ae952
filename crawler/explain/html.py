"""An explanation as one HTML file: the evidence on the left, the page as archived on the right.

The page is hostile: everything of it is escaped, and it is shown in a sandboxed frame without
scripts, under a policy that lets nothing be loaded, so that looking at it tells nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from crawler.explain.explanation import Explanation, FieldReport, Seen
from crawler.explain.terminal import safe

# For the file and, by inheritance, for the frame in it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_FRAME_MAX = 4_000_000  # characters of the page's source


def as_html(pages: Sequence[Explanation]) -> str:
    """The whole document; beside it stands the first page."""
    found, *further = pages
    style = files(__package__).joinpath("explain.css").read_text("utf-8")
    frame = escape(found.source[:_FRAME_MAX], quote=True)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{_text(found.extraction.headline or found.page.url)}</title>\n"
        f"<style>{style}</style></head><body>\n"
        f"<main>{_head(found)}{''.join(map(_field, found.fields))}{_story(found)}"
        f"{''.join(_further(page) for page in further)}</main>\n"
        f'<iframe sandbox="" title="The page as archived" srcdoc="{frame}"></iframe>\n'
        "</body></html>\n"
    )


def _text(value: str) -> str:
    return escape(safe(value), quote=True)


def _head(found: Explanation) -> str:
    extraction = found.extraction
    badges = [extraction.kind, extraction.access, extraction.language or "language unknown"]
    if extraction.error:
        badges.append(f"no text: {extraction.error}")
    disputed = sum(field.is_disputed for field in found.fields)
    if disputed:
        badges.append(f"sources disagree on {disputed} field{'' if disputed == 1 else 's'}")
    marks = "".join(f"<span class=badge>{_text(badge)}</span>" for badge in badges)
    return (
        f"<header><h1>{_text(extraction.headline or 'No headline')}</h1>"
        f"<p class=url>{_text(found.page.url)}</p>"
        f"<p class=note>{len(found.page.body):,} bytes, captured "
        f"{found.page.captured_at:%Y-%m-%d %H:%M} UTC. The page beside is shown without scripts, "
        f"pictures and styles from elsewhere.</p><p>{marks}</p></header>"
    )


def _field(field: FieldReport) -> str:
    choice = f"<dd>{_text(field.choice)}</dd>" if field.choice else "<dd class=none>none</dd>"
    origin = f"<span class=origin>{_text(field.origin)}</span>" if field.origin else ""
    mark = "<span class=dispute>sources disagree</span>" if field.is_disputed else ""
    rows = "".join(map(_candidate, field.candidates))
    table = (
        f"<details{' open' if field.is_disputed else ''}><summary>"
        f"{len(field.candidates)} candidate{'' if len(field.candidates) == 1 else 's'}</summary>"
        f"<table>{rows}</table></details>"
        if field.candidates
        else ""
    )
    rule = f"<p class=rule>{_text(field.rule)}</p>" if field.rule else ""
    name = field.name.replace("_", " ")
    return f"<section><dt>{_text(name)} {origin}{mark}</dt>{choice}{rule}{table}</section>"


def _candidate(seen: Seen) -> str:
    chosen = " class=chosen" if seen.is_choice else ""
    reading = "" if seen.reading == seen.value else f"<em>{_text(seen.reading or 'nothing')}</em>"
    return (
        f"<tr{chosen}><td class=origin>{_text(seen.origin)}</td>"
        f"<td dir=auto>{_text(seen.value)}{reading}</td></tr>"
    )


def _story(found: Explanation) -> str:
    left = ((line, "not in the story's block") for line in found.left)
    return (
        "<section class=story><h2>The story</h2>"
        f"{_lines('kept', ((line, '') for line in found.kept))}"
        f"<h2>Dropped by a rule or the model</h2>{_lines('dropped', found.dropped)}"
        f"<h2>Never taken</h2>{_lines('left', left)}</section>"
    )


def _further(found: Explanation) -> str:
    return f"<header><p class=url>{_text(found.page.url)}</p></header>{_story(found)}"


def _lines(kind: str, lines: Iterable[tuple[str, str]]) -> str:
    shown = [
        f"<p class={kind} dir=auto>{_text(line)}"
        + (f"<small>{_text(why)}</small>" if why else "")
        + "</p>"
        for line, why in lines
    ]
    return "".join(shown) or "<p class=none>none</p>"
