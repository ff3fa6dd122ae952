"""Links and redirects that lead astray."""

from __future__ import annotations

from tests.faults.fault import Fault, Steps, answer, feed, page, story

CREDENTIALS = "user:hunter2-in-the-url"


def _to(location: str, status: bytes = b"302 Found") -> Steps:
    return answer(b"", b"Location: " + location.encode(), status=status)


def _links(name: str, *links: str, **changes: object) -> Fault:
    """A feed with bad links before a good one, which must not be lost."""
    answers = {"/feed": feed(*links, "/story"), "/story": answer(page(name))}
    return Fault(**{"name": name, "answers": answers, "articles": 1, **changes})  # type: ignore[arg-type]


FAULTS = (
    story("redirect-loop", *_to("/story"), counted=("failed/too_many_redirects",)),
    Fault(
        name="redirect-chain",
        answers={"/story": _to("/1"), **{f"/{n}": _to(f"/{n + 1}") for n in range(1, 40)}},
        counted=("failed/too_many_redirects",),
        never=("/9",),
    ),
    story("redirect-to-file", *_to("file:///etc/passwd"), counted=("failed/http_302",)),
    story("redirect-to-data", *_to("data:text/html,hello"), counted=("failed/http_302",)),
    story("redirect-to-ftp", *_to("ftp://127.0.0.1/x"), counted=("failed/http_302",)),
    story("redirect-to-javascript", *_to("javascript:alert(1)"), counted=("failed/bad_redirect",)),
    story(
        "redirect-to-metadata",
        *_to("http://169.254.169.254/latest"),
        counted=("failed/address_refused",),
    ),
    story("redirect-to-private", *_to("http://10.0.0.1/"), counted=("failed/address_refused",)),
    story(
        "redirect-to-mapped", *_to("http://[::ffff:10.0.0.1]/"), counted=("failed/address_refused",)
    ),
    story(
        "redirect-to-decimal-host",
        *_to("http://2852039166/latest"),
        counted=("failed/address_refused",),
    ),
    story(
        "redirect-to-port-99999", *_to("http://127.0.0.1:99999/"), counted=("failed/bad_redirect",)
    ),
    story("redirect-to-nowhere", *_to("http://["), counted=("failed/bad_redirect",)),
    story(
        "redirect-without-location", *answer(b"", status=b"302 Found"), counted=("failed/http_302",)
    ),
    story(
        "refresh-to-file",
        *answer(
            b'<meta http-equiv=refresh content="0;url=file:///etc/passwd">'
            + page("refresh-to-file")
        ),
        articles=1,
    ),
    story(
        "refresh-to-private",
        *answer(b'<meta http-equiv=refresh content="0;url=http://10.0.0.1/">'),
        counted=("failed/address_refused",),
    ),
    _links("javascript-link", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"),
    _links("port-99999-link", "http://127.0.0.1:99999/a", "http://127.0.0.1:x/a"),
    # "//" is the feed itself, which is no page.
    _links(*("bracket-link", "http://[/a", "http://[::1/a", "//"), counted=("dropped/not_html",)),
    _links("credentials-link", f"http://{CREDENTIALS}@127.0.0.1/a"),
    _links("escape-link", "/a&#13;&#10;X-Injected: 1", counted=("failed/http_404",)),
    _links("terminal-link", "/a%1b[2Jb", counted=("failed/http_404",)),
    _links("huge-link", "/" + "a" * 100_000),
    _links("dots-link", "/../../../../etc/cron.d/x", counted=("failed/http_404",)),
    _links("elsewhere-link", "http://127.0.9.9/a", counted=("dropped/not_wanted",)),
    Fault(
        name="variants",
        answers={
            "/feed": feed("/story?utm_source=x", "/story/", "/story#top", "/story"),
            "/story": answer(page("variants")),
            "/story/": _to("/story", b"301 Moved"),
            "/story?utm_source=x": answer(page("variants")),
        },
        articles=1,
        counted=("dropped/duplicate",),
    ),
    Fault(
        name="session-ids",
        answers={
            "/feed": feed("/story;jsessionid=8A", "/story?PHPSESSID=1b3", "/story"),
            "/story;jsessionid=8A": answer(page("session-ids")),
        },
        articles=1,
    ),
    Fault(
        name="case-and-slashes",
        answers={
            "/feed": feed("/story", "/Story", "/./story", "/%73tory", "/a/../story"),
            "/story": answer(page("case-and-slashes")),
            "/Story": _to("/story", b"301 Moved"),
        },
        articles=1,
        counted=("dropped/duplicate",),
    ),
    Fault(
        name="traps",
        listing="sections",
        answers={
            "/feed": answer(
                "".join(
                    f'<h2><a href="{path}">The quay of the old town reopens late</a></h2>'
                    for path in (
                        *("/calendar/2026/03/04", "/2026/03/04/story?sort=asc&filter=quay"),
                        "/a/b/a/b/a/b/2026/03/04/the-quay-of-the-town-reopens",
                        "/2026/03/04/the-quay-of-the-town-reopens",
                    )
                ).encode()
            ),
            "/2026/03/04/the-quay-of-the-town-reopens": answer(page("traps")),
        },
        articles=1,
        counted=("dropped/trap_facets", "dropped/trap_depth"),
        never=("/calendar/2026/03/04", "/2026/03/04/story?sort=asc&filter=quay"),
    ),
    Fault(
        name="story-without-end",
        answers={
            path: answer(page(f"endless-{n}", in_head=f'<link rel=next href="/story/{n + 1}">'))
            for n, path in enumerate(["/story", *(f"/story/{n}" for n in range(1, 40))])
        },
        articles=1,
        never=("/story/15",),
    ),
    story(
        "escapes-in-the-head",
        *answer(
            page("escapes-in-the-head"),
            b"Server: \x1b[2J\x1b]0;owned\x07",
            b'ETag: "\x1b[31m"',
            b"Last-Modified: \x1b[2J",
            kind=b"text/html; charset=\x1b[2J",
        ),
        articles=1,
    ),
    story(
        "escapes-in-the-reason",
        *answer(b"", status=b"500 \x1b[2J\x1b]0;owned\x07"),
        counted=("failed/http_500",),
    ),
    story("escapes-in-a-redirect", *_to("/\x1b[2J\x1b]0;owned\x07"), counted=("failed/http_404",)),
    story(
        "redirect-to-itself-by-case", *_to("HTTP:/story"), counted=("failed/too_many_redirects",)
    ),
    story("redirect-of-50-kb", *_to("/" + "a" * 50_000), counted=("failed/bad_redirect",)),
    story("gone", *answer(b"", status=b"410 Gone"), counted=("failed/http_410",)),
    story(
        "not-found", *answer(page("soft"), status=b"404 Not Found"), counted=("failed/http_404",)
    ),
    story("error-500", *answer(page("soft5"), status=b"500 Oops"), counted=("failed/http_500",)),
    story("status-999", *answer(page("s999"), status=b"999 Denied"), counted=("failed/http_999",)),
    story(
        "retry-after-huge",
        *answer(b"", b"Retry-After: 99999999999999", status=b"429 Slow"),
        counted=("failed/http_429",),
    ),
    story(
        "retry-after-garbage",
        *answer(b"", b"Retry-After: \xff\x00soon", status=b"503 Busy"),
        counted=("failed/http_503",),
    ),
    story(
        "other-sites-canonical",
        *answer(
            page("thief", in_head='<link rel=canonical href="http://127.0.2.1/good-1-story-0">')
        ),
        articles=1,
    ),
)
