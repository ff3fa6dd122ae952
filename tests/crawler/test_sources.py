from __future__ import annotations

import datetime
import pickle
from dataclasses import fields
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.sources import (
    Source,
    SourceErrors,
    headers_for,
    load_sources,
    pick_sources,
    shipped_sources,
    wants,
)
from crawler.sources.check import KEYS

GOOD = """
[[source]]
id = "post"
name = "The Post"
home = "https://post.example/"
feeds = ["https://post.example/rss"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "outlets.toml"


def problems(file: Path, text: str) -> tuple[str, ...]:
    file.write_text(text, "utf-8")
    with pytest.raises(SourceErrors) as caught:
        load_sources(file)
    return caught.value.problems


def post(**changes: object) -> Source:
    values: dict[str, object] = {"id": "post", "name": "P", "home": "https://www.post.example/"}
    return Source(**{**values, **changes})  # type: ignore[arg-type]


def test_source_of_few_keys_has_the_defaults(file: Path) -> None:
    file.write_text(GOOD)
    (source,) = load_sources(file)
    assert source == Source(
        id="post",
        name="The Post",
        home="https://post.example/",
        feeds=("https://post.example/rss",),
        verify_tls=True,
        enabled=True,
    )


def test_every_key_is_read(file: Path) -> None:
    file.write_text(
        GOOD
        + """
