"""`kam client merge` and `kam contact merge`: nothing is lost, nothing points to the card that went, one undo."""

from __future__ import annotations

import random
import shutil

import pytest

from dump import dump
from kam_cli import reach, registry
from kam_cli.book import Book
from kam_cli.command import Context
from kam_cli.domains.clients import store as clients
from kam_cli.domains.clients.joining import Join
from kam_cli.domains.contacts import store as contacts
from kam_cli.stamps import new_uid

SETUP = (
    "client add Acme GmbH --city Berlin --phone '+49 30 2312 5001' --every 3w --tag vip --stage new --note 'Pays late.'",
    "client add ACME gmbh --force --phone '030 23125001' --email info@acme.example --tag VIP --tag fair --stage regular"
    " --segment Retail --website acme.example --address 'Hafenstr. 1' --document DE123456789 --note 'Hates rain.'",
    "client add Globex --city Łódź",
    "contact add 1 Jana Nováková --email jana@acme.example --title Buyer",
    "contact add 2 Jana Nováková --phone '601 777 222' --birthday 12.6.1985 --force",
    "contact add 2 Petr Malý --hobby sailing",
    "log call 1 'about the list' --with 1 --at '2026-03-01 10:00'",
    "log meeting 2 'on the roof' --with 2 --with 3 --wish panels --decision 'in May' --next 'send the list' --due fri",
    "deal add 2 'Roof panels' --value 12k --with 2",
    "deal move 'Roof panels' needs",
    "nps add 2 3 --with 2 --reason 'late again'",
    "task add 'ring the owner' --client 2",
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Where the book of `two` is kept once it was made."""
    return tmp_path_factory.mktemp("merge") / "book.db"


@pytest.fixture
def two(kam, filled):
    """Acme twice, #1 and #2, with all that can hang on a client; Globex is #3."""
    if not filled.exists():
        for line in SETUP:
            kam(line)
        shutil.copy(kam.db, filled)
    shutil.copy(filled, kam.db)
    return kam


@pytest.fixture
def at_terminal(monkeypatch):
    """Somebody sits there: questions are asked, and answered from the input."""
    monkeypatch.setattr(Context, "interactive", property(lambda c: True))


def state(kam) -> str:
    book = kam.book()
    text = dump(book)
    book.close()
    return text


def pointing(book: Book, table: str, row_id: int) -> dict[str, int]:
    """Rows that point to a row, by ``table.column``."""
    found = {}
    for link in reach.links(book):
        if link.parent == table:
            of_noun = f" AND noun = '{link.noun}'" if link.noun else ""
            sql = f"SELECT count(*) FROM {link.table} WHERE {link.column} = ?{of_noun}"
            found[f"{link.table}.{link.column}"] = book.value(sql, (row_id,))
    return {name: count for name, count in found.items() if count}


# --- what comes of it ---------------------------------------------------------------------------------------


def test_two_cards_become_one(two):
    done = two("client merge 1 2 --yes")
    assert done.out == (
        "client #1 Acme GmbH – took over #2 ACME gmbh with 2 contacts, 1 deal, 1 interaction, 2 tasks, 1 answer\n"
    )
    assert done.err == "merged, too: Jana Nováková (#2 into #1)\n"
    card = two.json("client show 1")
    want = {
        "name": "Acme GmbH", "handle": "acme", "stage": "regular", "segment": "Retail", "city": "Berlin", "address": "Hafenstr. 1",
        "website": "acme.example", "document_no": "DE123456789", "cadence_days": 21, "note": "Pays late.\n\nHates rain.",
        "phones": "+49 30 2312 5001", "emails": "info@acme.example", "tags": "vip, fair", "nps_score": 3, "nps_group": "critic",
    }  # fmt: skip
    assert {name: card[name] for name in want} == want
    assert card["last_contact_at"][:10] == "2026-03-18" and card["next_due_on"] == "2026-04-08"
    assert [(one["id"], one["name"]) for one in card["merged"]] == [(2, "ACME gmbh")]
    jana, petr = card["contacts"]
    assert (jana["id"], jana["phones"], jana["emails"], jana["birthday"]) == (
        1, "601 777 222", "jana@acme.example", "1985-06-12",
    )  # fmt: skip
    assert (petr["id"], petr["client_id"]) == (3, 1)
    assert {row["contact_id"] for row in two.json("log list")} == {1}
    assert two.json("log list --kind meeting")[0]["others"] == "Petr Malý"
    assert [row["client_id"] for row in two.json("deal list")] == [1]
    assert {row["client_id"] for row in two.json("task list")} == {1}
    book = two.book()
    assert pointing(book, "clients", 2) == pointing(book, "contacts", 2) == {}
    assert two("check --deep").out == ""


def test_one_undo_takes_it_back_and_redo_brings_it_again(two):
    before = state(two)
    two("client merge 1 2 --yes")
    after = state(two)
    assert "1 command" not in two("undo --yes").out
    assert state(two) == before
    two("redo")
    assert state(two) == after
    assert two("check --deep").out == ""


def test_the_other_names_number_and_uid_lead_to_the_card(two):
    uid = two.json("client show 2")["uid"]
    two("client edit 2 --name 'Roof & Sons' --handle dachdecker")
    two("client merge 1 2 --yes")
    for typed in ("'roof & sons'", "'ACME gmbh'", "dachdecker", "roof"):
        assert two.json(f"client show {typed}")["id"] == 1, typed
    for typed in ("2", "'#2'", uid):
        shown = two(f"client show {typed} --json")
        assert shown.json["id"] == 1
        assert shown.err.startswith("client #2 Roof & Sons was merged into #1 Acme GmbH on 20")
    assert "#2 Roof & Sons, 20" in two("client show 1").out
    assert [row["client_id"] for row in two.json("find dachdecker")] == [1]
    assert "#1 Acme" in two("log call 2 'hello again'").out or two.json("log list")[0]["client_id"] == 1
    assert two.json("contact show 2")["id"] == 1


def test_a_handle_that_is_a_beginning_of_others_is_no_name(two):
    two("client edit 2 --handle ac")
    two("client merge 1 2 --yes")
    two("client add Acton Ltd")
    assert two("client show ac", exit=4).err.startswith("kam: 'ac' matches 2 clients")


def test_history_tells_it(two):
    two("client merge 1 2 --yes")
    life = two.json("history client 1")
    assert life[-1]["line"] == "kam client merge 1 2 --yes" and "segment: – → Retail" in life[-1]["changed"]
    gone = two.json("history client 2")[-1]
    assert gone["line"] == "kam client merge 1 2 --yes" and "merged into: – → Acme GmbH" in gone["changed"]
    two("client add Bare")
    two("client add Bare Ltd --force")
    two("client merge 4 5 --yes")
    assert two.json("history client 4")[-1]["line"] == "kam client merge 4 5 --yes"


def test_an_import_goes_on_with_the_card_that_stayed(kam, tmp_path):
    table = tmp_path / "hubspot.csv"
    table.write_text("external_id,name,segment\nX1,Acme GmbH,\nX2,ACME,\n")
    kam(["import", str(table), "--as", "clients", "--quiet"])
    kam("client merge 1 2 --yes")
    table.write_text("external_id,name,segment\nX2,Acme GmbH,Roofing\n")
    done = kam.json(["import", str(table), "--as", "clients", "--update"])
    assert (done["created"], done["updated"]) == (0, 1)
    assert [(row["id"], row["segment"]) for row in kam.json("client list")] == [(1, "Roofing")]
    deals = tmp_path / "deals.csv"
    deals.write_text("client,title,value\nX2,Roof,100\n")
    kam(["import", str(deals), "--as", "deals", "--source", "hubspot", "--quiet"])
    assert [row["client_id"] for row in kam.json("deal list")] == [1]


def test_an_older_export_is_of_the_card_that_stayed(two, tmp_path):
    table = tmp_path / "old.csv"
    table.write_text(f"external_id,name,segment\n{two.json('client show 2')['uid']},Acme GmbH,Roofing\n")
    two("client merge 1 2 --yes")
    done = two.json(["import", str(table), "--as", "clients", "--update"])
    assert (done["created"], done["updated"]) == (0, 1)
    assert two.json("client show 1")["segment"] == "Roofing"


def test_a_later_noun_needs_no_code(two):
    book = two.book()
    book.conn.execute(
        "CREATE TABLE visits_paid (id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, "
        "client_id INTEGER NOT NULL REFERENCES clients (id), contact_id INTEGER REFERENCES contacts (id), "
        "created_at TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT"
    )
    book.conn.execute(
        "CREATE TABLE shared_by (id INTEGER PRIMARY KEY AUTOINCREMENT, client_id INTEGER REFERENCES clients (id), "
        "word TEXT) STRICT"
    )
    from kam_cli import journal

    journal.build_triggers(book)
    with book.write(["fill"]):
        book.insert("visits_paid", {"client_id": 2, "contact_id": 2})
        for client, word in ((1, "a"), (2, "a"), (2, "b")):
            book.conn.execute("INSERT INTO shared_by (client_id, word) VALUES (?, ?)", (client, word))
    book.close()
    before = state(two)
    assert two.json("client merge 1 2 --yes")["moved"]["visits_paid"] == 1
    book = two.book()
    assert book.rows("SELECT client_id, contact_id FROM visits_paid") == [{"client_id": 1, "contact_id": 1}]
    assert book.column("SELECT word FROM shared_by WHERE client_id = 1 ORDER BY word") == ["a", "b"]
    assert pointing(book, "clients", 2) == {}
    book.close()
    two("undo --yes")
    assert state(two) == before


def test_a_large_one_is_preceded_by_a_backup(two, tmp_path):
    two("client merge 1 2 --yes")
    assert not (tmp_path / "backups").exists()
    two("undo --yes")
    two("config set backup.bulk_rows 10")
    assert "backed up first" in two("client merge 1 2 --yes").err
    made = [path.name for path in (tmp_path / "backups").iterdir()]
    assert len(made) == 1 and made[0].endswith("-before-merge.db")


# --- contradictions -----------------------------------------------------------------------------------------


@pytest.fixture
def torn(two):
    """The two cards contradict each other: segment, address, and Jana's position."""
    two("client edit 1 --segment Wholesale --city Potsdam --address 'Am Kanal 4'")
    two("contact edit 2 --title 'Head of purchasing'")
    return two


def test_a_contradiction_is_not_decided_for_you(torn):
    before = state(torn)
    for more in ("", " --yes"):
        refused = torn(f"client merge 1 2{more}", exit=4)
        assert refused.err.splitlines() == [
            "kam: the cards contradict each other; add --prefer A, B, newer or older. Nothing was changed:",
            "  segment: Wholesale (A) or Retail (B)",
            "  address: Am Kanal 4, Potsdam (A) or Hafenstr. 1 (B)",
            "  Jana Nováková, position: Buyer, Acme GmbH (A) or Head of purchasing, Acme GmbH (B)",
        ]
    assert state(torn) == before


@pytest.mark.parametrize(
    ("prefer", "segment", "address", "title", "kept"),
    [
        ("A", "Wholesale", ("Am Kanal 4", "Potsdam"), "Buyer", [("address", None, "Hafenstr. 1"), ("fact", "segment", "Retail")]),
        ("b", "Retail", ("Hafenstr. 1", None), "Head of purchasing",
         [("address", None, "Am Kanal 4, Potsdam"), ("fact", "segment", "Wholesale")]),
    ],
)  # fmt: skip
def test_what_is_preferred_counts_and_the_rest_is_kept(torn, prefer, segment, address, title, kept):
    torn(f"client merge 1 2 --prefer {prefer} --yes")
    card = torn.json("client show 1")
    assert (card["segment"], (card["address"], card["city"]), card["contacts"][0]["title"]) == (
        segment,
        address,
        title,
    )
    found = [(d["kind"], d["label"], d["value"]) for d in card["details"] if d["kind"] in ("address", "fact")]
    assert sorted(found, key=str) == sorted(kept, key=str)
    facts = [d["value"] for d in torn.json("contact show 1")["details"] if d["kind"] == "fact"]
    assert facts == [f"{'Head of purchasing' if title == 'Buyer' else 'Buyer'}, Acme GmbH"]
    assert torn.json("client show 1")["name"] == ("Acme GmbH" if prefer == "A" else "ACME gmbh")
    assert torn.json("client show 1")["handle"] == "acme"


def test_newer_is_the_card_changed_last(torn):
    book = torn.book()
    with book.write(["x"]):
        book.conn.execute("UPDATE clients SET updated_at = '2026-01-01T00:00:00Z' WHERE id = 1")
        book.conn.execute("UPDATE clients SET updated_at = '2026-02-01T00:00:00Z' WHERE id = 2")
    book.close()
    for prefer, segment in (("newer", "Retail"), ("older", "Wholesale")):
        torn(f"client merge 1 2 --prefer {prefer} --yes")
        assert torn.json("client show 1")["segment"] == segment
        torn("undo --yes")


def test_at_a_terminal_each_contradiction_is_asked_and_then_the_whole(torn, at_terminal):
    before = state(torn)
    asked = torn("client merge 1 2", input="1\n2\n2\ny\n")
    assert asked.err.index("A #1") < asked.err.index("segment: which one counts?")
    assert "1) Wholesale" in asked.err and "2) Retail" in asked.err
    card = torn.json("client show 1")
    assert (card["segment"], card["address"], card["contacts"][0]["title"]) == (
        "Wholesale", "Hafenstr. 1", "Head of purchasing",
    )  # fmt: skip
    torn("undo --yes")
    for answers in ("", "1\n", "1\n1\n1\n", "1\n1\n1\nn\n"):
        torn("client merge 1 2", input=answers, exit=5)
    assert state(torn) == before


def test_the_fuller_value_is_no_contradiction(kam):
    kam(
        "client add Acme --city Lodz --address 'Hafenstr.' --website acme.example --birthday '12 jun' --since 2020-05-01 --segment retail"
    )
    kam(
        "client add Acme Ltd --force --city Łódź --address 'Hafenstr. 1' --website https://acme.example/ --birthday 12.6.1985 "
        "--since 2019-01-01 --segment 'Retail, north' --document '52-60'"
    )
    kam("client merge 1 2 --yes")
    card = kam.json("client show 1")
    assert [card[name] for name in ("city", "address", "website", "birthday", "since_on", "segment")] == [
        "Łódź", "Hafenstr. 1", "https://acme.example/", "1985-06-12", "2019-01-01", "Retail, north",
    ]  # fmt: skip
    assert [d["kind"] for d in card["details"]] == []


def test_one_place_is_not_mixed_from_two(kam):
    kam("client add Acme --city Berlin --postcode 10115")
    kam("client add Acme --force --city Hamburg --address 'Hafenstr. 1' --country DE")
    kam("client merge 1 2 --prefer A --yes")
    card = kam.json("client show 1")
    assert [card[name] for name in ("address", "postcode", "city", "country")] == [
        None,
        "10115",
        "Berlin",
        None,
    ]
    assert [d["value"] for d in card["details"]] == ["Hafenstr. 1, Hamburg, DE"]


# --- asked, refused, shown ----------------------------------------------------------------------------------


def test_it_asks_or_needs_yes(two):
    before = state(two)
    asked = two("client merge 1 2", exit=5)
    assert "Merge client #2 ACME gmbh into #1 Acme GmbH? Nobody can be asked here: add --yes" in asked.err
    assert "Hafenstr. 1" in asked.err and "to A: 2 contacts, 1 deal" in asked.err
    assert state(two) == before


def test_a_dry_run_shows_and_changes_nothing(two):
    before = state(two)
    data = two.json("client merge 1 2 --dry-run")
    assert (data["id"], data["merged_id"]) == (1, 2)
    fields = {row["field"]: row for row in data["fields"]}
    assert fields["segment"] == {"field": "segment", "a": "", "b": "Retail", "takes": "B"}
    assert fields["note"]["takes"] == fields["tag"]["takes"] == "both"
    assert data["moved"] == {
        "contacts": 2, "details": 4, "deals": 1, "interactions": 1, "tasks": 2, "nps_answers": 1,
    }  # fmt: skip
    assert [(one["id"], one["merged_id"]) for one in data["contacts"]] == [(1, 2)]
    two("client edit 1 --segment Wholesale")
    fields = {row["field"]: row["takes"] for row in two.json("client merge 1 2 --dry-run")["fields"]}
    assert fields["segment"] == "?"
    two("undo --yes")
    assert "Retail" in two("client merge 1 2 --dry-run").out
    assert state(two) == before


def test_what_cannot_be_merged(two):
    two("client merge 1 acme --yes", exit=4)
    assert "both are client #1 Acme GmbH; name two" in two("client merge 1 1 --yes", exit=1).err
    two("client merge 1 99 --yes", exit=3)
    two("client merge 1 --yes", exit=2)
    two("client merge 1 2 --prefer both --yes", exit=2)
    two("client remove 3")
    two("client merge 1 3 --yes", exit=3)
    two("contact merge 1 1 --yes", exit=1)


def test_chains_and_circles(two):
    two("client merge 1 2 --yes")
    for line in (
        "client merge 1 2 --yes",
        "client merge 2 1 --yes",
        "client remove 2",
        "client archive 2",
        "client forget 2 --yes",
    ):
        assert "client #2 ACME gmbh was merged into #1 Acme GmbH" in two(line, exit=1).err, line
    two("client merge 3 1 --prefer A --yes")
    book = two.book()
    assert book.column("SELECT merged_into_id FROM clients WHERE id < 3") == [3, 3]
    assert pointing(book, "clients", 1) == pointing(book, "clients", 2) == {}
    book.close()
    for number in (1, 2):
        shown = two(f"client show {number} --json")
        assert shown.json["id"] == 3 and f"client #{number} " in shown.err
    assert {one["id"] for one in two.json("client show 3")["merged"]} == {1, 2}
    two("undo --yes")
    assert two.json("client show 2")["id"] == 1
    assert two("check --deep").out == ""


def test_the_archive(two):
    two("client archive 2")
    two("client merge 1 2 --yes")
    assert two.json("client show 1")["archived_at"] is None
    two("undo 2 --yes")
    two("client archive 1")
    done = two("client merge 1 2 --yes")
    assert "it is out of the archive again" in done.err
    assert two.json("client show 1")["archived_at"] is None
    two("undo --yes")
    two("client archive 2")
    two("client merge 1 2 --yes")
    assert two.json("client show 1")["archived_at"] is not None


def test_a_card_changed_while_the_question_stood_is_not_merged(two, monkeypatch):
    def meanwhile(c, question, details=None):
        two("client edit 2 --segment Other")

    monkeypatch.setattr(Context, "confirm", meanwhile)
    book = two.book()
    assert "changed meanwhile" in two("client merge 1 2", exit=1).err
    assert book.value("SELECT merged_into_id FROM clients WHERE id = 2") is None


# --- persons ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "is_one"),
    [
        ("--email JANA@acme.example", True), ("--email jana@other.example", False), ("--birthday '12 jun'", True),
        ("--birthday '13 jun'", False), ("--phone 22334455", True),
    ],
)  # fmt: skip
def test_equal_persons_are_merged_unless_they_contradict_each_other(kam, more, is_one):
    kam("client add Acme")
    kam("client add Acme Ltd --force")
    kam("contact add 1 Jana Nováková --email jana@acme.example --birthday 12.6.1985")
    kam(f"contact add 2 JANA novakova --force {more}")
    done = kam("client merge 1 2 --yes")
    assert len(kam.json("contact list")) == (1 if is_one else 2)
    if is_one:
        assert kam.json("contact show 1")["aliases"] == []
    elif "email" in more:
        assert "perhaps one person, too: Jana Nováková and JANA novakova: kam contact merge 1 2" in done.err


