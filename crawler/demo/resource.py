"""What a URL of the sample newspaper answers with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Resource:
    """One answer: ``body`` without any content coding, ``modified`` for Last-Modified."""

    body: bytes
    content_type: str = "text/html; charset=UTF-8"
    modified: datetime | None = None
    status: int = 200
    location: str | None = None
    compressible: bool = True

    @property
    def digest(self) -> str:
        """The opaque part of an ETag: the same for the same bytes, whatever the edition."""
        return hashlib.sha256(self.body).hexdigest()[:20]
