"""`kam check`: silent on a sound book, a name for every fault, and a way to save what can be read."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter

import pytest
from filled import fill

from dump import dump
from kam_cli import backup as backups
from kam_cli import migrations
from kam_cli.book import Book
from kam_cli.tools import init, surroundings
from kam_cli.tools.salvage import ranges

PAGE = 4096


@pytest.fixture
def full(kam):
    """The command line on a book with something of everything."""
    book = kam.book()
    fill(book)
    book.close()
    return kam


def harm(path, *statements: str) -> None:
    """Another program's work: no foreign keys, no care."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA foreign_keys = OFF")
    for sql in statements:
        conn.execute(sql)
    conn.close()


def named(kam, line: str = "check", exit: int = 1) -> set[str]:
    """The checks that found something."""
    return {row["check"] for row in kam.json(line, exit=exit)}


def held(path) -> str:
    book = Book(str(path), backups.still(str(path)))
    try:
        return dump(book)
    finally:
        book.close()


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def sqlite_notices(path) -> bool:
    conn = backups.still(str(path))
    try:
        return bool(backups.unsound(conn))
    except backups.BROKEN:
        return True
    finally:
        conn.close()


# --- faults -------------------------------------------------------------------------------------------------


def test_a_sound_book_is_silent_and_not_touched(full):
    before = full.db.read_bytes(), full.db.stat().st_mtime_ns
    for line in ("check", "check --deep", f"check --deep {full.db}"):
        result = full(line)
        assert result.out == ""
    assert full("check --deep").err == ""
    assert full.json("check") == []
    assert (full.db.read_bytes(), full.db.stat().st_mtime_ns) == before


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("references", "DELETE FROM contacts WHERE id = 1; UPDATE deals SET contact_id = 1 WHERE id = 1"),
        ("references", "UPDATE interactions SET client_id = 999 WHERE id = 1"),
        ("triggers", "DROP TRIGGER journal_clients_update"),
        ("triggers", "CREATE TRIGGER spy AFTER INSERT ON clients BEGIN SELECT 1; END"),
        ("schema", "DROP INDEX deals_client"),
        ("schema", "ALTER TABLE clients ADD COLUMN more TEXT"),
        ("schema", "DROP TABLE column_maps"),
        ("settings", "DELETE FROM meta"),
        ("journal", "UPDATE journal_state SET command_id = 1"),
        ("journal", "UPDATE clients SET city = 'Praha' WHERE id = 1"),
        ("maintained", "UPDATE clients SET next_due_on = '2020-01-01' WHERE id = 1"),
        ("maintained", "UPDATE clients SET nps_score = 11 WHERE id = 2"),
        ("search", "DELETE FROM search WHERE rowid = (SELECT min(rowid) FROM search)"),
        ("search", "INSERT INTO search (rowid, title, body) VALUES (64000001, 'ghost', '')"),
        ("search", "INSERT INTO search (rowid, title, body) VALUES (63, 'ghost', '')"),
    ],
)
def test_each_fault_has_the_name_of_its_check(full, name, sql):
    harm(full.db, *sql.split("; ") if "TRIGGER" not in sql else [sql])
    before = full.db.read_bytes()
    result = full("check", exit=1)
    assert name in named(full)
    assert full.db.read_bytes() == before
    assert result.err.startswith("kam: ") and "fault" in result.err


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("values", "UPDATE clients SET uid = upper(uid) WHERE id = 1"),
        ("values", "UPDATE clients SET uid = '1' WHERE id = 1"),
        ("values", "UPDATE clients SET since_on = '2026-02-30' WHERE id = 1"),
        ("values", "UPDATE deals SET opened_on = '3 March' WHERE id = 1"),
        ("values", "UPDATE interactions SET occurred_at = '2026-01-01 10:00:00' WHERE id = 1"),
        ("values", "UPDATE interactions SET occurred_at = '2026-01-01T25:00:00Z' WHERE id = 1"),
        ("values", "UPDATE clients SET birthday = '--02-30' WHERE id = 1"),
        ("values", "UPDATE deals SET currency = 'eur' WHERE id = 1"),
        ("values", "UPDATE clients SET note = CAST(x'c328' AS TEXT) WHERE id = 1"),
        ("values", "UPDATE clients SET note = 'a' || char(0) || 'b' WHERE id = 1"),
        ("values", "UPDATE clients SET name_key = 'other' WHERE id = 1"),
        (
            "images",
            "UPDATE journal SET before = replace(before, '\"name\":', '\"nane\":') WHERE before <> ''",
        ),
        ("images", "UPDATE journal SET before = '{' WHERE before <> ''"),
        (
            "documents",
            "UPDATE search_content SET c1 = c1 || ' more' WHERE id = (SELECT min(id) FROM search_content)",
        ),
        (
            "index",
            "UPDATE search_content SET c1 = c1 || ' more' WHERE id = (SELECT min(id) FROM search_content)",
        ),
        ("index", "UPDATE search_data SET block = x'00' WHERE id > 10"),
    ],
)
def test_a_deep_check_reads_every_value(full, name, sql):
    harm(full.db, sql)
    # What is meant here is the damage, not that another program wrote.
    harm(full.db, "UPDATE journal_state SET refreshed_id = (SELECT max(id) FROM journal)")
    assert name in named(full, "check --deep")


