"""Pages read back out of the archive, where a pointer says that they are."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from archive.errors import ArchiveError, PointerError
from archive.exchange import WarcPointer
from archive.http_message import split_answer
from archive.originals import Original, payload_key
from archive.warc_reader import HttpResponse, WarcRecord, http_response
from crawler.extraction.record import Page
from crawler.instants import now, parse

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PageReader:
    """``read`` gives the record at a pointer, or raises ArchiveError or OSError; ``max_bytes``
    bounds a body."""

    read: Callable[[WarcPointer], WarcRecord]
    max_bytes: int

    def page(self, pointer: WarcPointer, original: Callable[[str], Original | None]) -> Page | None:
        """The page at a pointer, or None with a warning where it is not there or not whole.

        A revisit has the body of the record that ``original`` gives for its payload key.
        """
        try:
            record = self.read(pointer)
            try:
                referred = self.referred(record, original)
                response = http_response(record, self.max_bytes, referred)
                if referred is not None:
                    referred.block.close()
            finally:
                record.block.close()
        except (ArchiveError, OSError) as error:
            logger.warning("An earlier page is not at hand: %s", error)
            return None
        return page_of(record, response) if response else None

    def referred(
        self, record: WarcRecord, original: Callable[[str], Original | None]
    ) -> WarcRecord | None:
        """The record that a revisit of an identical payload refers to; None for a response.

        Raises ArchiveError and OSError where it is not there.
        """
        if record.type != "revisit":
            return None
        found = original(revisited_payload(record))
        if found is None or found.offset is None:
            raise PointerError(f"{record.pointer.file}: the original of a revisit is not known")
        return self.read(WarcPointer(found.file, found.offset, 0, found.record_id))


def revisited_payload(record: WarcRecord) -> str:
    """The payload key of a response or of a revisit of an identical payload."""
    head = split_answer(record.block).head
    codings = head.tokens("transfer-encoding") if head else []
    return payload_key(record.headers.get("WARC-Payload-Digest"), codings)


def page_of(record: WarcRecord, response: HttpResponse) -> Page:
    """A page as its record has it, without hints; a record without a date counts as of now."""
    return Page(
        url=record.target_uri,
        body=response.body,
        captured_at=parse(record.date) or now(),
        content_type=header(response, "content-type"),
    )


def header(response: HttpResponse, name: str) -> str | None:
    """The last value of a field by its name in lower case, or None."""
    values = [value for key, value in response.headers if key.lower() == name]
    return values[-1] if values else None
