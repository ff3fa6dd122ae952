"""Bodies that are neither pages nor listings."""

from __future__ import annotations

import gzip

import pytest

from crawler.unwanted import is_unwanted_start, is_unwanted_type


@pytest.mark.parametrize(
    ("content_type", "unwanted"),
    [
        ("video/mp4", True),
        (" Audio/MPEG; codecs=x", True),
        ("application/pdf", True),
        ("text/html; charset=utf-8", False),
        ("application/octet-stream", False),
        ("application/x-gzip", False),
        ("application/feed+json", False),
        ("image/svg+xml", False),
        ("", False),
    ],
)
def test_types_that_nobody_reads_are_told(content_type: str, unwanted: bool) -> None:
    assert is_unwanted_type(content_type) is unwanted


@pytest.mark.parametrize(
    ("start", "unwanted"),
    [
        pytest.param(b"\x00\x00\x00\x20ftypisom", True, id="mp4"),
        pytest.param(b"RIFF\x00\x00\x00\x00WEBPVP8 ", True, id="webp"),
        pytest.param(b"PK\x03\x04\x14", True, id="zip"),
        pytest.param(b"<!doctype html>", False, id="html"),
        pytest.param(b"\xef\xbb\xbf<rss>", False, id="feed-with-bom"),
        pytest.param(gzip.compress(b"<urlset/>"), False, id="sitemap-gz"),
        pytest.param("<rss>".encode("utf-16"), False, id="utf-16"),
        pytest.param(b"", False, id="nothing"),
        pytest.param(b"the ftyp of a page", False, id="text-about-films"),
    ],
)
def test_starts_that_no_text_has_are_told(start: bytes, unwanted: bool) -> None:
    assert is_unwanted_start(start) is unwanted