def test_persons_are_kept_apart_on_request_and_where_names_repeat(two):
    two("client merge 1 2 --yes --keep-contacts")
    assert {row["id"] for row in two.json("contact list --client 1")} == {1, 2, 3}
    two("undo --yes")
    two("contact add 1 Jana Nováková --force")
    two("client merge 1 2 --yes")
    assert {row["id"] for row in two.json("contact list --client 1")} == {1, 2, 3, 4}


def test_two_cards_of_one_person_at_two_clients(two):
    two("contact add 2 Jana Malá --force")
    two("log call 2 'both' --with 4 --with 2 --with 3")
    two("contact move 4 globex --title Director --role sponsor")
    two("log call globex 'a new job' --with 4")
    two("nps add globex 9 --with 4")
    before = state(two)
    refused = two("contact merge 4 2 --yes", exit=4)
    assert "position: Director, sponsor, Globex (A) or ACME gmbh (B)" in refused.err
    done = two("contact merge 4 2 --prefer A --yes")
    assert done.out.startswith("contact #4 Jana Malá – took over #2 Jana Nováková with 1 deal")
    card = two.json("contact show 4")
    assert (card["client"], card["title"], card["birthday"], card["phones"]) == (
        "Globex",
        "Director",
        "1985-06-12",
        "601 777 222",
    )
    assert card["aliases"] == ["Jana Nováková"]
    assert [(d["label"], d["value"]) for d in card["details"] if d["kind"] == "fact"] == [
        ("until 2026-03-18", "ACME gmbh")
    ]
    # What was logged, sold and answered stays with the client it was with.
    assert {(row["client_id"], row["contact_id"]) for row in two.json("nps list")} == {(2, 4), (3, 4)}
    assert [(row["client_id"], row["contact"]) for row in two.json("deal list")] == [(2, "Jana Malá")]
    both = next(row for row in two.json("log list") if row["text"] == "both")
    assert (both["contact"], both["others"]) == ("Jana Malá", "Petr Malý")
    shown = two("contact show 2 --json")
    assert shown.json["id"] == 4 and "contact #2 Jana Nováková was merged into #4 Jana Malá" in shown.err
    assert two("check --deep").out == ""
    two("undo --yes")
    assert state(two) == before


