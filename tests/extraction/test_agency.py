"""Wire services: what names one, and what only mentions one."""

from __future__ import annotations

import pytest

from crawler.extraction.agency import find_agency

_BODY = "The council met for three hours on Tuesday and decided to repair the old pier."
_NEXT = "Work starts in spring, and the town will pay for it from its reserves, the mayor said."


@pytest.mark.parametrize(
    ("first", "agency", "dateline"),
    [
        ("TOKYO (Kyodo) — ", "Kyodo News", "TOKYO"),
        ("LONDON, March 5 (Reuters) - ", "Reuters", "LONDON, March 5"),
        ("WASHINGTON (AP) — ", "Associated Press", "WASHINGTON"),
        ("Berlin (dpa) - ", "dpa", "Berlin"),
        ("Hannover (dpa/lni) - ", "dpa", "Hannover"),
        ("PARIS (AFP) - ", "Agence France-Presse", "PARIS"),
        ("Madrid, 5 mar (EFE).- ", "EFE", "Madrid, 5 mar"),
        ("(ANSA) - ", "ANSA", None),
        ("МОСКВА, 5 марта. /ТАСС/. ", "TASS", "МОСКВА, 5 марта"),
        ("【ロンドン共同】", "Kyodo News", "ロンドン"),
        ("新华社北京3月5日电　", "Xinhua", "北京"),
        ("(서울=연합뉴스) ", "Yonhap", "서울"),
        ("باريس (أ ف ب) - ", "Agence France-Presse", "باريس"),
        ("नयी दिल्ली, पांच मार्च (भाषा) ", "PTI", "नयी दिल्ली, पांच मार्च"),
        ("Warszawa (PAP) - ", "PAP", "Warszawa"),
        ("Wien (APA) - ", "APA", "Wien"),
    ],
)
def test_dateline_names_agency_and_place(first: str, agency: str, dateline: str | None) -> None:
    wire = find_agency([first + _BODY, _NEXT], [], [])
    assert (wire.agency, wire.dateline) == (agency, dateline)


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Source : Kyodo News", "Kyodo News"),
        ("Source: Reuters", "Reuters"),
        ("Quelle: dpa", "dpa"),
        ("Mit Material von dpa", "dpa"),
        ("Fuente: EFE", "EFE"),
        ("Com informações da Reuters", "Reuters"),
        ("Fonte: ANSA", "ANSA"),
        ("Bron: ANP", "ANP"),
        ("Źródło: PAP", "PAP"),
        ("Источник: ТАСС", "TASS"),
        ("Kaynak: AA", "Anadolu Agency"),
        ("来源：新华社", "Xinhua"),
        ("출처: 연합뉴스", "Yonhap"),
        ("المصدر: رويترز", "Reuters"),
        ("© dpa-infocom, dpa:240304-99-1234/2", "dpa"),
        ("(Quelle: APA/sda/dpa)", "APA"),
        ("(dpa)", "dpa"),
        ("AFP", "Agence France-Presse"),
    ],
)
def test_source_line_names_the_agency_and_leaves_the_text(line: str, agency: str) -> None:
    wire = find_agency([_BODY, _NEXT, line], [], [])
    assert (wire.agency, wire.lines) == (agency, [_BODY, _NEXT])


@pytest.mark.parametrize(
    "line",
    [
        "The strike was first reported, according to Reuters, by a local radio station.",
        "Reuters reported on Monday that the pier would be sold to an investor from abroad.",
        "He told the Associated Press that he had not been asked and would not have agreed.",
        "The minister (AP) has been in office since 2019 and leads the party.",
        "Source: the company’s annual report, published by Reuters Events in London last May.",
        "An AFP photographer at the scene saw three boats leave the harbour before dawn.",
        "Photo: Reuters/Ann Smith",
        "Bild: dpa",
        "Foto: Jane Doe / AFP",
        "Getty Images / AFP",
        "Der dpa sagte der Bürgermeister, man werde nun rasch mit dem Bau beginnen.",
        "The app (Reuters) and its rivals compete for readers in a crowded market this year.",
    ],
)
def test_mention_is_no_agency(line: str) -> None:
    wire = find_agency([line, _BODY, _NEXT, line], [], [])
    assert wire.agency is None


@pytest.mark.parametrize(
    ("byline", "agency"),
    [
        ("By Reuters", "Reuters"),
        ("Ada Fenwick, AP", "Associated Press"),
        ("Von dpa", "dpa"),
        ("Ada Fenwick", None),
        ("Paul Reuters", None),
    ],
)
def test_byline_names_an_agency(byline: str, agency: str | None) -> None:
    assert find_agency([_BODY], [byline], []).agency == agency
