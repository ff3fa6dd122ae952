from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction import Page, extract

URL = "https://www.ex.org/world/2026/03/04/quake-hits-the-island?utm_source=feed"
OWN = "https://www.ex.org/world/2026/03/04/quake-hits-the-island"


def canonical_of(head: str, url: str = URL) -> str:
    text = "<p>The quake came at noon and was over before anybody had left the house.</p>" * 8
    page = f"<html><head><title>Quake</title>{head}</head><body><h1>Quake</h1>{text}</body></html>"
    at = datetime(2026, 3, 5, tzinfo=UTC)
    return extract(Page(url=url, body=page.encode(), captured_at=at)).canonical_url


@pytest.mark.parametrize(
    ("declared", "canonical"),
    [
        pytest.param("/2026/03/04/quake-hits-island", None, id="same-site"),
        pytest.param("https://ex.org/news/quake-hits-island-4711", None, id="without-www"),
        pytest.param("https://other.org/2026/03/04/quake-hits-island", OWN, id="elsewhere"),
        pytest.param("https://www.ex.org/", OWN, id="home-page"),
        pytest.param("https://www.ex.org/world", OWN, id="section-for-all-its-stories"),
        pytest.param("http://[", OWN, id="no-url"),
        pytest.param("javascript:void(0)", OWN, id="no-web-url"),
    ],
)
@pytest.mark.parametrize(
    "form", ['<link rel="canonical" href="{}">', '<meta property="og:url" content="{}">']
)
def test_a_declared_address_counts_where_it_is_credible(
    declared: str, canonical: str | None, form: str
) -> None:
    wanted = canonical or (
        declared if declared.startswith("http") else f"https://www.ex.org{declared}"
    )
    assert canonical_of(form.format(declared)) == wanted


def test_of_two_canonical_addresses_none_counts() -> None:
    two = "".join(f'<link rel="canonical" href="/2026/03/04/quake-{n}-hits">' for n in (1, 2))
    assert canonical_of(two) == OWN
