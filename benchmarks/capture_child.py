"""One crawl of the benchmark's server, in a process of its own; prints its figures as JSON.

Runs under the Python of any environment that has Scrapy: it imports ours only for ``ours``.
"""

import json
import resource
import sys
import time

import scrapy
from scrapy import signals
from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

# The same for all, so that what differs is the archive.
COMMON = {
    "LOG_LEVEL": "ERROR",
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
    "COOKIES_ENABLED": False,
    "RETRY_ENABLED": False,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_MAXSIZE": 0,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_TIMEOUT": 120,
}


class Pages(scrapy.Spider):
    name = "pages"
    base = ""
    count = 0
    received = 0
    began = 0.0
    used = 0.0

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.opened, signals.spider_opened)
        return spider

    def opened(self):
        # Of all threads of this process: the writer's too. Not of its start.
        type(self).began = time.process_time()

    async def start(self):
        for request in self.start_requests():
            yield request

    def start_requests(self):
        for number in range(self.count):
            yield scrapy.Request(f"{self.base}/{number}", dont_filter=True)

    def parse(self, response):
        type(self).received += len(response.body)


def settings_of(variant: str, output: str) -> Settings:
    settings = Settings()
    if variant == "ours":
        from crawler import settings as ours

        # All that are not Scrapy's: what differs is the archive, and it needs some of them.
        own = [n for n in dir(ours) if n.isupper() and n not in settings]
        settings.update({n: getattr(ours, n) for n in own})
        settings.set("DOWNLOAD_HANDLERS", ours.DOWNLOAD_HANDLERS)
        settings.set("EXTENSIONS", {"crawler.extensions.Archive": 900})
        settings.set("OUTPUT_DIR", output)
    elif variant == "webarchive":
        settings.set("EXTENSIONS", {"scrapy_webarchive.extensions.WaczExporter": 543})
        settings.set("SW_EXPORT_URI", f"{output}/archive.wacz")
        settings.set("SW_WACZ_TITLE", "benchmark")
        settings.set("SW_WACZ_DESCRIPTION", "benchmark")
    settings.update(COMMON)
    return settings


def main() -> None:
    variant, base, count, output = sys.argv[1:]
    Pages.base, Pages.count = base, int(count)
    process = CrawlerProcess(settings_of(variant, output))
    process.crawl(Pages)
    process.start()
    figures = {
        "cpu_s": time.process_time() - Pages.began,
        "max_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "received": Pages.received,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
