"""Tables pasted from a terminal, a page or a spreadsheet are read as what they show."""

from __future__ import annotations

import io
import shutil
import subprocess

import pytest

from kam_cli.formats.readers import Ask, open_any

PSQL = """ id |    name     | city
----+-------------+------
  1 | Łódź Bakery | Łódź
  2 | Acme        |
(2 rows)

"""
BOX = """┌────┬─────────────┬──────┐
│ id │    name     │ city │
├────┼─────────────┼──────┤
│ 1  │ Łódź Bakery │ Łódź │
│ 2  │ Acme        │      │
└────┴─────────────┴──────┘
"""
MYSQL = """+----+-------------+------+
| id | name        | city |
+----+-------------+------+
|  1 | Łódź Bakery | Łódź |
|  2 | Acme        |      |
+----+-------------+------+
2 rows in set (0.00 sec)
"""
MARKDOWN = """Our clients:

| id | name | city |
|---:|:-----|------|
| 1 | Łódź Bakery | Łódź |
| 2 | Acme |  |
"""
BARE = """id | name | city
---|---|---
1 | Łódź Bakery | Łódź
2 | Acme |
"""
COLUMNS = """id  name         city
--  -----------  ----
1   Łódź Bakery  Łódź
2   Acme
"""


def cells(text: str, encoding: str = "utf-8", **ask: object) -> list[list[str]]:
    table = open_any(io.BytesIO(text.encode(encoding)), Ask(**ask))
    return [table.header, *(row for _, row, _ in table.rows())]


@pytest.mark.parametrize(
    "text", [PSQL, BOX, MYSQL, MARKDOWN, BARE, COLUMNS], ids=["psql", "box", "mysql", "md", "bare", "columns"]
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_drawn_table(text: str, encoding: str) -> None:
    assert cells(text, encoding) == [["id", "name", "city"], ["1", "Łódź Bakery", "Łódź"], ["2", "Acme", ""]]


def test_marks_in_the_cells_of_markdown() -> None:
    text = "| name | note |\n|---|---|\n| A \\| B | one<br>two |\n| C |\n| D | e | f |\n"
    table = open_any(io.BytesIO(text.encode()))
    assert list(table.rows()) == [
        (3, ["A | B", "one\ntwo"], None), (4, ["C", ""], None), (5, ["D", "e", "f"], "3 cells under a header of 2"),
    ]  # fmt: skip


def test_what_sqlite_draws_is_read() -> None:
    if not shutil.which("sqlite3"):
        pytest.skip("needs the sqlite3 program")
    for mode in ("box", "column", "markdown", "table"):
        sql = "SELECT 1 AS id, 'Łódź Bakery' AS name UNION ALL SELECT 2, 'Acme'"
        drawn = subprocess.run(
            ["sqlite3", f"-{mode}", "-header", ":memory:", sql], capture_output=True, text=True, check=True
        )
        assert cells(drawn.stdout) == [["id", "name"], ["1", "Łódź Bakery"], ["2", "Acme"]], mode


def test_a_delimited_table_with_dashes_is_no_drawing() -> None:
    assert cells("name,note\n-----,x\nAcme,--\n")[1:] == [["-----", "x"], ["Acme", "--"]]
    assert cells("name|note\nAcme|a--b\n") == [["name", "note"], ["Acme", "a--b"]]
    assert cells(BARE, delimiter="|")[1] == ["---", "---", "---"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" 00004 0001 19970101  2   29.33\r\n 00004 0001 19970118 12  129.73\r\n",
         [["1", "2", "3", "4", "5"], ["00004", "0001", "19970101", "2", "29.33"], ["00004", "0001", "19970118", "12", "129.73"]]),
        ("name         city\nŁódź Bakery  Łódź\nAcme Ltd     Kiel\n", [["name", "city"], ["Łódź Bakery", "Łódź"], ["Acme Ltd", "Kiel"]]),
        ("id value\n1 12.50\n2 3\n", [["id", "value"], ["1", "12.50"], ["2", "3"]]),
        ("name\nŁódź Bakery\nAcme Ltd\n", [["name"], ["Łódź Bakery"], ["Acme Ltd"]]),
        ("two words\nred green\n", [["two words"], ["red green"]]),
        ("1,2\n3,4\n", [["1", "2"], ["1", "2"], ["3", "4"]]),
        ("Jana,jana@x.example\nPetr,petr@x.example\n", [["1", "2"], ["Jana", "jana@x.example"], ["Petr", "petr@x.example"]]),
    ],
)  # fmt: skip
def test_aligned_columns_and_tables_without_a_header(text: str, found: list[list[str]]) -> None:
    assert cells(text) == found


def test_a_row_of_aligned_columns_that_lacks_a_cell_is_bad() -> None:
    text = "1 2 3\n" * 300 + "1 2\n"
    assert [problem for _, _, problem in open_any(io.BytesIO(text.encode())).rows()][
        -1
    ] == "2 cells under a header of 3"


def test_no_header_is_believed() -> None:
    assert cells("Acme,Kiel\nBeta,Ulm\n", no_header=True) == [["1", "2"], ["Acme", "Kiel"], ["Beta", "Ulm"]]
    assert cells("sep=;\nAcme;1\n", no_header=True) == [["1", "2"], ["Acme", "1"]]


@pytest.mark.parametrize(
    "closing",
    ["Total,5\n", "\nGrand total:,5\n", "(2 rows)\n", "\nTotal,\n\nExported by Ewa\n", "Razem,5\n", "© 2026 X\n", "Copyright 2026,\n"],
)  # fmt: skip
def test_what_closes_a_report_is_no_row(closing: str) -> None:
    assert cells(f"name,value,city\nAcme,1,Kiel\nBeta,4,\n{closing}")[1:] == [
        ["Acme", "1", "Kiel"],
        ["Beta", "4", ""],
    ]


@pytest.mark.parametrize(
    "name", ["Total Systems", "Totally", "Sum of Parts Ltd", "Copyrighters", "12 Rows Bakery"]
)
def test_a_client_whose_name_begins_like_a_closing_stays(name: str) -> None:
    assert cells(f"name,city,fax\nAcme,Kiel,1\n{name}\n")[-1][0] == name


def test_a_client_called_total_stays() -> None:
    assert cells("name,city,fax\nAcme,Kiel,1\nTotal,Paris,2\n")[-1] == ["Total", "Paris", "2"]
