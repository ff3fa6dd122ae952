"""The ``broadsheet`` command: ``scrapy`` with this project's settings, from any directory."""

from __future__ import annotations

import os

from scrapy.cmdline import execute


def main() -> None:
    """Run Scrapy's command line; an installed Broadsheet needs no scrapy.cfg for it."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    execute()
