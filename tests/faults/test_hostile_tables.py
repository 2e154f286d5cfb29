"""Spoiled tables through `kam import`: everything comes in as it stands in the file, or nothing, and it is said where it fails.

The tables are made from what the nouns declare, so that a new noun is tried without a line here; beside them real files,
where they are at hand. The short form spoils a few hundred, the long one (KAM_FAULTS=long) ten thousand.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
from faultkit import LONG, figure, script, times
from inside import harmful
from tables import MISREAD, Case, good_table, is_name_in, read, spoil, spoil_bytes, stored, text_fields

from calls import run
from kam_cli.command import Context
from kam_cli.imports import noun as nouns

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
SETUP = (
    "client add 'Acme GmbH' --city Łódź", "client add 'Łódź Bakery'", "client add 'שלום טורס'", "contact add acme 'Jana Nováková'",
    "contact add lodz 'Ewa Lis'", "deal add acme Roof --value 12k",
    "product add Panel --price 10", "order add acme --item Panel*4 --number A-1", "order add lodz --item Panel*7 --number A-2",
)  # fmt: skip
REAL = (
    ("sales/northwind/customers.csv", "clients"),
    ("crm/datablist/organizations-100.csv", "clients"),
    ("crm/datablist/people-100.csv", "contacts"),
    ("crm/datablist/customers-100.csv", "contacts --create"),
    ("contacts/google_legacy.csv", "contacts --create"),
    ("contacts/outlook_subset.csv", "contacts --create"),
    ("contacts/linkedin_Connections.csv", "contacts --create --skip-bad"),
    ("nps/prepbench_122_airlines_nps/input_02.csv", "nps --map Airline=client --map CustomerID=contact --create"),
    ("ugly/uk_spend/HMRC_spending_over_25000_for_September_2018.csv", "clients --map Supplier=name --skip-bad"),
    ("ugly/miller/пример.csv", "clients --map форма=name"),
)  # fmt: skip
CPU_SECONDS = 5.0  # for a table of a few kilobytes, on a busy machine
MEGABYTES = 300  # that the tests may grow by
ODD_ENCODINGS = (
    "utf-7", "unicode_escape", "raw_unicode_escape", "punycode", "idna", "cp037", "shift_jis", "gb18030", "iso2022_jp", "hz",
    "utf-16", "utf-32", "mbcs", "rot13", "base64", "latin-1", "ascii", "cp1250", "koi8-r", "utf-8-sig", "\x1b[31m", "",
)  # fmt: skip
OWN = {"commands", "journal", "journal_state", "sqlite_sequence", "imported_files", "column_maps"}
NEW_EACH_TIME = {"uid", "created_at", "updated_at"}
WHOLE_FILE = ("not a text table", "cannot read")
NO_CELL = (
    *WHOLE_FILE,
    "cells under a header",
    "quote",
    "byte",
    "longer",
    "NUL",
    "is empty",
    "columns, at most",
    "this is not",
)


class Place:
    """Where tables are imported: the book, its first state, and the file to import."""

    def __init__(self, folder: Path, first: bytes) -> None:
        self.folder, self.db, self.first = folder, folder / "book.db", first
        self.db.write_bytes(first)

    def content(self) -> Counter:
        """Every row of every table that people see, without what is new each time."""
        conn = sqlite3.connect(self.db)
        found: Counter = Counter()
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%' AND name NOT LIKE '\\_%' ESCAPE '\\'"
        for (table,) in conn.execute(names).fetchall():
            if table not in OWN:
                hidden = NEW_EACH_TIME | ({"id"} if table == "details" else set())
                cursor = conn.execute(f"SELECT * FROM {table}")
                columns = [column[0] for column in cursor.description]
                for row in cursor:
                    pairs = zip(columns, row, strict=True)
                    found[table, tuple(pair for pair in pairs if pair[0] not in hidden)] += 1
        conn.close()
        return found

    def column(self, table: str, name: str, above: int) -> list:
        conn = sqlite3.connect(self.db)
        rows = conn.execute(f"SELECT {name} FROM {table} WHERE id > ? ORDER BY id", (above,)).fetchall()
        conn.close()
        return [value for (value,) in rows]

    def left(self) -> set[str]:
        """Files that an import left, which are then removed."""
        left = {one.name for one in self.folder.iterdir()} - {
            "book.db", "book.db.lock", "table.csv", "backups",
        }  # fmt: skip
        for name in left:
            (self.folder / name).unlink()
        return left


@pytest.fixture
def place(kam, monkeypatch, request) -> Place:
    """A small book in memory; the clock stands still."""
    for module in ("stamps", "book"):
        monkeypatch.setattr(f"kam_cli.{module}.utc_now", lambda: "2026-03-18T13:00:00Z")
    for line in SETUP:
        kam(line)
    folder = Path(tempfile.mkdtemp(dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
    request.addfinalizer(lambda: shutil.rmtree(folder))
    monkeypatch.setenv("KAM_DB", str(folder / "book.db"))
    monkeypatch.chdir(folder)
    return Place(folder, kam.db.read_bytes())


class Trial:
    """The spoiled tables of a good one, each imported into a book that is then looked at."""

    def __init__(
        self, place: Place, name: str, options: list[str], start: Case | None, raw: bytes = b""
    ) -> None:
        self.place, self.name, self.options, self.start, self.raw = place, name, options, start, raw
        self.importing = nouns.find(name)
        self.map = dict(options[at + 1].split("=") for at, word in enumerate(options) if word == "--map")
        self.codes: Counter = Counter()
        self.same = 0
        place.db.write_bytes(place.first)
        self.above = max(place.column(self.importing.table, "id", 0), default=0)
        code, out, err = self.load(start.data() if start else raw, [])
        assert code == 0 and json.loads(out)["created"], f"{name} {options}: {err}"
        self.wanted, self.imported = place.content(), place.db.read_bytes()
        place.left()

    def load(self, data: bytes, more: list[str], stdin: bool = False) -> tuple[int, str, str]:
        (self.place.folder / "table.csv").write_bytes(data)
        file = "-" if stdin else "table.csv"
        words = ["import", file, "--as", self.name, "--source", "t", *self.options, *more, "--json"]
        return run(words, data=data if stdin else b"")

    def once(self, chance: random.Random) -> None:
        """One spoiled table."""
        if self.start:
            case, data = spoil(self.start, chance)
            done = case.done
        else:
            case, (done, data) = None, spoil_bytes(self.raw, chance)
        more, certain, same = self.more(case, chance)
        begun = self.imported if "--update" in more else self.place.first
        self.place.db.write_bytes(begun)
        self.place.left()
        used = time.process_time()
        code, out, err = self.load(data, more, stdin=chance.random() < 0.2)
        used = time.process_time() - used
        what = f"{self.name} {self.options} {more} {done}\n{data[:1500]!r}\n{err[:2000]}"
        self.codes[code] += 1
        self.check_answer(code, out, err, what, debug="--debug" in more)
        assert used < CPU_SECONDS * (1 + len(data) / 1e6), f"{used:.1f} s for {what}"
        assert code == 0 or not (same and certain), f"it should have come in\n{what}"
        if code != 0 or "--dry-run" in more:
            assert self.place.db.read_bytes() == begun, f"the book was changed\n{what}"
        elif "--update" not in more and "--keep-unknown" not in more:
            self.check_book(same, data, json.loads(out), what)
        left = self.place.left()
        may_leave = code == 0 and "--skip-bad" in [*self.options, *more]
        assert all(may_leave and ".bad" in name for name in left), f"{left} was left\n{what}"

    def more(self, case: Case | None, chance: random.Random) -> tuple[list[str], bool, bool]:
        """Further options; whether the table can be read for certain with them; whether it is still the good one."""
        kinds = (
            [],
            [],
            [],
            ["--skip-bad"],
            ["--keep-unknown"],
            ["--update"],
            ["--dry-run"],
            ["--debug"],
            ["--encoding"],
        )
        more = list(chance.choice(kinds))
        if more == ["--keep-unknown"] and not self.importing.note:
            more = []
        if more == ["--encoding"]:
            return [*more, chance.choice(ODD_ENCODINGS)], False, False
        if case is None or not case.same:
            return more, False, False
        if chance.random() < 0.5:
            told = ["--encoding", case.encoding.removesuffix("!"), "--delimiter", case.delimiter]
            return [*more, *told], True, True
        if case.encoding.startswith(("cp", "iso")):
            return more, False, False  # a code page is guessed
        return more, case.encoding.startswith(("utf-8", "utf-32")) and case.delimiter in ",;", True

    def check_answer(self, code: int, out: str, err: str, what: str, debug: bool) -> None:
        assert code in (0, 1, 2, 4, 6), f"exit {code}: {what}"
        assert "a mistake in kam" not in err and (debug or "Traceback" not in err), what
        assert not harmful(err) and not harmful(out), what
        assert debug or len(err) < 30_000, f"{len(err)} characters\n{what}"
        if code == 2:
            assert out == "" and "\nkam: " in f"\n{err}", what
        if code not in (0, 1):
            return
        told = json.loads(out)
        assert {"read", "created", "updated", "skipped", "errors"} <= set(told), what
        if code == 1:
            assert told["errors"] and told["created"] == told["updated"] == 0 and "\nkam: " in f"\n{err}", (
                what
            )
        for number, error in enumerate(told["errors"]):
            message = error["message"]
            assert set(error) == {"line", "column", "value", "message"} and message, what
            assert isinstance(error["line"], int) or any(one in message for one in WHOLE_FILE), (
                f"{error}\n{what}"
            )
            assert error["column"] or any(one in message for one in NO_CELL), f"{error}\n{what}"
            named = error["line"] is None or number >= 5 or f"line {error['line']}" in err
            assert named, f"{error} is not in the message\n{what}"

    def check_book(self, same: bool, data: bytes, told: dict, what: str) -> None:
        """What came in is what the file says."""
        if same:
            self.same += 1
            assert self.place.content() == self.wanted, f"other content\n{what}"
        if told.get("delimiter", " ").isspace() and told.get("delimiter") != "\t":
            return  # aligned by spaces, or drawn with lines
        readings = read(data, told["encoding"], told["delimiter"], told["header_line"])
        for field in text_fields(self.name, readings[0][0], self.map):
            got = [
                one and one.translate(MISREAD)
                for one in self.place.column(self.importing.table, field, self.above)
            ]
            assert any(self.fits(got, rows, field, told) for rows in readings), f"{field}: {got}\n{what}"

    def fits(self, got: list, rows: list[list[str]], field: str, told: dict) -> bool:
        """Whether the column of the book is that of the table: row by row, or, of rows left out, in no row another."""
        columns = text_fields(self.name, rows[0], self.map)
        if field not in columns:
            return False
        said = [
            stored(row[columns[field]], self.importing.fields[field]) if columns[field] < len(row) else None
            for row in rows[1:]
        ]
        if self.importing.fields[field].check or field == "first_name":  # some write more than one
            whole = ["".join(row).translate(MISREAD) for row in rows[1:]]
            return all(any(is_name_in(one, row) for row in whole) for one in got if one is not None)
        if told["created"] == told["read"] == len(said) == len(got):
            # What a table does not say may have a default.
            return all(one == other or other is None for one, other in zip(got, said, strict=True))
        return not Counter(one for one in got if one is not None) - Counter(said) or None in said


def good(place: Place, name: str) -> Case:
    """The noun's table that imports well."""

    def errors(case: Case) -> list[dict]:
        (place.folder / "table.csv").write_bytes(case.data())
        code, out, err = run(["import", "table.csv", "--as", name, "--create", "--dry-run", "--json"])
        assert code in (0, 1), err
        return json.loads(out)["errors"]

    c = Context({"db": str(place.db)}, [])
    try:
        return good_table(c, name, errors)
    finally:
        c.book.close()


