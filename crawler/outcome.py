"""What came of a request: a page, or one word for why there is none."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.errors import DecodeError
from crawler.host_holdback import HOST_SILENT
from crawler.middlewares import BAD_REDIRECT
from crawler.page_or_not import why_no_page
from crawler.wire_bodies import WireResponse

NOT_TRIED = frozenset({"storage", "retry_after", "robots_unreachable", "stopping", HOST_SILENT})
"""The reasons that are nobody's fault but ours or the hour's: not counted against a story."""

_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (DownloadTimeoutError, "timeout"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "refused"),
    (DownloadCancelledError, "too_large"),
    (ResponseDataLossError, "cut_short"),
    (DecodeError, "bad_encoding"),
    (gzip.BadGzipFile, "bad_encoding"),
    (zlib.error, "bad_encoding"),
    (EOFError, "bad_encoding"),
    (ValueError, BAD_REDIRECT),
)


def header(response: Response, name: str) -> str | None:
    """The last value of a response header as text, or None."""
    value = response.headers.get(name)
    return None if value is None else value.decode("latin-1")


def header_fields(response: Response) -> Iterator[tuple[str, str]]:
    """Every (name, value) of a response's header, a field that is there twice too."""
    for name, values in response.headers.items():
        for value in values:
            yield name.decode("latin-1"), value.decode("latin-1")


def no_page(response: Response) -> str | None:
    """Why a response is no page to read, as the word that it is counted under; None for a page."""
    start = response.start if isinstance(response, WireResponse) else response.body
    return why_no_page(response.status, header(response, "Content-Type"), start)


def body_digest(response: Response) -> str:
    """Hex SHA-256 of the decoded body."""
    return hashlib.sha256(response.body).hexdigest()


def answer_of(failure: Failure) -> Response | None:
    """The response that a failure is about: one of a status that is no success."""
    return failure.value.response if isinstance(failure.value, HttpError) else None


def failure_reason(failure: Failure) -> str:
    """One word for why a request gave no page: ``http_404``, ``timeout``, ``robots`` and so on."""
    error = failure.value
    if isinstance(error, HttpError):
        return f"http_{error.response.status}"
    if isinstance(error, IgnoreRequest):
        text = str(error)
        if "DOWNLOAD_MAXSIZE" in text:  # Scrapy's, of a content coding that unfolds to too much
            return "too_large"
        if "max redirections" in text:
            return "too_many_redirects"
        return "robots" if "robots.txt" in text else text if text.isidentifier() else "ignored"
    for kind, reason in _FAILURES:
        if isinstance(error, kind):
            return reason
    return "connection"
