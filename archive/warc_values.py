"""Values as WARC/1.1 writes them: ids, dates, URIs, addresses, blocks of fields."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote
from uuid import uuid4

# RFC 9110 5.6.2.
_NO_TOKEN = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
# RFC 3986 2.2 and 2.3, and the percent sign of what is encoded already.
_URI_CHARS = ":/?#[]@!$&'()*+,;=-._~%"
_USERINFO = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@")


def new_record_id() -> str:
    """``urn:uuid:…`` (5.2)."""
    return uuid4().urn


def warc_date(instant: datetime) -> str:
    """An aware instant in UTC, always with six digits of fraction (5.4 allows one to nine).

    warcio, and with it pywb and cdxj-indexer, reads up to six.
    """
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


@lru_cache(16)  # each capture writes it several times
def target_uri(url: str) -> str:
    """``url`` with whatever RFC 3986 does not allow percent-encoded (5.14).

    Without a user and password: they are not sent as part of the target, and are a secret.
    """
    return quote(_USERINFO.sub(r"\1", url.partition("#")[0]), safe=_URI_CHARS)


@lru_cache(1024)
def canonical_address(ip: str | None) -> str | None:
    """An address in canonical form (RFC 5952; iipc #100), without a zone; None for none."""
    try:
        return str(ipaddress.ip_address((ip or "").partition("%")[0]))
    except ValueError:
        return None


def warc_fields(fields: Mapping[str, str]) -> bytes:
    """A block of application/warc-fields; line ends in a value become spaces, so none is forged."""
    lines = (
        f"{_NO_TOKEN.sub('-', name)}: {' '.join(value.split())}\r\n"
        for name, value in fields.items()
    )
    return "".join(lines).encode("utf-8", "replace")
