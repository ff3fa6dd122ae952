"""A day as an outlet's readers write it."""

from __future__ import annotations

from datetime import date, datetime

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}


def written_day(day: date, locale: str) -> str:
    """``14 March 2026``, ``March 14, 2026`` (en-US), ``14. März 2026``, ``2026年3月14日`` ..."""
    language = locale.partition("-")[0]
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    month = _MONTHS[language].split()[day.month - 1]
    if locale == "en-US":
        return f"{month} {day.day}, {day.year}"
    return f"{day.day}{'.' if language == 'de' else ''} {month} {day.year}"


def written_instant(moment: datetime, locale: str) -> str:
    """The day and the wall clock, without the zone, as print-minded sites have it."""
    day = written_day(moment.date(), locale)
    if locale == "en-US":
        half = "a.m." if moment.hour < 12 else "p.m."
        return f"{day} at {moment.hour % 12 or 12}:{moment:%M} {half}"
    if locale.startswith("de"):
        return f"{day}, {moment:%H:%M} Uhr"
    if locale.startswith("ja"):
        return f"{day} {moment.hour}時{moment:%M}分"
    return f"{day}, {moment:%H:%M}"
