"""Sheets of a workbook come in as they are shown, wherever the table stands; what is none is refused in one line."""

from __future__ import annotations

import datetime
import io
import re
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from kam_cli.errors import BadValue, KamError
from kam_cli.formats import sheets
from kam_cli.formats.readers import Ask, open_any
from kam_cli.formats.shown import shown


def packed(*rows: list, title: str = "Sheet", more=None) -> bytes:
    """A workbook with these rows; ``more`` goes on with the sheet, then the book is saved."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if more:
        more(book.active)
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def opened(data: bytes, **ask):
    table = open_any(io.BytesIO(data), Ask(**ask))
    return table, list(table.rows())


def cells(data: bytes, **ask) -> list[list[str]]:
    table, rows = opened(data, **ask)
    return [table.header, *(row for _, row, _ in rows)]


def repacked(data: bytes, change) -> bytes:
    """The same workbook, each of its parts given to ``change(name, bytes)``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1, "General", "1"), (1.0, "General", "1"), (0.1 + 0.2, "General", "0.3"), (-2.5, "0.00", "-2.5"),
        (48123456789.0, "General", "48123456789"), (1e20, "General", "100000000000000000000"), (1e-7, "General", "0.0000001"),
        (0.25, "0%", "25%"), (0.125, "0.0%", "12.5%"), (1, "0%", "100%"), (0.07, "0.00%", "7%"),
        (7, "00000", "00007"), (950, "00-000", "00-950"), (950, r"00\-000", "00-950"), (123456, "00000", "123456"),
        (1234567, "000-000", "1234-567"), (5, "0", "5"), (1.5, "00000", "1.5"), (-7, "00000", "-7"),
        (1200.5, '#,##0.00 "€"', "1200.5 €"), (3, "[$€-407] #,##0.00", "3 €"), (3, "[$PLN] 0.00", "3 PLN"),
        (3, '0.00 "kr"', "3 kr"), (3, '0 "szt."', "3"), (3, "[$-409]0", "3"), (100 / 3, '0.00 "zł"', "33.33 zł"),
        (100 / 3, "General", "33.3333333333333"), (12.555, "0.00", "12.555"), (12.5, "0", "12.5"),
        (True, "General", "TRUE"), ("a_x000D_\nb", "@", "a\r\nb"), ("_x005F_x0041_", "@", "_x0041_"), (None, "0.00", ""),
        (datetime.datetime(2026, 3, 1), "mm-dd-yy", "2026-03-01"), (datetime.date(2026, 3, 1), "", "2026-03-01"),
        (datetime.datetime(2026, 3, 1, 9, 29, 59, 999_700), "d.m.yy h:mm", "2026-03-01 09:30:00"),
        (datetime.time(9, 30), "h:mm", "09:30:00"), (datetime.timedelta(minutes=90), "[h]:mm", "1:30"),
        (float("inf"), "General", "inf"),
    ],
)  # fmt: skip
def test_a_cell_is_the_text_it_shows(value, code: str, text: str) -> None:
    assert shown(value, code) == text


@given(st.integers(-(10**14), 10**14), st.integers(0, 6))
def test_figures_that_were_typed_come_back_exactly(digits: int, places: int) -> None:
    from decimal import Decimal

    typed = Decimal(digits).scaleb(-places)
    assert Decimal(shown(float(typed), "#,##0.00")) == typed


def test_a_sheet_as_it_was_filled_in() -> None:
    def filled(sheet) -> None:
        sheet["B2"], sheet["B2"].number_format = 7, "00000"
        sheet["C2"], sheet["C2"].number_format = 0.4, "0%"
        sheet["D2"] = datetime.datetime(2026, 2, 28, 9, 5)
        sheet["E2"].font = Font(bold=True)

    data = packed(
        ["name", "postcode", "probability", "at", "note"], ["Łódź", None, None, None, "a\nb"], more=filled
    )
    table, rows = opened(data)
    assert rows == [(2, ["Łódź", "00007", "40%", "2026-02-28 09:05:00", "a\nb"], None)]
    assert (table.place, table.point, table.header_line) == ("row", ".", 1)
    assert table.notes == ["sheet 'Sheet', header in row 1"]


def test_a_table_anywhere_with_notes_around_it() -> None:
    rows = [
        ["Clients of the north", None, None], [], [None, "made by", "Ewa", "Lis"],
        [None, "name", "city", "value", "seen"], [None, "Acme", "Kiel", 12, None], [None, "Beta", None, None, None, None, "x"],
        [], [None, "Gamma", "Ulm", 13, datetime.date(2026, 1, 1)], [None, None, "sum", None, "later"], [None, "Ask Ewa"],
    ]  # fmt: skip
    table, found = opened(packed(*rows))
    assert table.header == ["name", "city", "value", "seen"]
    assert found == [
        (5, ["Acme", "Kiel", "12", ""], None), (6, ["Beta", "", "", ""], None), (8, ["Gamma", "Ulm", "13", "2026-01-01"], None),
    ]  # fmt: skip
    assert table.notes[1:] == [
        "rows 9–10 are no part of the table: left out", "what stands beside the table is left out, first in row 6",
    ]  # fmt: skip


