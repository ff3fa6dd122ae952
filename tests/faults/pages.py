"""Pages that keep a parser busy, or that lie about what they are."""

from __future__ import annotations

from tests.faults.fault import Fault, answer, page, story

_SOFT_404 = (
    b"<!DOCTYPE html><html lang=en><title>Page not found - 404</title><h1>Page not found</h1>"
    b"<p>The page that you are looking for does not exist any more.</p>"
)
_BOGUS_LD = '<script type="application/ld+json">{}</script>'


def _page(name: str, extra: str = "", in_head: str = "", **changes: object) -> Fault:
    return story(name, *answer(page(name, extra, in_head)), **{"articles": 1, **changes})


FAULTS = (
    _page("page-100000-tags", "<div>" * 100_000),
    _page("page-1-mb-line", "<p>" + "lorem ipsum " * 90_000),
    _page("page-100000-attributes", "<p " + "".join(f"a{n}=1 " for n in range(100_000)) + ">x"),
    _page("page-br-flood", "<br>" * 200_000),
    _page("page-digit-flood", "<p>" + "1" * 500_000),
    _page(
        "page-date-flood", "".join(f"<time>2026-01-{n % 28 + 1:02}</time>" for n in range(20_000))
    ),
    _page(
        "page-meta-flood",
        in_head="".join(f'<meta name="author" content="A {n}">' for n in range(20_000)),
    ),
    _page("page-ld-quotes", in_head=_BOGUS_LD.format('{"author": "' + '"' * 400_000)),
    _page("page-ld-depth", in_head=_BOGUS_LD.format("[" * 200_000)),
    _page("page-ld-names", in_head=_BOGUS_LD.format('{"author": [' + '{"name": "' * 40_000)),
    _page("page-control-references", "<p>&#27;[2J&#1;&#11;&#xFFFE;&#0; the end of it</p>"),
    _page(
        "page-lone-surrogates",
        in_head=_BOGUS_LD.format('{"@type": "NewsArticle", "headline": "a\\\\ud800b\\\\u0000c"}'),
    ),
    _page(
        "page-nan",
        in_head=_BOGUS_LD.format('{"@type": "NewsArticle", "wordCount": NaN, "wordCount": 1e999}'),
    ),
    _page(
        "page-future-date",
        in_head='<meta property="article:published_time" content="2999-01-01T00:00:00Z">',
    ),
    _page("page-script-title", in_head="<title>\x1b]0;owned\x07</title>"),
    story(
        "page-utf-16",
        *answer("\ufeff".encode("utf-16-le") + page("page-utf-16").decode().encode("utf-16-le")),
        articles=1,
    ),
    story(
        "page-wrong-charset",
        *answer(page("page-wrong-charset"), kind=b"text/html; charset=no-such"),
        articles=1,
    ),
    _page("page-100000-paragraphs", "<p>word" * 100_000),
    _page("page-1-mb-of-space", "<p>" + " \t\n" * 350_000 + "x"),
    _page("page-long-title", in_head="<title>" + "quay | " * 140_000 + "</title>"),
    _page("page-5000-ld-scripts", in_head=_BOGUS_LD.format('{"@type": "NewsArticle"}') * 5000),
    _page(
        "page-entities",
        in_head='<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><title>&b;</title>',
    ),
    _page("page-20-bases", in_head='<base href="http://10.0.0.1/">' * 20),
    story(
        "page-windows-1251-as-latin-1",
        *answer(
            '<meta charset="windows-1251"><p>\u041f\u0440\u0438\u0447\u0430\u043b '.encode("cp1251")
            + page("page-windows-1251-as-latin-1"),
            kind=b"text/html; charset=iso-8859-1",
        ),
        articles=1,
    ),
    story("page-utf-32", *answer(page("page-utf-32").decode().encode("utf-32")), articles=1),
    story(
        "picture-as-page",
        *answer(b"\x89PNG\r\n\x1a\n" + b"\0" * 5000),
        counted=("dropped/not_html",),
    ),
    story("program-as-page", *answer(b"\x7fELF" + b"\0" * 5000), counted=("dropped/not_html",)),
    # A line that says so, of no article.
    story("soft-404", *answer(_SOFT_404), articles=1),
    story(
        "page-of-no-charset",
        *answer(page("page-of-no-charset"), kind=b"text/html; charset=undefined"),
        articles=1,
    ),
    _page("page-says-utf-16", in_head="<meta charset=utf-16>"),
    story(
        "page-of-scripts",
        *answer(b"<html><head><title>News</title></head><body><script>go()</script></body></html>"),
        articles=1,
    ),
    story("page-nothing", *answer(b""), counted=("failed/empty",)),
    story(
        "page-is-a-feed",
        *answer(b"<rss></rss>", kind=b"application/rss+xml"),
        counted=("dropped/not_html",),
    ),
)
