"""Backups: whole, sealed, kept by rule, encrypted where asked for; and each of them comes back."""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import os
import random
import shutil
import sqlite3
import stat
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from filled import fill
from hypothesis import given
from hypothesis import strategies as st

from dump import dump
from kam_cli import automatic, migrations
from kam_cli import backup as backups
from kam_cli.book import Book
from kam_cli.errors import BadValue, KamError

FLIPS = 300


@pytest.fixture
def full(kam):
    """The command line on a book with something of everything."""
    book = kam.book()
    fill(book)
    book.close()
    return kam


def mode(path) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def held(path) -> str:
    """All that a book or backup holds."""
    book = Book(str(path), backups.still(str(path)))
    try:
        return dump(book)
    finally:
        book.close()


def names(folder) -> set[str]:
    return set(os.listdir(folder))


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


# --- made ---------------------------------------------------------------------------------------------------


def test_a_backup_is_a_plain_sqlite_file_with_all_that_the_book_holds(full, tmp_path):
    target = tmp_path / "stick" / "kam.db"
    target.parent.mkdir()
    row = full.json(f"backup {target}")
    assert row == {"path": str(target), "bytes": target.stat().st_size, "is_encrypted": False}
    assert held(target) == held(full.db)
    assert mode(target) == 0o600
    assert names(target.parent) == {"kam.db"}
    body, line = target.read_bytes()[:-77], target.read_bytes()[-77:]
    assert line == b"\nkam-sha256 " + hashlib.sha256(body).hexdigest().encode() + b"\n"
    assert full(f"check --deep {target}").err == ""


def test_without_a_name_it_lies_beside_the_book_under_the_time_and_none_is_overwritten(full):
    made = [full.json("backup")["path"] for _ in range(3)]
    folder = full.db.parent / "backups"
    assert len(set(made)) == 3 and {os.path.dirname(path) for path in made} == {str(folder)}
    assert mode(folder) == 0o700
    listed = full.json("backup --list")
    assert [row["path"] for row in listed] == sorted(made, reverse=True)
    assert listed[0].keys() == {"made_at", "reason", "bytes", "path"}
    full.db.unlink()
    assert "by hand" in full("backup --list").out, "what there is to restore is shown where the book is lost"


def test_what_is_there_is_replaced_with_force_only(full, tmp_path):
    target = tmp_path / "a.db"
    target.write_text("mine")
    assert "is there already" in full(f"backup {target}", exit=1).err
    assert target.read_text() == "mine"
    full(f"backup {target} --force")
    assert held(target) == held(full.db)


def test_the_book_itself_is_never_written_over(full, tmp_path):
    before = full.db.read_bytes()
    os.symlink(full.db, tmp_path / "link.db")
    os.link(full.db, tmp_path / "hard.db")
    for name in (full.db, tmp_path / "link.db", tmp_path / "hard.db", f"{full.db}.lock"):
        assert "is the book itself" in full(f"backup {name} --force", exit=2).err
    assert full.db.read_bytes() == before


def test_places_that_cannot_be_meant_are_refused(full, tmp_path):
    assert "FILE: there is no folder" in full(f"backup {tmp_path}/gone/a.db", exit=2).err
    assert "there is no folder" in full(f"backup {tmp_path}/stick/", exit=2).err
    os.mkfifo(tmp_path / "pipe")
    assert "no ordinary file" in full(f"backup {tmp_path}/pipe --force", exit=2).err


def test_a_link_points_to_the_new_backup(full, tmp_path):
    (tmp_path / "disk").mkdir()
    os.symlink(tmp_path / "disk" / "kam.db", tmp_path / "latest.db")
    full(f"backup {tmp_path}/latest.db --force")
    full(f"backup {tmp_path}/latest.db --force")
    assert os.path.islink(tmp_path / "latest.db")
    assert held(tmp_path / "disk" / "kam.db") == held(full.db)


def test_a_write_under_way_is_not_in_it(full, tmp_path):
    before = held(full.db)
    book = full.book()
    with book.write(["test"]):
        book.update("clients", 1, {"note": "not yet"})
        backups.copy(book.path, str(tmp_path / "a.db"))
    assert held(tmp_path / "a.db") == before != held(full.db)
    assert full(f"check {tmp_path}/a.db").out == ""


