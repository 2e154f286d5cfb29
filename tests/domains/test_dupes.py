"""`kam client dupes` and `kam contact dupes`: doubles are found whatever their script and slips, and judged once."""

from __future__ import annotations

import csv
import random
import sqlite3
from unicodedata import combining, normalize

import pytest

from dump import dump
from kam_cli.blocking import Blocking
from kam_cli.likeness import SHOWN, Card, compare
from kam_cli.namesakes import Name
from kam_cli.text import fold


def add(kam, *cards: str) -> None:
    for card in cards:
        kam(f"client add {card} --force")


def pairs(kam, line: str = "client dupes") -> list[tuple[int, int]]:
    return [(row["id"], row["other_id"]) for row in kam.json(line)]


def test_a_pair_a_line_the_likeliest_first(kam):
    add(
        kam,
        "Acme GmbH --city Berlin",
        "Palarnia",
        "ACME gmbh --city Berlin --phone 601234567",
        "Palarnai",
        "Axis --phone 601234567",
    )
    rows = kam.json("client dupes")
    assert [(row["id"], row["other_id"], row["score"], row["reasons"]) for row in rows] == [
        (1, 3, 92, "same name, same city"),
        (3, 5, 67, "same phone"),
        (2, 4, 41, "near name"),
    ]
    assert rows[0] == {
        "score": 92, "id": 1, "name": "Acme GmbH", "city": "Berlin", "other_id": 3, "other": "ACME gmbh", "other_city": "Berlin",
        "reasons": "same name, same city", "command": "kam client merge 1 3",
    }  # fmt: skip
    table = kam("client dupes")
    assert "ACME gmbh" in table.out and "same name, same city" in table.out and table.err == ""


def test_an_empty_book_has_none(kam):
    assert kam.json("client dupes") == kam.json("contact dupes") == []
    assert kam("client dupes").out == "no two clients look like one\n"
    assert kam("contact dupes").out == "no two contacts look like one\n"


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ("Łódź Bakery", "Lodz Bakery", "same name"),
        ("Київ Хліб", "Kiev Khlib", "near name, in another script"),
        ("Müller Bau", "Mueller Bau", "same name, written otherwise"),
        ("ООО Ромашка", "Romashka LLC", "same name, in another script"),
        ("Nowak Jan", "Jan Nowak", "same name, written otherwise"),
        ("'Baker & Mccann'", "Baker and Mccann Ltd", "same name, written otherwise"),
        ("Globex sp. z o.o.", "Globex GmbH", "same name, other legal form"),
        ("Umbrella Trading", "Umbrela Trading", "near name"),
        ("'שלום טורס בע\"מ'", "Shalom Tours", "a name that sounds alike, in another script"),
        ("Axis --email Info@x.example", "Beta --email info@X.example", "same e-mail"),
        ("Axis --website https://www.x.example/shop", "Beta --website x.example", "same website"),
        ("Axis --document 'PL 526-025-02-74'", "Beta --document 5260250274", "same registration number"),
        ("Axis --phone '+48 601 234 567'", "Beta --phone 601-234-567", "same phone"),
        (
            "Eva Malá --kind person --birthday 12.6.1985",
            "Eva Nová --kind person --birthday 12.6.1985",
            "same birthday",
        ),
    ],
)
def test_what_makes_a_double(kam, one, other, reasons):
    add(kam, one, "Something Else Entirely --city Oslo --phone 12345678", other)
    assert [(row["id"], row["other_id"], row["reasons"]) for row in kam.json("client dupes")] == [
        (1, 3, reasons)
    ]


def test_namesakes_are_told_apart(kam):
    add(
        kam,
        "Jan Kowalski --birthday 1.2.1980",
        "Jan Kowalski --birthday 3.4.1990",
        "Acme --document 111111 --city Opole",
        "Acme --document 222222 --city Opole",
    )
    assert pairs(kam) == []
    low = kam.json("client dupes --min 0")
    assert [row["reasons"] for row in low] == [
        "same name, same city, but other registration number", "same name, but another birthday",
    ]  # fmt: skip


def test_old_names_count_and_removed_cards_do_not(kam):
    add(kam, "Globex", "Acme", "Axis", "Acme AG")
    kam("client edit 1 --name Initech")
    kam("client add Globex Ltd --force")
    assert pairs(kam) == [(1, 5), (2, 4)]
    kam("client remove 4")
    kam("client archive 1")
    assert pairs(kam) == [(1, 5)]


# --- asked for ----------------------------------------------------------------------------------------------


def test_doubles_of_one_card(kam):
    add(kam, "Acme", "ACME", "Globex", "GLOBEX", "Acem")
    assert pairs(kam) == [(1, 2), (3, 4)]
    assert pairs(kam, "client dupes globex-2") == [(3, 4)]
    assert pairs(kam, "client dupes 1 --min 20") == [(1, 2), (1, 5)]
    assert len(pairs(kam, "client dupes 1 --min 0")) == 4
    assert pairs(kam, "client dupes --limit 1") == [(1, 2)]
    assert pairs(kam, "client dupes --limit 0") == [(1, 2), (3, 4)]
    for line, code in (("1 2", 2), ("nobody", 3), ("--min 101", 2), ("--min -1", 2), ("--limit x", 2)):
        kam(f"client dupes {line}", exit=code)


