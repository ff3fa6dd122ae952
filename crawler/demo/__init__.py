"""The sample newspaper: small outlets with stories of our own, served on loopback.

``scrapy demo`` serves it for readers of the README, the tests crawl it as their real server, and
``DemoServer.expected`` says what a crawl of it has to find.
"""

from crawler.demo.expected import Expected
from crawler.demo.handler import Served
from crawler.demo.server import DEFAULT_PORT, DemoServer, PortInUseError, start

__all__ = ["DEFAULT_PORT", "DemoServer", "Expected", "PortInUseError", "Served", "start"]
