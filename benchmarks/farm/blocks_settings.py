"""The farm's settings with ``benchmarks.farm.blocks`` beside."""

from benchmarks.farm.broadsheet_settings import *  # noqa: F403 - as in what it adds to
from benchmarks.farm.broadsheet_settings import EXTENSIONS as _PULSE

EXTENSIONS = {**_PULSE, "benchmarks.farm.blocks.Blocks": 51}