# --- erasure ------------------------------------------------------------------------------------------------


def test_who_is_forgotten_takes_along_what_came_from_the_other_card(two, tmp_path):
    two("client merge 1 2 --yes")
    exported = two.json("export person 1")
    assert "ACME gmbh" in str(exported)
    two("client forget 1 --yes")
    book = two.book()
    for table in (
        "clients",
        "contacts",
        "details",
        "aliases",
        "deals",
        "interactions",
        "tasks",
        "nps_answers",
    ):
        assert book.value(f"SELECT count(*) FROM {table}") == (1 if table == "clients" else 0), table
    assert book.value("SELECT count(*) FROM erasures") == 5, "two clients, three contacts"
    data = two.db.read_bytes()
    for trace in (b"info@acme.example", b"Hafenstr", b"601 777 222", b"hates rain", b"jana@acme"):
        assert trace not in data and trace.lower() not in data.lower()
    assert two("check --deep").out == ""


def test_a_backup_from_before_the_merge_brings_neither_back(two, tmp_path):
    two(f"backup {tmp_path / 'old.db'}")
    two("client merge 1 2 --yes")
    two("client forget 1 --yes")
    two(f"restore {tmp_path / 'old.db'} --yes")
    assert [row["id"] for row in two.json("client list")] == [3]
    assert two.json("contact list") == []


