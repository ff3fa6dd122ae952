"""Feeds and sitemaps: malformed ones that are read, and bombs that are not."""

from __future__ import annotations

from tests.faults.fault import Fault, answer, page, rss

_XML = b"application/xml"
_NONE = ("failed/listing_no_listing",)
_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 50}">' for n in range(12))


def _feed(name: str, body: bytes, kind: bytes = _XML, **changes: object) -> Fault:
    answers = {"/feed": answer(body, kind=kind), "/story": answer(page(name))}
    return Fault(**{"name": name, "answers": answers, **changes})  # type: ignore[arg-type]


def _read(name: str, body: bytes, kind: bytes = _XML) -> Fault:
    return _feed(name, body, kind, articles=1)


def _bad(name: str, body: bytes, kind: bytes = _XML) -> Fault:
    return _feed(name, body, kind, counted=_NONE, never=("/story", "/leak"))


def _sitemap(body: str) -> bytes:
    return f'<?xml version="1.0"?>{body}'.encode()


_INDEX = (
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    "<sitemap><loc>{}</loc></sitemap></sitemapindex>"
)
_GOOD = rss(["/story"])
_TEXT = _GOOD.decode().removeprefix('<?xml version="1.0"?>')


def _with_doctype(definitions: str, title: str) -> bytes:
    return f"<!DOCTYPE rss [{definitions}]>{_TEXT.replace('Feed', title)}".encode()


def _sitemap_of(name: str, body: str, **changes: object) -> Fault:
    answers = {"/feed": answer(_sitemap(body), kind=_XML), "/story?a&b": answer(page(name))}
    base = {"name": name, "answers": answers, "listing": "news_sitemaps"}
    return Fault(**{**base, **changes})  # type: ignore[arg-type]


def _sitemap_read(name: str, body: str) -> Fault:
    return _sitemap_of(name, body, articles=1)


def _sitemap_bad(name: str, body: str) -> Fault:
    return _sitemap_of(name, body, counted=_NONE, never=("/leak", "/story?a&b"))


