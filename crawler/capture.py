"""HTTP/1.1 that keeps the wire bytes.

It is Scrapy's own HTTP/1.1 handler with a tape on each connection: what was written to and read
from the transport, to the byte, one tape for each exchange. Twisted repeats a request by itself
when a kept-alive connection turns out to be stale; that makes two tapes for one request.

This is the only file that touches private names of Scrapy or Twisted; PRIVATE_NAMES lists them for
the contract test.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHandshakeListener, ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.web._newclient import HEADER, ParseError
from twisted.web._newclient import Request as TxRequest
from twisted.web.client import HTTPConnectionPool
from twisted.web.http import _DataLoss
from twisted.web.http_headers import InvalidHeaderName
from zope.interface import implementer

from archive.http_message import MAX_HEAD, MAX_INTERIM, parse_status_line
from crawler.chunked import Dechunker
from crawler.cipher_suites import iana_name
from crawler.tape import Recorder, Tape, TeeTransport

logger = logging.getLogger(__name__)

PRIVATE_NAMES = {
    "scrapy.core.downloader.handlers.http11": {
        "HTTP11DownloadHandler": ("_pool", "_contextFactory"),
        "_LenientHTTP11ClientFactory": ("buildProtocol",),
        "_LenientHTTP11ClientProtocol": ("request",),
        "_LenientHTTPClientParser": ("lineReceived",),
    },
    "scrapy.core.downloader.contextfactory": {
        "_ScrapyClientContextFactory": ("_verify_certificates",),
    },
    "twisted.web._newclient": {
        "HTTP11ClientProtocol": (
            "_finishResponse",
            "_parser",
            "_quiescentCallback",
            "connectionLost",
            "dataReceived",
        ),
        "HTTPParser": ("_partialHeader", "connHeaders", "headerReceived", "state"),
        "HTTPClientParser": (
            "_transferDecoders",
            "allHeadersReceived",
            "response",
            "statusReceived",
        ),
        "HEADER": (),
        "ParseError": (),
        "Request": ("persistent", "writeTo"),
    },
    "twisted.web.client": {
        "HTTPConnectionPool": ("_factory", "getConnection"),
        "_RetryingHTTP11ClientProtocol": ("_clientProtocol", "_newConnection"),
    },
    "twisted.web.http": {
        "_DataLoss": (),
        "_ChunkedTransferDecoder": ("dataReceived", "noMoreData"),
    },
}


recorder_of_request: ContextVar[Recorder] = ContextVar("recorder")
"""Who is to record what is downloaded in this context."""

# A line costs the reactor ten microseconds, whatever is in it: half a million fit in MAX_HEAD.
_MAX_HEAD_LINES = 10_000

_DIGITS = re.compile(rb"[ \t]*\d+[ \t]*")


_Refused: Any = ParseError  # Twisted has no types for it


class _ChunkedDecoder(Dechunker):
    """Our decoder under the names by which Twisted's parser calls its own."""

    dataReceived = Dechunker.feed

    def noMoreData(self) -> None:
        """Twisted calls this when the connection has ended."""
        if not self.finished:
            raise _DataLoss("chunked coding: not at its end")


class _Parser(_LenientHTTPClientParser):
    """Reads as a response what the archive takes for one, and otherwise what browsers let pass.

    Twisted fails an answer for a line of more than 16 KiB, a field name that is no token, a fold
    where no field is, a Transfer-Encoding other than chunked; and it sets no limit to heads.
    """

    MAX_LENGTH = MAX_HEAD
    _transferDecoders: Any = {b"chunked": _ChunkedDecoder}  # noqa: RUF012 - as Twisted has it
    _head_size = _head_lines = 0
    _interims = 0

    def lineReceived(self, line: bytes) -> None:
        self._head_size += len(line) + 1
        self._head_lines += 1
        if self._head_size > MAX_HEAD or self._head_lines > _MAX_HEAD_LINES:
            raise _Refused("the head is too long", line[:80])
        if self.state == HEADER and self._partialHeader is None and line[:1] in (b" ", b"\t"):
            return
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        raise _Refused("a line is too long", line[:80])

    def statusReceived(self, status: bytes) -> None:
        parsed = parse_status_line(status + b"\n")
        if parsed is None:
            raise _Refused("no status line", status[:80])
        version, code, reason = parsed
        super().statusReceived(f"HTTP/{version} {code:03d} {reason}".encode("latin-1"))  # type: ignore[no-untyped-call]

    def headerReceived(self, name: bytes, value: bytes) -> None:
        try:
            super().headerReceived(name.strip(), value)  # type: ignore[no-untyped-call]
        except InvalidHeaderName:
            logger.debug("Passing over a header whose name is no token: %r", name[:80])

    def allHeadersReceived(self) -> None:
        if 100 <= self.response.code < 200:
            self._interims += 1
            if self._interims > MAX_INTERIM:
                raise _Refused("too many interim messages", b"")
        else:
            self._settle_framing()
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def _settle_framing(self) -> None:
        """What Twisted would fail for is as if it were not there (RFC 9112 6.3)."""
        headers = self.connHeaders
        codings = b",".join(headers.getRawHeaders(b"transfer-encoding", [])).lower().split(b",")
        lengths = b",".join(headers.getRawHeaders(b"content-length", [])).split(b",")
        if codings[-1].strip() == b"chunked":
            headers.setRawHeaders(b"transfer-encoding", [b"chunked"])
        elif codings != [b""]:
            headers.removeHeader(b"transfer-encoding")
            headers.removeHeader(b"content-length")
        elif not any(map(_DIGITS.fullmatch, lengths)):
            headers.removeHeader(b"content-length")


