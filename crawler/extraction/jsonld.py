"""JSON-LD of a page: parsed within bounds, repaired where broken, the story's own node chosen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from crawler.extraction.decode import Script

# JSON has no narrower type that is of use here: every value is looked at before it is believed.
Node = dict[str, Any]

MAX_TOTAL = 3_000_000
MAX_NODES = 4_000
_ARTICLE_TYPE = re.compile(
    r"(Article|BlogPosting|LiveBlogPosting|Report|ReportageNewsArticle|Review|NewsStory)$"
)
_MEDIA_TYPE = re.compile(r"(VideoObject|AudioObject|PodcastEpisode|ImageGallery|MediaGallery)$")
_WORD = re.compile(r"\w+")
_VOCABULARY = re.compile(r"[/#:]")
# What else has a day of publication of its own, and is the page.
_DATED_TYPE = re.compile(r"(WebPage|ItemPage|HowTo|Recipe|CreativeWork|Dataset|Course)$")
_LISTING_TYPE = re.compile(r"(CollectionPage|ItemList|SearchResultsPage|ProfilePage)$")
# Below these keys lie other stories, not this one.
_FOREIGN = frozenset(
    [
        "itemListElement",
        "hasPart",
        "mentions",
        "citation",
        "comment",
        "comments",
        "relatedLink",
        "isBasedOn",
        "isPartOf",
        "review",
        "potentialAction",
        "publisher",
        "author",
        "creator",
        "about",
        "video",
        "image",
        "associatedMedia",
    ]
)
_WRAPPER = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*;?\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_MISSING_COMMA = re.compile(r'(["\]}])(\s*\n\s*)(?=")')
_LOOSE_STRING = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|articleSection|keywords|articleBody|'
    r'description|alternativeHeadline|inLanguage)"\s*:\s*"((?:[^"\\]|\\.){0,200000})"'
)
_LOOSE_AUTHOR = re.compile(r'"author"\s*:\s*[\[{][^\]}]{0,2000}?"name"\s*:\s*"([^"\\]{1,200})"')


@dataclass(frozen=True, slots=True)
class LinkedData:
    """What the JSON-LD of a page says: the story's node, all types, breadcrumbs, @id targets.

    ``others`` are films, sounds and galleries; ``pages`` what stands for the page as a whole.
    """

    article: Node = field(default_factory=dict)
    types: frozenset[str] = frozenset()
    breadcrumbs: tuple[tuple[str, ...], ...] = ()
    by_id: dict[str, Node] = field(default_factory=dict)
    others: tuple[Node, ...] = ()
    pages: tuple[Node, ...] = ()


def read_linked_data(scripts: Iterable[Script], url: str, headline: str | None) -> LinkedData:
    """Read every JSON-LD block; ``headline`` (the h1) and ``url`` tell the story from others."""
    roots: list[Any] = []
    size = 0
    for script in scripts:
        if "json" not in script.attributes.lower() or "__NEXT_DATA__" in script.attributes:
            continue
        size += len(script.text)
        if size > MAX_TOTAL:
            break
        roots.append(_load(script.text))
    nodes = list(_walk(roots))
    by_id = {n["@id"]: n for n, _ in nodes if isinstance(n.get("@id"), str) and len(n) > 1}
    own = [(node, types_of(node)) for node, foreign in nodes if not foreign]
    articles, pages, media = (
        [node for node, types in own if any(map(wanted.search, types))]
        for wanted in (_ARTICLE_TYPE, _DATED_TYPE, _MEDIA_TYPE)
    )
    return LinkedData(
        article=_merged(_ranked(articles, url, headline)),
        types=frozenset(name for _, types in own for name in types),
        breadcrumbs=tuple(_breadcrumbs(n for n, _ in nodes)),
        by_id=by_id,
        others=tuple(media[:5]),
        pages=tuple(pages[:5]),
    )


def types_of(node: Node) -> list[str]:
    """The @type values of a node without their vocabulary: ``NewsArticle``."""
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return [_VOCABULARY.split(v)[-1] for v in values if isinstance(v, str)]


def strings(value: Any, depth: int = 0) -> list[str]:
    """The texts in a JSON-LD value: a string, or the name of an object, or a list of these."""
    if isinstance(value, str):
        text = " ".join(unescape(value).split())
        return [text] if text else []
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, list) and depth < 3:
        return [text for item in value[:200] for text in strings(item, depth + 1)]
    if isinstance(value, dict):
        return strings(value.get("name") or value.get("@value") or value.get("url"), depth + 1)
    return []


def _load(text: str) -> Any:
    """Parse one block, with the usual faults repaired, or picked by key where all else fails."""
    text = text.strip()
    # Nearly every block stands bare: the pattern looks for an end at every place of the text.
    if text[:1] not in ("{", "[") or text[-1:] not in ("}", "]"):
        text = _WRAPPER.sub("", _WRAPPER.sub("", text)).strip().rstrip(";")
    for repaired in _repairs(text):
        try:
            return json.loads(repaired, strict=False)
        except (ValueError, RecursionError):
            continue
    return _loose(text)


def _repairs(text: str) -> Iterator[str]:
    yield text
    if text.startswith("{&quot;") or "&quot;@type&quot;" in text:
        yield unescape(text)
    text = _TRAILING_COMMA.sub(r"\1", text)
    yield text
    text = re.sub(r'\\(?!["\\/bfnrtu])', r"\\\\", text)
    yield text
    yield _MISSING_COMMA.sub(r"\1,\2", text)
    if text.startswith("{") and "}" in text:
        yield "[" + re.sub(r"}\s*{", "},{", text) + "]"


def _loose(text: str) -> Node:
    node: Node = {}
    for match in _LOOSE_STRING.finditer(text[:MAX_TOTAL]):
        value = re.sub(r"\\+[nrt]", "\n", match.group(2)).replace('\\"', '"').replace("\\/", "/")
        node.setdefault(match.group(1), value)
    names = _LOOSE_AUTHOR.findall(text[:500_000])
    if names:
        node["author"] = [{"@type": "Person", "name": name} for name in names[:10]]
    if node and re.search(r'"@type"\s*:\s*\[?\s*"[A-Za-z]*(Article|BlogPosting)"', text):
        node["@type"] = "NewsArticle"
    return node


def _walk(roots: list[Any]) -> Iterator[tuple[Node, bool]]:
    """Every object in document order, and whether it lies below a key that holds other things."""
    stack: list[tuple[Any, bool, int]] = [(root, False, 0) for root in reversed(roots)]
    seen = 0
    while stack and seen < MAX_NODES:
        value, foreign, depth = stack.pop()
        seen += 1
        if depth > 40:
            continue
        if isinstance(value, list):
            stack.extend((item, foreign, depth + 1) for item in reversed(value))
        elif isinstance(value, dict):
            yield value, foreign
            for key, inner in reversed(value.items()):
                if isinstance(inner, (dict, list)):
                    stack.append((inner, foreign or key in _FOREIGN, depth + 1))


def _ranked(articles: list[Node], url: str, headline: str | None) -> list[Node]:
    """Best first: with the page's headline, about this URL, dated, in document order."""
    if len(articles) < 2:
        return articles

    def rank(node: Node) -> int:
        about = " ".join(
            text
            for key in ("url", "mainEntityOfPage", "@id")
            for text in strings(_target(node.get(key)))
        )
        path = re.sub(r"^https?://[^/]*", "", url.split("#")[0].split("?")[0]).rstrip("/")
        same_url = bool(path) and path in about
        heads = {_key(h) for h in strings(node.get("headline")) + strings(node.get("name"))}
        same_head = bool(headline) and _key(headline or "") in heads
        return -(2 * same_url + 3 * same_head + ("datePublished" in node))

    return sorted(articles, key=rank)


def _target(value: Any) -> Any:
    if isinstance(value, dict):
        return value.get("@id") or value.get("url")
    return value


def _key(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _merged(articles: list[Node]) -> Node:
    """The best node, its gaps filled from others that carry the same headline."""
    if not articles:
        return {}
    merged = dict(articles[0])
    heads = {_key(h) for h in strings(merged.get("headline"))}
    for other in articles[1:6]:
        if not heads or {_key(h) for h in strings(other.get("headline"))} & heads:
            for key, value in other.items():
                if not merged.get(key):
                    merged[key] = value
    return merged


def _breadcrumbs(nodes: Iterable[Node]) -> Iterator[tuple[str, ...]]:
    for node in nodes:
        items = node.get("itemListElement")
        if "BreadcrumbList" not in types_of(node) or not isinstance(items, list):
            continue
        names = []
        for item in items[:12]:
            if isinstance(item, dict):
                inner = item.get("item")
                name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
                names.extend(strings(name)[:1])
        if names:
            yield tuple(names)
