"""Libraries that download and extract by themselves, over a list of URLs: ``NAME URLS OUT``.

Runs in the peers' environment (peers.lock); writes one JSONL line a page. Each is called as its
documentation says. None of them archives.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def by_trafilatura(urls: list[str]) -> Iterator[Row]:
    """Its buffered downloads, eight threads, then its extraction."""
    from trafilatura import bare_extraction
    from trafilatura.downloads import buffered_downloads
    from trafilatura.settings import Extractor, use_config

    config = use_config()
    config.set("DEFAULT", "SSRF_PROTECTION", "off")  # the farm is on loopback
    for url, page in buffered_downloads(urls, 8, options=Extractor(config=config)):
        found: Any = bare_extraction(page, url=url, with_metadata=True) if page else None
        yield {"url": url, "title": found and found.title, "text": found and found.text}


def by_newspaper4k(urls: list[str]) -> Iterator[Row]:
    """One article after the other, without its pictures."""
    from newspaper import Article

    for url in urls:
        article = Article(url, fetch_images=False)
        try:
            article.download()
            article.parse()
        except Exception as error:  # noqa: BLE001 - languages that it has no tokenizer for, too
            yield {"url": url, "error": type(error).__name__}
            continue
        yield {"url": url, "title": article.title, "text": article.text}


def by_newsplease(urls: list[str]) -> Iterator[Row]:
    """``from_urls``, which uses threads and processes of its own, without pictures.

    Without ``request_args`` release 1.6.16 gives an empty article for every page of a list: it asks
    None for its timeout and swallows the error.
    """
    from newsplease import NewsPlease

    for url, article in NewsPlease.from_urls(urls, request_args={}, fetch_images=False).items():
        yield {
            "url": url,
            "title": getattr(article, "title", None),
            "text": getattr(article, "maintext", None),
        }


PEERS: dict[str, Callable[[list[str]], Iterator[Row]]] = {
    "trafilatura": by_trafilatura,
    "newspaper4k": by_newspaper4k,
    "news-please": by_newsplease,
}

if __name__ == "__main__":
    name, listed, out = sys.argv[1:]
    with (Path(out) / "items.jsonl").open("w", encoding="utf-8") as lines:
        for row in PEERS[name](Path(listed).read_text("ascii").split()):
            lines.write(json.dumps(row, default=str) + "\n")
