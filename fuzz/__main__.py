"""``python -m fuzz TARGET [options of libFuzzer]``; corpora and findings lie below .fuzz/.

Without a target it prints the names of all.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["archive", "crawler", "spiders"]):
    from fuzz.targets import SEEDS, TARGETS


def main() -> None:
    if len(sys.argv) == 1:
        sys.stdout.write("\n".join(TARGETS) + "\n")
        return
    name, *options = sys.argv[1:]
    corpus = Path(".fuzz") / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"seed-{number}").write_bytes(seed)
    logging.disable()
    found = Path(".fuzz") / "found"
    found.mkdir(exist_ok=True)
    prefix = f"-artifact_prefix={found / name}-"
    atheris.Setup([sys.argv[0], prefix, *options, str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
