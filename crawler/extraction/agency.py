"""The wire service a story came from, its dateline, and the line that says so.

Rule: a source line at either end ("Source : Kyodo News", "Mit Material von dpa"), then the
dateline of the first paragraph ("TOKYO (Kyodo) —"), then a sign-off ("(dpa)"), then the byline and
the JSON-LD author, then copyright. Photo credits and "according to Reuters" are none of these: a
name within a sentence never counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from crawler.extraction.words import agencies, alternation, pattern

_EDGE = 4  # lines at either end where a source line may stand
_SHORT = 200
_LONG_FORM = 5  # characters


@dataclass(frozen=True, slots=True)
class Wire:
    """What was found, the lines of the story without what only says so, and the evidence.

    ``span`` is the text that names the agency, as printed; ``rule`` says where it stood.
    """

    agency: str | None
    dateline: str | None
    lines: list[str]
    span: str | None = None
    rule: str | None = None


# An agency by its usual name, the span that says so, the rule.
_Found = tuple[str, str, str]


@cache
def _names() -> dict[str, str]:
    return {form.casefold(): name for name, forms in agencies().items() for form in (name, *forms)}


@cache
def _any() -> str:
    forms = {f for fs in agencies().items() for f in (fs[0], *fs[1])}
    # Datelines are in capitals; of short forms only those that sign so are listed.
    forms |= {form.upper() for form in forms if len(form) >= _LONG_FORM}
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


@cache
def _source_line() -> re.Pattern[str]:
    lead = alternation("agency", "source_lead")
    return re.compile(
        rf"^\W*(?:(?i:{lead})\s*[:：]?\s*)(?:(?i:the|der|die|den)\s+)?(?P<name>{_any()})(?![\w-])(?P<rest>.*)$"
    )


@cache
def _credit() -> re.Pattern[str]:
    """A line that says that the agency took part: ``Reuters contributed to this report.``"""
    part = alternation("agency", "contributed")
    return re.compile(rf"^\W*(?:(?i:the)\s+)?(?P<name>{_any()})(?P<rest>)\s+(?i:{part})")


@cache
def _sign_off() -> re.Pattern[str]:
    more = r"(?:\s*[/,|]\s*[\w .-]{1,30})*"
    return re.compile(
        rf"(?:^|\s|(?=[（【]))[(（［\[【]\s*(?:©\s*)?({_any()}){more}\s*[)）］\]】]\s*\.?$"
        rf"|^[-–—©\s]*({_any()}){more}\s*$"
        rf"|^\s*/\s*({_any()})\s*/\.?$"
        rf"|(?<=[.!?”\"'»])\s*[-–—]{{1,2}}\s*({_any()})\s*$"
        rf"|(?<=[.!?。」])\s*\([cC]\)\s?({_any()}){more}\s*$"
    )


@cache
def _dateline() -> re.Pattern[str]:
    more = r"(?:\s*[/,–-]\s*[\w. -]{1,25})?"
    # A dash, or, as some sign without one, a capital or a letter of a script without capitals.
    end = r"(?:\s*[-–—−:.]+\s*|(?<=[^\x00-\x7f][)）])\s*|\s+(?=[^\W\d_a-zà-öø-ÿа-я]))(?=\S)"
    place = r"[^\W\d_][^()（）:=]{1,60}?"
    forms = (
        rf"(?P<place1>{place})?[,.:]?\s*[(（]\s*(?P<name1>{_any()}){more}\s*[)）]{end}",
        rf"[【\[［]\s*(?P<place2>[^\W\d_][^】\]］]{{0,30}}?)?[\s=]*(?:\d+月\d+日\s*)?(?P<name2>{_any()})\s*[】\]］]\s*[-–—]?\s*",
        rf"(?P<name3>{_any()})\s+[-–—]{{1,2}}\s+(?=\S)",
        # Chinese agencies put name, place and day first; Korean ones (place=name); Russian /name/.
        rf"[(（]?(?P<name4>{_any()})[)）]?(?P<place4>[\u4e00-\u9fff]{{2,8}}?)(?:\d+月)?\d+日(?:专|專)?[电電讯訊]",
        rf"[(（](?P<place5>[^=)）]{{1,20}})=(?P<name5>{_any()})[)）]\s*",
        rf"(?P<place6>{place})[,.]*\s*/(?P<name6>{_any()})/[.,]?\s*",
        # MOSCOW, 5 March - Agency. / Moscow. 5 March. AGENCY - : with a day, else it is prose.
        rf"(?P<place7>[^\W\d_][^()\d]{{1,30}}\d{{1,2}}[^()\d]{{1,12}}?)\s[-–—]\s(?P<name7>{_any()})\.\s+(?=\S)",
        rf"(?P<place8>[^\W\d_][^()\d]{{1,30}}\d{{1,2}}[^()\d]{{1,12}}?)\.\s(?P<name8>{_any()})\s[-–—]\s(?=\S)",
    )
    return re.compile("^(?:" + "|".join(forms) + ")")


_PLACE_DATE = re.compile(
    r"^(?P<place>[A-ZÄÖÜÉÈÁÍÓÚÑÇ][A-ZÄÖÜÉÈÁÍÓÚÑÇ'’. -]{2,40}"
    r"(?:,\s*[^\W\d_.]{2,20}\.?(?:\s\d{1,2})?)?)\s*[—–-]{1,2}\s+(?=\S)"
)


_BYLINE_PARTS = re.compile(
    r"[/,;|&]|\s(?:and|und|et|y|e|i|with|mit|avec|con|com|met|med|och|og|–|-)\s"
)
_BYLINE_LEAD = re.compile(
    r"^\W*(?:(?:by|von|par|por|di|door|av|af|od)\s+|"
    r"(?:redazione|redaktion|rédaction|redacción|redação|redactie)\s+)",
    re.IGNORECASE,
)


@cache
def _rights() -> re.Pattern[str]:
    return re.compile(rf"(?:©|\([cC]\)|(?i:copyright))\W*(?:\d{{4}}\s*)?(?P<name>{_any()})(?!\w)")


def find_agency(lines: list[str], bylines: Iterable[str | None], rights: Iterable[str]) -> Wire:
    """Agency by its usual name, dateline as printed, and the remaining lines."""
    found, rest = _from_source_lines(lines)
    first, dateline, rest = _from_dateline(rest)
    found = found or first
    if found is None:
        found, rest = _from_sign_off(rest)
    if found is None:
        found = _from_bylines(bylines) or _from_rights(rights)
    agency, span, rule = found or (None, None, None)
    return Wire(agency, dateline, rest, span, rule)


def canonical_agency(text: str) -> str | None:
    """The usual name of an agency that ``text`` is, and nothing else."""
    return _names().get(" ".join(text.split()).strip(" .,()[]©").casefold())


def agency_of_source_line(text: str) -> str | None:
    """The usual name of the agency that a line names as its source; None for any other line."""
    match = _source_line().match(text) or _credit().match(text)
    return _names()[match["name"].casefold()] if match and _is_listing(match["rest"]) else None


def _from_source_lines(lines: list[str]) -> tuple[_Found | None, list[str]]:
    edge = {*range(min(2, len(lines))), *range(max(0, len(lines) - _EDGE), len(lines))}
    for index in sorted(edge, reverse=True):
        line = lines[index]
        agency = agency_of_source_line(line) if len(line) <= _SHORT else None
        if agency:
            return (agency, line, "source-line"), lines[:index] + lines[index + 1 :]
    return None, lines


def _is_listing(rest: str) -> bool:
    """Whether what follows the name is other names or nothing: no sentence, no picture's credit."""
    if pattern("authors", "photo", r"^\W*(?:{})\b").match(rest):
        return False
    return len(rest) < 60 and not re.search(r"\w+\s+\w+\s+\w+\s+\w+", rest)


