"""The line format as JSON Schema, as Markdown and as DuckDB columns: all made from ``Article``."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import msgspec

from crawler.items import Article

_SQL_TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"}

_MARKDOWN_HEAD = """\
# The JSONL line

One line is one version of one story (an `Article`), or the record that a page was fetched and gave
no story. Files are `articles/date=YYYY-MM-DD/<run_id>-NNNNN.jsonl.gz` by the day of capture in
UTC; a file that is being written ends in `.jsonl.open` and is plain text. UTF-8, one JSON object a
line, keys always in this order, every key on every line.

- Lists are never null. Everything else may be, where the table says so.
- Instants are ISO 8601 in UTC with a `Z`. A page that gives only a day has `published_date` and a
  null `published_at`; a date that the page does not give is null.
- The newest version of each story: keep, for each `url_hash`, the line with the highest `version`.
- `scrapy schema` prints the JSON Schema (also in [article.schema.json](article.schema.json)),
  `scrapy schema --duckdb` a view with explicit columns (also in
  [articles.duckdb.sql](articles.duckdb.sql)).

"Origin" is where a field's name and meaning come from: schema.org's NewsArticle, Media Cloud's
story list, the CDX(J) index format, the WARC standard, or Broadsheet itself.

| field | type | meaning | origin |
|---|---|---|---|
"""


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of one line; no key beside those of ``Article`` is allowed."""
    definitions = msgspec.json.schema_components([Article])[1]
    article = definitions["Article"]
    names = [field.name for field in fields(Article)]
    article["properties"] = {name: article["properties"][name] for name in names}
    article["required"] = names
    article["additionalProperties"] = False
    for field in article["properties"].values():
        field.pop("default", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:broadsheet:article:1",
        **article,
    }


def markdown() -> str:
    """The page docs/jsonl.md."""
    rows = [
        f"| `{name}` | {_type_name(field)} | {field['description']} | {field['x-origin']} |"
        for name, field in json_schema()["properties"].items()
    ]
    return _MARKDOWN_HEAD + "\n".join(rows) + "\n"


def duckdb_view(files: str) -> str:
    """A DuckDB view over ``files`` (a path or glob), with explicit columns and types."""
    columns = ",\n".join(
        f"        {name}: '{_sql_type(field)}'"
        for name, field in json_schema()["properties"].items()
    )
    return (
        "CREATE OR REPLACE VIEW articles AS\n"
        f"SELECT * FROM read_json(\n    '{files}',\n    format = 'newline_delimited',\n"
        f"    hive_partitioning = false,\n    columns = {{\n{columns}\n    }}\n);\n"
    )


def _type_name(field: dict[str, Any]) -> str:
    names = []
    for part in _alternatives(field):
        if "enum" in part:
            names += [f"`{value}`" if value else "null" for value in part["enum"]]
        else:
            names.append(_list_name(part) if part["type"] == "array" else part["type"])
    return " or ".join([", ".join(n for n in names if n != "null")] + ["null"] * ("null" in names))


def _list_name(part: dict[str, Any]) -> str:
    return "list of objects" if part["items"].get("type") == "object" else "list of strings"


def _alternatives(field: dict[str, Any]) -> list[dict[str, Any]]:
    alternatives: list[dict[str, Any]] = field.get("anyOf", [field])
    return alternatives


def _sql_type(field: dict[str, Any]) -> str:
    kinds = [part.get("type", "string") for part in _alternatives(field)]
    kind = next(kind for kind in kinds if kind != "null")
    if kind == "array":
        items = next(part for part in _alternatives(field) if part.get("type") == "array")["items"]
        return "JSON" if items.get("type") == "object" else "VARCHAR[]"
    return "JSON" if kind == "object" else _SQL_TYPES[kind]
