"""Tables that import well, made from what the nouns declare, and ways to spoil them."""

from __future__ import annotations

import csv
import io
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from kam_cli.command import Context
from kam_cli.imports import noun as nouns
from kam_cli.imports.fields import Bad, Field, Reference, Text, Words

NAMES = (
    "Acme GmbH",
    "Łódź Bakery",
    'Quote "x" & Söhne',
    "Київ Кава",
    "שלום טורס",
    "O'Brien, Ltd",
    "東京 Coffee",
)
TEXTS = (
    "plain",
    "żółć, with a comma",
    'he said "no"',
    "two\nlines; of it",
    "שלום",
    "Zoë | tab\there",
    "=SUM(A1)",
)
VALUES = (
    "2026-01-05", "7", "30", "EUR", "PL", "1234.50", "+49 30 123 45 01", "a@b.example", "vip", "call", "https://x.example",
)  # fmt: skip
ROWS = len(NAMES)
FORMULAS = (
    "=1+1",
    "+A1",
    "-A1",
    "@SUM(1)",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "\t=1",
)
NUMBERS = (
    "9" * 40, "1e999999", "NaN", "inf", "-0", "0x10", "1_000", "٣٤", "１２", "½", "9223372036854775808", "-1", "1.2.3", "1,2,3",
)  # fmt: skip
CONTROLS = (
    "\x1b[31m",
    "\x1b]0;t\x07",
    "\x9b2J",
    "\x07",
    "\x7f",
    "\x85",
    "\u202e",
    "\u2066",
    "\u2028",
    "\ufeff",
    "\x0b",
    "\x1c",
)
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1250", "cp1251", "cp1252", "iso8859-2", "cp1255",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A table on its way to a file. ``same`` while it still says what the first one said; ``done`` names what was done."""

    header: list[str]
    rows: list[list[str]]
    delimiter: str = ","
    ends: str = "\n"
    quoting: int = csv.QUOTE_MINIMAL
    before: str = ""
    after: str = ""
    encoding: str = "utf-8"
    same: bool = True
    done: list[str] = field(default_factory=list)

    def text(self) -> str:
        out = io.StringIO()
        # The writer leaves a line break unquoted that is not its own end of line.
        quoted = any("\r" in cell or "\n" in cell for row in [self.header, *self.rows] for cell in row)
        quoting = csv.QUOTE_ALL if quoted else self.quoting
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.ends, quoting=quoting)
        writer.writerows([self.header, *self.rows])
        return self.before + out.getvalue() + self.after

    def data(self) -> bytes:
        """The bytes; what the encoding lacks is a question mark, and the table no longer the same."""
        encoding = self.encoding
        mark = {"utf-16-le!": b"\xff\xfe", "utf-16-be!": b"\xfe\xff"}.get(encoding, b"")
        return mark + self.text().encode(encoding.removesuffix("!"), "replace")


# --- tables that import well --------------------------------------------------------------------------------


def good_table(c: Context, name: str, import_it: Callable[[Case], list[dict]]) -> Case:
    """A table of a noun with all its fields, without the cells of which `import_it` says that they do not fit."""
    importing = nouns.find(name)
    columns = {}
    for one, declared in importing.fields.items():
        cells = [_cell(c, one, declared, row) for row in range(ROWS)]
        if any(cells):
            columns[one] = cells
    case = Case(list(columns), [list(row) for row in zip(*columns.values(), strict=True)])
    for _ in range(60):
        errors = import_it(case)
        if not errors:
            return case
        for error in errors:
            row = case.rows[_row_on(case, error["line"])]
            row[case.header.index(error["column"])] = ""
    raise AssertionError(f"{name}: no table imports well: {errors}")


def _row_on(case: Case, line: int) -> int:
    at = 2
    for number, row in enumerate(case.rows):
        if at == line:
            return number
        at += 1 + sum(cell.count("\n") for cell in row)
    raise AssertionError(f"no row begins on line {line}")