def test_backups_while_others_write_are_sound_and_whole(full, tmp_path):
    stop = threading.Event()
    full("client edit 1 --note 0")
    full("client edit 2 --note 0")

    def write() -> None:
        book, number = full.book(), 0
        while not stop.is_set():
            number += 1
            with book.write(["test"]):
                # Both or neither: a copy of half of a change would show.
                book.update("clients", 1, {"note": str(number)})
                book.update("clients", 2, {"note": str(number)})
        book.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        made = [tmp_path / f"{n}.db" for n in range(3)]
        for path in made:
            backups.copy(str(full.db), str(path))
    finally:
        stop.set()
        thread.join()
    for path in made:
        notes = backups.still(str(path)).execute("SELECT note FROM clients WHERE id IN (1, 2)").fetchall()
        assert notes[0] == notes[1]
        assert full(f"check {path}").out == ""


def test_a_backup_that_fails_leaves_nothing_and_the_old_one_stays(full, tmp_path, monkeypatch):
    target = tmp_path / "out" / "a.db"
    target.parent.mkdir()
    full(f"backup {target}")
    before = target.read_bytes()

    def fail(*_) -> None:
        raise KamError("the copy does not hold all rows of clients")

    monkeypatch.setattr(backups, "verify", fail)
    full(f"backup {target} --force", exit=1)
    assert names(target.parent) == {"a.db"} and target.read_bytes() == before


def test_a_book_that_is_not_sound_is_not_taken_for_a_backup(full, tmp_path, monkeypatch):
    sound = full.db.read_bytes()
    data = bytearray(sound)
    data[-4096:] = bytes(4096)
    full.db.write_bytes(data)
    assert "cannot be read" in full(f"backup {tmp_path}/a.db", exit=6).err
    monkeypatch.setattr(backups, "unsound", lambda conn: "row 5 missing from index deals_client")
    full.db.write_bytes(sound)
    assert "the book is not sound (row 5" in full(f"backup {tmp_path}/a.db", exit=1).err
    assert not names(tmp_path) & {"a.db", ".a.db.kam.part"}


