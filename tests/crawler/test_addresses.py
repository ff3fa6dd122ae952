"""What a site names never leads a crawl into the network that the crawler stands in."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from crawler.addresses import AddressPolicy, read_policy
from crawler.errors import ConfigurationError
from tests.running import FAST, lines_of, manifest_of, scrapy
from tests.wire import Answer, WireServer, plain

INSIDE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "192.0.0.8",
    "198.18.0.1",
    "203.0.113.9",
    "::1",
    "::",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:db8::1",
)


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert "no public address" in str(AddressPolicy().refusal(address, 80))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert AddressPolicy().refusal(address, 443) is None


def test_ports_are_those_of_the_web() -> None:
    assert "port 22" in str(AddressPolicy().refusal("8.8.8.8", 22))


def test_an_allowed_network_is_allowed_at_any_port() -> None:
    policy = read_policy(["127.0.0.0/8"], ["80"])
    assert policy.refusal("127.0.0.1", 34567) is None
    assert policy.refusal("10.0.0.1", 80) is not None


@pytest.mark.parametrize(
    ("allowed", "ports"), [(["10.1.2.3/8"], []), (["intranet"], []), ([], ["http"])]
)
def test_a_setting_that_cannot_be_used_is_refused(allowed: list[str], ports: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="ALLOWED"):
        read_policy(allowed, ports)


def test_such_a_setting_ends_the_run_in_one_line() -> None:
    done = scrapy("crawl", "urls", "-a", "url=http://a.example/", "-s", "ADDRESSES_ALLOWED=moon")
    assert done.returncode == 2
    assert "ADDRESSES_ALLOWED" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_links_and_redirects_do_not_lead_inside(tmp_path: Path) -> None:
    body = b"<html><body><article><h1>A</h1>" + b"<p>The harbour wall was raised.</p>" * 20
    with socket.create_server(("127.0.0.2", 0)) as inside, WireServer({}) as server:
        port = inside.getsockname()[1]
        within = f"http://127.0.0.2:{port}/"
        server.routes = {
            "/good": plain(body),
            "/moved": plain(b"", b"Location: " + within.encode(), status=b"302 Found"),
            "/robots.txt": Answer((b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",)),
        }
        urls = (f"{server.base}/moved", within, f"http://2130706434:{port}/", f"{server.base}/good")
        pages = tmp_path / "pages.txt"
        pages.write_text("\n".join((*urls, f"http://0x7f.2:{port}/", "http://169.254.169.254/")))
        output = tmp_path / "out"
        run = ("-a", f"file={pages}", "-s", f"OUTPUT_DIR={output}", *FAST)
        scrapy("crawl", "urls", *run, "-s", "ADDRESSES_ALLOWED=127.0.0.1/32")
        inside.settimeout(0.1)
        with pytest.raises(TimeoutError):
            inside.accept()
    assert [line["url"] for line in lines_of(output)] == [f"{server.base}/good"]
    assert manifest_of(output)["failed"] == {"address_refused": 5}
