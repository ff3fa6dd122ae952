"""robots.txt that is missing, huge, binary or somebody else's."""

from __future__ import annotations

import gzip

from tests.faults.fault import HANG, Drip, Endless, Fault, Steps, answer, page, story
from tests.faults.sizes import bomb
from tests.quirks.quirk import CLOSE, head

_CLOSED = ("failed/listing_robots_unreachable",)
_BAN = b"User-agent: *\nDisallow: /story\n"
_OWN = b"User-agent: *\nDisallow: /\n\nUser-agent: Broadsheet\nDisallow: /private\n"
_TEXT = b"text/plain"


def _rules(name: str, *steps: bytes | object, **changes: object) -> Fault:
    """A host with this robots.txt; its story is in order."""
    answers = {"/robots.txt": steps, "/story": answer(page(name))}
    return Fault(**{"name": name, "answers": answers, **changes})  # type: ignore[arg-type]


def _refused(name: str, *steps: object) -> Fault:
    return _rules(name, *steps, counted=_CLOSED, never=("/feed", "/story"))


def _banned(name: str, *steps: object) -> Fault:
    return _rules(name, *steps, counted=("dropped/robots",), never=("/story",))


_LOOP: Steps = answer(b"", b"Location: /robots.txt", status=b"301 Moved")

FAULTS = (
    _refused("robots-500", *answer(b"", status=b"500 Oops")),
    _refused("robots-reset", CLOSE),
    _refused("robots-silent", HANG),
    _refused("robots-drip", Drip(head(b"Content-Length: 900") + _BAN * 20, 1, 0.5)),
    _rules("robots-403", *answer(_BAN, status=b"403 No"), articles=1),
    _rules("robots-loop", *_LOOP, articles=1),
    _rules("robots-html", *answer(page("no rules")), articles=1),
    _rules("robots-own-group", *answer(_OWN, kind=_TEXT), articles=1),
    _banned("robots-bom", *answer(b"\xef\xbb\xbf" + _BAN, kind=_TEXT)),
    _banned("robots-cr", *answer(_BAN.replace(b"\n", b"\r"), kind=_TEXT)),
    _banned("robots-nul", *answer(b"\x00\x00\n" + _BAN + b"\x00", kind=_TEXT)),
    _banned("robots-typed-as-film", *answer(_BAN, kind=b"video/mp4")),
    _banned(
        "robots-endless",
        head(b"Content-Type: text/plain") + _BAN,
        Endless(b"# and so on and so on\n" * 3000),
    ),
    _banned("robots-9-mb", *answer(_BAN + b"#" * 9_000_000, kind=_TEXT)),
    _rules(
        "robots-forever-delay",
        *answer(b"User-agent: *\nCrawl-delay: 1e99\nDisallow: /story\n", kind=_TEXT),
        counted=("dropped/robots",),
        never=("/story",),
    ),
    _banned("robots-gzip", *answer(gzip.compress(_BAN), b"Content-Encoding: gzip", kind=_TEXT)),
    # What unfolds to too much is not read; its host is then one whose rules cannot be read.
    _refused("robots-bomb", *bomb("gzip", _TEXT)),
    _refused("robots-lying-gzip", *answer(_BAN, b"Content-Encoding: gzip", kind=_TEXT)),
    _refused("robots-cut-short", head(b"Content-Length: 900") + _BAN, CLOSE),
    _refused("robots-429", *answer(b"", b"Retry-After: 99999", status=b"429 Slow")),
    _refused("robots-to-javascript", *answer(b"", b"Location: javascript:1", status=b"302 Found")),
    _rules("robots-utf-16", *answer(_BAN.decode().encode("utf-16"), kind=_TEXT), articles=1),
    story("robots-none", *answer(page("robots-none")), articles=1),
)
