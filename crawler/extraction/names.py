"""Clean names out of bylines: persons, and organisations marked as such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from unicodedata import combining, normalize

from crawler.extraction.headline import key_of
from crawler.extraction.words import agencies, pattern

_TAG = re.compile(r"<[^<>]{1,200}>")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,100}|(?<!\w)@\w+")
_LINK = re.compile(r"^(?:https?:)?//|^www\.|\.(?:com|org|net|html)\b", re.IGNORECASE)
_ADDRESS_BEHIND = re.compile(r"[(\[]\s*(?:https?://|www\.)[^)\]]*[)\]]\s*$")
_PARENTHESIS = re.compile(r"\s*[(\[（【][^)\]）】]{0,80}[)\]）】]")
_DATE_TAIL = re.compile(r"[\s,|·•–-]*(?:\d{1,2}[./: ]|(?:19|20)\d\d|\bon\b).*\d.*$")
_WEEKDAY_TAIL = re.compile(
    r"[\s,|·•–-]+(?:on\s+)?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,\s.*\d.*$",
    re.IGNORECASE,
)
# A site's own word before the byline: ``capital von Ada Writer``. Particles of names are no words.
_INNER_LEAD = re.compile(
    r"^(?!(?:de|da|di|du|van|von|el|al|la|le|ter|ten|bin|ibn|dos|des|del|af|av)\s)"
    r"[^\W\d_A-ZÄÖÜ]\w*\s+(?:von|by|par|por|door)\s+(?=[A-ZÄÖÜÉÈÁÍÓÚÑÇŠŽ])"
)
# ``and Tom Marsh (photos)``: a name that is followed by what it made, which is no text.
_OTHER_WORK = re.compile(
    r"(?:,|\b(?:und|and|et|y|e|en|och|og)\b|&)\s*[^,()]{3,40}"
    r"\((?:fotos?|bild(?:er)?|photos?|videos?|illustrations?|grafik)\)",
    re.IGNORECASE,
)
# Scripts without spaces set roles right beside a name.
_ROLE_BEFORE_HAN = re.compile(
    r"^(?:本[报報网網刊社]|新华社)?(?:实习|見習|特约)?(?:记者|記者)[\s・/:：|]*(?=[\u3400-\u9fff])"
)
_ROLE_BEHIND_HAN = re.compile(r"(?<=[\u3400-\u9fff]{2})(?:记者|記者)$")
_KOREAN_WRITER = re.compile(r"([가-힣]{2,4})\s?(?:선임|인턴|수습|객원)?(?:기자|특파원)")
_DUTCH = re.compile(r"^\W*(?:door|tekst)\b", re.IGNORECASE)
# ``Ada Writer / Delhi``; behind a comma a single word may be a name.
_TOWN = re.compile(r"^([^\W\d_]\S+ [^,;/|–—-]+?)\s*(?:/|\s[–—-]\s)\s*[^\W\d_]+$")
_WIDE = str.maketrans("＝｜", "=|")
_PARTS = re.compile(r"\s*(?:[;|•·/]|\s[–—-]\s|、|，|،|\n)\s*")
_ROLE_WORDS_MAX = 5
_RUN = 4  # characters of a site's name within another: shorter ones are words
_LONG_FORM = 5  # characters: a shorter agency's name may be a surname


@dataclass(frozen=True, slots=True)
class Writer:
    """One name and whether the page, or its form, says that it is an organisation."""

    name: str
    organisation: bool = False


def named_writers(source: list[Writer], outlet: frozenset[str]) -> list[Writer]:
    """The clean names of one source, in its order, each once."""
    if turned := _turned(source):
        source = [turned]
    return _unique(w for raw in source for w in split_names(raw, outlet))


def _turned(source: list[Writer]) -> Writer | None:
    """``Writer, Ada``, as catalogues have it, in the usual order."""
    match = re.fullmatch(r"([^\W\d_]{2,}), ([^\W\d_]{2,})", source[0].name) if source else None
    if match is None or len(source) > 1 or source[0].organisation:
        return None
    turned = f"{match[2]} {match[1]}"
    return None if any(map(_is_organisation, match.groups())) else Writer(turned)


def split_names(raw: Writer, sites: frozenset[str] = frozenset()) -> Iterator[Writer]:
    """The clean names in one byline: ``By A. Reporter and B. Writer, Chief`` gives two."""
    text = _TAG.sub(" ", unescape(unescape(raw.name))).replace("\u200b", "").translate(_WIDE)
    organisation = raw.organisation or _ADDRESS_BEHIND.search(text) is not None
    text = " ".join(_MAIL.sub(" ", _PARENTHESIS.sub(" ", _OTHER_WORK.sub("", text))).split())
    if not text or _LINK.search(text) or len(text) > 300:
        return
    if organisation:
        yield Writer(text, True)
        return
    text = _without_lead(_by_language(text))
    text = _TOWN.sub(r"\1", _without_tail(_WEEKDAY_TAIL.sub("", text)))
    text = pattern(
        "authors", "role_behind", r"^((?-i:[^\W\d_a-z]\S+ [^\W\d_a-z]\S+)) (?:{})(?=$|[,|;])"
    ).sub(r"\1", text)
    organisation_seen = False
    for name in (piece for part in _parts(text) for piece in _without_agency(_clean(part))):
        if name and _is_outlet(name, sites):
            organisation_seen = True
            yield Writer(name, True)
            continue
        known = _is_organisation(name)
        # A single word after the name of the site or an agency is a town or a month, not a writer.
        if not name or (organisation_seen and not known and " " not in name):
            continue
        organisation_seen = organisation_seen or known
        if known or _is_person(name):
            yield Writer(name, known)


def _by_language(text: str) -> str:
    """What a word alone does not tell: "en" is "and" in Dutch; Korean sets a town before "="."""
    if _DUTCH.match(text):
        return text.replace(" en ", " & ")
    if "=" in text and (writers := _KOREAN_WRITER.findall(text)):
        return ", ".join(writers)
    return _ROLE_BEFORE_HAN.sub("", text)


def _without_lead(text: str) -> str:
    """Cut "By", "Von", "Por" and their like, twice where a byline doubles them."""
    lead = pattern("authors", "lead", r"^\W*(?:{})(?:\s*[:：/／=・|]\s*|\s+)")
    return lead.sub("", lead.sub("", text))


def _without_tail(text: str) -> str:
    return pattern("authors", "tail", r"\s*(?:{})\s*:?.*$").sub("", text)


def _parts(text: str) -> Iterator[str]:
    joint = pattern("authors", "and", r"\s+(?:{})\s+|\s*&\s*")
    for chunk in _PARTS.split(text):
        pieces = [p for comma in chunk.split(",") for p in joint.split(comma)]
        yield from pieces


def _clean(part: str) -> str:
    if (undated := _DATE_TAIL.sub("", part)) != part:
        part = _without_tail(undated)  # "Ada Writer in Politics on 1 June"
    part = pattern("authors", "role_before", r"^(?:{})\s+(?=(?-i:[^\W\d_a-z]))").sub(
        "", part.strip()
    )
    part = _without_lead(_INNER_LEAD.sub("", part))
    part = pattern("authors", "role_after", r"\s+(?:{})$").sub("", part)
    part = _ROLE_BEHIND_HAN.sub("", part)
    return part.strip(" .,:;|*-–—\"'“”„»«•·\u00a0")


@cache
def _agency_forms() -> frozenset[str]:
    return frozenset(key_of(f) for name, forms in agencies().items() for f in (name, *forms))


def _without_agency(name: str) -> tuple[str, ...]:
    """``Ada Writer Associated Press``, as two elements in a row give it, in its two parts."""
    match = _before_agency().fullmatch(name)
    return (match[1], match[2]) if match else (name,)


@cache
def _before_agency() -> re.Pattern[str]:
    forms = [f for fs in agencies().items() for f in (fs[0], *fs[1]) if len(f) >= _LONG_FORM]
    names = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"(\S+ \S.*?) ({names})", re.IGNORECASE)


def _is_organisation(name: str) -> bool:
    key = key_of(name)
    return key in _agency_forms() or bool(
        pattern("authors", "organisation", r"(?:^|\b)(?:{})(?:\b|$)").search(name)
    )


def _is_outlet(name: str, sites: frozenset[str]) -> bool:
    """Whether a name is the site's, or the site's with a word more: ``Ediciones El Faro``."""
    words = folded(key_of(name)).split()
    whole = "".join(words)
    if whole in sites:
        return True
    if not _is_person(name):
        return False
    # ``Ada Marlow`` on marlow.example, "Ada Marlow's notes", is a person.
    is_own_page = any(whole in site for site in sites)
    return not is_own_page and any(len(run) >= _RUN and run in sites for run in _runs(words))


def _runs(words: list[str]) -> Iterator[str]:
    """Each run of words, joined, that is half of them or more."""
    least = (len(words) + 1) // 2
    for start in range(len(words)):
        for end in range(start + least, len(words) + 1):
            yield "".join(words[start:end])


def folded(text: str) -> str:
    """Without accents: a domain has none."""
    return "".join(c for c in normalize("NFKD", text) if not combining(c))


def _is_person(name: str) -> bool:
    tokens = name.split()
    if not 1 <= len(tokens) <= _ROLE_WORDS_MAX or len(name) > 50 or re.search(r"\d", name):
        return False
    if (
        ":" in name
        or "_" in name
        or name.startswith("The ")
        or pattern("authors", "role", r"(?:^|\b)(?:{})(?:\b|$)").search(name)
    ):
        return False
    if pattern("authors", "lead").match(name):
        return False
    if not any(char.isalpha() for char in name):
        return False
    capitals = sum(1 for t in tokens if not t[0].islower())
    return capitals * 2 >= len(tokens) and (len(tokens) > 1 or len(name) >= 2)


def _unique(writers: Iterable[Writer]) -> list[Writer]:
    seen: dict[str, Writer] = {}
    for writer in writers:
        seen.setdefault(key_of(writer.name), writer)
    return list(seen.values())