def test_a_contact_that_took_over_another_is_forgotten_with_it(two):
    two("contact merge 1 2 --yes --prefer A")
    two("contact forget 1 --yes")
    assert two.book().column("SELECT id FROM contacts") == [3]
    assert b"601 777 222" not in two.db.read_bytes()
    assert [row["contact_id"] for row in two.json("log list")] == [None, None]


# --- any book -----------------------------------------------------------------------------------------------


def fill(book: Book, chance: random.Random) -> None:
    """A random book: some clients and contacts, and rows of every kind that point to them."""
    names = ["Acme", "ACME", "Acme Ltd", "Łódź", "Lodz", "Globex", "Київ"]
    people = ["Jana", "JANA", "Petr", "Żofia", "Petr Malý"]
    maybe = lambda *values: chance.choice([None, *values])  # noqa: E731
    stage = book.value("SELECT min(id) FROM stages")
    count = chance.randrange(3, 7)
    for _ in range(count):
        card = {
            "name": chance.choice(names), "segment": maybe("a", "b", "a b"), "city": maybe("Łódź", "Lodz", "Opole"),
            "address": maybe("X 1", "Y 2"), "note": maybe("n", "m"), "cadence_days": maybe(7, 21), "since_on": maybe("2020-01-01"),
            "birthday": maybe("--06-12", "1985-06-12"), "stage": chance.choice(["prospect", "key", "lost"]), "website": maybe("x.example"),
        }  # fmt: skip
        clients.add(book, card, details(chance))
    for _ in range(chance.randrange(2, 9)):
        card = {
            "name": chance.choice(people), "client_id": maybe(*range(1, count + 1)), "title": maybe("t", "u"), "role": maybe("user"),
            "birthday": maybe("--06-12", "1990-01-01"), "sex": maybe("f", "m"),
        }  # fmt: skip
        contacts.add(book, card, details(chance))
    everybody = book.column("SELECT id FROM contacts")
    owners = range(1, count + 1)
    for _ in range(chance.randrange(30)):
        client, contact = chance.choice(owners), maybe(*everybody)
        ours = {"client_id": client, "contact_id": contact}
        day = f"2026-02-{chance.randrange(1, 29):02}"
        deal = book.insert("deals", {**ours, "title": "d", "title_key": "d", "currency": "EUR", "stage_id": stage,
                                     "entered_stage_at": f"{day}T10:00:00Z", "opened_on": day})  # fmt: skip
        talk = book.insert(
            "interactions",
            {**ours, "kind": "call", "occurred_at": f"{day}T10:00:00Z", "deal_id": maybe(deal)},
        )
        for other in chance.sample(everybody, chance.randrange(min(3, len(everybody)))):
            book.conn.execute(
                "INSERT INTO interaction_people (interaction_id, contact_id) VALUES (?, ?)", (talk, other)
            )
        book.insert(
            "nps_answers",
            {**ours, "score": chance.randrange(11), "answered_on": day, "answered_at": f"{day}T10:00:00Z"},
        )
        book.insert(
            "tasks",
            {**ours, "client_id": maybe(client), "title": "t", "title_key": "t", "deal_id": maybe(deal)},
        )
    for noun, numbers in (("client", owners), ("contact", everybody)):
        for number in numbers:
            book.conn.execute(
                "INSERT INTO external_ids (source, noun, external_id, row_id) VALUES ('s', ?, ?, ?)",
                (noun, new_uid(), number),
            )
        for _ in range(3):
            one, other = chance.sample(list(numbers), 2)
            book.conn.execute(f"INSERT INTO different_{noun}s ({noun}_id, other_id, created_at) VALUES (?, ?, '2026-01-01T00:00:00Z')",
                              (min(one, other), max(one, other)))  # fmt: skip