def trials(place: Place) -> list[Trial]:
    made = [Trial(place, name, ["--create"], good(place, name)) for name in nouns.names()]
    for path, line in REAL if SHARED.is_dir() else ():
        name, *options = line.split()
        data = (SHARED / path).read_bytes()
        header, *rows = csv.reader(data.decode().splitlines(keepends=True))
        plain = {len(row) for row in rows} == {len(header)}
        made.append(Trial(place, name, options, Case(header, rows[:40]) if plain else None, data))
    return made


def test_what_a_spoiled_table_says_comes_in_or_nothing_does(place):
    chance = random.Random(7)
    tried = times(200, 10_000)
    tables = trials(place)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    failures = []
    for number in range(tried):
        try:
            tables[number % len(tables)].once(chance)
        except AssertionError as failure:
            failures.append(str(failure))
    shown = "\n\n".join(one[:2500] for one in failures[:10])
    assert not failures, f"{len(failures)} of {tried}:\n{shown}"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) // 1024
    assert grown < MEGABYTES, f"{grown} MB more than before"
    codes = sum((one.codes for one in tables), Counter())
    same = sum(one.same for one in tables)
    assert codes[0] > tried // 10 and codes[1] > tried // 10 and same > tried // 20
    result = f"0 tracebacks, 0 partial imports; {codes[0]:,} came in as they stand in the file, {codes[1] + codes[2]:,} refused"
    figure("hostile tables", f"{tried:,} tables, of {len(tables)} that import well", result)


