"""A single changed bit: in a backup it is always noticed, by the digest at its end; in the live book, which has
none, `kam check` notices what SQLite does, `--deep` more, and neither changes the file.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from faultkit import figure, times

from kam_cli import backup

TRIES = times(10, 300)


@pytest.fixture
def demo(nobook):
    """The command line on the invented book of `kam demo`, which has something of everything."""
    nobook(["demo", "--db", str(nobook.db)])
    return nobook


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def sqlite_notices(path: Path, pragma: str) -> bool:
    """Whether SQLite finds a fault, or cannot read the file at all."""
    try:
        conn = backup.still(str(path))
        try:
            conn.text_factory = backup.readable
            return conn.execute(f"PRAGMA {pragma}").fetchall() != [("ok",)]
        finally:
            conn.close()
    except sqlite3.DatabaseError:
        return True


def kam_notices(kam, *argv: str) -> bool:
    """Whether `kam check` ends with anything but 0, which must be 1 or 6 and no mistake of kam's own."""
    for code in (0, 1, 6):
        try:
            done = kam(["check", *argv, "--quiet"], exit=code)
        except AssertionError as error:
            if "mistake in kam" in str(error):
                raise
            continue
        assert "mistake in kam" not in done.err
        assert bool(done.out) <= bool(code)
        return code != 0
    raise AssertionError(f"kam check {argv} ends with another code")


def told(found: Counter, names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {found[name]}" for name in names)


def test_a_changed_bit_of_a_backup_is_always_noticed(demo, tmp_path):
    copy = tmp_path / "copy.db"
    demo(["backup", str(copy)])
    data, dice, found = copy.read_bytes(), random.Random(5), Counter()
    for _ in range(TRIES):
        copy.write_bytes(flip(data, dice.randrange(len(data) * 8)))
        found["kam check FILE"] += kam_notices(demo, str(copy))
        found["integrity_check"] += sqlite_notices(copy, "integrity_check")
        found["quick_check"] += sqlite_notices(copy, "quick_check")
    figure("one bit changed in a backup", f"{TRIES} bits",
           f"noticed by {told(found, ('kam check FILE', 'integrity_check', 'quick_check'))}")  # fmt: skip
    assert found["kam check FILE"] == TRIES


def test_a_changed_bit_of_the_book_is_noticed_by_kam_where_sqlite_notices_it(demo):
    data, dice, found = demo.db.read_bytes(), random.Random(5), Counter()
    for _ in range(TRIES):
        bit = dice.randrange(len(data) * 8)
        demo.db.write_bytes(changed := flip(data, bit))
        noticed = {
            "quick_check": sqlite_notices(demo.db, "quick_check"),
            "integrity_check": sqlite_notices(demo.db, "integrity_check"),
            "kam check": kam_notices(demo),
            "kam check --deep": kam_notices(demo, "--deep"),
        }
        assert demo.db.read_bytes() == changed, f"bit {bit}: the damaged file was touched"
        assert noticed["kam check"] >= noticed["integrity_check"], f"bit {bit}"
        assert noticed["kam check --deep"] >= noticed["kam check"], f"bit {bit}"
        found.update(noticed)
    figure("one bit changed in the live book", f"{TRIES} bits",
           f"noticed by {told(found, ('kam check --deep', 'kam check', 'integrity_check', 'quick_check'))}")  # fmt: skip
