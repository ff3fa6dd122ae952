"""Dates as pages write them."""

from __future__ import annotations

import pytest

from crawler.extraction.moments import read_moment


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("2024-03-05T23:40:00+01:00", "2024-03-05T22:40:00+00:00"),
        ("2024-03-05T23:40:00.123Z", "2024-03-05T23:40:00+00:00"),
        ("2024-03-05 23:40 -0500", "2024-03-06T04:40:00+00:00"),
        ("20240305T234000+0900", "2024-03-05T14:40:00+00:00"),
        ("Tue, 05 Mar 2024 10:15:00 GMT", "2024-03-05T10:15:00+00:00"),
        ("Tue Mar 05 10:15:00 CET 2024", "2024-03-05T09:15:00+00:00"),
        ("March 5, 2024 7:05 PM EST", "2024-03-06T00:05:00+00:00"),
        ("March 5, 2024 at 7:05 p.m. ET", "2024-03-06T00:05:00+00:00"),
        ("17:41 JST, October 13, 2024", "2024-10-13T08:41:00+00:00"),
        ("1709633700", "2024-03-05T10:15:00+00:00"),
        ("1709633700000", "2024-03-05T10:15:00+00:00"),
    ],
)
def test_instant_needs_time_and_zone(raw: str, instant: str) -> None:
    moment = read_moment(raw)
    assert moment is not None
    assert moment.instant is not None
    assert moment.instant.isoformat() == instant


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024-03-05T18:30:00", "2024-03-05"),
        ("5. März 2024", "2024-03-05"),
        ("05.03.2024, 18:30 Uhr", "2024-03-05"),
        ("5 mars 2024 à 18h30", "2024-03-05"),
        ("5 de marzo de 2024", "2024-03-05"),
        ("5 maggio 2024", "2024-05-05"),
        ("5 марта 2024, 14:30", "2024-03-05"),
        ("5 березня 2024", "2024-03-05"),
        ("5 marca 2024", "2024-03-05"),
        ("5 Mart 2024", "2024-03-05"),
        ("2024年3月5日 09:30", "2024-03-05"),
        ("2024년 3월 5일", "2024-03-05"),
        ("٥ مارس ٢٠٢٤", "2024-03-05"),
        ("5 मार्च 2024", "2024-03-05"),
        ("Mar 5th, 2024", "2024-03-05"),
        ("March 5, 2024", "2024-03-05"),
        ("2024/3/5", "2024-03-05"),
    ],
)
def test_day_without_zone_is_no_instant(raw: str, day: str) -> None:
    moment = read_moment(raw)
    assert moment is not None
    assert (moment.day.isoformat(), moment.instant) == (day, None)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "today",
        "3 hours ago",
        "March 2024",
        "2024",
        "31.02.2024",
        "99.99.9999",
        "28 Feb 4052888888 10:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -1000",
        "12:30",
        "1.2.3",
    ],
)
def test_what_is_no_complete_day_is_none(raw: str) -> None:
    assert read_moment(raw) is None


@pytest.mark.parametrize(
    ("raw", "wall"),
    [
        ("2024.03.05. 오전 10:22", "2024-03-05T10:22:00"),
        ("입력 2024.03.05. 오후 3:05", "2024-03-05T15:05:00"),
        ("2024년 3월 5일 오후 12시 05분", "2024-03-05T12:05:00"),
        ("2024年3月5日 午後1時02分", "2024-03-05T13:02:00"),
        ("2024年3月5日 上午12:10", "2024-03-05T00:10:00"),
        ("الثلاثاء 5 مارس 2024 - 11:20 م", "2024-03-05T23:20:00"),
        ("5 Μαρτίου 2024 3:05 μ.μ.", "2024-03-05T15:05:00"),
        ("5 มี.ค. 2567 11:20 น.", "2024-03-05T11:20:00"),
        ("5 มีนาคม 2567", "2024-03-05"),
        ("05 มี.ค. 67 | 09:15", "2024-03-05T09:15:00"),
        ("05.03.24 | 11:20", "2024-03-05T11:20:00"),
        ("5 มีนาคม 2567 เวลา 10:30 น.", "2024-03-05T10:30:00"),
        ("令和6年3月5日", "2024-03-05"),
        ("2024年3月5日（火） 10:30", "2024-03-05T10:30:00"),
        ("۱۵ اسفند ۱۴۰۲ - ۱۰:۳۰", "2024-03-05T10:30:00"),
        ("۱۴۰۲/۱۲/۱۵ ۱۰:۳۰", "2024-03-05T10:30:00"),
        ("30 اسفند 1399", "2021-03-20"),
        ("1404/01/01", "2025-03-21"),
        ("5 listopada 2024, 10:30", "2024-11-05T10:30:00"),
        ("5. listopada 2024. u 10:30", "2024-10-05T10:30:00"),
        ("2024. gada 5. marts, 10:30", "2024-03-05T10:30:00"),
        ("5 Maret 2024, 10:30", "2024-03-05T10:30:00"),
        ("5. 3. 2024 ob 10.30", "2024-03-05T10:30:00"),
        ("2024. 03. 05. 10:30", "2024-03-05T10:30:00"),
        ("5 Mart 2024 Salı 10:30", "2024-03-05T10:30:00"),
        ("Dodano: 5 marca 2024 r., godz. 10:30", "2024-03-05T10:30:00"),
        ("Stand: 05.03.24", "2024-03-05"),
        ("Published 7:05 p.m. ET 03/05/2024", "2024-03-05T19:05:00"),
        ("Published at 7:05 a.m. March 5, 2024", "2024-03-05T07:05:00"),
    ],
)
def test_local_forms_are_read(raw: str, wall: str) -> None:
    moment = read_moment(raw, month_first=True)
    assert moment is not None
    clock = f"T{moment.clock.isoformat()}" if moment.clock else ""
    assert f"{moment.day}{clock}" == wall


@pytest.mark.parametrize("raw", ["version 05.03.24.1", "05.03.24 items", "192.05.03.24"])
def test_numbers_with_points_are_no_days(raw: str) -> None:
    assert read_moment(raw) is None


def test_order_of_day_and_month_follows_the_page() -> None:
    american, british = read_moment("03/04/2024", month_first=True), read_moment("03/04/2024")
    assert american is not None
    assert british is not None
    assert (american.day.isoformat(), british.day.isoformat()) == ("2024-03-04", "2024-04-03")


def test_day_is_the_one_in_the_writers_zone() -> None:
    moment = read_moment("2024-03-05T00:30:00+09:00")
    assert moment is not None
    assert moment.day.isoformat() == "2024-03-05"


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("04/03/2024 15:40 (GMT+7)", "2024-03-04T08:40:00+00:00"),
        ("04.03.2024 15:40 UTC−3", "2024-03-04T18:40:00+00:00"),
        ("04.03.2024 15:40 (CET)", "2024-03-04T14:40:00+00:00"),
    ],
)
def test_offset_behind_a_zone_name_or_in_parentheses_counts(raw: str, instant: str) -> None:
    moment = read_moment(raw)
    assert moment is not None
    assert moment.instant is not None
    assert moment.instant.isoformat() == instant
