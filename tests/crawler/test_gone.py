"""Which answers say that a story is gone."""

from __future__ import annotations

import pytest

from crawler.extraction.record import Extraction
from crawler.gone import gone_by_page, gone_by_status
from crawler.items import Access, Kind

STORY = "https://a.example/news/2026/03/bridge-toll-may-be-lifted"


def page(kind: Kind = "article", access: Access = "full") -> Extraction:
    return Extraction(canonical_url="https://a.example/", kind=kind, access=access)


@pytest.mark.parametrize("status", [200, 301, 401, 403, 429, 451, 500, 502, 503])
def test_only_404_and_410_are_gone(status: int) -> None:
    assert gone_by_status(status) is None
    assert (gone_by_status(404), gone_by_status(410)) == ("http_404", "http_410")


@pytest.mark.parametrize(
    ("final", "extraction", "gone"),
    [
        pytest.param(STORY, page(), None, id="itself"),
        pytest.param(f"{STORY}?utm_source=x", page(), None, id="itself-with-tracking"),
        pytest.param("https://a.example/", page("listing"), "redirect_home", id="home"),
        pytest.param("https://b.example/", page(), "redirect_home", id="another-home"),
        pytest.param("https://a.example/news/", page("listing"), "redirect_section", id="section"),
        pytest.param("https://a.example/news/", page(), "redirect_section", id="small-section"),
        pytest.param(f"{STORY}-after-ninety-years", page(), None, id="new-slug"),
        pytest.param("https://sso.b.example/login", page("listing"), None, id="another-site"),
        pytest.param(STORY, page("other", "soft_404"), "soft_404", id="excuse"),
        pytest.param(STORY, page("other", "challenge"), None, id="challenge"),
        pytest.param(STORY, page("other", "consent_wall"), None, id="consent"),
    ],
)
def test_a_page_in_place_of_the_story(final: str, extraction: Extraction, gone: str | None) -> None:
    assert gone_by_page(STORY, final, extraction) == gone


def test_a_home_page_that_was_asked_for_is_not_gone() -> None:
    asked, final = "http://a.example/", "https://a.example/"
    assert gone_by_page(asked, final, page("listing")) is None
