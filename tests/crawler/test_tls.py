"""Certificates: verified unless the source opts out, and captured to the byte either way."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.certificates import write_self_signed
from tests.quirks.connections import tls_contexts
from tests.quirks.origin import Origin
from tests.quirks.quirk import framed
from tests.running import FAST, answers_of, lines_of, manifest_of, records_of, scrapy
from tests.spiders.test_news import feed, page, xml
from tests.wire import WireServer, plain


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    write_self_signed(path, "paper.example", ec.generate_private_key(ec.SECP256R1()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def crawl(context: ssl.SSLContext, root: Path, verify: str) -> tuple[int, WireServer]:
    routes = {"/a": plain(page("The lock gate is mended", "lock"))}
    with WireServer(routes, tls=context) as server:
        routes["/feed"] = xml(feed(server.base, ("/a", "2026-01-01T00:00:00Z")))
        sources = root / "sources.toml"
        sources.write_text(
            f'[[source]]\nid = "p"\nname = "P"\nhome = "{server.base}/"\n{verify}\n'
            f'feeds = ["{server.base}/feed"]\n'
        )
        run = ("-a", f"sources={sources}", "-s", f"OUTPUT_DIR={root / 'out'}", *FAST)
        return scrapy("crawl", "news", *run, "-s", "RETRY_TIMES=0").returncode, server


def test_a_certificate_that_nobody_vouches_for_is_refused(
    self_signed: ssl.SSLContext, tmp_path: Path
) -> None:
    exit_code, server = crawl(self_signed, tmp_path, "")
    assert exit_code == 4
    assert server.log == []
    assert list(manifest_of(tmp_path / "out")["failed"]) == ["listing_robots_unreachable"]
    assert records_of(tmp_path / "out") == []


def test_a_certificate_of_another_host_is_refused_before_a_request_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [context, *_] = tls_contexts(tmp_path)
    # Vouched for, but not for this host: that shows only when the handshake is done.
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ec.pem"))
    with Origin([framed("plain")], [context]) as origin:
        page = ("-a", f"url={origin.ports[0].base}/plain", "-s", f"OUTPUT_DIR={tmp_path / 'out'}")
        done = scrapy(
            "crawl", "urls", *page, *FAST, "-s", "RETRY_TIMES=0", "-s", "ROBOTSTXT_OBEY=0"
        )
    assert done.returncode == 4, done.stderr
    assert origin.log == []
    assert records_of(tmp_path / "out") == []


def test_a_source_may_opt_out_and_its_lines_say_so(
    self_signed: ssl.SSLContext, tmp_path: Path
) -> None:
    exit_code, server = crawl(self_signed, tmp_path, "verify_tls = false")
    assert exit_code == 0
    [line] = lines_of(tmp_path / "out")
    assert line["tls_verified"] is False
    records = records_of(tmp_path / "out")
    requests = [block for kind, _, block in records if kind == "request"]
    responses = answers_of(tmp_path / "out")
    assert sorted(requests) == sorted(entry.request for entry in server.log)
    assert sorted(block for _, block in responses) == sorted(e.response for e in server.log)
    for headers, _ in responses:
        assert headers["WARC-Cipher-Suite"].startswith("TLS_")


@pytest.mark.parametrize(
    ("verify", "told"), [("", []), ("verify_tls = false", [False])], ids=["verified", "opted-out"]
)
def test_a_redirect_from_http_to_https_is_verified_as_a_link_is(
    self_signed: ssl.SSLContext, tmp_path: Path, verify: str, told: list[bool]
) -> None:
    story = plain(page("The lock gate is mended", "lock"))
    with WireServer({"/a": story}, tls=self_signed) as secure, WireServer({}) as server:
        server.routes = {
            "/a": plain(b"", b"Location: " + secure.base.encode() + b"/a", status=b"301 Moved"),
            "/feed": xml(feed(server.base, ("/a", "2026-01-01T00:00:00Z"))),
        }
        sources = tmp_path / "sources.toml"
        sources.write_text(
            f'[[source]]\nid = "p"\nname = "P"\nhome = "{server.base}/"\n{verify}\n'
            f'feeds = ["{server.base}/feed"]\n'
        )
        run = ("-a", f"sources={sources}", "-s", f"OUTPUT_DIR={tmp_path / 'out'}", *FAST)
        scrapy("crawl", "news", *run, "-s", "RETRY_TIMES=0")
    assert [line["tls_verified"] for line in lines_of(tmp_path / "out")] == told
    assert bool(secure.log) is bool(told)


def test_two_hosts_that_redirect_to_each_other_over_tls_and_not_are_left(
    self_signed: ssl.SSLContext, tmp_path: Path
) -> None:
    with WireServer({}, tls=self_signed) as secure, WireServer({}) as server:
        there, back = (f"Location: {at.base}/a".encode() for at in (secure, server))
        server.routes = {"/a": plain(b"", there, status=b"302 Found")}
        secure.routes = {"/a": plain(b"", back, status=b"302 Found")}
        run = ("-a", f"url={server.base}/a", "-s", f"OUTPUT_DIR={tmp_path / 'out'}", *FAST)
        scrapy("crawl", "urls", *run, "-s", "DOWNLOAD_VERIFY_CERTIFICATES=0")
    assert manifest_of(tmp_path / "out")["failed"] == {"too_many_redirects": 1}
    assert secure.paths().count("/a") + server.paths().count("/a") == 6