def _cell(c: Context, name: str, declared: Field, row: int) -> str:
    if name == "external_id":
        return f"X{row + 1}"
    if isinstance(declared, Reference):
        return _name_of(c, declared.refers, row)
    if isinstance(declared, Words):
        return declared.names[row % len(declared.names)]
    if isinstance(declared, Text):
        text = (NAMES if declared.check else TEXTS)[row]
        return text if declared.lines else " ".join(text.split())
    reader = declared.reader(c)
    fitting = [one for one in VALUES if reader.one(one).__class__ is not Bad]
    return fitting[0] if fitting else ""


def _name_of(c: Context, noun: str, row: int) -> str:
    from kam_cli import registry

    declared = registry.noun(noun)
    names = c.book.column(
        f"SELECT {declared.title} FROM {declared.table} t WHERE t.deleted_at IS NULL ORDER BY t.id"
    )
    return str(names[row % len(names)]) if names else NAMES[row]


# --- ways to spoil one --------------------------------------------------------------------------------------
# Each takes a case and a source of chance, and gives another case.


def _rows(case: Case) -> list[list[str]]:
    return [list(row) for row in case.rows]


def _some_cell(case: Case, chance: random.Random, text: str) -> Case:
    rows = _rows(case)
    row = chance.choice(rows)
    at = chance.randrange(len(row))
    row[at] = chance.choice((text, row[at] + text, text + row[at]))
    return replace(case, rows=rows, same=False)


def other_delimiter(case: Case, chance: random.Random) -> Case:
    return replace(case, delimiter=chance.choice(";\t|"))


def other_encoding(case: Case, chance: random.Random) -> Case:
    return replace(case, encoding=chance.choice((*ENCODINGS, "utf-16-le!", "utf-16-be!")))


def other_ends(case: Case, chance: random.Random) -> Case:
    return replace(case, ends=chance.choice(("\r\n", "\r")))


def all_quoted(case: Case, chance: random.Random) -> Case:
    return replace(case, quoting=csv.QUOTE_ALL)


def sep_line(case: Case, chance: random.Random) -> Case:
    told = chance.choice((case.delimiter, case.delimiter, ";", ",,", "x", "\x1b"))
    same = case.same and told == case.delimiter and case.delimiter not in "|,"
    return replace(case, before=f"sep={told}{case.ends}{case.before}", same=same)


def preamble(case: Case, chance: random.Random) -> Case:
    lines = ("Report of March", "# a remark", "", "made by;someone", "\x1b[2J", "x" * 5000, ",,,", '"quoted"')
    before = "".join(chance.choice(lines) + case.ends for _ in range(chance.choice((1, 2, 5, 40))))
    return replace(case, before=before + case.before, same=False)


def footer(case: Case, chance: random.Random) -> Case:
    after = chance.choice(
        ("Grand Totals (7 records)", "sum,7", "\x1a", '"', "", "," * 500, "\0", "Confidential")
    )
    return replace(case, after=case.after + after + case.ends, same=False)


def blank_lines(case: Case, chance: random.Random) -> Case:
    return replace(
        case, after=case.after + chance.choice((case.ends, "   " + case.ends)) * chance.randrange(1, 30)
    )


def columns_in_other_order(case: Case, chance: random.Random) -> Case:
    order = chance.sample(range(len(case.header)), len(case.header))
    rows = [[row[i] if i < len(row) else "" for i in order] for row in case.rows]
    return replace(case, header=[case.header[i] for i in order], rows=rows)


def rows_in_other_order(case: Case, chance: random.Random) -> Case:
    return replace(case, rows=chance.sample(case.rows, len(case.rows)), same=False)


def ragged(case: Case, chance: random.Random) -> Case:
    rows = _rows(case)
    row = chance.choice(rows)
    if chance.random() < 0.5:
        del row[chance.randrange(len(row)) :]
    else:
        row += ["" if chance.random() < 0.5 else "more"] * chance.choice((1, 3, 2000))
    return replace(case, rows=[row or [""] for row in rows], same=False)


