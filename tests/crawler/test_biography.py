"""What counts as a change of a story, and how it is described."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.biography import are_one_story, compare_pages, correction_notes
from crawler.change import Change
from crawler.extraction import Page
from crawler.hints import Hints
from crawler.paragraphs import compare_texts

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORY = (
    "The harbour master closed the north quay on Monday after divers found a crack in its wall.",
    "Nobody was hurt, and the three boats that lay there were towed to the outer basin by noon.",
    "The town council will meet on Thursday to decide who is to pay for the repair of the wall.",
)


def page(
    *paragraphs: str,
    headline: str = "Crack closes the north quay of the harbour",
    modified: str = "",
    beside: str = "",
    byline: str = "Ada Quill",
    hours: int = 0,
) -> Page:
    tag = f'<meta property="article:modified_time" content="{modified}">' if modified else ""
    body = "".join(f"<p>{text}</p>" for text in paragraphs or STORY)
    html = (
        f'<html lang="en"><head><title>{headline}</title>{tag}'
        f'<meta property="og:title" content="{headline}">'
        '<meta property="og:type" content="article">'
        f'<meta name="author" content="{byline}">'
        '<meta property="article:published_time" content="2026-03-01T08:00:00Z"></head>'
        f"<body><article><h1>{headline}</h1>{body}</article>{beside}</body></html>"
    )
    return Page("https://a.example/quay", html.encode(), AT + timedelta(hours=hours))


def change(after: Page, before: Page | None = None, listed: str | None = None) -> Change:
    found = compare_pages([before or page()], [after], listed)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(page(beside="<nav><a href='/x'>Another story of today</a></nav>"), id="menu"),
        pytest.param(page(modified="2026-03-01T11:00:00Z"), id="modified-date-alone"),
        pytest.param(page(*(f" {text}\u00a0 " for text in STORY)), id="white-space"),
        pytest.param(page(beside="<p>Correction: the wall is old.</p>"), id="note-alone"),
    ],
)
def test_what_is_not_the_story_makes_no_version(same: Page) -> None:
    assert compare_pages([page()], [same], None) is None


FERRY = (
    "The evening ferry left an hour late on Tuesday because its new engine would not start.",
    "Passengers were given soup, and the last bus to the upper villages waited for all of them.",
)


@pytest.mark.parametrize(
    ("other", "are_one"),
    [
        pytest.param(page(*STORY[:1]), True, id="a-teaser"),
        pytest.param(page(*STORY[:2], *FERRY), True, id="half-of-it-rewritten"),
        pytest.param(page(*FERRY), False, id="another-text-under-one-headline"),
    ],
)
def test_two_pages_are_one_story_by_their_texts(other: Page, are_one: bool) -> None:
    assert are_one_story(page(), other) is are_one


def test_the_hints_of_a_listing_make_no_version() -> None:
    hinted = page()
    after = Page(hinted.url, hinted.body, hinted.captured_at, hints=Hints(headline="Quay shut"))
    assert compare_pages([hinted], [after], None) is None


def test_an_altered_paragraph_is_told_from_added_and_removed_ones() -> None:
    altered = STORY[0].replace("a crack in its wall", "two cracks in its wall")
    found = change(page(altered, STORY[2], "A barge with stones is on its way from the south."))
    assert found.fields == ("text",)
    assert [(p.at, p.was, p.now) for p in found.paragraphs] == [
        (0, STORY[0], altered),
        (1, STORY[1], None),
        (2, None, "A barge with stones is on its way from the south."),
    ]
    assert found.share == pytest.approx((4 + 18 + 11) / (51 + 45), abs=0.02)


def test_a_new_headline_alone_is_a_version() -> None:
    found = change(page(headline="Crack closes north quay for months to come"))
    assert found.fields == ("headline",)
    assert found.headline_was == "Crack closes the north quay of the harbour"
    assert (found.paragraphs, found.silent_edit) == ((), True)


def test_a_new_byline_is_no_silent_edit() -> None:
    found = change(page(byline="Bo Reed"))
    assert (found.fields, found.byline_was, found.silent_edit) == (("byline",), "Ada Quill", False)


EDITED = (STORY[0], "Nobody was hurt.", STORY[2])


def test_an_edit_without_date_or_note_is_silent() -> None:
    assert change(page(*EDITED)).silent_edit is True


@pytest.mark.parametrize(
    ("after", "listed"),
    [
        pytest.param(page(*EDITED, modified="2026-03-01T13:00:00Z", hours=2), None, id="date"),
        pytest.param(page(*EDITED, hours=2), "2026-03-01T13:00:00Z", id="date-of-a-listing"),
        pytest.param(page(*EDITED, beside="<p>Correction: nobody was hurt.</p>"), None, id="note"),
    ],
)
def test_an_edit_that_the_outlet_owns_up_to_is_not_silent(after: Page, listed: str | None) -> None:
    assert change(after, listed=listed).silent_edit is False


def test_a_modified_date_that_was_there_before_owns_up_to_nothing() -> None:
    before = page(modified="2026-03-01T09:00:00Z")
    after = page(*EDITED, modified="2026-03-01T09:00:00Z", hours=2)
    assert change(after, before, "2026-03-01T09:00:00Z").silent_edit is True


@pytest.mark.parametrize(
    "line",
    [
        "Correction: An earlier version named the wrong quay.",
        "This article was amended on 3 March 2026.",
        "Korrektur: In einer früheren Fassung stand ein falscher Name.",
        "Rectificatif : le quai est au nord.",
        "Corrección: el muelle está al norte.",
        "Rettifica: il molo è a nord.",
        "Correção: o cais fica ao norte.",
        "Rectificatie: de kade ligt in het noorden.",
        "Rättelse: kajen ligger i norr.",
        "Rettelse: Kaien ligger i nord.",
        "Oikaisu: laituri on pohjoisessa.",
        "Sprostowanie: nabrzeże leży na północy.",
        "Oprava: nábřeží je na severu.",
        "Исправление: причал на севере.",
        "Виправлення: причал на півночі.",
        "Διόρθωση: η προβλήτα είναι βόρεια.",
        "Düzeltme: rıhtım kuzeyde.",
        "تصحيح: الرصيف في الشمال.",
        "תיקון: הרציף בצפון.",
        "訂正:埠頭は北にあります。",
        "更正：码头在北边。",
        "정정: 부두는 북쪽에 있습니다.",
        "सुधार: घाट उत्तर में है।",
    ],
)
def test_a_correction_note_is_seen_in_many_languages(line: str) -> None:
    assert correction_notes(page(beside=f"<aside>{line}</aside>")) == (line,)


@pytest.mark.parametrize(
    "line", ["Corrections officers walked out on Monday.", "Updates come from the harbour office."]
)
def test_a_line_about_something_else_is_no_note(line: str) -> None:
    assert correction_notes(page(line)) == ()


def test_a_link_to_another_storys_correction_is_no_note() -> None:
    assert correction_notes(page(beside="<a href='/x'><p>Correction: other</p></a>")) == ()


def test_texts_without_spaces_are_measured_in_characters() -> None:
    diff = compare_texts("港は閉鎖された。", "港は再開された。")
    assert len(diff.changes) == 1
    assert diff.share == pytest.approx(4 / 14, abs=0.01)


def test_a_block_of_a_thousand_new_paragraphs_is_described_in_time() -> None:
    old = "\n\n".join(f"Entry {n} of the long day tells of boat {n}." for n in range(1000))
    new = "\n\n".join(f"Note {n} about another matter altogether, {n}." for n in range(1000))
    assert len(compare_texts(old, new).changes) == 2000
