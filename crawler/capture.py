"""The download handler that keeps the wire bytes.

It is Scrapy's own HTTP/1.1 handler with a tape on each connection: what was written to and read
from the transport, to the byte, one tape for each exchange. Twisted repeats a request by itself
when a kept-alive connection turns out to be stale; that makes two tapes for one request.

This is the only file that touches private names of Scrapy or Twisted; PRIVATE_NAMES lists them for
the contract test.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, StopDownload
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IHandshakeListener, ISSLTransport
from twisted.web._newclient import Request as TxRequest
from twisted.web.client import HTTPConnectionPool
from zope.interface import implementer

from archive.exchange import Exchange, Truncation
from crawler.extensions import Archive
from crawler.middlewares import HostHoldback
from crawler.tape import Recorder, Tape
from crawler.tls import is_verified, opted_out_hosts

logger = logging.getLogger(__name__)

PRIVATE_NAMES = {
    "scrapy.core.downloader.handlers.http11": {
        "HTTP11DownloadHandler": ("_pool", "_contextFactory"),
        "_LenientHTTP11ClientFactory": ("buildProtocol",),
        "_LenientHTTP11ClientProtocol": ("request",),
    },
    "scrapy.core.downloader.contextfactory": {
        "_ScrapyClientContextFactory": ("_verify_certificates",),
    },
    "twisted.web._newclient": {
        "HTTP11ClientProtocol": ("_finishResponse", "_quiescentCallback", "dataReceived"),
        "Request": ("writeTo",),
    },
    "twisted.web.client": {
        "HTTPConnectionPool": ("_factory", "getConnection"),
        "_RetryingHTTP11ClientProtocol": ("_clientProtocol", "_newConnection"),
    },
}


_recorder: ContextVar[Recorder] = ContextVar("recorder")


class _TeeTransport:
    """A transport that also writes what it is given on the tape."""

    def __init__(self, transport: Any, tape: Tape) -> None:  # a Twisted transport
        self._transport = transport
        self._tape = tape

    def write(self, data: bytes) -> None:
        self._tape.request += data
        self._transport.write(data)

    def writeSequence(self, pieces: list[bytes]) -> None:  # the name that Twisted calls
        self._tape.request += b"".join(pieces)
        self._transport.writeSequence(pieces)

    def __getattr__(self, name: str) -> Any:  # everything else is the transport's own
        return getattr(self._transport, name)


@implementer(IHandshakeListener)
class _TapedProtocol(_LenientHTTP11ClientProtocol):
    """An HTTP/1.1 connection that keeps each exchange on a tape."""

    recorder: Recorder | None = None
    tape: Tape | None = None
    established = False

    def connectionMade(self) -> None:
        super().connectionMade()
        self.established = not ISSLTransport.providedBy(self.transport)

    def handshakeCompleted(self) -> None:
        """Twisted calls this when TLS is up."""
        self.established = True

    def request(self, request: TxRequest) -> Deferred[Any]:
        assert self.recorder is not None, "the pool hands no connection out without a recorder"
        tape = self.tape = self.recorder.new_tape(self)
        # The class's method, not the attribute: a repeated request would tee to both tapes.
        write_to: Any = type(request).writeTo  # Twisted has no types for it
        request.writeTo = lambda transport: write_to(  # type: ignore[method-assign]
            request, _TeeTransport(transport, tape)
        )
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        if self.tape is not None:
            if not self.tape.length:
                self._read_tls(self.tape)
            self.tape.received(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:
        if self.tape is not None:
            self.tape.finish(len(rest))
            self.tape = None
        super()._finishResponse(rest)

    def _read_tls(self, tape: Tape) -> None:
        handle: Any = getattr(
            self.transport, "getHandle", lambda: None
        )()  # pyOpenSSL's or a socket
        if hasattr(handle, "get_protocol_version_name"):
            # "TLSv1.3" of OpenSSL is "tls/1.3" in WARC-Protocol (iipc/warc-specifications #42).
            tape.tls_version = handle.get_protocol_version_name().lower().replace("v", "/")
            # TLS 1.3 suites have their IANA names in OpenSSL; older ones have names of its own,
            # and WARC-Cipher-Suite (#86) takes none of those.
            cipher = handle.get_cipher_name()
            tape.tls_cipher = cipher if cipher.startswith("TLS_") else None


class _TapedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _TapedProtocol:  # Twisted's IAddress
        return _TapedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _TapingPool(HTTPConnectionPool):
    """A connection pool that tells each connection whose request it is about to carry."""

    _factory = _TapedFactory

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:  # Twisted's types
        recorder = _recorder.get()

        def tag(connection: Any) -> Any:  # a protocol, or Twisted's retrying wrapper of one
            if isinstance(connection, _TapedProtocol):
                connection.recorder = recorder
                return connection
            connection._clientProtocol.recorder = recorder
            connect = connection._newConnection
            connection._newConnection = lambda: connect().addCallback(tag)
            return connection

        return super().getConnection(key, endpoint).addCallback(tag)


class _TapingHandler(HTTP11DownloadHandler):
    """Scrapy's handler over a taping pool."""

    def __init__(self, crawler: Crawler, *, verify_tls: bool) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # Scrapy's idiom: importing it installs one

        scrapys = self._pool
        self._pool = _TapingPool(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self._pool.maxPersistentPerHost = scrapys.maxPersistentPerHost
        self._contextFactory._verify_certificates = verify_tls


class CaptureHandler(BaseDownloadHandler):
    """Downloads over HTTP/1.1 and gives every exchange to the archive before the response goes on.

    A response is released only when its records are in the file.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._memory = crawler.settings.getint("EXCHANGE_MEMORY")
        self._verify = crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        self._handler = _TapingHandler(crawler, verify_tls=self._verify)
        # Pools of their own: a connection that was not verified is never lent to a request that
        # asks for verification.
        self._unverified = _TapingHandler(crawler, verify_tls=False)
        archive = crawler.get_extension(Archive)
        assert archive is not None, "crawler.extensions.Archive must be in EXTENSIONS"
        self._archive = archive

    async def download_request(self, request: Request) -> Response:
        holdback = self.crawler.get_downloader_middleware(HostHoldback)
        if holdback is not None:
            holdback.refuse(request)
        recorder = Recorder(self._memory, behind_proxy=bool(request.meta.get("proxy")))
        token = _recorder.set(recorder)
        handler = self._unverified if self._is_verified(request) is False else self._handler
        truncated: Truncation = "disconnect"
        try:
            response = await handler.download_request(request)
            if "download_stopped" in response.flags:
                truncated = "length"
        except (DownloadCancelledError, StopDownload):
            truncated = "length"
            raise
        except DownloadTimeoutError:
            truncated = "time"
            raise
        finally:
            _recorder.reset(token)
            await self._hand_over(request, recorder, truncated)
        return response

    async def _hand_over(self, request: Request, recorder: Recorder, truncated: Truncation) -> None:
        for tape in recorder.tapes:
            tape.seal()
            if not tape.connection.established:
                # Written to a TLS layer whose handshake failed: not a byte of it was sent.
                tape.response.close()
                continue
            exchange = Exchange(
                url=urldefrag(request.url).url,
                method=request.method,
                request=bytes(tape.request),
                response=tape.response,
                started_at=tape.started_at,
                ip=tape.ip,
                truncated=None if tape.complete else truncated,
                tls_version=tape.tls_version,
                tls_cipher=tape.tls_cipher,
                facts=self._facts(request),
            )
            await self._archive.keep(request, exchange)

    def _is_verified(self, request: Request) -> bool | None:
        return is_verified(request, self._verify, opted_out_hosts(self.crawler.spider))

    def _facts(self, request: Request) -> Mapping[str, str]:
        facts: Mapping[str, str] = request.meta.get("fetch_facts", {})
        verified = self._is_verified(request)
        if not facts or verified is None:
            return facts
        return {**facts, "tls-verified": str(verified).lower()}

    async def close(self) -> None:
        await self._handler.close()
        await self._unverified.close()
