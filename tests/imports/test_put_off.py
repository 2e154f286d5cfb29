"""Indexes that an import into an empty book makes at its end: they are there afterwards, whatever came of it."""

from __future__ import annotations

import pytest

ROWS = [f"c{n},Firm {n % 900},Town {n % 7},+48 {600_000_000 + n},PL" for n in range(1500)]


def schema(kam) -> set:
    book = kam.book()
    found = {tuple(row) for row in book.conn.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")}
    sound = book.value("PRAGMA integrity_check")
    book.close()
    assert sound == "ok", "every index holds every row"
    return found


@pytest.mark.parametrize("last", ["c9,Other,,,", "x,,Town 1,,PL"], ids=["repeats an id", "is bad"])
def test_the_schema_is_as_it_was(kam, tmp_path, last):
    before = schema(kam)
    path = tmp_path / "firms.csv"
    path.write_text("\n".join(["external_id,name,city,phone,country", *ROWS, last]) + "\n")
    words = ["import", str(path), "--as", "clients", "--update"]
    kam([*words, "--dry-run"], exit=0 if "Other" in last else 1)
    assert schema(kam) == before
    kam(words, exit=0 if "Other" in last else 1)
    assert schema(kam) == before
    count = 1500 if "Other" in last else 0
    assert len(kam.json("client list --limit 2000")) == count
    if count:
        assert len(kam.json("client list --city 'Town 3' --limit 2000")) == len(range(3, 1500, 7))
        kam("undo --yes")
        assert kam.json("client list") == []
        assert schema(kam) == before
