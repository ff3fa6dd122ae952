"""HTTP/1.1 as a news site speaks it: keep-alive, validators, content coding, chunks, cookies."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, cast

from crawler.demo.resource import Resource

if TYPE_CHECKING:
    from crawler.demo.listener import Listener

_CHUNK = 2048


@dataclass(frozen=True, slots=True)
class Served:
    """One line of the server's log."""

    outlet: str
    method: str
    path: str
    status: int
    edition: int


class NewsHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from the outlet's resources; anything else is 501."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60  # seconds that an idle keep-alive connection may last

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def version_string(self) -> str:
        return self._listener.outlet.wire.software

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        edition = self._listener.edition
        entry = Served(self._listener.outlet.id, self.command or "", self.path, int(code), edition)
        self._listener.log.append(entry)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr: the log is ``DemoServer.log``."""

    @property
    def _listener(self) -> Listener:
        return cast("Listener", self.server)

    def _answer(self) -> None:
        resource = self._listener.find(self.path)
        wire = self._listener.outlet.wire
        zipped = (
            wire.gzip and resource.compressible and _wants_gzip(self.headers["Accept-Encoding"])
        )
        etag = f'{"W/" if wire.weak_etag else ""}"{resource.digest}{"-gzip" if zipped else ""}"'
        if resource.status == 200 and self._is_fresh(resource, etag):
            self.send_response(304)
            self._send_validators(resource, etag)
            self.end_headers()
            return
        body = gzip.compress(resource.body, mtime=0) if zipped else resource.body
        self.send_response(resource.status)
        self.send_header("Content-Type", resource.content_type)
        if resource.status == 200:
            self._send_validators(resource, etag)
        if resource.location:
            self.send_header("Location", resource.location)
        if zipped:
            self.send_header("Content-Encoding", "gzip")
        if wire.cookie:
            self.send_header("Set-Cookie", wire.cookie)
        self._send_body(body, chunked=wire.chunked and resource.status == 200)

    def _send_validators(self, resource: Resource, etag: str) -> None:
        self.send_header("ETag", etag)
        if resource.modified:
            stamp = format_datetime(resource.modified.astimezone(UTC), usegmt=True)
            self.send_header("Last-Modified", stamp)
        self.send_header("Cache-Control", "max-age=60")
        if self._listener.outlet.wire.gzip:
            self.send_header("Vary", "Accept-Encoding")

    def _send_body(self, body: bytes, *, chunked: bool) -> None:
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
            pieces = [body[i : i + _CHUNK] for i in range(0, len(body), _CHUNK)]
            body = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _is_fresh(self, resource: Resource, etag: str) -> bool:
        """RFC 9110 section 13.2.2: If-Modified-Since counts only without If-None-Match."""
        wanted = self.headers["If-None-Match"]
        if wanted is not None:
            tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
            return "*" in tags or etag.removeprefix("W/") in tags
        since = _http_date(self.headers["If-Modified-Since"])
        return since is not None and resource.modified is not None and resource.modified <= since


def _wants_gzip(accept: str | None) -> bool:
    for part in (accept or "").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0")
    return False


def _http_date(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
