"""The order of the steps, and failures as values."""

from __future__ import annotations

from crawler.extraction.authors import find_authors, find_byline
from crawler.extraction.canonical import find_canonical, find_site_name
from crawler.extraction.categories import find_categories, find_tags
from crawler.extraction.dates import find_dates
from crawler.extraction.decode import decode, parse
from crawler.extraction.facts import read_facts
from crawler.extraction.headline import find_headline
from crawler.extraction.images import find_image
from crawler.extraction.language import find_language
from crawler.extraction.record import Extraction, Page
from crawler.extraction.lines import PageLines, keep_story, keys, link_texts, standfirsts
from crawler.extraction.text import find_lines

EXTRACTOR = "broadsheet/0.1.0+dev"


def extract(page: Page) -> Extraction:
    text, encoding = decode(page.body, page.content_type)
    document = parse(text, encoding)
    if document is None:
        return Extraction(page.url, "other", "full", error="no HTML")
    facts = read_facts(page, document)
    site = find_site_name(facts)
    headline = find_headline(facts, site)
    cats = find_categories(facts, headline)
    dates = find_dates(facts)
    authors = find_authors(facts, site)
    byline = find_byline(facts)
    tags = find_tags(facts, cats, site)
    image = find_image(facts)
    titles=[headline,*facts.markup.headings,facts.markup.title,*(c.value for c in facts.named("og:title","twitter:title")),*(c.value for c in facts.linked("headline","alternativeHeadline"))]
    pl=PageLines(keys(titles),link_texts(facts.tree),keys([*authors,byline,site]),standfirsts(facts.tree),keys([*cats," ".join(cats)]))
    body = "\n\n".join(keep_story(find_lines(facts),pl))
    lang, conf = find_language(body, facts)
    return Extraction(
        canonical_url=find_canonical(facts), kind="article", access="full", site_name=site,
        headline=headline, text=body, authors=authors, byline=byline, language=lang,
        language_confidence=conf, published_at=dates.published_at,
        published_date=dates.published_date, published_raw=dates.published_raw,
        published_from=dates.published_from, modified_at=dates.modified_at, categories=cats,
        tags=tags, image_url=image[0], image_caption=image[1], image_credit=image[2],
    )
