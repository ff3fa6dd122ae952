"""Texts of the pages of one story, joined."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.extraction import Extraction, StoryPage, join
from crawler.extraction.following import goes_on_at, may_go_on
from crawler.extraction.joined import join_texts

HEADLINE = "The long winter of the harbour"
STANDFIRST = "Ice closed the north quay for eleven weeks, and nobody was told why."
BOX = "Ada Quill has written about the harbour for the last eleven years."
ONE = "The harbour froze on the second day of January, for the first time in forty years."
TWO = "Nobody could say how long the ice would stay, and the ferry lay at the outer wall"
THREE = "until the pilots found a way through it at the end of the month."
FOUR = "The town paid for the coal of those who could not work in all of that time."
URL = "https://a.example/news/winter"


@pytest.mark.parametrize(
    ("pages", "joined"),
    [
        pytest.param([[ONE]], [ONE], id="one-page-stays-as-it-is"),
        pytest.param([[ONE, TWO], [THREE, FOUR]], [ONE, TWO, THREE, FOUR], id="cut-by-the-break"),
        pytest.param([[ONE], [HEADLINE, STANDFIRST, FOUR]], [ONE, FOUR], id="headline-standfirst"),
        pytest.param([[ONE, BOX], [TWO, BOX], [FOUR, BOX]], [ONE, TWO, FOUR, BOX], id="author-box"),
        pytest.param([[ONE, TWO], [ONE, FOUR]], [ONE, TWO, FOUR], id="lede-again"),
        pytest.param([["Yes.", ONE], ["Yes.", FOUR]], ["Yes.", ONE, "Yes.", FOUR], id="short"),
        pytest.param([[ONE, BOX], [BOX]], [ONE, BOX], id="page-of-nothing-but-the-box"),
        pytest.param([["In 1984", ONE], ["12 men", TWO]], ["In 1984", ONE, "12 men", TWO], id="n"),
    ],
)  # fmt: skip
def test_text_of_pages_is_joined_without_what_each_repeats(
    pages: list[list[str]], joined: list[str]
) -> None:
    texts = ["\n\n".join(lines) for lines in pages]
    assert join_texts(texts, (HEADLINE, STANDFIRST)).split("\n\n") == joined


@pytest.mark.parametrize(
    "pager",
    [
        *("Page 2 of 3", "1 2 3 »", "‹ 1 | 2 | 3 ›", "Next page", "Continued on next page", "2/3"),
        *("Seite 2 von 3", "Weiter auf Seite 2", "Page suivante", "Página siguiente", "次のページ"),
        *("下一页", "Следующая страница", "Halaman 2", "다음 페이지", "الصفحة التالية"),
    ],
)
def test_line_that_leads_through_the_pages_is_no_text(pager: str) -> None:
    assert join_texts([f"{ONE}\n\n{pager}", f"{pager}\n\n{FOUR}"]) == f"{ONE}\n\n{FOUR}"


def said(text: str, following: str | None, url: str = URL) -> StoryPage:
    read = Extraction(url, kind="article", access="full", text=text, next_page=following)
    return StoryPage(url, url, replace(read, headline=HEADLINE, quality=0.5, word_count=1))


def test_whole_story_has_no_next_page_and_a_cut_one_says_where_it_goes_on() -> None:
    first, last = said(ONE, f"{URL}/2"), said(FOUR, None, f"{URL}/2")
    whole, cut = join([first, last]), join([first])
    assert (whole.access, whole.next_page, whole.error) == ("full", None, None)
    assert whole.word_count == 16 + 17
    assert (cut.access, cut.next_page) == ("truncated", f"{URL}/2")
    assert f"{URL}/2" in (cut.error or "")


@pytest.mark.parametrize(
    ("last", "following"),
    [
        pytest.param(said(FOUR, f"{URL}/3", f"{URL}/2"), f"{URL}/3", id="further"),
        pytest.param(said(FOUR, URL, f"{URL}/2"), None, id="back-to-the-first"),
        pytest.param(said(FOUR, f"{URL}/2", f"{URL}/2"), None, id="to-itself"),
        pytest.param(said(ONE, f"{URL}/3", f"{URL}/2"), None, id="the-same-text-for-ever"),
    ],
)
def test_story_ends_where_it_goes_in_a_circle(last: StoryPage, following: str | None) -> None:
    assert goes_on_at([said(ONE, f"{URL}/2"), last]) == following


def test_listing_a_wall_and_a_page_without_text_do_not_go_on() -> None:
    page = said(ONE, f"{URL}/2").extraction
    assert may_go_on(page)
    assert not may_go_on(replace(page, kind="listing"))
    assert not may_go_on(replace(page, access="paywall"))
    assert not may_go_on(replace(page, text=None))