def row_twice(case: Case, chance: random.Random) -> Case:
    return replace(
        case, rows=[*case.rows, *chance.choices(case.rows, k=chance.choice((1, 3000)))], same=False
    )


def header_again(case: Case, chance: random.Random) -> Case:
    rows = _rows(case)
    rows.insert(chance.randrange(len(rows) + 1), list(case.header))
    return replace(case, rows=rows, same=False)


def no_rows(case: Case, chance: random.Random) -> Case:
    return replace(case, rows=[], same=False)


def header_changed(case: Case, chance: random.Random) -> Case:
    header = list(case.header)
    other = (
        "", " ", chance.choice(header), chance.choice(header).upper(), "x" * 3000, "name", "\x1b[31m", "\u202ename", "12",
        "a\nb", '"', "=1+1", "na\u200bme", " name ", "name\ufeff", "%", "#", "*", "__class__", "1; DROP TABLE clients", "\x85",
    )  # fmt: skip
    for _ in range(chance.choice((1, 1, 2, 5))):
        header[chance.randrange(len(header))] = chance.choice(other)
    return replace(case, header=header, same=False)


def column_twice(case: Case, chance: random.Random) -> Case:
    at = chance.randrange(len(case.header))
    rows = [[*row, chance.choice((*row, ""))] for row in case.rows]
    return replace(case, header=[*case.header, case.header[at]], rows=rows, same=False)


def column_lost(case: Case, chance: random.Random) -> Case:
    at = chance.randrange(len(case.header))
    rows = [[cell for i, cell in enumerate(row) if i != at] or [""] for row in case.rows]
    return replace(case, header=case.header[:at] + case.header[at + 1 :] or [""], rows=rows, same=False)


def many_columns(case: Case, chance: random.Random) -> Case:
    more = chance.choice((50, 3000))
    names = [chance.choice(("", "name", "x", f"c{i}")) for i in range(more)]
    return replace(
        case, header=case.header + names, rows=[row + [""] * more for row in case.rows], same=False
    )


def formula(case: Case, chance: random.Random) -> Case:
    return _some_cell(case, chance, chance.choice(FORMULAS))


def odd_number(case: Case, chance: random.Random) -> Case:
    return _some_cell(case, chance, chance.choice(NUMBERS))


def control(case: Case, chance: random.Random) -> Case:
    return _some_cell(case, chance, chance.choice(CONTROLS))


def breaks_in_a_cell(case: Case, chance: random.Random) -> Case:
    return _some_cell(case, chance, chance.choice(("\r", "\n", "\r\n", "\n\n\n", '"', '""', "'", "\\", "\0")))


def long_cell(case: Case, chance: random.Random) -> Case:
    return _some_cell(case, chance, chance.choice("xż=\n") * chance.choice((501, 5000, 120_000)))


def spaces(case: Case, chance: random.Random) -> Case:
    rows = [
        [f" {cell}\u00a0" if cell and chance.random() < 0.3 else cell for cell in row] for row in case.rows
    ]
    return replace(case, rows=rows, same=False)


TABLE_WAYS = (
    other_delimiter, other_encoding, other_ends, all_quoted, sep_line, preamble, footer, blank_lines, columns_in_other_order,
    rows_in_other_order, ragged, row_twice, header_again, no_rows, header_changed, column_twice, column_lost, many_columns,
    formula, odd_number, control, breaks_in_a_cell, long_cell, spaces,
)  # fmt: skip


SAME_WAYS = (
    other_delimiter, other_encoding, other_encoding, other_ends, all_quoted, sep_line, blank_lines, columns_in_other_order,
)  # fmt: skip


# Each takes bytes and gives other bytes.


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20)) if data else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def put_in(data: bytes, chance: random.Random) -> bytes:
    odd = (
        b"\0", b'"', b"\r", b"\n", b",", b";", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1a", b"\x80", b"\xc3", b"\xed\xa0\x80", b"'",
    )  # fmt: skip
    for _ in range(chance.choice((1, 1, 2, 10))):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(odd) + data[at:]
    return data


