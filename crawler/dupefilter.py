"""Scrapy's duplicate filter, but lean, and where a redirect leads is always fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from scrapy import Request
from scrapy.dupefilters import RFPDupeFilter
from scrapy.utils.request import RequestFingerprinterProtocol

from crawler.fingerprints import Fingerprints

_SIZE_BYTES = 2  # before each fingerprint in the file, big-endian


class StoryDupeFilter(RFPDupeFilter):
    """A story is requested once a run, but a link that redirects to it must still be answered.

    Dropped, such a link would stay on the frontier for ever without anybody being told; fetched, it
    is counted as a duplicate and is known from then on.

    With JOBDIR, ``requests.seen`` is read and written as Scrapy 2.19 does, so that a job begun by
    either can be resumed.
    """

    def __init__(
        self,
        path: str | None = None,
        debug: bool = False,
        *,
        fingerprinter: RequestFingerprinterProtocol | None = None,
    ) -> None:
        # Without the path: Scrapy would read the file into its own set.
        super().__init__(None, debug, fingerprinter=fingerprinter)
        self._seen = Fingerprints()
        self._journal: BinaryIO | None = None
        if path:
            self._journal = Path(path, "requests.seen").open("a+b")  # noqa: SIM115 - open to the end
            self._journal.seek(0)
            end = 0
            for fingerprint in _whole(self._journal):
                self._seen.add(fingerprint)
                end += _SIZE_BYTES + len(fingerprint)
            # What a crash left half written would shift everything that is written behind it.
            self._journal.truncate(end)

    def request_seen(self, request: Request) -> bool:
        """Whether a request is one too many. REDIRECT_MAX_TIMES bounds the redirects."""
        if request.meta.get("redirect_times"):
            return False
        fingerprint = self.fingerprinter.fingerprint(request)
        is_new = self._seen.add(fingerprint)
        if is_new and self._journal:
            self._journal.write(len(fingerprint).to_bytes(_SIZE_BYTES, "big") + fingerprint)
        return not is_new

    def close(self, reason: str) -> None:
        """At the end of the run."""
        super().close(reason)
        if self._journal:
            self._journal.close()


def _whole(journal: BinaryIO) -> Iterator[bytes]:
    """Its fingerprints up to the end or to one that is half written."""
    while size := int.from_bytes(journal.read(_SIZE_BYTES), "big"):
        fingerprint = journal.read(size)
        if len(fingerprint) < size:
            return
        yield fingerprint
