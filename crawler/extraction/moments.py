"""Reading a date as pages write it: an instant only where time and zone are both there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.extraction.local_forms import common_form
from crawler.extraction.words import mapping


@dataclass(frozen=True, slots=True)
class Moment:
    """A calendar day in the writer's own zone; a wall clock and an instant where they are known."""

    day: date
    clock: time | None = None
    instant: datetime | None = None

    @property
    def offset(self) -> timedelta | None:
        """The distance of the writer's zone from UTC, where the instant is known."""
        if self.instant is None or self.clock is None:
            return None
        local = datetime.combine(self.day, self.clock, UTC)
        return local - self.instant

    @property
    def is_bare_day(self) -> bool:
        """Whether no time of day is known; 00:00:00 UTC is how systems write a day without one."""
        return self.clock is None or (self.clock == time(0) and self.offset == timedelta(0))

    @property
    def is_settled(self) -> bool:
        """Whether time and zone are there and credible: no local time that calls itself UTC."""
        return not self.is_bare_day and bool(self.offset)

    def without_zone(self) -> Moment:
        """The same wall clock, wherever it is."""
        return Moment(self.day, self.clock)

    def at(self, offset: timedelta) -> Moment:
        """The same wall clock in a zone this far from UTC; needs a clock."""
        if self.clock is None:
            return self
        wall = datetime.combine(self.day, self.clock, timezone(offset))
        return Moment(self.day, self.clock, wall.astimezone(UTC))


# Only abbreviations that mean one offset in news pages of the world; IST, AST and CST are taken
# in their most frequent sense or left out.
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MEZ": 60,
    "CEST": 120, "MESZ": 120, "EET": 120, "SAST": 120, "CAT": 120, "WAT": 60, "EAT": 180,
    "EEST": 180, "MSK": 180, "МСК": 180, "TRT": 180, "PKT": 300, "WIB": 420, "ICT": 420, "HKT": 480,
    "SGT": 480, "AWST": 480, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720,
    "NZDT": 780, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "BRT": -180, "ART": -180,
}  # fmt: skip
_REGIONS = {"ET": "America/New_York", "CT": "America/Chicago", "PT": "America/Los_Angeles"}

_OFFSET = r"\(?(?:UTC|GMT)?\s*[+−-]\d{1,2}:?(?:\d{2})?(?!\d)\)?"
_ZONE = rf"(?P<zone>[Zz]\b|{_OFFSET}|\(?[A-Z]{{2,4}}\)?(?![A-Za-z])|МСК)"
_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-4])(?:[:.h時时]|시\s?)(?P<minute>[0-5]\d)[分분]?(?:[:.](?P<second>[0-5]\d))?"
    r"(?:[.,:]\d{1,9})?\s*(?P<half>[ap]\.?\s?m\b\.?|ص\b|م\b|صباحا|مساء|[πμ]\.?μ\b\.?)?"
)
_WEEKDAY = (
    "pazartesi|salı|çarşamba|perşembe|cuma(?:rtesi)?|pazar"
    "|[（(][月火水木金土日一二三四五六월화수목금토일][)）]"
)
_BETWEEN = (
    r"(?:[\sT.,;|·•–—@-]|at|um|à|às|a las|a les|alle|ore|ora|ob|kl\.?|klo|godz|g|r|d|u|v|o|в|г|om"
    rf"|uhr|เวลา|{_WEEKDAY})*?"
)
_TAIL = rf"{_BETWEEN}{_CLOCK}(?:\s*uhr)?\s*{_ZONE}?"
_TIME_AFTER = re.compile(rf"^{_TAIL}", re.IGNORECASE)
_TIME_BEFORE = re.compile(rf"(?<![\d:.]){_CLOCK}(?:\s*uhr)?\s*{_ZONE}?[\s,|–-]*$", re.IGNORECASE)
_ISO = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?:[-/]|\.\s?)(?P<month>0?[1-9]|1[0-2])(?:[-/]|\.\s?)(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)"
)
_CJK = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s*[年년]\s*(?P<month>1[0-2]|0?[1-9])\s*[月월]\s*(?P<day>[12]\d|3[01]|0?[1-9])\s*[日일]"
)
_DATE_AT_END = re.compile(
    r"(?:\w+\.? \d{1,2},?|\d{1,2}\.? \w+,?|\d{1,2}[./-]\d{1,2}[./-]) ?(?:19|20)\d\d$"
)
_COMPACT = re.compile(
    r"^(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
    r"(?:[T ]?(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?:[0-5]\d)?\s*(?P<z>Z|[+-]\d{2}:?\d{2})?)?$"
)
_EPOCH = re.compile(r"^(?:1\d{9}|1\d{12})$")
_DMY = re.compile(
    r"(?<![\d.:])(?P<a>0?[1-9]|[12]\d|3[01])(?:\.\s?|[/-])(?P<b>0?[1-9]|[12]\d|3[01])[./-]\s?(?P<year>(?:19|20)\d{2})(?!\d)"
)
# Vowel signs of Indic scripts and Thai are no letters to \\w.
_WORD = r"(?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u0e31-\u0e4e]){2,17})\.?"
_DAY_WORD = re.compile(
    rf"(?<!\d)(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|er|\.|º|-?го)?,?[\s/-]+(?:de\s+|d['’]|di\s+)?{_WORD},?[\s/-]*"
    r"(?:de\s+|del\s+)?(?P<year>(?:19|20)\d{2})(?!\d)",
    re.IGNORECASE,
)
_WORD_DAY = re.compile(
    rf"{_WORD}\s+(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d{{2}})(?!\d)",
    re.IGNORECASE,
)
_YEAR_WORD = re.compile(
    rf"(?P<year>(?:19|20)\d{{2}})[.\s-]+(?:m\.\s+)?{_WORD}[\s-]+(?P<day>[12]\d|3[01]|0?[1-9])(?!\d)"
)
# The form of the Unix date command and Java: Fri Apr 28 19:20:36 CEST 2023.
_UNIX = re.compile(
    r"^[A-Z][a-z]{2} (?P<date>[A-Z][a-z]{2} \d{1,2}) (?P<clock>\d\d:\d\d:\d\d) "
    r"(?P<zone>[A-Z]{2,4}|[+-]\d{4}) (?P<year>(?:19|20)\d\d)$"
)
_DIGITS = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９", "0123456789" * 6
)


