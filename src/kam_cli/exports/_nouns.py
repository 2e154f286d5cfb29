"""`kam export clients` and its like: the records of a noun as a table."""

from __future__ import annotations

import os

from kam_cli import registry
from kam_cli.command import Verb
from kam_cli.errors import BadValue
from kam_cli.exports._target import TARGET, deliver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.exports._rows import Records
    from kam_cli.listing import Page
    from kam_cli.noun import Noun

FORMATS = ("csv", "tsv", "xlsx", "json", "jsonl", "md")
NESTED = ("json", "jsonl")  # formats in which the echo of a written file can be asked for, too


def word(noun: Noun) -> str:
    """What an export of the noun is called: as its import, in the plural."""
    return noun.name if "_" in noun.table else noun.table


def words() -> list[str]:
    """The nouns that can be exported."""
    from kam_cli.exports._rows import listing_of

    return sorted(word(noun) for noun in registry.nouns() if listing_of(noun))


class NounVerb(Verb):
    """One verb a noun, all with one function, each with its own help page."""

    __slots__ = ("noun",)

    def __init__(self, noun: Noun, listing: Any) -> None:
        super().__init__(table, word(noun), False, listing, TARGET)
        self.noun = noun
        self.formats = ("xlsx",)

    @property
    def doc(self) -> str:
        records = self.noun.table.replace("_", " ")
        return (table.__doc__ or "").replace("{word}", self.name).replace("{records}", records)


def verb_of(name: str) -> Verb | None:
    """The verb for a noun by any of its words: client, clients, log, interactions …"""
    from kam_cli.exports._rows import listing_of

    for noun in registry.nouns():
        entry = registry.find(noun.name)
        if name in (noun.name, noun.table, word(noun), entry.plural if entry else ""):
            listing = listing_of(noun)
            return NounVerb(noun, listing) if listing else None
    return None


def table(c: Context, page: Page, **target: Any) -> Any:
    """All {records} as a table (CSV, XLSX, JSON …).

    The ending of FILE says which: .csv .tsv .xlsx .json .jsonl .md. Without --to it goes to stdout, as CSV unless
    --format says otherwise. kam import takes it in again, in any book: external_id is the identity of a record.

    $ kam export {word} --to {word}.csv
    $ kam export {word} --limit 100 --to {word}-100.xlsx
    """
    from kam_cli.exports._rows import Records

    assert isinstance(c.verb, NounVerb)
    kind = format_of(c, target["to"])
    noun = c.verb.noun
    if kind == "table":
        return c.verb.listing.fetch(c, page)  # nothing else fits a screen
    records = Records(c, noun, c.verb.listing, page)
    name = c.verb.name

    def told() -> tuple[str, dict[str, Any]]:
        return f"{records.written:,} {name}", {"noun": noun.name, "rows": records.written, "format": kind}

    return deliver(c, parts_of(c, records, kind, name), target, told)


def format_of(c: Context, to: str | None) -> str:
    """The format of the table. Raises BadValue where the file's name and ``--format`` say two things, or nothing."""
    asked = c.flags.get("format")
    ending = os.path.splitext(to or "")[1].removeprefix(".").lower()
    if to in (None, "-"):
        given = asked or os.environ.get("KAM_FORMAT") or "csv"
        if given == "xlsx" and c.terminal:
            raise BadValue("--format: a workbook is nothing for a terminal; add --to FILE.xlsx")
        return str(given)
    if ending in FORMATS:
        if asked and asked != ending and asked not in NESTED:
            raise BadValue(f"--format: {asked}, but {to} ends in .{ending}; say one of them")
        return ending
    given = asked or os.environ.get("KAM_FORMAT")
    if given not in FORMATS:
        raise BadValue(f"--to: the name of {to} does not end in .{', .'.join(FORMATS)}; add --format")
    return str(given)


def parts_of(c: Context, records: Records, kind: str, name: str) -> Iterable[str | bytes]:
    """The table as text or bytes."""
    from kam_cli.exports import _text

    if kind == "xlsx":
        from kam_cli.exports._sheet import workbook_parts

        return workbook_parts(records, name)
    if kind in ("csv", "tsv"):
        return _text.csv_parts(records, "\t" if kind == "tsv" else ",", c.terminal)
    return {"json": _text.json_parts, "jsonl": _text.jsonl_parts, "md": _text.markdown_parts}[kind](records)
