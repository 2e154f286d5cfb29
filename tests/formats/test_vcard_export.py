"""Cards that leave the book: what is in them, who reads them, and that they come back as they were."""

from __future__ import annotations

import os
import shlex
import stat

import pytest

CARD = (
    "uid", "kind", "name", "first_name", "last_name", "title", "role", "sex", "birthday", "note", "client", "city", "region",
    "postcode", "address", "website", "country",
)  # fmt: skip


def shown(kam, noun: str) -> list:
    """All cards of a noun with their details and further names, but for what a card cannot carry."""
    found = []
    for row in kam.json(f"{noun} list"):
        page = kam.json(f"{noun} show {row['id']}")
        details = sorted((one["kind"], one["label"] or "", one["value"]) for one in page["details"])
        card = {
            name: page[name] for name in CARD if name in page and not (noun == "contact" and name == "kind")
        }
        found.append((card, details, sorted(page["aliases"])))
    return sorted(found, key=str)


def moved(kam, nobook_at, folder, version: str):
    """The cards of a book in a new one."""
    for of in ("clients", "contacts"):
        kam(f"export vcard --of {of} --version {version} --to {folder}/{of}.vcf")
    fresh = nobook_at(folder / f"{version}.db")
    for of in ("clients", "contacts"):
        told = fresh.json(["import", f"{folder}/{of}.vcf", "--as", of])
        assert told["errors"] == []
    return fresh


@pytest.fixture
def nobook_at(kam, monkeypatch):
    """A new book in a file of its own, for a `Kam` that names it in every line."""

    class At:
        def __init__(self, path) -> None:
            self.path = path
            self("init --currency EUR --tz Europe/Warsaw --quiet")

        def __call__(self, line, **more):
            argv = shlex.split(line) if isinstance(line, str) else list(line)
            return kam(["--db", str(self.path), *argv], **more)

        def json(self, line, **more):
            argv = shlex.split(line) if isinstance(line, str) else list(line)
            return self([*argv, "--json"], **more).json

    return At


@pytest.fixture
def demo(kam, tmp_path):
    kam.db.unlink()
    kam(["demo", "--db", str(kam.db), "--quiet"])
    return kam


@pytest.mark.parametrize("version", ["4.0", "3.0"])
def test_the_demo_book_comes_back_as_it_was(demo, nobook_at, tmp_path, version):
    fresh = moved(demo, nobook_at, tmp_path, version)
    for noun in ("client", "contact"):
        assert shown(fresh, noun) == shown(demo, noun)


HOSTILE = [
    "Ко,ма; \\Бекслеш \\n", "גלית “מרכאות”", "Zażółć: gęślą=jaźń", "-Minus", "'Apostrophe", "=1+1", "@at", "  spaced   out ",
    "Very " + "long " * 80 + "end", "emoji 👩‍👩‍👧 zwj", "END:VCARD", "a ::: b", "a|b;c,d", "\"quoted\"", "«Альфа»", "Mr. Dr. Pan",
]  # fmt: skip


@pytest.mark.parametrize("version", ["4.0", "3.0"])
def test_hostile_texts_come_back_as_they_were(kam, nobook_at, tmp_path, version):
    for number, text in enumerate(HOSTILE):
        kind = "person" if number % 2 else "company"
        kam(["client", "add", "--force", "--kind", kind, "--address", text, "--city", text, "--region", text, "--postcode", text,
             "--website", text, "--note", f"{text}\n\n{text}", "--tag", text, "--social", f"net={text}", "--country", "PL",
             "--more-address", f"old={text}", "--fact", f"a={text}", "--family", f"wife={text}", "--prefers", text, "--birthday", "29 feb",
             "--hobby", text, "--date", "anniversary=2001-02-03", "--date", "anniversary=29 feb", "--date", "31 dec",
             "--phone", f"desk={number}12 34,x5", "--email", f"work=a{number}@b.example", "--handle", f"h{number}x", "--", text])  # fmt: skip
        kam(["contact", "add", f"h{number}x", "--force", "--title", text, "--role", "sponsor", "--sex", "f", "--birthday", "1980-02-29",
             "--note", text, "--tag", text, "--more-address", text, "--fact", f"honorific={text}", "--fact", f"department={text}",
             "--fact", text, "--phone", f"work fax=+48 60{number}", "--phone", f"work mobile=+49 60{number}", "--", text])  # fmt: skip
    kam(["contact", "edit", "1", "--name", "Other, Name"])
    kam(["client", "edit", "1", "--name", "Other; Name"])
    fresh = moved(kam, nobook_at, tmp_path, version)
    for noun in ("client", "contact"):
        mine, theirs = shown(kam, noun), shown(fresh, noun)
        assert len(mine) == len(theirs) == len(HOSTILE)
        for one, other in zip(mine, theirs, strict=True):
            assert one == other


