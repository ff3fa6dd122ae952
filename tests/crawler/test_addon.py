"""Settings that depend on other settings."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from crawler.addon import leave_out

_TELNET = "scrapy.extensions.telnet.TelnetConsole"


@pytest.mark.parametrize("is_on", [False, True])
def test_an_extension_that_is_off_is_not_even_imported(is_on: bool) -> None:
    settings = Settings({"TELNETCONSOLE_ENABLED": is_on})
    leave_out(settings)
    assert (_TELNET in settings["EXTENSIONS_BASE"]) is is_on
