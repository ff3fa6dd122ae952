"""The fast way through gzip, against zlib's."""

from __future__ import annotations

import gzip
import random

from archive.fast_gunzip import gunzip_start, gunzip_whole

_TEXT = b"".join(b"<p>Paragraph %d of the story.</p>" % n for n in range(3000))
_BODY = gzip.compress(_TEXT, mtime=0)


def test_a_whole_member_is_undone() -> None:
    assert gunzip_whole(_BODY, len(_TEXT)) == _TEXT
    assert gunzip_start(_BODY, 16_384) == _TEXT[:16_384]


def test_more_than_is_wanted_is_left_to_others() -> None:
    assert gunzip_whole(_BODY, len(_TEXT) - 1) is None


def test_what_is_no_single_whole_member_is_left_to_others() -> None:
    for body in (b"", b"<html>", _BODY[:-1], _BODY[:500], _BODY + _BODY, _BODY + b"\0\0"):
        assert gunzip_whole(body, 1 << 20) is None
    for body in (b"", b"<html>", _BODY[:12], gzip.compress(b"short")):
        assert gunzip_start(body, 16_384) is None


def test_a_flipped_bit_is_never_taken_for_the_page() -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    for _ in range(300):
        broken = bytearray(_BODY)
        broken[chance.randrange(10, len(broken))] ^= 1 << chance.randrange(8)
        assert gunzip_whole(bytes(broken), 1 << 20) is None
