"""Erasure: nothing of a person is left in any byte of the book, in its history, or in a backup restored later."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from unicodedata import normalize

import pytest

from kam_cli import erased, erasure
from kam_cli.book import Book
from kam_cli.reach import Reach
from kam_cli.text import fold

# Words that occur nowhere else, in several scripts, and what is made of them: keys, digits, parts of words.
TRACES = (
    "Zdrzalkowska", "Zdrzałkowska", "Wacława", "waclawa", "Київбуд", "kyivbud", "zofiaz@", "zofiaz", "601777333", "601 777 333",
    "23998871", "Hafenstieg", "hafenstieg", "Zirbelnuss", "zirbelnuss", "Quittenbaum", "quittenbaum", "PL5260250274", "X-4711",
)  # fmt: skip


def bytes_of(folder: Path, *, but: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path): path.read_bytes() for path in files if path.name not in but and "backups" not in path.parts
    }


def traces(folder: Path, **more) -> list[str]:
    """Which of the TRACES stand in some file, in whatever form they could have been written."""
    found = []
    for path, data in bytes_of(folder, **more).items():
        lower = data.lower()
        for trace in TRACES:
            forms = {
                trace,
                trace.lower(),
                trace.upper(),
                fold(trace),
                normalize("NFD", trace),
                normalize("NFD", trace.lower()),
            }
            for encoding in ("utf-8", "utf-16-le"):
                found += [
                    f"{path}: {form}"
                    for form in forms
                    if form.encode(encoding) in data or form.encode(encoding).lower() in lower
                ]
    return found


def terms(kam) -> set[str]:
    """Every term of the search index; in its pages they are cut to what differs from the one before."""
    conn = sqlite3.connect(kam.db)
    conn.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, search, row)")
    found = {term for (term,) in conn.execute("SELECT term FROM temp.words")}
    conn.close()
    return found


def fill(kam) -> None:
    """A client with everything that can hang on one, and a neighbour with the like."""
    kam("client add Neighbour --city Oslo --phone '+47 22 00 11 22' --note 'likes fish'")
    kam("contact add neighbour Ola Nordmann --email ola@n.example")
    kam("log call neighbour 'wants a list' --with ola --wish 'more fish' --next 'send list'")
    kam(
        [
            "client",
            "add",
            "Київбуд",
            "--city",
            "Hafenstieg",
            "--phone",
            "+48 601 777 333",
            "--note",
            "Zirbelnuss",
            "--document",
            "PL5260250274",
        ]
    )
    kam(
        [
            "contact",
            "add",
            "Київбуд",
            "Wacława",
            "Zdrzałkowska",
            "--email",
            "zofiaz@x.example",
            "--phone",
            "23998871",
            "--role",
            "decision-maker",
        ]
    )
    kam(
        [
            "client",
            "edit",
            "Київбуд",
            "--drop",
            "phone=+48 601 777 333",
            "--phone",
            "work=601 777 333",
            "--tag",
            "Quittenbaum",
        ]
    )
    kam(["contact", "edit", "zdrzalk", "--name", "Wacława Quittenbaum", "--hobby", "Zirbelnuss"])
    kam(
        [
            "log",
            "call",
            "Київбуд",
            "Zirbelnuss und Quittenbaum",
            "--with",
            "wacl",
            "--wish",
            "Quittenbaum",
            "--next",
            "an Zdrzałkowska",
        ]
    )
    kam(["log", "meeting", "Київбуд", "plans Zirbelnuss", "--at", "+3d 10:00", "--with", "wacl"])
    kam(["deal", "add", "Київбуд", "Zirbelnuss", "--value", "12k", "--with", "wacl", "--note", "Quittenbaum"])
    kam("deal move Zirbelnuss needs")
    kam(["nps", "add", "Київбуд", "3", "--with", "wacl", "--reason", "Zirbelnuss war spät"])
    kam(["task", "add", "Quittenbaum anrufen", "--client", "Київбуд"])
    kam(["log", "call", "Київбуд", "a mistake: Zirbelnuss"])
    kam("undo --yes")
    book = kam.book()
    with book.write(["import", "Zdrzałkowska.csv"]):
        book.conn.execute(
            "INSERT INTO external_ids (source, noun, external_id, row_id) VALUES ('hubspot', 'client', 'X-4711', 2)"
        )
    book.close()
    kam("remind --notify stdout")


def test_nothing_of_a_client_is_left_in_any_byte(kam, tmp_path):
    fill(kam)
    assert len({trace.split(": ")[1] for trace in traces(tmp_path)}) > 15, "the traces are there before"
    assert [item for item in kam.book().column("SELECT item FROM deliveries") if item.startswith("client:2:")]
    before = kam.json("client show neighbour"), kam.json("log list --client neighbour")
    done = kam.json(["client", "forget", "Київбуд", "--yes"])
    assert (
        done["rows"]["clients"] == 1
        and done["rows"]["external_ids"] == 1
        and done["rows"]["interaction_points"] == 1
    )
    assert traces(tmp_path) == []
    assert kam.book().value("PRAGMA freelist_count") == 0
    assert not [
        item for item in kam.book().column("SELECT item FROM deliveries") if item.startswith("client:2:")
    ]
    assert {"list", "fish", "oslo"} <= terms(kam)
    folded = {word for trace in TRACES for word in fold(trace).split()}
    assert not [
        term for term in terms(kam) if len(term) > 2 and any(word.startswith(term) for word in folded)
    ]
    assert (kam.json("client show neighbour"), kam.json("log list --client neighbour")) == before
    assert kam("check").out == ""
    assert kam.json("find zirbelnuss") == []


def test_it_asks_first_and_shows_what_would_go(kam):
    fill(kam)
    text = kam.db.read_bytes()
    asked = kam(["client", "forget", "Київбуд"], exit=5).err
    assert "contacts 1" in asked and "interactions 2" in asked and "--yes" in asked
    planned = kam.json(["client", "forget", "Київбуд", "--dry-run"])
    assert planned["rows"]["deals"] == 1
    assert kam.db.read_bytes() == text


def test_what_was_logged_with_a_contact_stays_without_the_person(kam, tmp_path):
    kam("client add Acme")
    kam("contact add acme Jana Quittenbaum --email zofiaz@x.example --birthday '12 jun'")
    kam("contact add acme Petr Novák")
    kam("log call acme 'wants the list' --with jana --with petr")
    kam("log call acme 'wants more' --with petr --with jana")
    kam("deal add acme Roof --value 12k --with jana")
    kam("nps add acme 9 --with jana --reason fast")
    kam("log call acme again --with jana --next 'send list'")
    done = kam.json("contact forget jana --yes")
    assert done["rows"] == {"contacts": 1, "details": 1, "interaction_people": 1}
    assert done["unlinked"] == {"deals": 1, "interactions": 2, "nps_answers": 1, "tasks": 1}
    rows = kam.json("log list --client acme")
    assert [row["text"] for row in rows] == ["again", "wants more", "wants the list"]
    assert kam.json("client show acme")["contacts"][0]["name"] == "Petr Novák"
    assert kam.json("nps score")[0]["nps"] == 100
    assert traces(tmp_path) == []
    assert kam("check").out == ""
    assert "jana" not in kam.db.read_bytes().lower().decode("latin-1")


def test_texts_that_name_the_person_are_told_and_blanked_on_request(kam, tmp_path):
    kam("client add Acme")
    kam("client add Globex --note 'knows Jana Quittenbaum (601 777 333)'")
    kam("contact add acme Jana Quittenbaum --phone '+48 601 777 333' --email zofiaz@x.example")
    kam(["log", "call", "acme", "JANA QUITTENBAUM's list; write zofiaz@x.example, not «Quittenbaum Ltd»"])
    kam("task add 'call Quittenbaum' --client globex")
    found = kam.json("contact forget jana --dry-run")["mentions"]
    assert {(one["noun"], one["id"], one["field"]) for one in found} == {
        ("client", 2, "note"),
        ("log", 1, "text"),
        ("task", 1, "title"),
    }
    asked = kam("contact forget jana", exit=5).err
    assert "log #1" in asked and "task #1" in asked and "--texts" in asked
    kam("contact forget jana --texts --yes")
    assert kam.json("log list")[0]["text"] == "… list; write …, not «… Ltd»"
    assert kam.json("task list")[0]["title"] == "call …"
    assert kam.json("client show globex")["note"] == "knows … (…)"
    assert traces(tmp_path) == []
    assert kam("check").out == ""


NAMED = (
    # name, texts that name the person and what becomes of them, texts that name others
    ("Anna Zdrzałkowska", {"spoke to Annie Zdrzałkowskiej": "spoke to …", "Zdrzałkowskiego brat": "… brat"}, ["Anna Nowak"]),
    ("Jan Nowak", {"pytać Jana Nowaka, jutro": "pytać …, jutro", "list Nowakowi": "list …"}, ["Nowakowska"]),
    ("דוד כהן", {"דיברתי עם דוד כהן": "דיברתי עם …", "לדוד כהן מחר": "… מחר"}, ["דוד לוי"]),
    ("Ольга Коваленко", {"з Ольгою Коваленко": "з …", "Коваленком": "…"}, ["Ольга"]),
    ("Jana Nováková", {"s Janou Novákovou": "s …", "Nováková's list": "… list"}, ["Jan Novák", "Jana Novák"]),
    ("Seán O'Brien", {"met O'Brien, twice": "met …, twice", "O’Brien’s": "…"}, ["Brien"]),
)  # fmt: skip


@pytest.mark.parametrize("name, his, theirs", NAMED, ids=[one[0] for one in NAMED])
def test_a_name_is_found_with_any_ending_in_any_script(kam, name, his, theirs):
    kam("client add Acme")
    kam(["contact", "add", "acme", name])
    kam("contact add acme 'Jan Novák' --force")
    for text in (*his, *theirs):
        kam(["log", "call", "acme", text])
    found = kam.json("contact forget 1 --dry-run")["mentions"]
    assert [one["id"] for one in found] == list(range(1, len(his) + 1))
    kam("contact forget 1 --texts --yes")
    rows = kam.json("log list --sort id")
    assert [row["text"] for row in rows] == [*his.values(), *theirs]
    lines = [row["line"] for row in kam.json("history --limit 50")]
    assert sum("log call … (forgotten)" in line for line in lines) == len(his)
    assert sum(line.startswith("kam log call acme ") for line in lines) == len(theirs)


def test_a_command_that_only_passed_a_row_through_is_cleaned(kam, tmp_path):
    """What was said while a record was his goes, in the line and in the before-image; before and after stays."""
    for line in (
        "client add Acme", "client add Globex", "client add 'Xyz Ltd' --handle quittenbaum-2", "log call acme 'first words'",
        "log edit 1 --client quittenbaum-2 --text 'wants Zirbelnuss'", "log edit 1 --client globex --text 'last words'",
        "client forget 3 --yes",
    ):  # fmt: skip
        kam(line)
    assert traces(tmp_path) == []
    assert kam.json("log list")[0]["text"] == "last words"
    lines = [row["line"] for row in kam.json("history")]
    assert "kam log call acme 'first words'" in lines and lines.count("kam log edit … (forgotten)") == 2
    assert kam("check --deep").out == ""


def test_a_file_that_was_named_after_the_person_is_remembered_under_no_name(kam, tmp_path):
    cards = tmp_path / "cards"
    cards.mkdir()
    table = cards / "Wacława Zdrzałkowska.csv"
    table.write_text(
        "external_id,name,kind,Firm\nX-4711,Wacława Zdrzałkowska,person,x\nX-2,Globex,company,y\n"
    )
    kam(["import", str(table), "--as", "clients", "--map", "Firm=segment"])
    other = cards / "zdrzalkowska-2.csv"
    other.write_text("name\nHooli\n")
    kam(["import", str(other), "--as", "clients"])
    shutil.rmtree(cards)
    kam("client forget 1 --yes")
    assert traces(tmp_path) == []
    book = kam.book()
    assert book.column("SELECT source FROM external_ids") == ["…"]
    assert book.column("SELECT name FROM imported_files") == ["/…"]
    assert book.column("SELECT map FROM column_maps") == []
    book.close()
    assert [row["name"] for row in kam.json("client list")] == ["Globex", "Hooli"]
    assert kam("check --deep").out == ""


def test_files_of_kam_that_still_hold_the_person_are_told(kam, tmp_path, monkeypatch):
    """A journal left by a crash, a copy cut short, rows left out of an import, an export, a draft, a disk that is away."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    kam("client add 'Zdrzałkowska, Wacława' --kind person --email zofiaz@x.example")
    uid = kam.json("client show 1")["uid"]
    copy = kam.db.read_bytes()
    stick = tmp_path / "stick"
    stick.mkdir()
    kam(["backup", str(stick / "b.db")])
    shutil.rmtree(stick)
    holding = {
        "book.db-journal.lost": b"\xd9\xd5\x05\xf9" + b"x" * 5000 + uid.encode(),
        "backups/book-1.db.part": copy[: len(copy) // 2],
        "backups/book-2.db.part": b"SQLite format 3\0" + b"\0" * 84 + uid.encode(),
        "customers.bad-2.csv": "name\nZDRZAŁKOWSKA WACŁAWA\n".encode(),
        "client-1-zdrzalkowska.json": "{'name': 'Wacława Zdrzałkowska'}".encode(),
        "tmp/kam-x/text.txt": b"write to ZofiaZ@x.example",
    }
    innocent = {"other.bad.csv": b"name\nAcme\n", "book.db.note": b"x", "tmp/kam-y/text.txt": b"Acme"}
    for name, data in {**holding, **innocent}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    done = kam.json("client forget 1 --dry-run")
    told = {os.path.relpath(path, tmp_path) for path in [*done["backups"], *done["files"]]}
    unsure = {os.path.relpath(path, tmp_path) for path in done["closed_backups"]}
    assert holding.keys() - {"backups/book-1.db.part"} <= told
    assert "stick/b.db" in unsure and "backups/book-1.db.part" in told | unsure
    assert not (told | unsure) & innocent.keys()
    said = kam("client forget 1 --yes").err
    assert all(str(tmp_path / name) in said for name in [*told, *unsure])


def test_a_folder_for_telephones_loses_the_person_too(kam, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kam("client add Acme")
    kam("client add 'Zdrzałkowska, Wacława' --kind person --email zofiaz@x.example")
    kam("contact add 2 Quittenbaum")
    kam("sync-folder phone --only contacts")
    assert len(list((tmp_path / "phone" / "contacts").glob("*.vcf"))) == 3
    asked = kam("client forget 2", exit=5).err
    assert asked.count("goes too: ") == 2 and len(kam.json("client forget 2 --dry-run")["synced"]) == 2
    kam("client forget 2 --yes")
    assert traces(tmp_path) == []
    assert [path.stem for path in (tmp_path / "phone" / "contacts").glob("*.vcf")] == [
        kam.json("client show 1")["uid"]
    ]
    assert kam.book().value("SELECT count(*) FROM sync_items") == 1
    assert kam("sync-folder phone --only contacts").out == ""
    shutil.rmtree(tmp_path / "phone")
    assert "yours to remove" in kam("client forget 1 --yes").err, "the folder is away, and may come back"


def test_an_encrypted_backup_is_told_and_loses_the_person_when_it_comes_back(kam, tmp_path, monkeypatch):
    pytest.importorskip("pyrage")
    monkeypatch.setenv("KAM_PASSPHRASE", "correct horse")
    fill(kam)
    closed, plain = tmp_path / "backups" / "old.age", tmp_path / "backups" / "old.db"
    closed.parent.mkdir(exist_ok=True)
    kam(["backup", str(closed)])
    kam(["backup", str(plain)])
    done = kam.json(["client", "forget", "Київбуд", "--yes"])
    assert (done["backups"], done["closed_backups"]) == ([str(plain)], [str(closed)])
    for backup in (closed, plain):
        kam(["restore", str(backup), "--yes"])
        assert [row["name"] for row in kam.json("client list")] == ["Neighbour"]
        assert traces(tmp_path) == []
    assert kam("check --deep").out == ""


def test_nothing_is_written_beside_the_book_but_its_own_files(kam, tmp_path):
    """Neither SQLite nor kam puts the person into a temporary file: only the rollback journal, which is gone at the end."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    fill(kam)
    log = tmp_path / "strace.txt"
    command = [sys.executable, "-m", "kam_cli", "client", "forget", "2", "--texts", "--yes"]
    traced = ["strace", "-f", "-qq", "-e", "trace=open,openat,creat,memfd_create", "-o", str(log), *command]
    subprocess.run(traced, check=True, capture_output=True)
    written = {
        line.split('"')[1]
        for line in log.read_text().splitlines()
        if "O_CREAT" in line or "O_TMPFILE" in line or "memfd" in line
    }
    log.unlink()
    names = {os.path.basename(path) for path in written if ".cache" not in path and not path.endswith(".pyc")}
    names = {"part" if name.endswith(".part") else name for name in names if "__pycache__" not in name}
    assert names <= {"book.db.lock", "book.db-journal", "part"}, written
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(("-journal", ".part"))]
    assert traces(tmp_path) == []


def test_a_name_that_others_have_is_left_in_texts(kam):
    """A family name alone counts only where nobody else has it; other cards keep their names."""
    kam("client add Acme")
    kam("contact add acme Jana Quittenbaum")
    kam("contact add acme Karl Quittenbaum --force")
    kam("log call acme 'Quittenbaum agrees, Jana Quittenbaum not'")
    kam("contact forget 1 --texts --yes")
    assert kam.json("log list")[0]["text"] == "Quittenbaum agrees, … not"
    assert [row["name"] for row in kam.json("contact list")] == ["Karl Quittenbaum"]


def test_undo_goes_on_for_others_and_refuses_what_is_gone(kam):
    fill(kam)
    kam("client edit neighbour --stage key")
    kam(["client", "forget", "Київбуд", "--yes"])
    assert "cannot be undone, and stays: kam client forget … (forgotten)" in kam("undo --yes").err
    assert kam.json("client show neighbour")["stage"] == "prospect"
    lines = [row["line"] for row in kam.json("history --limit 100")]
    assert (
        "kam client add … (forgotten)" in lines
        and "kam log call neighbour 'wants a list' --with ola --wish 'more fish' --next 'send list'" in lines
    )
    kam("redo")
    kam("undo 5 --yes")
    assert kam.json("client list") == []
    assert kam("check").out == ""
    assert "nothing to undo" in kam("undo --yes", exit=1).err


def test_an_undo_never_brings_back_a_reference_to_the_person(kam):
    kam("client add Acme")
    kam("contact add acme Jana Quittenbaum")
    kam("log call acme first --with jana --minutes 10")
    kam("log edit 1 --minutes 20")
    kam("contact forget jana --yes")
    kam("undo --yes")
    row = kam.json("log list")[0]
    assert row["minutes"] == 10 and kam.json("log show 1")["people"] == []
    assert kam("check").out == ""


def test_what_a_final_command_changed_is_not_undone_around_it(kam):
    """A record that was moved away from a client who was then erased keeps what later commands made of it."""
    for line in (
        "client add Acme", "client add Globex", "client add Initech", "log call acme one", "log edit 1 --minutes 5 --client globex",
        "log edit 1 --client initech --minutes 7", "client forget globex --yes",
    ):  # fmt: skip
        kam(line)
    assert "cannot be undone" in kam("undo --yes", exit=1).err
    assert kam.json("log list")[0]["minutes"] == 7
    assert kam("check").out == ""


def test_a_removed_or_undone_card_is_still_forgotten(kam, tmp_path):
    kam("client add Quittenbaum --email zofiaz@x.example")
    kam("client remove quittenbaum")
    kam("client add 'Zirbelnuss AG' --phone 23998871")
    kam("undo --yes")
    assert traces(tmp_path)
    kam("client forget quittenbaum --yes")
    kam("client forget 2 --yes")
    assert traces(tmp_path) == []
    kam("client forget 2 --yes", exit=3)
    kam("client forget nobody --yes", exit=3)


def test_a_person_who_moved_on_stays_when_the_former_client_goes(kam, tmp_path):
    kam("client add Quittenbaum")
    kam("client add Globex")
    kam("contact add quittenbaum Ola Nordmann --title Buyer")
    kam("log call quittenbaum hello --with ola")
    kam("contact move ola globex")
    done = kam.json("client forget quittenbaum --texts --yes")
    assert done["rows"] == {"clients": 1, "interactions": 1}
    assert kam.json("contact show ola")["client"] == "Globex"
    assert traces(tmp_path) == []
    assert kam("check").out == ""


def restored(kam, backup: Path) -> Book:
    """The older book in the place of the newer one, as a restore leaves it before anybody sees it."""
    shutil.copyfile(backup, kam.db)
    return kam.book()


def test_a_restored_backup_loses_the_person_again(kam, tmp_path):
    fill(kam)
    backup = tmp_path / "backups" / "old.db"
    backup.parent.mkdir(exist_ok=True)
    shutil.copyfile(kam.db, backup)
    done = kam(["client", "forget", "Київбуд", "--yes"])
    assert str(backup) in done.err
    book = restored(kam, backup)
    assert len(kam.json("client list")) == 2
    assert [line for line in erased.unfinished(book) if "client #2" in line]
    assert erasure.reapply(book) == 2, "the client and the contact"
    assert list(erased.unfinished(book)) == []
    assert erasure.reapply(book) == 0
    book.close()
    assert traces(tmp_path) == []
    assert kam("check").out == ""
    kam("client forget", exit=2)


def test_a_restore_knows_from_the_present_book_where_the_file_beside_it_is_lost(kam, tmp_path):
    fill(kam)
    older = tmp_path / "backups" / "old.db"
    older.parent.mkdir(exist_ok=True)
    shutil.copyfile(kam.db, older)
    kam(["client", "forget", "Київбуд", "--yes"])
    present = tmp_path / "present.db"
    kam.db.rename(present)
    os.unlink(erased.beside(str(kam.db)))
    book = restored(kam, older)
    assert erasure.reapply(book, str(present)) == 2
    assert erasure.reapply(book, str(tmp_path / "nonsense.db")) == 0
    book.close()


def test_the_file_beside_the_book_names_nobody_and_is_private(kam, tmp_path):
    fill(kam)
    uids = {row["uid"] for row in kam.json("client list")}
    os.umask(0)
    kam(["client", "forget", "Київбуд", "--yes"])
    path = Path(erased.beside(str(kam.db)))
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert len(text.splitlines()) == 2 and not any(uid in text for uid in uids)


KILLED = """
import os, sys
from kam_cli import erased, erasure
from kam_cli.book import Book
from kam_cli.reach import Reach
def die(*_):
    os.kill(os.getpid(), 9)
setattr(erased, sys.argv[2], die)
book = Book.open(sys.argv[1])
with book.write(["client", "forget"]):
    erasure.erase(book, Reach(book, [("clients", 2)]))
erased.settle(book)
"""


@pytest.mark.parametrize("place", ["write_beside", "settle", "record"])
def test_a_kill_between_is_finished_by_the_next_erasure(kam, tmp_path, place):
    fill(kam)
    done = subprocess.run([sys.executable, "-c", KILLED, str(kam.db), place], stderr=subprocess.PIPE)
    assert done.returncode == -9, done.stderr
    if place == "record":
        assert len(kam.json("client list")) == 2, "not committed: nothing happened"
        kam(["client", "forget", "Київбуд", "--yes"])
    else:
        assert len(kam.json("client list")) == 1, "committed"
        assert "kam client forget" in "".join(erased.unfinished(kam.book()))
        kam("client forget")
    assert traces(tmp_path) == []
    assert list(erased.unfinished(kam.book())) == []
    assert kam("check").out == ""


def test_later_nouns_are_covered_without_new_code(kam):
    """Any table that references a client is followed, whatever it is called, and so is what references that."""
    fill(kam)
    conn = sqlite3.connect(kam.db)
    conn.executescript(
        """CREATE TABLE gadgets (id INTEGER PRIMARY KEY, client_id INTEGER NOT NULL REFERENCES clients (id), text TEXT) STRICT;
        CREATE TABLE gadget_parts (id INTEGER PRIMARY KEY, gadget_id INTEGER NOT NULL REFERENCES gadgets (id), text TEXT) STRICT;
        CREATE TABLE referrals (id INTEGER PRIMARY KEY, from_client_id INTEGER NOT NULL REFERENCES clients (id),
          to_client_id INTEGER REFERENCES clients (id)) STRICT;
        INSERT INTO gadgets VALUES (1, 2, 'a'), (2, 1, 'b'); INSERT INTO gadget_parts VALUES (1, 1, 'c'), (2, 2, 'd');
        INSERT INTO referrals VALUES (1, 1, 2), (2, 2, 1);"""
    )
    conn.close()
    book = kam.book()
    reach = Reach(book, [("clients", 2)])
    assert {"gadgets": 1, "gadget_parts": 1, "referrals": 1}.items() <= reach.counts().items()
    with book.write(["client", "forget", "2"]):
        erasure.erase(book, reach)
    assert book.rows("SELECT id, to_client_id FROM referrals") == [{"id": 1, "to_client_id": None}]
    assert book.column("SELECT text FROM gadget_parts") == ["d"]
    book.close()


def test_a_text_of_another_program_that_is_no_utf8_stays_as_it_is(kam):
    kam("client add Acme --note before")
    kam("contact add acme Zofia Zirbelnuss --note x")
    conn = sqlite3.connect(kam.db)
    with conn:
        conn.execute("UPDATE clients SET note = CAST(x'41ff42' AS TEXT)")
    conn.close()
    kam("client edit acme --city Brno")  # the journal holds such an image, too
    kam("contact forget zirbelnuss --texts --yes")
    conn = sqlite3.connect(kam.db)
    assert conn.execute("SELECT hex(note) FROM clients").fetchall() == [("41FF42",)]
    conn.close()
    assert traces(kam.db.parent) == []
