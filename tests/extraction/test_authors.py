"""Names out of bylines."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction import Page, extract
from crawler.extraction.names import Writer, named_writers, split_names


def _persons(raw: str) -> list[str]:
    return [
        w.name for w in split_names(Writer(raw), frozenset({"dailysample"})) if not w.organisation
    ]


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("By Ada Fenwick", ["Ada Fenwick"]),
        ("BY ADA FENWICK AND TOM MARSH", ["ADA FENWICK", "TOM MARSH"]),
        ("Ada Fenwick, Tom Marsh and Rae Holloway", ["Ada Fenwick", "Tom Marsh", "Rae Holloway"]),
        ("Ada Fenwick, Political Correspondent", ["Ada Fenwick"]),
        ("Ada Fenwick (London)", ["Ada Fenwick"]),
        ("Ada Fenwick ada.fenwick@daily.example", ["Ada Fenwick"]),
        ("By Ada Fenwick @adafenwick", ["Ada Fenwick"]),
        ("By Ada Fenwick | Published March 5, 2024", ["Ada Fenwick"]),
        ("Von Jonas Petersen und Ute Brandt", ["Jonas Petersen", "Ute Brandt"]),
        ("Par Élise Moreau et Paul Garnier", ["Élise Moreau", "Paul Garnier"]),
        ("Por Lucía Ferrán y Inés Calvo", ["Lucía Ferrán", "Inés Calvo"]),
        ("Di Marco Rossi e Anna Bianchi", ["Marco Rossi", "Anna Bianchi"]),
        ("Door Piet de Vries", ["Piet de Vries"]),
        ("Автор: Анна Лебедева", ["Анна Лебедева"]),
        ("김바다 기자", ["김바다"]),
        ("김바다 나무 칼럼니스트", ["김바다"]),
        ("작은항신문 | 작은항뉴스", []),
        ("作者：林海生 责任编辑：王晓明", ["林海生"]),
        ("作者：未知 责任编辑：王晓明", []),
        ("责任编辑：王晓明", []),
        ("青浜日报", []),
        ("מאת: דנה לוי", ["דנה לוי"]),
        ("ADA FENWICK Staff writer", ["ADA FENWICK"]),
        ("Harbour staff reporter", []),
        ("Guest Columnist Ada Fenwick", ["Ada Fenwick"]),
        ("Dr. Ada Fenwick, Ph.D.", ["Dr. Ada Fenwick"]),
        ("By Ada Fenwick Special to the Sample", ["Ada Fenwick"]),
        ("Posted on March 4, 2025 by Ada Fenwick", ["Ada Fenwick"]),
        ("Ada Fenwick - London", ["Ada Fenwick"]),
        ("Ada Fenwick / Delhi", ["Ada Fenwick"]),
        ("Ada Fenwick View Bio", ["Ada Fenwick"]),
        ("Text: Ute Brandt Fotos: Uwe Ast", ["Ute Brandt"]),
        ("Von Ute Brandt (Text) und Uwe Ast (Fotos)", ["Ute Brandt"]),
        ("Ein Gastbeitrag von Ute Brandt", ["Ute Brandt"]),
        ("Door Jan de Vries en Piet Smit", ["Jan de Vries", "Piet Smit"]),
        ("Lucía Ferrán en Madrid", ["Lucía Ferrán"]),
        ("Lucía Ferrán Corresponsal en Roma", ["Lucía Ferrán"]),
        ("Rita Campos Da Redação", ["Rita Campos"]),
        ("Yazar: Ayşe Demir", ["Ayşe Demir"]),
        ("Tác giả: Nguyễn Văn An", ["Nguyễn Văn An"]),
        ("Penulis: Budi Santoso | Editor: Siti Aminah", ["Budi Santoso"]),
        ("كتبت: سلمى القاسمي", ["سلمى القاسمي"]),
        ("लेखक: रवि शर्मा", ["रवि शर्मा"]),
        ("서울=이보람 특파원", ["이보람"]),
        ("이보람 기자 = 서울", ["이보람"]),
        ("取材・文＝山田花子", ["山田花子"]),
        ("山田花子記者", ["山田花子"]),
        ("記者林曉梅／台北報導", ["林曉梅"]),
        ("本报记者 林晓梅", ["林晓梅"]),
        ("oprac. Anna Lis", ["Anna Lis"]),
        ("Submitted by Ada Fenwick on Tue, 05/14/2024 - 11:20", ["Ada Fenwick"]),
        ("Wydawca Sp. z o.o.", []),
        ("&lt;a href='/x'&gt;Ada Fenwick&lt;/a&gt;", ["Ada Fenwick"]),
        ("Ada Fenwick, The Associated Press", ["Ada Fenwick"]),
        ("By Ada Fenwick Illustration by Tom Marsh", ["Ada Fenwick"]),
        ("kapital von Ute Brandt", ["Ute Brandt"]),
        ("Reuters, Washington, Nov 20 2019", []),
        ("By ADA FENWICK and TOM MARSH Associated Press", ["ADA FENWICK", "TOM MARSH"]),
        ("Written by Ada Fenwick in Politics on 1 June 2019 at 8:34 PM", ["Ada Fenwick"]),
    ],
)
def test_byline_gives_clean_names(raw: str, names: list[str]) -> None:
    assert _persons(raw) == names


@pytest.mark.parametrize(
    "raw",
    [
        "Daily Sample",
        "admin",
        "Staff",
        "https://www.facebook.com/dailysample",
        "Reuters",
        "dpa",
        "Redaktion",
        "5 March 2024",
        "3 min read",
        "",
        "By",
    ],
)
def test_what_is_no_person_gives_no_person(raw: str) -> None:
    assert _persons(raw) == []


def test_organisation_is_marked() -> None:
    assert [(w.name, w.organisation) for w in split_names(Writer("Reuters"))] == [("Reuters", True)]


def test_family_name_first_is_turned_round() -> None:
    (writer,) = named_writers([Writer("Fenwick, Ada")], frozenset())
    assert writer == Writer("Ada Fenwick")


def test_name_with_a_web_address_behind_it_is_an_organisation() -> None:
    (writer,) = named_writers([Writer("The Daily Sample (www.daily.example)")], frozenset())
    assert writer.organisation


def _authors(head: str, body: str) -> tuple[str, ...]:
    story = "".join(f"<p>Passenger {n} waited on the pier for an hour.</p>" for n in range(6))
    html = (
        f"<html><head><title>Late</title>{head}</head><body><article><h1>Late</h1>{body}{story}"
        "</article></body></html>"
    )
    page = Page("https://daily.example/a", html.encode(), datetime(2024, 6, 1, tzinfo=UTC))
    return extract(page).authors


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        ('<meta name="twitter:misc:Written by" content="Ada Fenwick">', "", ("Ada Fenwick",)),
        ("", "<dl><dt>Author</dt><dd>Ada Fenwick</dd></dl>", ("Ada Fenwick",)),
        ("", '<span class="author">Photo: Tom Marsh</span>', ()),
        ("", '<form><p class="author">Please enter your Name</p></form>', ()),
        ("", '<a href="/b"><span class="author-name">Tom Marsh</span></a>', ()),
        ("", '<figure><p itemprop="author">Tom Marsh</p></figure>', ()),
        ("", '<a href="https://creativecommons.org/licenses/by/4.0/">Free Licence</a>', ()),
        ("", '<p class="byline"><b>PTI,</b> <i>Delhi,</i> <u>Nov 20 2019</u></p>', ("PTI",)),
        ("", '<p class="author">The Russian and Syrian defense ministries</p>', ()),
        ('<meta name="author" content="daily.example">', "", ("daily.example",)),
        (
            '<meta name="author" content="Reuters">',
            '<p class="byline">By Ada Fenwick</p>',
            ("Ada Fenwick",),
        ),
    ],
    ids=[
        "card",
        "label",
        "photo",
        "form",
        "teaser",
        "figure",
        "licence",
        "town",
        "officials",
        "outlet",
        "person-first",
    ],
)
def test_page_gives_its_authors(head: str, body: str, authors: tuple[str, ...]) -> None:
    assert _authors(head, body) == authors


_LINKED = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Story",
 "author": {"@type": "Person", "name": "Ada Fenwick", "url": "https://daily.example/author/%s"}}
</script>"""


