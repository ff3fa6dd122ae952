"""Where the further pages of a story are archived: a part of the line format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherPage:
    """A page of a story behind its first, whose text is in the line.

    The pointer is null where nothing was archived.
    """

    url: Annotated[str, Meta(description="The URL that answered.")]
    warc_file: Annotated[
        str | None, Meta(description="WARC file that holds the capture, below warc/.")
    ] = None
    warc_offset: Annotated[
        int | None, Meta(description="Byte offset of the record in that file.")
    ] = None
    warc_record_id: Annotated[
        str | None, Meta(description="WARC-Record-ID, without the angle brackets.")
    ] = None
