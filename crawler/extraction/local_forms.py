"""Forms in which some languages write dates and times, rewritten in those that all share."""

from __future__ import annotations

import re
from datetime import date, timedelta

_HALF_BEFORE = re.compile(
    r"(?:(오전|午前|上午)|오후|午後|下午)\s*(\d{1,2}\s?[:시時时]\s?\d{1,2}(?::\d\d)?[分분]?)"
)
_BEFORE_NOON = ("오전", "午前", "上午")
# 14 พ.ค. 2567: the year of the Buddha, and months of two letters.
_THAI = re.compile("[\u0e01-\u0e4e]")
_THAI_YEAR = re.compile(r"(?<!\d)(2[45]\d\d)(?!\d)")
_BUDDHA = 543
_THAI_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
_THAI_DAY = re.compile(
    r"(?<!\d)(\d\d?) ((?:[มกพสตธ]|มี|เม|มิ)\.? ?[คพย])\.? ?(\d{4}|\d{2})(?!\d)",
)
# In Croatian the same word is October, and a point stands behind the day.
_POLISH_NOVEMBER = re.compile(r"(?<!\d)(\d\d?) listopada (\d{4})", re.IGNORECASE)
_LATVIAN = re.compile(r"(\d{4})\. gada (\d\d?\. \w+)")
_REIWA = re.compile(r"令和(\d\d?|元)年")
_REIWA_BEFORE = 2018  # the year before its first
# The solar calendar of Iran: ۱۳ اسفند ۱۴۰۴, 1404/12/13.
_PERSIAN_MONTHS = (
    *("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور"),
    *("مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"),
)
_PERSIAN = re.compile(
    rf"(?<!\d)(\d\d?) (?:ماه )?({'|'.join(_PERSIAN_MONTHS)})(?: ماه)?،? (1[34]\d\d)(?!\d)"
)
_PERSIAN_DIGITS = re.compile(
    r"(?<![\d/.-])(1[34]\d\d)([/.-])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)"
)
_CYCLE = 1595  # so many years earlier a cycle of leap years began
_FIRST_DAY = date(2021, 3, 21)  # of the year 1400
# 14.05.24, as the whole of a line or before its clock: points and two digits are no other number.
_SHORT_YEAR = re.compile(
    r"^(\D{0,20}(?<![\w.]))(0?[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])\.(\d\d)(?=\W{0,4}$|\W{1,4}\d{1,2}:\d\d)"
)


def common_form(text: str) -> str:
    """The text with local forms of dates and times replaced; any other text as it is."""
    text = _SHORT_YEAR.sub(r"\1\2.\3.20\4", text)
    if text.isascii():
        text = _POLISH_NOVEMBER.sub(r"\1.11.\2", _LATVIAN.sub(r"\2 \1", text))
        return _PERSIAN_DIGITS.sub(_from_persian, text)
    if _THAI.search(text):
        return _from_thai(text)
    text = _POLISH_NOVEMBER.sub(r"\1.11.\2", _LATVIAN.sub(r"\2 \1", text))
    text = _PERSIAN_DIGITS.sub(_from_persian, _PERSIAN.sub(_from_persian, text))
    return _HALF_BEFORE.sub(_half_behind, _REIWA.sub(_from_reiwa, text))


def _from_reiwa(match: re.Match[str]) -> str:
    year = 1 if match[1] == "元" else int(match[1])
    return f"{_REIWA_BEFORE + year}年"


def _from_persian(match: re.Match[str]) -> str:
    if match[2] in _PERSIAN_MONTHS:
        year, month, day = int(match[3]), _PERSIAN_MONTHS.index(match[2]) + 1, int(match[1])
    else:
        year, month, day = int(match[1]), int(match[3]), int(match[4])
    ordinal = _persian_ordinal(year, month, day) - _persian_ordinal(1400, 1, 1)
    return (_FIRST_DAY + timedelta(days=ordinal)).isoformat()


def _persian_ordinal(year: int, month: int, day: int) -> int:
    """Days since a fixed one; 8 leap years in 33, six months of 31 days, then of 30."""
    year += _CYCLE
    leaps = year // 33 * 8 + (year % 33 + 3) // 4
    before = (month - 1) * 31 if month <= 6 else 186 + (month - 7) * 30
    return 365 * year + leaps + before + day


def _half_behind(match: re.Match[str]) -> str:
    return f"{match[2]} {'am' if match[1] in _BEFORE_NOON else 'pm'}"


def _from_thai(text: str) -> str:
    text = _THAI_DAY.sub(_thai_day, text)
    return _THAI_YEAR.sub(lambda year: str(int(year[1]) - _BUDDHA), text)


def _thai_day(match: re.Match[str]) -> str:
    letters = _letters(match[2])
    months = (n for n, short in enumerate(_THAI_MONTHS, 1) if _letters(short) == letters)
    month = next(months, None)
    year = match[3] if len(match[3]) == 4 else f"25{match[3]}"
    return f"{year}-{month}-{match[1]}" if month else match[0]


def _letters(text: str) -> str:
    return text.replace(".", "").replace(" ", "")
