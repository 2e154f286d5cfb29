"""Workbooks: text stays text, dates are dates, amounts are numbers, and another program reads the same."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from kam_cli.errors import KamError
from kam_cli.formats.formulas import restored
from kam_cli.formats.workbook import MOST_CHARACTERS, Workbook
from kam_cli.values.clock import to_local

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TEXTS = (
    "=1+1", "+48 601", "-5 apples", "@cmd", "'=quoted", "'plain", "https://x.example", "12", "007", "1e5", "TRUE", "2026-03-18", "a\nb\r\nc\rd",
    "ctrl \x01 \x1b[31m \x0b", "_x0041_ _x005F_", "  spaces  ", "שלום \u200fעולם", "東京 🚀", "<b>&amp;</b>", "\ufeffmark", "#N/A", "{=1}",
    '=HYPERLINK("http://evil.example")', "\x85 nel", "\u2028",
)  # fmt: skip


def made(headers: list[str], kinds: list[str], rows: list[tuple], places: int = 2) -> bytes:
    file = io.BytesIO()
    book = Workbook(file, "things", headers, kinds, lambda text: to_local(text, "Europe/Warsaw"))
    book.fit([list(column) for column in zip(*rows, strict=True)])
    for row in rows:
        book.add(row, places)
    book.close()
    return file.getvalue()


def sheet(data: bytes) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml"))


def cells(data: bytes) -> list[list]:
    """The cells below the header, text unescaped as the format says."""
    found = []
    for row in sheet(data).iter(f"{M}row"):
        line = []
        for cell in row.iter(f"{M}c"):
            if cell.get("t") == "inlineStr":
                raw = "".join(text.text or "" for text in cell.iter(f"{M}t"))
                line.append(re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), raw))
            elif (value := cell.find(f"{M}v")) is not None:
                line.append(value.text == "1" if cell.get("t") == "b" else float(value.text))
        found.append(line)
    return found[1:]


def test_text_is_text():
    data = made(["text"], [""], [(text,) for text in TEXTS])
    assert [restored(row[0]) for row in cells(data)] == list(TEXTS)
    assert not list(sheet(data).iter(f"{M}f")) and not list(sheet(data).iter(f"{M}hyperlink"))
    assert cells(made(["text"], [""], [("+48 601",)]))[0] == ["+48 601"], "no apostrophe where none is needed"


def test_days_instants_amounts_and_flags():
    rows = [
        ("2026-03-18", "2026-03-18T09:30:00Z", Decimal("12345.67"), 3, True, "2026-03-18"),
        ("--06-12", "2026-07-01", 500, 0, False, None),
        # Before 1900 Excel counts no days; in the hour that comes twice a wall time would not tell which one is meant.
        ("1899-12-31", "2026-10-25T01:30:00Z", Decimal("0.1"), None, None, "x"),
        ("2026-03-18", "2026-03-18T09:30:00Z", 10**17, None, None, "x"),
    ]
    first, second, third, fourth = cells(
        made(["day_on", "at", "value", "n", "is_x", "text"], ["day", "moment", "amount", "", "", ""], rows)
    )

    def moment(value: float) -> datetime:
        return datetime(1899, 12, 30) + timedelta(days=value)

    assert moment(first[0]).date() == date(2026, 3, 18) and first[2:] == [12345.67, 3.0, True, "2026-03-18"]
    assert abs(moment(first[1]) - datetime(2026, 3, 18, 10, 30)) < timedelta(seconds=1), (
        "on the owner's clock"
    )
    assert (
        second[0] == "--06-12"
        and moment(second[1]).date() == date(2026, 7, 1)
        and second[2:] == [500.0, 0.0, False]
    )
    assert third[:2] == ["1899-12-31", "2026-10-25T01:30:00Z"] and third[2] == 0.1
    assert fourth[2] == str(10**17), "more digits than a number of Excel holds"


def test_it_can_be_worked_with():
    data = made(["name", "note", "on"], ["", "", "day"], [("Acme", "=" + "x" * 300, "2026-03-18")])
    root = sheet(data)
    assert root.find(f".//{M}pane").get("state") == "frozen"
    widths = [float(one.get("width")) for one in root.iter(f"{M}col")]
    assert widths[0] < 12 < widths[1] < 60
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        styles = file.read("xl/styles.xml").decode()
        assert 'name="things"' in file.read("xl/workbook.xml").decode()
    assert 'quotePrefix="1"' in styles and "yyyy-mm-dd" in styles
    dinars = zipfile.ZipFile(io.BytesIO(made(["v"], ["amount"], [(1,)], 3)))
    assert "0.000" in dinars.read("xl/styles.xml").decode()


def test_what_does_not_fit_is_refused_by_its_place():
    fits = "x" * MOST_CHARACTERS
    assert cells(made(["note"], [""], [(fits,)])) == [[fits]]
    for text in (fits + "x", "🚀" * (MOST_CHARACTERS // 2 + 1)):
        with pytest.raises(KamError, match=r"row 3, note: .* Export to \.csv"):
            made(["note"], [""], [("short",), (text,)])


def test_without_the_library_one_line_says_how_to_get_it(kam, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    kam("client add Acme")
    said = kam(["export", "clients", "--to", str(tmp_path / "c.xlsx")], exit=1).err
    assert said.startswith("kam: ") and "pip install 'kam-cli[xlsx]'" in said and said.count("\n") == 1
    assert not (tmp_path / "c.xlsx").exists()


def test_an_export_is_a_workbook(kam, tmp_path):
    kam("client add Acme --since 2020-01-05 --phone '+48 601' --note =1+1")
    kam("deal add acme Roof --value 1234.5")
    path = tmp_path / "deals.xlsx"
    assert kam.json(["export", "deals", "--to", str(path)])["format"] == "xlsx"
    assert 1234.5 in cells(path.read_bytes())[0]
    kam(["export", "clients", "--to", str(tmp_path / "c.xlsx")])
    assert {"=1+1", "+48 601"} < set(cells((tmp_path / "c.xlsx").read_bytes())[0])
    shell = f"{sys.executable} -m kam_cli export clients --format xlsx"
    out = subprocess.run(shell.split(), capture_output=True)
    assert out.returncode == 0 and cells(out.stdout) == cells((tmp_path / "c.xlsx").read_bytes())
    again = kam(["export", "clients", "--to", str(tmp_path / "c.xlsx"), "--csv"], exit=2).err
    assert "ends in .xlsx" in again


@pytest.mark.real
def test_libreoffice_reads_the_same(tmp_path):
    """Get it with: apt-get install libreoffice-calc."""
    program = shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice is not here: apt-get install libreoffice-calc")
    plain = [text for text in TEXTS if not re.search("[\r\x00-\x09\x0b-\x1f\u2028\x85\ufeff]|_x00", text)]
    rows = [(text, "2026-03-18", "2026-03-18T09:30:00Z", Decimal("12345.67")) for text in plain]
    (tmp_path / "x.xlsx").write_bytes(
        made(["text", "day_on", "at", "value"], ["", "day", "moment", "amount"], rows)
    )
    # Comma, double quote, UTF-8, from the first line, values and not what is shown of them
    asked = [
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false",
        "--outdir",
        str(tmp_path),
    ]
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [program, home, "--headless", *asked, str(tmp_path / "x.xlsx")],
        check=True,
        capture_output=True,
        timeout=180,
    )
    import csv

    found = list(csv.reader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"), newline="")))
    assert [restored(row[0]) if row[0].startswith("''") else row[0] for row in found[1:]] == plain
    assert {tuple(row[1:]) for row in found[1:]} == {("2026-03-18", "2026-03-18 10:30:00", "12345.67")}
