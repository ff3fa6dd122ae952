"""``scrapy sources add``: look at an outlet, and declare it where no other has its id."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.errors import BroadsheetError, ConfigurationError
from crawler.sources import load_sources
from crawler.sources.check import KEYS, check_source
from crawler.sources.found import FoundOutlet
from crawler.sources.write import declaration


class NothingFoundError(BroadsheetError):
    """An outlet that did not answer, or has nothing to poll."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """``home`` is the outlet's address; ``file`` to append to, None to print; ``id`` instead of the
    one that is made from the domain."""

    home: str
    file: Path | None = None
    id: str | None = None


def add_source(settings: Settings, wanted: Wanted, taken: set[str]) -> str:
    """The declaration of an outlet, also written to ``wanted.file`` if that is given.

    ``taken`` are ids that other files have. Raises ConfigurationError where the id is taken or the
    file has mistakes, NothingFoundError where there is nothing to declare.
    """
    if wanted.file is not None and wanted.file.exists():
        taken = taken | {source.id for source in load_sources(wanted.file)}
    _refuse_taken(wanted.id, taken)  # before the outlet is asked anything
    found = _look(settings, wanted.home)
    if found is None:
        raise NothingFoundError(f"{wanted.home}: no answer to use; see the log with -L INFO")
    if not found.is_useful:
        raise NothingFoundError(f"{wanted.home}: no feed, news sitemap or section was found")
    source = replace(found.source, id=wanted.id or found.source.id)
    _refuse_taken(source.id, taken)
    table = {key: getattr(source, key) for key in KEYS if getattr(source, key)}
    shown = {key: list(v) if isinstance(v, tuple) else v for key, v in table.items()}
    if problems := check_source(shown):
        said = "; ".join(f"{problem.key} {problem.advice}" for problem in problems)
        raise ConfigurationError(f"{wanted.home}: cannot be declared: {said}")
    text = declaration(source, found.remarks)
    if wanted.file is not None:
        _append(wanted.file, text)
    return text


def _refuse_taken(source_id: str | None, taken: set[str]) -> None:
    if source_id in taken:
        raise ConfigurationError(f'the id "{source_id}" is taken; give another with --id ID')


def _look(settings: Settings, home: str) -> FoundOutlet | None:
    # A look is no crawl: nothing is archived, and the state learns nothing.
    settings.set("OUTPUT_ENABLED", False, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler("outlet")
    looking = process.crawl(crawler, home=home)
    process.start()
    if looking.done() and not looking.cancelled() and (error := looking.exception()):
        raise error
    found: FoundOutlet | None = getattr(crawler.spider, "found", None)
    return found


def _append(file: Path, text: str) -> None:
    """Add to a file under another name, then rename: it is the old one or the new one, whole."""
    before = file.read_text("utf-8") if file.exists() else ""
    gap = "\n" if before and not before.endswith("\n\n") else ""
    temporary = file.with_name(f"{file.name}.tmp")
    with temporary.open("w", encoding="utf-8") as out:
        out.write(f"{before}{gap}{text}")
        out.flush()
        os.fsync(out.fileno())
    temporary.rename(file)
