"""Storage formats: WARC 1.1 and JSONL. Knows nothing of Scrapy, of crawling or of articles."""
