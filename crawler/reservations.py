"""What an outlet reserves: a part of the line format, as ``crawler.items`` is, and how it is said.

Robots directives (``noarchive``, ``noai``, ``noimageai``) stand in meta elements and in
X-Robots-Tag; a reservation of text and data mining by TDMRep (W3C TDM Reservation Protocol, final
report 2024) in meta elements, header fields and the host's ``/.well-known/tdmrep.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from msgspec import Meta

from crawler.urls import without_credentials

Reserved = Literal["noarchive", "noai", "noimageai", "tdm"]
Place = Literal["meta-robots", "x-robots-tag", "meta-tdm", "tdm-header", "tdmrep.json"]

TDM_RESERVATION, TDM_POLICY = "tdm-reservation", "tdm-policy"
OBEYABLE = frozenset({"noarchive", "noai", "tdm"})
"""What RESERVATIONS_OBEYED may name; nothing here makes use of pictures, so noimageai is not."""

_ROBOTS: Mapping[str, Reserved] = {
    "noarchive": "noarchive",
    "nocache": "noarchive",  # Bing's name for it
    "noai": "noai",
    "noimageai": "noimageai",
}
# Directives with a value, which look like the name of a robot before its directives.
_WITH_VALUE = re.compile(r"unavailable_after|max-(?:snippet|image-preview|video-preview)")
# TDMRep, processing priority: what the page says supersedes its header, and that the host's file.
_TDM_PRIORITY: tuple[Place, ...] = ("meta-tdm", "tdm-header", "tdmrep.json")
_LONGEST_POLICY = 2000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """One statement of the outlet on what may be done with a page, as it is said."""

    what: Annotated[
        Reserved,
        Meta(
            description="noarchive, noai and noimageai are robots directives; tdm is text and data "
            "mining, by TDMRep."
        ),
    ]
    place: Annotated[
        Place,
        Meta(
            description="Where it is said: a meta element of the page, a header field of its "
            "answer, or the tdmrep.json of its host."
        ),
    ]
    reserved: Annotated[
        bool,
        Meta(description="False where TDMRep says that mining is not reserved."),
    ] = True
    policy: Annotated[str | None, Meta(description="URL of the TDM policy, as it is given.")] = None


def said_in_page(meta: Iterable[tuple[str, str]], agent: str) -> tuple[Reservation, ...]:
    """The reservations in the meta elements of a page, given as (name in lower case, content).

    ``agent``: the robot's name, whose own meta element counts beside ``robots``.
    """
    pairs = list(meta)
    directives = [
        part for name, content in pairs if name in ("robots", agent.lower())
        for part in content.split(",")
    ]  # fmt: skip
    return (*_robots(directives, "meta-robots"), *_tdm(pairs, "meta-tdm"))


def said_in_header(fields: Iterable[tuple[str, str]], agent: str) -> tuple[Reservation, ...]:
    """The reservations in the header fields of an answer, given as (name, value)."""
    pairs = [(name.lower(), value) for name, value in fields]
    directives = [
        directive
        for name, value in pairs
        if name == "x-robots-tag"
        for directive in _for_agent(value, agent)
    ]
    return (*_robots(directives, "x-robots-tag"), *_tdm(pairs, "tdm-header"))


def said_beside(
    fields: Iterable[tuple[str, str]], in_file: Reservation | None, agent: str
) -> tuple[Reservation, ...]:
    """What is reserved outside a page: in the header of its answer and the file of its host."""
    said = said_in_header(fields, agent)
    return said if in_file is None else (*said, in_file)


def said_in_file(reservation: object, policy: object) -> Reservation | None:
    """The reservation in a rule of tdmrep.json; None where it is neither 0 nor 1."""
    pairs = [(TDM_RESERVATION, str(reservation)), (TDM_POLICY, str(policy or ""))]
    return next(iter(_tdm(pairs, "tdmrep.json")), None)


def is_reserved(what: str, said: Iterable[Reservation]) -> bool:
    """Whether it is reserved after all that is said."""
    about = [reservation for reservation in said if reservation.what == what]
    if what == "tdm":
        about.sort(key=lambda reservation: _TDM_PRIORITY.index(reservation.place))
        del about[1:]
    return any(reservation.reserved for reservation in about)


def refusal(said: Iterable[Reservation], obeyed: Iterable[str]) -> str | None:
    """The first of the obeyed reservations that there is, as the reason for no line; or None."""
    statements = tuple(said)
    return next((what for what in obeyed if is_reserved(what, statements)), None)


def _for_agent(value: str, agent: str) -> Iterable[str]:
    """The directives of one X-Robots-Tag that are for all robots or for ``agent``: a name and a
    colon give what follows, up to the next name, to that robot."""
    is_ours = True
    for part in value.split(","):
        name, colon, rest = part.partition(":")
        if colon and not _WITH_VALUE.fullmatch(name.strip().lower()):
            is_ours, part = name.strip().lower() in ("*", agent.lower()), rest
        if is_ours:
            yield part


def _robots(directives: Iterable[str], place: Place) -> Iterable[Reservation]:
    said = {_ROBOTS.get(directive.strip().lower()) for directive in directives}
    return [Reservation(what=what, place=place) for what in get_args(Reserved) if what in said]


def _tdm(pairs: Iterable[tuple[str, str]], place: Place) -> list[Reservation]:
    """At most one; TDMRep gives each of its two names once, and of several the first counts."""
    first: dict[str, str] = {}
    for name, value in pairs:
        first.setdefault(name, value.strip())
    number = first.get(TDM_RESERVATION)
    if number not in ("0", "1"):  # anything else is as if it were not there
        return []
    policy = without_credentials(first.get(TDM_POLICY, ""))[:_LONGEST_POLICY] or None
    return [Reservation(what="tdm", place=place, reserved=number == "1", policy=policy)]
