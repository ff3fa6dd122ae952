"""The language of a text: what py3langid itself says of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.extraction.detection import LONGEST, detector


@pytest.fixture(scope="module")
def identifier() -> Any:  # py3langid has no types
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The harbour town turned its old lighthouse into a library.", id="en"),
        pytest.param("Die Hafenstadt macht aus ihrem Leuchtturm eine Bücherei.", id="de"),
        pytest.param("港町は古い灯台を子どものための図書館にした。", id="ja"),
        pytest.param("Lučki grad pretvorio je stari svetionik u biblioteku za decu.", id="sr-Latn"),
        pytest.param("Лучки град претворио је стари светионик у библиотеку.", id="sr-Cyrl"),
        pytest.param("THE HARBOUR TOWN TURNED ITS LIGHTHOUSE INTO A LIBRARY.", id="capitals"),
        pytest.param("cafe\u0301 re\u0301ouvert au port", id="not-composed"),
        pytest.param("a\ud800b", id="surrogate"),
        pytest.param("4711 42", id="digits"),
        pytest.param("ok", id="shorter-than-the-longest-n-gram"),
        pytest.param("", id="empty"),
    ],
)
def test_language_and_probability_are_those_of_py3langid(identifier: Any, text: str) -> None:
    language, probability = identifier.classify(text)
    assert detector().detect(text) == (language, pytest.approx(probability, abs=1e-6))


def test_no_state_of_the_model_remembers_more_bytes_than_are_read() -> None:
    model = detector()
    after = model.after.reshape(-1, 256)
    reached = np.zeros(len(model.row), dtype=bool)
    reached[0] = True
    for _ in range(LONGEST):
        reached[after[np.unique(model.row[reached]) >> 8]] = True
    assert reached.all()
