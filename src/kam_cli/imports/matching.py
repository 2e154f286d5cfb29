"""Which noun a table is of, and which of its columns feeds which field."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.formats.headers import match_columns, normalise
from kam_cli.imports import identity, noun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kam_cli.book import Book
    from kam_cli.formats.headers import Match
    from kam_cli.formats.table import Table
    from kam_cli.imports.noun import Importing

CLEARLY = 2  # so many more columns than any other noun must the one fit that is taken unasked


def merged(saved: Mapping[str, str], given: Mapping[str, str], many: Collection[str]) -> dict[str, str]:
    """A saved map under the one given now, which takes columns and fields away from it."""
    anew = {normalise(column) for column in given}
    taken = {field for field in given.values() if field and field not in many}
    kept = {c: field for c, field in saved.items() if normalise(c) not in anew and field not in taken}
    return {**kept, **given}


def match(
    importing: Importing, header: list[str], columns: Mapping[str, str], given: Mapping[str, str]
) -> Match:
    """Match the columns, those of a saved map only where the table has them. Raises BadValue."""
    there = {normalise(name) for name in header}
    explicit = {name: field for name, field in columns.items() if name in given or normalise(name) in there}
    return match_columns(header, importing.headers, explicit, importing.many)


def check_required(importing: Importing, header: list[str], found: Match, updates: bool) -> None:
    """Raises BadValue where no column feeds a field that every new record needs.

    A table that only updates records known by their ``external_id`` needs no other field.
    """
    if updates and "external_id" in found.columns:
        return
    for alternatives in importing.required:
        names = alternatives.split("|")
        if not any(name in found.columns or f"{name}_minor" in found.columns for name in names):
            what = " or ".join(repr(name) for name in names)
            raise BadValue(
                f'no column is the {what} of {importing.name}; say which: --map "Their column={names[0]}"',
                [f"columns: {', '.join(name for name in header if name)}"],
            )


def guess(book: Book, table: Table, given: Mapping[str, str], source: str) -> Importing:
    """The noun that a table without ``--as`` is of. Raises BadValue, with the choices, unless it is clear."""
    if table.noun:
        return noun.find(table.noun)
    header = table.header
    mapped = identity.mapped_nouns(book, source)
    if len(mapped) == 1:
        return noun.find(mapped[0])
    fits = []
    for one in noun.every():
        try:
            found = match(one, header, given, given)
            check_required(one, header, found, updates=False)
        except BadValue:
            continue
        fits.append((len(found.fields), one))
    fits.sort(key=lambda fit: -fit[0])
    if fits and (len(fits) == 1 or fits[0][0] >= fits[1][0] + CLEARLY):
        return fits[0][1]
    columns = sum(bool(name.strip()) for name in header)
    lines = [f"--as {one.name} ({count} of {columns} columns)" for count, one in fits]
    raise BadValue(
        "what the rows are is not clear from the columns; say it:",
        lines or [f"--as {one.name}" for one in noun.every()],
    )


def kept_columns(
    importing: Importing, header: list[str], found: Match, columns: Mapping[str, str]
) -> list[int]:
    """The indexes of the columns that ``--keep-unknown`` keeps: in no field, and not mapped to nothing.

    Raises BadValue where the noun has no note.
    """
    if not importing.note:
        raise BadValue(f"--keep-unknown: {importing.name} hold no note to keep a column in; leave it out")
    dropped = {normalise(name) for name, field in columns.items() if not field}
    wanted = {name for name in found.unmatched if normalise(name) not in dropped}
    return [index for index, name in enumerate(header) if name in wanted]
