"""All that is known of one person: complete, private, never over another file."""

from __future__ import annotations

import json
import os
import stat

import pytest

from kam_cli import journal


@pytest.fixture
def book(kam):
    for line in (
        "client add Acme --city Berlin --phone '+49 30 111' --note 'a \"note\"'", "client add Globex --note 'knows Jana Nováková'",
        "contact add acme Jana Nováková --email jana@acme.example", "contact add acme Petr Malý",
        "log call acme 'wants the list' --with jana --wish 'blue ones' --next 'send list'", "log call acme alone --with petr --with jana",
        "deal add acme Roof --value 12345.67 --with jana", "deal move roof needs", "nps add acme 9 --with jana --reason fast",
        "client edit acme --drop 'phone=+49 30 111'", "log call globex 'not about her'",
    ):  # fmt: skip
        kam(line)
    book = kam.book()
    with book.write(["import", "x.csv"]):
        book.conn.execute(
            "INSERT INTO external_ids (source, noun, external_id, row_id) VALUES ('hubspot', 'contact', 'X-4711', 1)"
        )
    book.close()
    return kam


def texts(value) -> set[str]:
    """Every text in a nested record."""
    if isinstance(value, dict):
        return {text for item in value.values() for text in texts(item)}
    if isinstance(value, list):
        return {text for item in value for text in texts(item)}
    return {value} if isinstance(value, str) else set()


def test_a_client_with_all_that_hangs_on_it(book):
    data = book("export person acme").json
    assert data == book.json("export person acme") == book("export person acme --to -").json
    assert data["client"]["name"] == "Acme" and data["client"]["note"] == 'a "note"'
    jana = data["contacts"][0]
    assert jana["details"][0]["value"] == "jana@acme.example"
    assert data["interactions"][0]["points"][0]["text"] == "blue ones"
    assert data["interactions"][1]["people"][0]["contact"] == "Jana Nováková"
    assert (data["deals"][0]["value"], data["deals"][0]["currency"]) == (12345.67, "EUR")
    assert [move["to_stage"] for move in data["deals"][0]["moves"]] == ["base", "needs"]
    assert data["tasks"][0]["title"] == "send list" and data["nps_answers"][0]["reason"] == "fast"
    assert "Globex" not in texts(data) and not any(name.endswith("_key") for name in data["client"])
    dropped = next(row for row in data["history"] if row["change"] == "delete")
    assert (dropped["table"], dropped["before"]["value"]) == ("details", "+49 30 111")
    assert dropped["command"].startswith("kam client edit acme")
    assert [row["at"] for row in data["history"]] == sorted(row["at"] for row in data["history"])


def test_every_row_that_erasure_would_take_is_told(book):
    """What the one command deletes, the other one shows: both follow the same references."""
    gone = book.json("client forget acme --dry-run")["rows"]
    data = book("export person acme").json

    def count(value) -> int:
        if isinstance(value, list):
            return sum(map(count, value))
        return (
            ("id" in value) + sum(count(item) for item in value.values() if isinstance(item, list))
            if isinstance(value, dict)
            else 0
        )

    told = {name: value for name, value in data.items() if name not in ("history", "mentions", "commands")}
    assert sum(map(count, told.values())) == sum(gone.values())


def test_a_contact_with_what_was_done_with_the_person(book):
    data = book("export person nováková").json
    assert data["contact"]["name"] == "Jana Nováková"
    assert data["external_ids"][0]["external_id"] == "X-4711"
    assert [row["text"] for row in data["interactions"]] == ["wants the list", "alone"], (
        "also where she was the second"
    )
    assert data["deals"][0]["title"] == "Roof" and data["nps_answers"][0]["score"] == 9
    assert [(one["noun"], one["id"], one["field"]) for one in data["mentions"]] == [("client", 2, "note")]
    assert "clients" not in data and "not about her" not in texts(data)
    assert [row["command"] for row in data["commands"]] == [
        "kam client add Globex --note 'knows Jana Nováková'"
    ]


def test_who_is_meant(book):
    book("client add 'Jana Reality'")
    assert "contact 1" in book("export person jana", exit=4).err
    assert book("export person contact jana").json["contact"]["id"] == 1
    assert book("export person client jana").json["client"]["name"] == "Jana Reality"
    assert book("export person 'Jana Nováková'").json["contact"]["id"] == 1, "an exact name goes first"
    assert book("export person 1").json["client"]["name"] == "Acme"
    assert book("export person contact 2").json["contact"]["name"] == "Petr Malý"
    book("export person nobody", exit=3)
    book("export person contact 99", exit=3)
    book("client remove 'Jana Reality'")
    assert book("export person client 3").json["client"]["name"] == "Jana Reality", (
        "a removed card is known, too"
    )


def test_pages_for_people(book):
    text = book("export person acme --format md").out
    assert (
        text.startswith("# Acme (client #1)\n") and "\n## interactions\n" in text and "  - points:\n" in text
    )
    assert "uid" not in text.split("## history")[0]
    assert "Jana Nováková" in book("export person acme --format table").out
    assert book("export person acme --format jsonl").out.count("\n") == 1


def test_a_file_is_private_and_never_replaced_by_mistake(book, tmp_path):
    os.umask(0)
    path = tmp_path / "acme.json"
    done = book.json(["export", "person", "acme", "--to", str(path)])
    assert done["path"] == str(path) and done["bytes"] == path.stat().st_size
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == book("export person acme").json
    path.write_text("mine")
    assert "--force" in book(["export", "person", "acme", "--to", str(path)], exit=1).err
    assert path.read_text() == "mine"
    book(["export", "person", "acme", "--to", str(path), "--force"])
    assert json.loads(path.read_text())
    assert sorted(os.listdir(tmp_path)) == ["acme.json", "book.db", "book.db.lock"], (
        "no temporary file is left"
    )
    book(["export", "person", "acme", "--to", str(tmp_path / "no" / "x.json")], exit=1)
    book(["export", "person", "acme", "--to", str(tmp_path / "x.csv"), "--csv"], exit=2)


def test_a_folder_gets_a_file_named_by_number_and_name(book, tmp_path):
    book(["client", "edit", "acme", "--name", "../../etc/passwd"])
    done = book.json(["export", "person", "1", "--to", str(tmp_path)])
    assert done["path"] == str(tmp_path / "client-1-etc-passwd.json") and os.path.exists(done["path"])
    book(["export", "person", "contact", "1", "--to", str(tmp_path), "--format", "jsonl"])
    assert (tmp_path / "contact-1-jana-novakova.jsonl").exists()


def test_images_of_the_journal_are_read_even_with_controls(book):
    book(["client", "edit", "acme", "--note", "a\x1b[31m\tb"])
    book("client edit acme --note plain")
    data = book("export person acme").json
    assert "a\x1b[31m\tb" in {
        row["before"]["note"] for row in data["history"] if row["before"] and row["table"] == "clients"
    }
    assert (
        "\x1b" not in book("export person acme").out
        and "\x1b" not in book("export person acme --format md").out
    )
    assert journal.parse_image('{"a":"\x01"}') == {"a": "\x01"}