def cut_out(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice((1, 2, 50)) :]


def shuffled(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def repeated(data: bytes, chance: random.Random) -> bytes:
    return data * chance.choice((2, 30))


def noise(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.choice((3, 50, 3000))) + data[at:]


def misread(data: bytes, chance: random.Random) -> bytes:
    """Read in one encoding and written in another, as a careless program does."""
    return data.decode(chance.choice(("latin-1", "cp437"))).encode("utf-8", "replace")


BYTE_WAYS = (truncated, truncated, flipped, put_in, cut_out, shuffled, repeated, noise, misread)


def spoil(case: Case, chance: random.Random) -> tuple[Case, bytes]:
    """The case after a few ways of spoiling, and its bytes."""
    gently = chance.random() < 0.3
    for way in chance.choices(SAME_WAYS if gently else TABLE_WAYS, k=chance.choice((0, 1, 1, 2, 3))):
        if case.rows:
            case = replace(way(case, chance), done=[*case.done, way.__name__])
    if case.encoding.startswith(("cp", "iso")):
        try:
            case.text().encode(case.encoding)
        except UnicodeEncodeError:
            case = replace(case, same=False)
    if gently or (case.done and chance.random() < 0.5):
        return case, case.data()
    done, data = spoil_bytes(case.data(), chance)
    return replace(case, same=False, done=[*case.done, *done]), data


def spoil_bytes(data: bytes, chance: random.Random) -> tuple[list[str], bytes]:
    """What was done to a file without regard for what it says, and its bytes."""
    done = []
    for way in chance.choices(BYTE_WAYS, k=chance.choice((1, 1, 2))):
        data = way(data, chance)
        done.append(way.__name__)
    return done, data


# --- what a table says, read without kam --------------------------------------------------------------------


def read(data: bytes, encoding: str, delimiter: str, header_line: int) -> list[list[list[str]]]:
    """The header and the rows of a file as the csv module of Python sees them, blank ones left out.

    Two readings: with and without blanks left out after a delimiter. Without a header the columns are numbered.
    """
    text = data.decode(encoding).removeprefix("\ufeff")
    lines = io.StringIO(text, newline="").readlines()[max(header_line, 1) - 1 :]
    csv.field_size_limit(10_000_000)
    readings = []
    for skip in (False, True):
        found = csv.reader(lines, delimiter=delimiter, skipinitialspace=skip)
        rows = [cells for cells in found if "".join(cells).strip()]
        readings.append(rows if header_line else [[str(one + 1) for one in range(len(rows[0]))], *rows])
    return readings


# What Windows calls by the numbers of control characters.
MISREAD = {code: char for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore"))}


def stored(cell: str, declared: Text) -> str | None:
    """What a text cell is in the book."""
    from unicodedata import normalize

    # An apostrophe keeps a spreadsheet from running what stands behind it.
    cell = re.sub("^'(?='*[=+\\-@\t\r\n＝＋－＠])", "", cell).strip()
    if not declared.lines:
        cell = " ".join(cell.split())
    return normalize("NFC", cell.translate(MISREAD)) or None


def is_name_in(name: str, row: str) -> bool:
    """Whether a name holds letters of a row only: it may come in parts, which are put in order, with forms of address."""
    letters = (Counter(filter(str.isalnum, text)) for text in (name, row))
    return bool(name) and not next(letters) - next(letters)


def text_fields(name: str, header: Sequence[str], given: dict[str, str]) -> dict[str, int]:
    """Fields that are stored as the text of one column → that column."""
    from kam_cli.formats.headers import match_columns

    importing = nouns.find(name)
    found = match_columns(list(header), importing.synonyms, given, importing.many)
    return {
        one: columns[0]
        for one, columns in found.columns.items()
        if type(importing.fields[one]) is Text and one in importing.columns and len(columns) == 1
    }
