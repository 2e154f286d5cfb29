"""The delimiter and the header row found from the first lines of a file, and what overrules them."""

from __future__ import annotations

import io

import pytest
from opening import open_table

from kam_cli.errors import BadValue
from kam_cli.formats.readers.text import TextTable as Table


def opened(text: bytes | str, **options: str) -> Table:
    return open_table(io.BytesIO(text if isinstance(text, bytes) else text.encode()), **options)


def cells(text: bytes | str, **options: str) -> list[list[str]]:
    table = opened(text, **options)
    return [table.header, *(row for _, row, _ in table.rows())]


@pytest.mark.parametrize(
    ("text", "header_line", "header"),
    [
        ('Notes:\n"Some e-mails, as you know, are missing."\n\nName,City,Phone\na,b,c\n', 4, "Name"),
        ("Report: sales, March,,,\n,,,,\nName,City,Phone,Value,Note\na,b,c,1,\n", 3, "Name"),
        ("# made by hand\nName,City\na,b\n", 2, "Name"),
        ("My clients\n\nName,City\na,b\n", 3, "Name"),
        ("Name\n1,5\n2,5\n3,5\n", 1, "Name"),
        ("Name,City,Phone\na\nb\nc,d,e\n", 1, "Name"),
        ("# ID,Name\n1,a\n", 1, "# ID"),
    ],
)
def test_the_header_is_the_first_row_that_is_no_note(text: str, header_line: int, header: str) -> None:
    table = opened(text)
    assert (table.header_line, table.header[0]) == (header_line, header)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("name;price;city\na;1,5;x\nb;2,5;y\n", ";"),
        ("name;text\na;red, green, blue\nb;one, two, three\n", ";"),
        ("name\ttext\na\tone, two\nb\tthree, four\n", "\t"),
        ("name,tags\na,x;y;z\nb,x;y;z\n", ","),
        ("name|city\na|b\n", "|"),
        ("a,b,c,d\n1,2,3,4,\n5,6,7,8,\n", ","),
        ("sep=;\r\nname;a,b\r\nx;y\r\n", ";"),
        ('"sep=^"\r\nname^a,b\r\nx^y\r\n', "^"),
    ],
)
def test_the_delimiter_is_the_one_that_fits_the_header(text: str, delimiter: str) -> None:
    assert opened(text).delimiter == delimiter


def test_what_is_given_overrules_what_would_be_found() -> None:
    assert cells("a;b,c\n1;2,3\n", delimiter=",") == [["a;b", "c"], ["1;2", "3"]]
    assert cells("a\tb\n1\t2\n", delimiter="tab") == [["a", "b"], ["1", "2"]]
    assert cells("sep=;\na;b,c\n1;2,3\n", delimiter=",") == [["a;b", "c"], ["1;2", "3"]]
    assert cells("имя,город\nАнна,Минск\n".encode("koi8-r"), encoding="koi8-r")[1] == ["Анна", "Минск"]


@pytest.mark.parametrize("delimiter", ["", "x", ",,", '"', "\n", "1"])
def test_an_impossible_delimiter_is_refused(delimiter: str) -> None:
    if not delimiter:
        assert cells("a;b\n", delimiter=delimiter) == [["a", "b"]]
        return
    with pytest.raises(BadValue, match="unknown delimiter"):
        opened("a,b\n1,2\n", delimiter=delimiter)


def test_cells_quoted_after_a_space() -> None:
    assert cells('id, name\n1, "Doe, John"\n') == [["id", "name"], ["1", "Doe, John"]]
    assert cells('id,name\n1," ""Doe"""\n2, Roe\n') == [["id", "name"], ["1", ' "Doe"'], ["2", " Roe"]]
