"""Everything that one outlet serves in one edition, by path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crawler.demo.listings import build_listing
from crawler.demo.outlets import Outlet
from crawler.demo.picture import picture
from crawler.demo.resource import Resource
from crawler.demo.section import error_page, home_page, service_page
from crawler.demo.templates import RENDERERS
from crawler.demo.templates.page import StoryPage

_RELATED = 4
_CHARSETS = {"utf-8": "UTF-8", "shift_jis": "Shift_JIS", "euc_jp": "EUC-JP"}


def build_site(outlet: Outlet, base: str, edition: int) -> dict[str, Resource]:
    """Path (or request target, where the query counts) -> what it answers with."""
    outlet = outlet.as_of(edition)
    site = {path: service_page(outlet, name) for name, path in (*outlet.nav, *outlet.service)}
    for listing in outlet.listings:
        for title, path in listing.extra_links:
            site.setdefault(path, service_page(outlet, title))
    site["/"] = home_page(outlet)
    for listing in outlet.listings:
        site[listing.path] = build_listing(outlet, base, listing, edition)
    site["/robots.txt"] = _robots(outlet, base)
    for index in range(len(outlet.stories)):
        site.update(_story(outlet, base, index, edition))
    return site


def missing_page(outlet: Outlet) -> Resource:
    """The answer for all other paths."""
    return error_page(outlet, 404)


def _story(outlet: Outlet, base: str, index: int, edition: int) -> Iterator[tuple[str, Resource]]:
    story = outlet.stories[index].at(edition)
    path = outlet.story_path(story)
    if story.short_link:
        yield (
            outlet.short_path(story),
            Resource(b"", status=301, location=base + path),
        )
    if story.caption:
        image = Resource(picture(story.number), "image/png", compressible=False)
        yield outlet.image_path(story), image
    if how := story.absence(edition):
        yield path, _absent(outlet, base, how)
        return
    page = StoryPage(outlet, base, story, _related(outlet, index))
    body = RENDERERS[outlet.system](page).encode(story.encoding)
    content_type = f"text/html; charset={_CHARSETS[story.encoding]}"
    yield path, Resource(body, content_type, story.touched)


def _absent(outlet: Outlet, base: str, how: str) -> Resource:
    """What a story's URL answers with while the story is not there."""
    if how == "soft":
        return replace(error_page(outlet, 404), status=200)
    if how in ("home", "section"):
        section = next(item.path for item in outlet.listings if item.kind == "section")
        return Resource(b"", status=302, location=base + ("/" if how == "home" else section))
    return error_page(outlet, int(how))


def _related(outlet: Outlet, index: int) -> tuple[tuple[str, str], ...]:
    """The stories that follow, with the headline of the first edition: pages change alone."""
    count = len(outlet.stories)
    others = [outlet.stories[(index + step) % count] for step in range(1, _RELATED + 1)]
    return tuple((story.headline, outlet.story_path(story)) for story in others)


def _robots(outlet: Outlet, base: str) -> Resource:
    wire = outlet.wire
    lines = ["User-agent: *"]
    lines += [f"Disallow: {path}" for path in wire.disallow] or ["Disallow:"]
    if wire.crawl_delay is not None:
        lines.append(f"Crawl-delay: {wire.crawl_delay}")
    if wire.robots_sitemap:
        lines += ["", f"Sitemap: {base}{wire.robots_sitemap}"]
    return Resource("\n".join([*lines, ""]).encode(), "text/plain; charset=UTF-8")
