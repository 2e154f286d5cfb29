"""A folder of cards, events and to-dos follows the book, and the book what was edited in the folder; nothing is lost."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from dump import dump

icalendar = pytest.importorskip("icalendar", reason="pip install 'kam-cli[ical]'")


@pytest.fixture
def book(kam):
    kam("client add Łódź Bakery --email office@bakery.example --city Łódź")
    kam("contact add lodz Ewa Żak --phone '+48 600 100 200' --birthday '12 jun' --note old --title Baker")
    kam("contact add lodz 'שלום כהן'")
    kam("log meeting lodz Umowa --with ewa --at '2026-03-20 15:00' --minutes 45")
    kam("task add send the list --client lodz --due 2026-03-20")
    kam("task add weekly --due '2026-03-23 09:00' --every 1w")
    return kam


@pytest.fixture
def place(tmp_path) -> Path:
    return tmp_path / "phone"


def sync(kam, place, *more: str, exit: int = 0):
    return kam(["sync-folder", str(place), *more, "--json"], exit=exit).json


def find(place: Path, text: str, collection: str) -> Path:
    found = [path for path in (place / collection).iterdir() if text in path.read_text(encoding="utf-8")]
    assert len(found) == 1, f"{text} is in {len(found)} files"
    return found[0]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text, text
    path.write_bytes(text.replace(old, new).encode())


def test_the_folder_shows_the_book_and_then_is_silent(book, place):
    assert sync(book, place)["written"] == 3 + 3 + 2
    assert sorted(os.listdir(place)) == ["calendar", "contacts", "tasks"]
    again = sync(book, place)
    assert (again["written"], again["removed"]) == (0, 0)
    assert book(["sync-folder", str(place)]).out == ""
    assert "Umowa" in find(place, "meeting: Łódź Bakery", "calendar").read_text()
    assert "BDAY" in find(place, "FN:Ewa Żak", "contacts").read_text()


def test_files_are_private_and_stable(book, place):
    old = os.umask(0)
    try:
        sync(book, place)
    finally:
        os.umask(old)
    files = list(place.rglob("*"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in files if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in [place, *files] if path.is_dir()} == {0o700}
    before = {path: path.read_bytes() for path in files if path.is_file()}
    book("contact edit ewa --title Chef")
    assert sync(book, place)["written"] == 1
    changed = [path for path, data in before.items() if path.read_bytes() != data]
    assert [path.parent.name for path in changed] == ["contacts"]


def test_what_is_done_or_gone_leaves_the_folder(book, place):
    sync(book, place)
    book("task done 1")
    book("log edit 1 --outcome cancelled")
    assert sync(book, place)["removed"] == 3
    assert len(list((place / "tasks").glob("*.ics"))) == 1
    book("client archive lodz")
    sync(book, place)
    assert not list((place / "contacts").glob("*.vcf"))


def test_edits_of_a_card_come_back(book, place):
    sync(book, place)
    card = find(place, "FN:Ewa Żak", "contacts")
    edit(
        card, "TEL:+48 600 100 200", "TEL;TYPE=CELL:+48 700 300 400\r\nEMAIL:ewa@home.example\r\nX-OTHER:kept"
    )
    edit(card, "TITLE:Baker", "TITLE:Head baker")
    edit(card, "NOTE:old", "NOTE:old\\nnew")
    edit(card, "FN:Ewa Żak", "FN:Ewa Nowak")
    told = sync(book, place, "--two-way")
    assert len(told["taken"]) == 1 and told["noted"] == []
    row = book.json("contact show ewa")
    assert (row["name"], row["title"], row["note"]) == ("Ewa Nowak", "Head baker", "old\nnew")
    assert {(one["kind"], one["value"]) for one in row["details"]} == {
        ("phone", "+48 700 300 400"),
        ("email", "ewa@home.example"),
    }
    assert sync(book, place, "--two-way")["written"] == 0
    # What kam knows nothing of stays, also when the book changes later.
    book("contact edit ewa --title Owner")
    assert sync(book, place)["written"] == 1
    assert "X-OTHER:kept" in card.read_text() and "TITLE:Owner" in card.read_text()


def test_one_undo_takes_all_edits_back(book, place):
    sync(book, place)
    before = dump(book.book())
    edit(find(place, "FN:Ewa Żak", "contacts"), "TITLE:Baker", "TITLE:Chef")
    edit(find(place, "SUMMARY:send the list", "tasks"), "DUE;VALUE=DATE:20260320", "DUE;VALUE=DATE:20260327")
    sync(book, place, "--two-way")
    assert dump(book.book()) != before
    book("undo --yes")
    assert dump(book.book()) == before
    sync(book, place, "--two-way")
    assert "TITLE:Baker" in find(place, "FN:Ewa Żak", "contacts").read_text()
    assert dump(book.book()) == before


def test_a_moved_and_a_cancelled_appointment(book, place):
    sync(book, place)
    event = find(place, "Umowa", "calendar")
    edit(event, "DTSTART:20260320T140000Z", "DTSTART;TZID=Europe/Berlin:20260321T170000")
    edit(event, "DURATION:PT45M", "DTEND;TZID=Europe/Berlin:20260321T183000")
    edit(event, "X-KAM-NOUN:log", "X-KAM-NOUN:log\r\nCOLOR:red")
    sync(book, place, "--two-way")
    row = book.json("log show 1")
    assert (row["occurred_at"], row["minutes"], row["is_planned"]) == ("2026-03-21T16:00:00Z", 90, True)
    book("log edit 1 --minutes 60")
    sync(book, place)
    assert "COLOR:red" in event.read_text() and "PT1H" in event.read_text()
    edit(event, "END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT")
    sync(book, place, "--two-way")
    assert book.json("log show 1")["outcome"] == "cancelled" and not event.exists()


def test_a_follow_up_is_moved_and_ticked_off(book, place):
    sync(book, place)
    todo = find(place, "SUMMARY:send the list", "tasks")
    edit(todo, "DUE;VALUE=DATE:20260320", "DUE:20260322T083000Z")
    sync(book, place, "--two-way")
    assert (
        book.json("task show 1")["due_on"] == "2026-03-22" and book.json("task show 1")["due_time"] == "09:30"
    )
    assert "20260322T083000Z" in find(place, "SUMMARY:send the list", "calendar").read_text(), (
        "the event moves too"
    )
    edit(todo, "END:VTODO", "STATUS:COMPLETED\r\nEND:VTODO")
    edit(find(place, "SUMMARY:weekly", "calendar"), "SUMMARY:weekly", "SUMMARY:✓ weekly")
    sync(book, place, "--two-way")
    assert book.json("task show 1")["done_at"] and book.json("task show 2")["done_at"]
    assert not todo.exists()
    assert [row["due_on"] for row in book.json("task list")] == ["2026-03-30"], "a recurring one comes back"
    assert find(place, "20260330", "tasks")


def test_without_two_way_the_book_stays(book, place):
    sync(book, place)
    before = dump(book.book())
    card = find(place, "FN:Ewa Żak", "contacts")
    edit(card, "TITLE:Baker", "TITLE:Chef")
    result = book(["sync-folder", str(place), "--json"])
    assert "title: Chef" in result.json["overwritten"][0] and "--two-way" in result.err
    assert dump(book.book()) == before and "TITLE:Baker" in card.read_text()


def test_where_both_changed_the_book_wins_and_the_other_is_a_note(book, place):
    sync(book, place)
    card = find(place, "FN:Ewa Żak", "contacts")
    edit(card, "TITLE:Baker", "TITLE:Chef")
    edit(card, "TEL:+48 600 100 200", "TEL:+48 999")
    book("contact edit ewa --title Owner")
    todo = find(place, "SUMMARY:send the list", "tasks")
    edit(todo, "DUE;VALUE=DATE:20260320", "DUE;VALUE=DATE:20260401")
    book("task snooze 1 2026-03-25")
    told = sync(book, place, "--two-way")
    assert told["taken"] == [] and len(told["noted"]) == 2
    row = book.json("contact show ewa")
    assert row["title"] == "Owner" and "title: Chef; + phone +48 999; – phone +48 600 100 200" in row["note"]
    assert (
        book.json("task show 1")["due_on"] == "2026-03-25"
        and "start: 2026-04-01" in book.json("task show 1")["note"]
    )
    assert "TITLE:Owner" in card.read_text() and "20260325" in todo.read_text()
    assert sync(book, place, "--two-way")["written"] == 0


def test_a_server_that_writes_the_same_in_other_words_changes_nothing(book, place):
    sync(book, place)
    before = dump(book.book())
    for path in [*place.glob("*/*.vcf"), *place.glob("*/*.ics")]:
        lines = path.read_text(encoding="utf-8").splitlines()
        head = [line for line in lines if not line.startswith(("PRODID", "REV"))]
        path.write_text("\n".join([*head[:2], "X-SERVER:1", *head[2:]]) + "\n", encoding="utf-8")
    for more in ((), ("--two-way",)):
        told = sync(book, place, *more)
        assert (told["written"], told["taken"], told["overwritten"]) == (0, [], [])
    assert dump(book.book()) == before


def test_broken_strange_and_missing_files(book, place):
    sync(book, place)
    before = dump(book.book())
    find(place, "FN:Ewa Żak", "contacts").write_bytes(b"\xff\0 no card")
    find(place, "Umowa", "calendar").write_bytes(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:x\n")
    find(place, "SUMMARY:weekly", "tasks").unlink()
    (place / "contacts" / "mine.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Petr\nUID:1\nEND:VCARD\n")
    told = sync(book, place, "--two-way")
    assert (len(told["broken"]), told["written"], told["strange"]) == (2, 3, ["contacts/mine.vcf"])
    assert dump(book.book()) == before
    assert (place / "contacts" / "mine.vcf").exists()
    assert book(["import", str(place / "contacts"), "--as", "contacts", "--json"]).json["created"] == 1


def test_an_edit_that_the_book_cannot_hold_is_a_note(book, place):
    sync(book, place)
    edit(
        find(place, "FN:Ewa Żak", "contacts"),
        "TEL:+48 600 100 200",
        "TEL:+48 600 100 200\r\nEMAIL:no address at all",
    )
    told = sync(book, place, "--two-way")
    assert told["taken"] == [] or "no address" not in str(told["taken"])
    assert sync(book, place, "--two-way")["written"] == 0


def test_a_dry_run_changes_nothing(book, place):
    assert sync(book, place, "--dry-run")["written"] == 8
    assert not place.exists()
    sync(book, place)
    before = dump(book.book())
    card = find(place, "FN:Ewa Żak", "contacts")
    edit(card, "TITLE:Baker", "TITLE:Chef")
    assert sync(book, place, "--two-way", "--dry-run")["taken"]
    assert "TITLE:Chef" in card.read_text() and dump(book.book()) == before


def test_a_folder_of_other_things_is_left_alone(book, tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "letter.txt").write_text("mine")
    assert "letter.txt" in book(["sync-folder", str(tmp_path / "docs")], exit=2).err
    assert os.listdir(tmp_path / "docs") == ["letter.txt"]
    (tmp_path / "file").write_text("x")
    assert book(["sync-folder", str(tmp_path / "file")], exit=1).err.count("\n") == 1


def test_an_erased_person_leaves_the_folder(book, place):
    sync(book, place)
    card = find(place, "FN:Ewa Żak", "contacts")
    assert card.name in book("contact forget ewa --yes").err
    sync(book, place)
    assert not card.exists()
    assert "Żak" not in "".join(path.read_text() for path in place.rglob("*.ics"))


def test_an_empty_book(kam, place):
    assert sync(kam, place)["written"] == 0
    assert kam(["sync-folder", str(place), "--two-way"]).out == ""