def test_short_rows_at_the_end_stay_where_nothing_says_that_they_are_notes() -> None:
    assert len(cells(packed(["name", "city", "fax"], ["Acme", "Kiel", "1"], ["Beta"], ["Gamma"]))) == 4


def test_merged_cells() -> None:
    def merged(sheet) -> None:
        for where in ("A1:A2", "B1:C1", "D1:D2", "A3:A4"):
            sheet.merge_cells(where)

    rows = [
        ["client", "phone", None, "city"],
        [None, "work", "home", None],
        ["Acme", "1", "2", "Kiel"],
        [None, "3", "4", "Ulm"],
    ]
    table, found = opened(packed(*rows, more=merged))
    assert table.header == ["client", "phone work", "phone home", "city"]
    assert [row for _, row, _ in found] == [["Acme", "1", "2", "Kiel"], ["Acme", "3", "4", "Ulm"]]


def test_a_sheet_is_found_or_named() -> None:
    book = Workbook()
    book.active.title = "Cover"
    book.active["A1"] = "Report"
    for title, name in (("Hidden", "Secret"), ("Data", "Acme"), ("Old", "Beta")):
        sheet = book.create_sheet(title)
        sheet.append(["name", "city"])
        sheet.append([name, "Kiel"])
    book["Hidden"].sheet_state = "hidden"
    data = saved(book)
    table, rows = opened(data)
    assert rows[0][1][0] == "Acme"
    assert table.notes[1] == "other sheets: 'Cover', 'Hidden' (hidden), 'Old'; --sheet NAME reads one"
    assert cells(data, sheet="old")[1][0] == "Beta" and cells(data, sheet="HIDDEN")[1][0] == "Secret"
    with pytest.raises(BadValue, match="no sheet 'New'") as caught:
        opened(data, sheet="New")
    assert caught.value.details == ["sheets: Cover, Hidden, Data, Old"]
    with pytest.raises(BadValue, match="--delimiter"):
        opened(data, delimiter=";")


def test_a_sheet_without_a_header() -> None:
    assert cells(packed(["Acme", 1], ["Beta", 2]), no_header=True) == [
        ["1", "2"],
        ["Acme", "1"],
        ["Beta", "2"],
    ]
    assert cells(packed([7, 1], [8, 2]))[0] == ["1", "2"]
    assert cells(packed(["Jana", "j@x.example"], ["Petr", "p@x.example"]))[0] == ["1", "2"]


