"""The line format as JSON Schema, as Markdown and as DuckDB columns: all made from ``Article``."""

from __future__ import annotations

from dataclasses import fields
from inspect import cleandoc
from typing import Any

import msgspec

from crawler.items import Article

_SQL_TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"}

_PARTS = ("Change", "ParagraphChange", "FurtherPage", "Reservation")

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
    for table in definitions.values():
        table["required"] = list(table["properties"])
        table["additionalProperties"] = False
        table["description"] = cleandoc(table["description"]).replace("``", "`")
        for field in table["properties"].values():
            field.pop("default", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:broadsheet:article:1",
        **article,
        "$defs": {name: definitions[name] for name in _PARTS},
    }


def markdown() -> str:
    """The page docs/jsonl.md."""
    schema = json_schema()
    rows = [
        f"| `{name}` | {_type_name(field)} | {field['description']} | {field['x-origin']} |"
        for name, field in schema["properties"].items()
    ]
    tables = "".join(map(_table, schema["$defs"].values()))
    return _MARKDOWN_HEAD + "\n".join(rows) + "\n" + tables


def _table(definition: dict[str, Any]) -> str:
    rows = "".join(
        f"| `{name}` | {_type_name(field)} | {field['description']} |\n"
        for name, field in definition["properties"].items()
    )
    head = f"\n## {definition['title']}\n\n{definition['description']}\n\n"
    return f"{head}| field | type | meaning |\n|---|---|---|\n{rows}"


def duckdb_view(files: str) -> str:
    """A DuckDB view over ``files`` (a path or glob), with explicit columns and types."""
    schema = json_schema()
    columns = ",\n".join(
        f"        {name}: '{_sql_type(field, schema['$defs'])}'"
        for name, field in schema["properties"].items()
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
        elif "$ref" in part:
            names.append(f"`{_referred(part)}`")
        elif part["type"] == "array":
            names.append(f"list of {_items_name(part['items'])}")
        else:
            names.append(part["type"])
    return " or ".join([", ".join(n for n in names if n != "null")] + ["null"] * ("null" in names))


def _list_name(part: dict[str, Any]) -> str:
    return "list of objects" if part["items"].get("type") == "object" else "list of strings"


def _alternatives(field: dict[str, Any]) -> list[dict[str, Any]]:
    alternatives: list[dict[str, Any]] = field.get("anyOf", [field])
    return alternatives


def _referred(part: dict[str, Any]) -> str:
    name: str = part["$ref"].rpartition("/")[2]
    return name


def _items_name(items: dict[str, Any]) -> str:
    if "$ref" in items:
        return f"`{_referred(items)}`"
    if "enum" in items:
        return _type_name(items)
    return "objects" if items.get("type") == "object" else "strings"


def _sql_type(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    part = next(part for part in _alternatives(field) if part.get("type") != "null")
    if "$ref" in part:
        fields = definitions[_referred(part)]["properties"].items()
        # Quoted: "at" is a word of SQL.
        columns = (f'"{name}" {_sql_type(below, definitions)}' for name, below in fields)
        return f"STRUCT({', '.join(columns)})"
    kind = part.get("type", "string")
    if kind == "array":
        return f"{_sql_type(part['items'], definitions)}[]"
    return "JSON" if kind == "object" else _SQL_TYPES[kind]
