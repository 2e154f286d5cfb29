"""Rows come out as they were written, on their lines; every fault is one line that says where it is."""

from __future__ import annotations

import csv
import hashlib
import io
import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening import open_table

from kam_cli.errors import KamError
from kam_cli.formats.lines import file_digest
from kam_cli.formats.readers.text import TextTable as Table

Row = tuple[int, list[str], str | None]
Written = tuple[str, str, str, list[list[str]]]  # encoding, delimiter, line end, header and rows


def opened(data: bytes | str, **options: str) -> tuple[Table, list[Row]]:
    table = open_table(io.BytesIO(data if isinstance(data, bytes) else data.encode()), **options)
    return table, list(table.rows())


def cells(data: bytes | str, **options: str) -> list[list[str]]:
    table, rows = opened(data, **options)
    return [table.header, *(row for _, row, _ in rows)]


def fault(data: bytes | str, **options: str) -> str:
    with pytest.raises(KamError) as caught:
        opened(data, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1250", "cp1251", "cp1252", "iso8859-2"]


@st.composite
def tables(draw: st.DrawFn) -> Written:
    encoding = draw(st.sampled_from(ENCODINGS))
    codec = encoding.removesuffix("-sig")
    letters = st.characters(codec=codec, exclude_characters="\0\ufeff", exclude_categories=["Cs"])
    cell = st.text(letters | st.sampled_from(" \",;\t|\r\n'#"), max_size=12)
    width = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8))
    header = ["name", "city", "e-mail", "note", "tag"][:width]
    delimiter, end = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return encoding, delimiter, end, [header, *rows]


@settings(deadline=None, max_examples=150)
@given(tables(), st.booleans())
def test_what_a_writer_writes_reads_back_exactly(drawn: Written, quote_all: bool) -> None:
    encoding, delimiter, end, written = drawn
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote_all or end != "\r\n" else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(written)
    options = {} if encoding.startswith("utf") else {"encoding": encoding}
    table, rows = opened(text.getvalue().encode(encoding), **options)
    assert (table.header, table.delimiter) == (written[0], delimiter)
    expected = [row for row in written[1:] if "".join(row).strip()]
    assert [(row, problem) for _, row, problem in rows] == [(row, None) for row in expected]


BASES = [
    b'name;city;note\r\nAcme;"Paris;\r\nFrance";"said ""yes"""\r\nB\xc3\xa9ta;Lyon;\r\n',
    'Notes:\n"a, b"\n\nFirst,Last,Company\nŁukasz,Żak,ACME\n'.encode(),
    "name\tcity\nMøller\tÅrhus\n".encode("utf-16"),
    "sep=|\nимя|город\nАнна|Минск\n".encode("cp1251"),
]


@settings(deadline=None, max_examples=400)
@given(
    st.sampled_from(BASES),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 3), st.binary(max_size=4)), max_size=6),
    st.sampled_from([None, "utf-8", "cp1252", "utf-16", "utf-7", "shift_jis", "iso2022_jp"]),
)
def test_a_mutated_file_is_read_or_refused(
    base: bytes, edits: list[tuple[int, int, bytes]], encoding: str | None
) -> None:
    for at, cut, put in edits:
        base = base[:at] + put + base[at + cut :]
    try:
        table = open_table(io.BytesIO(base), encoding=encoding)
        lines = [line for line, _, _ in table.rows()]
    except KamError as error:
        assert "\n" not in str(error)
    else:
        assert lines == sorted(set(lines)) and all(line > table.header_line for line in lines)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        opened(data)
    except KamError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_is_known_by_the_line_it_begins_on(end: str) -> None:
    text = end.join(["name,note", "a,x", "", '"b', 'c",y', ",", 'd,"1', "", '3"', "e,z"])
    _, rows = opened(text)
    assert [(line, row[0]) for line, row, _ in rows] == [(2, "a"), (4, f"b{end}c"), (7, "d"), (10, "e")]


def test_lines_are_counted_across_blocks() -> None:
    rows = [f'{number},"{"x" * (number % 97)}\r\n{number}"' for number in range(20_000)]
    _, found = opened("id,text\r\n" + "\r\n".join(rows))
    assert [line for line, _, _ in found] == [2 + 2 * number for number in range(20_000)]
    assert all(row[1].endswith(f"\r\n{row[0]}") for _, row, _ in found)


def test_a_stream_that_comes_in_drops_is_read_like_a_file() -> None:
    class Drops(io.RawIOBase):
        def __init__(self) -> None:
            self.rest = "name;city\r\nŻak;Łódź\r\nMøller;Århus\r\n".encode()

        def read(self, size: int = -1) -> bytes:
            drop, self.rest = self.rest[: min(size, 3)], self.rest[min(size, 3) :]
            return drop

    table = open_table(Drops())  # type: ignore[arg-type]
    assert [row for _, row, _ in table.rows()] == [["Żak", "Łódź"], ["Møller", "Århus"]]