@pytest.mark.parametrize(
    "more",
    [
        '<meta name="author" content="Ada Fenwick, Tom Marsh">',
        '<a rel="author" href="/a">Ada Fenwick</a> <a rel="author" href="/b">Tom Marsh</a>',
        '<p class="byline">By Ada Fenwick and Tom Marsh</p>',
    ],
    ids=["meta", "rel-author", "byline"],
)
def test_what_names_the_same_person_and_more_completes_it(more: str) -> None:
    assert _authors(_LINKED % "ada", more) == ("Ada Fenwick", "Tom Marsh")


def test_piece_of_a_byline_does_not_complete_the_metadata() -> None:
    body = '<p class="byline">By <b>Ada Fenwick</b> <i>Hardware</i></p>'
    assert _authors(_LINKED % "ada", body) == ("Ada Fenwick",)


def test_account_of_the_house_gives_way_to_the_name_that_opens_the_story() -> None:
    head = _LINKED % "admin/" + '<meta name="description" content="TOM MARSH The bridge is open">'
    assert _authors(head, "<p><b>TOM MARSH</b></p><p>The bridge is open.</p>") == ("TOM MARSH",)
    assert _authors(_LINKED % "admin/", "") == ("Ada Fenwick",)


def test_name_behind_the_first_lines_of_the_summary_signs_the_story() -> None:
    lines = ("The bridge is open again", "Ada Fenwick/Tom Marsh", "The first cars crossed today.")
    head = f'<meta name="description" content="{" ".join(lines)}">'
    body = "".join(f"<p>{line}</p>" for line in lines)
    assert _authors(head, body) == ("Ada Fenwick", "Tom Marsh")


def test_line_under_the_headline_comes_before_a_byline_elsewhere() -> None:
    body = "<h1>Story</h1><div>By Ada Fenwick</div><b class='byline'>Tom Marsh</b>"
    assert _authors("", body) == ("Ada Fenwick",)
