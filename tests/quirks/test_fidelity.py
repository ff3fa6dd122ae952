"""Every quirk, crawled with ``scrapy crawl``: the archive against the server's log, to the byte."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

import pytest

from tests.quirks.captures import Captured, Pair
from tests.quirks.connections import FIRST_TLS_PORT, LONE_PORT, TLS_PORTS
from tests.quirks.crawl import QUIRKS, Crawl
from tests.quirks.origin import Exchange
from tests.quirks.quirk import HANG, Quirk


def both(pair: Pair) -> tuple[Exchange, Captured]:
    assert pair.exchange is not None
    assert pair.captured is not None
    return pair.exchange, pair.captured


def of_quirk(crawl: Crawl, quirk: Quirk) -> list[tuple[Exchange, Captured]]:
    return [both(p) for p in crawl.pairs if p.exchange and p.exchange.quirk is quirk]


def digest(data: bytes) -> str:
    raw = hashlib.sha1(data, usedforsecurity=False).digest()
    return f"sha1:{base64.b32encode(raw).decode()}"


each_quirk = pytest.mark.parametrize("quirk", QUIRKS, ids=[quirk.name for quirk in QUIRKS])


def test_there_are_enough_quirks_and_each_is_there_once() -> None:
    assert len({quirk.name for quirk in QUIRKS}) == len(QUIRKS) >= 60


def test_every_exchange_has_one_capture_with_the_very_request(crawl: Crawl) -> None:
    assert [pair.name for pair in crawl.pairs if pair.captured is None] == []  # B01


def test_no_capture_is_without_an_exchange(crawl: Crawl) -> None:
    assert [pair.name for pair in crawl.pairs if pair.exchange is None] == []  # B03


@each_quirk
def test_it_is_asked_as_often_as_it_says(crawl: Crawl, quirk: Quirk) -> None:
    asked = [exchange for exchange in crawl.origin.log if exchange.quirk is quirk]
    # Twisted repeats by itself what got no answer at all on a connection that was kept.
    repeatable = [e for e in asked if not e.sent] if quirk.answers[0][0] is not HANG else []
    assert quirk.exchanges in range(len(asked) - len(repeatable) // 2, len(asked) + 1)


@each_quirk
def test_the_answer_is_archived_to_the_byte(crawl: Crawl, quirk: Quirk) -> None:
    for exchange, captured in of_quirk(crawl, quirk):  # B02
        sent = bytes(exchange.sent)
        if captured.truncated or is_revisit(captured):
            assert sent.startswith(captured.answer)
        else:
            assert captured.answer == sent


def is_revisit(captured: Captured) -> bool:
    return captured.final is not None and captured.final["WARC-Type"] == "revisit"


@each_quirk
def test_what_is_no_response_is_kept_apart(crawl: Crawl, quirk: Quirk) -> None:
    for exchange, captured in of_quirk(crawl, quirk):
        if not exchange.sent and quirk.archived == "response":
            continue  # the stale connection, closed without an answer
        assert (captured.final is not None) == (quirk.archived == "response")  # B06
        assert len(captured.metadata["interim-response"]) == quirk.interims  # B05
        assert captured.bytes_of("surplus-bytes") == quirk.surplus


@each_quirk
def test_what_was_cut_short_says_why(crawl: Crawl, quirk: Quirk) -> None:
    for exchange, captured in of_quirk(crawl, quirk):  # B09
        was_stale = not exchange.sent and quirk.name == "stale"
        assert captured.truncated == ("disconnect" if was_stale else quirk.truncated)


@each_quirk
def test_the_payload_digest_is_of_the_entity(crawl: Crawl, quirk: Quirk) -> None:
    for exchange, captured in of_quirk(crawl, quirk):  # B04
        final = captured.final
        if final is None or captured.truncated or final_status(exchange) in (b"304", b"503"):
            continue
        assert final["WARC-Payload-Digest"] == digest(quirk.entity)


def final_status(exchange: Exchange) -> bytes:
    return bytes(exchange.sent).split(b" ", 2)[1]


def test_a_payload_that_came_before_is_a_revisit_of_the_record_that_has_it(crawl: Crawl) -> None:
    by_id = {
        pair.captured.final["WARC-Record-ID"]: pair.captured.final
        for pair in crawl.pairs
        if pair.captured and pair.captured.final
    }
    revisits = [r for r in by_id.values() if r["WARC-Type"] == "revisit" and "WARC-Refers-To" in r]
    assert len(revisits) > 5
    for revisit in revisits:
        original = by_id[revisit["WARC-Refers-To"]]
        assert original["WARC-Type"] == "response"
        assert original["WARC-Payload-Digest"] == revisit["WARC-Payload-Digest"]


@each_quirk
def test_the_date_lies_within_the_exchange(crawl: Crawl, quirk: Quirk) -> None:
    for exchange, captured in of_quirk(crawl, quirk):  # B08
        at = datetime.fromisoformat(captured.request["WARC-Date"]).timestamp()
        assert exchange.ended_at is not None
        # The connection's first exchange may come long after it was accepted.
        assert exchange.accepted_at - 5 <= at <= exchange.ended_at + 1


@pytest.mark.parametrize("number", range(len(TLS_PORTS)), ids=[port.iana for port in TLS_PORTS])
def test_tls_is_what_the_server_negotiated(crawl: Crawl, number: int) -> None:
    port = TLS_PORTS[number]
    quirks = [q for q in QUIRKS if q.port == FIRST_TLS_PORT + number]
    for exchange, captured in (both_of for q in quirks for both_of in of_quirk(crawl, q)):
        version = "1.3" if port.version.name == "TLSv1_3" else "1.2"  # B07
        assert exchange.tls == (f"TLSv{version}", port.suite or port.iana)
        for record in (captured.request, captured.final):
            assert record is not None
            assert record.all("WARC-Protocol") == ["http/1.1", f"tls/{version}"]
            assert record["WARC-Cipher-Suite"] == port.iana


def test_fifty_exchanges_on_one_connection_are_not_mixed_up(crawl: Crawl) -> None:
    kept = [q for q in QUIRKS if q.port == LONE_PORT and q.name != "stale"]
    exchanges = [exchange for q in kept for exchange, _ in of_quirk(crawl, q)]
    assert len(exchanges) == 50  # D05
    assert len({exchange.connection for exchange in exchanges}) == 1


def test_what_comes_unasked_behind_an_answer_is_never_taken_for_another(crawl: Crawl) -> None:
    used_again = []
    for quirk in (q for q in QUIRKS if q.surplus):
        [(exchange, _)] = of_quirk(crawl, quirk)
        same = [e for e in crawl.origin.log if e.connection == exchange.connection]
        if same[-1] is not exchange:
            used_again.append(quirk.name)
    assert used_again == []


@each_quirk
def test_the_spider_gets_what_a_browser_would_show(crawl: Crawl, quirk: Quirk) -> None:
    if not quirk.asked:
        return
    got = crawl.got[quirk.name]
    assert got.get("status") == quirk.delivered, got
    if quirk.delivered == 200:
        expected = quirk.entity if quirk.decoded is None else quirk.decoded
        assert got["sha1"] == hashlib.sha1(expected, usedforsecurity=False).hexdigest()


@each_quirk
def test_the_pointer_that_the_spider_gets_is_to_its_own_answer(crawl: Crawl, quirk: Quirk) -> None:
    got = crawl.got.get(quirk.name, {})
    if "record_id" not in got:
        return  # not asked, or not delivered
    by_id = {
        p.captured.final["WARC-Record-ID"]: p
        for p in crawl.pairs
        if p.captured and p.captured.final
    }
    exchange, captured = both(by_id[f"<{got['record_id']}>"])  # D10, X04
    assert captured.request["WARC-Target-URI"] == got["url"].partition("#")[0]
    assert final_status(exchange) != b"503"


def facts_of(captured: Captured) -> dict[str, str]:
    lines = captured.bytes_of("fetch-facts").decode("ascii").splitlines()
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}


def test_facts_tell_when_the_first_and_the_last_byte_came(crawl: Crawl) -> None:
    [drip] = [quirk for quirk in QUIRKS if quirk.name == "drip"]
    [(exchange, captured)] = of_quirk(crawl, drip)
    facts = facts_of(captured)
    pauses = len(exchange.sent) // 3 * 10  # milliseconds that the server slept
    assert int(facts["fetchTimeMs"]) - int(facts["firstByteMs"]) >= pauses * 0.8


def test_facts_tell_the_time_to_connect_only_of_new_connections(crawl: Crawl) -> None:
    def connected(prefix: str) -> list[bool]:
        quirks = [quirk for quirk in QUIRKS if quirk.name.startswith(prefix)]
        kept = [captured for quirk in quirks for _, captured in of_quirk(crawl, quirk)]
        return ["connectTimeMs" in facts_of(captured) for captured in kept]

    assert connected("kept-").count(True) <= 1
    assert True in connected("tls-")  # whichever was the first at its port


def test_facts_count_the_retries(crawl: Crawl) -> None:
    retried = [quirk for quirk in QUIRKS if quirk.name in ("server-error", "hang-in-body", "stale")]
    for quirk in retried:
        told = [facts_of(captured).get("retries", "0") for _, captured in of_quirk(crawl, quirk)]
        assert told == ["0", "1"]


def test_facts_tell_that_an_incomplete_answer_was_delivered_all_the_same(crawl: Crawl) -> None:
    told = {
        quirk.name
        for quirk in QUIRKS
        for _, captured in of_quirk(crawl, quirk)
        if facts_of(captured).get("delivered") == "incomplete"
    }
    assert told == {"tls-open-ended-dropped", "stopped-by-a-signal"}
