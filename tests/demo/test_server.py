"""The server speaks HTTP as news sites do."""

from __future__ import annotations

import gzip
import threading
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from itertools import pairwise

import pytest

from crawler.demo import DemoServer, PortInUseError, Served, start
from crawler.demo import server as server_module
from crawler.demo.outlets import OUTLET_IDS
from tests.demo.conftest import request


@pytest.mark.parametrize("outlet", OUTLET_IDS)
def test_each_outlet_answers(server: DemoServer, outlet: str) -> None:
    answer, body = request(server.bases[outlet] + "/")
    assert answer.status == 200
    assert b"</html>" in body


@pytest.mark.parametrize("outlet", OUTLET_IDS)
def test_etag_brings_304(server: DemoServer, outlet: str) -> None:
    url = next(story.url for story in server.expected(1) if story.source_id == outlet)
    first, _ = request(url, Accept_Encoding="gzip")
    again, body = request(url, Accept_Encoding="gzip", If_None_Match=first.headers["ETag"])
    assert (again.status, body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_last_modified_brings_304(server: DemoServer) -> None:
    url = server.bases["lauter"] + "/feed/atom.xml"
    first, _ = request(url)
    again, _ = request(url, If_Modified_Since=first.headers["Last-Modified"])
    older, _ = request(url, If_Modified_Since="Thu, 01 Jan 2026 00:00:00 GMT")
    assert (again.status, older.status) == (304, 200)
    assert parsedate_to_datetime(first.headers["Last-Modified"]).year == 2026


def test_if_none_match_outranks_if_modified_since(server: DemoServer) -> None:
    url = server.bases["lauter"] + "/feed/atom.xml"
    first, _ = request(url)
    since = first.headers["Last-Modified"]
    answer, _ = request(url, If_None_Match='"other"', If_Modified_Since=since)
    assert answer.status == 200


def test_gzip_only_when_asked(server: DemoServer) -> None:
    url = server.bases["kestrel"] + "/feed/"
    plain, plain_body = request(url)
    zipped, zipped_body = request(url, Accept_Encoding="br, gzip;q=0.8")
    refused, _ = request(url, Accept_Encoding="gzip;q=0")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped_body) == plain_body
    assert plain.headers["Content-Encoding"] is refused.headers["Content-Encoding"] is None
    assert plain.headers["ETag"] != zipped.headers["ETag"]


def test_one_outlet_sends_chunks(server: DemoServer) -> None:
    answer, body = request(server.bases["coolabar"] + "/feed.json")
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.headers["Content-Length"] is None
    assert body.endswith(b"}\n")


def test_one_outlet_sets_a_cookie(server: DemoServer) -> None:
    answer, _ = request(server.bases["meridian"] + "/")
    assert answer.headers["Set-Cookie"].startswith("meter=1")


@pytest.mark.parametrize("outlet", OUTLET_IDS)
def test_head_has_the_header_of_get_without_a_body(server: DemoServer, outlet: str) -> None:
    get, _ = request(server.bases[outlet] + "/")
    head, body = request(server.bases[outlet] + "/", "HEAD")
    names = ("ETag", "Content-Length", "Transfer-Encoding", "Content-Type")
    assert [head.headers[n] for n in names] == [get.headers[n] for n in names]
    assert body == b""


def test_one_connection_serves_many_requests(server: DemoServer) -> None:
    connection = HTTPConnection(server.bases["kestrel"].removeprefix("http://"), timeout=10)
    sockets = []
    for path in ("/", "/feed/", "/nothing-of-the-kind/", "/robots.txt"):
        connection.request("GET", path)
        connection.getresponse().read()
        sockets.append(connection.sock)
    connection.close()
    assert sockets[0] is not None
    assert all(one is other for one, other in pairwise(sockets))


def test_short_link_redirects_to_the_story(server: DemoServer) -> None:
    answer, _ = request(server.bases["kestrel"] + "/?p=4105")
    assert answer.status == 301
    assert answer.headers["Location"] in {story.url for story in server.expected(1)}


def test_unknown_path_is_404(server: DemoServer) -> None:
    answer, body = request(server.bases["thornby"] + "/news/no-such-story.html")
    assert answer.status == 404
    assert b"Page not found" in body


def test_log_names_outlet_path_status_and_edition(server: DemoServer) -> None:
    request(server.bases["sahil"] + "/article/1?x=y")
    assert server.log[-1] == Served("sahil", "GET", "/article/1?x=y", 404, 1)


def test_port_in_use_is_one_clear_line(server: DemoServer) -> None:
    port = int(server.bases["kestrel"].rpartition(":")[2])
    with pytest.raises(PortInUseError) as caught:
        start(port=port)
    message = str(caught.value)
    assert f":{port} is in use" in message
    assert "\n" not in message


def test_system_with_one_address_gets_a_port_an_outlet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "_has_address", lambda host: host == "127.0.0.1")
    with start(port=0) as server:
        assert len(set(server.bases.values())) == len(OUTLET_IDS)
        assert {base.rpartition(":")[0] for base in server.bases.values()} == {"http://127.0.0.1"}
        assert {request(base + "/")[0].status for base in server.bases.values()} == {200}


def test_stop_ends_idle_connections_and_their_threads() -> None:
    before = set(threading.enumerate())
    server = start(port=0)
    connection = HTTPConnection(server.bases["kestrel"].removeprefix("http://"), timeout=10)
    connection.request("GET", "/robots.txt")
    connection.getresponse().read()
    server.stop()
    server.stop()
    server.wait()
    connection.close()
    assert not set(threading.enumerate()) - before


def test_edition_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="edition 9 does not exist"):
        DemoServer(edition=9)
