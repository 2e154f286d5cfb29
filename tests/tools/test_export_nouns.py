"""Tables of the book: complete, exact when they come back, harmless in a spreadsheet, and read without holding the book."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam_cli import exporting, registry
from kam_cli.domains.clients import exporting as cards
from kam_cli.exports import _nouns, _rows
from kam_cli.formats.headers import match_columns
from kam_cli.formats.packed import pack, pack_pair, unpack, unpack_pair
from kam_cli.imports.noun import every

HOSTILE = (
    "=1+1", "+48 601", "-5 apples", "@cmd", "'=quoted", "''-x", "＝full", "-12.50", "'plain", "a ::: b", "x;y,z|w", "* star", 'he said "no"',
    "back\\slash \\n", "a=b=c", "שלום, עולם", "Łódź  Żółć", "Київ", "東京 🚀", "tab\there", "<b>&amp;</b>", "_x0041_", "#hash", "TRUE", "007", "1e5",
    "https://x.example/?a=1&b=2", "[bold]x[/bold]", "2026-03-18", "12.5.2026", "null", "\u200fRTL", "e\u0301", "nel \x85 x",
)  # fmt: skip
NOUNS = ("clients", "contacts", "products", "deals", "interactions", "nps", "needs", "objections")


def table(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


FILLED: list[bytes] = []  # the book of the tests, made once


@pytest.fixture
def book(kam):
    """A book with two namesakes, and every kind of record on both."""
    if not FILLED:
        fill(kam)
        FILLED.append(kam.db.read_bytes())
    kam.db.write_bytes(FILLED[0])
    return kam


def fill(kam) -> None:
    for line in (
        "client add Acme --city Berlin --phone '+49 30 111' --phone 'fax=+49 30 112' --phone 'mobile=0171 5' --tag vip --tag 'a, b' --every 3w",
        "client add Acme --city Łódź --force --social linkedin=acme --hobby chess --note '=1+1' --email x@acme.example --handle acme-lodz",
        "client add 'Jan Kowalski' --kind person --birthday '12 jun' --since 2020-01-05 --date founded=1998-05-12 --document 'PL 12'",
        "client edit 3 --name 'Jan Nowak'", "client archive 3 --yes",
        "contact add 1 Jana Nováková --role decision-maker --email jana@acme.example --phone 'work=+49 30 7' --tag golf",
        "contact add 2 Jana Nováková --birthday 1980-02-29 --title Head --force", "contact add 2 Petr Malý",
        "log meeting 2 'wants the list' --with 2 --with 3 --at 2026-03-01 --outcome held --wish 'blue; \"soon\"' --wish green --decision 'sign it'",
        "log call 1 later --at 'tomorrow 15:00'", "log call 1 'not held' --at 2026-03-17 --in --minutes 12 --outcome reached",
        "deal add 1 Roof --value 12345.67 --with 1 --close eoq", "deal add 2 Roof --value 'KWD 01.234' --stage needs --probability 45",
        "deal add 2 Yen --value 'JPY 500'", "deal lose 3 --reason price --to Globex", "log note 2 'on the roof' --deal 2 --wish more",
        "nps add 2 9 --with 3 --reason fast --product roof", "nps add 1 3 --on 2026-03-01", "task add send it --client 2 --due fri --every 2w",
        "product add Oak panel --price 24.50 --sku OP-1",
        "loyalty add 'Club; \"x\"' --points 1/10EUR --expire 2y",
        "order add 1 --item 'oak×2.5' --item nails --price 12.50 --price 0.33 --discount 5% --tag 'a, b' --due fri",
        "invoice add 1 100 --number FV/1 --on 2026-01-05", "invoice add 1 'JPY 500' --note '=1'", "invoice add 2 'KWD 01.234' --due +3d", "payment add 1 70.50 --method card",
        "payment add 1 60", "invoice write-off 2 --reason gone", "terms set 2 --pay 30d --limit '5 KWD' --language pl", "debt promise 2 'KWD 0.5' --by fri --with 3",
        "risk assess 2 --no registration --sign address=mailbox", "contract add 2 Frame --value 40k --number F-1 --ends eoy --notice 60d",
        "need add 2 a dry floor --product oak --with 3", "need add 1 shelves", "need drop 2 --reason moved",
        "objection add 2 too expensive --deal 2 --product oak --answer 'it lasts' --worked --with 3", "objection add 1 comes late",
    ):  # fmt: skip
        kam(line)


def fresh(kam, tmp_path):
    """A second book, empty, in the place of the first."""
    other = type(kam)(tmp_path / "other.db")
    os.environ["KAM_DB"] = str(other.db)  # put back by the fixture's monkeypatch
    other("init --currency EUR --tz Europe/Warsaw --quiet")
    return other


def state(kam) -> dict[str, list]:
    """What the book holds, without numbers and stamps of its own."""
    book = kam.book()
    found = {}
    for name, sql in {
        "clients": "SELECT uid, handle, name, name_key, kind, stage, segment, source, country, region, city, city_key, postcode, address, website, "
        "document_no, birthday, cadence_days, since_on, verified_on, note, archived_at, nps_score, nps_group, last_contact_at FROM clients WHERE deleted_at IS NULL",
        "contacts": "SELECT p.uid, c.uid, p.name, p.first_name, p.last_name, p.title, p.sex, p.role, p.birthday, p.verified_on, p.note FROM contacts p "
        "LEFT JOIN clients c ON c.id = p.client_id WHERE p.deleted_at IS NULL",
        "details": "SELECT coalesce(c.uid, p.uid), d.kind, d.label, d.value, d.value_key FROM details d LEFT JOIN clients c ON c.id = d.client_id "
        "LEFT JOIN contacts p ON p.id = d.contact_id",
        "aliases": "SELECT coalesce(c.uid, p.uid), a.name FROM aliases a LEFT JOIN clients c ON c.id = a.client_id LEFT JOIN contacts p ON p.id = a.contact_id",
        "deals": "SELECT d.uid, c.uid, p.uid, d.title, d.product, d.value_minor, d.currency, d.probability_pct, s.name, d.status, d.opened_on, d.close_on, "
        "d.closed_on, d.reason, d.competitor, d.note FROM deals d JOIN clients c ON c.id = d.client_id JOIN stages s ON s.id = d.stage_id "
        "LEFT JOIN contacts p ON p.id = d.contact_id",
        "interactions": "SELECT i.uid, c.uid, p.uid, d.uid, i.kind, i.occurred_at, i.is_timed, i.is_planned, i.direction, i.outcome, i.minutes, i.text, "
        "(SELECT group_concat(q.uid) FROM interaction_people x JOIN contacts q ON q.id = x.contact_id WHERE x.interaction_id = i.id), "
        "(SELECT group_concat(y.kind || y.text, '|') FROM interaction_points y WHERE y.interaction_id = i.id) FROM interactions i "
        "JOIN clients c ON c.id = i.client_id LEFT JOIN contacts p ON p.id = i.contact_id LEFT JOIN deals d ON d.id = i.deal_id",
        "nps": "SELECT a.uid, c.uid, p.uid, a.score, a.reason, a.product, a.answered_on, a.answered_at FROM nps_answers a JOIN clients c ON c.id = a.client_id "
        "LEFT JOIN contacts p ON p.id = a.contact_id",
        "products": "SELECT uid, name, name_key, sku, is_in_stock FROM products",
        "needs": "SELECT n.uid, c.uid, q.uid, p.uid, n.text, n.text_key, n.strength, n.noted_on, n.status, n.closed_on, n.reason, n.note FROM needs n "
        "JOIN clients c ON c.id = n.client_id LEFT JOIN contacts q ON q.id = n.contact_id LEFT JOIN products p ON p.id = n.product_id",
        "objections": "SELECT o.uid, c.uid, q.uid, p.uid, d.uid, o.text, o.text_key, o.answer, o.answer_key, o.result, o.said_on, o.note FROM objections o "
        "JOIN clients c ON c.id = o.client_id LEFT JOIN contacts q ON q.id = o.contact_id LEFT JOIN products p ON p.id = o.product_id "
        "LEFT JOIN deals d ON d.id = o.deal_id",
        "ids": "SELECT x.source, x.noun, x.external_id, c.uid FROM external_ids x JOIN clients c ON c.id = x.row_id AND x.noun = 'client'",
    }.items():  # fmt: skip
        found[name] = sorted(map(repr, book.fetch(sql)[1]))
    book.close()
    return found


def same(after: dict[str, list], before: dict[str, list]) -> None:
    for name, rows in before.items():
        assert set(after[name]) == set(rows) and len(after[name]) == len(rows), name


def move(kam, tmp_path, ending: str = "csv"):
    """Export every noun that can be imported, and import it into an empty book."""
    paths = {noun: str(tmp_path / f"{noun}.{ending}") for noun in NOUNS}
    for noun, path in list(paths.items()):
        if not kam.json(["export", noun, "--to", path])["rows"]:
            del paths[noun]
    before = os.environ["KAM_DB"]
    try:
        other = fresh(kam, tmp_path)
        for noun, path in paths.items():
            told = other.json(["import", path, "--as", noun])
            assert not told["errors"] and told["created"] == told["read"], (noun, told)
    finally:
        os.environ["KAM_DB"] = before
    return other


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "json", "jsonl"])
def test_what_was_exported_comes_back_exactly(book, tmp_path, ending):
    """Into an empty book, with two clients and two persons of one name; file by file, each a source of its own."""
    same(state(move(book, tmp_path, ending)), state(book))


def test_the_demo_book_comes_back_exactly(nobook, tmp_path):
    nobook(["demo", "--db", str(nobook.db)])
    same(state(move(nobook, tmp_path)), state(nobook))


def put_hostile(book) -> None:
    """A client with all that hangs on it for each hostile text, as the commands would store it."""
    from kam_cli.domains.clients import store as clients
    from kam_cli.domains.clients.rules import check_name
    from kam_cli.domains.contacts import store as contacts
    from kam_cli.domains.deals import store as deals
    from kam_cli.domains.interactions import store as interactions
    from kam_cli.text import check_text
    from kam_cli.values.names import visible

    for number, raw in enumerate(HOSTILE):
        long = check_text(f"{raw}\n\n- second\r\nthird {raw}", "")
        text = check_text(" ".join(raw.split()), "")
        card = dict.fromkeys(
            ("city", "segment", "source", "address", "region", "postcode", "website", "document_no"), text
        )
        extras = [("tag", None, text), ("hobby", None, text), ("fact", text.replace("=", " ").strip(), text)]
        # Marks that nobody sees are taken off a name by every import.
        name = check_name(visible(text))
        client = clients.add(book, {"name": name, "note": long, **card}, extras)
        person = contacts.add(book, {"client_id": client, "name": name, "title": text, "note": long}, extras)
        row = {"client_id": client, "kind": "note", "occurred_at": "2026-03-01T11:00:00Z", "text": long}
        interactions.add(book, row, [person], [("wish", text), ("decision", long)])
        deal = {"client_id": client, "title": text, "product": text, "value_minor": number, "currency": "EUR", "reason": long,
                "stage_id": 1, "opened_on": "2026-03-01", "competitor": text}  # fmt: skip
        deals.add(book, deal, "2026-03-01T11:00:00Z")
        answer = {
            "client_id": client,
            "score": 7,
            "reason": long,
            "product": text,
            "answered_on": "2026-03-01",
        }
        book.insert("nps_answers", {**answer, "answered_at": "2026-03-01T22:59:59Z"})
        names = ("source", "noun", "external_id", "row_id")
        book.insert_many("external_ids", names, [(text, "client", text, client)])
    # In the table of another program these would be forms of address.
    clients.add(book, {"name": "Dr. Ewa Lis", "kind": "person"}, [])
    contacts.add(book, {"client_id": 1, "name": "Mrs Anna Lis", "title": "Professor"}, [])


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "json", "jsonl"])
def test_hostile_texts_come_back_exactly(kam, tmp_path, ending):
    book = kam.book()
    with book.write(["test"]):
        put_hostile(book)
    book.close()
    same(state(move(kam, tmp_path, ending)), state(kam))
    if ending in ("csv", "tsv"):
        for row in table((tmp_path / f"clients.{ending}").read_text(), "," if ending == "csv" else "\t"):
            for name, cell in row.items():
                assert not cell.startswith(tuple("=+@\t＝")), (name, cell)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=6, max_size=6))
def test_any_text_comes_back_exactly(kam, tmp_path, texts):
    """Straight into the columns, as another program could write them; only what an import would tidy is left out."""
    words = [" ".join(text.split()) or "x" for text in texts]
    book = kam.book()
    with book.write(["test"]):
        for table_name in ("details", "clients"):
            book.conn.execute(f"DELETE FROM {table_name}")
        from kam_cli.domains.clients import details, store
        from kam_cli.text import check_text

        words = [check_text(" ".join(word.split()), "") or "x" for word in words]
        number = store.add(
            book, {"name": "Acme", "city": words[0], "note": words[1], "segment": words[2]}, []
        )
        details.add(book, "client_id", number, [("tag", None, words[3]), ("fact", words[4], words[5])])
        details.add(book, "client_id", number, [("hobby", None, words[4])])
    book.close()
    (tmp_path / "one").mkdir(exist_ok=True)
    for old in (tmp_path / "one").iterdir():
        old.unlink()
    before, path = os.environ["KAM_DB"], str(tmp_path / "one" / "clients.csv")
    kam(["export", "clients", "--to", path])
    try:
        other = fresh(kam, tmp_path / "one")
        other(["import", path, "--as", "clients"])
    finally:
        os.environ["KAM_DB"] = before
    mine, theirs = state(kam), state(other)
    assert (theirs["clients"], theirs["details"]) == (mine["clients"], mine["details"])


def test_a_table_that_was_worked_on_changes_the_records_it_came_from(book, tmp_path):
    path = tmp_path / "acme.csv"
    book(["export", "clients", "--to", str(path)])
    before = state(book)
    assert book.json(["import", str(path), "--as", "clients"])["skipped"] == 3
    assert state(book) == before
    path.write_text(path.read_text().replace("Berlin", "Hamburg"))
    told = book.json(["import", str(path), "--as", "clients", "--update"])
    assert (told["created"], told["updated"], told["skipped"]) == (0, 1, 2)
    assert book.json("client list --where city=Hamburg")[0]["id"] == 1


def test_ids_of_other_programs_go_along(kam, tmp_path):
    (tmp_path / "crm.csv").write_text("external_id,name\nC-1=x,Acme\n")
    kam(["import", str(tmp_path / "crm.csv"), "--as", "clients"])
    kam(["export", "clients", "--to", str(tmp_path / "c.csv")])
    other = fresh(kam, tmp_path)
    other(["import", str(tmp_path / "c.csv"), "--as", "clients"])
    assert other.json(["import", str(tmp_path / "crm.csv"), "--as", "clients"])["skipped"] == 1, (
        "known by its id there"
    )
    assert table(other("export clients").out)[0]["ids_elsewhere"] == "crm=C-1=x"


def test_a_person_who_was_erased_does_not_come_back(book, tmp_path):
    path = str(tmp_path / "c.csv")
    book(["export", "clients", "--to", path])
    book("client forget 1 --yes")
    said = book(["import", path, "--as", "clients"], exit=1).err
    assert "erased" in said and "line 2" in said
    assert book.json(["import", path, "--as", "clients", "--skip-bad"])["created"] == 0


def test_a_stage_that_is_gone_stands_in_nobodys_way(book, tmp_path):
    book("stage add pilot --probability 60 --days 30")
    book("deal move 1 pilot")
    book("deal lose 1 --reason late")
    book("stage remove pilot")
    assert table(book("export deals").out)[0]["stage"] == ""
    other = move(book, tmp_path)
    assert [row["status"] for row in other.json("deal list --status lost")] == ["lost", "lost"]


def test_a_name_is_only_a_name_where_the_uid_is_unknown(book, tmp_path):
    path = tmp_path / "deals.csv"
    book(["export", "deals", "--where", "contact=", "--to", str(path)])
    other = fresh(book, tmp_path)
    other("client add Acme")
    assert other.json(["import", str(path), "--as", "deals"])["created"] == 2, (
        "one client of the name: that one"
    )
    other("undo --yes")
    other("client add Acme --force")
    assert "is the name of 2 clients" in other(["import", str(path), "--as", "deals"], exit=1).err
    path.write_text(path.read_text().replace("Acme,", ",", 1))
    assert "no client with this uid" in other(["import", str(path), "--as", "deals"], exit=1).err


# --- what is in it ------------------------------------------------------------------------------------------


def test_every_header_is_the_field_it_means():
    """No column is taken for another one because of what other programs call it."""
    checked = 0
    for noun in registry.nouns():
        named = (one for one in every() if one.noun == noun.name and one.table == noun.table)
        importing = next((one for one in named if one.name == _nouns.word(noun)), None)
        module = f"{registry.find(noun.name).module}.exporting"
        if importing and find_spec(f"kam_cli.{module}"):
            export = registry.load(module).EXPORT
            headers = [name.removesuffix("_minor") for name in export.columns]
            found = match_columns(headers, importing.headers, {}, importing.many)
            assert all(headers[index] == field for index, field in found.fields.items())
            assert not set(found.unmatched) - {"contact", "deal", "others"}, noun.name
            checked += 1
    assert checked >= 5


def test_the_cells_are_what_a_person_wants_back(book):
    acme, lodz, jan = table(book("export clients").out)
    assert acme["phone"] == "'+49 30 111 ::: mobile=0171 5" and acme["fax"] == "'+49 30 112"
    assert acme["tags"] == "vip" and acme["more_details"] == "tag=a, b"
    assert lodz["note"] == "'=1+1" and (lodz["social"], lodz["hobby"]) == ("linkedin=acme", "chess")
    assert (jan["birthday"], jan["since"], jan["alias"]) == ("'--06-12", "2020-01-05", "Jan Kowalski")
    roof, dinar, yen = table(book("export deals").out)
    assert [(row["value"], row["currency"]) for row in (roof, dinar, yen)] == [
        ("12345.67", "EUR"),
        ("01.234", "KWD"),
        ("500", "JPY"),
    ]
    assert roof["client_uid"] == acme["external_id"] and dinar["client_uid"] == lodz["external_id"]
    meeting = next(row for row in table(book("export log").out) if row["kind"] == "meeting")
    assert (meeting["occurred_at"], meeting["others"]) == ("2026-03-01", "Petr Malý")
    assert unpack(meeting["wishes"]) == ['blue; "soon"', "green"]
    (task,) = table(book("export tasks").out)
    assert (task["title"], task["client"], task["due_on"], task["repeat_rule"]) == (
        "send it",
        "Acme",
        "2026-03-20",
        "2w",
    )
    assert task["client_uid"] == lodz["external_id"]
    assert [row["name"] for row in table(book("export stage").out)][:2] == ["base", "appointment"]


def test_every_noun_goes_out_by_all_its_words(book):
    filled = 0
    for noun in registry.nouns():
        entry = registry.find(noun.name)
        opened = book.book()
        count = opened.value(f"SELECT count(*) FROM {noun.table} WHERE deleted_at IS NULL")
        opened.close()
        for word in {noun.name, noun.table, entry.plural, _nouns.word(noun)}:
            rows = book(f"export {word} --json").json
            assert all(row["external_id"] for row in rows)
            assert len(rows) == count, word
        filled += count > 0
    assert filled >= 7
    assert "did you mean" in book("export cleints", exit=2).err


def test_the_formats_hold_the_same(book, tmp_path):
    rows = book("export clients --format json").json
    assert [json.loads(line) for line in book("export clients --format jsonl").out.splitlines()] == rows
    assert (
        rows[0]["phone"] == ["+49 30 111", "mobile=0171 5"]
        and rows[0]["alias"] == []
        and rows[0]["note"] is None
    )
    assert rows[1]["note"] == "=1+1", "a program gets it as it is"
    flat = table(book("export clients --format tsv").out, "\t")
    assert [row["name"] for row in flat] == [row["name"] for row in rows]
    assert book("export deals --json").json[0]["value"] == 12345.67
    md = book("export clients --format md").out.splitlines()
    assert md[0].startswith("| name | kind |") and len(md) == 2 + len(rows)
    assert "Acme" in book("export clients --format table").out
    for ending in ("csv", "tsv", "json", "jsonl", "md"):
        path = tmp_path / f"x.{ending}"
        book(["export", "clients", "--to", str(path)])
        assert path.read_text() == book(f"export clients --format {ending}").out


def test_filters_are_those_of_the_list(book):
    names = lambda line: [row.get("city") for row in book(f"export clients --json {line}").json]  # noqa: E731
    assert names("--where city=lodz") == ["Łódź"]
    assert names("--sort -city") == ["Łódź", "Berlin", None]
    assert names("--limit 1") == ["Berlin"] and len(names("--limit 0")) == 3
    assert names("--where nps_group=promoter") == ["Łódź"], "a column that only the list has"
    assert len(book("export deals --json --where days_in_stage>=0").json) == 3
    assert "no field" in book("export clients --where nonsense=1", exit=2).err


def test_an_empty_book_gives_headers(kam):
    assert kam("export clients").out.startswith("name,kind,") and kam("export clients").out.count("\n") == 1
    assert kam("export clients --json").json == [] and kam("export clients --format jsonl").out == ""
    assert kam("export clients --format md").out.count("\n") == 2


# --- where it goes ------------------------------------------------------------------------------------------


def test_a_file_is_private_whole_and_never_replaced_by_mistake(book, tmp_path):
    os.umask(0)
    path = tmp_path / "clients.csv"
    done = book.json(["export", "clients", "--to", str(path), "--json"])
    assert (done["rows"], done["format"], done["path"], done["bytes"]) == (
        3,
        "csv",
        str(path),
        path.stat().st_size,
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("mine")
    assert "--force" in book(["export", "clients", "--to", str(path)], exit=1).err
    assert path.read_text() == "mine"
    book(["export", "clients", "--to", str(path), "--force"])
    assert path.read_text() == book("export clients --to -").out
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    assert "is there already" in book(["export", "clients", "--to", str(link)], exit=1).err
    book(["export", "clients", "--to", str(tmp_path / "no" / "x.csv")], exit=1)
    assert sorted(os.listdir(tmp_path)) == ["book.db", "book.db.lock", "clients.csv", "link.csv"]


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("--to x.csv --format tsv", 2, "say one of them"), ("--to x.txt", 2, "does not end in"), ("--to x", 2, "add --format"),
        ("--format xml", 2, "choose one of"), ("--to ''", 2, "no name of a file"), ("--limit -1", 2, "out of range"),
    ],
)  # fmt: skip
def test_bad_wishes_are_one_line(book, line, code, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = book(f"export clients {line}", exit=code)
    assert says in said.err and said.err.count("\n") == 1 and said.out == ""


def test_a_failure_in_the_middle_leaves_no_file(book, tmp_path, monkeypatch):
    def broken(self, sql, ids):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(_rows.Records, "_read", broken)
    book(["export", "clients", "--to", str(tmp_path / "c.csv")], exit=1)
    assert not [name for name in os.listdir(tmp_path) if name.startswith((".c.csv", "c.csv"))]


def test_a_reader_that_stops_early_is_no_error(book):
    line = f"{sys.executable} -m kam_cli export interactions --json | head -c 10"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True)
    assert done.stderr == ""


# --- a large book -------------------------------------------------------------------------------------------


def test_a_page_at_a_time_while_others_write(book, monkeypatch, tmp_path):
    """Between two pages anybody may write; it is said, and what was asked for is there once."""
    monkeypatch.setattr(_rows, "PAGE", 1)
    read = _rows.Records._read

    def slow(self, sql, ids):
        found = read(self, sql, ids)
        other = book.book()
        with other.write(["client", "edit"]):
            other.conn.execute("UPDATE clients SET note = 'meanwhile' WHERE id = 3")
        other.close()
        return found

    monkeypatch.setattr(_rows.Records, "_read", slow)
    done = book("export clients --csv")
    assert [row["name"] for row in table(done.out)] == ["Acme", "Acme", "Jan Nowak"]
    assert "changed meanwhile" in done.err


words = st.sampled_from(
    ("plain", "a=b", "=x", "a ::: b", "two\nlines", "x, y", "a;b", " led", "http://a=b", "x\r", "* star", "0")
)
labels = st.sampled_from((None, "work", "fax", "a=b", " led", "", "x" * 41, "a, b"))


@pytest.mark.parametrize("columns", [cards.CLIENT, cards.CONTACT], ids=["client", "contact"])
@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from([*cards.CLIENT, "kin"]), labels, words)))
def test_details_of_many_cards_stand_where_each_would_stand_alone(columns, found):
    rows = [(*row, number) for number, row in enumerate(found)]
    one_by_one: dict[str, dict[int, list[str]]] = {}
    for owner, kind, label, value, _ in rows:
        header, text = cards._cell(columns, kind, label, value)
        one_by_one.setdefault(header, {}).setdefault(owner, []).append(text)

    class Details:
        def fetch(self, sql):
            if "FROM details" not in sql:
                return [], []
            if sql.endswith("ORDER BY id"):
                return [], [row[:4] for row in rows]
            ordered = sorted(rows, key=lambda row: (row[0], row[1], row[4]))
            return [], [
                (owner, kind if label is None else f"{kind} {label}", value)
                for owner, kind, label, value, _ in ordered
            ]

    parts = cards.card_parts("client_id", columns)(Details(), exporting.Among([1, 4]))
    together = {
        header: {owner: [one] if isinstance(one, str) else one for owner, one in texts.items()}
        for header, texts in parts.items()
        if texts
    }
    assert together == one_by_one


# --- several values in one cell -----------------------------------------------------------------------------


bits = st.text("ab:\\ =en\nr\r", min_size=1, max_size=10).map(lambda text: text.strip(" ")).filter(bool)


@given(st.lists(bits))
def test_packed_texts_come_back(texts):
    assert unpack(pack(texts)) == texts


@given(st.text("ab=\\e "), bits)
def test_packed_pairs_come_back(name, text):
    assert unpack_pair(pack_pair(name, text)) == (name, text)
