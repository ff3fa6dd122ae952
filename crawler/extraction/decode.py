"""Bytes to one tree: the encoding as browsers decide it, then a single lxml parse."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

from crawler.extraction.bounds import within_bounds

# Encodings that mean "nobody chose": any valid UTF-8 with a multi-byte character beats them.
_SINGLE_BYTE = re.compile(r"^(cp125\d|iso8859|latin|koi8|ascii|tis-620|mac)", re.IGNORECASE)

# So many bytes of multi-byte characters are UTF-8 by chance in no text of two bytes a character.
_BEYOND_CHANCE = 40

# Python has codecs that are no character sets, and some that raise whatever the bytes are; these
# are its names of those that browsers know (Encoding standard, "Names and labels").
_CHARSETS = re.compile(
    r"utf-?(?:8|16)|cp(?:437|8\d\d|932|936|949|950|125\d)|iso8859|koi8|mac|gb|big5|euc|shift_jis"
    r"|iso2022_jp|johab|tis-620|ascii|latin",
    re.IGNORECASE,
)

# What browsers assume for an undeclared page by its locale (HTML standard, "Determining the
# character encoding", step 9).
_LEGACY_BY_LANGUAGE = {
    "ru": "cp1251", "uk": "cp1251", "bg": "cp1251", "be": "cp1251", "sr": "cp1251", "mk": "cp1251",
    "ja": "cp932", "ko": "cp949", "zh": "gb18030", "zh-tw": "big5-hkscs", "zh-hk": "big5-hkscs",
    "pl": "cp1250", "cs": "cp1250", "sk": "cp1250", "hu": "cp1250", "hr": "cp1250", "sl": "cp1250",
    "el": "cp1253", "tr": "cp1254", "az": "cp1254", "he": "cp1255", "ar": "cp1256", "fa": "cp1256",
    "lt": "cp1257", "lv": "cp1257", "et": "cp1257", "vi": "cp1258", "th": "cp874",
}  # fmt: skip
_LANG = re.compile(rb"""<html[^>]{0,500}\slang\s*=\s*["']?([A-Za-z-]{2,12})""", re.IGNORECASE)

# XML cannot hold these; one of them in a tree makes text engines give up on the whole page.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
_NO_CHARACTER = re.compile(b"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbe\xbf])")  # U+FDD0 to FDEF, FFFE, FFFF
# Not those that stand for what texts are made of, which are nearly all.
_CHARACTER_REFERENCE = re.compile(
    rb"&#(?!0?(?:3[2-9]|[4-9]\d|[1-9]\d{2,3})(?!\d)"
    rb"|[xX](?:[2-9a-fA-F][0-9a-fA-F]|[1-9a-cA-C][0-9a-fA-F]{3})(?![0-9a-fA-F]))"
    rb"(?:[xX]0*([0-9a-fA-F]{1,6})|0*([0-9]{1,7}))(?![0-9a-fA-F]);?"
)

_SKIPPED = re.compile(r"<!--|<(script|style|svg)\b[^>]*>", re.IGNORECASE)
_CLOSE = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style", "svg")}
_KEPT_SCRIPT = re.compile(r"ld\s*\+\s*json|__NEXT_DATA__", re.IGNORECASE)
# Elements that only group; cut where a page nests them beyond what the parser takes.
_WRAPPER = re.compile(
    rb"</?(?:div|span|section|font|center|b|i|em|strong|table|tbody|tr|td)\b[^<>]*>", re.IGNORECASE
)
_END_OF_PAGE = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
# The parser compares each attribute of an element with all others of it: 100,000 take minutes.
_LONG = 10_000
_LONG_TAG = re.compile(rf"<([a-zA-Z][a-zA-Z0-9]*)[^<>]{{{_LONG},}}>?")
_MAX_ATTRIBUTES = 500
MAX_SCRIPT = 2_000_000
MAX_PAGE = 30_000_000

_PARSER = HTMLParser(
    encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True,
    collect_ids=False,
)  # fmt: skip
# One class for all elements, looked up in C: lxml.html's own lookup asks Python for each element
# whether it is a form or an input, which nobody here needs, in this tree and each copy of it.
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))


@dataclass(frozen=True, slots=True)
class Script:
    """A data block of the page (JSON-LD, Next.js data), taken out before the parse."""

    attributes: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page without scripts, styles, drawings and comments, and its data blocks.

    ``cut``: the page is larger than what is read of one; its end is missing.
    """

    tree: HtmlElement
    scripts: tuple[Script, ...]
    encoding: str
    cut: bool = False


def decode(body: bytes, content_type: str | None) -> tuple[str, str]:
    """Give (text, encoding): byte order mark, header, meta element, then the bytes themselves.

    A label is overruled where the bytes disprove it: valid UTF-8 under another label, or
    bytes that are not UTF-8 under that label. Undecodable bytes become U+FFFD.
    """
    encoding, bom = read_bom(body)
    if encoding and bom is not None:
        return body[len(bom) :].decode(encoding, "replace"), encoding
    encoding = _label(http_content_type_encoding(content_type), body) or _label(
        html_body_declared_encoding(body[:4096]), body
    )
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        # A page that was saved, or sent on, in UTF-8 and still names the encoding it had.
        is_wide = encoding and encoding != "utf-8" and not _SINGLE_BYTE.match(encoding)
        if not is_wide or len(body) - len(text) >= _BEYOND_CHANCE:
            return text, "utf-8"
    if encoding and encoding != "utf-8":
        return body.decode(encoding, "replace"), encoding
    if encoding and _mostly_utf8(body):
        return body.decode("utf-8", "replace"), "utf-8"
    encoding = _sniff(body)
    return body.decode(encoding, "replace"), encoding


def _label(label: str | None, body: bytes) -> str | None:
    """The encoding that a label names; None where it names none, or none that this can be."""
    encoding = resolve_encoding(label) if label else None
    if encoding is None or not _CHARSETS.match(encoding):
        return None
    # Mark-up in UTF-16 is every other byte NUL; browsers take such a label for UTF-8.
    return None if encoding.startswith("utf-16") and b"\0" not in body[:1024] else encoding


def _mostly_utf8(body: bytes) -> bool:
    """Whether a few broken bytes, not another encoding, keep the bytes from being UTF-8."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 10 <= sum(1 for char in text if char > "\x7f")