def test_a_pair_that_is_none_is_remembered(kam):
    add(kam, "Acme", "ACME", "Acme Ltd")
    before = dump(kam.book())
    said = kam("client dupes --not 2 1").out
    assert said == "client #1 Acme and #2 ACME – not shown as doubles any more\n"
    assert pairs(kam) == [(1, 3), (2, 3)]
    assert pairs(kam, "client dupes 1 --min 0") == [(1, 3)]
    assert "known as different already" in kam("client dupes 1 2 --not").out
    assert len(kam.json("history")) == 4, "saying it twice changes nothing"
    kam("undo --yes")
    assert dump(kam.book()) == before and len(pairs(kam)) == 3
    for line in ("--not", "--not 1", "--not 1 1", "--not 1 2 3"):
        assert "name the two clients" in kam(f"client dupes {line}", exit=2).err
    assert kam.json("client dupes --not 1 3") == {"noun": "client", "id": 1, "other_id": 3}


def test_who_is_forgotten_is_in_no_judgement(kam):
    add(kam, "Acme", "ACME", "Acme Ltd")
    for pair in ("1 2", "2 3", "1 3"):
        kam(f"client dupes --not {pair}")
    kam("client forget 2 --yes")
    assert kam.book().column("SELECT count(*) FROM different_clients") == [1]
    assert pairs(kam) == [] and kam("check --deep").out == ""


def test_persons(kam):
    kam("client add Acme --city Berlin")
    kam("client add Globex --city Berlin")
    kam("contact add acme Jana Nováková --email jana@x.example")
    kam("contact add globex Novakova Jana --force")
    kam("contact add acme Petr Malý --phone 601234567")
    kam("contact add globex Ota --phone 601234567 --force")
    kam("contact add acme Jan Novák --force")
    rows = kam.json("contact dupes")
    assert [(row["id"], row["other_id"], row["reasons"]) for row in rows] == [
        (1, 2, "same name, written otherwise, same city"),
        (3, 4, "same phone"),
    ]
    assert (rows[0]["client"], rows[0]["other_client"]) == ("Acme", "Globex")
    assert rows[0]["command"] == "kam contact merge 1 2"
    assert pairs(kam, "contact dupes ota") == [(3, 4)]
    kam("contact dupes --not 1 2")
    assert pairs(kam, "contact dupes") == [(3, 4)]
    kam("contact forget 2 --yes")
    assert kam.book().column("SELECT count(*) FROM different_contacts") == [0]


def test_what_is_too_much_to_compare_is_said(kam, tmp_path):
    table = tmp_path / "many.csv"
    table.write_text("name,phone\n" + "Jan Kowalski,601 234 567\n" * 60 + "Axis,22 111\nAxis Ltd,22 111\n")
    kam(["import", str(table), "--as", "clients", "--quiet"])
    done = kam("client dupes")
    assert done.err.startswith("too many cards to compare each with each: 60 with the phone 601234567")
    assert "Axis Ltd" in done.out
    assert kam("client dupes --quiet").err == ""
    assert kam("client dupes 61").err == "", "one card is compared with all"


# --- before a card is added ---------------------------------------------------------------------------------


def test_a_new_card_is_held_against_the_same_measure(kam):
    add(kam, "Northwind Traders --document 5260250274 --city Łódź", "Київстар")
    for line, why in (
        ("Northwind Trading Co --document PL5260250274", "same registration number"),
        ("Northwind Tradres --city Lodz", "near name, same city"),
        ("TRADERS, Northwind", "same name, written otherwise"),
        ("Kyivstar LLC", "same name, in another script"),
    ):
        assert kam(f"client add {line}", exit=4).err.rstrip().endswith(why), line
    kam("client add Northwind Tradres")


def test_the_likeliest_is_named_first(kam):
    add(kam, "Axis --phone 601234567", "Acme --phone 601234567 --city Opole")
    listed = kam("client add Acme --city Opole --phone 601234567", exit=4).err.splitlines()[1:]
    assert [line.split()[0] for line in listed] == ["#2", "#1"]


def test_an_import_tells_by_the_same_measure(kam, tmp_path):
    add(kam, "Acme GmbH --city Berlin", "Jan Kowalski --birthday 1.2.1980 --kind person")
    table = tmp_path / "t.csv"
    table.write_text("name,city\nAcem GmbH,Berlin\nACME gmbh,Paris\nOther,Berlin\n")
    told = kam(["import", str(table), "--as", "clients"]).err
    assert "'Acem GmbH' looks like #1 Acme GmbH (Berlin, acme): near name, same city" in told
    assert "'ACME gmbh' looks like #1 Acme GmbH (Berlin, acme): same name, but another city" in told
    assert "'Other'" not in told


# --- on real names ------------------------------------------------------------------------------------------


def test_the_two_of_northwind(kam, shared):
    kam(["import", str(shared / "sales/northwind/customers.csv"), "--as", "clients", "--quiet"])
    found = kam.json("client dupes")
    assert [(row["name"], row["other"], row["reasons"]) for row in found] == [("IT", "IT", "same name")]


