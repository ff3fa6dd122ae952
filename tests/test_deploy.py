"""The examples of docs/deploy, tried with the tools that read them, where those are there."""

from __future__ import annotations

import getpass
import grp
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.running import LOOPBACK, ROOT, SCRAPY, lines_of
from tests.torture.press import Press

DEPLOY = ROOT / "docs" / "deploy"
HOME = "/srv/broadsheet"


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed")


def here(name: str, home: Path) -> str:
    """An example whose paths lead below ``home``."""
    return (DEPLOY / name).read_text("utf-8").replace(HOME, str(home))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A place like /srv/broadsheet: the project, and the scrapy command in .venv/bin."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "scrapy").symlink_to(SCRAPY)
    (tmp_path / "log").mkdir()
    for name in ("scrapy.cfg", "archive", "crawler", "spiders"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@needs("systemd-analyze")
def test_systemd_takes_service_and_timer(home: Path) -> None:
    units = [home / "broadsheet.service", home / "broadsheet.timer"]
    for unit in units:
        unit.write_text(here(unit.name, home))
    done = run("systemd-analyze", "verify", *map(str, units))
    assert (done.returncode, done.stderr) == (0, "")


@needs("crontab")
def test_cron_takes_the_crontab() -> None:
    done = run("crontab", "-n", str(DEPLOY / "crontab"))
    if "invalid option" in done.stderr:
        pytest.skip("this cron has no dry run")
    assert done.returncode == 0, done.stderr


@needs("logrotate")
def test_logrotate_keeps_the_log_that_a_run_still_writes(home: Path) -> None:
    owner = f"{getpass.getuser()} {grp.getgrgid(os.getgid()).gr_name}"
    config = home / "logrotate.conf"
    config.write_text(here("logrotate.conf", home).replace("broadsheet broadsheet", owner))
    config.chmod(0o600)
    home.joinpath("log").chmod(0o755)
    for text in ("the first run", "the second run"):
        (home / "log" / "crawl.log").write_text(text)
        done = run("logrotate", "--force", "--state", str(home / "state"), str(config))
        assert done.returncode == 0, done.stderr
    assert (home / "log" / "crawl.log.1").read_text() == "the second run"
    assert {path.name for path in (home / "log").iterdir()} == {
        *("crawl.log", "crawl.log.1", "crawl.log.2.gz")
    }


def test_the_line_of_the_crontab_crawls_with_nothing_of_the_environment(home: Path) -> None:
    [line] = re.findall(r"^\*/15 \* \* \* \* (.+)$", here("crontab", home), re.MULTILINE)
    shell = {"HOME": str(home), "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
    command = ["/bin/sh", "-c", " ".join((line, *LOOPBACK, f"-s OUTPUT_DIR={home}/output"))]
    with Press(size=2) as press:
        press.sources(home / "my.toml")
        unmounted = subprocess.run(command, env=shell, capture_output=True, check=False)
        assert (unmounted.returncode, press.requests) == (6, 0), unmounted.stderr
        (home / "output" / "articles").mkdir(parents=True)
        done = subprocess.run(command, env=shell, capture_output=True, check=False)
    # Quiet, or cron sends a mail.
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert len(lines_of(home / "output")) == 2
