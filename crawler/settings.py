"""Every knob of Broadsheet, once, with its default and its reason.

Settings that Scrapy has keep Scrapy's names and meanings; ours come last. Any of them can be set
with ``-s NAME=VALUE`` or in the environment's own settings module.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("broadsheet-news")
except PackageNotFoundError:  # run from a checkout that is not installed
    VERSION = "0.1.0"

# --- Who we are -----------------------------------------------------------------------------------
BOT_NAME = "broadsheet"

# The one place for your contact: a web page or a mailto: address. It goes into the User-Agent, so
# that an outlet's operator who minds the crawl can reach you.
CONTACT = ""
# USER_AGENT is made from it by crawler.addon, unless you set one; robots.txt is read for:
ROBOTSTXT_USER_AGENT = "broadsheet"

# --- The Scrapy project ---------------------------------------------------------------------------
# Named one by one: a package would be imported whole, parsers and all, for each command.
SPIDER_MODULES = ["spiders.news", "spiders.outlet", "spiders.replay", "spiders.urls"]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "crawler.commands"
ADDONS = {"crawler.addon.Broadsheet": 100}
DUPEFILTER_CLASS = "crawler.dupefilter.StoryDupeFilter"
FEED_EXPORT_ENCODING = "utf-8"  # text in its own script, not as \u escapes, as in our JSONL

# Both open a port; the first executes Python for whoever reaches it.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# --- Politeness -----------------------------------------------------------------------------------
ROBOTSTXT_OBEY = True
# What an outlet reserves is in each line (its ``reservations``), and obeyed where it is named here:
# noarchive (neither line nor capture), noai (no line), tdm (no line; not even asked for where the
# host's tdmrep.json says so). See docs/operation.md.
RESERVATIONS_OBEYED: list[str] = []
# Ask each host, once a run and before its first story, for /.well-known/tdmrep.json. One request
# more to every host, so only where it is wanted; obeying tdm turns it on.
TDMREP_ASKED = False
# A robots.txt may ask for more than this many seconds between requests; we then leave the host to
# its slowest sensible pace rather than stop reading it.
CRAWL_DELAY_MAX = 60.0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.5  # so that many hosts are not asked in step
COOKIES_ENABLED = False  # no session is needed to read news, and none is followed
# An answer 429 or 503 with Retry-After holds its host back for so long, at most this many seconds;
# a longer wait is left to the next run.
RETRY_AFTER_MAX = 300.0
RETRY_TIMES = 2
# Seconds before a request that failed is made again, then twice as many, at most the second; a 429
# or 503 also doubles its host's delay for the rest of the run, up to CRAWL_DELAY_MAX.
RETRY_BACKOFF = 2.0
RETRY_BACKOFF_MAX = 30.0

# --- Limits of one exchange -----------------------------------------------------------------------
DOWNLOAD_TIMEOUT = 60  # Scrapy's 180 s lets one slow host hold a run for nine minutes
DOWNLOAD_MAXSIZE = 50 * 1024 * 1024  # the largest sitemap that the protocol allows; Scrapy: 1 GiB
DOWNLOAD_WARNSIZE = 20 * 1024 * 1024
# Bytes of a page or feed, on the wire and with its content coding off; sitemaps may have the above.
PAGE_MAXSIZE = 16 * 1024 * 1024
# Scrapy's DOWNLOAD_TIMEOUT is for the whole of it; within that, seconds for the connection (name,
# TCP and TLS), from the request to the first byte of the answer, and between two pieces of it.
CONNECT_TIMEOUT = 15.0
FIRST_BYTE_TIMEOUT = 30.0
IDLE_TIMEOUT = 20.0
# Seconds that one host may cost a run with requests that come to nothing; then the rest of its
# stories wait for the next run, and a dead host holds no run up for longer.
HOST_PATIENCE = 120.0
DNS_TIMEOUT = 15
# A look-up that hangs holds its thread until the system gives it up: one for each request at most,
# so that a few of them never keep the other names waiting (Scrapy: 10).
REACTOR_THREADPOOL_MAXSIZE = 256
# What a site names is connected to only at a public address and one of these ports; networks that
# are listed here, such as 127.0.0.0/8 or 10.1.2.0/24, are allowed whatever they are, at any port.
ADDRESSES_ALLOWED: list[str] = []
PORTS_ALLOWED = [80, 443, 8000, 8008, 8080, 8443, 8888]
TWISTED_DNS_RESOLVER = "crawler.resolver.GuardedResolver"
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy: False; a source may opt out with verify_tls = false
REDIRECT_MAX_TIMES = 5
# Seconds; with a longer meta refresh a page reloads itself, and is no redirect.
METAREFRESH_MAXDELAY = 5

# --- Throughput -----------------------------------------------------------------------------------
# Over all hosts; each host still gets one at a time. One that waits for its host's delay counts, so
# this is how many hosts are asked in parallel: a page a second of each is more than two cores read.
CONCURRENT_REQUESTS = 256
# Bytes of answers that wait to be read, after which nothing is fetched. For very large pages: how
# many may wait is bounded by crawler/fairness.py. Scrapy: 5 MB, which are a hundred usual ones.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 20_000_000
# Scrapy starts so many tasks for every callback, and a callback of ours yields one article.
CONCURRENT_ITEMS = 1
SCHEDULER_PRIORITY_QUEUE = "crawler.fairness.FairQueue"
DOWNLOADER = "crawler.downloader.CountingDownloader"  # which tells it what is under way
# Of one host in the order of its listings: Scrapy's own begin with the last, that is the oldest.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
SCHEDULER_DISK_QUEUE = "scrapy.squeues.PickleFifoDiskQueue"
# Processes that parse and extract; 0 means one for each core.
EXTRACTION_WORKERS = 0
# As for nice(1), 0 to 19: what they do can wait a little, and the crawler's process, on which all
# hosts wait, cannot. More starves them where others are at work.
EXTRACTION_NICENESS = 10
EXTRACTION_TIMEOUT = 30.0  # seconds of CPU for one page, then its worker is replaced
EXTRACTION_MEMORY = 1024 * 1024 * 1024  # bytes of address space for one worker beyond its start
# Keep the crawler's own process to one CPU, unless others crowd it there: its threads share
# Python's lock, and to pass that on between two costs a third of archiving a page. Linux alone. To
# be turned off where a component of yours computes in threads without the lock, as numpy's do.
ONE_CPU = True

# --- What is kept, and where ----------------------------------------------------------------------
# Everything of a crawl lies below: articles/, warc/, runs/ and state.sqlite. A relative path counts
# from the project, or from the current directory where it was given with -s.
OUTPUT_DIR = "output"
# Whether a run that finds no archive there begins one. True: the directory is made, but none above
# it: where that is missing, by a typo or a disk that is not mounted, the run ends with 6 before its
# first request. "parents": those above it too. False: none is begun, also in an empty mount point.
OUTPUT_CREATE: bool | str = True
# Off for commands that only look (shell, parse, fetch, view, check): nothing is written then.
OUTPUT_ENABLED = True
# A replay reads a WARC and writes none, and does not know what a crawl has seen.
WARC_ENABLED = True
STATE_ENABLED = True
WARC_PREFIX = "broadsheet"
# A WARC file is followed by another at the size that Annex C of WARC/1.1 recommends, or so many
# seconds after it was begun: a run of days then hands over whole files meanwhile.
WARC_MAX_BYTES = 1_000_000_000
WARC_MAX_AGE = 6 * 3600
# A metadata record beside each capture says what was fetched and which listing showed it, so that a
# replay makes the same line again.
WARC_FETCH_FACTS = True
# Whose values are replaced by a marker in archived requests: "configured" (credentials, and cookies
# and other secrets that a source's declaration supplied), "all" (every cookie too) or "none".
WARC_REDACT = "configured"
# Pack the WARC files of each run into wacz/<run>.wacz when it is over. It doubles the space that
# they take; scrapy wacz packs all or any of them later.
WACZ_ON_CLOSE = False
# Bytes of one line; of one that would be longer, the longest fields are left out and named in its
# ``shortened``. DuckDB reads lines of up to 16 MiB.
JSONL_LINE_MAX = 8 * 1024 * 1024
JSONL_MAX_BYTES = 64 * 1024 * 1024  # before compression, then a new file is begun
# Seconds between fsyncs of WARC and JSONL, each followed by the state's commit; 0: after every
# capture and line.
SYNC_INTERVAL = 1.0
EXCHANGE_MEMORY = 1024 * 1024  # bytes of one answer kept in memory; the rest goes to a spool file

# What a run may take; 0: no limit. Seconds, then bytes of answers; past either it drains as after
# SIGTERM, ends with 0, and leaves the rest to the next run.
RUN_MAX_SECONDS = 0.0
RUN_MAX_BYTES = 0
# Bytes of the disk that stay free: below that no run starts, and one at work drains, ends with 6.
# None: 256 MiB, enough for what is under way, for the last file of lines in gzip, and for the
# state's log; of a disk of less than 5 GiB a twentieth, so that a small volume can be used at all.
MIN_FREE_DISK: int | None = None

# A state that is lost or damaged is made again from the archive: delivered stories from the lines,
# and the frontier from the listings that were archived within so many seconds.
REBUILD_LISTINGS = 30 * 24 * 3600.0
LISTING_READER = "spiders.discovery.archived.read_archived"

# Seconds that a run has after SIGINT or SIGTERM to finish what is under way; then it stops at once.
SHUTDOWN_GRACE = 30.0

# --- How often listings are asked -----------------------------------------------------------------
# Seconds between two polls of one listing: at least the floor (or the source's own ``poll``), half
# again longer after each poll without news, a fifth shorter after each with some, at most the
# ceiling. The publisher's ttl, Cache-Control and Retry-After make it longer. See docs/discovery.md.
POLL_FLOOR = 90 * 60.0
POLL_CEILING = 24 * 3600.0
# Some validators lie: after so many seconds a listing or a story is asked for without conditions.
FULL_FETCH_AFTER = 24 * 3600.0
# Sitemaps of one index that are polled, newest first; the archive behind them is for backfill.
SITEMAP_CHILDREN = 100

# --- What a source may cost in one run ------------------------------------------------------------
# Its stories beyond wait on the frontier for the next run; 0 is no bound. A source's own max_pages,
# max_megabytes and max_minutes come first. An archive of 100,000 stories is then no accident.
SOURCE_PAGES = 2000
SOURCE_MEGABYTES = 1000
SOURCE_MINUTES = 60

# Pages of one section that a backfill walks through.
BACKFILL_PAGES = 1000

# Ages, counted from its first capture, at which a story is looked at again; "" is never. A source
# may set its own (revisit = ["1h", "7d"]).
REVISIT_AFTER = "1h 6h 1d 7d 30d"
# Visits of one source in one run: after a long pause, what is new does not wait for all of them.
REVISITS_PER_RUN = 60
# Runs that try a story in vain before it is given up, if it was listed so many seconds ago: an
# outage of a day, in cron, is a hundred runs.
LEAD_ATTEMPTS = 5
LEAD_PATIENCE = 3 * 24 * 3600.0
# A story is given up too whose host let nothing be asked of it for so many seconds, as its
# robots.txt never answered: RFC 9309 (2.3.1.4) takes 30 days for a long time.
LEAD_UNREACHABLE = 30 * 24 * 3600.0
# Sitemap indexes within sitemap indexes.
SITEMAP_DEPTH = 3

# --- What is read ---------------------------------------------------------------------------------
# Pages of one story that are read and joined, its first among them; 1: the first alone.
STORY_PAGES = 10
# A TOML file or a directory of them; empty means the outlets that are shipped.
SOURCES = ""
# False: only archive. Pages are fetched, kept in the WARC and not asked for again, but nobody reads
# them: a run writes no lines. ``scrapy crawl replay`` makes the lines whenever they are wanted.
EXTRACT = True
# Keep, in each line, every candidate of each field, the choice and the rule: about as long as the
# story again. ``scrapy explain`` shows the same for one page.
EVIDENCE = False

# --- Components -----------------------------------------------------------------------------------
DOWNLOAD_HANDLERS = {
    "http": "crawler.handler.CaptureHandler",
    "https": "crawler.handler.CaptureHandler",
    # A feed may link to anything; only the web is fetched.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    # Pages are decoded by the workers.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.wire_bodies.WireBodies": 590,
    "crawler.robots.RobotsTxt": 100,
    "crawler.budgets.SourceBudget": 30,
    "crawler.middlewares.FetchableRedirects": 20,  # before anything is asked or logged of its host
    "crawler.tdmrep.TdmFile": 110,  # after robots.txt (100): nothing else is asked of who forbids
    "crawler.budgets.AnswerSizes": 595,  # of what came, before it is decoded (590)
    "crawler.middlewares.HostPace": 40,  # before robots.txt (100) is asked for
    "crawler.resolver.RefusedAddresses": 555,  # before Scrapy retries (550) what must not be
    "crawler.host_holdback.HostHoldback": 560,  # asked by the download handler
    "crawler.middlewares.FieldsStayHome": 390,  # after redirects, before default headers (400)
    "crawler.middlewares.AcceptEncoding": 395,  # before the default headers (400)
}
SPIDER_MIDDLEWARES = {
    # Tells who writes a spider of a mistake; each middleware costs every callback three generators.
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
ITEM_PIPELINES = {
    "crawler.pipelines.ClaimPipeline": 300,
    "crawler.pipelines.DeliverPipeline": 400,
}
EXTENSIONS = {
    "crawler.long_lived.LongLived": 10,
    "crawler.one_cpu.OneCpu": 20,
    "crawler.extensions.Workers": 100,
    "crawler.early_stop.EarlyStop": 150,
    "crawler.progress.Progress": 200,
    "crawler.shutdown.Shutdown": 300,
    "crawler.wacz_on_close.WaczOnClose": 400,
    "crawler.run_budget.RunBudget": 410,
    "crawler.extensions.Archive": 900,  # closes last: its report reads what the others counted
}

STATS_CLASS = "crawler.stats.RunStats"

# --- Logging --------------------------------------------------------------------------------------
LOG_FORMATTER = "crawler.log_lines.LogLines"
LOG_LEVEL = "INFO"  # Scrapy's DEBUG prints every item, that is every article's text
