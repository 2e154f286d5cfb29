"""vCards of every version and of many programs, through the command line and at their parts."""

from __future__ import annotations

import pytest

from kam_cli.formats.contentlines import content_line, escaped, split, unescaped
from kam_cli.formats.vcard import Card, parse_cards, text_of


def load(kam, path, *more: str, exit: int = 0):
    return kam(["import", str(path), "--create", *more, "--json"], exit=exit).json


def people(kam) -> dict:
    """Every contact by name, with its details by kind: ``label=value``, or the value alone."""
    found = {}
    for row in kam.json("contact list"):
        shown = kam.json(f"contact show {row['id']}")
        kinds: dict = {}
        for detail in shown["details"]:
            label = f"{detail['label']}=" if detail["label"] else ""
            kinds.setdefault(detail["kind"], []).append(label + detail["value"])
        found[row["name"]] = shown | {"by": kinds}
    return found


# file → rows, and facts: (name, column or kind of detail, what stands there)
REAL = {
    "android/v21_adr_multiple_line.vcf": (1, [
        ("bogus", "address", ["home=Grindelberg 999, 99999 Hamburg, Deutschland",
                              "home=Hermann v. Brevern, 9999999, Packstation 999, 99999 Hamburg, Deutschland"]),
        ("bogus", "website", ["http://bogus.com/"]), ("bogus", "birthday", "2008-12-03"),
    ]),
    "android/v21_japanese_2.vcf": (1, [
        ("安藤 ロイド 1", "last_name", "安藤"), ("安藤 ロイド 1", "first_name", "ロイド1"),
        ("安藤 ロイド 1", "address", ["home=東京都渋谷区桜丘町26-1セルリアンタワー6階, 150-8512"]),
        ("安藤 ロイド 1", "note", "メモ"),
    ]),
    "android/v21_simple_1.vcf": (1, [("Roid Ando", "last_name", "Ando")]),
    "android/v30_comma_separated.vcf": (1, [("G M F", "phone", ["1"])]),
    "android/v30_simple.vcf": (1, [
        ("And Roid", "client", "Open"), ("And Roid", "fact", ["department=Handset, Alliance"]),
        ("And Roid", "phone", ["0300000000"]),
    ]),
    "android/v40_sip.vcf": (1, [("安藤 ロイド", "social", ["sip=example@example.com"]), ("安藤 ロイド", "phone", ["home=1"])]),
    "calcard/005.vcf": (5, [
        ("Thies-Tillman Jacobsen", "birthday", "1908-10-25"), ("Kathi Hoelzl", "birthday", "2002-07-11"),
        ("Lenn Biernoth", "tag", ["Familie"]), ("Lenn Biernoth", "fact", ["maiden name=Iser", "birthplace=Hörstel"]),
        ("Ludwig-Götz Graßl", "title", "Rentner"), ("Marita Kreutzer", "aliases", ["mkr"]),
        ("Marita Kreutzer", "note", "Interessen: Handarbeiten\nLieblingsfarbe: Weiß\nLieblingsessen: Orangen"),
    ]),
    "calcard/013.vcf": (1, [("second contact", "birthday", "2018-01-20"), ("second contact", "email", ["home=user@example.com"])]),
    "calcard/rfc.vcf": (7, [
        ("John Doe", "tag", ["The Doe family"]), ("Simon Perreault", "birthday", "--02-03"),
        ("Taro Yamada", "client", "ABC, Inc."), ("Taro Yamada", "sex", "f"),
        ("jdoe@example.com", "email", ["jdoe@example.com"]),
    ]),
    "ez-vcard/John_Doe_EVOLUTION.vcf": (1, [
        ("John Richter, James Doe Sr.", "family", ["spouse=Maria"]), ("John Richter, James Doe Sr.", "sex", "m"),
        ("John Richter, James Doe Sr.", "date", ["anniversary=1980-03-22"]),
        ("John Richter, James Doe Sr.", "fact", ["department=Accounting, Dungeon", "manager=Big Blue", "assistant=Little Red"]),
        ("John Richter, James Doe Sr.", "phone", ["mobile=905-666-1234", "work=905-555-1234"]),
    ]),
    "ez-vcard/John_Doe_GMAIL.vcf": (1, [
        ("John Richter, James Doe Sr.", "website", ["work=http://www.ibm.com"]),
        ("John Richter, James Doe Sr.", "family", ["spouse=Jenny"]),
        ("John Richter, James Doe Sr.", "date", ["anniversary=1975-03-01"]),
    ]),
    "ez-vcard/John_Doe_IPHONE.vcf": (1, [
        ("John Richter James Doe Sr.", "phone", [
            "mobile=905-555-1234", "home=905-666-1234", "work=905-777-1234", "home fax=905-888-1234",
            "work fax=905-999-1234", "pager=905-111-1234", "assistant phone=905-222-1234"]),
        ("John Richter James Doe Sr.", "birthday", "2012-06-06"), ("John Richter James Doe Sr.", "aliases", ["Johny"]),
    ]),
    "ez-vcard/John_Doe_MS_OUTLOOK.vcf": (1, [
        ("John Richter James Doe Sr.", "date", ["anniversary=2011-01-13"]),
        ("John Richter James Doe Sr.", "social", ["im=johny5@aol.com"]), ("John Richter James Doe Sr.", "client", "IBM"),
    ]),
    "ez-vcard/gmail-list.vcf": (3, [("Arnold Smith", "email", ["asmithk@gmail.com"]), ("Doug White", "first_name", "Doug")]),
    "ez-vcard/gmail-single.vcf": (1, [
        ("Greg Dartmouth", "phone", ["mobile=555 555 1111", "GRAND_CENTRAL=555 555 2222"]),
        ("Greg Dartmouth", "family", ["spouse=MySpouse", "CustomRelationship=MyCustom"]),
        ("Greg Dartmouth", "address", ["home=123 Home St, Home City, HM 12345",
                                       "CustomAdrType=321 Custom St, 98765 Custom City, TX, USA"]),
        ("Greg Dartmouth", "website", ["PROFILE=http://TheProfile.com"]), ("Greg Dartmouth", "social", ["icq=123456789"]),
    ]),
    "ez-vcard/outlook-2003.vcf": (1, [
        ("John Doe III", "client", "Company, The"), ("John Doe III", "title", "The Job Title"),
        ("John Doe III", "note", "This is the note field!!\nSecond line\n\nThird line is empty"),
        ("John Doe III", "email", ["jdoe@hotmail.com"]), ("John Doe III", "birthday", "1980-03-21"),
    ]),
    "ez-vcard/rfc6350-example.vcf": (1, [
        ("Simon Perreault", "birthday", "--02-03"), ("Simon Perreault", "sex", "m"),
        ("Simon Perreault", "phone", ["work=+1-418-656-9254 ext. 102", "work mobile=+1-418-262-6501"]),
        ("Simon Perreault", "date", ["anniversary=2009-08-08"]),
    ]),
    "google-takeout-quirks.vcf": (4, [
        ("José Ñoño", "email", ["Work=jose.nono@example.com", "Personal=jose@example.org"]),
        ("José Ñoño", "birthday", "1985-07-21"), ("田中 太郎", "client", "株式会社サンプル"),
        ("unknown.contact@example.com", "tag", ["myContacts", "Ruby Code Club"]), ("Mary O'Brien", "title", "Director"),
    ]),
    "icloud-export.vcf": (4, [
        ("Ada Lovelace", "email", ["work=ada.lovelace@example.com"]), ("Ada Lovelace", "phone", ["home=+1-555-0101"]),
        ("Grace Hopper", "first_name", "Grace Brewster"),
        ("Katherine Johnson", "phone", ["main=+1-555-0120", "on-site=+1-555-0121"]),
        ("José Ñoño", "address", ["home=1 Engine Way, 94000 Lovelace City, CA, USA"]),
    ]),
    "sabre_issue64.vcf": (0, []),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_real_cards_come_in(kam, shared, name):
    rows, facts = REAL[name]
    path = shared / "contacts/vcf" / name
    told = load(kam, path)
    assert (told["read"], told["errors"], told["noun"]) == (rows, [], "contacts")
    found = people(kam)
    for person, field, value in facts:
        card = found[person]
        assert (card["by"][field] if field in card["by"] else card[field]) == value, (person, field)
    book = kam.book()
    assert book.value("SELECT max(length(value)) FROM details") in (None, *range(200)), "no picture came in"
    book.close()
    before = kam.json("contact list")
    load(kam, path)
    assert kam.json("contact list") == before, "the same file twice changes nothing"
    if rows:
        kam("undo --yes")
        assert kam.json("contact list") == kam.json("client list") == []
    assert kam("check").out == ""


def test_every_file_of_the_collection_is_named_here(shared):
    folder = shared / "contacts/vcf"
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.vcf")} == set(REAL)


def test_what_is_left_out_is_named(kam, shared):
    out = kam(
        ["import", str(shared / "contacts/vcf/ez-vcard/John_Doe_GMAIL.vcf"), "--create", "--dry-run"]
    ).out
    assert "John_Doe_GMAIL.vcf: vCard 3.0" in out
    assert "left out (--keep-unknown keeps them): X-PHONETIC-FIRST-NAME, X-PHONETIC-LAST-NAME\n" in out
    out = kam(["import", str(shared / "contacts/vcf/ez-vcard/gmail-list.vcf"), "--dry-run"]).out
    assert "left out" not in out


def test_nobody_is_asked_about_properties(kam, shared, monkeypatch):
    from kam_cli.command import Context
    from kam_cli.imports import asking

    monkeypatch.setattr(Context, "interactive", property(lambda c: True))
    monkeypatch.setattr(asking, "columns", None)
    kam(["import", str(shared / "contacts/vcf/ez-vcard/John_Doe_GMAIL.vcf"), "--create"])


def test_a_folder_of_cards_is_one_import(kam, shared):
    folder = shared / "contacts/vcf/ez-vcard"
    told = load(kam, folder)
    assert (told["read"], told["created"], told["source"]) == (10, 10, "ez-vcard")
    assert load(kam, folder)["created"] == 0


def test_cards_as_clients(kam, tmp_path):
    path = tmp_path / "firms.vcf"
    path.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nORG:Hotel Sinobrzeg\nTEL;TYPE=WORK:+48 58 555 01 02\nURL:http://sino.example\n"
        "ADR;TYPE=WORK:;;Długa 1;Gdańsk;;80-001;Polska\nADR:;;Port 2;Gdynia;;;Atlantis\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:4.0\nFN:Анна Ковальчук\nN:Ковальчук;Анна;;;\nORG:Завод\nTITLE:Директорка\n"
        "BDAY:--0512\nNICKNAME:Ганна\nEND:VCARD\n"
    )
    told = load(kam, path, "--as", "clients")
    assert (told["created"], told["noun"]) == (2, "clients")
    hotel, anna = kam.json("client list --sort id")
    assert (hotel["kind"], hotel["city"], hotel["country"], hotel["postcode"]) == (
        "company",
        "Gdańsk",
        "PL",
        "80-001",
    )
    assert (hotel["address"], hotel["website"]) == ("Długa 1", "http://sino.example")
    assert (anna["kind"], anna["birthday"]) == ("person", "--05-12")
    facts = [(one["label"], one["value"]) for one in kam.json("client show 2")["details"]]
    assert facts == [("works at", "Завод"), ("position", "Директорка")]
    assert kam.json("client show ганна")["id"] == 2
    more = kam.json("client show 1")["details"]
    assert ("address", "Port 2, Gdynia, Atlantis") in [(one["kind"], one["value"]) for one in more]


