"""Other extractors over the pages of a WARC: one JSONL row a page on stdout.

Runs in an environment of its own (peers.lock), called by benchmarks.quality:
``python peers.py NAME WARC``; without a WARC it prints NAME's version. Each is called as its
documentation says, with metadata on.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from trafilatura import bare_extraction
from trafilatura.utils import decode_file
from warcio.archiveiterator import ArchiveIterator


def _no_network(*_: object) -> None:
    # Two of them would fetch a page's pictures, and lists of domains.
    raise OSError("no network while measuring")


Row = dict[str, Any]  # the fields that the scorer reads, of several types


def of_trafilatura(url: str, body: bytes) -> Row:
    """trafilatura's own defaults."""
    found = bare_extraction(body, url=url, with_metadata=True)
    if found is None:
        return {}
    return {
        "text": found.text,
        "title": found.title,
        "authors": found.author,
        "date_published": found.date,
        "tags": found.tags,
        "language": found.language,
    }


def of_newspaper4k(url: str, body: bytes) -> Row:
    """newspaper4k on HTML that was fetched already."""
    from newspaper import Article

    article = Article(url, fetch_images=False)
    article.download(input_html=decode_file(body))
    article.parse()
    return {
        "text": article.text,
        "title": article.title,
        "authors": article.authors,
        "date_published": article.publish_date and article.publish_date.isoformat(),
        "tags": list(article.tags or ()) or article.meta_keywords,
        "language": article.meta_lang,
    }


def of_newsplease(url: str, body: bytes) -> Row:
    """news-please on HTML that was fetched already."""
    from newsplease import NewsPlease

    article = NewsPlease.from_html(decode_file(body), url=url)
    return {
        "text": article.maintext,
        "title": article.title,
        "authors": article.authors,
        "date_published": article.date_publish and article.date_publish.isoformat(),
        "language": article.language,
    }


PEERS: dict[str, Callable[[str, bytes], Row]] = {
    "trafilatura": of_trafilatura,
    "newspaper4k": of_newspaper4k,
    "news-please": of_newsplease,
}


def rows(name: str, warc: Path) -> Iterator[Row]:
    """One row a response record; a page that breaks the extractor is a row without fields."""
    extract = PEERS[name]
    with warc.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type != "response":
                continue
            url = record.rec_headers["WARC-Target-URI"]
            body = record.content_stream().read()
            began = time.process_time()
            try:
                row = extract(url, body)
            except Exception as error:  # noqa: BLE001 - whatever a library can end in is its result
                row = {"error": type(error).__name__}
            yield {"url": url, **row, "cpu_ms": 1000 * (time.process_time() - began)}


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(version(sys.argv[1]))
        sys.exit(0)
    socket.socket.connect = socket.getaddrinfo = _no_network
    for found in rows(sys.argv[1], Path(sys.argv[2])):
        print(json.dumps(found, default=str))