def test_formulas_are_their_values_or_refused() -> None:
    data = packed(["name", "value"], ["Acme", "=1+1"], ["Beta", "=2"])
    with pytest.raises(KamError, match="the formula in B2 has no value yet: open the workbook"):
        opened(data)
    valued = repacked(
        data,
        lambda name, raw: (
            raw.replace(b"<v></v>", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
        ),
    )
    assert cells(valued) == [["name", "value"], ["Acme", "2"], ["Beta", "2"]]
    empty = repacked(data, lambda name, raw: re.sub(rb'(<c r="B[23]")', rb'\1 t="str"', raw))
    assert cells(empty) == [["name", "value"], ["Acme", ""], ["Beta", ""]]


def test_rows_beyond_what_the_sheet_claims_are_read() -> None:
    data = repacked(
        packed(["name", "city"], ["Acme", "Kiel"], ["Beta", "Ulm"]),
        lambda name, raw: raw.replace(b'ref="A1:B3"', b'ref="A1:A1"'),
    )
    assert len(cells(data)) == 3 and cells(data)[2] == ["Beta", "Ulm"]


@pytest.mark.parametrize(
    ("name", "parts", "said"),
    [
        (
            "a.ods",
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
            r"LibreOffice \(\.ods\): save it as \.xlsx",
        ),
        (
            "a.xlsb",
            {"[Content_Types].xml": "", "xl/workbook.bin": ""},
            r"binary workbook \(\.xlsb\): save it",
        ),
        ("a.numbers", {"Index/Document.iwa": ""}, "Apple Numbers: save it"),
        ("a.docx", {"[Content_Types].xml": "", "word/document.xml": ""}, "is a document, not a table"),
        ("a.xlsx", {"notes.txt": ""}, "is an archive, not a table"),
    ],
)
def test_other_kinds_are_refused_with_the_way_out(
    tmp_path: Path, name: str, parts: dict[str, str], said: str
) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    with pytest.raises(KamError, match=said):
        open_any(str(tmp_path / name))


def test_an_old_workbook_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(
        KamError, match=r"old Excel \(\.xls\), or one with a password: save it as \.xlsx or as CSV"
    ):
        open_any(str(tmp_path / "a.xls"))


def test_without_the_library_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed(["a", "b"], [1, 2])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(KamError, match=r"needs openpyxl: pip install 'kam-cli\[xlsx\]', or save it as CSV"):
        opened(data)


def test_an_empty_workbook() -> None:
    for data in (packed(), packed([None, " "])):
        with pytest.raises(KamError, match="is empty"):
            opened(data)


# Parts that unpack to far more than they weigh, none of which may be held in memory: part, where, how much of it.
BOMBS = {
    "one endless row": (
        "xl/worksheets/sheet1.xml",
        b"</sheetData>",
        b"<row>%s</row></sheetData>",
        b"<c><v>1</v></c>",
    ),
    "empty rows without end": ("xl/worksheets/sheet1.xml", b"</sheetData>", b"%s</sheetData>", b"<row/>"),
    "texts without end": ("xl/sharedStrings.xml", b"</sst>", b"%s</sst>", b"<si><t>x</t></si>"),
    "styles without end": ("xl/styles.xml", b"</styleSheet>", b"%s</styleSheet>", b"<a/>"),
}


def bomb(kind: str, size: int) -> bytes:
    """A workbook with a part that unpacks to this many bytes."""
    part, at, put, of = BOMBS[kind]
    whole = put.replace(b"%s", of * (size // len(of)))
    data = with_shared_texts(packed(["name", "city"], ["a", "b"]))
    return repacked(data, lambda name, raw: raw.replace(at, whole) if name == part else raw)


def with_shared_texts(data: bytes) -> bytes:
    """The workbook with a table of texts, as Excel writes one."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    sst = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>shared</t></si></sst>'
    )
    data = repacked(
        data, lambda name, raw: raw.replace(b"</Types>", override) if "Content_Types" in name else raw
    )
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", sst)
    return stream.getvalue()


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, limit in (
        ("ROWS", 5000),
        ("LARGEST_ROW", 50_000),
        ("LARGEST_TEXTS", 50_000),
        ("LARGEST_REST", 50_000),
        ("BLOCK", 10_000),
    ):
        monkeypatch.setattr(sheets, name, limit)
    with pytest.raises(KamError) as caught:
        opened(bomb(kind, 90_000))
    assert "\n" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_of_full_size_is_refused_in_bounded_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(bomb(kind, 130_000_000))
    code = (
        "import re, sys\n"
        "from kam_cli.errors import KamError\n"
        "from kam_cli.formats.readers import open_any\n"
        "try: print(sum(1 for _ in open_any(sys.argv[1]).rows()))\n"
        "except KamError as error: print(error)\n"
        "print(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    said, peak = done.stdout.splitlines()
    assert "bomb.xlsx" in said
    assert int(peak) < 250_000


def test_entities_in_entities_are_not_unfolded() -> None:
    inner = b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 40) for i in range(8))
    head = b'<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaa">' + inner + b"]>"

    def change(name: str, raw: bytes) -> bytes:
        raw = raw.replace(b"<worksheet ", head + b"<worksheet ") if name.endswith("sheet1.xml") else raw
        return raw.replace(b"<sheetData>", b'<sheetData><row><c t="inlineStr"><is><t>&i;</t></is></c></row>')

    with pytest.raises(KamError, match="is damaged"):
        opened(repacked(packed(["name", "city"], ["a", "b"]), change))


def test_memory_does_not_grow_with_the_sheet(tmp_path: Path) -> None:

    book = Workbook(write_only=True)
    sheet = book.create_sheet("T")
    for number in range(4_000):
        sheet.append([f"Firm {number % 50}", "Kiel"] if number else ["name", "city"])
    book.save(tmp_path / "t.xlsx")
    tracemalloc.start()
    assert sum(1 for _ in open_any(str(tmp_path / "t.xlsx")).rows()) == 3_999
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


SHARED = {
    # file, sheet: header, rows, what is noted
    ("deaths", "arts"): (
        ["Name", "Profession", "Age", "Has kids", "Date of birth", "Date of death"],
        10,
        "rows 16–19 are",
    ),
    ("deaths", "other"): (
        ["Name", "Profession", "Age", "Has kids", "Date of birth", "Date of death"],
        10,
        "rows 16–19 are",
    ),
    ("test_sheets", None): (
        ["number", "text", "boolean", "date", "datetime"],
        3,
        "sheet 'data', header in row 1",
    ),
    ("test_skip_lines", None): (["number", "text", "boolean", "date", "datetime"], 3, "header in row 4"),
}


@pytest.mark.parametrize(("name", "sheet"), SHARED)
def test_a_real_workbook(name: str, sheet: str | None, shared: Path) -> None:
    header, count, noted = SHARED[name, sheet]
    table = open_any(str(shared / f"ugly/xlsx/{name}.xlsx"), Ask(sheet=sheet))
    rows = list(table.rows())
    assert (table.header, len(rows)) == (header, count)
    assert noted in "; ".join(table.notes)
    if name == "deaths":
        assert {row[4][:2] for _, row, _ in rows} == {"19"} and {row[5][:4] for _, row, _ in rows} <= {
            "2016",
            "2017",
        }


def test_what_is_read_is_what_the_library_reads(shared: Path) -> None:
    path = shared / "ugly/xlsx/deaths.xlsx"
    sheet = load_workbook(path, data_only=True)["arts"]
    found = [row for _, row, _ in open_any(str(path)).rows()]
    assert [(row[0], int(row[2])) for row in found] == [(r[0].value, r[2].value) for r in sheet["A6:F15"]]
    assert sheet.max_row <= sheets.ROWS