@implementer(IHandshakeListener)
class _TapedProtocol(_LenientHTTP11ClientProtocol):
    """An HTTP/1.1 connection that keeps each exchange on a tape."""

    recorder: Recorder | None = None
    tape: Tape | None = None
    tls_version: str | None = None
    tls_cipher: str | None = None
    _request: TxRequest | None = None

    @property
    def established(self) -> bool:
        """Whether what was written has been sent: not to a TLS layer whose handshake failed."""
        return self.tls_version is not None or not ISSLTransport.providedBy(self.transport)

    def handshakeCompleted(self) -> None:
        """Twisted calls this when TLS is up."""
        transport: Any = self.transport
        handle = transport.getHandle()  # pyOpenSSL's
        # "TLSv1.3" of OpenSSL is "tls/1.3" in WARC-Protocol (iipc/warc-specifications #42).
        self.tls_version = handle.get_protocol_version_name().lower().replace("v", "/")
        self.tls_cipher = iana_name(handle.get_cipher_name() or "")

    def request(self, request: TxRequest) -> Deferred[Any]:
        assert self.recorder is not None, "the pool hands no connection out without a recorder"
        tape = self.tape = self.recorder.new_tape(self, is_first=self._request is None)
        self._request = request
        # The class's method, not the attribute: a repeated request would tee to both tapes.
        write_to: Any = type(request).writeTo  # Twisted has no types for it
        request.writeTo = lambda transport: write_to(  # type: ignore[method-assign]
            request, TeeTransport(transport, tape)
        )
        response = super().request(request)
        # As Scrapy does: the parser's class has no other way in, and ours adds no state.
        if self._parser is not None:
            self._parser.__class__ = _Parser
        return response

    def dataReceived(self, data: bytes) -> None:
        if self.tape is not None:
            self.tape.received(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Any = connectionDone) -> None:  # a Failure
        if self.tape is not None:
            self.tape.lose("close" if reason.check(ConnectionDone) else "reset")
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:
        if self.tape is not None:
            self.tape.finish(rest)
            self.tape = None
        if rest and self._request is not None:
            # What came unasked would be taken for the answer to the next request.
            self._request.persistent = False
        super()._finishResponse(rest)


class _TapedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _TapedProtocol:  # Twisted's IAddress
        return _TapedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _TapingPool(HTTPConnectionPool):
    """A connection pool that tells each connection whose request it is about to carry."""

    _factory = _TapedFactory

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:  # Twisted's types
        recorder = recorder_of_request.get()

        def tag(connection: Any) -> Any:  # a protocol, or Twisted's retrying wrapper of one
            if isinstance(connection, _TapedProtocol):
                connection.recorder = recorder
                return connection
            connection._clientProtocol.recorder = recorder
            connect = connection._newConnection
            connection._newConnection = lambda: connect().addCallback(tag)
            return connection

        return super().getConnection(key, endpoint).addCallback(tag)


class TapingHandler(HTTP11DownloadHandler):
    """Scrapy's handler over a taping pool; ``recorder_of_request`` is set around each download."""

    def __init__(self, crawler: Crawler, *, verify_tls: bool) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # Scrapy's idiom: importing it installs one

        scrapys = self._pool
        self._pool = _TapingPool(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self._pool.maxPersistentPerHost = scrapys.maxPersistentPerHost
        self._contextFactory._verify_certificates = verify_tls
