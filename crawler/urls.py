"""What a URL alone tells: its canonical form, its site, and whether it looks like a story.

Every function is pure and total: whatever string a page or a feed gives, there is an answer.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

import tldextract

from crawler.url_shape import is_story_shape
from crawler.url_tracking import is_tracking
from crawler.url_variants import SCREENS, behind_cache, is_cache, is_view, plain_host, plain_path

MAX_URL = 8000  # what RFC 9110 section 4.1 asks of every recipient; more is a trap or an attack
_DEFAULT_PORTS = {"http": 80, "https": 443}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Subdomains that papers use for everything but stories.
_SERVICE_HOSTS = _names("""
    account accounts login auth signin jobs karriere stellenmarkt shop store abo abos subscribe
    forum forums gutscheine help support advertising ads lotto games spiele
""")

_EDGES = "".join(map(chr, range(0x21)))  # C0 controls and space, which WHATWG URL strips
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_INNER_BREAKS = re.compile(r"[\t\r\n]")
_HOST_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}\Z")
_USERINFO = re.compile(r"^((?:[a-z][a-z0-9+.-]*:)?[/\\]{2,})[^/\\?#]*@", re.IGNORECASE)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "%/:@!$&'()*+,;=~"
# Most addresses are canonical: nothing to escape, no query, no default port, no dot segment, and
# nothing that may be the mark of another view.
_PLAIN = re.compile(
    r"https?://([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)(?::(?!80/|443/)(?:[1-9]\d{0,3}|[1-5]\d{4}))?"
    r"(?:/(?!\.)[A-Za-z0-9_~:@!$&'()*+,=.-]*)+\Z"
)
_MARK = re.compile("amp|print|drucken|imprim", re.IGNORECASE)
_QUERY_SAFE = _PATH_SAFE + "?"


def is_fetchable(url: str) -> bool:
    """Whether ``url`` may be requested: http or https, a host, a possible port, no credentials, at
    most MAX_URL characters."""
    if len(url) > MAX_URL or _CONTROL.search(url):
        return False
    parts = _split(url)
    return parts is not None and "@" not in parts.netloc


@lru_cache(maxsize=4096)  # a page's address is asked for by each step that it takes
def canonicalize(url: str) -> str:
    """The one spelling of ``url``: what is counted once, not what is fetched.

    Lower-case scheme and host, no default port, credentials or fragment, escapes normalised (RFC
    3986 section 6.2.2), dot segments resolved, query sorted by name without tracking parameters and
    session ids; AMP, mobile and print views are the page that they show. Idempotent. What is not a
    web URL comes back as it is, but for the space around it.
    """
    if (plain := _PLAIN.match(url)) and _is_canonical_host(plain[1]) and not _MARK.search(url):
        return url
    url = clean(url)
    parts = _split(url)
    if parts is None:
        return url
    path = _without_dots(_escape(parts.path, _PATH_SAFE))
    if page := behind_cache(_ascii_host(parts.hostname or ""), path):
        scheme, host, rest = page
        shown = f"{scheme}://{host}{rest}" + (f"?{parts.query}" if parts.query else "")
        if _split(shown) is not None:
            return canonicalize(shown)
    path = _without_dots(plain_path(path))
    return urlunsplit((parts.scheme, _netloc(parts), path, _query(parts.query), ""))


@lru_cache(maxsize=4096)
def url_hash(url: str) -> str:
    """Hex SHA-256 of the canonical form of ``url``."""
    return hashlib.sha256(canonicalize(url).encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=1024)
def host_of(url: str) -> str:
    """The host of ``url`` in lower case (IDNA form, IPv6 without brackets), or ""."""
    if (plain := _PLAIN.match(url)) and _is_canonical_host(plain[1]):
        return plain[1]
    parts = _split(clean(url))
    return "" if parts is None else _ascii_host(parts.hostname or "")


def registered_domain(url: str) -> str:
    """The domain that somebody registered (example.co.uk); for an IP host the IP; "" without host.

    The private part of the public suffix list counts: each blog of a blog host is a site.
    """
    return _registered(host_of(url))


def same_site(a: str, b: str) -> bool:
    """Whether both URLs belong to one registered domain (or are the same IP)."""
    site = registered_domain(a)
    return bool(site) and site == registered_domain(b)


def is_downgrade(first: str, url: str) -> bool:
    """Whether ``url`` is in clear text where ``first`` is not."""
    return first.startswith("https:") and not url.startswith("https:")


def without_credentials(url: str) -> str:
    """``url`` without the user name and password that it may hold (RFC 3986 section 3.2.1)."""
    return _USERINFO.sub(r"\1", url)


def clean(url: str) -> str:
    """``url`` without what browsers strip: space around it, tabs and line ends within it."""
    return _INNER_BREAKS.sub("", url.strip(_EDGES + "\x7f\xa0\ufeff\u200b"))


@lru_cache(maxsize=4096)
def _registered(host: str) -> str:
    if not host or is_ip(host):
        return host
    found = _suffixes()(host)
    if not found.suffix:  # the list's rule for what it does not know: the last label is a suffix
        return ".".join(host.split(".")[-2:])
    return found.top_domain_under_public_suffix or host


@cache
def _suffixes() -> tldextract.TLDExtract:
    # The list that the package carries: no download and no cache directory.
    return tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
    )


def _split(url: str) -> SplitResult | None:
    """The parts of a web URL, or None where it has no usable scheme, host or port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # port above 65535, bad IPv6 brackets, NFKC tricks in the host
        return None
    if parts.scheme not in _DEFAULT_PORTS or port == 0 or "\\" in parts.netloc:
        return None
    return parts if _is_host(_ascii_host(parts.hostname or "")) else None