news_sitemaps = ["https://post.example/news.xml"]
sections = ["https://post.example/politics"]
domains = ["post.example", "127.0.0.1:8001"]
take = ['/\\d+']
leave = ["/sport/"]
language = "pt-BR"
country = "BR"
delay = 2
concurrency = 3
verify_tls = false
enabled = false
headers = { "Accept-Language" = "pt" }
tried = 2026-01-31
note = "slow"
"""
    )
    (source,) = load_sources(file)
    assert source.take == (r"/\d+",)
    assert (source.delay, source.concurrency) == (2, 3)
    assert (source.verify_tls, source.enabled) == (False, False)
    assert source.headers == {"Accept-Language": "pt"}
    assert source.tried == datetime.date(2026, 1, 31)


def test_source_has_a_field_for_every_key_that_is_checked() -> None:
    assert {field.name for field in fields(Source)} == KEYS


def test_source_travels_to_other_processes() -> None:
    source = post(headers={"X-A": "b"})
    assert pickle.loads(pickle.dumps(source)) == source  # noqa: S301 - our own bytes
    assert hash(source) == hash(post())


def test_directory_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text(GOOD)
    (tmp_path / "a.toml").write_text(GOOD.replace('"post"', '"times"'))
    (tmp_path / "readme.txt").write_text("no TOML")
    assert [source.id for source in load_sources(tmp_path)] == ["times", "post"]


@pytest.mark.parametrize(
    ("line", "key", "advice"),
    [
        ('feed = ["x"]', "feed", 'unknown key; did you mean "feeds"?'),
        ('news-sitemap = ["x"]', "news-sitemap", 'did you mean "news_sitemaps"?'),
        ("qqq = 1", "qqq", "the keys are id, name, home"),
        ('sections = "https://a.example/"', "sections", "write a list"),
        ("sections = [1]", "sections", "entry 1 is a number"),
        ('sections = ["a.example"]', "sections", "no web URL"),
        ('sections = ["https://a.example:99999/"]', "sections", "no web URL"),
        ('sections = ["https://u:p@a.example/"]', "sections", "write the URL without"),
        ('take = ["("]', "take", "no regular expression"),
        ("take = [3]", "take", "write a regular expression"),
        ('domains = ["https://a.example/"]', "domains", "write a host name"),
        ("domains = [1]", "domains", "write a host name"),
        ('language = "english"', "language", "BCP 47"),
        ("language = 1", "language", "BCP 47"),
        ('country = "de"', "country", "ISO 3166-1"),
        ('delay = "2"', "delay", "write seconds"),
        ("delay = -1", "delay", "is -1; write seconds"),
        ("delay = nan", "delay", "write seconds"),
        ("concurrency = true", "concurrency", "is true; write a whole number"),
        ("concurrency = 0", "concurrency", "from 1 to"),
        ('revisit = ["soon"]', "revisit", "write a span such as"),
        ('revisit = ["1h 2h"]', "revisit", "write a span such as"),
        ('verify_tls = "no"', "verify_tls", "write true or false"),
        ("tried = true", "tried", "write the day"),
        ('note = "a\\nb"', "note", "write it on one line"),
        ("note = []", "note", "write some text"),
        ("headers = 1", "headers", "write a table"),
        ('headers = { Host = "a" }', "headers", "cannot be set"),
        ('headers = { X = "a\\r\\nb" }', "headers", "as one line"),
    ],
)
def test_wrong_value_is_one_line_with_the_key_and_what_to_write(
    file: Path, line: str, key: str, advice: str
) -> None:
    (problem,) = problems(file, GOOD + line)
    assert problem.startswith(f'{file}: source 1 "post": {key}: ')
    assert advice in problem


def test_missing_keys_and_nothing_to_poll_are_named(file: Path) -> None:
    found = problems(file, "[[source]]\n")
    assert [line.split(": ")[2] for line in found] == ["id", "name", "home", "feeds"]
    assert "nothing to poll" in found[-1]


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD + "delay = -1\nconcurrency = 0")
    (tmp_path / "b.toml").write_text("[[source]\n")
    with pytest.raises(SourceErrors) as caught:
        load_sources(tmp_path)
    assert len(caught.value.problems) == 3
    assert str(caught.value).splitlines() == list(caught.value.problems)
    assert caught.value.exit_code == 2


def test_duplicate_id_names_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD)
    with pytest.raises(SourceErrors) as caught:
        load_sources(tmp_path)
    (problem,) = caught.value.problems
    assert problem.startswith(str(tmp_path / "b.toml"))
    assert str(tmp_path / "a.toml") in problem


def test_syntax_error_names_the_line(file: Path) -> None:
    (problem,) = problems(file, GOOD + "delay = = 1")
    assert "line 7" in problem


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff", "not UTF-8"),
        (b"", "no source in it"),
        (b"[source]\nid = 'a'", "two brackets"),
        (b"[[sources]]\nid = 'a'", "unknown key at the top"),
        (b"a = " + b"[" * 5000, "not TOML"),
    ],
    ids=["encoding", "empty", "single-brackets", "other-name", "deep"],
)
def test_file_without_sources_is_one_problem(file: Path, content: bytes, reason: str) -> None:
    file.write_bytes(content)
    with pytest.raises(SourceErrors, match=reason) as caught:
        load_sources(file)
    assert len(caught.value.problems) == 1


def test_missing_file_and_empty_directory_are_problems(tmp_path: Path) -> None:
    with pytest.raises(SourceErrors, match="cannot be read"):
        load_sources(tmp_path / "none.toml")
    with pytest.raises(SourceErrors, match=r"no \*\.toml file"):
        load_sources(tmp_path)


def test_no_control_character_reaches_the_message(file: Path) -> None:
    text = GOOD.replace('"post"', r'"po\u001b[31m\nst\u202e"') + '"k\\u0007" = 1\n'
    assert all(line.isprintable() for line in problems(file, text))


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://post.example/a", True),
        ("https://news.post.example/a", True),
        ("https://otherpost.example/a", False),
        ("https://post.example.evil.example/a", False),
        ("javascript:alert(1)", False),
    ],
)
def test_links_on_the_domain_of_home_are_wanted(url: str, wanted: bool) -> None:
    assert wants(post(), url) is wanted


@pytest.mark.parametrize(
    ("home", "url", "sent"),
    [
        ("https://post.example/", "https://news.post.example/a", True),
        ("https://post.example/", "http://post.example/a", False),
        ("https://post.example/", "https://evil.example/a", False),
        ("http://post.example/", "http://post.example/a", True),
        ("http://post.example/", "https://post.example/a", True),
    ],
)
def test_header_fields_go_to_the_sources_hosts_and_stay_under_tls(
    home: str, url: str, sent: bool
) -> None:
    fields = headers_for(post(home=home, headers={"X-Key": "secret"}), url)
    assert fields == ({"X-Key": "secret"} if sent else {})


def test_named_domains_replace_that_of_home() -> None:
    source = post(domains=("stories.example",))
    assert wants(source, "https://www.stories.example/a")
    assert not wants(source, "https://post.example/a")


def test_home_on_an_ip_stands_for_its_port_only() -> None:
    source = post(home="http://127.0.0.1:8001/")
    assert wants(source, "http://127.0.0.1:8001/a")
    assert not wants(source, "http://127.0.0.1:8002/a")
    assert not wants(source, "http://127.0.0.2:8001/a")


def test_leave_outweighs_take() -> None:
    source = post(take=(r"/\d{4}/",), leave=("/sport/",))
    assert wants(source, "https://post.example/2026/a")
    assert not wants(source, "https://post.example/about")
    assert not wants(source, "https://post.example/sport/2026/a")


def test_picking_keeps_the_enabled_or_the_named() -> None:
    on, off = post(), post(id="off", enabled=False)
    assert pick_sources([on, off], []) == (on,)
    assert pick_sources([on, off], ["off"]) == (off,)


def test_picking_an_unknown_id_suggests_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match='did you mean "post"'):
        pick_sources([post()], ["pots"])


def test_shipped_sources_are_many_and_not_yet_tried() -> None:
    sources = load_sources(shipped_sources())
    languages = {(source.language or "").split("-")[0] for source in sources}
    assert len(sources) >= 45
    assert len(languages) >= 12
    assert "" not in languages
    assert all(source.country and source.tried is None for source in sources)