def test_a_noun_that_cards_cannot_hold_is_refused(kam, shared):
    path = str(shared / "contacts/vcf/icloud-export.vcf")
    assert "say contacts or clients" in kam(["import", path, "--as", "deals"], exit=2).err


BROKEN = {
    "end missing": ("BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\n", 1, "END:VCARD is missing"),
    "file cut": ("BEGIN:VCARD\nFN:A\nEND:VCARD\nBEGIN:VCARD\nFN:B\n", 4, "the file ends before END:VCARD"),
    "outside": ("BEGIN:VCARD\nFN:A\nEND:VCARD\nFN:B\n", 4, "'FN:B' stands outside BEGIN:VCARD and END:VCARD"),
    "nobody": ("BEGIN:VCARD\nNOTE:x\nEND:VCARD\n", 1, "it names nobody: there is no name, e-mail or phone"),
    "future": ("BEGIN:VCARD\nFN:A\nBDAY:2030-01-01\nEND:VCARD\n", 1, None),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_card_is_named_and_nothing_comes_in(kam, tmp_path, name):
    text, line, message = BROKEN[name]
    path = tmp_path / "broken.vcf"
    path.write_text(text)
    told = load(kam, path, exit=1)
    assert told["errors"][0]["line"] == line
    assert message is None or told["errors"][0]["message"] == message
    assert kam.json("contact list") == []


def test_what_cannot_be_a_day_a_phone_or_an_e_mail_is_kept_as_a_fact(kam, tmp_path):
    path = tmp_path / "odd.vcf"
    path.write_text(
        "BEGIN:VCARD\nVERSION:4.0\nFN:A B\nBDAY;VALUE=text:circa 1800\nTEL;TYPE=WORK:ask at the desk\n"
        "EMAIL:nobody at home\nBDAY:1996-02-31\nANNIVERSARY:1985\nX-ICQ:1\nTZ:+0100\nEND:VCARD\n"
    )
    load(kam, path, "--keep-unknown")
    card = people(kam)["A B"]
    assert card["by"]["fact"] == [
        "birthday=circa 1800", "work phone=ask at the desk", "e-mail=nobody at home", "birthday=1996-02-31",
        "anniversary=1985",
    ]  # fmt: skip
    assert card["note"] == "other properties: TZ: +0100"


@pytest.mark.parametrize(
    "text",
    [
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-12",
        "BDAY:--0512",
        "BDAY:--05-12",
        "BDAY:0000-05-12",
        "BDAY:16040512",
    ],
)
def test_a_birthday_without_its_year(kam, tmp_path, text):
    path = tmp_path / "day.vcf"
    path.write_text(f"BEGIN:VCARD\nVERSION:3.0\nFN:A B\n{text}\nEND:VCARD\n")
    load(kam, path)
    assert people(kam)["A B"]["birthday"] == "--05-12"


ENCODED = {
    "UTF-8 with a mark": "\ufeffBEGIN:VCARD\r\nFN:Łukasz Żak\r\nEND:VCARD\r\n".encode(),
    "UTF-16": "BEGIN:VCARD\r\nFN:Łukasz Żak\r\nEND:VCARD\r\n".encode("utf-16"),
    "CR alone": "BEGIN:VCARD\rFN:Łukasz Żak\rEND:VCARD\r".encode(),
    "cp1250 that is not named": "BEGIN:VCARD\nVERSION:2.1\nFN:Łukasz Żak\nEND:VCARD\n".encode("cp1250"),
    "named for one line": b"BEGIN:VCARD\nFN;CHARSET=ISO-8859-2:" + "Łukasz Żak".encode("iso8859-2") + b"\nEND:VCARD\n",
    "quoted-printable": b"BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=81uka=\nsz =C5=BBak\nEND:VCARD\n",
    "folded inside a letter": b"BEGIN:VCARD\nVERSION:3.0\nFN:\xc5\n \x81ukasz \xc5\xbbak\nEND:VCARD\n",
    "base64": b"BEGIN:VCARD\nVERSION:3.0\nFN;ENCODING=b:xYF1a2FzeiDFu2Fr\nEND:VCARD\n",
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODED)
def test_a_name_in_any_encoding(kam, tmp_path, name):
    path = tmp_path / "name.vcf"
    path.write_bytes(ENCODED[name])
    load(kam, path)
    assert [row["name"] for row in kam.json("contact list")] == ["Łukasz Żak"]
    assert load(kam, path)["created"] == 0
    kam(["import", "-", "--source", "again"], input=ENCODED[name])


def test_cards_are_known_by_their_ids(kam, tmp_path):
    path = tmp_path / "phone.vcf"
    text = "BEGIN:VCARD\nVERSION:4.0\nUID:urn:uuid:1\nFN:Jana Mala\nTEL:+420 601 555 010\nEND:VCARD\n"
    path.write_text(text)
    load(kam, path)
    path.write_text(text.replace("FN:", "TITLE:Buyer\nFN:").replace("010", "011"))
    assert load(kam, path)["skipped"] == 1
    assert load(kam, path, "--update")["updated"] == 1
    card = people(kam)["Jana Mala"]
    assert card["title"] == "Buyer" and card["by"]["phone"] == ["+420 601 555 010", "+420 601 555 011"]


def test_a_picture_of_many_megabytes_is_passed_over(kam, tmp_path):
    import tracemalloc

    line = b"A" * 5_000_000
    folded = b"".join(b" " + b"B" * 74 + b"\r\n" for _ in range(80_000))
    path = tmp_path / "picture.vcf"
    head, tail = b"BEGIN:VCARD\r\nFN:A B\r\nPHOTO;ENCODING=b:", b"\r\nTEL:+48 600 100 200\r\nEND:VCARD\r\n"
    path.write_bytes(head + line + tail + head + b"\r\n" + folded + tail)
    tracemalloc.start()
    load(kam, path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000
    assert [row["phones"] for row in kam.json("contact list")] == ["+48 600 100 200"] * 2


def parsed(text: str) -> list[Card]:
    return list(
        parse_cards(text.replace("\r\n", "\n").encode().split(b"\n"), lambda raw, charset: raw.decode())
    )


def test_what_is_not_known_is_written_back_as_it_was():
    text = (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jana\r\nitem1.X-ODD;X-P=\"a,b;c\",d;TYPE=x:1\\;2\\,3\r\n"
        "X-LONG:" + "ä" * 34 + "\r\n " + "ä" * 20 + "\r\nEND:VCARD\r\n"
    )  # fmt: skip
    (card,) = parsed(text)
    assert card.properties[2].params == {"X-P": ["a,b;c", "d"], "TYPE": ["x"]}
    assert text_of(card).replace("item1", "ITEM1") == text.replace("item1", "ITEM1")


def test_values_come_back_from_their_escapes():
    from hypothesis import given
    from hypothesis import strategies as st

    @given(st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t\\,;:")))
    def check(text):
        assert unescaped(escaped(text)) == text
        parts = split(";".join([escaped(text), escaped("b;c")]), ";")
        assert [unescaped(part) for part in parts] == [text, "b;c"]

    check()


def test_a_line_is_folded_at_75_octets_and_comes_back():
    from hypothesis import given
    from hypothesis import strategies as st

    from kam_cli.formats.contentlines import Property

    @given(
        st.text(st.characters(exclude_categories=("Cs", "Cc"))),
        st.text(st.characters(exclude_categories=("Cs", "Cc"))),
    )
    def check(value, label):
        line = content_line(Property("NOTE", escaped(value), {"X-LABEL": [label]}))
        assert all(len(one.encode()) <= 75 for one in line.split("\r\n"))
        (card,) = parsed(f"BEGIN:VCARD\nVERSION:4.0\n{line}END:VCARD\n")
        (prop,) = card.all("NOTE")
        assert (unescaped(prop.value), prop.param("X-LABEL").strip()) == (value, label.strip())

    check()