def test_short_rows_are_filled_up_and_long_ones_are_told() -> None:
    _, rows = opened("a,b,c\n1\n1,2,3,,\n1,2,3, \n1,2,3,4\n")
    assert rows == [
        (2, ["1", "", ""], None),
        (3, ["1", "2", "3"], None),
        (4, ["1", "2", "3"], None),
        (5, ["1", "2", "3", "4"], "4 cells under a header of 3"),
    ]


def test_a_header_named_twice_and_a_header_without_rows_are_noted() -> None:
    table, _ = opened("id,name,id \n")
    assert table.notes[1:] == [
        "2 columns are called 'id': the first is read",
        "there are no rows below the header",
    ]
    assert opened("Client,2025\nAcme,4\n")[0].notes[1:] == [
        "there are numbers on line 1: if it is no header, add --no-header"
    ]
    assert opened("id,name\n1,caf\xe9".encode("cp1252"))[0].notes[1:] == [
        "cp1252 is a guess: give --encoding if letters look wrong"
    ]


def test_the_footer_of_a_salesforce_report_is_no_row() -> None:
    footer = 'Grand Totals (1 record)\n\n"Copyright (c) 2000-2026 salesforce.com, inc."\n'
    table, rows = opened("Name,Amount\nAcme,1\n" + footer)
    assert [row for _, row, _ in rows] == [["Acme", "1"]]
    assert table.notes[1:] == ["lines 3–5 are no part of the table: left out"]


@pytest.mark.parametrize("data", ["", "\n\n", "\ufeff", " , ,\n", ",,,\n,,,\n", "\ufeff\r\n"])
def test_an_empty_file_is_refused(data: str) -> None:
    assert "is empty" in fault(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ('a,b\n1,2\n"3,4\n5,6\n', "line 3: a quote that opens in this row is never closed"),
        ('"a,b\n1,2\n', "line 1: a quote that opens in this row is never closed"),
        ("a,b\n1," + "x" * 2_000_000 + "\n", "line 2: a cell of more than 1,000,000 characters"),
        ('a,b\n1,"' + "x\n" * 5_000_000, "line 2: a cell of more than 1,000,000 characters"),
        ("a,b\n" + "x" * 10_000_000, "line 2 is longer than 4,000,000 characters"),
        ("a,b\n" * 9 + "1,\0\n", "line 10: there is a NUL byte"),
        ("a,b\n" * 300_000 + "1,\0\n", "line 300001: there is a NUL byte"),
        (b"a,b\n" * 300_000 + b"1,\xe9t\xe9\n", "the byte 0xE9 is not utf-8: try --encoding cp1252"),
        (b"a,b\r" * 300_000 + b"1,\xa3\xf3d\x9f\r", "line 300001, byte 1200003 of the file: "),
        ("a,b\n1,ż\n".encode("utf-16") + b"1", "line 3, byte 19 of the file: the byte 0x31 is not utf-16-le"),
    ],
)
def test_a_fault_is_one_line_that_names_the_line(data: bytes | str, said: str) -> None:
    message = fault(data)
    assert message.startswith("standard input, ")
    assert said in message


def test_an_encoding_that_does_not_fit_is_told_with_its_name() -> None:
    assert "line 2, byte 6 of the file: the byte 0x81 is not" in fault(b"a,b\n1\x81", encoding="cp1252")
    assert "is not ascii" in fault("a,b\né,1\n", encoding="ascii")


@pytest.mark.parametrize("name", ["no-such.csv", "", "a\0b", "."])
def test_a_file_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    for read in (open_table, file_digest):
        with pytest.raises(KamError, match="cannot read") as caught:
            read(str(tmp_path / name))
        assert caught.value.code == 1


def test_the_digest_is_of_the_whole_file_and_known_at_its_end(tmp_path: Path) -> None:
    data = b"name,city\n" + b"a,b\n" * 200_000
    (tmp_path / "t.csv").write_bytes(data)
    with open_table(str(tmp_path / "t.csv")) as table:
        assert table.digest is None
        assert sum(1 for _ in table.rows()) == 200_000
    assert table.digest == file_digest(str(tmp_path / "t.csv")) == hashlib.sha256(data).hexdigest()


def test_memory_does_not_grow_with_the_file() -> None:
    class Endless(io.RawIOBase):
        left = 150

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            return b"name,city,note\n" + b"Acme,Paris,wants the new list\n" * 1000 if self.left > 0 else b""

    tracemalloc.start()
    count = sum(1 for _ in open_table(Endless()).rows())  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 140_000
    assert peak < 8_000_000


def test_large_tables_are_read_whole() -> None:
    chance = random.Random(7)
    written = [[str(number), "x" * chance.randrange(60), "ż, \r\n"] for number in range(10_000)]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["id", "text", "note"], *written])
    for encoding in ("utf-8", "utf-16"):
        assert cells(text.getvalue().encode(encoding))[1:] == written
