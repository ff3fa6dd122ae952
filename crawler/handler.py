"""The download handler: every exchange is in the archive before its response goes on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Response
from scrapy.settings import BaseSettings

from archive.exchange import Truncation
from archive.layout import OutputLayout
from crawler.capture import TapingHandler, recorder_of_request
from crawler.deadlines import Patience, watched
from crawler.extensions import Archive
from crawler.middlewares import HostHoldback
from crawler.noarchive import NoArchive
from crawler.tape import Circumstances, Recorder, Tape
from crawler.tdmrep import TDM_FILE, facts_of
from crawler.tls import is_verified, opted_out_hosts


class CaptureHandler(BaseDownloadHandler):
    """Downloads over HTTP/1.1 and gives every exchange to the archive before the response goes on.

    A response is released only when its records are in the file.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._memory = settings.getint("EXCHANGE_MEMORY")
        self._spool = _spool_directory(settings)
        self._with_facts = settings.getbool("WARC_FETCH_FACTS")
        self._verify = settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
        self._patience = Patience(
            connect=settings.getfloat("CONNECT_TIMEOUT"),
            first_byte=settings.getfloat("FIRST_BYTE_TIMEOUT"),
            idle=settings.getfloat("IDLE_TIMEOUT"),
        )
        self._handler = TapingHandler(crawler, verify_tls=self._verify)
        # Pools of their own: a connection that was not verified is never lent to a request that
        # asks for verification.
        self._unverified = TapingHandler(crawler, verify_tls=False)
        archive = crawler.get_extension(Archive)
        assert archive is not None, "crawler.extensions.Archive must be in EXTENSIONS"
        self._archive = archive
        self._no_archive = NoArchive(crawler)

    async def download_request(self, request: Request) -> Response:
        holdback = self._holdback
        if holdback is None:
            return await self._capture(request)
        holdback.refuse(request)
        began = time.monotonic()
        try:
            response = await self._capture(request)
        except (IgnoreRequest, StopDownload):
            raise  # our own doing
        except Exception:
            holdback.lost(request, time.monotonic() - began)
            raise
        # Here, as the next of the host's queue goes out before a middleware sees this answer.
        holdback.heed(request, response)
        return response

    @cached_property
    def _holdback(self) -> HostHoldback | None:
        # Not there yet when this is made.
        return self.crawler.get_downloader_middleware(HostHoldback)

    async def _capture(self, request: Request) -> Response:
        behind_proxy = bool(request.meta.get("proxy"))
        recorder = Recorder(Circumstances(self._memory, self._spool, behind_proxy))
        token = recorder_of_request.set(recorder)
        handler = self._unverified if self._is_verified(request) is False else self._handler
        interrupted: Truncation | None = None
        is_delivered = is_forbidden = False
        try:
            async with watched(self._patience, recorder.progress):
                response = await handler.download_request(request)
            if "download_stopped" in response.flags:
                interrupted = "length"
            else:
                _refuse_torn(recorder)
            is_delivered = True
            is_forbidden = await self._no_archive.forbids(request, response)
        except (DownloadCancelledError, StopDownload):
            interrupted = "length"
            raise
        except DownloadTimeoutError:
            interrupted = "time"
            raise
        finally:
            recorder_of_request.reset(token)
            if is_forbidden:
                recorder.drop_last()
            await self._hand_over(request, recorder, interrupted, is_delivered)
        if is_forbidden:
            raise IgnoreRequest("noarchive")
        return response

    async def _hand_over(
        self,
        request: Request,
        recorder: Recorder,
        interrupted: Truncation | None,
        is_delivered: bool,
    ) -> None:
        url = urldefrag(request.url).url
        for repeats, tape in enumerate(recorder.tapes):
            tape.seal()
            if tape.failure or not tape.connection.established:
                tape.response.close()
            if tape.failure:
                self._archive.storage_failed(tape.failure)
                raise IgnoreRequest("storage")
            if tape.connection.established:
                # Else not a byte of it was sent.
                is_last = tape is recorder.tapes[-1]
                facts = self._facts(request, tape, repeats, is_delivered and is_last)
                exchange = tape.exchange(url, request.method, interrupted, facts)
                await self._archive.keep(request, exchange)

    def _is_verified(self, request: Request) -> bool | None:
        return is_verified(request, self._verify, opted_out_hosts(self.crawler.spider))

    def _facts(
        self, request: Request, tape: Tape, repeats: int, is_delivered: bool
    ) -> Mapping[str, str]:
        if not self._with_facts:
            return {}
        facts = {**request.meta.get("fetch_facts", {}), **tape.timings()}
        verified = self._is_verified(request)
        if verified is not None:
            facts["tls-verified"] = str(verified).lower()
        if (said := request.meta.get(TDM_FILE)) is not None:
            facts |= facts_of(said)
        if is_delivered and not tape.complete:
            # A replay then knows that the crawl made its line of what there is.
            facts["delivered"] = "incomplete"
        retries = request.meta.get("retry_times", 0) + repeats
        return {**facts, "retries": str(retries)} if retries else facts

    async def close(self) -> None:
        await self._handler.close()
        await self._unverified.close()


def _refuse_torn(recorder: Recorder) -> None:
    """Raise ResponseDataLossError where the body, of no told length, ended with its connection,
    and that was not closed but reset; Scrapy takes such a body for whole.

    Over TLS nobody can tell that from a server that closes without saying so, as many do.
    """
    last = recorder.tapes[-1] if recorder.tapes else None
    if last is not None and last.ended_by == "reset" and last.connection.tls_version is None:
        raise ResponseDataLossError("the connection was reset")


def _spool_directory(settings: BaseSettings) -> Path | None:
    if not (settings.getbool("OUTPUT_ENABLED") and settings.getbool("WARC_ENABLED")):
        return None
    return OutputLayout(Path(settings["OUTPUT_DIR"])).warc