def details(chance: random.Random) -> list[tuple[str, str | None, str]]:
    every = [("phone", None, "601 234 567"), ("phone", "work", "+48 601234567"), ("phone", "home", "22 111 22 33"), ("email", None, "a@x.example"),
             ("email", None, "A@X.example"), ("tag", None, "vip"), ("tag", None, "VIP"), ("family", "wife", "Anna"), ("family", "daughter", "Anna"),
             ("date", "founded", "1998-05-12"), ("date", None, "--05-12")]  # fmt: skip
    return chance.sample(every, chance.randrange(6))


RECORDS = (
    "deals",
    "deal_moves",
    "interactions",
    "interaction_points",
    "tasks",
    "nps_answers",
    "external_ids",
    "stages",
)


@pytest.mark.parametrize("seed", range(8))
def test_any_two_cards_of_any_book(kam, seed):
    chance = random.Random(seed)
    book = kam.book()
    with book.write(["fill"]):
        fill(book, chance)
    for _ in range(3):
        noun = registry.noun(chance.choice(["client", "contact"]))
        alive = book.column(f"SELECT id FROM {noun.table} WHERE deleted_at IS NULL")
        if len(alive) < 2:
            continue
        into, gone = chance.sample(alive, 2)
        before = dump(book)
        counts = {table: book.value(f"SELECT count(*) FROM {table}") for table in RECORDS}
        keys = {
            row["value_key"]
            for row in book.rows(f"SELECT * FROM details WHERE {noun.name}_id IN (?, ?)", (into, gone))
        }
        names = book.column(f"SELECT name_key FROM {noun.table} WHERE id IN (?, ?)", (into, gone))
        kam(f"{noun.name} merge {into} {gone} --prefer {chance.choice(['A', 'B', 'newer', 'older'])} --yes")
        assert pointing(book, noun.table, gone) == {}
        assert {table: book.value(f"SELECT count(*) FROM {table}") for table in RECORDS} == counts
        held = {
            row["value_key"] for row in book.rows(f"SELECT * FROM details WHERE {noun.name}_id = ?", (into,))
        }
        assert keys <= held
        known = {*book.column(f"SELECT name_key FROM aliases WHERE {noun.name}_id = ?", (into,)),
                 book.value(f"SELECT name_key FROM {noun.table} WHERE id = ?", (into,))}  # fmt: skip
        assert set(names) <= known
        assert kam("check").out == ""
        after = dump(book)
        kam("undo --yes")
        assert dump(book) == before
        kam("redo")
        assert dump(book) == after


def test_no_detail_is_twice_on_a_card(kam):
    kam("client add Acme --phone '601 234 567' --family wife=Anna --tag vip --email a@x.example")
    kam(
        "client add Acme --force --phone 'work=+48 601234567' --family daughter=Anna --tag VIP --email 'home=A@x.example' --family wife=Anna"
    )
    kam("client merge 1 2 --yes")
    found = [(d["kind"], d["label"], d["value"]) for d in kam.json("client show 1")["details"]]
    assert sorted(found, key=str) == [
        ("email", "home", "a@x.example"), ("family", "daughter", "Anna"), ("family", "wife", "Anna"), ("phone", "work", "+48 601234567"),
        ("tag", None, "vip"),
    ]  # fmt: skip


def test_a_join_tells_what_it_moves(two):
    book = two.book()
    join = Join(book, registry.noun("contact"), 1, 2)
    assert join.moved == {"details": 1, "deals": 1, "interactions": 1, "tasks": 1, "nps_answers": 1}
