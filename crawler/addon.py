"""The Scrapy add-on that completes settings which depend on other settings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, Settings, default_settings
from scrapy.utils.conf import closest_scrapy_cfg

from crawler import settings as ours
from crawler.errors import ConfigurationError
from crawler.reservations import OBEYABLE


class Broadsheet:
    """Checks the numbers, puts the contact into the User-Agent and makes OUTPUT_DIR absolute."""

    def update_settings(self, settings: Settings) -> None:
        """Scrapy calls this once, before any component is built."""
        check_numbers(settings)
        check_reservations(settings.getlist("RESERVATIONS_OBEYED"))
        settings.set(
            "USER_AGENT", user_agent(settings["VERSION"], settings["CONTACT"]), priority="addon"
        )
        priority = settings.getpriority("OUTPUT_DIR") or 0
        settings.set("OUTPUT_DIR", str(output_dir(settings)), priority=priority)
        leave_out(settings)


# What opens a port, by the setting that turns it on.
_PORTS = {
    "TELNETCONSOLE_ENABLED": "scrapy.extensions.telnet.TelnetConsole",
    "REMOTE_CONTROL_ENABLED": "scrapy.extensions.remote_control.RemoteControl",
}


def leave_out(settings: Settings) -> None:
    """Take away the extensions that are off. Scrapy imports each before it asks whether it is on,
    and these bring a web framework and an SSH library along: a tenth of a run without work."""
    for name, extension in _PORTS.items():
        if not settings.getbool(name):
            # Not by None in EXTENSIONS: Scrapy imports what it is told to leave out.
            settings["EXTENSIONS_BASE"].pop(extension, None)


def check_numbers(settings: BaseSettings) -> None:
    """Raises ConfigurationError for a setting that is no number where its default is one."""
    for name, value in settings.items():
        default = getattr(ours, name, getattr(default_settings, name, None))
        # bool is an int; a setting that is off by default may be any.
        if type(default) not in (int, float) or value is None:
            continue
        try:
            float(value)
        except (TypeError, ValueError):
            raise ConfigurationError(f"{name}: {value!r} is no number") from None


def optional_int(settings: BaseSettings, name: str) -> int | None:
    """A setting that is a number or, by default or as a word, None. Raises ConfigurationError."""
    value = settings[name]
    if value is None or value in ("", "None"):
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        raise ConfigurationError(f"{name}: {value!r} is no number") from None


def check_reservations(obeyed: Iterable[str]) -> None:
    """Raises ConfigurationError for a reservation that cannot be obeyed."""
    if unknown := sorted(set(obeyed) - OBEYABLE):
        raise ConfigurationError(
            f"RESERVATIONS_OBEYED: {unknown[0]!r} is none of {', '.join(sorted(OBEYABLE))}"
        )


def user_agent(version: str, contact: str) -> str:
    """``Broadsheet/0.1.0 (+contact)``: who asks, and whom to tell (RFC 9110 10.1.5)."""
    comment = f"+{contact}" if contact else "news archiver; operator gave no contact"
    return f"Broadsheet/{version} ({comment})"


def output_dir(settings: Settings) -> Path:
    """Where a run keeps everything, as an absolute path.

    A relative OUTPUT_DIR counts from the project, so that a cron job, and a user in any of its
    subdirectories, find the same archive; given with -s it counts from the current directory, as
    any path on a command line does.
    """
    given = Path(settings["OUTPUT_DIR"]).expanduser()
    from_command_line = (settings.getpriority("OUTPUT_DIR") or 0) >= SETTINGS_PRIORITIES["cmdline"]
    project = closest_scrapy_cfg()
    base = Path(project).parent if project and not from_command_line else Path.cwd()
    return (base / given).resolve()
