"""Names as they come in, typed or in a table: split, cleaned, without forms of address, and nothing lost."""

from __future__ import annotations


def facts(kam, noun: str, ref) -> list:
    return [
        (one["label"], one["value"])
        for one in kam.json(f"{noun} show {ref}")["details"]
        if one["kind"] == "fact"
    ]


def test_a_typed_name_is_taken_apart(kam):
    kam("client add Acme --country PL")
    row = kam.json("contact add acme Pani prof. Anna Zielińska-Nowak --title Buyer")
    assert (row["name"], row["first_name"], row["last_name"]) == (
        "Anna Zielińska-Nowak",
        "Anna",
        "Zielińska-Nowak",
    )
    assert (row["sex"], row["title"]) == ("f", "Buyer")
    assert facts(kam, "contact", row["id"]) == [("honorific", "prof.")]
    row = kam.json("contact add acme Mrs Maria de la Cruz --sex m --first-name Mary")
    assert (row["name"], row["first_name"], row["last_name"], row["sex"]) == (
        "Maria de la Cruz",
        "Mary",
        "de la Cruz",
        "m",
    )
    kam("contact edit 1 --name 'Pani Anna'")
    assert kam.json("contact show 1")["name"] == "Pani Anna", "an edit takes a name as it is"
    row = kam.json("client add --kind person Frau Dr. Petra Lang")
    assert row["name"] == "Petra Lang" and facts(kam, "client", row["id"]) == [("honorific", "Frau Dr.")]
    assert kam.json("client add Herr Kaffee GmbH")["name"] == "Herr Kaffee GmbH", "a firm's name is its own"


def test_the_country_hints_at_the_order(kam):
    kam("client add Kave --country HU")
    assert kam.json("contact add kave Nagy János")["last_name"] == "Nagy"
    kam("contact edit 1 --name 'Kovács Anna'")
    assert kam.json("contact show 1")["last_name"] == "Kovács"


def test_settings_name_further_forms(kam):
    kam("client add Acme")
    kam(["config", "set", "names.honorifics", "ppłk, Frau Direktor=f"])
    assert kam.json("contact add acme ppłk Jan Kowal")["name"] == "Jan Kowal"
    row = kam.json("contact add acme Frau Direktor Anna Berg")
    assert (row["name"], row["sex"]) == ("Anna Berg", "f")
    assert facts(kam, "contact", row["id"]) == [("honorific", "Frau Direktor")]


def test_a_column_of_names_is_split(kam, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        "Full Name,Title,Job Title,Country\n"
        "\ufeffMr. John Smith,,Buyer,\n"
        '"Doe, Jane",Mrs.,CEO,\n'
        "„Иванова Анна Петровна“,Dr.,,\n"
        "ma\u00adria\u200b   de la\u00a0Cruz,,,\n"
    )
    assert kam.json(["import", str(path), "--as", "contacts"])["created"] == 4
    rows = kam.json("contact list --sort id")
    assert [(row["first_name"], row["last_name"], row["sex"], row["title"]) for row in rows] == [
        ("John", "Smith", "m", "Buyer"), ("Jane", "Doe", "f", "CEO"), ("Анна Петровна", "Иванова", "f", None),
        ("maria", "de la Cruz", None, None),
    ]  # fmt: skip
    assert [row["name"] for row in rows] == [
        "John Smith",
        "Jane Doe",
        "Иванова Анна Петровна",
        "maria de la Cruz",
    ]
    assert facts(kam, "contact", 3) == [("honorific", "Dr.")]


