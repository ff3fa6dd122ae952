"""From TOML files to sources, with everything that is wrong with them in one go."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from crawler.errors import ConfigurationError
from crawler.overrides import Overrides
from crawler.sources.check import Problem, check_source
from crawler.sources.check_overrides import as_lists
from crawler.sources.printing import printable
from crawler.sources.source import Source


class SourceErrors(ConfigurationError):
    """Everything that is wrong with the source files, one line a problem, no control characters."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def shipped_sources() -> Path:
    """The directory of the outlets that come with Broadsheet."""
    return Path(str(files("spiders") / "sources"))


def load_sources(path: Path) -> tuple[Source, ...]:
    """The sources of one TOML file or of all ``*.toml`` in a directory, in order of name and place.

    Raises SourceErrors with every problem of every file.
    """
    problems: list[str] = []
    loaded: list[Source] = []
    first_place: dict[str, str] = {}
    for file in _toml_files(path, problems):
        for number, table in enumerate(_read_tables(file, problems), 1):
            found = check_source(table)
            place = f"{printable(str(file))}: {_label(table, number)}"
            source_id = table.get("id")
            if isinstance(source_id, str) and source_id in first_place:
                also = f'"{source_id}" is taken by {first_place[source_id]}; write another id'
                found.append(Problem("id", also))
            elif isinstance(source_id, str):
                first_place[source_id] = place
            problems += [f"{place}: {problem.key}: {problem.advice}" for problem in found]
            if not found:
                loaded.append(_build(table))
    if problems:
        raise SourceErrors(problems)
    return tuple(loaded)


def pick_sources(sources: Iterable[Source], ids: Sequence[str]) -> tuple[Source, ...]:
    """The sources with these ids, in their own order; without ids, all that are enabled.

    Raises ConfigurationError for an id that is not there. Naming a disabled source enables it.
    """
    sources = tuple(sources)
    if not ids:
        return tuple(source for source in sources if source.enabled)
    known = {source.id for source in sources}
    for wanted in ids:
        if wanted not in known:
            near = difflib.get_close_matches(wanted, known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else "see: scrapy sources"
            raise ConfigurationError(f'no source has the id "{printable(wanted)}"; {hint}')
    return tuple(source for source in sources if source.id in set(ids))


def _toml_files(path: Path, problems: list[str]) -> list[Path]:
    if not path.is_dir():
        return [path]
    try:
        found = sorted(path.glob("*.toml"))
    except OSError as error:
        problems.append(f"{printable(str(path))}: cannot be read: {_reason(error)}")
        return []
    if not found:
        problems.append(f"{printable(str(path))}: no *.toml file here; write one, or name a file")
    return found


def _read_tables(file: Path, problems: list[str]) -> list[dict[str, Any]]:
    """The [[source]] tables of one file; what else is wrong with it goes to ``problems``."""
    place = printable(str(file))
    try:
        document = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        problems.append(f"{place}: cannot be read: {_reason(error)}")
    except UnicodeDecodeError as error:
        problems.append(f"{place}: byte {error.start} is not UTF-8; save the file as UTF-8")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{place}: not TOML: {printable(str(error))}")
    except RecursionError:
        problems.append(f"{place}: not TOML: nested too deep")
    else:
        return _source_tables(document, place, problems)
    return []


def _source_tables(
    document: dict[str, Any], place: str, problems: list[str]
) -> list[dict[str, Any]]:
    for key in document:
        if key != "source":
            problems.append(
                f"{place}: {printable(key)}: unknown key at the top; write [[source]] above the "
                "keys of each source"
            )
    tables = document.get("source", [])
    if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
        if not tables and len(document) == ("source" in document):
            problems.append(f"{place}: no source in it; write a [[source]] table")
        return tables
    problems.append(f"{place}: source: must be tables; write [[source]] with two brackets")
    return []


def _label(table: Mapping[str, Any], number: int) -> str:
    source_id = table.get("id")
    if isinstance(source_id, str) and source_id:
        return f'source {number} "{printable(source_id)}"'
    return f"source {number}"


def _build(table: Mapping[str, Any]) -> Source:
    """A Source of a table that was checked."""
    values: dict[str, Any] = {  # Any: each key has its own type, and each was checked
        key: tuple(dict.fromkeys(v)) if isinstance(v, list) else v for key, v in table.items()
    }
    values["tried"] = table.get("tried") or None
    if "overrides" in table:
        values["overrides"] = Overrides.of(as_lists(table["overrides"]))
    return Source(**values)


def _reason(error: OSError) -> str:
    return printable(error.strerror or type(error).__name__)