def test_good_values_of_every_form_are_no_faults(kam):
    kam(
        "client add 'Jana Nováková' --kind person --birthday '29 feb' --country PL --city Łódź --tag 'a b' --phone '+48 1 2'"
    )
    kam("client add Acme --since 2020-02-29 --every 2w --note 'zażółć \"gęślą\" \\ jaźń'")
    kam("contact add acme 'Ewa' --birthday 1980-05-01 --role sponsor")
    kam("log meeting acme --at 'tue 15:00' --outcome held --wish 'more' --next 'call' --due '+3d 10:00'")
    kam("task add 'again' --every 2w --due fri")
    kam("deal add acme Panels --value 12k --close eoq")
    kam("deal win 1")
    kam("nps add acme 9 --reason 'добре'")
    kam("client edit acme --note other")
    kam("undo --yes")
    result = kam("check --deep")
    assert (result.out, result.err) == ("", "")


def test_many_faults_are_counted(full):
    harm(full.db, "UPDATE clients SET nps_score = 11")
    faults = [row["fault"] for row in full.json("check", exit=1) if row["check"] == "maintained"]
    assert len(faults) == 21 and faults[-1] == "and 20 more"


@pytest.mark.parametrize("damage", ["cut", "zeroed page", "garbage"])
def test_what_cannot_be_read_is_exit_6(full, damage):
    data = bytearray(full.db.read_bytes())
    page = data.index(b"Klient 17") // PAGE * PAGE
    if damage == "cut":
        data = data[: len(data) // 2]
    else:
        data[page : page + PAGE] = (
            bytes(PAGE) if damage == "zeroed page" else random.Random(1).randbytes(PAGE)
        )
    full.db.write_bytes(data)
    result = full("check", exit=6)
    assert "cannot be read" in result.err and "kam restore" in result.err
    assert full.db.read_bytes() == data


def test_a_text_that_is_no_utf8_in_the_schema_is_no_mistake_of_kam(full):
    data = full.db.read_bytes()
    at = data.index(b"CREATE INDEX deals_client")
    full.db.write_bytes(data[:at] + b"\xff\xac" + data[at + 2 :])
    assert "mistake in kam" not in full("check --deep", exit=6).err
    assert "mistake in kam" not in full("restore x --yes", exit=6).err
    full(f"check --repair {full.db.parent}/new.db")
    assert full(f"check --deep {full.db.parent}/new.db").out == ""


# --- changed bits in a live book ----------------------------------------------------------------------------


def flips(kam, count: int, seed: int) -> Counter:
    """How many single changed bits are noticed by whom; each is tried on the same book."""
    data = kam.db.read_bytes()
    dice = random.Random(seed)
    found: Counter = Counter(tried=count)
    for _ in range(count):
        bit = dice.randrange(len(data) * 8)
        kam.db.write_bytes(changed := flipped(data, bit))
        sqlite, argv = sqlite_notices(kam.db), ["check", "--deep", "--quiet"]
        code = quietly(kam, argv)
        assert code in (0, 1, 6), f"bit {bit} ends with {code}"
        assert not sqlite or code, f"bit {bit} is noticed by SQLite and not by kam"
        assert kam.db.read_bytes() == changed
        found.update(sqlite=sqlite, deep=code != 0)
    kam.db.write_bytes(data)
    return found


def quietly(kam, argv: list[str]) -> int:
    """The exit code of a command, whatever it is; a mistake of kam's own is none of them."""
    for code in (0, 1, 6):
        try:
            result = kam(argv, exit=code)
        except AssertionError as error:
            if "mistake in kam" in str(error):
                raise
            continue
        assert "mistake in kam" not in result.err
        return code
    return -1


def test_a_deep_check_notices_what_sqlite_notices_and_more(full):
    found = flips(full, 25, seed=1)
    assert found["deep"] >= found["sqlite"]


# --- repair -------------------------------------------------------------------------------------------------


@pytest.fixture
def new(tmp_path):
    return tmp_path / "new.db"


def test_a_repair_of_a_sound_book_loses_nothing(full, new):
    before = full.db.read_bytes()
    row = full.json(f"check --repair {new}")
    assert row["path"] == str(new) and row["rows"] > 400
    assert held(new) == held(full.db)
    result = full(f"check --deep {new}")
    assert (result.out, result.err) == ("", ""), "it is sealed like a backup"
    assert full.db.read_bytes() == before
    assert os.stat(new).st_mode & 0o777 == 0o600
    full(f"restore {new} --yes")
    history = full.json("history")
    assert history[0]["line"] == "kam change"
    full("undo --yes")
    assert full("check --deep").out == "", "undo works in the repaired book"


BROKEN_OFF = """
import os, sys
from kam_cli.book import Book
with (book := Book.open(sys.argv[1])).write(["x"]):
    book.conn.execute("PRAGMA cache_spill = 1"); book.conn.execute("PRAGMA cache_size = 1")
    for number in range(400): book.insert("tasks", {"title": "x" * 900, "title_key": "x"})
    os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("line", ["check --repair NEW", "check FILE --repair NEW"])
def test_a_repair_takes_back_a_broken_off_write_in_a_copy(full, new, tmp_path, line):
    want, journal = held(full.db), full.db.with_name(f"{full.db.name}-journal")
    subprocess.run([sys.executable, "-c", BROKEN_OFF, str(full.db)])
    before = full.db.read_bytes(), journal.read_bytes()
    names = sorted(os.listdir(tmp_path))
    full(line.replace("NEW", str(new)).replace("FILE", str(full.db)))
    assert (full.db.read_bytes(), journal.read_bytes()) == before
    assert sorted(os.listdir(tmp_path)) == sorted([*names, new.name])
    assert held(new) == want


def test_a_repair_writes_over_nothing(full, new):
    new.write_text("mine")
    assert "is there already" in full(f"check --repair {new}", exit=1).err
    assert "is there already" in full(f"check --repair {full.db}", exit=1).err
    assert new.read_text() == "mine"


def test_numbers_are_not_given_again_after_a_repair(full, new):
    number = full.json("client add Beta")["id"]
    full("undo --yes")
    full(f"check --repair {new}")
    full(f"restore {new} --yes")
    assert full.json("client add Gamma")["id"] == number + 1


@pytest.mark.parametrize("sql", ["UPDATE clients SET nps_score = 11", "DROP TRIGGER journal_deals_delete",
                                 "DELETE FROM search", "DROP INDEX deals_client"])  # fmt: skip
def test_what_follows_from_the_rest_is_made_again(full, new, sql):
    want = held(full.db)
    harm(full.db, sql)
    full(f"check --repair {new}")
    assert held(new) == want
    assert full(f"check --deep {new}").out == ""


def test_a_lost_page_costs_its_own_rows_only_and_they_are_named(full, new):
    data = bytearray(full.db.read_bytes())
    page = data.index(b"Klient 17 ") // PAGE * PAGE
    data[page : page + PAGE] = bytes(PAGE)
    full.db.write_bytes(data)
    losses = full.json(f"check --repair {new}", exit=1)
    assert full.db.read_bytes() == data
    assert full(f"check --deep {new}").out == ""
    book = Book.open(str(new))
    names = book.column("SELECT name FROM clients ORDER BY id")
    assert len(names) == 40 and names[16] == "lost client #17"
    lost = [name for name in names if name.startswith("lost client")]
    assert 0 < len(lost) < 20
    assert book.value("SELECT count(*) FROM interactions") == 240, "no call of a lost client is lost"
    assert {row["table"] for row in losses} == {"clients"}
    told = [row["what"] for row in losses if "could not be read" in row["what"]]
    assert len(told) == 1 and f"#{min(names.index(name) + 1 for name in lost)}" in told[0]
    book.close()


def test_values_that_cannot_be_are_left_out_and_told(full, new):
    harm(
        full.db,
        "UPDATE clients SET since_on = '2026-02-30' WHERE id = 1",
        "UPDATE clients SET uid = 'x' WHERE id = 2",
        "UPDATE clients SET note = CAST(x'41ff42' AS TEXT) WHERE id = 3",
        "PRAGMA ignore_check_constraints = ON",
        "UPDATE clients SET kind = 'firm' WHERE id = 4",
        "UPDATE interactions SET client_id = 999 WHERE id = 5",
        "UPDATE deals SET contact_id = 999 WHERE id = 6",
        "UPDATE deals SET stage_id = 999 WHERE id = 7",
        "UPDATE interactions SET occurred_at = 'soon' WHERE id = 8",
    )
    losses = {(row["table"], row["row"]): row["what"] for row in full.json(f"check --repair {new}", exit=1)}
    assert full(f"check --deep {new}").out == ""
    book = Book.open(str(new))
    one, two, three, four = book.rows("SELECT * FROM clients WHERE id < 5 ORDER BY id")
    assert one["since_on"] is None and "2026-02-30" in losses["clients", 1]
    assert len(two["uid"]) == 36 and losses["clients", 2].startswith("uid")
    assert three["note"] == "A\ufffdB" and ("clients", 3) in losses
    assert four["kind"] == "company" and "'firm'" in losses["clients", 4]
    assert book.value("SELECT name FROM clients WHERE id = 999") == "lost client #999"
    assert book.value("SELECT name FROM contacts WHERE id = 999") == "lost contact #999"
    assert book.value("SELECT count(*) FROM deals WHERE id = 7") == 0 and "stages #999" in losses["deals", 7]
    assert book.value("SELECT occurred_at FROM interactions WHERE id = 8") == "2026-01-02T10:00:00Z"
    book.close()


def test_a_broken_header_or_schema_is_put_right(full, new):
    data, want = full.db.read_bytes(), held(full.db)
    schema = [
        data.index(text) * 8 + 3 for text in (b"CREATE TABLE clients", b"STRICT", b"name TEXT NOT NULL CHECK")
    ]
    for bit in [
        *(byte * 8 + 1 for byte in (0, 5, 16, 18, 20, 21, 28, 31, 44, 47, 52, 56, 59, 63, 68, 71)),
        *schema,
    ]:
        full.db.write_bytes(flipped(data, bit))
        full(f"check --repair {new}")
        assert held(new) == want, f"bit {bit}"
        new.unlink()


def test_lost_settings_are_replaced_and_told(full, new):
    harm(full.db, "DELETE FROM meta", "UPDATE deals SET currency = 'PLN'")
    losses = full.json(f"check --repair {new}", exit=1)
    assert [row["table"] for row in losses] == ["meta"] and "PLN" in losses[0]["what"]
    assert Book.open(str(new)).meta["currency"] == "PLN"


def test_a_repair_of_a_damaged_backup(full, new, tmp_path):
    full(f"backup {tmp_path}/a.db")
    data = (tmp_path / "a.db").read_bytes()
    at = data.index(b"Klient 17 ")
    (tmp_path / "a.db").write_bytes(flipped(data, at * 8))
    full(f"restore {tmp_path}/a.db --yes", exit=6)
    full(f"check {tmp_path}/a.db --repair {new}")
    assert full(f"check --deep {new}").out == ""
    assert (
        Book.open(str(new)).value("SELECT name FROM clients WHERE id = 17")
        == "Jlient 17 " + held(full.db).split("Klient 17 ")[1].split("'")[0]
    )


@pytest.mark.parametrize("content", [b"", b"Dear diary" * 900, b"SQLite format 3\0" + bytes(9000)])
def test_where_there_is_nothing_to_save_nothing_is_written(full, new, content):
    full.db.write_bytes(content)
    result = full(f"check --repair {new}", exit=6)
    assert result.err.startswith("kam: ") and result.err.count("\n") == 1
    assert not new.exists()


def test_an_older_book_is_repaired_into_one_of_today(nobook, new, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr(migrations, "STEPS", migrations.STEPS[:-1])
        older.setattr(migrations, "LATEST", len(migrations.STEPS))
        init.create(str(nobook.db), init.settings("EUR", "Europe/Warsaw", None, None))
        before = nobook.db.read_bytes()
    nobook(f"check --repair {new}")
    assert Book.open(str(new)).value("PRAGMA user_version") == migrations.LATEST
    assert nobook.db.read_bytes() == before, "to check or repair is not to migrate"
    assert not (nobook.db.parent / "backups").exists()


def test_random_damage_always_gives_a_sound_new_book_or_none(full, new):
    data = full.db.read_bytes()
    pages = len(data) // PAGE
    dice = random.Random(4)
    for _ in range(8):
        changed = bytearray(data)
        page, other = dice.randrange(pages) * PAGE, dice.randrange(pages) * PAGE
        how = dice.choice(("zero", "noise", "swap", "half", "cut"))
        if how == "zero":
            changed[page : page + PAGE] = bytes(PAGE)
        elif how == "noise":
            changed[page : page + PAGE] = dice.randbytes(PAGE)
        elif how == "half":
            changed[page + 512 : page + 1024] = bytes(512)
        elif how == "swap":
            changed[page : page + PAGE], changed[other : other + PAGE] = (
                data[other : other + PAGE],
                data[page : page + PAGE],
            )
        else:
            changed = changed[: max(page, 2 * PAGE)]
        full.db.write_bytes(changed)
        quietly(full, ["check", "--deep"])
        code = quietly(full, ["check", "--repair", str(new)])
        assert code in (0, 1, 6) and full.db.read_bytes() == changed
        assert new.exists() == (code != 6), f"{how} {page // PAGE}"
        if new.exists():
            assert full(f"check --deep {new}").out == "", f"{how} {page // PAGE}"
            new.unlink()


def test_ranges():
    assert ranges([1, 2, 3, 7, 8, 10]) == [(1, 3), (7, 8), (10, 10)]
    assert ranges([]) == []


# --- warnings -----------------------------------------------------------------------------------------------


def test_files_that_others_can_read_are_warned_of(full):
    full("backup")
    made = full.json("backup --list")[0]["path"]
    for path, mode in ((full.db, 0o644), (made, 0o640), (full.db.parent / "backups", 0o755)):
        os.chmod(path, mode)
        result = full("check")
        assert f"kam: {path} can be read by others" in result.err and result.out == ""
        os.chmod(path, 0o700 if os.path.isdir(path) else 0o600)
    assert full("check").err == ""


def test_an_old_or_missing_backup_is_warned_of(full):
    assert full("check").err == "", "a new book needs none yet"
    harm(full.db, "UPDATE meta SET created_at = '2025-01-01T10:00:00Z'")
    harm(full.db, "UPDATE journal_state SET refreshed_id = (SELECT max(id) FROM journal)")
    assert "there is no backup" in full("check").err
    folder = full.db.parent / "backups"
    folder.mkdir(mode=0o700)
    (folder / "book-20250201T080000Z.db").touch(mode=0o600)
    assert "the newest backup is of 2025-02-01" in full("check").err
    full("config set backup.warn_days 0")
    assert full("check").err == ""
    full("config set backup.warn_days 30")
    full(f"backup {full.db.parent}/elsewhere.db")
    assert full("check").err == "", "one made elsewhere counts"


@pytest.mark.parametrize(
    ("folder", "mark", "program"),
    [
        ("Dropbox/kam", "", "Dropbox"), ("Dropbox (Firma)/kam", "", "Dropbox"), ("OneDrive - Firma/kam", "", "OneDrive"),
        ("Library/Mobile Documents/com~apple~CloudDocs", "", "iCloud Drive"), ("Nextcloud/kam", "", "Nextcloud"),
        ("sync/kam", "sync/.stfolder/", "Syncthing"), ("cloud/a/b", "cloud/.nextcloudsync.log", "Nextcloud"),
        ("box/kam", "box/.dropbox", "Dropbox"), ("Documents/kam", "", None), ("dropboxes/kam", "", None),
    ],
)  # fmt: skip
def test_folders_that_a_program_copies_are_known(tmp_path, folder, mark, program):
    (tmp_path / folder).mkdir(parents=True)
    if mark.endswith("/"):
        (tmp_path / mark).mkdir()
    elif mark:
        (tmp_path / mark).touch()
    assert surroundings.synced_by(str(tmp_path / folder / "book.db")) == program


def test_a_synced_folder_is_a_warning_and_no_fault(nobook, tmp_path):
    path = tmp_path / "Dropbox" / "book.db"
    nobook(["init", "--db", str(path)])
    result = nobook(["check", "--db", str(path)])
    assert "Dropbox" in result.err and result.out == ""


def test_network_disks_are_known_by_the_mount_nearest_to_the_book(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nserver:/home /home nfs4 rw 0 0\n/dev/sdb1 /home/ewa/local ext4 rw 0 0\n"
        "ewa@host: /mnt/far\\040away fuse.sshfs rw 0 0\n"
    )
    for path, kind in (
        ("/home/ewa/book.db", "nfs4"), ("/home/ewa/local/book.db", None), ("/homestead/book.db", None),
        ("/mnt/far away/x/book.db", "fuse.sshfs"), ("/srv/book.db", None),
    ):  # fmt: skip
        assert surroundings.network_of(path, str(mounts)) == kind
    assert surroundings.network_of("/srv/book.db", str(tmp_path / "none")) is None