FAULTS = (
    _read("feed-bare-ampersand", rss(["/story"], "<description>Cats & Dogs & more</description>")),
    _read("feed-unclosed", _GOOD.replace(b"</channel></rss>", b"")),
    _read("feed-unclosed-title", _GOOD.replace(b"</title>", b"")),
    _read("feed-misspelt-link", _GOOD.replace(b"</link>", b"</lnk>")),
    _read("feed-space-before", b"\n \n" + _GOOD),
    _read("feed-bom-and-space", b"\xef\xbb\xbf \n" + _GOOD),
    _read(
        "feed-utf-16",
        '\ufeff<?xml version="1.0" encoding="utf-16"?>'.encode("utf-16-le")
        + _TEXT.encode("utf-16-le"),
    ),
    _read(
        "feed-utf-16-unmarked",
        ('<?xml version="1.0" encoding="utf-16"?>' + _TEXT).encode("utf-16-be"),
    ),
    _read("feed-wrong-label", _GOOD.replace(b'"1.0"?', b'"1.0" encoding="utf-7"?')),
    _read("feed-says-utf-16", _GOOD.replace(b'"1.0"?', b'"1.0" encoding="utf-16"?')),
    _read("feed-says-utf-16-and-is-longer", _GOOD.replace(b'"1.0"?', b'"1.0"  encoding="utf-16"?')),
    _read("feed-latin-1-as-utf-8", _GOOD.replace(b"Feed", b"Caf\xe9 au lait")),
    _read("feed-control-characters", _GOOD.replace(b"Feed", b"Fe\x00e\x0bd\x1b[2J&#27;")),
    _read("feed-typed-as-html", _GOOD, b"text/html"),
    _bad(
        "feed-entities",
        _with_doctype(_ENTITIES, "&e11;"),
    ),
    _bad(
        "feed-external-entity",
        _with_doctype('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
    ),
    _bad(
        "feed-parameter-entity",
        f'<!DOCTYPE rss [<!ENTITY % x SYSTEM "/leak"> %x;]>{_TEXT}'.encode(),
    ),
    _read("feed-external-dtd", f'<!DOCTYPE rss SYSTEM "/leak">{_TEXT}'.encode()),
    _read(
        "feed-xinclude",
        rss(["/story"], '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/leak"/>'),
    ),
    _bad("feed-html", page("no feed"), b"text/html"),
    _bad("feed-empty", b""),
    _bad(
        "feed-json-broken",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + b"[" * 50_000,
    ),
    Fault(
        name="sitemap-of-itself",
        listing="news_sitemaps",
        answers={"/feed": answer(_sitemap(_INDEX.format("/feed")), kind=_XML)},
        never=("/story",),
    ),
    Fault(
        name="sitemap-elsewhere",
        listing="news_sitemaps",
        answers={"/feed": answer(_sitemap(_INDEX.format("http://127.0.9.9/s.xml")), kind=_XML)},
        counted=("dropped/sitemap_elsewhere",),
    ),
    Fault(
        name="sitemap-too-deep",
        listing="news_sitemaps",
        answers={
            f"/{'feed' if n == 0 else n}": answer(_sitemap(_INDEX.format(f"/{n + 1}")), kind=_XML)
            for n in range(9)
        },
        counted=("dropped/sitemap_too_deep",),
        never=("/7",),
    ),
    Fault(
        name="sitemap-100000-levels",
        listing="news_sitemaps",
        answers={"/feed": answer(_sitemap("<urlset>" + "<a>" * 100_000), kind=_XML)},
        counted=_NONE,
    ),
    _sitemap_read("sitemap-bare-ampersand", "<urlset><url><loc>/story?a&b</loc></url></urlset>"),
    _sitemap_read("sitemap-unclosed", "<urlset><url><loc>/story?a&b</loc>"),
    _sitemap_read(
        "sitemap-unclosed-loc", "<urlset><url><loc>/story?a&b<lastmod>2026</lastmod></url></urlset>"
    ),
    _sitemap_read(
        "sitemap-control-characters", "<urlset>\x00\x1b[2J<url><loc>/story?a&b</loc></url></urlset>"
    ),
    _sitemap_bad("sitemap-entities", f"<!DOCTYPE urlset [{_ENTITIES}]><urlset>&e11;</urlset>"),
    _sitemap_bad(
        "sitemap-external-entity",
        '<!DOCTYPE urlset [<!ENTITY x SYSTEM "/leak">]><urlset><url><loc>&x;</loc></url></urlset>',
    ),
    _sitemap_bad("sitemap-html", page("no sitemap").decode()),
    Fault(
        name="sitemap-of-other-hosts",
        listing="news_sitemaps",
        answers={
            "/feed": answer(
                _sitemap("<urlset><url><loc>http://127.0.9.9/a</loc></url></urlset>"), kind=_XML
            )
        },
        counted=("dropped/not_wanted",),
    ),
    Fault(
        name="sitemaps-of-each-other",
        listing="news_sitemaps",
        answers={
            "/feed": answer(_sitemap(_INDEX.format("/other")), kind=_XML),
            "/other": answer(_sitemap(_INDEX.format("/feed")), kind=_XML),
        },
        never=("/story",),
    ),
    _read("feed-of-one-line-twice", rss(["/story"] * 2000)),
    _bad("feed-100000-levels", rss(["/story"], "<a>" * 100_000)),
    _feed(
        "feed-text-of-1-mb",
        rss(["/story"], f"<description>{'a' * 1_000_000}</description>"),
        articles=1,
    ),
    _feed(
        "feed-300000-attributes",
        rss(["/story"], "<a " + "".join(f"a{n}='' " for n in range(180_000)) + "/>"),
        counted=("failed/listing_unreadable",),
    ),
)