def test_the_one_of_the_demo(nobook, tmp_path):
    path = tmp_path / "demo.db"
    nobook(f"demo --db {path} --json")
    found = nobook.json(f"client dupes --db {path}")
    assert [(row["name"], row["other"]) for row in found] == [("Оксана Вербовець", "Oksana Verbovets")]


def real_names(shared) -> list[tuple[str, str]]:
    """Some 390 names of companies and persons, each with a place."""
    found = []
    for path, name, place in (
        ("crm/datablist/customers-100.csv", ("Company",), "City"),
        ("crm/datablist/organizations-100.csv", ("Name",), "Country"),
        ("crm/datablist/people-100.csv", ("First Name", "Last Name"), "Job Title"),
        ("sales/northwind/customers.csv", ("CompanyName",), "City"),
    ):
        with open(shared / path, encoding="utf-8", newline="") as file:
            found += [(" ".join(row[part] for part in name), row[place]) for row in csv.DictReader(file)]
    return found


def slip(chance: random.Random, name: str) -> str:
    """A letter other, less, more, or two swapped."""
    while True:
        at = chance.randrange(len(name))
        letter, rest = chance.choice("abcdefghijklmnopqrstuvwxyz"), name[at + 1 :]
        other = name[:at] + chance.choice(
            (letter + rest, rest, letter + name[at] + rest, rest[:1] + name[at] + rest[1:])
        )
        if name[at].isalpha() and fold(other) != fold(name):
            return other


def stripped(chance: random.Random, name: str) -> str:
    """Without accents, in capitals."""
    return "".join(char for char in normalize("NFKD", name) if not combining(char)).upper()


DIGRAPHS = {
    "shch": "щ",
    "sch": "ш",
    "sh": "ш",
    "ch": "ч",
    "ck": "к",
    "ph": "ф",
    "th": "т",
    "zh": "ж",
    "qu": "кв",
    "x": "кс",
    "ee": "и",
    "oo": "у",
}
LETTERS = dict(zip("abcdefghijklmnopqrstuvwyz", "абкдефгхийклмнопкрстуввиз", strict=True))


def cyrillic(chance: random.Random, name: str) -> str:
    """As a Russian would write it down, with the legal form of there."""
    text = stripped(chance, name).lower()
    for form in (" llc", " ltd", " inc", " plc"):
        text = text.removesuffix(form)
    for latin, letter in DIGRAPHS.items():
        text = text.replace(latin, letter)
    return f"ООО {''.join(LETTERS.get(char, char) for char in text).title()}"


def other_form(chance: random.Random, name: str) -> str:
    """With another legal form, "&" for "and", the words turned around."""
    for form in (" LLC", " Ltd", " Inc", " PLC"):
        name = name.removesuffix(form)
    words = name.replace(" and ", " & ").split()
    return " ".join([*words[1:], words[0], chance.choice(["GmbH", "sp. z o.o.", "S.A.", "Limited"])])


def blank(number: int, name: str, place: str | None) -> Card:
    return Card(
        number, (Name(fold(name), name),), place and fold(place), None, None, (), (), (), (), (), None, None
    )


SEEDS = 5


@pytest.mark.parametrize(
    ("change", "with_place", "recall"),
    [
        (slip, True, 0.98), (stripped, True, 1.0), (cyrillic, True, 0.95), (other_form, True, 0.98),
        (slip, False, 0.96), (stripped, False, 1.0), (cyrillic, False, 0.92), (other_form, False, 0.97),
    ],
)  # fmt: skip
def test_changed_copies_of_real_names_are_found(shared, change, with_place, recall):
    """Recall of the pairs of a name and its changed copy, and precision of all that is shown, at the score of the list."""
    there = real_names(shared)
    found, shown, wrong = 0, 0, 0
    for seed in range(SEEDS):
        chance = random.Random(seed)
        cards = [
            blank(number, name, place if with_place else None) for number, (name, place) in enumerate(there)
        ]
        cards += [
            blank(len(there) + number, change(chance, name), place if with_place else None)
            for number, (name, place) in enumerate(there)
        ]
        blocking = Blocking(cards)
        for a, b in blocking.places():
            if compare(cards[a], cards[b], blocking.counts).score >= SHOWN:
                shown += 1
                found += b == a + len(there)
                wrong += there[a % len(there)][0] != there[b % len(there)][0]
    assert found >= recall * SEEDS * len(there), f"recall {found / SEEDS / len(there):.3f}"
    assert wrong <= 0.03 * shown, f"precision {1 - wrong / shown:.3f}"


def test_a_book_of_the_version_before_is_brought_up(kam):
    """Contacts get the column, and remarks stay with their columns."""
    about = {row["column"]: row["about"] for row in kam.json("schema contacts")}
    assert about["merged_into_id"] == "the card that took this one over"
    assert about["deleted_at"] == "UTC; removed from every view"
    columns = {row[1] for row in sqlite3.connect(kam.db).execute("PRAGMA table_info(contacts)")}
    assert "merged_into_id" in columns
