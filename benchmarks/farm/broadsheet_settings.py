"""Broadsheet's own settings with the reactor's pulse beside: what is measured is the default."""

from crawler.settings import *  # noqa: F403 - a settings module is its names
from crawler.settings import EXTENSIONS as _OURS

EXTENSIONS = {
    **_OURS,
    "benchmarks.farm.heartbeat.Heartbeat": 50,
    "benchmarks.farm.tempo.Tempo": 50,
}
ADDRESSES_ALLOWED = ["127.0.0.0/8"]
DOWNLOAD_DELAY = 0
CONTACT = "https://farm.example/"
LOG_LEVEL = "WARNING"
