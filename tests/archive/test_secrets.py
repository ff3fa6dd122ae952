"""Secrets stay out of archived requests, and the record says so."""

from __future__ import annotations

from pathlib import Path

from archive.secrets import without_secrets
from tests.archive.raw_warc import raw_records, sha1
from tests.archive.samples import exchange, written_file

SECRET = frozenset({"authorization", "cookie"})
REQUEST = (
    b"POST /a HTTP/1.1\r\nHost: n.example\r\nAUTHORIZATION: Basic abc\r\nCookie: a=1;\r\n b=2\r\n"
    b"X-Cookie: kept\r\n\r\nCookie: in the body"
)
COVERED = (
    b"POST /a HTTP/1.1\r\nHost: n.example\r\nAUTHORIZATION: [redacted]\r\nCookie: [redacted]\r\n"
    b"X-Cookie: kept\r\n\r\nCookie: in the body"
)


def test_values_of_secret_fields_become_the_marker_and_nothing_else_changes() -> None:
    assert without_secrets(REQUEST, SECRET) == (COVERED, ["AUTHORIZATION", "Cookie"])


def test_request_without_secrets_is_as_it_was_sent() -> None:
    plain = b"GET / HTTP/1.1\r\nHost: n.example\r\n\r\n"

    assert without_secrets(plain, SECRET) == (plain, [])


def test_nothing_is_covered_where_nothing_is_secret() -> None:
    assert without_secrets(REQUEST, frozenset()) == (REQUEST, [])


def test_record_names_what_was_covered(tmp_path: Path) -> None:
    request = raw_records(written_file(tmp_path, exchange(request=REQUEST, secret_fields=SECRET)))[
        1
    ]

    assert request["WARC-Redacted"] == "AUTHORIZATION, Cookie"
    assert request.block == COVERED
    assert request["WARC-Block-Digest"] == sha1(COVERED)


def test_user_and_password_of_a_url_are_not_archived(tmp_path: Path) -> None:
    path = written_file(tmp_path, exchange(url="http://user:secret@news.example/a?b=c@d"))

    for record in raw_records(path)[1:]:
        assert record["WARC-Target-URI"] == "http://news.example/a?b=c@d"
