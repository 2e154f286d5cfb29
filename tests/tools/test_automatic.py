"""Backups that kam makes by itself: before what changes much, and once a day where asked for; never of a person to be erased."""

from __future__ import annotations

import os
import sqlite3
import stat

import pytest

from kam_cli import automatic
from kam_cli import backup as backups


def made(kam) -> list[str]:
    """The reasons of the backups beside the book, newest first."""
    return [row["reason"] for row in kam.json("backup --list")]


def table(path, rows: int, first: int = 0) -> str:
    path.write_text("external_id,name\n" + "".join(f"{n},Client {n}\n" for n in range(first, first + rows)))
    return f"import {path} --as clients --source crm"


@pytest.fixture
def bulk(kam, tmp_path):
    kam("config set backup.bulk_rows 100")
    kam("client add Acme")
    return lambda rows, first=0: table(tmp_path / "c.csv", rows, first)


def test_a_large_import_is_preceded_by_a_backup_without_it(kam, bulk):
    kam(bulk(99))
    assert made(kam) == []
    err = kam(bulk(100, 1000)).err
    (row,) = kam.json("backup --list")
    assert row["reason"] == "before-import" and f"backed up first: {row['path']}" in err
    assert stat.S_IMODE(os.stat(row["path"]).st_mode) == 0o600
    kam(f"restore {row['path']} --yes")
    assert len(kam.json("client list")) == 100


def test_standard_input_and_what_is_more_than_a_part_are_counted_too(kam, bulk, tmp_path):
    kam("config set backup.bulk_rows 4500")
    kam(bulk(4499), input="")
    assert made(kam) == []
    text = (tmp_path / "c.csv").read_text().replace("Client", "Other")
    kam("import - --as clients --source b", input=text + "x1,One\n")
    assert made(kam) == ["before-import"]
    assert len(kam.json("client list")) == 1 + 4499 + 4500


def test_no_number_is_so_large_that_all_rows_are_held_in_memory(kam, bulk, tmp_path, monkeypatch):
    monkeypatch.setattr(automatic, "MOST", 300)
    kam("config set backup.bulk_rows 900000")
    kam(bulk(299))
    assert made(kam) == []
    kam(bulk(300, 1000))
    assert made(kam) == ["before-import"]


def test_a_dry_run_or_a_table_that_cannot_be_read_makes_none(kam, bulk, tmp_path):
    kam(f"{bulk(500)} --dry-run")
    (tmp_path / "d.csv").write_text("name\n" + "".join(f"Client {n}\n" for n in range(50)) + '"open\n')
    kam(f"import {tmp_path}/d.csv --as clients", exit=1)
    assert made(kam) == []


def test_it_can_be_switched_off(kam, bulk):
    kam("config set backup.bulk_rows 0")
    kam(bulk(500))
    kam("undo --yes")
    assert made(kam) == []


def test_an_import_that_is_tried_again_makes_no_second_one(kam, bulk, tmp_path):
    line = bulk(300)
    with open(tmp_path / "c.csv", "a") as file:
        file.write("9999,\n")
    for _ in range(3):
        kam(line, exit=1)
    assert made(kam) == ["before-import"]
    kam("client add Beta")
    kam(line, exit=1)
    assert made(kam) == ["before-import"] * 2
    for row in kam.json("backup --list"):
        with open(row["path"], "r+b") as file:
            file.seek(5000)
            file.write(b"x")
    kam(line, exit=1)
    assert made(kam) == ["before-import"] * 3, "a backup that is damaged is none"
    conn = sqlite3.connect(kam.db)
    conn.execute("UPDATE clients SET note = 'by hand'")
    conn.commit()
    conn.close()
    kam(line, exit=1)
    assert made(kam) == ["before-import"] * 4, "what another program wrote is worth one"


