"""The merged index: when it is made, what it holds, and what a crash leaves."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from archive import merged_index
from archive.cdxj_file import index_warc
from archive.collection import Collection
from archive.line_sort import LineSorter, merge_files, write_lines
from archive.lookup import captures_of, choose, lines_with
from archive.merged_index import Coverage, Stamp, coverage, is_due, searched, update
from tests.archive.samples import exchange, written_file

MIB = 1024 * 1024


def add_warc(root: Path, name: str, *urls: str) -> Path:
    """A WARC of that name with captures of these URLs, and its CDXJ."""
    collection = Collection.at(root)
    collection.layout.warc.mkdir(parents=True, exist_ok=True)
    room = root / "room"
    room.mkdir()
    made = written_file(room, *(exchange(url=url) for url in urls))
    warc = made.rename(collection.layout.warc / f"{name}.warc.gz")
    room.rmdir()
    index_warc(warc, collection.cdxj_of(warc), pytest.fail)
    return warc


def lines_of(root: Path) -> list[bytes]:
    return (root / "index.cdxj").read_bytes().splitlines(keepends=True)


def all_lines(root: Path) -> list[bytes]:
    return sorted(
        line for path in (root / "cdx").iterdir() for line in path.read_bytes().splitlines(True)
    )


def test_index_holds_the_lines_of_all_files_sorted(tmp_path: Path) -> None:
    add_warc(tmp_path, "b", "http://a.example/", "http://c.example/")
    add_warc(tmp_path, "a", "http://b.example/", "http://d.example/")

    assert update(Collection.at(tmp_path)) == 4
    assert lines_of(tmp_path) == all_lines(tmp_path)


def test_index_stays_where_nothing_is_new(tmp_path: Path) -> None:
    add_warc(tmp_path, "a", "http://a.example/")
    update(Collection.at(tmp_path))

    assert update(Collection.at(tmp_path)) is None
    assert update(Collection.at(tmp_path), at_once=True) is None


def test_new_file_is_merged_into_what_is_there(tmp_path: Path) -> None:
    add_warc(tmp_path, "a", "http://a.example/")
    update(Collection.at(tmp_path))
    add_warc(tmp_path, "b", "http://b.example/")

    assert update(Collection.at(tmp_path)) == 2
    assert lines_of(tmp_path) == all_lines(tmp_path)


def test_lines_of_a_file_that_was_taken_away_go(tmp_path: Path) -> None:
    gone = add_warc(tmp_path, "a", "http://a.example/")
    add_warc(tmp_path, "b", "http://b.example/")
    update(Collection.at(tmp_path))
    gone.unlink()

    assert update(Collection.at(tmp_path)) == 1


def test_what_is_not_merged_yet_is_searched_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_warc(tmp_path, "a", *(f"http://a.example/{n}" for n in range(20)))
    update(Collection.at(tmp_path))
    monkeypatch.setattr(merged_index, "_SMALL", 0)
    add_warc(tmp_path, "b", "http://b.example/")

    assert update(Collection.at(tmp_path)) is None
    assert len(captures_of("http://b.example/", searched(Collection.at(tmp_path)))) == 1
    assert len(captures_of("http://a.example/7", searched(Collection.at(tmp_path)))) == 1


@pytest.mark.parametrize("lost", ["index.cdxj", "index.sources.json"])
def test_crash_between_the_two_files_is_put_right_by_the_next_run(
    tmp_path: Path, lost: str
) -> None:
    add_warc(tmp_path, "a", "http://a.example/")
    update(Collection.at(tmp_path))
    before = (tmp_path / lost).read_bytes()
    add_warc(tmp_path, "b", "http://b.example/")
    update(Collection.at(tmp_path))
    (tmp_path / lost).write_bytes(before)

    found = searched(Collection.at(tmp_path))
    assert [len(captures_of(f"http://{name}.example/", found)) for name in "ab"] == [1, 1]
    assert update(Collection.at(tmp_path)) == 2
    assert lines_of(tmp_path) == all_lines(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"index": 3}'])
def test_list_of_sources_that_cannot_be_read_means_merging_anew(
    tmp_path: Path, content: bytes
) -> None:
    add_warc(tmp_path, "a", "http://a.example/")
    update(Collection.at(tmp_path))
    (tmp_path / "index.sources.json").write_bytes(content)

    assert update(Collection.at(tmp_path)) == 1


def test_file_that_was_indexed_again_makes_the_index_outdated() -> None:
    recorded = {"index": Stamp(9, 1), "a": Stamp(5, 1)}

    assert coverage(recorded, Stamp(9, 1), {"a": Stamp(5, 2)}).outdated
    assert not coverage(recorded, Stamp(9, 1), {"a": Stamp(5, 1)}).outdated


@pytest.mark.parametrize(
    ("pending", "size", "due"),
    [
        pytest.param(0, 0, False, id="nothing-new"),
        pytest.param(1, 31 * MIB, True, id="small-index"),
        pytest.param(1, 4000 * MIB, False, id="little-new"),
        pytest.param(499 * MIB, 4000 * MIB, False, id="less-than-an-eighth"),
        pytest.param(500 * MIB, 4000 * MIB, True, id="an-eighth"),
    ],
)
def test_merging_waits_until_it_is_worth_it(pending: int, size: int, due: bool) -> None:
    assert is_due(Coverage((), ("a",), outdated=False, pending=pending), size) is due


def test_each_line_is_written_about_nine_times_however_often_runs_end() -> None:
    size = written = pending = 0
    for _ in range(20_000):  # runs that add a MiB each
        pending += MIB
        if is_due(Coverage((), ("a",), outdated=False, pending=pending), size):
            size, pending = size + pending, 0
            written += size

    assert written < 10 * size


def test_sorter_gives_the_same_in_any_memory(tmp_path: Path) -> None:
    lines = [b"%d %d\n" % (n * 7919 % 1000, n) for n in range(1000)]
    sorter = LineSorter(tmp_path, max_bytes=500)
    for line in [*lines, *lines[:9]]:
        sorter.add(line)

    assert list(sorter) == list(sorter) == sorted(lines)
    sorter.close()


def test_sorter_keeps_lines_that_its_file_cannot_take(tmp_path: Path) -> None:
    lines = [b"%04d\n" % n for n in range(100)]
    away = tmp_path / "away"
    sorter = LineSorter(away, max_bytes=50)
    for line in reversed(lines[:50]):
        sorter.add(line)  # there is no such directory yet
    away.mkdir()
    for line in reversed(lines[50:]):
        sorter.add(line)

    assert list(sorter) == lines
    sorter.close()


def test_sorter_holds_no_more_than_its_memory(tmp_path: Path) -> None:
    tracemalloc.start()
    sorter = LineSorter(tmp_path, max_bytes=100_000)
    for n in range(20_000):
        sorter.add(b"%0300d\n" % n)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert taken < 150_000
    assert sum(1 for _ in sorter) == 20_000
    sorter.close()


def test_more_files_than_may_be_open_are_merged(tmp_path: Path) -> None:
    paths = [tmp_path / str(n) for n in range(450)]
    for n, path in enumerate(paths):
        path.write_bytes(b"%03d\n" % n + b"shared\n")

    assert merge_files(paths, tmp_path / "merged") == 451


def test_lines_that_cannot_be_written_leave_the_old_ones(tmp_path: Path) -> None:
    target = tmp_path / "index.cdxj"
    write_lines(target, [b"old\n"])

    def failing() -> object:
        yield b"new\n"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_lines(target, failing())  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["index.cdxj"]
    assert target.read_bytes() == b"old\n"


def test_bisection_finds_the_very_lines(tmp_path: Path) -> None:
    path = tmp_path / "x"
    keys = (b"a", b"ab", b"c")
    lines = sorted(b"%s %03d%s\n" % (k, n, b"x" * (n % 17)) for k in keys for n in range(40))
    path.write_bytes(b"".join(lines))

    for key in (b"a", b"ab", b"b", b"c", b"d", b""):
        prefix = key + b" "
        assert list(lines_with(prefix, path)) == [x for x in lines if x.startswith(prefix)]


def test_choice_is_the_newest_or_the_nearest_of_the_very_url(tmp_path: Path) -> None:
    line = '{{"url": "{}", "length": "1", "offset": "{}", "filename": "f"}}'
    urls = [("http://a.example/", n) for n in (2024, 2025)] + [("http://a.example/A", 2026)]
    made = [f"example,a)/ {y}0101000000 {line.format(u, y)}\n".encode() for u, y in urls]
    write_lines(tmp_path / "x", made)
    found = captures_of("http://a.example/", [tmp_path / "x"])

    assert [entry.offset for entry in found] == [2024, 2025, 2026]
    assert getattr(choose(found, "http://a.example/"), "offset", None) == 2025
    assert getattr(choose(found, "http://a.example/", "2024"), "offset", None) == 2024
    assert getattr(choose(found, "https://www.a.example/"), "offset", None) == 2026
    assert choose([], "http://a.example/") is None
