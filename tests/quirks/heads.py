"""Quirks of status lines and header fields."""

from __future__ import annotations

from tests.quirks.quirk import framed, head, page_of, raw

LENGTHS = {name: b"Content-Length: %d" % len(page_of(name)) for name in ("bare-lf", "mixed-eol")}

QUIRKS = (
    framed("plain", b"Content-Type: text/html"),
    framed("case-and-order", b"x-ZEBRA: 1", b'ETAG: "x"', b"a-B-c: 2", b"SERVER: s"),
    framed("three-cookies", b"Set-Cookie: a=1", b"set-cookie: b=2; Path=/", b"SET-COOKIE: c=3"),
    framed("repeated-fields", b"X-Same: 1", b"X-Other: -", b"X-Same: 2", b"X-Same: 1"),
    framed("odd-reason", status=b"HTTP/1.1 200 All is well, Sir!"),
    framed("latin-1-reason", status="HTTP/1.1 200 Très bien".encode("latin-1")),
    framed("utf-8-reason", status="HTTP/1.1 200 好".encode()),
    framed("empty-reason", status=b"HTTP/1.1 200 "),
    framed("no-reason", status=b"HTTP/1.1 200"),
    framed("two-spaces", status=b"HTTP/1.1  200  OK"),
    framed("unknown-status", status=b"HTTP/1.1 299 Whatever", delivered=299),
    framed("status-999", status=b"HTTP/1.1 999 No robots", delivered=999),
    framed("http-1.0-with-length", status=b"HTTP/1.0 200 OK"),
    raw("bare-lf", head(b"X: y", LENGTHS["bare-lf"], eol=b"\n") + page_of("bare-lf")),
    raw(
        "mixed-eol",
        b"HTTP/1.1 200 OK\r\nX: y\n" + LENGTHS["mixed-eol"] + b"\r\n\n" + page_of("mixed-eol"),
    ),
    framed("obs-fold", b"X-Folded: one", b"  two", b"\tthree", b"X-Next: y"),
    framed("fold-on-status-line", b" folded: onto nothing", b"X-Next: y"),
    framed("no-colon", b"This line has no colon", b"X-Next: y"),
    framed("empty-name", b": no name", b"X-Next: y"),
    framed("space-in-name", b"X Odd Name: 1", b"X-Next: y"),
    framed("space-before-colon", b"X-Spaced : 1", b"X-Next: y"),
    framed("name-with-brackets", b"<meta>(x)[y]: 1", b"X-Next: y"),
    framed("name-in-utf-8", "X-Größe: 1".encode(), b"X-Next: y"),
    framed("control-in-value", b"X-Control: a\x01b\x7fc\x0bd", b"X-Next: y"),
    framed("nul-in-value", b"X-Nul: a\x00b", b"X-Next: y"),
    framed("carriage-return-in-value", b"X-Return: a\rb", b"X-Next: y"),
    framed("value-in-latin-1", "X-Title: Café".encode("latin-1")),
    framed("value-in-utf-8", "X-Title: 新聞".encode()),
    framed("empty-values", b"X-Empty:", b"X-Spaces:    ", b"X-Tab:\t1\t"),
    framed("line-of-20-kib", b"X-Long: " + b"v" * 20_000),
    framed("line-of-200-kib", b"X-Long: " + b"v" * 200_000),
    framed("thousand-fields", *(b"X-%d: %d" % (n, n) for n in range(1000))),
    raw(
        "endless-line",
        b"HTTP/1.1 200 OK\r\nX-Endless: " + b"v" * 3_000_000,
        archived="bytes",
        truncated="unspecified",
        exchanges=2,
        delivered=None,
    ),
    raw(
        "endless-fields",
        b"HTTP/1.1 200 OK\r\n" + b"X-Endless: v\r\n" * 200_000,
        archived="bytes",
        truncated="unspecified",
        exchanges=2,
        delivered=None,
    ),
)