HUGE = {
    "a header of one line of 10 MB": lambda: b"name" + b"x" * 10_000_000,
    "a row of one line of 10 MB": lambda: b"name\n" + b"x" * 10_000_000,
    "a quoted cell of 10 MB": lambda: b'name\n"' + b"x\n" * 5_000_000 + b'"\n',
    "100,000 columns": lambda: (b"name," * 100_000 + b"\n") + (b"x," * 100_000 + b"\n") * 20,
    "100,000 columns of other names": lambda: ",".join(f"c{i}" for i in range(100_000)).encode() + b"\n",
    "16,000 columns over short rows": lambda: (
        b"name," + b"note," * 16_000 + b"\n" + b"".join(b"n%d,\n" % i for i in range(3_000))
    ),
    "rows of 100,000 cells": lambda: b"name,city\n" + (b"x," * 100_000 + b"\n") * 20,
    "cells of 900 kB": lambda: b"name,note\n" + (b'a,"' + b"y" * 900_000 + b'"\n') * 12,
    "10 MB of quotes": lambda: b"name\n" + b'"' * 10_000_000,
    "10 MB of delimiters": lambda: b"name\n" + b"," * 10_000_000,
    "10 MB of carriage returns": lambda: b"name\n" + b"\r" * 10_000_000,
    "10 MB of NUL": lambda: b"name\n" + b"\0" * 10_000_000,
    "10 MB of high bytes": lambda: b"name\n" + b"\xe9" * 10_000_000,
    "200,000 bad rows": lambda: b"name,country\n" + b"a,Atlantis\n" * 200_000,
    "a name 30,000 times": lambda: b"name,city\n" + b"Acme GmbH,Kiel\n" * 30_000,
}
MEASURED = """
import json, re, sys, time
from kam_cli.__main__ import main
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")  # the peak of the process that this one was forked from is none of ours
code = main(sys.argv[1:])
with open("/proc/self/status") as file:
    kilobytes = int(re.search(r"VmHWM:[^0-9]*([0-9]+)", file.read())[1])
print(json.dumps([code, time.process_time(), kilobytes // 1024]), file=sys.stderr)
"""
HUGE_SECONDS, HUGE_MEGABYTES = 30, 400


@pytest.mark.skipif(
    not os.path.exists("/proc/self/clear_refs"), reason="the peak of memory is read from /proc"
)
@pytest.mark.parametrize("what", HUGE if LONG else list(HUGE)[::4])
def test_a_huge_table_takes_bounded_time_and_memory(kam, tmp_path, what):
    (tmp_path / "huge.csv").write_bytes(HUGE[what]())
    before = kam.db.read_bytes()
    done = script(MEASURED, "import", str(tmp_path / "huge.csv"), "--as", "clients", "--json", timeout=600)
    *messages, measured = done.stderr.splitlines()
    code, seconds, megabytes = json.loads(measured)
    print(
        f"{what}: {code}, {seconds:.1f} s, {megabytes} MB {sum(map(len, messages))} characters, {messages[:1]}"
    )
    assert code in (0, 1, 2) and "Traceback" not in done.stderr and "mistake" not in done.stderr
    assert code == 0 or kam.db.read_bytes() == before
    assert sum(map(len, messages)) < 30_000 and (code == 2 or json.loads(done.stdout))
    assert seconds < HUGE_SECONDS and megabytes < HUGE_MEGABYTES
