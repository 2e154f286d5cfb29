"""Which noun a table is of, and which of its columns feeds which field."""

from __future__ import annotations

from kam_cli.errors import BadValue, KamError
from kam_cli.formats.headers import Match, listed, match_columns, normalise
from kam_cli.imports import identity, noun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kam_cli.command import Context
    from kam_cli.formats.table import Table
    from kam_cli.imports.layouts import Layout
    from kam_cli.imports.noun import Importing

CLEARLY = 2  # so many more columns than any other noun must the one fit that is taken unasked


def merged(saved: Mapping[str, str], given: Mapping[str, str], many: Collection[str]) -> dict[str, str]:
    """A saved map under the one given now, which takes columns and fields away from it."""
    anew = {normalise(column) for column in given}
    taken = {field for field in given.values() if field and field not in many}
    kept = {c: field for c, field in saved.items() if normalise(c) not in anew and field not in taken}
    return {**kept, **given}


def match(importing: Importing, table: Table, columns: Mapping[str, str], given: Mapping[str, str]) -> Match:
    """Match the columns, those of a saved map only where the table has them. Raises BadValue.

    The only column of a list without a header is the name.
    """
    if not columns and _is_list_of_names(importing, table):
        if table.header_line:
            table.notes.append(f"no header: line {table.header_line} is a name")
            table.take_header_for_row()
        return Match({"name": [0]}, [])
    header = table.header
    there = {normalise(name) for name in header}
    explicit = {name: field for name, field in columns.items() if name in given or normalise(name) in there}
    return _with_ids(
        importing, header, match_columns(header, importing.headers, explicit, importing.many), explicit
    )


def _with_ids(importing: Importing, header: list[str], found: Match, explicit: Mapping[str, str]) -> Match:
    """The match, where a column of ids joins that of the names they belong to."""
    given = {normalise(name) for name in explicit}
    free = {normalise(name): header.index(name) for name in found.unmatched if normalise(name) not in given}
    columns, ids = dict(found.columns), set()
    for field, declared in importing.fields.items():
        known = [normalise(name) for name in getattr(declared, "ids", ())]
        taken = columns.get(field, [])
        keys = [normalise(header[index]) for index in taken]
        if not taken or given.intersection(keys):
            continue
        ids |= {index for index, key in zip(taken, keys, strict=True) if key in known}
        beside = next((free[name] for name in known if name in free), None)
        if beside is not None and not ids.intersection(taken):
            columns[field] = [*taken, beside]
            ids.add(beside)
    unmatched = [name for name in found.unmatched if header.index(name) not in ids]
    return Match(columns, unmatched, ids)


def _is_list_of_names(importing: Importing, table: Table) -> bool:
    """Whether a table is a plain list: one column without a header, or whose header is the name of a company."""
    from kam_cli.text import bare, fold

    if len(table.header) != 1 or not importing.required[0].startswith("name|"):
        return False
    key = fold(table.header[0])
    return not table.header_line or bare(key) != key


def check_required(
    importing: Importing, table: Table, found: Match, updates: bool, constants: Collection[str] = ()
) -> None:
    """Raises BadValue where no column feeds a field that every new record needs.

    A table that only updates records known by their ``external_id`` needs no other field.
    """
    if updates and "external_id" in found.columns:
        return
    for alternatives in importing.required:
        names = alternatives.split("|")
        if not any(
            name in constants or name in found.columns or f"{name}_minor" in found.columns for name in names
        ):
            what = " or ".join(repr(name) for name in names)
            raise BadValue(
                f'no column is the {what} of {importing.name}; say which: --map "Their column={names[0]}"',
                _described(table),
            )


def _described(table: Table) -> list[str]:
    """The columns, with what stands in the first row where they have no names."""
    names = [name.strip() for name in table.header if name.strip()]
    if table.header_line or table.noun:
        return [listed("columns", names), "if the first row is no header, add --no-header"][
            : 1 + bool(table.header_line)
        ]
    try:
        first = table.peek(1)[0][1] if table.peek(1) else []
    except KamError:  # further down it cannot be read; what is missing is told first
        first = []
    shown = [f"{name} ({cell.strip()!r})" for name, cell in zip(names, first, strict=False)]
    return [listed("columns", shown or names)]


def guess(
    c: Context, table: Table, layout: Layout | None, given: Mapping[str, str], source: str
) -> Importing:
    """The noun that a table without ``--as`` is of. Raises BadValue, with the choices, unless it is clear or told."""
    if table.noun or layout:
        return noun.find(table.noun or layout.noun)  # type: ignore[union-attr]
    header = table.header
    mapped = identity.mapped_nouns(c.book, source)
    if len(mapped) == 1:
        return noun.find(mapped[0])
    fits = []
    for one in noun.every():
        try:
            found = match_columns(header, one.headers, dict(given), one.many)
            check_required(one, table, found, updates=False)
        except BadValue:
            continue
        if not set(one.telling) <= set(found.columns):
            continue
        fits.append((len(found.fields), one))
    fits.sort(key=lambda fit: -fit[0])
    if fits and (len(fits) == 1 or fits[0][0] >= fits[1][0] + CLEARLY):
        return fits[0][1]
    if c.interactive:
        every = [one for _, one in fits] or noun.every()
        return every[c.choose("what are the rows?", [one.name for one in every])]
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
