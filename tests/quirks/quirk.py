"""What a quirk is: bytes and behaviour of a server, and what must be in the archive for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Drip:
    """Sends ``data`` in pieces of ``size`` bytes with a pause between them."""

    data: bytes
    size: int
    seconds: float = 0.01


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class End:
    """What becomes of the connection: closed, reset, left hanging until the client goes, or, under
    TLS, dropped, that is closed without a close_notify."""

    how: Literal["close", "reset", "hang", "drop"]


CLOSE, RESET, HANG, DROP = End("close"), End("reset"), End("hang"), End("drop")
# What was sent before it is read first: a reset throws away what the client has not read.
BREATH = Pause(0.2)
Steps = tuple[bytes | Drip | Pause | End, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirk:
    """One endpoint. ``answers``: what is done on each time it is asked; the last is repeated.

    For the archive: ``entity`` is the payload of an answer that is whole, ``archived`` says whether
    the answer is a response or bytes that are none, ``truncated`` the reason of those cut short,
    ``interims`` how many 1xx messages come before, ``surplus`` what follows it. ``exchanges``: how
    often the server is asked, retries counted. ``asked`` is false where only a redirect leads here.
    ``port``: of the server's ports, the one that is asked.

    For the request: ``path`` is its name unless it is told, ``sent_as`` what a client makes of it.

    For the spider: ``delivered`` is the status that it gets, None an error; ``decoded`` the body
    where that is not the entity.
    """

    name: str
    answers: tuple[Steps, ...]
    entity: bytes = b""
    archived: Literal["response", "bytes"] = "response"
    truncated: str | None = None
    interims: int = 0
    surplus: bytes = b""
    exchanges: int = 1
    asked: bool = True
    port: int = 0
    delivered: int | None = 200
    decoded: bytes | None = None
    path: str = ""
    sent_as: str = ""
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    # Any: what Scrapy's meta takes.
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The path and query that the server is asked for."""
        return self.path or f"/{self.name}"


def page_of(name: str) -> bytes:
    """A page like no other, so that no payload is found twice where that is not the quirk."""
    return b"<html><title>%s</title><p>The quirk is %s.</p></html>" % ((name.encode(),) * 2)


def head(*lines: bytes, status: bytes = b"HTTP/1.1 200 OK", eol: bytes = b"\r\n") -> bytes:
    """A status line and header lines, with the empty line that ends them."""
    return eol.join((status, *lines, b"", b""))


# Any: the changes are Quirk's own fields, of as many types as it has.
def framed(name: str, *lines: bytes, status: bytes = b"HTTP/1.1 200 OK", **changes: Any) -> Quirk:
    """A page with a Content-Length, whose head has these lines; a quirk of the head alone."""
    body: bytes = changes.get("entity", page_of(name))
    sent = head(*lines, b"Content-Length: %d" % len(body), status=status) + body
    return Quirk(**{"name": name, "answers": ((sent,),), "entity": body, **changes})


def raw(name: str, *steps: bytes | Drip | Pause | End, **changes: Any) -> Quirk:
    """These very bytes; the entity is the quirk's page unless it is told."""
    return Quirk(**{"name": name, "answers": (steps,), "entity": page_of(name), **changes})
