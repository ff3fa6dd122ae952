"""What leads into the crawler's own network, in every place where a site names addresses."""

from __future__ import annotations

import json

from tests.faults.fault import Fault, Steps, answer, page, rss, story
from tests.faults.urls import CREDENTIALS
from tests.quirks.quirk import head

_INSIDE = "http://169.254.169.254/latest"
_TO_INSIDE: Steps = answer(b"", b"Location: " + _INSIDE.encode(), status=b"302 Found")
_NOT_WANTED = ("dropped/not_wanted",)
_TEASER = (
    '<h2><a href="2026/03/01/the-quay-of-the-town-reopens">The quay of the town reopens</a></h2>'
)


def _listing(name: str, kind: str, body: bytes, **changes: object) -> Fault:
    answers = {"/feed": answer(body, kind=b"application/xml"), "/story": answer(page(name))}
    return Fault(**{"name": name, "answers": answers, "listing": kind, **changes})  # type: ignore[arg-type]


def _page(name: str, in_head: str) -> Fault:
    return story(name, *answer(page(name, in_head=in_head)), articles=1)


_LD = json.dumps({"@type": "NewsArticle", "url": _INSIDE, "mainEntityOfPage": _INSIDE})

FAULTS = (
    Fault(
        name="robots-leads-inside",
        answers={"/robots.txt": _TO_INSIDE},
        counted=("failed/listing_address_refused",),
        never=("/feed", "/story"),
    ),
    Fault(
        name="feed-leads-inside",
        answers={"/feed": _TO_INSIDE},
        counted=("failed/listing_address_refused",),
    ),
    _listing(
        "feed-links-inside",
        "feeds",
        rss([f"{_INSIDE}/a", "http://[::ffff:10.0.0.1]/a", "/story"]),
        articles=1,
        counted=_NOT_WANTED * 2,
    ),
    _listing(
        "feed-based-inside",
        "feeds",
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://10.0.0.1/"><title>F</title>'
        b'<entry><title>Inside</title><link href="story"/></entry></feed>',
        counted=_NOT_WANTED,
        never=("/story",),
    ),
    _listing(
        "sitemap-links-inside",
        "news_sitemaps",
        f"<urlset><url><loc>{_INSIDE}</loc></url><url><loc>/story</loc></url></urlset>".encode(),
        articles=1,
        counted=_NOT_WANTED,
    ),
    _listing(
        "sitemap-index-inside",
        "news_sitemaps",
        f"<sitemapindex><sitemap><loc>{_INSIDE}</loc></sitemap></sitemapindex>".encode(),
        counted=("dropped/sitemap_elsewhere",),
    ),
    Fault(
        name="section-based-inside",
        listing="sections",
        answers={"/feed": answer(f'<base href="http://10.0.0.1/">{_TEASER}'.encode())},
        counted=_NOT_WANTED,
    ),
    _page("canonical-inside", f'<link rel=canonical href="{_INSIDE}">'),
    _page("ld-url-inside", f'<script type="application/ld+json">{_LD}</script>'),
    _page("next-page-inside", f'<link rel=next href="{_INSIDE}/2">'),
    story(
        "port-of-mail",
        *answer(b"", b"Location: http://[::ffff:8.8.8.8]:25/", status=b"307 Temporary"),
        counted=("failed/address_refused",),
    ),
    story(
        "redirect-with-credentials",
        *answer(b"", f"Location: http://{CREDENTIALS}@10.0.0.1/".encode(), status=b"302 Found"),
        counted=("failed/bad_redirect",),
    ),
    story(
        "refresh-with-credentials",
        *answer(
            f'<meta http-equiv=refresh content="0;url=http://{CREDENTIALS}@127.0.0.1/">'.encode()
        ),
        counted=("failed/bad_redirect",),
    ),
    Fault(
        name="robots-with-credentials",
        answers={
            "/robots.txt": answer(
                b"", f"Location: http://{CREDENTIALS}@10.0.0.1/".encode(), status=b"302 Found"
            )
        },
        counted=("failed/listing_robots_unreachable",),
        never=("/feed", "/story"),
    ),
    _page(
        "page-names-credentials",
        f'<link rel=canonical href="http://{CREDENTIALS}@127.0.0.1/a">'
        f'<meta property="og:image" content="http://{CREDENTIALS}@127.0.0.1/a.jpg">'
        f'<meta property="og:url" content="//{CREDENTIALS}@127.0.0.1/a">'
        f'<link rel=license href="http://{CREDENTIALS}@127.0.0.1/l">'
        f'<meta name="tdm-policy" content="http://{CREDENTIALS}@127.0.0.1/p">'
        '<meta name="tdm-reservation" content="1">',
    ),
    story(
        "cookie-for-all",
        head(
            b"Content-Type: text/html",
            b"Set-Cookie: track=1; Domain=127.0.0.1; Path=/",
            b"Set-Cookie: track=2",
            b"Location: /story",
            b"Content-Length: 0",
            status=b"HTTP/1.1 302 Found",
        ),
        counted=("failed/too_many_redirects",),
    ),
)
