from __future__ import annotations

import pytest

from spiders.discovery.section import read_section

URL = "https://ex.org/news?page=2"


@pytest.mark.parametrize(
    ("page", "following"),
    [
        ("<link rel='next' href='/news?page=3'>", "https://ex.org/news?page=3"),
        ("<a rel='nofollow next' href='?page=3'>3</a>", "https://ex.org/news?page=3"),
        ("<nav class='pagination'><a href='?page=1'>«</a><a href='?page=3'>»</a></nav>",
         "https://ex.org/news?page=3"),
        ("<a class='pager__next' href='/news/page/3'>3</a>", "https://ex.org/news/page/3"),
        ("<a class='nextdoor' href='/news/page/3'>3</a>", None),
        ("<a href='/news/page/3'>Nächste Seite</a>", "https://ex.org/news/page/3"),
        ("<a href='/news/page/3'>Older posts →</a>", "https://ex.org/news/page/3"),
        ("<a href='/a'>Next week the council votes on the budget</a>", None),
        ("<a rel='next' href='?page=2'>the same</a>", None),
        ("<a rel='next' href='javascript:more()'>more</a>", None),
    ],
)  # fmt: skip
def test_the_next_page_is_the_one_that_the_page_names(page: str, following: str | None) -> None:
    assert read_section(page.encode(), URL, "text/html").next_page == following
