"""Captures through a proxy, over plain HTTP and through a tunnel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crawler.proxy import Proxy
from tests.quirks.connections import tls_contexts
from tests.quirks.origin import Origin
from tests.quirks.quirk import framed
from tests.running import FAST, records_of, scrapy


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Origin, Proxy, Path]:
    root = tmp_path_factory.mktemp("proxy")
    quirks = (framed("plain"), framed("tunnelled"))
    contexts = [None, tls_contexts(root)[0]]
    with (
        Origin(quirks, contexts) as origin,
        Proxy() as proxy,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in ("http_proxy", "https_proxy"):
            patch.setenv(name, proxy.url)
        patch.delenv("no_proxy", raising=False)
        plain, tls = (port.base for port in origin.ports)
        pages = root / "pages.txt"
        no_tls = plain.replace("http:", "https:")  # the handshake will fail within the tunnel
        pages.write_text(f"{plain}/plain\n{tls}/tunnelled\n{no_tls}/never-sent\n")
        options = {
            "OUTPUT_DIR": root / "out",
            "DOWNLOAD_VERIFY_CERTIFICATES": 0,
            "ROBOTSTXT_OBEY": 0,
            "RETRY_TIMES": 0,
            "DOWNLOAD_TIMEOUT": 10,
        }
        settings = [part for pair in options.items() for part in ("-s", "{}={}".format(*pair))]
        done = scrapy("crawl", "urls", "-a", f"file={pages}", *settings, *FAST)
    assert done.returncode in (0, 3), done.stderr
    return origin, proxy, root / "out"


def test_no_record_names_the_proxy_as_the_origins_address(
    crawled: tuple[Origin, Proxy, Path],
) -> None:
    records = [headers for kind, headers, _ in records_of(crawled[2]) if kind != "warcinfo"]
    assert len(records) == 6
    assert [headers for headers in records if "WARC-IP-Address" in headers] == []  # 5.10


def test_a_tunnelled_exchange_is_archived_as_the_origin_saw_it(
    crawled: tuple[Origin, Proxy, Path],
) -> None:
    origin, _, output = crawled
    [seen] = [e for e in origin.log if b"/tunnelled" in e.request]
    records = records_of(output)
    tunnelled = [r for r in records if r[1].get("WARC-Target-URI", "").endswith("/tunnelled")]
    assert [block for _, _, block in tunnelled] == [seen.request, bytes(seen.sent)]
    for _, headers, _ in tunnelled:
        assert headers["WARC-Cipher-Suite"] == "TLS_AES_256_GCM_SHA384"


def test_a_forwarded_exchange_is_archived_as_it_was_sent_to_the_proxy(
    crawled: tuple[Origin, Proxy, Path],
) -> None:
    origin, proxy, output = crawled
    [sent] = [head for head in proxy.asked if head.startswith(b"GET http://")]
    [seen] = [e for e in origin.log if b"/plain" in e.request]
    blocks = [block for _, _, block in records_of(output)]
    assert sent in blocks
    assert bytes(seen.sent) in blocks


def test_a_request_whose_handshake_failed_in_the_tunnel_was_never_sent(
    crawled: tuple[Origin, Proxy, Path],
) -> None:
    _, proxy, output = crawled
    assert sum(head.startswith(b"CONNECT ") for head in proxy.asked) == 2
    assert [block for _, _, block in records_of(output) if b"never-sent" in block] == []
