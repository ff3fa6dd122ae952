"""A newspaper on loopback whose feed moves on: what it showed once it does not show again."""

from __future__ import annotations

import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

_ENTRY = (
    "<entry><title>Story {path}</title><id>{path}</id><updated>2026-01-01T00:00:00Z</updated>"
    '<link href="{base}{path}"/></entry>'
)
_FEED = '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>{entries}</feed>'


class Press:
    """Shows ``size`` stories at a time. As soon as one of them is asked for, they have left the
    feed for good: a crawler asks for a story only once it has durably noted all that it was shown.
    They may leave it earlier, when the answer that shows them is in the archive.

    ``shown``: every story that a crawler must deliver by now or will still be shown.
    ``asked``: when the first story of each batch was asked for, in seconds since the epoch.
    ``is_away``: connections are closed without an answer.
    """

    def __init__(self, size: int = 6) -> None:
        self.size = size
        self.batch = 0
        self.asked: dict[int, float] = {}
        self.requests = 0
        self.is_away = False
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def stories_of(self, batch: int) -> set[str]:
        """The URLs of a batch."""
        return {f"{self.base}/story/{batch}/{n}" for n in range(self.size)}

    @property
    def shown(self) -> set[str]:
        return set().union(*map(self.stories_of, range(self.batch + 1)))

    def publish(self, *, is_archived: bool = False) -> None:
        """The next poll of the feed shows new stories, whether or not the last ones were read.

        ``is_archived``: the answer that showed the last ones is, though none of them was asked for.
        """
        with self._lock:
            if is_archived or self.batch in self.asked:
                self.batch += 1

    def sources(self, path: Path) -> Path:
        """Write the declaration of this newspaper."""
        path.write_text(
            f'[[source]]\nid = "press"\nname = "Press"\nhome = "{self.base}/"\n'
            f'feeds = ["{self.base}/feed"]\n'
        )
        return path

    def answer(self, path: str) -> tuple[str, bytes] | None:
        """Content-Type and body of a page; None for one that is not there."""
        with self._lock:
            self.requests += 1
            if path == "/feed":
                entries = "" if self.batch in self.asked else self._entries()
                return "application/atom+xml", _FEED.format(entries=entries).encode()
            if path.startswith("/story/"):
                self.asked.setdefault(int(path.split("/")[2]), time.time())
                return "text/html", _page(path)
        return None

    def _entries(self) -> str:
        return "".join(
            _ENTRY.format(path=f"/story/{self.batch}/{n}", base=self.base) for n in range(self.size)
        )


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Says nothing: a client that was killed breaks its connections."""


def _page(path: str) -> bytes:
    noise = random.Random(path).randbytes(600).hex()  # noqa: S311 - reproducible, not for secrets
    body = "".join(
        f"<p>Paragraph {n} of {path} tells of the harbour and the winter.</p>" for n in range(6)
    )
    title = f"The story that is found at {path}"
    return f"<html><title>{title}</title><h1>{title}</h1>{body}<!-- {noise} -->".encode()


def _handler_of(press: Press) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:  # the name that the library calls
            if press.is_away:
                self.close_connection = True
                return
            answer = press.answer(self.path)
            kind, body = answer or ("text/plain", b"nothing here")
            etag = f'"{hash((self.path, body)) & 0xFFFFFFFF:x}"'
            is_same = self.headers.get("If-None-Match") == etag
            self.send_response(304 if is_same else 200 if answer else 404)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", kind)
            if not is_same:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if not is_same:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing: the requests are counted."""

    return Handler
