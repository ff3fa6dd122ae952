"""What a robots.txt allows, clause by clause of RFC 9309, through the parser that the crawl uses.

How it is fetched (2.3.1, 2.4, 2.5) is in test_robots.py and in the crawl of hostile hosts.
"""

from __future__ import annotations

import pytest
from scrapy.robotstxt import ProtegoRobotParser

from crawler.settings import ROBOTSTXT_USER_AGENT as AGENT

_STAR = "User-agent: *\n"
_OWN = "User-agent: broadsheet\n"


def allows(body: str | bytes, path: str) -> bool:
    data = body.encode() if isinstance(body, str) else body
    return ProtegoRobotParser(data, None).allowed("https://paper.example" + path, AGENT)


@pytest.mark.parametrize(
    ("body", "path", "allowed"),
    [
        pytest.param("", "/a", True, id="2.2.1-empty"),
        pytest.param("User-agent: other\nDisallow: /\n", "/a", True, id="2.2.1-no-group-for-us"),
        pytest.param(_STAR + "Disallow: /\n", "/a", False, id="2.2.1-star"),
        pytest.param("USER-AGENT: BroadSheet\nDISALLOW: /\n", "/a", False, id="2.2.1-any-case"),
        pytest.param(
            _STAR + "Disallow: /\n" + _OWN + "Allow: /\n", "/a", True, id="2.2.1-own-wins"
        ),
        pytest.param(
            _OWN + "Allow: /\n" + _STAR + "Disallow: /\n", "/a", True, id="2.2.1-own-first"
        ),
        pytest.param(
            _OWN + "Disallow: /a\n\n" + _STAR + "Disallow: /\n\n" + _OWN + "Disallow: /b\n",
            *("/b", False),
            id="2.2.1-own-groups-are-one",
        ),
        pytest.param(
            _OWN + "Disallow: /a\n\n" + _OWN + "Disallow: /b\n",
            "/c",
            True,
            id="2.2.1-one-and-no-more",
        ),
        pytest.param(
            "User-agent: other\n" + _OWN + "Disallow: /a\n", "/a", False, id="2.2.1-two-names"
        ),
        pytest.param("Disallow: /\n" + _OWN + "Allow: /\n", "/a", True, id="2.2.1-rule-of-nobody"),
        pytest.param(_OWN + "# who\n\nDisallow: /a\n", "/a", False, id="2.2.1-empty-line-within"),
        pytest.param(_STAR + "Disallow:\n", "/a", True, id="2.2.2-empty-rule"),
        pytest.param(_STAR + "Disallow: /a\nAllow: /a/b\n", "/a/b/c", True, id="2.2.2-longest"),
        pytest.param(_STAR + "Allow: /a/b\nDisallow: /a\n", "/a/c", False, id="2.2.2-any-order"),
        pytest.param(_STAR + "Disallow: /a\nAllow: /a\n", "/a", True, id="2.2.2-equal-allows"),
        pytest.param(_STAR + "Disallow: /A\n", "/a", True, id="2.2.2-case-of-path"),
        pytest.param(_STAR + "Disallow: /a\n", "/b/a", True, id="2.2.2-from-the-start"),
        pytest.param(_STAR + "Disallow: /caf\u00e9\n", "/caf%C3%A9", False, id="2.2.2-utf-8-rule"),
        pytest.param(_STAR + "Disallow: /caf%c3%a9\n", "/caf%C3%A9", False, id="2.2.2-escape-case"),
        pytest.param(_STAR + "Disallow: /%62%61r\n", "/bar", False, id="2.2.2-needless-escape"),
        pytest.param(_STAR + "Disallow: /a%2Fb\n", "/a/b", True, id="2.2.2-reserved-stays"),
        pytest.param(_STAR + "Disallow: /a?b\n", "/a?b=1", False, id="2.2.2-query"),
        pytest.param(_STAR + "Disallow: /a # why\n", "/a", False, id="2.2.3-comment"),
        pytest.param(_STAR + "Disallow: /*.gif$\n", "/a/b.gif", False, id="2.2.3-star-and-end"),
        pytest.param(_STAR + "Disallow: /*.gif$\n", "/a/b.gif?c", True, id="2.2.3-not-the-end"),
        pytest.param(_STAR + "Disallow: /a*b*c\n", "/a1b2c3", False, id="2.2.3-stars"),
        pytest.param(_STAR + "Disallow: /a$b\n", "/a$b", False, id="2.2.3-dollar-within"),
        pytest.param(_STAR + "Disallow: /a%24\n", "/a$", False, id="2.2.3-escaped-dollar"),
        pytest.param(_STAR + "Disallow: /a%2A\n", "/abc", True, id="2.2.3-escaped-star"),
        pytest.param(
            "User-agent: other\nSitemap: https://p.example/s\n" + _OWN + "Disallow: /a\n",
            *("/a", False),
            id="2.2.4-other-records-end-no-group",
        ),
        pytest.param("Crawl-delay: 5\n" + _STAR + "Disallow: /a\n", "/a", False, id="2.2.4-stray"),
        pytest.param(_STAR + "  Disallow :   /a   \n", "/a", False, id="2.2-space"),
        pytest.param(_STAR + "nonsense\n: /\n", "/a", True, id="2.2-unknown"),
        pytest.param("\ufeff" + _STAR + "Disallow: /a\n", "/a", False, id="2.3-bom"),
        pytest.param(
            b"User-agent: *\rDisallow: /a\rDisallow: /b\r", "/b", False, id="2.2-carriage-returns"
        ),
        pytest.param(b"User-agent: *\r\nDisallow: /a\r\n", "/a", False, id="2.2-crlf"),
        pytest.param(
            b"User-agent: *\nDisallow: /\xff\xfe\nDisallow: /a\n", "/a", False, id="2.3-not-utf-8"
        ),
        pytest.param(
            b"\x00\x01\nUser-agent: *\nDisallow: /a", "/a", False, id="2.2-no-last-line-end"
        ),
    ],
)
def test_a_robots_txt_is_read_by_the_standard(body: str | bytes, path: str, allowed: bool) -> None:
    assert allows(body, path) is allowed
