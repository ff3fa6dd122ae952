"""An article's last steps: claimed and compared, then written and confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import get_args

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from crawler.articles import tombstone_of
from crawler.biography import are_one_story, compare_pages, plain
from crawler.chain import pages_of, pointer_of
from crawler.change import Change, Gone
from crawler.claims import Claim
from crawler.errors import ConfigurationError
from crawler.extensions import Archive, Workers
from crawler.extraction.record import Page
from crawler.instants import parse
from crawler.items import Article
from crawler.line_bound import LEAST
from crawler.overrides import Overrides
from crawler.readings import note_dropped, note_written
from crawler.session import ArchiveSession
from crawler.state import Shown, Story
from crawler.urls import canonicalize, url_hash
from crawler.workers import WorkerError, WorkerPool

# A page that has this share of its words anew and another canonical URL is another story.
_ANOTHER = 0.7
# Claims that are dropped for these are of pages that never showed a story.
_NO_STORY = frozenset(get_args(Gone))


class ClaimPipeline:
    """Decides whether an article is new, a new version, a tombstone, unchanged or a duplicate."""

    def __init__(
        self,
        archive: Archive,
        workers: WorkerPool,
        stats: StatsCollector,
        overrides_of: Callable[[str], Overrides | None],
    ) -> None:
        self._archive = archive
        self._workers = workers
        self._stats = stats
        self._overrides_of = overrides_of

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ClaimPipeline:
        workers = crawler.get_extension(Workers)
        assert workers is not None, "crawler.extensions.Workers must be in EXTENSIONS"
        # A spider of others', of no sources, has none.
        overrides_of = getattr(crawler.spider, "overrides_of", lambda _source_id: None)
        return cls(_archive(crawler), workers.pool, crawler.stats, overrides_of)

    async def process_item(self, item: object) -> object:
        """Puts ``version``, ``previous_id`` and ``change`` in. Drops what makes no line."""
        if not isinstance(item, Article):
            return item
        claim = await self._claim(item)
        dropped = claim.dropped
        if claim.previous is not None and claim.gone is not None:
            return tombstone_of(item, claim.gone, claim.previous)
        if claim.previous is not None:
            dropped = await self._continue(item, claim.previous, is_renamed=claim.is_renamed)
        if dropped is not None:
            self._stats.inc_value(f"news/dropped/{dropped}")
            note_dropped(self._stats, item, dropped)
            if dropped in _NO_STORY:
                # Else its link would stay on the frontier, and be asked for by every run.
                await self._session.dismiss([item.url], dropped)
            raise DropItem(f"{dropped}: {item.final_url}", log_level="DEBUG")
        return item

    @property
    def _session(self) -> ArchiveSession:
        return self._archive.session

    async def _claim(self, item: Article) -> Claim:
        """The claim of an item; one whose page names the address of another story is its own."""
        claim = await self._session.claim(item)
        if claim.previous is None or not claim.is_named:
            return claim
        if await self._is_one_story(item, claim.previous):
            return await self._session.claim_believed(item)
        self._stats.inc_value("news/canonical_of_another_story")
        item.canonical_url = canonicalize(item.final_url)
        item.url_hash = url_hash(item.canonical_url)
        return Claim()

    async def _is_one_story(self, item: Article, known: Story) -> bool:
        """Whether an item is the story whose address its page names; believed where the page of
        that story is not at hand."""
        before, after = await self._pages(item, known)
        if not (before and after):
            self._stats.inc_value("news/not_compared")
            return True
        try:
            return await self._workers.run(are_one_story, before[0], after[0])
        except WorkerError:
            self._stats.inc_value("news/not_compared")
            return True

    async def _continue(self, item: Article, known: Story, *, is_renamed: bool) -> str | None:
        """Make an item the next of its story; gives why it is dropped where nothing changed."""
        change = await self._change(item, known)
        if is_renamed and change and (change.share or 0) > _ANOTHER:
            await self._session.visited(known, item.captured_at)
            return None
        # The chain keeps the canonical URL under which it began.
        item.canonical_url, item.url_hash = known.canonical_url, known.key
        if known.gone:
            change = replace(change or Change(), returned=True)
        if change is None:
            return await self._session.settle(item, known)
        item.change = change
        item.version, item.previous_id = known.version + 1, known.id
        return None

    async def _change(self, item: Article, known: Story) -> Change | None:
        """What changed; only that something did, where the earlier page is not at hand."""
        before, after = await self._pages(item, known)
        if not (before and after):
            self._stats.inc_value("news/not_compared")
            return Change()
        try:
            return await self._workers.run(compare_pages, before, after, item.modified_at)
        except WorkerError:
            self._stats.inc_value("news/not_compared")
            return Change()

    async def _pages(self, item: Article, known: Story) -> tuple[list[Page], list[Page]]:
        """The pages of the version before and those of an item, as its source wants them read;
        none where one of them is not at hand."""
        before, after = known.pointer, pointer_of(item)
        if before is None or after is None:
            return [], []
        # Where the further pages of the one were not read, first pages are compared.
        is_first_only = item.next_page is not None and not item.pages
        earlier = (before, *(() if is_first_only else known.pages))
        found = await self._session.pages(*earlier, after, *pages_of(item))
        if any(page is None for page in found):
            return [], []
        own = self._overrides_of(item.source_id or "")
        pages = [replace(page, overrides=own) for page in found if page is not None]
        return pages[: len(earlier)], pages[len(earlier) :]


class DeliverPipeline:
    """Writes the line; only then the story counts as seen."""

    def __init__(self, archive: Archive, stats: StatsCollector, longest: int) -> None:
        self._archive = archive
        self._stats = stats
        self._longest = longest
        self._delays: defaultdict[str, list[float]] = defaultdict(list)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DeliverPipeline:
        longest = crawler.settings.getint("JSONL_LINE_MAX")
        if longest < LEAST:
            raise ConfigurationError(f"JSONL_LINE_MAX: {longest} is less than {LEAST}")
        return cls(_archive(crawler), crawler.stats, longest)

    async def process_item(self, item: object) -> object:
        """Returns the item, shortened where its line is too long, with the line in the file."""
        if not isinstance(item, Article):
            return item
        try:
            delivered = await self._archive.session.deliver(item, self._longest)
        except OSError as error:
            raise DropItem(f"storage: {item.final_url}") from error
        item = delivered.article
        self._stats.inc_value("news/written")
        note_written(self._stats, item)
        if item.shortened:
            self._stats.inc_value("news/shortened")
        if item.text is None and item.kind != "tombstone":
            self._stats.inc_value("news/without_text")
        for word in events_of(item):
            self._stats.inc_value(f"news/{word}")
            if item.source_id:
                self._stats.inc_value(f"ledger/{item.source_id}/{word}")
        if item.version == 1 and item.source_id:
            self._note_found(item, delivered.shown)
            self._note_delay(item)
        return item

    async def deliver_new(self, articles: Sequence[Article]) -> None:
        """Claim and write the new ones of these, which have their turn, before they come through
        the pipelines. Raises OSError."""
        await self._archive.session.deliver_new(articles, self._longest)

    def _note_found(self, item: Article, shown: Sequence[Shown]) -> None:
        """For the report: which listing showed a new story first, and whether under a headline that
        the page has not."""
        self._stats.inc_value(f"ledger/{item.source_id}/found_by/{item.discovered_from}")
        there = {plain(one.headline).casefold() for one in shown if one.headline}
        if there - {plain(item.headline or "").casefold()}:
            self._stats.inc_value(f"ledger/{item.source_id}/other_headlines")

    def _note_delay(self, item: Article) -> None:
        """For the report: how long after its publication a new story of a source is seen."""
        seen, published = parse(item.discovered_at), parse(item.published_at)
        if seen is None or published is None:
            return
        delays = self._delays[item.source_id or ""]
        delays.append((seen - published).total_seconds())
        self._stats.set_value(
            f"ledger/{item.source_id}/median_delay_seconds", round(median(delays))
        )


def events_of(item: Article) -> list[str]:
    """What a line is in the life of its story, in the words of the run report."""
    if item.kind == "tombstone":
        return ["tombstones"]
    repeats = ["near_duplicates"] if item.near_dup_of else []
    if item.change is None:
        return ["new_stories", *repeats]
    silent = ["silent_edits"] if item.change.silent_edit else []
    return ["returned" if item.change.returned else "new_versions", *silent, *repeats]


def delivers_ahead(pipelines: Sequence[object]) -> DeliverPipeline | None:
    """The pipeline that writes, where nobody sees an article before it, so that it makes no
    difference when the line is written."""
    types = [type(one) for one in pipelines[:2]]
    if types != [ClaimPipeline, DeliverPipeline]:
        return None
    deliver = pipelines[1]
    assert isinstance(deliver, DeliverPipeline)
    return deliver


def _archive(crawler: Crawler) -> Archive:
    archive = crawler.get_extension(Archive)
    assert archive is not None, "crawler.extensions.Archive must be in EXTENSIONS"
    return archive
