"""What records say of each other: ids, concurrent records, warcinfo, originals of revisits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archive.verify.ledger import Ledger

Place = tuple[str, str, int, str]
"""Point, file, offset, what."""


@dataclass(frozen=True, slots=True)
class _Link:
    """A query whose rows (file, offset, text) are findings against ``point``."""

    point: str
    what: str
    query: str


_LINKS = (
    _Link(
        "R05",
        "another record has this id: {}",
        "SELECT file, at, id FROM records WHERE id IN (SELECT id FROM records"
        " WHERE id != '' GROUP BY id HAVING count(*) > 1)",
    ),
    _Link(
        "R16",
        "WARC-Concurrent-To names no record of this file: {}",
        "SELECT c.file, c.at, c.id FROM concurrent c WHERE NOT EXISTS"
        " (SELECT 1 FROM records r WHERE r.id = c.id AND r.file = c.file)",
    ),
    _Link(
        "R16",
        "concurrent to a record of another capture (date or URI differ): {}",
        "SELECT c.file, c.at, c.id FROM concurrent c"
        " JOIN records a ON a.file = c.file AND a.at = c.at"
        " JOIN records b ON b.id = c.id AND b.file = c.file"
        " WHERE a.date != b.date OR (a.uri != b.uri AND a.uri NOT LIKE 'urn:%'"
        " AND b.uri NOT LIKE 'urn:%')",
    ),
    _Link(
        "R17",
        "requests that are concurrent to it: {}",
        "SELECT file, at, n FROM (SELECT r.file AS file, r.at AS at, (SELECT count(*) FROM ("
        " SELECT q.at FROM concurrent c JOIN records q ON q.id = c.id AND q.file = c.file"
        " WHERE c.file = r.file AND c.at = r.at AND q.type = 'request' UNION"
        " SELECT q.at FROM concurrent c JOIN records q ON q.file = c.file AND q.at = c.at"
        " WHERE c.id = r.id AND c.file = r.file AND q.type = 'request')) AS n"
        " FROM records r WHERE r.type IN ('response', 'revisit') AND r.uri LIKE 'http%')"
        " WHERE n != 1",
    ),
    _Link(
        "R11",
        "WARC-Warcinfo-ID names no warcinfo of this file: {}",
        "SELECT r.file, r.at, r.warcinfo FROM records r WHERE r.type != 'warcinfo'"
        " AND NOT EXISTS (SELECT 1 FROM records i WHERE i.id = r.warcinfo AND i.file = r.file"
        " AND i.type = 'warcinfo')",
    ),
    _Link(
        "R28",
        "a revisit that does not say of what",
        "SELECT file, at, '' FROM records WHERE type = 'revisit' AND"
        " (refers_to = '' OR refers_uri = '' OR refers_date = '')",
    ),
    _Link(
        "R28",
        "the record that it refers to is not here: {}",
        "SELECT r.file, r.at, r.refers_to FROM records r WHERE r.type = 'revisit'"
        " AND r.refers_to != '' AND NOT EXISTS (SELECT 1 FROM records o WHERE o.id = r.refers_to)",
    ),
    _Link(
        "R28",
        "does not agree with the record that it refers to: {}",
        "SELECT r.file, r.at, r.refers_to FROM records r JOIN records o ON"
        " o.id = r.refers_to WHERE r.type = 'revisit' AND (o.type != 'response'"
        " OR (r.refers_uri != '' AND r.refers_uri != o.uri)"
        " OR (r.refers_date != '' AND r.refers_date != o.date)"
        " OR (r.digest != '' AND o.digest != '' AND r.digest != o.digest))",
    ),
)


def check_links(ledger: Ledger) -> Iterator[Place]:
    """Every finding about what records say of each other."""
    for link in _LINKS:
        for file, offset, text in ledger.ask(link.query):
            yield link.point, file, offset, link.what.format(text)
