"""``make quality``: the extraction against the dev set, beside other extractors, in one run.

Ours runs twice: as a function, with the CPU of each page, and once through ``scrapy crawl replay``
end to end, whose lines must score the same. The others run in an environment of their own
(peers.lock) and are cached by version; trafilatura is always run anew, at the same time as ours on
the other core, because our CPU is judged by its.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import devset, floors, ours
from benchmarks.devset import Row
from benchmarks.environments import BUILD, ROOT, peers_python

_BUILD = BUILD / "quality"
_PEERS = ("newspaper4k", "news-please")
_ALWAYS_ANEW = "trafilatura"


def peer_rows(name: str, python: Path) -> list[Row]:
    """What another extractor finds; from the cache where this version has run over these pages."""
    script = Path(__file__).with_name("peers.py")
    warc = devset.devset() / "pages.warc.gz"
    asked = subprocess.run([python, script, name], check=True, capture_output=True, text=True)
    cache = _BUILD / f"{name}-{asked.stdout.strip()}-{warc.stat().st_size}.jsonl"
    if name == _ALWAYS_ANEW or not cache.exists():
        run = subprocess.run([python, script, name, warc], check=True, capture_output=True)
        failed = sum("error" in json.loads(line) for line in run.stdout.splitlines())
        if failed * 4 > len(run.stdout.splitlines()):
            raise RuntimeError(f"{name} failed on {failed} pages: it is called wrongly")
        cache.write_bytes(run.stdout)
    return _read(cache)


def replay_rows() -> list[Row]:
    """What the whole way gives: the WARC through ``scrapy crawl replay`` to JSONL lines."""
    with tempfile.TemporaryDirectory() as output:
        command = [sys.executable, "-m", "scrapy", "crawl", "replay", "-L", "WARNING"]
        command += ["-a", f"warc={devset.devset() / 'pages.warc.gz'}", "-s", f"OUTPUT_DIR={output}"]
        command += ["-o", f"{output}/lines.jsonl"]
        subprocess.run(command, check=True, cwd=ROOT)
        return _read(Path(output) / "lines.jsonl")


def _read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> int:
    """Print the tables; 1 where a floor is broken, 2 where the dev set is not there."""
    if not devset.exists():
        print(f"no dev set at {devset.devset()}: set BROADSHEET_DEVSET", file=sys.stderr)
        return 2
    python = peers_python()
    with ThreadPoolExecutor(1) as other_core:
        first = other_core.submit(peer_rows, _ALWAYS_ANEW, python)
        results = {"broadsheet": ours.rows(processes=1), _ALWAYS_ANEW: first.result()}
    results["replay"] = replay_rows()
    with ThreadPoolExecutor(len(_PEERS)) as pool:
        results |= dict(
            zip(_PEERS, pool.map(lambda name: peer_rows(name, python), _PEERS), strict=True)
        )
    scores = {name: floors.score(rows) for name, rows in results.items()}
    print(floors.tables(scores))
    print(_cpu(results))
    broken = floors.broken(scores["broadsheet"], floors.read())
    print("\n".join(["", *broken]) if broken else "\nEvery floor holds.")
    return 1 if broken else 0


def _cpu(results: dict[str, list[Row]]) -> str:
    """Mean CPU per page; the ratio is to trafilatura's default call in this run."""
    mean = {
        name: sum(row["cpu_ms"] for row in rows) / len(rows)
        for name, rows in results.items()
        if all("cpu_ms" in row for row in rows)
    }
    lines = [
        f"{name:12} {ms:6.1f} ms  {ms / mean[_ALWAYS_ANEW]:5.2f}"
        + ("" if name in ("broadsheet", _ALWAYS_ANEW) else "  (ms of the run that was cached)")
        for name, ms in mean.items()
    ]
    return "\n".join(["", "## CPU per page, and its ratio to trafilatura's default call", *lines])


if __name__ == "__main__":
    if sys.argv[1:] == ["--raise"]:
        print(floors.raise_to(floors.score(ours.rows())))
        sys.exit(0)
    sys.exit(main())