def test_what_a_killed_backup_left_is_taken_over_and_what_another_writes_is_not(full, tmp_path):
    part = tmp_path / ".a.db.kam.part"
    part.write_bytes(b"half")
    full(f"backup {tmp_path}/a.db")
    assert not part.exists()
    with open(tmp_path / ".b.db.kam.part", "wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "being written by another kam" in full(f"backup {tmp_path}/b.db", exit=1).err
    assert (tmp_path / ".b.db.kam.part").exists()


# --- noticed ------------------------------------------------------------------------------------------------


def test_every_single_changed_bit_is_noticed_by_check_and_by_restore(full, tmp_path):
    target = tmp_path / "a.db"
    full(f"backup {target}")
    data, book = target.read_bytes(), full.db.read_bytes()
    dice = random.Random(20260318)
    # The seal itself, and the bits at both ends, too.
    bits = [0, len(data) * 8 - 1, *(dice.randrange((len(data) - 77) * 8, len(data) * 8) for _ in range(18))]
    bits += [dice.randrange(len(data) * 8) for _ in range(FLIPS - len(bits))]
    for bit in bits:
        target.write_bytes(flipped(data, bit))
        assert "not as it was made" in full(f"check {target}", exit=6).err
        assert "not as it was made" in full(f"restore {target} --yes", exit=6).err
    assert full.db.read_bytes() == book
    assert not [name for name in names(tmp_path) if "restore" in name]


def test_a_backup_cut_short_or_grown_is_noticed(full, tmp_path):
    target = tmp_path / "a.db"
    full(f"backup {target}")
    data = target.read_bytes()
    for size in (0, 10, 99, 5000, len(data) - 77 - 4096, len(data) - 78, len(data) - 76, len(data) - 1):
        target.write_bytes(data[:size])
        full(f"restore {target} --yes", exit=6)
        full(f"check {target}", exit=6)
    target.write_bytes(data + b"\n")
    full(f"restore {target} --yes", exit=6)


def test_a_backup_that_lost_its_seal_is_whole_but_says_so(full, tmp_path):
    target = tmp_path / "a.db"
    full(f"backup {target}")
    target.write_bytes(target.read_bytes()[:-77])
    assert "no SHA-256 of its own" in full(f"check {target}").err
    assert "no SHA-256 of its own" in full(f"restore {target} --yes").err


def test_a_backup_that_another_program_wrote_to_is_noticed(full, tmp_path):
    target = tmp_path / "a.db"
    full(f"backup {target}")
    conn = sqlite3.connect(target)
    conn.execute("UPDATE clients SET note = 'other' WHERE id = 1")
    conn.commit()
    conn.close()
    full(f"restore {target} --yes", exit=6)


# --- brought back -------------------------------------------------------------------------------------------


DAMAGE = {
    "sound": None,
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "another file": lambda path: path.write_text("Dear diary"),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:9000]),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "a flipped header": lambda path: path.write_bytes(flipped(path.read_bytes(), 68 * 8)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_drill(full, tmp_path, damage):
    """What a person does on the worst day: the book is damaged or gone, and the last backup brings it back."""
    full("backup")
    backup = full.json("backup --list")[0]["path"]
    want = held(full.db)
    full("client add 'Later than the backup'")
    if DAMAGE[damage]:
        DAMAGE[damage](full.db)
    old = full.db.read_bytes() if full.db.exists() else None
    refused = full(f"restore {backup}", exit=5)
    assert "--yes" in refused.err and (full.db.read_bytes() if full.db.exists() else None) == old
    row = full.json(f"restore {backup} --yes")
    assert held(full.db) == want
    assert mode(full.db) == 0o600
    result = full("check --deep")
    assert (result.out, result.err) == ("", "")
    assert (row["kept"] is None) == (old is None)
    if old is not None:
        assert Path(row["kept"]).read_bytes() == old
    assert not [name for name in names(tmp_path) if "part" in name or "journal" in name]
    full("client add 'After the restore'")
    assert "After the restore" in full("client list").out
    assert full("undo --yes").out


def test_the_book_before_a_restore_can_be_brought_back_too(full, tmp_path):
    full(f"backup {tmp_path}/a.db")
    full("client add Beta")
    want = held(full.db)
    kept = full.json(f"restore {tmp_path}/a.db --yes")["kept"]
    full(f"restore {kept} --yes")
    assert held(full.db) == want
    assert "the book before a restore" in full("backup --list").out


def test_a_new_machine_has_no_folder_yet(full, tmp_path, monkeypatch):
    full(f"backup {tmp_path}/a.db")
    monkeypatch.setenv("KAM_DB", str(tmp_path / "new" / "home" / "book.db"))
    full(f"restore {tmp_path}/a.db --yes")
    assert mode(tmp_path / "new" / "home") == 0o700
    assert held(tmp_path / "new" / "home" / "book.db") == held(full.db)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read: No such file"), (b"", "empty file"), (b"Dear diary" * 99, "not a book of kam"),
        (b"SQLite format 3\0" + b"\0" * 984, "another program"),
    ],
)  # fmt: skip
def test_what_is_no_backup_is_refused_and_nothing_changes(full, tmp_path, content, says):
    file = tmp_path / "a.db"
    if content is not None:
        file.write_bytes(content)
    before = full.db.read_bytes()
    result = full(f"restore {file} --yes", exit=6)
    assert says in result.err and result.err.count("\n") == 1 and str(file) in result.err
    assert full.db.read_bytes() == before