def _ascii_host(host: str) -> str:
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return host.lower().removesuffix(".")


@lru_cache(maxsize=4096)  # an outlet's links have a few hosts
def _is_host(host: str) -> bool:
    if is_ip(host):
        return True
    return 0 < len(host) <= 253 and all(_HOST_LABEL.match(label) for label in host.split("."))


@lru_cache(maxsize=4096)
def _is_canonical_host(host: str) -> bool:
    """Whether a lower-case host stays as it is on every path."""
    return _is_host(host) and host.partition(".")[0] not in SCREENS and not is_cache(host)


@lru_cache(maxsize=4096)
def is_ip(host: str) -> bool:
    """Whether a host, without the brackets of IPv6, is an address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host  # a zone index means something on one machine only


def _netloc(parts: SplitResult) -> str:
    host = _ascii_host(parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    elif host.partition(".")[0] in SCREENS:
        host = plain_host(host, _registered(host))
    port = parts.port
    return host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"


def _escape(text: str, safe: str) -> str:
    """Escapes in upper case, none where none is needed, and one wherever one is."""
    text = _ESCAPE.sub(_normal_escape, _STRAY_PERCENT.sub("%25", text))
    return quote(text, safe=safe, errors="replace")


def _normal_escape(match: re.Match[str]) -> str:
    char = chr(int(match[0][1:], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _without_dots(path: str) -> str:
    """RFC 3986 section 5.2.4, on an absolute path."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    pairs = [p for p in _parameters(_escape(query, _QUERY_SAFE)) if not _says_nothing(*p)]
    pairs.sort(key=lambda pair: pair[0])  # stable: repeated names keep their order
    return "&".join(name + value for name, value in pairs)


def _parameters(query: str) -> Iterator[tuple[str, str]]:
    """(name, value with its "="); "&amp;" counts as "&", as careless feeds mean it."""
    for piece in query.split("&"):
        while piece.startswith("amp;"):
            piece = piece[4:]
        if piece:
            name, equals, value = piece.partition("=")
            yield name, equals + value


def _says_nothing(name: str, value: str) -> bool:
    """Whether a parameter, its value with its "=", is of no account for which story it is."""
    name, value = unquote(name).lower(), unquote(value.removeprefix("="))
    return is_tracking(name, value) or is_view(name, value)


def looks_like_article(url: str) -> bool:
    """Whether the shape of ``url`` is that of a story: a date with something after it, a long slug
    or an id; and not a home page, list, search, account page or file. A guess for links of section
    pages; what a feed or news sitemap lists needs no guess.
    """
    if not is_fetchable(url):
        return False
    parts = urlsplit(url)
    if _SERVICE_HOSTS.intersection((parts.hostname or "").split(".")[:-2]):
        return False
    return is_story_shape(unquote(parts.path), parts.query)
