"""An outlet of the sample newspaper: its system, its listings and its stories, read from TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from crawler.demo.stories import Story, read_story

# The order decides the address: the first outlet is on 127.0.0.2, and so on.
OUTLET_IDS = (
    "kestrel",
    "pinemarsh",
    "coolabar",
    "thornby",
    "shiomi",
    "lauter",
    "sahil",
    "meridian",
)


@dataclass(frozen=True, slots=True)
class Listing:
    """Where an outlet lists stories: a feed, a (news) sitemap, an index of them, a section page.

    ``key`` is the name under which a story says that it is listed here. ``tracking`` is a query
    that is put on each link. ``declared``: whether the sources file names it (a sitemap below an
    index is found through the index).
    """

    key: str
    kind: str
    path: str
    title: str = ""
    tracking: str = ""
    declared: bool = True
    extra_links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """The few colours and the type face that make an outlet look like itself."""

    ink: str
    accent: str
    paper: str
    face: str


@dataclass(frozen=True, slots=True)
class Wire:
    """How the outlet's web server behaves."""

    software: str = "nginx"
    gzip: bool = False
    chunked: bool = False
    weak_etag: bool = False
    cookie: str = ""
    crawl_delay: float | None = None
    disallow: tuple[str, ...] = ()
    robots_sitemap: str = ""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet. ``path`` is the format of a story's path, from its slug, number and day.

    ``always_modified``: its system gives every story a modified date, the publication if no other.
    ``image_in_head``: its metadata names the lead picture.
    """

    id: str
    name: str
    tagline: str
    place: str
    system: str
    path: str
    language: str
    locale: str
    country: str
    take: tuple[str, ...]
    leave: tuple[str, ...]
    nav: tuple[tuple[str, str], ...]
    service: tuple[tuple[str, str], ...]
    look: Look
    wire: Wire
    listings: tuple[Listing, ...]
    stories: tuple[Story, ...]
    always_modified: bool = False
    image_in_head: bool = True

    def story_path(self, story: Story) -> str:
        """The path of a story; it never changes between editions."""
        day = story.published_date
        stamp = (
            {
                "year": f"{day:%Y}",
                "month": f"{day:%m}",
                "day": f"{day:%d}",
                "mon": _month(day.month),
            }
            if day
            else {}
        )
        return self.path.format(slug=story.slug, number=story.number, **stamp)

    def short_path(self, story: Story) -> str:
        """The short link that redirects to the story, as WordPress has it."""
        return f"/?p={story.number}"

    def image_path(self, story: Story) -> str:
        """The path of the story's lead picture, which it has if it has a caption."""
        return f"/media/{story.number}.png"

    def modified(self, story: Story) -> datetime | None:
        """The modified date in the metadata of the story's page."""
        return story.touched if self.always_modified else story.modified

    def as_of(self, edition: int) -> Outlet:
        """The outlet with the stories that it has published by an edition."""
        return replace(self, stories=tuple(s for s in self.stories if s.since <= edition))

    def listed(self, key: str) -> tuple[Story, ...]:
        return tuple(story for story in self.stories if key in story.listed)

    @property
    def is_right_to_left(self) -> bool:
        return self.language == "ar"


# A weekly whose stories have biographies, in editions of its own; it is served by itself.
MONTH_ID = "month"
MONTH_EDITIONS = tuple(range(1, 31))


@cache
def load_outlets(ids: tuple[str, ...] = OUTLET_IDS) -> tuple[Outlet, ...]:
    """Outlets, by default all of the press, in the order of their addresses."""
    return tuple(_read_outlet(outlet_id) for outlet_id in ids)


@cache
def site_words(language: str) -> dict[str, str]:
    """The furniture of a site (By, Share, cookie note ...) in a language."""
    words: dict[str, dict[str, str]] = tomllib.loads(_read("words"))
    return words[language]


def _read_outlet(outlet_id: str) -> Outlet:
    table = tomllib.loads(_read(outlet_id))
    outlet = table["outlet"]
    return Outlet(
        **{key: _frozen(value) for key, value in outlet.items()},
        id=outlet_id,
        look=Look(**table["look"]),
        wire=Wire(**{key: _frozen(value) for key, value in table["wire"].items()}),
        listings=tuple(
            Listing(**{key: _frozen(value) for key, value in listing.items()})
            for listing in table["listing"]
        ),
        stories=tuple(read_story(story) for story in table["story"]),
    )


# A TOML value has no narrower type before it is looked at.
def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _read(name: str) -> str:
    return files("crawler.demo.data").joinpath(f"{name}.toml").read_text("utf-8")


def _month(number: int) -> str:
    return ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"][
        number - 1
    ]
