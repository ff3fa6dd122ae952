"""Other addresses of one page: AMP, mobile and print views, AMP caches, session ids. Pure.

Each rule is one that publishers' systems follow without exception known to us; what only some do,
such as ``/print/`` in the middle of a path, is left alone: two stories must never become one.
"""

from __future__ import annotations

import re

# Labels of a host that serves the same pages for other screens.
SCREENS = frozenset({"amp", "m", "mobile", "mobil"})
_VIEW_SUFFIX = re.compile(r"(?<=[^/])/(?:amp|print|drucken|imprimir|imprimer)/?\Z", re.IGNORECASE)
_AMP_DOT = re.compile(r"\.amp(?=(?:\.html?)?\Z)", re.IGNORECASE)
_AMP_PREFIX = re.compile(r"\A/amp(?=/[^/]+)", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
# https://www-example-com.cdn.ampproject.org/c/s/www.example.com/story and its like: the address
# behind it, and "s" where that is https (AMP cache URL format).
_AMP_CACHE = re.compile(r"\A/(?:[civ]|amp)/(s/)?([^/?#]+)(/[^?#]*)?\Z")
_GOOGLE_AMP = re.compile(r"\A/amp/(s/)?([^/?#]+\.[^/?#]+)(/[^?#]*)?\Z")
_SESSION = re.compile(r"(?:j?session_?id|phpsessid|aspsessionid[a-z]*|cfid|cftoken|zenid|s_id)\Z")
_HASH = re.compile(r"[0-9a-f]{24,64}\Z", re.IGNORECASE)
_ON = frozenset({"", "1", "true", "yes", "y"})
_VIEW_FLAGS = frozenset({"amp", "print", "printview", "printable", "mobile", "isamp"})
_VIEW_NAMES = frozenset({"view", "output", "outputtype", "mode", "format", "display", "layout"})
_VIEWS = frozenset({"amp", "print", "printable", "mobile", "druckversion"})


def is_cache(host: str) -> bool:
    """Whether a host may show the pages of others."""
    return host.endswith(".cdn.ampproject.org") or host in ("www.google.com", "google.com")


def behind_cache(host: str, path: str) -> tuple[str, str, str] | None:
    """(scheme, host, path) of the page that an AMP cache or viewer shows, or None."""
    if host.endswith(".cdn.ampproject.org"):
        found = _AMP_CACHE.match(path)
    elif host in ("www.google.com", "google.com"):
        found = _GOOGLE_AMP.match(path)
    else:
        return None
    if found is None:
        return None
    return ("https" if found[1] else "http"), found[2].lower(), found[3] or "/"


def plain_host(host: str, registered: str) -> str:
    """``host`` without the labels of other screens: m.example.com is www.example.com, and
    m.sport.example.com is sport.example.com. ``registered`` is its registered domain."""
    labels = host.split(".")
    own = registered.count(".") + 1
    kept = labels[:]
    while len(kept) > own and kept[0] in SCREENS:
        del kept[0]
    if len(kept) == len(labels):
        return host
    return ".".join(kept) if len(kept) > own else f"www.{registered}"


def plain_path(path: str) -> str:
    """``path`` without session ids and the marks of AMP and print views."""
    while True:
        shorter = _SESSION_IN_PATH.sub("", path)
        shorter = _AMP_DOT.sub("", _VIEW_SUFFIX.sub("", shorter))
        shorter = _AMP_PREFIX.sub("", shorter)
        if shorter == path:
            return path
        path = shorter


def is_view(name: str, value: str) -> bool:
    """Whether a query parameter (lower-case name, unescaped value) chooses a view of a page, or
    names a visitor's session."""
    if _SESSION.match(name) or (name == "sid" and _HASH.match(value)):
        return True
    lowered = value.lower()
    if name in _VIEW_FLAGS:
        return lowered in _ON
    return name in _VIEW_NAMES and lowered in _VIEWS
