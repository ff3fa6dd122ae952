"""In a network namespace of its own: a name server that never answers, and a page that does."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from tests.faults.fault import page
from tests.running import FAST, scrapy
from tests.wire import WireServer, plain

HANGING = 3


def main(output: Path) -> int:
    """Crawl hanging names before a good page; the exit code is that of the crawl."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    names = output.with_suffix(".resolv")
    names.write_text("nameserver 127.0.0.1\noptions timeout:3 attempts:1\n")
    subprocess.run(["mount", "--bind", str(names), "/etc/resolv.conf"], check=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 53))
        with WireServer({"/good": plain(page("good"))}) as server:
            pages = output.with_suffix(".txt")
            hosts = [f"http://hangs-{n}.example/story" for n in range(HANGING)]
            pages.write_text("\n".join([*hosts, f"{server.base}/good"]))
            options = ("-s", f"OUTPUT_DIR={output}", "-s", "RETRY_TIMES=0", "-s", "DNS_TIMEOUT=1")
            done = scrapy("crawl", "urls", "-a", f"file={pages}", *FAST, *options)
    sys.stderr.write(done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
