"""Names out of bylines."""

from __future__ import annotations

import pytest

from crawler.extraction.names import Writer, split_names


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
        ("&lt;a href='/x'&gt;Ada Fenwick&lt;/a&gt;", ["Ada Fenwick"]),
        ("Ada Fenwick, The Associated Press", ["Ada Fenwick"]),
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
