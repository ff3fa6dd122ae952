from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from crawler.sources import Source
from crawler.sources.write import declaration

texts = st.text(min_size=1, max_size=40).map(lambda text: text.encode("utf-8", "replace").decode())
lists = st.lists(texts, max_size=3).map(tuple)


@given(
    st.builds(
        Source,
        **{"id": texts, "name": texts, "home": texts, "feeds": lists, "sections": lists},
        language=st.none() | texts,
    ),
    st.lists(texts, max_size=2),
)
def test_a_declaration_reads_back_as_what_was_declared(source: Source, remarks: list[str]) -> None:
    (table,) = tomllib.loads(declaration(source, remarks))["source"]
    assert table.pop("tried") is False
    wanted = {key: getattr(source, key) for key in ("id", "name", "home", "feeds", "sections")}
    wanted["language"] = source.language
    assert table == {k: list(v) if isinstance(v, tuple) else v for k, v in wanted.items() if v}
