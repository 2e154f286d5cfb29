"""Every table of the real sample data opens with its header and all its rows, or is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from opening import open_table

from kam_cli.errors import KamError
from kam_cli.formats.lines import file_digest

# file: rows, columns, first header (of the real sample data)
FILES: dict[str, tuple[int, int, str]] = {
    "complaints/cfpb_first_100.csv": (100, 18, "Date received"),
    "complaints/prepbench_009_tweets/gt_output_01.csv": (65, 2, "Words"),
    "complaints/prepbench_009_tweets/input_01.csv": (12, 1, "Tweet"),
    "complaints/prepbench_009_tweets/input_02.csv": (250, 2, "Rank"),
    "contacts/google_legacy.csv": (10, 20, "Name"),
    "contacts/linkedin_Connections.csv": (21, 7, "First Name"),  # 23 records, two of them without a cell
    "contacts/outlook_subset.csv": (3, 22, "Action"),
    "crm/datablist/customers-100.csv": (100, 12, "Index"),
    "crm/datablist/organizations-100.csv": (100, 9, "Index"),
    "crm/datablist/people-100.csv": (100, 9, "Index"),
    "crm/datablist/products-100.csv": (100, 13, "Index"),
    "notes/prepbench_023_daves_notes/gt_output_01.csv": (18, 6, "Date"),
    "notes/prepbench_023_daves_notes/input_01.csv": (6, 2, "Day"),
    "notes/prepbench_023_daves_notes/input_02.csv": (5, 2, "Day"),
    "notes/prepbench_023_daves_notes/input_03.csv": (7, 2, "Day"),
    "nps/prepbench_122_airlines_nps/gt_output_01.csv": (1, 3, "Airline"),
    "nps/prepbench_122_airlines_nps/input_01.csv": (5723, 3, "Airline"),
    "nps/prepbench_122_airlines_nps/input_02.csv": (184, 3, "Airline"),
    "payments/prepbench_013_credit_balance/gt_output_01.csv": (18, 8, "Days Beyond Max Credit"),
    "payments/prepbench_013_credit_balance/gt_output_02.csv": (6, 8, "Beyond Max Credit"),
    "payments/prepbench_013_credit_balance/gt_output_03.csv": (81, 8, "Weekly Avg Transactions"),
    "payments/prepbench_013_credit_balance/input_01.csv": (543, 4, "Account"),
    "payments/prepbench_013_credit_balance/input_02.csv": (3, 3, "Account"),
    "sales/cdnow/cdnow_customers_summary.csv": (2357, 4, "ID"),
    "sales/cdnow/cdnow_customers_summary_with_transactions.csv": (2357, 5, "ID"),
    "sales/cdnow/example_transactions.csv": (15273, 2, "date"),
    "sales/jaffle_shop/raw_customers.csv": (100, 3, "id"),
    "sales/jaffle_shop/raw_orders.csv": (99, 4, "id"),
    "sales/jaffle_shop/raw_payments.csv": (113, 4, "id"),
    "sales/northwind/categories.csv": (8, 4, "CategoryID"),
    "sales/northwind/customers.csv": (93, 11, "CustomerID"),
    "sales/northwind/employees.csv": (9, 18, "EmployeeID"),
    "sales/northwind/order_details.csv": (2155, 5, "OrderID"),
    "sales/northwind/orders.csv": (830, 14, "OrderID"),
    "sales/northwind/products.csv": (77, 10, "ProductID"),
    "sales/prepbench_031_order_status/gt_output_01.csv": (8, 2, "Avg Time to Send"),
    "sales/prepbench_031_order_status/gt_output_02.csv": (4, 2, "Time to Review from Sending Order"),
    "sales/prepbench_031_order_status/gt_output_03.csv": (1, 6, "City"),
    "sales/prepbench_031_order_status/gt_output_04.csv": (4, 4, "City"),
    "sales/prepbench_031_order_status/input_01.csv": (24, 5, "Order"),
    "sales/prepbench_195_mixed_dates/gt_output_01.csv": (1000, 4, "Order ID"),
    "sales/prepbench_195_mixed_dates/input_01.csv": (1000, 5, "Order Number"),
    "ugly/agate/test_cr.csv": (3, 6, "number"),
    "ugly/agate/test_quote_nonnumeric.csv": (3, 6, "number"),
    "ugly/agate/test_utf16_little.csv": (2, 3, "a"),
    "ugly/csvkit/bad.csv": (3, 3, "column_a"),
    "ugly/csvkit/bad_skip_lines.csv": (3, 3, "column_a"),
    "ugly/csvkit/blanks.csv": (1, 6, "a"),
    "ugly/csvkit/dummy.tsv": (1, 3, "a"),
    "ugly/csvkit/test_utf8_bom.csv": (2, 3, "foo"),
    "ugly/frictionless/blank-rows-multiple.csv": (2, 3, "id"),  # 13 records, eleven of them ",,"
    "ugly/frictionless/bom.csv": (2, 2, "id"),
    "ugly/frictionless/delimiter.csv": (2, 2, "id"),
    "ugly/frictionless/doublequote.csv": (5, 17, "INCISO"),
    "ugly/frictionless/duplicate-headers.csv": (2, 5, "id"),
    "ugly/frictionless/escaping.csv": (3, 2, "ID"),
    "ugly/frictionless/issue-1009-semicolon.csv": (1, 2, "fieldNameA"),
    "ugly/frictionless/latin1.csv": (2, 2, "id"),
    "ugly/frictionless/leading-zeros.csv": (3, 1, "value"),
    "ugly/frictionless/matrix-with-comment.csv": (4, 4, "f1"),  # the comment above is no row
    "ugly/frictionless/skip-rows.csv": (3, 2, "id"),  # nor is it here; the one among the rows is
    "ugly/frictionless/table-with-accents.csv": (638, 8, "Classement"),
    "ugly/frictionless/table.tsv": (3, 2, "id"),
    "ugly/miller/пример.csv": (10, 7, "цвет"),
    "ugly/uk_spend/HMRC_spending_over_25000_for_September_2018.csv": (406, 14, "Department family"),
}
REFUSED = {
    "ugly/csvkit/null_byte.csv": "line 2: there is a NUL byte",
    "ugly/xlsx/deaths.xlsx": "is an Excel workbook",
    "sales/northwind/northwind.sqlite": "is an SQLite database",
}
DETECTED = {
    "contacts/linkedin_Connections.csv": "utf-8, ',', header on line 4",
    "ugly/agate/test_utf16_little.csv": "utf-16-le, ',', header on line 1",
    "ugly/csvkit/bad_skip_lines.csv": "utf-8, ',', header on line 4",
    "ugly/csvkit/dummy.tsv": "utf-8, tab, header on line 1",
    "ugly/frictionless/delimiter.csv": "utf-8, ';', header on line 1",
    "ugly/frictionless/matrix-with-comment.csv": "utf-8, ',', header on line 2",
    "ugly/frictionless/skip-rows.csv": "utf-8, ',', header on line 2",
    "ugly/frictionless/issue-1009-semicolon.csv": "utf-8, ';', header on line 1",
    "ugly/frictionless/latin1.csv": "cp1252, ',', header on line 1",
    "ugly/frictionless/table-with-accents.csv": "cp1252, ';', header on line 1",
    "ugly/frictionless/table.tsv": "utf-8, tab, header on line 1",
}


def test_every_real_file_is_expected_here(shared: Path) -> None:
    paths = [*shared.rglob("*.csv"), *shared.rglob("*.tsv")]
    assert {path.relative_to(shared).as_posix() for path in paths} == {*FILES, "ugly/csvkit/null_byte.csv"}


@pytest.mark.parametrize("name", FILES)
def test_a_real_file(name: str, shared: Path) -> None:
    count, width, first = FILES[name]
    table = open_table(str(shared / name))
    rows = list(table.rows())
    assert (len(rows), len(table.header), table.header[0]) == (count, width, first)
    assert table.digest == file_digest(str(shared / name))
    assert table.notes[0] == DETECTED.get(name, "utf-8, ',', header on line 1")
    odd = [line for line, row, problem in rows if problem or len(row) != width]
    assert odd == {"ugly/csvkit/bad.csv": [2], "ugly/csvkit/bad_skip_lines.csv": [5]}.get(name, [])


@pytest.mark.parametrize("name", REFUSED)
def test_a_real_file_that_is_no_table_is_refused(name: str, shared: Path) -> None:
    with pytest.raises(KamError, match=REFUSED[name]):
        list(open_table(str(shared / name)).rows())


def test_the_rows_of_linkedin_stand_on_the_lines_of_the_file(shared: Path) -> None:
    path = shared / "contacts/linkedin_Connections.csv"
    lines = path.read_bytes().split(b"\r\n")
    table = open_table(str(path))
    assert table.preamble_lines == 3
    assert all(lines[line - 1].decode().startswith(row[0]) for line, row, _ in table.rows())


def test_purchases_in_aligned_columns_without_a_header(shared: Path) -> None:
    table = open_table(str(shared / "sales/cdnow/CDNOW_sample.txt"))
    rows = [row for _, row, _ in table.rows()]
    assert table.header == ["1", "2", "3", "4", "5"] and len(rows) == 6919
    assert len({row[0] for row in rows}) == 2357
    assert min(row[2] for row in rows) == "19970101" and max(row[2] for row in rows) == "19980630"
    assert not [
        problem
        for _, _, problem in open_table(str(shared / "sales/cdnow/CDNOW_sample.txt")).rows()
        if problem
    ]