def test_a_card_is_known_again_by_the_book_that_gave_it(kam, tmp_path):
    kam("client add Acme")
    kam("contact add acme Jana Nováková --phone '+420 601 555 010'")
    path = tmp_path / "phone.vcf"
    kam(f"export vcard --to {path}")
    text = path.read_text().replace("TEL:+420 601 555 010", "TEL:+420 601 555 010\r\nTITLE:Buyer")
    path.write_text(text)
    told = kam.json(["import", str(path), "--update"])
    assert (told["read"], told["created"], told["updated"], told["skipped"]) == (2, 0, 1, 1)
    assert told["left_out"] == {"are clients of this book: add --as clients": 1}
    assert [row["title"] for row in kam.json("contact list")] == ["Buyer"]
    assert len(kam.json("client list")) == 1


def test_filters_narrow_clients_and_their_people(kam):
    kam("client add Acme --stage key --tag vip --country DE")
    kam("client add Jan Kowal --kind person --city Łódź --phone 601234567")
    kam("client add Old GmbH")
    kam("contact add acme Jana Nováková --role decision-maker --tag golf")
    kam("contact add old Tom Stone")
    kam("client archive old")

    def names(line: str) -> set:
        out = kam(f"export vcard {line}").out
        return {one.removeprefix("FN:") for one in out.splitlines() if one.startswith("FN:")}

    assert names("") == {"Acme", "Jan Kowal", "Jana Nováková"}
    assert names("--stage key") == {"Acme", "Jana Nováková"}
    assert names("--of contacts") == {"Jana Nováková"}
    assert names("--kind person") == {"Jan Kowal", "Jana Nováková"}
    assert names("--kind company") == {"Acme"}
    assert names("--role decision-maker") == {"Jana Nováková"}
    assert names("--tag vip") == {"Acme"}
    assert names("--city lodz") == {"Jan Kowal"}
    assert names("--country DE nov") == {"Jana Nováková"}
    assert names("--phone 601234567") == {"Jan Kowal"}
    assert names("--client old") == {"Old GmbH", "Tom Stone"}
    assert names("--tag nobody") == set()


def test_files_are_private_and_not_replaced_by_mistake(kam, tmp_path):
    kam("client add Acme")
    folder = tmp_path / "cards"
    told = kam.json(f"export vcard --to {folder}/")
    assert told["cards"] == 1
    (name,) = os.listdir(folder)
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "--force" in kam(f"export vcard --to {folder}", exit=1).err
    kam(f"export vcard --force --to {folder}")
    assert kam.json(["import", str(folder), "--as", "clients"])["skipped"] == 1
    kam("export vcard --version 2.1", exit=2)


@pytest.mark.parametrize("version", ["4.0", "3.0"])
def test_another_program_reads_the_cards(demo, version):
    vobject = pytest.importorskip("vobject", reason="needs vobject: pip install 'kam-cli[test]'")
    out = demo(f"export vcard --version {version}").out
    cards = list(vobject.readComponents(out))
    rows = {row["name"]: row for row in (*demo.json("contact list"), *demo.json("client list"))}
    assert len(cards) == len(demo.json("contact list")) + len(demo.json("client list"))
    for card in cards:
        row = rows[card.fn.value]
        assert [tel.value for tel in card.contents.get("tel", [])] == [
            p for p in (row["phones"] or "").split(", ") if p
        ]
        assert [one.value for one in card.contents.get("email", [])] == [
            p for p in (row["emails"] or "").split(", ") if p
        ]
        if row.get("client"):
            assert card.org.value[0] == row["client"]
        assert (card.contents["note"][0].value if "note" in card.contents else None) == row["note"]
