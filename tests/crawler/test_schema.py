"""The documented line format against the class that makes it."""

from __future__ import annotations

import json
from dataclasses import fields

from jsonschema import Draft202012Validator

from crawler import schema
from crawler.items import Article
from tests.running import ROOT


def test_the_schema_is_valid_and_names_every_field_in_order() -> None:
    made = schema.json_schema()
    Draft202012Validator.check_schema(made)
    assert list(made["properties"]) == [field.name for field in fields(Article)]
    assert made["required"] == list(made["properties"])


def test_every_field_says_what_it_means_and_where_that_comes_from() -> None:
    for name, field in schema.json_schema()["properties"].items():
        assert field["description"].endswith("."), name
        assert field["x-origin"], name


def test_the_committed_documents_are_those_of_the_class() -> None:
    advice = "run: make docs"
    committed = json.loads((ROOT / "docs/article.schema.json").read_text("utf-8"))
    assert committed == schema.json_schema(), advice
    assert (ROOT / "docs/jsonl.md").read_text("utf-8") == schema.markdown(), advice
    view = schema.duckdb_view("output/articles/*/*.jsonl.gz")
    assert (ROOT / "docs/articles.duckdb.sql").read_text("utf-8") == view, advice