def test_a_title_that_is_a_form_of_address_is_no_position(kam, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(
        "First Name,Last Name,Title\nJohn,Smith,Mr\nAnna,Berg,Frau Dr.\nTom,Stone,Head of sales\n"
    )
    kam(["import", str(path), "--as", "contacts"])
    rows = kam.json("contact list --sort id")
    assert [(row["name"], row["title"], row["sex"]) for row in rows] == [
        ("John Smith", None, "m"), ("Anna Berg", None, "f"), ("Tom Stone", "Head of sales", None),
    ]  # fmt: skip
    assert facts(kam, "contact", 2) == [("honorific", "Dr.")]


def test_persons_among_clients_lose_their_forms_too(kam, tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text("name,kind\nPani Anna Kowalska,person\nPan Pizza,company\n«Альфа»,company\n")
    kam(["import", str(path), "--as", "clients"])
    assert [row["name"] for row in kam.json("client list --sort id")] == [
        "Anna Kowalska",
        "Pan Pizza",
        "«Альфа»",
    ]
    assert facts(kam, "client", 1) == [("honorific", "Pani")]


def test_a_person_named_with_a_form_of_address_is_found_again(kam, tmp_path):
    kam("client add Acme")
    path = tmp_path / "calls.csv"
    for number in (1, 2):
        path.write_text(f"client,contact,kind,date,text\nAcme,Mr. John Smith,call,2026-03-1{number},hello\n")
        kam(["import", str(path), "--as", "interactions", "--create"])
    assert [row["name"] for row in kam.json("contact list")] == ["John Smith"]
    assert len(kam.json("log list")) == 2


def test_a_name_is_kept_in_the_other_script_too(kam, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("name,country\nЗавод Щит,UA\nAcme,DE\nÛliâ Ŝeglova,\n")
    kam(["import", str(path), "--as", "clients", "--transliterate", "icao"])
    assert kam.json("client show 'Zavod Shchyt'")["name"] == "Завод Щит", "what was given stays"
    assert [kam.json(f"client show {n}")["aliases"] for n in (1, 2, 3)] == [["Zavod Shchyt"], [], []]
    (tmp_path / "staff.csv").write_text("name,client\nЮлія Згурська,Завод Щит\n")
    kam(["import", str(tmp_path / "staff.csv"), "--as", "contacts", "--transliterate", "icao"])
    assert kam.json("contact show 'Yuliia Zhurska'")["name"] == "Юлія Згурська"
    assert [hit["text"] for hit in kam.json("find yuliia")] == ["Юлія Згурська"]
    kam("client edit 3 --transliterate iso9")
    assert kam.json("client show 'Юлия Щеглова'")["id"] == 3
    assert "nothing differs" in kam("client edit 3 --transliterate iso9").out
    kam("contact edit 1 --transliterate iso9")
    assert kam.json("contact show 1")["aliases"] == ["Yuliia Zhurska", "Ûlìâ Zgursʹka"]
    assert "cannot be turned" in kam("client edit acme --transliterate icao", exit=2).err
    kam("undo --yes")
    assert kam.json("contact show 1")["aliases"] == ["Yuliia Zhurska"]


GOOGLE = (
    "Name,Given Name,Additional Name,Family Name,Name Suffix,Group Membership,Organization 1 - Name\n"
    "Ada Byron Lovelace Jr.,Ada,Byron,Lovelace,Jr.,* myContacts,Engines\n"
    "Ada Lovelace,Ada,,Lovelace,III,,Engines\n"
    ",Jan,Piotr,Kowalski,,,Engines\n"
    "Ewa Lis,,,,PhD,,Engines\n"
)


def test_middle_names_and_suffixes_in_columns_of_their_own(kam, tmp_path):
    path = tmp_path / "google.csv"
    path.write_text(GOOGLE)
    for noun in ("contacts", "clients"):
        told = kam(["import", str(path), "--as", noun, "--create"])
        assert "left out" not in told.out + told.err
        rows = kam.json("export contacts --json")
        assert [(row["name"], row["first_name"], row["last_name"]) for row in rows] == [
            ("Ada Byron Lovelace Jr.", "Ada Byron", "Lovelace"),
            ("Ada Lovelace III", "Ada", "Lovelace"),
            ("Jan Piotr Kowalski", "Jan Piotr", "Kowalski"),
            ("Ewa Lis PhD", "Ewa", "Lis"),
        ]
        kam("undo --yes")
    path.write_text("First Name,Middle Name,Last Name,Suffix\nAda,Byron,Lovelace,Jr.\n")
    kam(["import", str(path), "--as", "clients"])
    assert [(row["name"], row["kind"]) for row in kam.json("client list")] == [
        ("Ada Byron Lovelace Jr.", "person")
    ]