def _from_dateline(lines: list[str]) -> tuple[_Found | None, str | None, list[str]]:
    for index, line in enumerate(lines[:2]):
        match = _dateline().match(line)
        if match:
            groups = match.groupdict()
            name = next(v for k, v in groups.items() if k.startswith("name") and v)
            place = next((v for k, v in groups.items() if k.startswith("place") and v), None)
            dateline = place.strip(" ,.-–—(") if place else None
            if dateline and not _is_place(dateline):
                continue
            found = (_names()[name.casefold()], match.group(0).strip(), "dateline")
            return found, dateline, lines
        plain = _PLACE_DATE.match(line)
        if plain and index == 0 and len(line) > len(plain.group(0)) + 40:
            return None, plain["place"].strip(" ,-–—"), lines
    return None, None, lines


def _is_place(text: str) -> bool:
    """A dateline is a few words, the first with a capital or in a script without capitals."""
    return (
        len(text.split()) <= 7 and not text[0].islower() and not re.search(r"[.!?]\s(?!\d)", text)
    )


def _from_sign_off(lines: list[str]) -> tuple[_Found | None, list[str]]:
    for index in range(len(lines) - 1, max(-1, len(lines) - 3), -1):
        line = lines[index]
        if name := canonical_agency(line):
            return (name, line, "sign-off"), lines[:index] + lines[index + 1 :]
        match = _sign_off().search(line)
        if not match:
            continue
        name = next(g for g in match.groups() if g)
        kept = line[: match.start()].rstrip()
        rest = lines[:index] + ([kept] if kept else []) + lines[index + 1 :]
        return (_names()[name.casefold()], match.group(0).strip(), "sign-off"), rest
    return None, lines


def _from_bylines(bylines: Iterable[str | None]) -> _Found | None:
    for byline in bylines:
        for part in _BYLINE_PARTS.split(byline or ""):
            part = _BYLINE_LEAD.sub("", part.strip())
            if agency := canonical_agency(part):
                return agency, part, "byline"
    return None


def _from_rights(rights: Iterable[str]) -> _Found | None:
    for text in rights:
        match = _rights().search(text)
        if match:
            return _names()[match["name"].casefold()], match.group(0), "copyright"
    return None