def read_moment(raw: str, month_first: bool = False) -> Moment | None:
    """Read one date; None where the text holds no complete day.

    ``month_first`` decides 03/04/2020 (True: the 4th of March), where the page's language does.
    """
    text = common_form(" ".join(raw.translate(_DIGITS).split())[:120])
    text = _UNIX.sub(r"\g<date> \g<year> \g<clock> \g<zone>", text)
    if _EPOCH.match(text):
        seconds = int(text) / (1000 if len(text) == 13 else 1)
        return _from_instant(datetime.fromtimestamp(seconds, UTC))
    if match := _COMPACT.match(text):
        return _compact(match)
    for finder in (_iso, _cjk, _named, lambda t: _numeric(t, month_first)):
        found = finder(text)
        if found:
            day, rest = found
            moment = _with_time(day, _TIME_AFTER.match(rest))
            before = text.removesuffix(rest) if moment.clock is None else ""
            return _with_time(day, _before(before)) if before else moment
    return _mail(text)


def _from_instant(instant: datetime) -> Moment:
    return Moment(instant.date(), instant.time(), instant.astimezone(UTC))


def _date(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _compact(match: re.Match[str]) -> Moment | None:
    day = _date(match["year"], match["month"], match["day"])
    if day is None or match["h"] is None:
        return Moment(day) if day else None
    clock = time(int(match["h"]), int(match["m"]))
    return _placed(day, clock, _zone(match["z"] or "", day))


def _iso(text: str) -> tuple[date, str] | None:
    return _plain(_ISO.search(text), text)


def _cjk(text: str) -> tuple[date, str] | None:
    return _plain(_CJK.search(text), text)


def _plain(match: re.Match[str] | None, text: str) -> tuple[date, str] | None:
    day = _date(match["year"], match["month"], match["day"]) if match else None
    return (day, text[match.end() :]) if match and day else None


def _named(text: str) -> tuple[date, str] | None:
    for finder in (_DAY_WORD, _WORD_DAY, _YEAR_WORD):
        for match in finder.finditer(text):
            month = _month(match["word"])
            day = _date(match["year"], month, match["day"]) if month else None
            if day:
                return day, text[match.end() :] or text[: match.start()]
    return None


def _month(word: str) -> int | None:
    number = mapping("months").get(word.casefold().rstrip("."))
    return int(number) if number else None


def _numeric(text: str, month_first: bool) -> tuple[date, str] | None:
    match = _DMY.search(text)
    if not match:
        return None
    a, b = match["a"], match["b"]
    dotted = "." in match.group(0)
    pairs = [(b, a), (a, b)] if dotted or not month_first else [(a, b), (b, a)]
    for month, day in pairs:
        if int(month) <= 12 and (found := _date(match["year"], month, day)):
            return found, text[match.end() :]
    return None


def _before(text: str) -> re.Match[str] | None:
    """The time that stands before a date at the end of this text."""
    start = _DATE_AT_END.search(text)
    return _TIME_BEFORE.search(text[: start.start()]) if start else None


def _with_time(day: date, match: re.Match[str] | None) -> Moment:
    if not match:
        return Moment(day)
    hour, minute = int(match["hour"]), int(match["minute"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"][0] in "pPمμ" else 0)
    if hour == 24:
        return Moment(day)
    clock = time(hour, minute, int(match["second"] or 0))
    return _placed(day, clock, _zone(match["zone"] or "", day))


def _placed(day: date, clock: time, zone: timezone | ZoneInfo | None) -> Moment:
    if zone is None:
        # 00:00 without a zone is how systems write a bare day.
        return Moment(day, clock if clock != time(0) else None)
    try:
        return Moment(day, clock, datetime.combine(day, clock, zone).astimezone(UTC))
    except OverflowError:
        return Moment(day)


def _zone(text: str, day: date) -> timezone | ZoneInfo | None:
    text = text.strip(" ()").replace("−", "-")
    if text.upper() in _ZONES:
        return timezone(timedelta(minutes=_ZONES[text.upper()]))
    if text in _REGIONS:
        try:
            return ZoneInfo(_REGIONS[text])
        except ZoneInfoNotFoundError:
            return None
    match = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", text)
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))


def _mail(text: str) -> Moment | None:
    try:
        moment = parsedate_to_datetime(text)
        instant = moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if instant is None:
        return _placed(moment.date(), moment.time(), None)
    return Moment(moment.date(), moment.time(), instant)
