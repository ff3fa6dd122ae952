"""Bodies that no spider of ours reads: told by their type and by their first bytes. Pure."""

from __future__ import annotations

# Listings and pages come under every text type there is, and under application/octet-stream.
_KINDS = ("video/", "audio/", "image/", "font/", "model/")
_TYPES = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/x-7z-compressed",
        "application/x-rar-compressed",
        "application/vnd.rar",
        "application/x-tar",
        "application/x-msdownload",
        "application/x-executable",
        "application/x-iso9660-image",
        "application/vnd.android.package-archive",
        "application/vnd.apple.mpegurl",
        "application/epub+zip",
        "application/msword",
        "application/ogg",
        "application/wasm",
    }
)
# WHATWG MIME Sniffing 6, and what else people link to. No gzip: sitemaps come so.
_MAGIC = (
    *(b"%PDF-", b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x7fELF", b"MZ\x90\x00"),
    *(b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"\xff\xd8\xff", b"\x1a\x45\xdf\xa3"),
    *(b"OggS\x00", b"ID3\x03", b"ID3\x04", b"fLaC", b"wOFF", b"wOF2", b"\x00asm", b"FLV\x01"),
    *(b"ustar", b"\xff\xfb", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3"),
)
_RIFF = (b"WAVE", b"AVI ", b"WEBP")


def is_unwanted_type(content_type: str) -> bool:
    """Whether a Content-Type names something that is neither a page nor a listing."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "image/svg+xml":
        return False  # text, and some send their feeds as XML of the wrong kind
    return media_type.startswith(_KINDS) or media_type in _TYPES


def is_unwanted_start(start: bytes) -> bool:
    """Whether a body without content coding begins as a picture, film, archive or program."""
    if start.startswith(_MAGIC):
        return True
    if start[:4] == b"RIFF" and start[8:12] in _RIFF:
        return True
    return start[:3] == b"\0\0\0" and start[4:8] == b"ftyp"  # ISO base media: MP4, MOV, HEIC, AVIF
