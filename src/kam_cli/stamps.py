"""Stamps of records: the moment they were made, and an identity for ever."""

from __future__ import annotations

import os
import time


def utc_now() -> str:
    """The wall clock as UTC text, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


_last_stamp = 0


def new_uid() -> str:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, then a counter-free random rest; sorted by time of making."""
    global _last_stamp
    # A clock set back never makes a uid that sorts before an earlier one of this process.
    _last_stamp = max(time.time_ns() // 1_000_000, _last_stamp)
    value = (_last_stamp << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_uids(count: int) -> list[str]:
    """As many of `new_uid`, in ascending order: they count on from one, as RFC 9562 (6.2, method 2) allows."""
    own = new_uid()[:-12]
    first = int.from_bytes(os.urandom(6), "big") >> 1
    return [f"{own}{number:012x}" for number in range(first, first + count)]
