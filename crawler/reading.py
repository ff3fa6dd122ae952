"""What a worker makes of a page: its extraction, and the sketch of its text."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extraction import extract
from crawler.extraction.record import Extraction, Page
from crawler.sketch import Sketch, sketch_of


@dataclass(frozen=True, slots=True)
class ReadPage:
    """``sketch`` is empty where there is no text, or too little to recognise it by."""

    extraction: Extraction
    sketch: Sketch = b""


def read_page(page: Page) -> ReadPage:
    """Read a page. The sketch is made here because it costs as much as a parse of the line."""
    extraction = extract(page)
    return ReadPage(extraction, sketch_of(extraction.text or ""))
