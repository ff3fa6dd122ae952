"""Which records an exchange makes, and what stands in their fields."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.http_message import MAX_INTERIM
from archive.warc_values import target_uri
from tests.archive.raw_warc import RawRecord, raw_records, sha1
from tests.archive.samples import CHUNKED, OK, exchange, writer, written_file

CONTINUE = b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"


def capture(directory: Path, response: bytes = OK, **changes: object) -> list[RawRecord]:
    return raw_records(written_file(directory, exchange(response, **changes)))[1:]


def test_others_are_concurrent_to_the_response_on_the_same_date(tmp_path: Path) -> None:
    *others, response = capture(tmp_path, CONTINUE + OK, facts={"a": "b"})

    assert [record["WARC-Type"] for record in others] == ["request", "metadata", "metadata"]
    assert "WARC-Concurrent-To" not in response
    for record in others:
        assert record["WARC-Concurrent-To"] == response["WARC-Record-ID"]
        assert record["WARC-Date"] == response["WARC-Date"]


def test_every_record_names_the_warcinfo_of_its_file(tmp_path: Path) -> None:
    info, *others = raw_records(written_file(tmp_path, exchange(facts={"a": "b"})))

    assert {r["WARC-Warcinfo-ID"] for r in others} == {info["WARC-Record-ID"]}
    assert "WARC-Warcinfo-ID" not in info


def test_payload_digest_of_chunked_is_of_the_entity_body(tmp_path: Path) -> None:
    _, response = capture(tmp_path, CHUNKED)

    assert response.block == CHUNKED
    assert response["WARC-Payload-Digest"] == sha1(b"hello")
    assert "WARC-Truncated" not in response


def test_only_responses_have_a_payload_digest(tmp_path: Path) -> None:
    records = capture(tmp_path, CONTINUE + OK, facts={"a": "b"})

    assert ["WARC-Payload-Digest" in record for record in records] == [False, False, False, True]


def test_tls_is_told_in_protocol_and_cipher_fields(tmp_path: Path) -> None:
    tls = {"tls_version": "tls/1.3", "tls_cipher": "TLS_AES_128_GCM_SHA256"}
    request, response = capture(tmp_path, OK.replace(b"/1.1", b"/1.0"), **tls)

    assert request.all("WARC-Protocol") == ["http/1.1", "tls/1.3"]
    assert response.all("WARC-Protocol") == ["http/1.0", "tls/1.3"]
    assert response["WARC-Cipher-Suite"] == "TLS_AES_128_GCM_SHA256"


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ("192.0.2.7", ["192.0.2.7"]),
        ("2001:DB8:0:0::1", ["2001:db8::1"]),
        ("fe80::1%eth0", ["fe80::1"]),
        ("news.example", []),
        (None, []),
    ],
    ids=["v4", "v6", "zone", "name", "unknown"],
)
def test_address_is_numeric_and_canonical(
    tmp_path: Path, ip: str | None, expected: list[str]
) -> None:
    for record in capture(tmp_path, ip=ip):
        assert record.all("WARC-IP-Address") == expected


def test_interim_messages_are_kept_apart_byte_for_byte(tmp_path: Path) -> None:
    _, first, second, response = capture(tmp_path, CONTINUE + HINTS + OK)

    assert (first.block, second.block, response.block) == (CONTINUE, HINTS, OK)
    uuid = response["WARC-Record-ID"][10:-1]
    assert first["WARC-Target-URI"] == f"urn:interim-response:{uuid}"
    assert first["Content-Type"] == "application/http; msgtype=response"


def test_endless_interim_messages_are_told_apart_up_to_a_limit(tmp_path: Path) -> None:
    records = capture(tmp_path, CONTINUE * (MAX_INTERIM + 7) + OK, truncated="unspecified")

    *interims, rest, request = records
    assert {record.block for record in interims} == {CONTINUE}
    assert len(interims) == MAX_INTERIM
    assert rest["WARC-Target-URI"].startswith("urn:answer-bytes:")
    assert rest.block == CONTINUE * 7 + OK
    assert request["WARC-Type"] == "request"


def test_what_follows_a_whole_answer_is_kept_apart(tmp_path: Path) -> None:
    _, surplus, response = capture(tmp_path, surplus=b"HTTP/1.1 200 Not asked for\r\n\r\n")

    assert response.block == OK
    assert surplus.block == b"HTTP/1.1 200 Not asked for\r\n\r\n"
    assert surplus["WARC-Target-URI"].startswith("urn:surplus-bytes:")
    assert surplus["WARC-Concurrent-To"] == response["WARC-Record-ID"]


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n",
        b"HTTP/2 200 OK\r\n\r\nhello",
        b"HTTP/1.1 OK\r\n\r\nhello",
        b"HT",
    ],
    ids=["other-protocol", "head-not-whole", "http2-in-text", "no-status", "two-bytes"],
)
def test_bytes_that_are_no_whole_response_are_metadata(tmp_path: Path, answer: bytes) -> None:
    warc = writer(tmp_path)
    written = warc.append(exchange(answer, truncated="disconnect"))
    warc.close()
    _, rest, request = raw_records(next(tmp_path.iterdir()))

    assert written is None
    assert (rest["WARC-Type"], rest.block) == ("metadata", answer)
    assert rest["WARC-Truncated"] == "disconnect"
    assert rest["WARC-Concurrent-To"] == request["WARC-Record-ID"]
    assert (request["WARC-Type"], "WARC-Concurrent-To" in request) == ("request", False)


def test_what_follows_a_switch_of_protocols_is_no_response(tmp_path: Path) -> None:
    interim, rest, request = capture(tmp_path, SWITCH + b"\x81\x05hello")

    assert (interim.block, rest.block) == (SWITCH, b"\x81\x05hello")
    assert request["WARC-Type"] == "request"


def test_no_answer_at_all_is_a_request_and_the_reason(tmp_path: Path) -> None:
    reason, request = capture(tmp_path, b"", truncated="time")

    assert (reason.block, reason["WARC-Truncated"]) == (b"", "time")
    assert "Content-Type" not in reason
    assert request["WARC-Type"] == "request"


def test_truncation_that_is_told_stands_on_the_response(tmp_path: Path) -> None:
    assert capture(tmp_path, truncated="length")[-1]["WARC-Truncated"] == "length"


@pytest.mark.parametrize(
    ("response", "method", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "GET", ["unspecified"]),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "GET", ["unspecified"]),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "HEAD", []),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "GET", []),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", "GET", []),
    ],
    ids=["short", "torn-chunk", "head", "not-modified", "close-delimited"],
)
def test_body_short_of_its_framing_is_marked_even_if_nobody_told(
    tmp_path: Path, response: bytes, method: str, expected: list[str]
) -> None:
    assert capture(tmp_path, response, method=method)[-1].all("WARC-Truncated") == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.example/b?c=d%20e", "http://a.example/b?c=d%20e"),
        ("http://a.example/b#top", "http://a.example/b"),
        ("http://a.example/a|b<c>", "http://a.example/a%7Cb%3Cc%3E"),
        ("http://a.example/é\r\nX: y", "http://a.example/%C3%A9%0D%0AX:%20y"),
    ],
    ids=["as-is", "fragment", "not-of-rfc3986", "forged-line"],
)
def test_target_uri_is_ascii_of_rfc_3986(url: str, expected: str) -> None:
    assert target_uri(url) == expected
    assert re.fullmatch(r"[!-~]+", expected)


def test_record_ids_are_unique_over_captures(tmp_path: Path) -> None:
    records = raw_records(written_file(tmp_path, *(exchange(facts={"a": "b"}) for _ in range(20))))

    assert len({record["WARC-Record-ID"] for record in records}) == len(records) == 61


@pytest.mark.parametrize("body", [b"\n\n\n", b"   <", b" " * 2000], ids=["lines", "tag", "long"])
def test_a_body_of_little_but_space_is_archived(tmp_path: Path, body: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    response = capture(tmp_path, answer)[-1]

    assert response["WARC-Type"] == "response"
    assert response.block == answer
