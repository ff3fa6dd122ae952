"""What a crawl keeps of the secrets that it sends."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.secrets import check_policy, secret_fields
from tests.running import FAST, records_of, scrapy
from tests.wire import WireServer, plain

SOURCE = """
[[source]]
id = "paper"
name = "Paper"
home = "{base}/"
domains = ["127.0.0.1"]
sections = ["{base}/news"]
headers = {{ Cookie = "session=s3cret", X-Api-Key = "k3y", X-Edition = "intl" }}
"""


def test_default_covers_credentials_and_configured_secrets() -> None:
    assert secret_fields("configured", ["Cookie", "X-Api-Key", "X-Edition"]) == {
        "authorization",
        "proxy-authorization",
        "cookie",
        "x-api-key",
    }


def test_default_keeps_cookies_that_nobody_configured() -> None:
    assert "cookie" not in secret_fields("configured", [])
    assert "cookie" in secret_fields("all", [])


def test_none_covers_nothing() -> None:
    assert secret_fields("none", ["Cookie"]) == frozenset()


def test_unknown_policy_is_refused_before_anything_starts() -> None:
    with pytest.raises(ConfigurationError, match="WARC_REDACT: 'some': use one of"):
        check_policy("some")


@pytest.mark.parametrize(("policy", "is_kept"), [("configured", False), ("none", True)])
def test_server_gets_the_secrets_and_the_archive_does_not(
    tmp_path: Path, policy: str, is_kept: bool
) -> None:
    sources, output = tmp_path / "my.toml", tmp_path / "out"
    with WireServer({"/news": plain(b"<html><body>no news</body></html>")}) as server:
        sources.write_text(SOURCE.format(base=server.base))
        done = scrapy(
            *("crawl", "news", "-a", f"sources={sources}", *FAST),
            *("-s", f"OUTPUT_DIR={output}", "-s", f"WARC_REDACT={policy}"),
        )

    assert done.returncode == 0, done.stderr
    (sent,) = [entry.request for entry in server.log if b"/news" in entry.request]
    assert b"s3cret" in sent
    assert b"k3y" in sent
    blocks = b"".join(block for _, _, block in records_of(output))
    assert (b"s3cret" in blocks, b"k3y" in blocks) == (is_kept, is_kept)
    assert b"X-Edition: intl" in blocks
