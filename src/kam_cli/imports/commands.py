"""`kam import`: take in the table of another program."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.errors import BadValue
from kam_cli.kinds import choice, line
from kam_cli.params import Kind, arg, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context


def _path(c: Context, text: str) -> str:
    import os

    return os.path.expanduser(text)


def _noun(c: Context, text: str) -> Any:
    from kam_cli.imports.noun import find

    return find(text)


def _nouns(c: Context, prefix: str) -> list[str]:
    from kam_cli.imports.noun import names

    return names()


def _encoding(c: Context, text: str) -> str:
    from kam_cli.formats.encoding import known_encoding

    return known_encoding(text)


def _delimiter(c: Context, text: str) -> str:
    from kam_cli.formats.layout import delimiter_from

    return delimiter_from(text)


def _pair(c: Context, text: str) -> tuple[str, str]:
    column, equals, field = text.rpartition("=")
    if not equals or not column.strip():
        raise BadValue(
            f'{text[:60]!r} maps nothing; write "Their column=field", or "Their column=" to leave it out'
        )
    return column.strip(), field.strip()


scripts = choice("icao", "iso9")


@verb()
def import_(
    c: Context,
    file: str | None = arg(
        Kind(_path, "FILE"),
        "a table (CSV, TSV, XLSX, JSON, SQLite …), pasted text, an address book (vCard, LDIF), a calendar or mail; - reads it from stdin",
        optional=True,
    ),
    as_: Any = opt(
        Kind(_noun, "NOUN", _nouns),
        "what its rows are: clients, contacts, deals, interactions, nps, tasks, products, orders, order-lines …",
    ),
    map: list[tuple[str, str]] = opt(
        Kind(_pair, "COLUMN=FIELD"), "which field a column feeds; kept for the source", many=True
    ),
    source: str | None = opt(line, "where the table comes from, for its ids and its map; the file's name"),
    encoding: str | None = opt(Kind(_encoding, "TEXT"), "encoding of the text, if the one found is wrong"),
    delimiter: str | None = opt(Kind(_delimiter, "CHAR"), "what parts the cells, if the one found is wrong"),
    sheet: str | None = opt(
        line, "which sheet of a workbook, table of a database, or list in JSON; the first that holds a table"
    ),
    no_header: bool = flag("the first row is data; the columns are called 1, 2, 3 …"),
    clipboard: bool = flag("read what was copied, from a spreadsheet for example"),
    from_group: str | None = opt(
        line, "take people over from an earlier group instead: a tag, or the number of a log entry"
    ),
    into: str | None = opt(line, "the tag of the new group"),
    whole: bool = flag("keep the whole text of a mail or an event; else its first lines"),
    create: bool = flag("make the clients and contacts that rows name and the book lacks"),
    transliterate: str | None = opt(
        scripts, "keep names in the other script too: icao (passports), iso9 (turns Latin back as well)"
    ),
    dry_run: bool = flag("show what would come of it; store nothing"),
    update: bool = flag("change records that were imported before where the table differs"),
    keep_unknown: bool = flag("keep columns that fit no field as a note"),
    skip_bad: bool = flag("import the good rows, and put the bad ones into FILE.bad.csv"),
) -> Any:
    """Take in a table; all of its rows, or none where one is bad. Importing it again changes nothing.

    A row is known by its source and external_id; without --source that is the program that the table is of, where
    it is a known one, else the file's name without its ending. A client in a row is found by the id of the same
    source, else by the exact name. The archive of a book (kam export archive) comes back exactly, into an empty one.

    $ kam import customers.csv --as clients --source crm --dry-run
    $ kam import offers.xlsx --sheet 2026 --as deals --map "Firm=client" --map "Offer=title"
    $ kam import --clipboard --as contacts
    $ kam import phone.vcf --create
    $ kam import book.jsonl --db new.db
    $ kam import --from-group "spring fair 2025" --into "spring fair 2026" --dry-run
    $ kam import survey.csv --as nps --map "Company=client" --map "Q1=score" --create
    """
    from kam_cli.formats.readers import Ask
    from kam_cli.imports.clipboard import CLIPBOARD
    from kam_cli.imports.transfer import Order, transfer

    if from_group or into:
        from kam_cli.imports.groups import take_over

        if file or clipboard or not from_group:
            raise BadValue("--from-group TAG --into TAG takes people over; a FILE is imported without them")
        return take_over(c, from_group, into, dry_run)
    if clipboard == bool(file):
        raise BadValue("FILE or --clipboard: give one of them, and not both")
    options = {"create": create, "update": update, "skip_bad": skip_bad, "transliterate": transliterate}
    order = Order(
        file or CLIPBOARD,
        as_,
        dict(map),
        source,
        Ask(encoding, delimiter, sheet, whole, c.today, no_header),
        dry_run,
        keep_unknown,
        options,
    )
    return transfer(c, order)
