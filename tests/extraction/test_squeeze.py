"""The shortcuts on bytes say what the plain rules on characters say."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.blocks import squeeze, squeeze_all
from crawler.extraction.features import _digits
from crawler.extraction.quality import count_words
from crawler.paragraphs import words_of

# Of all scripts, with much of what news text is made of between them; lone surrogates too.
_TEXTS = st.lists(
    st.one_of(st.characters(), st.sampled_from("aZ09 _-.’“—ßİıǅ²٣१๑ᾳ東カ\u0345\u200c\ud800"))
).map("".join)
_LINES = st.lists(_TEXTS.map(lambda text: " ".join(text.split())))


@given(_TEXTS)
def test_squeezed_text_is_its_letters_and_digits_in_one_case(text: str) -> None:
    assert squeeze(text) == re.sub(r"[\W_]+", "", text.casefold())


@given(_LINES)
def test_texts_are_squeezed_together_as_alone(texts: list[str]) -> None:
    assert squeeze_all(texts) == [squeeze(text) for text in texts]


@given(_TEXTS)
def test_digits_of_every_script_are_counted(text: str) -> None:
    assert _digits(text) == sum(map(str.isdigit, text))


@given(_TEXTS)
def test_words_are_counted_and_found_alike(text: str) -> None:
    alone = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e01-\u0e4e]"
    words = re.findall(rf"{alone}|(?:(?!{alone})\w)+", text)
    assert words_of(text) == words
    assert count_words(text) == len(words)
