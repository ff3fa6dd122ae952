"""The text of an XML document, and its prolog judged before any parser sees it.

Encodings are told as readers tell them, not as labels claim. A document type with definitions is
refused: it is the way of entity bombs and of external entities, and no feed of today needs one.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from w3lib.encoding import http_content_type_encoding, resolve_encoding

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0?\0", "utf-16-le"),  # no mark, but the declaration shows it (XML 1.0 appendix F)
    (b"\0<\0?", "utf-16-be"),
)
# Python has codecs that are no character sets, some of them slow; a label may name only these.
_CHARSETS = re.compile(
    r"(?i:ascii|utf-?8|utf-?16|iso-?8859|iso-?2022|cp\d|koi8|gb|big5|euc|shift_jis|hz|tis|mac|johab)"
)
_DECLARED = re.compile(
    rb"""\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']"""
)
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,300}\?>")
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DOCTYPE = re.compile(r"""(?i:<!DOCTYPE)(?>[^"'\[<>]|"[^"]*"|'[^']*')*+""")
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_SNIFFED = 64 * 1024
_DEFINITIONS = "a document type with definitions is refused"


@dataclass(frozen=True, slots=True)
class XmlText:
    """``text`` in ``encoding`` without declaration and document type.

    ``root`` is the local name of the first element in lower case ("" if there is none);
    ``refusal`` says why it must not be parsed.
    """

    text: str
    encoding: str
    root: str
    refusal: str | None = None


def read_xml(body: bytes, content_type: str | None = None) -> XmlText:
    """Decode ``body`` and judge its prolog."""
    text, encoding = decode(body, content_type)
    text = _DECLARATION.sub("", text, count=1) if text.startswith("<?xml") else text
    start, refusal = _after_prolog(text)
    root = _ROOT.match(text, start)
    kept = text[start:] if root else text
    return XmlText(kept, encoding, root[1].lower() if root else "", refusal)


def sniff_xml(head: bytes) -> XmlText:
    """The same for the first bytes of a document, where only the judgement counts."""
    cut = head[:_SNIFFED]
    # Not within a character: up to the last tag that is whole.
    return read_xml(cut[: cut.rfind(b">") + 1] or cut)


def decode(body: bytes, content_type: str | None) -> tuple[str, str]:
    """``body`` as text without mark, leading space and characters that XML forbids; the encoding.

    Valid UTF-8 that is not plain ASCII is UTF-8 whatever the labels say; else the first label that
    fits (Content-Type, XML declaration); else Windows-1252.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _tidy(body.decode(encoding, "replace")), encoding
    labels = [http_content_type_encoding(content_type), _xml_label(body)]
    known = [name for label in labels if label and (name := _charset(label))]
    if b"\0" not in body:  # in UTF-16 every other byte of an element's name is one
        known = [name for name in known if not name.startswith("utf-16")]
    for encoding in [*known, "utf-8"] if body.isascii() else ["utf-8", *known]:
        try:
            return _tidy(body.decode(encoding)), encoding
        except (UnicodeDecodeError, LookupError):
            continue
    last = _likelier(body, next((name for name in known if name != "utf-8"), "cp1252"))
    return _tidy(body.decode(last, "replace")), last


def _likelier(body: bytes, other: str) -> str:
    """UTF-8 with a few broken bytes, or ``other``: by how many bytes make sense as UTF-8."""
    broken = body.decode("utf-8", "replace").count("\ufffd")
    whole = len(body.decode("utf-8", "ignore").encode("ascii", "ignore"))
    readable = len(body.decode("utf-8", "ignore")) - whole
    return "utf-8" if readable > broken else other


def _tidy(text: str) -> str:
    return _NOT_XML.sub("", text).lstrip(" \t\r\n\ufeff\u200b\xa0")


def _xml_label(body: bytes) -> str | None:
    found = _DECLARED.match(body)
    return found[1].decode("ascii") if found else None


def _charset(label: str) -> str | None:
    name = resolve_encoding(label)
    return name if name and _CHARSETS.match(name) else None


def _after_prolog(text: str) -> tuple[int, str | None]:
    """Where the first element begins, past comments, instructions and a harmless DOCTYPE."""
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if text.startswith("<!--", at):
            end, length = text.find("-->", at + 4), 3
        elif text.startswith("<?", at):
            end, length = text.find("?>", at + 2), 2
        elif doctype := _DOCTYPE.match(text, at):
            end, length = doctype.end(), 1
            if not text.startswith(">", end):
                return at, _DEFINITIONS
        else:
            # Where no element follows it is no XML, and a lenient parser looks for more.
            hidden = not _ROOT.match(text, at) and _ENTITY.search(text, at)
            return at, _DEFINITIONS if hidden else None
        if end < 0:
            return at, "unclosed comment or instruction"
        at = end + length
