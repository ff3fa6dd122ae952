"""A directory of WARC files and its index: an output directory of ours, or anybody's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.layout import OutputLayout, cdxj_path

WARC_SUFFIXES = (".warc.gz", ".warc")


@dataclass(frozen=True, slots=True)
class Collection:
    """The WARC files below a directory; those of an output directory lie in its ``warc/``."""

    layout: OutputLayout

    @classmethod
    def at(cls, root: Path) -> Collection:
        """The collection in a directory."""
        return cls(OutputLayout(root))

    @property
    def is_ours(self) -> bool:
        """Whether it is laid out as a crawl of ours does."""
        return self.layout.warc.is_dir()

    @property
    def warc_root(self) -> Path:
        """The directory that the names in pointers and in CDXJ lines count from."""
        return self.layout.warc if self.is_ours else self.layout.root

    def warcs(self) -> list[Path]:
        """Its finished WARC files, sorted by name."""
        found = (path for path in self.warc_root.rglob("*") if path.name.endswith(WARC_SUFFIXES))
        return sorted(path for path in found if path.is_file())

    def name_of(self, warc: Path) -> str:
        """The name of a WARC file in pointers and in CDXJ lines."""
        return warc.relative_to(self.warc_root).as_posix()

    def cdxj_of(self, warc: Path) -> Path:
        """Where the CDXJ of a WARC file is, or would be."""
        return cdxj_path(self.layout.cdx, self.name_of(warc))
