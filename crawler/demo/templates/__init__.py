"""The publishing systems of the sample outlets: each turns a story into its own kind of page."""

from crawler.demo.templates import (
    graph,
    japanese,
    jsonld,
    microdata,
    opengraph,
    parish,
    teaser,
    wordpress,
)
from crawler.demo.templates.page import StoryRenderer

RENDERERS: dict[str, StoryRenderer] = {
    "wordpress": wordpress.render,
    "jsonld": jsonld.render,
    "opengraph": opengraph.render,
    "parish": parish.render,
    "japanese": japanese.render,
    "graph": graph.render,
    "microdata": microdata.render,
    "teaser": teaser.render,
}

__all__ = ["RENDERERS"]