def _sniff(body: bytes) -> str:
    """Guess the encoding of undeclared bytes that are not UTF-8: kana, language, letters."""
    match = _LANG.search(body[:4096])
    language = match.group(1).decode("ascii").lower() if match else ""
    legacy = _LEGACY_BY_LANGUAGE.get(language) or _LEGACY_BY_LANGUAGE.get(language[:2])
    if language[:2] == "ja" or not legacy:
        for encoding in ("euc_jp", "cp932"):
            if _has_kana(body, encoding):
                return encoding
    if legacy:
        return legacy
    high = sum(1 for byte in body if byte >= 0xC0)
    letters = sum(1 for byte in body if 0x61 <= byte <= 0x7A)
    return "cp1251" if high * 3 > letters else "cp1252"


def _has_kana(body: bytes, encoding: str) -> bool:
    text = body.decode(encoding, "replace")
    kana = sum(1 for char in text if "\u3041" <= char <= "\u30fe")
    return kana > 20 and kana > 5 * text.count("\ufffd")


def parse(text: str, encoding: str) -> Document | None:
    """Parse decoded HTML once; None where it holds no element at all."""
    whole, scripts = _take_out_scripts(text[:MAX_PAGE])
    text, cut = within_bounds(whole)
    if "<" not in text:
        return None
    if _has_long_tag(text):
        text = _LONG_TAG.sub(_bare_if_crowded, text)
    data = _CHARACTER_REFERENCE.sub(_checked_reference, _without_forbidden(text))
    if _goes_on(data):
        data = _END_OF_PAGE.sub(b"", data)
    tree = _tree(data)
    last = _PARSER.error_log.last_error
    if last is not None and last.type_name == "ERR_RESOURCE_LIMIT":
        # Deeper than libxml2 goes: the rest of the page would be lost without a word.
        tree = _tree(_WRAPPER.sub(b" ", data))
    return None if tree is None else Document(tree, tuple(scripts), encoding, cut)


def _goes_on(data: bytes) -> bool:
    """Whether elements stand behind the end of the page, where browsers go on and libxml2 stops."""
    ends = (place for tag in (b"</html", b"</HTML") if (place := data.find(tag)) >= 0)
    return data.rfind(b"<") > min(ends, default=len(data))


def _tree(data: bytes) -> HtmlElement | None:
    try:
        return document_fromstring(data, parser=_PARSER)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _take_out_scripts(text: str) -> tuple[str, list[Script]]:
    """Cut scripts, styles, drawings and comments; keep the data blocks up to a size.

    One pass over the text, so that a page of unclosed elements costs no more than another. They
    are most bytes of a news page, and an inline script above 10 MB stops libxml2.
    """
    kept: list[str] = []
    scripts: list[Script] = []
    position = 0
    while match := _SKIPPED.search(text, position):
        name = (match.group(1) or "").lower()
        if name:
            close = _CLOSE[name].search(text, match.end())
            end, inner_end = (close.end(), close.start()) if close else (-1, -1)
        else:
            inner_end = text.find("-->", match.end() - 2)
            end = inner_end + 3 if inner_end >= 0 else -1
        if end < 0:
            break
        kept.append(text[position : match.start()])
        if name == "script" and _KEPT_SCRIPT.search(match.group(0)):
            scripts.append(Script(match.group(0), text[match.end() : inner_end][:MAX_SCRIPT]))
        position = end
    kept.append(text[position:])
    return "".join(kept), scripts


def _without_forbidden(text: str) -> bytes:
    """As bytes: a tenth of the time that the pattern takes on characters."""
    return _NO_CHARACTER.sub(b"", text.encode("utf-8", "ignore").translate(None, _CONTROLS))


def _has_long_tag(text: str) -> bool:
    """Whether more than ``_LONG`` characters stand without a ``<``; looks at few of them."""
    start, end = 0, len(text)
    while end - start > _LONG:
        following = text.rfind("<", start, start + _LONG + 1)
        if following < 0:
            return True
        start = following + 1
    return False


def _bare_if_crowded(match: re.Match[str]) -> str:
    """A tag without its attributes where they are too many to be a page's."""
    tag = match.group(0)
    return f"<{match.group(1)}>" if len(tag.split()) > _MAX_ATTRIBUTES else tag


def _checked_reference(match: re.Match[bytes]) -> bytes:
    """Drop a numeric character reference to what XML cannot hold; leave every other one."""
    code = int(match.group(1), 16) if match.group(1) else int(match.group(2))
    if code > 0x10FFFF or (code < 0x110000 and _FORBIDDEN.match(chr(code))):
        return b""
    return match.group(0)
