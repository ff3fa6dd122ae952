"""The encoding of a page, as the HTML and Encoding standards have it, and labels that are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.decode import decode

CAFE = "<p>Le caf\u00e9 du quai</p>"
QUAY = "<p>\u041f\u0440\u0438\u0447\u0430\u043b \u043e\u0442\u043a\u0440\u044b\u043b\u0438</p>"
KANA = "<p>" + "\u3053\u306e\u6e2f\u306e" * 20 + "</p>"


def meta(charset: str) -> str:
    return f'<meta charset="{charset}">'


@pytest.mark.parametrize(
    ("body", "declared", "text"),
    [
        pytest.param(CAFE.encode("utf-8-sig"), "text/html; charset=latin-1", CAFE, id="mark-first"),
        pytest.param(
            b"\xff\xfe" + CAFE.encode("utf-16-le"), "text/html; charset=utf-8", CAFE, id="mark-16"
        ),
        pytest.param(
            (meta("utf-8") + QUAY).encode("cp1251"),
            *("text/html; charset=windows-1251", QUAY),
            id="header-before-meta",
        ),
        pytest.param((meta("koi8-r") + QUAY).encode("koi8-r"), "text/html", QUAY, id="meta"),
        pytest.param(
            (meta("gb2312") + "\u9555").encode("gb18030"), "text/html", "\u9555", id="superset"
        ),
        pytest.param(CAFE.encode(), "text/html; charset=iso-8859-1", CAFE, id="utf-8-all-the-same"),
        pytest.param((meta("gbk") + KANA).encode(), "text/html", KANA, id="utf-8-called-gbk"),
        pytest.param((meta("utf-8") + CAFE).encode("cp1252"), "text/html", CAFE, id="not-utf-8"),
        pytest.param(
            b"\x93quay\x94", "text/html; charset=iso-8859-1", "\u201cquay\u201d", id="1252"
        ),
        pytest.param((meta("utf-16") + CAFE).encode(), "text/html", CAFE, id="meta-utf-16"),
        pytest.param(CAFE.encode(), "text/html; charset=utf-16", CAFE, id="header-utf-16"),
        pytest.param(
            CAFE.encode("utf-16-le"), "text/html; charset=utf-16le", CAFE, id="utf-16-unmarked"
        ),
        pytest.param(
            (meta("windows-1251") + QUAY).encode("cp1251"),
            *("text/html; charset=no-such", QUAY),
            id="unknown-then-meta",
        ),
        pytest.param(KANA.encode("euc_jp"), None, KANA, id="sniffed-euc"),
        pytest.param(KANA.encode("cp932"), None, KANA, id="sniffed-sjis"),
        pytest.param(b"<html lang=ru>" + QUAY.encode("cp1251"), None, QUAY, id="by-language"),
        pytest.param(CAFE.encode("cp1252"), None, CAFE, id="western"),
    ],
)
def test_encoding_is_decided_as_by_browsers(body: bytes, declared: str | None, text: str) -> None:
    assert text in decode(body, declared)[0]


@pytest.mark.parametrize(
    "label",
    [
        "undefined",
        "idna",
        "punycode",
        "rot13",
        "zlib",
        "utf-7",
        "utf-32",
        "unicode_escape",
        "cp037",
    ],
)
@pytest.mark.parametrize("place", ["header", "meta"])
def test_a_codec_that_is_no_character_set_is_no_label(label: str, place: str) -> None:
    body = (meta(label if place == "meta" else "utf-8") + CAFE).encode()
    declared = f"text/html; charset={label}" if place == "header" else "text/html"
    assert CAFE in decode(body, declared)[0]


@given(st.binary(max_size=60), st.text(max_size=20))
def test_no_label_makes_it_fail(body: bytes, label: str) -> None:
    assert isinstance(decode(body, f"text/html; charset={label}")[0], str)
