"""What goes into a WACZ: which WARC files, and the list of their pages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.collection import Collection
from archive.errors import ArchiveError
from archive.jsonl import iter_lines
from archive.wacz import WaczPage
from archive.wacz_index import PackedWarc
from archive.warc_reader import WarcRecord, http_response, iter_records
from crawler.errors import ConfigurationError
from crawler.extraction.decode import decode

# Bytes of a page in which its title is looked for.
_TITLE_WITHIN = 256 * 1024
_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_PAGE_TYPES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Selection:
    """WARC files of one collection."""

    collection: Collection
    warcs: tuple[PackedWarc, ...]

    @property
    def size(self) -> int:
        """Bytes of the WARC files together. Raises OSError."""
        return sum(warc.path.stat().st_size for warc in self.warcs)

    def pages(self, *, with_text: bool = True) -> Iterator[WaczPage]:
        """Our lines that point into these files, in the order of their files.

        Where there are none, as for anybody's archive, every HTML answer 200, with its title.
        Raises OSError.
        """
        count = 0
        for page in self._articles(with_text):
            count += 1
            yield page
        if not count:
            for warc in self.warcs:
                yield from _html_pages(warc)

    def _articles(self, with_text: bool) -> Iterator[WaczPage]:
        names = {warc.name for warc in self.warcs}
        for path in sorted(self.collection.layout.articles.glob("*/*.jsonl.gz")):
            for line in iter_lines(path):
                if line.get("warc_file") in names:
                    yield _page_of(line, with_text)


def select(root: Path, files: Sequence[Path], runs: Sequence[str]) -> Selection:
    """The WARC files of the collection at ``root``: those among ``files``, and of these ``runs``.

    Neither given means all. Raises ConfigurationError where none is left.
    """
    collection = Collection.at(root)
    found = [path for path in collection.warcs() if not files or path.resolve() in _real(files)]
    if runs:
        found = [path for path in found if any(_is_of(run, path) for run in runs)]
    if not found:
        of_runs = f" of run {', '.join(runs)}" if runs else ""
        raise ConfigurationError(
            f"{root}: no finished WARC file{of_runs} is there (.warc or .warc.gz)"
        )
    names = _member_names(collection, found)
    warcs = (PackedWarc(path, names[path], collection.cdxj_of(path)) for path in found)
    return Selection(collection, tuple(warcs))


def _real(files: Iterable[Path]) -> set[Path]:
    return {file.resolve() for file in files}


def _is_of(run: str, path: Path) -> bool:
    return path.name.removesuffix(".warc.gz").endswith(f"-{run}")


def _member_names(collection: Collection, found: Sequence[Path]) -> dict[Path, str]:
    """One name a file in the flat ``archive/`` of a WACZ: its own, or with its directories."""
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for path in found:
        name = path.name
        if name in taken:
            name = collection.name_of(path).replace("/", "-")
        taken.add(name)
        names[path] = name
    return names


def _page_of(line: dict[str, object], with_text: bool) -> WaczPage:
    url = str(line.get("final_url") or line.get("url"))
    text = line.get("text") if with_text else None
    return WaczPage(
        id=str(line.get("id")),
        url=url,
        captured_at=str(line.get("captured_at")),
        title=str(line.get("headline") or url),
        text=str(text) if text else None,
    )


def _html_pages(warc: PackedWarc) -> Iterator[WaczPage]:
    for record in iter_records(warc.path, _pass_over, warc.name):
        if record.type == "response" and (page := _html_page(record)):
            yield page


def _pass_over(_damage: ArchiveError) -> None:
    """The index was made from the same file before, and has told of its damage."""


def _html_page(record: WarcRecord) -> WaczPage | None:
    response = http_response(record, _TITLE_WITHIN)
    if response is None or response.status != 200:
        return None
    types = [value for name, value in response.headers if name.lower() == "content-type"]
    content_type = types[-1] if types else ""
    if content_type.partition(";")[0].strip().lower() not in _PAGE_TYPES:
        return None
    match = _TITLE.search(decode(response.body, content_type)[0])
    title = " ".join(html.unescape(match[1]).split()) if match else ""
    return WaczPage(
        id=record.pointer.record_id.removeprefix("urn:uuid:"),
        url=record.target_uri,
        captured_at=record.date,
        title=title or record.target_uri,
    )
