"""Lines as they are written: an article after its claim. On the writer thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from archive.jsonl import JsonlWriter
from crawler.chain import NOTHING_KEPT
from crawler.claims import Claim, Claims
from crawler.items import Article
from crawler.line_bound import fitted
from crawler.state import Shown
from crawler.urls import canonicalize, url_hash

_NEW = Claim()


@dataclass(frozen=True, slots=True)
class Delivered:
    """An article as its line has it. ``shown``: the lines of the ledger on it, where it is the
    first of a story of a source."""

    article: Article
    shown: Sequence[Shown] = ()


@dataclass(slots=True)
class Ahead:
    """What came of an article ahead of its pipelines: its claim, and, if it was new, its line."""

    article: Article
    claim: Claim
    delivered: Delivered | None = None


@dataclass(slots=True)
class Deliveries:
    """Writes lines and confirms their claims. ``jsonl`` is None where no lines are kept."""

    claims: Claims
    jsonl: JsonlWriter | None
    _ahead: dict[str, Ahead] = field(default_factory=dict)

    def deliver(self, article: Article, longest: int) -> Delivered:
        """Append the line and confirm the claim. Raises OSError with the file rolled back.

        What it nearly repeats is looked up here, so that of two copies one is the first.
        """
        kept = self.claims.kept.get(article.id, NOTHING_KEPT)
        likeness = self.claims.near.look(article, kept.sketch)
        article.near_dup_of = likeness.original
        article, line = fitted(article, longest)
        if self.jsonl is not None:
            self.jsonl.append(article.captured_at[:10], line)
        self.claims.confirm(article)
        self.claims.near.remember(article, likeness)
        if article.version > 1 or not article.source_id:
            return Delivered(article)
        return Delivered(article, self.claims.state.shown(url_hash(canonicalize(article.url))))

    def deliver_new(self, articles: Iterable[Article], longest: int) -> None:
        """Claim each of several articles, and deliver at once those that are new.

        Where the disk refuses a line the rest is left as it is: it is tried again, and reported,
        where the pipelines deliver.
        """
        for article in articles:
            claim = self.claims.claim(article)
            ahead = self._ahead[article.id] = Ahead(article, claim)
            if claim == _NEW:
                try:
                    ahead.delivered = self.deliver(article, longest)
                except OSError:
                    return

    def claimed(self, article: Article) -> Claim | None:
        """The claim that was made ahead, if one was. On any thread."""
        ahead = self._of(article)
        return None if ahead is None else ahead.claim

    def delivered(self, article: Article) -> Delivered | None:
        """The line that was written ahead, if it was. On any thread."""
        ahead = self._of(article)
        return None if ahead is None else ahead.delivered

    def forget(self, article: Article) -> None:
        """Once an article is through. On any thread."""
        self._ahead.pop(article.id, None)

    def _of(self, article: Article) -> Ahead | None:
        ahead = self._ahead.get(article.id)
        # The same capture may come a second time, out of another file, and waits for its turn.
        return ahead if ahead is not None and ahead.article is article else None
