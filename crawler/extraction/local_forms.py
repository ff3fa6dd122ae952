"""Forms in which some languages write dates and times, rewritten in those that all share."""

from __future__ import annotations

import re

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
# 14.05.24, as the whole of a line or before its clock: points and two digits are no other number.
_SHORT_YEAR = re.compile(
    r"^(\D{0,20}(?<![\w.]))(0?[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])\.(\d\d)(?=\W{0,4}$|\W{1,4}\d{1,2}:\d\d)"
)


def common_form(text: str) -> str:
    """The text with local forms of dates and times replaced; any other text as it is."""
    if text.isascii():
        return _SHORT_YEAR.sub(r"\1\2.\3.20\4", text)
    if _THAI.search(text):
        return _from_thai(text)
    text = _HALF_BEFORE.sub(_half_behind, text)
    return _SHORT_YEAR.sub(r"\1\2.\3.20\4", text)


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
