"""One story under many addresses, and never two stories under one."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import urls
from crawler.urls import canonicalize, host_of, is_fetchable

DEVSET = Path(
    os.environ.get("BROADSHEET_DEVSET", Path(__file__).parents[2].parent / "shared" / "devset")
)
STORY = "https://www.example.org/world/quake-hits-island.html?id=7"
hosts = st.lists(
    st.sampled_from(["m", "amp", "mobile", "www", "a", "cdn", "ampproject", "org", "co", "uk"]),
    min_size=1,
    max_size=6,
).map(".".join)
paths = st.lists(
    st.sampled_from(
        ["amp", "print", "c", "s", "a.amp", "a.amp.html", ";jsessionid=1", "..", "www.ex.org", ""]
    ),
    max_size=6,
).map("/".join)
queries = st.lists(
    st.sampled_from(["amp", "amp=1", "print=1", "view=print", "id=1", "sid=2", "outputType=amp"]),
    max_size=3,
).map("&".join)


@pytest.mark.parametrize(
    "variant",
    [
        "https://m.example.org/world/quake-hits-island.html?id=7",
        "https://mobile.example.org/world/quake-hits-island.html?id=7",
        "https://amp.example.org/world/quake-hits-island.html?id=7",
        "https://amp.www.example.org/world/quake-hits-island.html?id=7",
        "https://www.example.org/amp/world/quake-hits-island.html?id=7",
        "https://www.example.org/world/quake-hits-island.html/amp?id=7",
        "https://www.example.org/world/quake-hits-island.html/amp/?id=7",
        "https://www.example.org/world/quake-hits-island.amp.html?id=7",
        "https://www.example.org/world/quake-hits-island.html?amp&id=7",
        "https://www.example.org/world/quake-hits-island.html?id=7&outputType=amp",
        "https://www.example.org/world/quake-hits-island.html/print?id=7",
        "https://www.example.org/world/quake-hits-island.html?print=true&id=7",
        "https://www.example.org/world/quake-hits-island.html;jsessionid=8A?id=7",
        "https://www.example.org/world/quake-hits-island.html?id=7&PHPSESSID=1b3",
        f"https://www.example.org/world/quake-hits-island.html?id=7&sid={'0a' * 16}",
        "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/world/"
        "quake-hits-island.html?id=7",
        "https://www.google.com/amp/s/www.example.org/world/quake-hits-island.html?id=7",
        "https://www.google.com/amp/s/amp.example.org/world/quake-hits-island.html?id=7&utm_x=1",
    ],
)
def test_another_view_of_a_story_is_the_story(variant: str) -> None:
    assert canonicalize(variant) == STORY


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org/amp",
        "https://www.example.org/print/2026/story",
        "https://www.example.org/how-to-print-money",
        "https://www.example.org/a?sid=4711",
        "https://www.example.org/a?print=4711",
        "https://www.example.org/a?view=story",
        "https://ampere.example.org/a",
        "https://m.de/a",
        "https://www.google.com/search",
    ],
)
def test_what_only_looks_like_a_view_stays(url: str) -> None:
    assert canonicalize(url) == url


def test_a_subdomain_of_a_mobile_host_stays() -> None:
    assert canonicalize("https://m.sport.example.co.uk/a") == "https://sport.example.co.uk/a"
    assert canonicalize("https://m.example.co.uk/a") == "https://www.example.co.uk/a"


@given(hosts, paths, queries)
def test_a_canonical_form_is_its_own(host: str, path: str, query: str) -> None:
    once = canonicalize(f"https://{host}/{path}?{query}")
    assert canonicalize(once) == once
    assert is_fetchable(once)


def devset_urls() -> list[str]:
    gold = DEVSET / "gold.jsonl"
    if not gold.is_file():
        pytest.skip("the labelled pages are not here; BROADSHEET_DEVSET names their folder")
    return [json.loads(line)["url"] for line in gold.read_text("utf-8").splitlines()]


def variants(url: str) -> list[str]:
    parts = urlsplit(url)
    path, query = parts.path, parts.query
    tracked = f"{query}&utm_source=x&fbclid=1" if query else "utm_source=x&fbclid=1"
    made = [
        urlunsplit((parts.scheme.upper(), parts.netloc.upper(), path, query, "top")),
        urlunsplit((parts.scheme, parts.netloc, path, tracked, "")),
        urlunsplit((parts.scheme, parts.netloc, path, f"amp=1&{query}", "")),
        urlunsplit((parts.scheme, f"amp.{parts.netloc}", path, query, "")),
        f"https://x.cdn.ampproject.org/c/s/{parts.netloc}{path}" + (query and f"?{query}"),
    ]
    if len(path) > 1 and not path.endswith("/"):
        made.append(urlunsplit((parts.scheme, parts.netloc, f"{path}/amp", query, "")))
    return made


def test_each_story_of_the_devset_is_one_under_every_variant_and_never_another() -> None:
    stories: dict[str, set[str]] = defaultdict(set)
    for url in devset_urls():
        own = canonicalize(url)
        stories[own].add(url)
        for variant in variants(url):
            shown = canonicalize(variant)
            if "cdn.ampproject" in variant or "amp." in urlsplit(variant).netloc:
                # These do not say the scheme, or whether the site has a www.
                own_form = [urlsplit(u)._replace(scheme="").geturl() for u in (own, shown)]
                assert len({form.replace("//www.", "//") for form in own_form}) == 1, variant
            else:
                assert shown == own, variant
    assert [urls for urls in stories.values() if len(urls) > 1] == []


@given(
    st.builds(
        "{}://{}{}/{}{}".format,
        st.sampled_from(["http", "https", "HTTP", "ftp"]),
        hosts | st.sampled_from(["www.google.com", "127.0.0.1", "-a.org", "A.org", "a..org"]),
        st.sampled_from(["", "", ":80", ":443", ":8080", ":65536", ":080"]),
        paths | st.text("/.aZ~_-:@!$&'()*+,;=%", max_size=12),
        st.sampled_from(["", "", "?", "#a", " "]),
    )
)
def test_address_that_is_canonical_at_first_sight_is_so_on_the_long_way(url: str) -> None:
    direct = canonicalize.__wrapped__(url), host_of.__wrapped__(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urls, "_PLAIN", re.compile("(?!)"))
        assert (canonicalize.__wrapped__(url), host_of.__wrapped__(url)) == direct
