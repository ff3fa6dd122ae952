"""News sitemaps, sitemap indexes and text sitemaps (sitemaps.org; Google's news extension)."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import etree

from crawler.hints import Hints
from spiders.discovery.feed import read_feed
from spiders.discovery.listing import ChildSitemap, Links, Listing, absolute, names, plain, refused
from spiders.discovery.unclosed import closed_sitemap
from spiders.discovery.xml_text import decode, sniff_xml

MAX_DECODED = 50 * 1024 * 1024  # what the protocol allows, and what a compression bomb gets
_GZIP = b"\x1f\x8b"
_CHUNK = 64 * 1024
_FEEDS = frozenset({"rss", "rdf", "feed"})
_PAGES = frozenset({"html", "head", "body"})
_MALFORMED = "malformed XML"
_NUMBERS = {b"amp": 38, b"lt": 60, b"gt": 62, b"quot": 34, b"apos": 39}
# What XML itself gives a name, and ampersands that begin no reference; in CDATA there is none.
_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:(?P<name>amp|lt|gt|quot|apos);|(?!#?\w{1,31};))", re.DOTALL
)
_Element = Any  # lxml has no types


def read_news_sitemap(body: bytes, url: str) -> Listing:
    """The stories or the further sitemaps that a sitemap from ``url`` names.

    Plain or gzip, by its first bytes. An empty one is no problem: there was no news.
    """
    stream = _Capped(body)
    head = stream.peek(_CHUNK)
    if not head.strip(b"\xef\xbb\xbf \t\r\n\0"):
        return Listing(problems=stream.problems)
    document = sniff_xml(head)
    if document.refusal:
        return refused(document.refusal)
    if document.root in _PAGES:
        return refused("an HTML page, not a sitemap")
    if document.root in _FEEDS:  # the protocol takes a feed for a sitemap
        return read_feed(stream.read(), url, None)
    if not document.text.startswith("<"):
        return _read_text(stream, url)
    listing = _read_xml(stream, document.encoding, url)
    malformed = [text for text in listing.problems if text.startswith(_MALFORMED)]
    if not malformed or document.encoding.startswith(("utf-16", "utf-32")):
        return listing
    # Behind its first error libxml2 drops "&amp;", and so a part of each address, but no number.
    whole = _AMPERSAND.sub(_as_number, _Capped(body).read())
    # What follows an element without an end tag would be within it. Tags are ASCII in any encoding.
    mended = closed_sitemap(whole.decode("latin-1")).encode("latin-1")
    again = _read_xml(_Capped(mended), document.encoding, url)
    problems = (*malformed, *again.problems, *stream.problems)
    return replace(again, problems=tuple(dict.fromkeys(problems)))


def _as_number(match: re.Match[bytes]) -> bytes:
    if match[0].startswith(b"<"):
        return match[0]
    return b"&#%d;" % _NUMBERS[match["name"] or b"amp"]


# --- XML ------------------------------------------------------------------------------------------
def _read_xml(stream: _Capped, encoding: str, url: str) -> Listing:
    links = Links(url)
    children: list[ChildSitemap] = []
    lost = 0
    problems: list[str] = []
    for element in _elements(stream, encoding, problems):
        if _local(element) == "url":
            links.add(_child_text(element, "loc"), _hints(element))
        elif child := _child_sitemap(element, url):
            children.append(child)
        else:
            lost += 1
    if lost:
        problems.append(f"{lost} of the named sitemaps without a link that can be fetched")
    return Listing(
        entries=links.entries,
        children=tuple(dict.fromkeys(children)),
        problems=(*links.problems, *problems, *stream.problems),
    )


def _elements(stream: _Capped, encoding: str, problems: list[str]) -> Iterator[_Element]:
    """Each <url> and <sitemap> as soon as it is complete, and forgotten when it was used."""
    events = etree.iterparse(
        stream,
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        # Over a wrong label; what is labelled otherwise and is not UTF-8 is left to its label.
        encoding="utf-8" if encoding == "utf-8" else None,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in events:
            yield element
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError:
        pass  # nothing more to recover; the log says what it was
    if fatal := events.error_log.filter_from_fatals():
        problems.append(f"{_MALFORMED}, read as far as it goes: {plain(fatal[0].message, 120)}")


def _hints(element: _Element) -> Hints:
    news = {_local(part): part.text for part in _news_parts(element)}
    keywords = (news.get("keywords") or "").split(",")
    return Hints(
        headline=plain(news.get("title"), markup=True),
        published=plain(news.get("publication_date"), 100),
        modified=plain(_child_text(element, "lastmod"), 100),
        categories=names([plain(word, 100) for word in keywords]),
        language=plain(news.get("language"), 100),
    )


def _news_parts(element: _Element) -> Iterator[_Element]:
    for child in element:
        if _local(child) == "news":
            yield from child.iter("{*}*")


def _child_sitemap(element: _Element, url: str) -> ChildSitemap | None:
    target = absolute(url, _child_text(element, "loc") or "")
    if target is None:
        return None
    return ChildSitemap(target, plain(_child_text(element, "lastmod"), 100))


def _child_text(element: _Element, name: str) -> str | None:
    texts = (child.text for child in element if _local(child) == name)
    return next((text for text in texts if text), None)


def _local(element: _Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


# --- Text -----------------------------------------------------------------------------------------
def _read_text(stream: _Capped, url: str) -> Listing:
    lines = [line.strip() for line in decode(stream.read(), None)[0].splitlines()]
    if not any(line.startswith(("http://", "https://")) for line in lines):
        return refused("not a sitemap")
    links = Links(url)
    for line in lines:
        if line:
            links.add(line if "://" in line else "invalid:")
    return Listing(links.entries, problems=(*links.problems, *stream.problems))


class _Capped(io.RawIOBase):
    """The sitemap decoded as it is read, at most MAX_DECODED bytes of it.

    What ends early is read as far as it goes; ``problems`` says so.
    """

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.problems: tuple[str, ...] = ()
        self._left = MAX_DECODED
        self._chunks = self._capped(_gunzip(body) if body.startswith(_GZIP) else _pieces(body))
        self._ahead = b""

    def readable(self) -> bool:
        return True

    def peek(self, size: int) -> bytes:
        """The first bytes, which a later read gives again; space before them is dropped."""
        while len(self._ahead) < size and (chunk := next(self._chunks, b"")):
            self._ahead = (self._ahead + chunk).lstrip(b" \t\r\n")
        return self._ahead

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(_CHUNK), b""))
        data = self._ahead or next(self._chunks, b"")
        self._ahead = data[size:]
        return data[:size]

    def _capped(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        try:
            for chunk in chunks:
                if len(chunk) > self._left:
                    self.problems = (f"longer than {MAX_DECODED} bytes, read in part",)
                    yield chunk[: self._left]
                    return
                self._left -= len(chunk)
                yield chunk
        except (zlib.error, EOFError) as error:
            self.problems = (f"broken gzip, read in part: {plain(str(error), 80)}",)


def _pieces(body: bytes) -> Iterator[bytes]:
    return (body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK))


def _gunzip(body: bytes) -> Iterator[bytes]:
    """The decoded body in chunks; member after member, and what follows the last is ignored."""
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    for piece in _pieces(body):
        while piece:
            if inflate.eof:
                if not piece.lstrip(b"\0"):
                    break
                inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            if chunk := inflate.decompress(piece, _CHUNK):
                yield chunk
            piece = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    while chunk := inflate.decompress(inflate.unconsumed_tail, _CHUNK):
        yield chunk
    if not inflate.eof:
        raise EOFError("it ends early")