def test_a_pipe_or_a_folder_is_no_backup_and_nobody_waits(full, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    full(f"restore {tmp_path}/pipe --yes", exit=6)
    full(f"check {tmp_path}/pipe", exit=6)
    full(f"restore {tmp_path} --yes", exit=6)
    assert "is the book itself" in full(f"restore {full.db} --yes", exit=2).err


def test_a_backup_of_a_newer_kam_is_refused(full, tmp_path):
    conn = sqlite3.connect(full.db)
    conn.execute(f"PRAGMA user_version = {migrations.LATEST + 1}")
    conn.execute("VACUUM INTO ?", (str(tmp_path / "a.db"),))
    conn.execute(f"PRAGMA user_version = {migrations.LATEST}")
    conn.close()
    assert "newer kam" in full(f"restore {tmp_path}/a.db --yes", exit=6).err


def test_a_backup_of_an_older_kam_is_migrated(kam, tmp_path, monkeypatch):
    extra = tmp_path / "steps"
    extra.mkdir()
    for name in migrations.STEPS:
        shutil.copy(os.path.join(migrations.FOLDER, name), extra)
    (extra / "9999_more.sql").write_text(
        "CREATE TABLE more (  -- more\n  id INTEGER PRIMARY KEY,  -- number\n  name TEXT  -- name\n) STRICT;\n"
    )
    fill(kam.book())
    kam(f"backup {tmp_path}/a.db")
    monkeypatch.setattr(migrations, "FOLDER", str(extra))
    monkeypatch.setattr(migrations, "STEPS", [*migrations.STEPS, "9999_more.sql"])
    monkeypatch.setattr(migrations, "LATEST", migrations.LATEST + 1)
    assert "of an older kam" in kam(f"check {tmp_path}/a.db").err
    kam(f"restore {tmp_path}/a.db --yes")
    assert kam("check --deep").out == ""
    assert kam.book().value("SELECT count(*) FROM more") == 0


def unfinished_write(path) -> tuple[bytes, bytes]:
    """A book as a power cut in the middle of a write leaves it: pages half written, and the journal to take it back."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA cache_size = 2")
    conn.execute("BEGIN IMMEDIATE")
    conn.execute("UPDATE interactions SET text = 'torn'")
    conn.execute("UPDATE clients SET note = 'torn'")
    pair = path.read_bytes(), path.with_name(path.name + "-journal").read_bytes()
    conn.execute("ROLLBACK")
    conn.close()
    assert b"torn" in pair[0] and pair[1][:8] == b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", "the journal is hot"
    return pair


def test_the_journal_of_the_old_book_never_meets_the_restored_one(full, tmp_path):
    full(f"backup {tmp_path}/a.db")
    want = held(full.db)
    full("client add 'Before the power cut'")
    later = held(full.db)
    torn, journal = unfinished_write(full.db)
    full.db.write_bytes(torn)
    full.db.with_name("book.db-journal").write_bytes(journal)
    kept = full.json(f"restore {tmp_path}/a.db --yes")["kept"]
    assert held(full.db) == want and full("check --deep").out == ""
    book = Book.open(kept)
    assert dump(book) == later, "the old book takes its own broken write back"
    book.close()


def test_a_journal_without_a_book_is_put_out_of_the_way(full, tmp_path):
    full(f"backup {tmp_path}/a.db")
    want = held(full.db)
    _, journal = unfinished_write(full.db)
    full.db.unlink()
    full.db.with_name("book.db-journal").write_bytes(journal)
    full(f"restore {tmp_path}/a.db --yes")
    assert held(full.db) == want and not full.db.with_name("book.db-journal").exists()


def test_a_plain_copy_with_a_broken_write_comes_back_without_it(full, tmp_path):
    """The folder of a dead machine, copied file by file."""
    want = held(full.db)
    copy = tmp_path / "old" / "book.db"
    copy.parent.mkdir()
    torn, journal = unfinished_write(full.db)
    copy.write_bytes(torn)
    copy.with_name("book.db-journal").write_bytes(journal)
    full(f"restore {copy} --yes")
    assert held(full.db) == want
    assert copy.read_bytes() == torn and names(copy.parent) == {"book.db", "book.db-journal"}


def test_who_had_the_old_book_open_cannot_write_to_it_unnoticed(full, tmp_path):
    full(f"backup {tmp_path}/a.db")
    late = full.book()
    assert late.value("SELECT count(*) FROM clients")
    full(f"restore {tmp_path}/a.db --yes")
    with pytest.raises(sqlite3.OperationalError, match="readonly"), late.write(["late"]):
        late.update("clients", 1, {"note": "lost"})
    late.close()
    assert full("check --deep").out == ""


def test_a_book_behind_a_link_is_restored_behind_it(full, tmp_path, monkeypatch):
    full(f"backup {tmp_path}/a.db")
    os.symlink(full.db, tmp_path / "link.db")
    monkeypatch.setenv("KAM_DB", str(tmp_path / "link.db"))
    full("client add Beta")
    full(f"restore {tmp_path}/a.db --yes")
    assert os.path.islink(tmp_path / "link.db") and held(full.db) == held(tmp_path / "a.db")


def test_a_book_has_the_same_backups_by_each_of_its_names(full, tmp_path, monkeypatch):
    (tmp_path / "sync").mkdir()
    os.symlink(full.db, tmp_path / "sync" / "mine.db")
    first = full.json("backup")["path"]
    monkeypatch.setenv("KAM_DB", str(tmp_path / "sync" / "mine.db"))
    full("backup")
    rows = full.json("backup --list")
    assert len(rows) == 2 and first in {row["path"] for row in rows}
    assert {os.path.dirname(row["path"]) for row in rows} == {str(full.db.parent / "backups")}
    assert names(tmp_path / "sync") == {"mine.db"}


def test_two_books_in_one_folder_do_not_share_backups(full, monkeypatch):
    full("backup")
    monkeypatch.setenv("KAM_DB", str(full.db.with_suffix(".kam")))
    full("init")
    assert full.json("backup --list") == []
    full("backup")
    assert len(full.json("backup --list")) == 1


def test_who_writes_as_soon_as_a_book_is_back_is_not_taken_for_a_fault_of_the_disk(
    full, tmp_path, monkeypatch
):
    from kam_cli.lock import Lock

    full(f"backup {tmp_path}/a.db")
    release, waiting = Lock.release, [full]

    def and_the_next_comes(lock):
        release(lock)
        if waiting:
            waiting.pop()("client add Next")

    monkeypatch.setattr(Lock, "release", and_the_next_comes)
    full(f"restore {tmp_path}/a.db --yes")
    assert waiting == [] and full.json("client list --where name=Next")


def test_a_disk_that_gives_back_something_else_is_told_with_the_way_back(full, tmp_path, monkeypatch):
    full(f"backup {tmp_path}/a.db")
    before = full.db.read_bytes()
    monkeypatch.setattr("kam_cli.tools.restore.reads_back", lambda real, counts: False)
    err = full(f"restore {tmp_path}/a.db --yes", exit=6).err
    kept = err.partition("The book as it was is ")[2].partition(". Is the disk")[0]
    assert Path(kept).read_bytes() == before


def test_who_was_erased_does_not_come_back(full, tmp_path):
    full("client add 'Wacława Zdrzałkowska' --kind person --note Hafenstieg")
    full(f"backup {tmp_path}/a.db")
    full("client forget zdrzałkowska --yes")
    full(f"restore {tmp_path}/a.db --yes")
    assert full("find zdrzałkowska").out.count("Wac") == 0
    assert b"Hafenstieg" not in full.db.read_bytes() and b"hafenstieg" not in full.db.read_bytes()
    assert full("check --deep").out == ""


# --- kept ---------------------------------------------------------------------------------------------------


instants = st.datetimes(datetime.datetime(2020, 1, 1), datetime.datetime(2030, 12, 31)).map(
    lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ")
)
counts = st.integers(0, 9)


@given(st.sets(instants, min_size=1, max_size=60), counts, counts, counts, counts)
def test_rotation_keeps_the_newest_and_no_more_than_asked(times, last, daily, weekly, monthly):
    keep = automatic.kept(times, last, daily, weekly, monthly)
    assert max(times) in keep <= times
    if last or daily or weekly or monthly:
        assert len(keep) <= max(1, last) + daily + weekly + monthly
        assert len({at[:10] for at in keep}) >= min(daily, len({at[:10] for at in times}))
        assert len({at[:7] for at in keep}) >= min(monthly, len({at[:7] for at in times}))
    else:
        assert keep == times
    assert automatic.kept(keep, last, daily, weekly, monthly) == keep, "a second look removes nothing more"


def test_rotation_by_days_weeks_and_months():
    days = [f"2026-03-{day:02}T08:00:00Z" for day in range(1, 32)] + [
        "2026-02-10T08:00:00Z",
        "2026-01-31T08:00:00Z",
    ]
    assert sorted(automatic.kept([*days, "2026-03-31T07:00:00Z"], 0, 2, 3, 3)) == [
        "2026-01-31T08:00:00Z", "2026-02-10T08:00:00Z", "2026-03-22T08:00:00Z", "2026-03-29T08:00:00Z",
        "2026-03-30T08:00:00Z", "2026-03-31T08:00:00Z",
    ]  # fmt: skip


def test_rotation_touches_only_what_kam_made_by_itself(full, monkeypatch, tmp_path):
    for key in ("last", "daily", "weekly", "monthly"):
        full(f"config set backup.keep_{key} {1 if key == 'last' else 0}")
    full("backup")
    own = full.json("backup --list")[0]["path"]
    folder = full.db.parent / "backups"
    for name in (
        "book-20250101T080000Z-daily.db", "book-20250102T080000Z-before-import.db", "book-20250103T080000Z-before-schema-6.2.db"
    ):  # fmt: skip
        (folder / name).write_bytes(b"")
    strangers = {
        "book-20250101T080000Z.db", "other-20250101T080000Z-daily.db", "book-2025-daily.db", "notes.txt",
        "book-20250101T080000Z-daily.db.bak",
    }  # fmt: skip
    for name in strangers:
        (folder / name).write_bytes(b"")
    (folder / "book-20250101T080000Z-daily.db.part").write_bytes(b"what a killed backup left")
    new = automatic.automatic(full.book(), "daily")
    assert names(folder) == {os.path.basename(own), os.path.basename(new), *strangers}


def test_backups_made_elsewhere_are_remembered(full, tmp_path):
    (tmp_path / "a b").mkdir()
    for _ in range(2):
        full(["backup", str(tmp_path / "a b" / "ż.db"), "--force"])
    assert [row["path"] for row in full.json("backup --list")] == [str(tmp_path / "a b" / "ż.db")]
    (tmp_path / "a b" / "ż.db").unlink()
    assert full.json("backup --list")[0]["bytes"] is None


# --- encrypted ----------------------------------------------------------------------------------------------


@pytest.fixture
def age():
    return pytest.importorskip("pyrage", reason="pip install 'kam-cli[encrypt]'")


@pytest.fixture
def key(age, tmp_path):
    """A key pair: the public key, and the file that holds the private one."""
    identity = age.x25519.Identity.generate()
    file = tmp_path / "key.txt"
    file.write_text(f"# created: 2026-03-18\n# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public()), file


def test_a_passphrase_closes_and_opens_a_backup(age, full, tmp_path, monkeypatch):
    target = tmp_path / "kam.age"
    monkeypatch.setenv("KAM_PASSPHRASE", "zażółć gęślą jaźń")
    assert full.json(f"backup {target}")["is_encrypted"] is True
    data = target.read_bytes()
    assert (
        data.startswith(b"age-encryption.org/v1\n-> scrypt ")
        and b"SQLite" not in data
        and b"Klient" not in data
    )
    assert mode(target) == 0o600
    assert full(f"check --deep {target}").out == ""
    assert age.passphrase.decrypt(data, "zażółć gęślą jaźń")[:15] == b"SQLite format 3", (
        "any age program opens it"
    )


def test_a_wrong_passphrase_or_none_changes_nothing(age, full, tmp_path, monkeypatch):
    target = tmp_path / "kam.age"
    full(["backup", str(target), "--passphrase-command", "printf 'secret\\nsecond line\\n'"])
    want = held(full.db)
    full("client add Beta")
    before = full.db.read_bytes()
    assert "passphrase is needed" in full(f"restore {target} --yes", exit=2).err
    monkeypatch.setenv("KAM_PASSPHRASE", "wrong")
    assert "cannot be decrypted" in full(f"restore {target} --yes", exit=6).err
    assert (
        "exit code 3" in full(["restore", str(target), "--yes", "--passphrase-command", "exit 3"], exit=1).err
    )
    assert "is empty" in full(["restore", str(target), "--yes", "--passphrase-command", "true"], exit=2).err
    assert full.db.read_bytes() == before
    monkeypatch.setenv("KAM_PASSPHRASE", "secret")
    full(f"restore {target} --yes")
    assert held(full.db) == want


def test_key_and_passphrase_are_asked_for_before_the_work(age, full, tmp_path, monkeypatch):
    monkeypatch.setattr(backups, "snapshot", lambda *_: pytest.fail("the copy was made first"))
    for more in ("", "--recipient age1nobody", "--passphrase-command false"):
        full(f"backup {tmp_path}/c.age {more}", exit=1 if "false" in more else 2)


def test_a_key_closes_and_its_file_opens_a_backup(key, full, tmp_path):
    public, file = key
    made = full.json(f"backup --recipient {public}")["path"]
    assert made.endswith(".db.age")
    assert "name the file with the private key" in full(f"restore {made} --yes", exit=2).err
    full(f"restore {made} --yes --identity {file}")
    full(f"config set backup.identity {file}")
    full(f"config set backup.recipient {public}")
    full(f"backup {tmp_path}/b.age")
    assert full(f"check {tmp_path}/b.age --deep").out == ""
    assert "no public key" in full(f"backup {tmp_path}/c.age --recipient age1nobody", exit=2).err


def test_every_single_changed_bit_of_an_encrypted_backup_is_noticed(key, full, tmp_path):
    public, file = key
    target = tmp_path / "kam.age"
    full(f"backup {target} --recipient {public}")
    data = target.read_bytes()
    dice = random.Random(3)
    for bit in [
        *(dice.randrange(200 * 8) for _ in range(40)),
        *(dice.randrange(len(data) * 8) for _ in range(60)),
    ]:
        target.write_bytes(flipped(data, bit))
        full(f"restore {target} --yes --identity {file}", exit=6)


def test_nothing_readable_reaches_the_disk_on_the_way(key, full, tmp_path, monkeypatch):
    """At the moment of encryption, and after, the only files with the book's content are the book and its lock."""
    from kam_cli.tools import encryption

    def readable() -> set[str]:
        files = (path for path in tmp_path.rglob("*") if path.is_file())
        return {path.name for path in files if b"Klient" in path.read_bytes()}

    seen: list[set[str]] = []
    real = encryption.closing

    def watched(*args):
        close = real(*args)
        return lambda data: (seen.append(readable()), close(data))[1]

    monkeypatch.setattr(encryption, "closing", watched)
    public, file = key
    full(f"backup {tmp_path}/kam.age --recipient {public}")
    full(f"check {tmp_path}/kam.age --identity {file}")
    assert seen == [{"book.db"}] and readable() == {"book.db"}


def test_the_passphrase_is_asked_for_twice_on_a_terminal(monkeypatch):
    from kam_cli.config import Config
    from kam_cli.tools.encryption import passphrase

    monkeypatch.delenv("KAM_PASSPHRASE", raising=False)
    terminal = SimpleNamespace(interactive=True, config=Config({}))
    answers = iter(["one", "other", "same", "same", "once"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    with pytest.raises(BadValue, match="differ"):
        passphrase(terminal, None, twice=True)
    assert passphrase(terminal, None, twice=True) == "same"
    assert passphrase(terminal, None) == "once"


def test_without_the_library_it_is_said_how_to_get_it(full, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyrage", None)
    monkeypatch.setenv("KAM_PASSPHRASE", "x")
    result = full(f"backup {tmp_path}/kam.age", exit=1)
    assert "pip install 'kam-cli[encrypt]'" in result.err and result.err.count("\n") == 1
    assert not (tmp_path / "kam.age").exists()
    (tmp_path / "kam.age").write_bytes(b"age-encryption.org/v1\n-> scrypt x")
    assert "kam-cli[encrypt]" in full(f"restore {tmp_path}/kam.age --yes", exit=1).err
