"""The item of this project.

``Article`` is the one line of our JSONL. The order of its fields is the order of the keys, and the
descriptions below are the source of ``docs/jsonl.md`` and ``docs/article.schema.json``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from msgspec import Meta

from crawler.change import Change
from crawler.further import FurtherPage
from crawler.reservations import Reservation

SCHEMA_VERSION = 1

Kind = Literal[
    "article", "opinion", "liveblog", "video", "gallery", "audio", "press_release", "listing",
    "other", "tombstone",
]  # fmt: skip
Access = Literal[
    "full", "truncated", "paywall", "consent_wall", "challenge", "soft_404", "javascript_shell"
]


def _about(text: str, origin: str) -> Meta:
    return Meta(description=text, extra_json_schema={"x-origin": origin})


@dataclass(kw_only=True, slots=True)
class Article:
    """One version of one story, or the record that a page was fetched and gave no story.

    Every key is on every line. Instants are ISO 8601 in UTC with a Z, or null; a bare day is never
    made into an instant. Lists are never null.
    """

    schema_version: Annotated[
        int, _about("Version of this line format; see CHANGELOG.md.", "Broadsheet")
    ]
    id: Annotated[
        str,
        _about(
            "Stable identifier of this capture: hex SHA-256 over final_url, captured_at and "
            "payload_digest, cut to 32 digits. A replay of the same WARC record gives the same id.",
            "Broadsheet",
        ),
    ]
    url: Annotated[str, _about("The URL that was requested first.", "Media Cloud url")]
    final_url: Annotated[str, _about("The URL that answered, after redirects.", "CDX original")]
    canonical_url: Annotated[
        str,
        _about(
            "The URL under which the story is counted once: rel=canonical or og:url where they "
            "are credible, else final_url without tracking parameters.",
            "Media Cloud normalized_url",
        ),
    ]
    url_hash: Annotated[str, _about("Hex SHA-256 of canonical_url.", "Broadsheet")]
    domain: Annotated[
        str,
        _about("Registered domain of final_url (public suffix list).", "Media Cloud media_name"),
    ]
    source_id: Annotated[
        str | None, _about("id of the source in the TOML that led here.", "Broadsheet")
    ] = None
    site_name: Annotated[
        str | None, _about("The outlet's name as the page gives it.", "schema.org publisher.name")
    ] = None
    headline: Annotated[
        str | None,
        _about("The story's headline without site suffix.", "schema.org headline"),
    ] = None
    description: Annotated[
        str | None, _about("Summary from the page's metadata.", "schema.org description")
    ] = None
    text: Annotated[
        str | None,
        _about(
            "The story: paragraphs parted by an empty line, nothing else of the page. Null where "
            "there is none; extraction_error, kind or access then says why.",
            "schema.org articleBody",
        ),
    ] = None
    authors: Annotated[
        list[str],
        _about("Names of the authors, in the page's order.", "schema.org author.name"),
    ] = field(default_factory=list)
    byline: Annotated[str | None, _about("The byline as printed.", "Broadsheet")] = None
    agency: Annotated[
        str | None,
        _about("The wire service that the story came from, by its usual name.", "Broadsheet"),
    ] = None
    dateline: Annotated[
        str | None,
        _about("Place (and date) that open a wire story.", "schema.org dateline"),
    ] = None
    language: Annotated[
        str | None, _about("BCP 47 language of the text.", "schema.org inLanguage")
    ] = None
    language_confidence: Annotated[
        float | None,
        _about("Probability from 0 to 1 of the detected language.", "Broadsheet"),
    ] = None
    published: Annotated[
        str | None,
        _about(
            "First publication as the page states it, in ISO 8601 and no more precise than there: "
            "a day, a day and a local time, or these with the offset that the page gives away.",
            "schema.org datePublished",
        ),
    ] = None
    published_at: Annotated[
        str | None,
        _about(
            "First publication, UTC. Null unless the page gives a time of day and a zone, and "
            "where that is after the capture.",
            "schema.org datePublished",
        ),
    ] = None
    published_date: Annotated[
        str | None,
        _about(
            "Publication day YYYY-MM-DD in the page's own zone, wherever the day is known.",
            "Media Cloud publication_date",
        ),
    ] = None
    published_raw: Annotated[str | None, _about("The date as the page has it.", "Broadsheet")] = (
        None
    )
    published_from: Annotated[
        str | None,
        _about("Where the date was found, such as json-ld or time-element.", "Broadsheet"),
    ] = None
    modified_at: Annotated[
        str | None, _about("Last modification, UTC.", "schema.org dateModified")
    ] = None
    categories: Annotated[
        list[str],
        _about("Sections of the site that the story is filed under.", "schema.org articleSection"),
    ] = field(default_factory=list)
    tags: Annotated[list[str], _about("Keywords of the story.", "schema.org keywords")] = field(
        default_factory=list
    )
    image_url: Annotated[str | None, _about("The lead image.", "schema.org image.url")] = None
    image_caption: Annotated[
        str | None, _about("Caption of the lead image.", "schema.org image.caption")
    ] = None
    image_credit: Annotated[
        str | None, _about("Credit of the lead image.", "schema.org image.creditText")
    ] = None
    kind: Annotated[
        Kind | None,
        _about("What sort of page it is; tombstone: the story is gone.", "Broadsheet"),
    ] = None
    access: Annotated[
        Access | None,
        _about("How much of the story the page showed.", "schema.org isAccessibleForFree"),
    ] = None
    license: Annotated[
        str | None, _about("Licence URL or statement of the page.", "schema.org license")
    ] = None
    reservations: Annotated[
        list[Reservation],
        _about(
            "What the outlet reserves, as the page, its answer's header and its host say: robots "
            "directives against archives and AI, and text and data mining by TDMRep.",
            "Broadsheet",
        ),
    ] = field(default_factory=list)
    word_count: Annotated[
        int | None,
        _about(
            "Words of text (\\w+ runs; in scripts without spaces, characters).",
            "schema.org wordCount",
        ),
    ] = None
    quality: Annotated[
        float | None,
        _about(
            "Trust in the text from 0 to 1: how sure the choice of its lines is, and whether the "
            "page's own data agree; low scores are the pages to look at first.",
            "Broadsheet",
        ),
    ] = None
    evidence: Annotated[
        dict[str, Any] | None,
        _about("Per field, the candidates and the rule that chose; off by default.", "Broadsheet"),
    ] = None
    live_updates: Annotated[
        list[dict[str, str | None]],
        _about(
            "The entries of a live blog in the page's order, each with published_at (UTC, or "
            "null), published (as printed), headline and text; empty for every other page.",
            "schema.org liveBlogUpdate",
        ),
    ] = field(default_factory=list)
    next_page: Annotated[
        str | None,
        _about(
            "Address of the next page of a story that is spread over several, where that page's "
            "text is not in this line; access is then truncated, unless STORY_PAGES is 1.",
            "HTML rel=next",
        ),
    ] = None
    pages: Annotated[
        list[FurtherPage],
        _about(
            "The further pages of a story that is spread over several, whose text is in this line; "
            "empty for every other story.",
            "Broadsheet",
        ),
    ] = field(default_factory=list)
    discovered_from: Annotated[
        str | None,
        _about("URL of the feed, sitemap or section that showed the story.", "WARC via"),
    ] = None
    discovered_at: Annotated[
        str | None, _about("When that listing first showed it to us, UTC.", "Broadsheet")
    ] = None
    captured_at: Annotated[
        str,
        _about("When the page was fetched, UTC: the WARC-Date of its record.", "CDX timestamp"),
    ]
    http_status: Annotated[int | None, _about("HTTP status of the page.", "CDX statuscode")] = None
    tls_verified: Annotated[
        bool | None,
        _about("Whether the certificate was verified; null over plain HTTP.", "Broadsheet"),
    ] = None
    text_sha256: Annotated[
        str | None, _about("Hex SHA-256 of text in UTF-8: the text digest.", "Broadsheet")
    ] = None
    near_dup_of: Annotated[
        str | None,
        _about(
            "id of an article of the last 14 days that this one nearly repeats, or that nearly "
            "repeats this one: at least half of the shorter text is in the longer. That article "
            "has null here.",
            "Broadsheet",
        ),
    ] = None
    version: Annotated[
        int,
        _about(
            "1 for the first text of this story, then one more a change; a tombstone counts too.",
            "Broadsheet",
        ),
    ] = 1
    previous_id: Annotated[
        str | None, _about("id of the version before this one.", "Broadsheet")
    ] = None
    change: Annotated[
        Change | None,
        _about("What changed since the version before; null in the first.", "Broadsheet"),
    ] = None
    extraction_error: Annotated[
        str | None, _about("Why there is no text, or not all of it.", "Broadsheet")
    ] = None
    shortened: Annotated[
        list[str],
        _about(
            "Names of the fields that are left out or cut because the line would be longer than "
            "JSONL_LINE_MAX; empty as a rule. text_sha256 is that of the whole text all the same.",
            "Broadsheet",
        ),
    ] = field(default_factory=list)
    extractor: Annotated[
        str | None,
        _about("Name/version+digest of the configuration that made this line.", "Broadsheet"),
    ] = None
    run_id: Annotated[
        str | None, _about("The run that wrote this line; see runs/.", "Broadsheet")
    ] = None
    warc_file: Annotated[
        str | None, _about("WARC file that holds the capture, below warc/.", "CDXJ filename")
    ] = None
    warc_offset: Annotated[
        int | None, _about("Byte offset of the record in that file.", "CDXJ offset")
    ] = None
    warc_length: Annotated[
        int | None, _about("Bytes of the (compressed) record.", "CDXJ length")
    ] = None
    warc_record_id: Annotated[
        str | None, _about("WARC-Record-ID, without the angle brackets.", "WARC/1.1 5.2")
    ] = None
    payload_digest: Annotated[
        str | None,
        _about("WARC-Payload-Digest: sha1 in base32 of the entity body.", "CDXJ digest"),
    ] = None
