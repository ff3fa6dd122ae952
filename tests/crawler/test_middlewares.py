"""Header fields that a source supplies: where they go, and where not."""

from __future__ import annotations

from scrapy import Request

from crawler.middlewares import FieldsStayHome


def test_a_configured_field_stays_on_its_site_and_under_tls() -> None:
    def after_redirect(to: str) -> Request:
        meta = {"configured_fields": ("X-Key",), "redirect_urls": ["https://a.paper.example/1"]}
        request = Request(to, headers={"X-Key": "secret", "Accept": "*/*"}, meta=meta)
        FieldsStayHome().process_request(request)
        return request

    assert after_redirect("https://b.paper.example/2").headers["X-Key"] == b"secret"
    in_clear = after_redirect("http://a.paper.example/2")
    assert "X-Key" not in in_clear.headers
    elsewhere = after_redirect("https://evil.example/2")
    assert "X-Key" not in elsewhere.headers
    assert elsewhere.headers["Accept"] == b"*/*"