def test_an_undo_and_a_redo_of_a_bulk_change_too_but_not_of_a_small_one(kam, bulk):
    kam("client edit acme --city Kiel")
    kam("undo --yes")
    kam("redo")
    kam(bulk(300))
    kam("undo --yes")
    kam("redo --quiet")
    assert sorted(made(kam)) == ["before-import", "before-redo", "before-undo"]
    kam("undo", exit=5)
    assert len(made(kam)) == 3, "none before the question"


def test_it_is_made_before_the_question_of_others_is_answered_by_the_lock(kam, bulk, monkeypatch):
    """The backup is made before the write begins: nobody waits for it."""
    from kam_cli.book import Write

    order = []
    copy, enter = backups.copy, Write.__enter__
    monkeypatch.setattr(backups, "copy", lambda *a, **k: (order.append("backup"), copy(*a, **k))[1])
    monkeypatch.setattr(Write, "__enter__", lambda self: (order.append("write"), enter(self))[1])
    kam(bulk(300))
    assert order == ["backup", "write"]


def test_one_that_fails_keeps_the_change_from_being_begun(kam, bulk):
    (kam.db.parent / "backups").write_text("in the way")
    before = kam.db.read_bytes()
    err = kam(bulk(300), exit=1).err
    assert err.count("\n") == 1 and "nothing was begun" in err and "backup.bulk_rows 0" in err
    assert kam.db.read_bytes() == before
    kam("config set backup.bulk_rows 0")
    kam(bulk(300))


def test_none_is_made_before_an_erasure(kam):
    kam("config set backup.daily 1")
    kam("config set backup.bulk_rows 2")
    for name in ("Wacława", "Zofia"):
        kam(f"client add {name} --kind person --phone '+48 1' --tag a --tag b", exit=0)
    kam("contact add zofia Jan Kos")
    for row in kam.json("backup --list"):
        os.unlink(row["path"])
    kam("contact forget kos --yes")
    assert kam.json("client forget wacława --yes")["backups"] == []
    assert made(kam) == []
    kam("client add Next")
    assert made(kam) == ["daily"]


# --- once a day ---------------------------------------------------------------------------------------------


def test_the_first_change_of_a_day_is_preceded_by_a_backup(kam, monkeypatch):
    kam("config set backup.daily 1")
    monkeypatch.setattr("kam_cli.stamps.utc_now", lambda: "2027-01-01T22:30:00Z")
    kam("client list")
    assert made(kam) == []
    assert "backed up first" in kam("client add Acme").err
    kam("client add Beta")
    assert [row["made_at"] for row in kam.json("backup --list")] == ["2027-01-01T22:30:00Z"]
    monkeypatch.setattr("kam_cli.stamps.utc_now", lambda: "2027-01-01T23:30:00Z")
    kam("client add Gamma")
    assert made(kam) == ["daily"] * 2, "in Warsaw it is the next day"
    kam("client add Delta")
    assert made(kam) == ["daily"] * 2


def test_one_of_the_day_that_fails_is_told_and_stops_nothing(kam):
    kam("config set backup.daily 1")
    (kam.db.parent / "backups").write_text("in the way")
    result = kam("client add Acme")
    assert "could not be made" in result.err and result.err.count("\n") == 1
    assert len(kam.json("client list")) == 1


def test_one_backup_serves_for_the_day_and_for_the_import(kam, bulk):
    kam("config set backup.daily 1")
    kam(bulk(300))
    assert made(kam) == ["daily"]


def test_old_ones_go_by_the_rules_of_the_settings(kam, bulk):
    for rule in ("last", "daily", "weekly", "monthly"):
        kam(f"config set backup.keep_{rule} {2 if rule == 'last' else 0}")
    kam("backup")
    for n in range(4):
        kam(f"client edit acme --city c{n}")
        book = kam.book()
        path = automatic.before(book, "import")
        os.rename(path, path.replace(os.path.basename(path)[5:21], f"2026031{n}T101500Z"))
    kam("client edit acme --city last")
    assert automatic.before(kam.book(), "import")
    assert sorted(made(kam)) == ["before-import", "before-import", "by hand"]
