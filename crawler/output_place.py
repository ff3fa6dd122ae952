"""Whether an archive may be begun where OUTPUT_DIR points to."""

from __future__ import annotations

from enum import Enum

from archive.layout import OutputLayout
from crawler.errors import ConfigurationError, StorageError

_WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class Creation(Enum):
    """What is made where there is no archive: the values of OUTPUT_CREATE."""

    NOTHING = False
    HERE = True
    PARENTS = "parents"


def creation(given: object) -> Creation:
    """OUTPUT_CREATE, also as a word of the command line. Raises ConfigurationError."""
    word = str(given).strip().lower()
    try:
        return Creation(_WORDS.get(word, word))
    except ValueError:
        raise ConfigurationError(
            f"OUTPUT_CREATE: {given!r} is none of True, False and parents"
        ) from None


def check_place(layout: OutputLayout, allowed: Creation) -> None:
    """Raises StorageError where there is no archive and none may be begun."""
    root = layout.root
    if allowed is Creation.NOTHING and not layout.articles.is_dir():
        raise StorageError(
            f"{root}: no archive is here, and OUTPUT_CREATE is off: mount its disk, or turn"
            " the setting on for one run to begin a new archive"
        )
    if allowed is Creation.HERE and not (root.exists() or root.parent.exists()):
        raise StorageError(
            f"{root}: cannot be made, as {root.parent} is not there: correct OUTPUT_DIR, mount its"
            " disk, or make that directory (-s OUTPUT_CREATE=parents does)"
        )
