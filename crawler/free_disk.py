"""How much of the disk stays free. Pure."""

from __future__ import annotations

_ENOUGH = 256 * 1024 * 1024
_SHARE = 20


def wanted_free(given: int | None, total: int) -> int:
    """The bytes of a disk of ``total`` bytes that stay free: MIN_FREE_DISK as it is ``given``, or
    what is enough, of a small disk a twentieth."""
    return min(_ENOUGH, total // _SHARE) if given is None else given


def in_units(size: int) -> str:
    """For people: MiB, and KiB below one."""
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB"
