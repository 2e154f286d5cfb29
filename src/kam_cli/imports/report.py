"""What an import tells: progress while it runs, then a summary for people and counts with faults for programs."""

from __future__ import annotations

import os
import time

from kam_cli.errors import KamError
from kam_cli.formats.headers import listed, short
from kam_cli.formats.table import BadTable
from kam_cli.imports.fields import ID, OR
from kam_cli.output import Block, Failed, Page, progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.imports.run import Run

    Row = dict[str, Any]

SHOWN = 20  # faults listed for a person
LONGEST_VALUE = 60


class Progress:
    """How far an import is, on a terminal, once it has taken longer than a second."""

    def __init__(self, c: Context, run: Run, path: str) -> None:
        self.quiet = bool(c.flags.get("quiet"))
        self.run = run
        self.size = os.path.getsize(path) if os.path.isfile(path) else 0
        self.started = time.monotonic()

    def show(self) -> None:
        table = self.run.reading.table
        share = f"{min(100, 100 * table.bytes_read // self.size)} %, " if self.size else ""
        self.say(f"{share}{_number(self.run.reading.rows)} rows")

    def say(self, message: str) -> None:
        if not self.quiet and time.monotonic() - self.started > 1:
            progress(message + " …")

    def end(self) -> None:
        progress("")


def unreadable(error: KamError, rows: int = 0) -> Failed:
    """The end of an import whose table could not be read."""
    line = error.line if isinstance(error, BadTable) else None
    fault = {"line": line, "column": None, "value": None, "message": str(error)}
    return Failed(Page(_counts(rows, {}, [fault]), []), error)


def summary(c: Context, order: Any, run: Run, alike: list[str]) -> Any:
    """The end of an import; one with bad rows has failed unless they were to be skipped."""
    refused = bool(run.bad) and not run.options.skip_bad
    unit, place = run.reading.table.unit, run.reading.table.place
    done = (
        {}
        if refused
        else {"created": run.created, "updated": run.updated, "skipped": run.skipped, "also": run.also}
    )
    table = run.reading.table
    data = _counts(run.reading.rows, done, run.faults) | {
        "changes": [] if refused else run.changes, "noun": run.importing.name, "source": run.source,
        "left_out": run.left_out, "header_line": table.header_line, **table.detected,
    }  # fmt: skip
    if alike:
        c.note(f"{run.importing.name} that look like others; nothing was merged:")
        for one in alike:
            c.note("  " + one)
    page = Page(data, _blocks(c, order, run, refused))
    if refused:
        what = f"{_number(run.bad)} of {_number(run.reading.rows)} {unit}s"
        verb = "is" if run.bad == 1 else "are"
        hopeless = " Reading stopped there: do the columns fit?" if run.is_hopeless else ""
        message = f"{what} {verb} bad, so nothing was imported; mend the table, or add --skip-bad.{hopeless}"
        return Failed(page, KamError(message, _fault_lines(run.faults, place)))
    if run.bad:
        where = f" They are in {run.bad_rows.path}" if run.bad_rows else ""
        c.note(f"{_number(run.bad)} bad {unit}s were left out.{where}")
        for one in _fault_lines(run.faults, place):
            c.note("  " + one)
    return None if c.flags.get("quiet") and c.format == "table" else page


def _counts(rows: int, done: Row, faults: list[Row]) -> Row:
    return {"read": rows, "created": 0, "updated": 0, "skipped": 0, "also": {}, **done, "errors": faults}


def _fault_lines(faults: list[Row], place: str) -> list[str]:
    lines = []
    for fault in faults[:SHOWN]:
        value = fault["value"]
        quoted = f" {value[:LONGEST_VALUE]!r}" if value else ""
        where = f", {short(fault['column'])}{quoted}" if fault["column"] else ""
        lines.append(f"{place} {fault['line']}{where}: {fault['message']}")
    return lines + ([f"… {len(faults) - SHOWN} more; --json has them all"] if len(faults) > SHOWN else [])


def _blocks(c: Context, order: Any, run: Run, refused: bool) -> list[Block]:
    table, match = run.reading.table, run.reading.match
    would = "would be " if order.dry_run else ""
    parts = [f"{_many(run.created, run.importing.name)} {would}created"]
    counts = ((run.updated, "updated"), (run.skipped, "skipped"))
    parts += [f"{_number(count)} {would}{done}" for count, done in counts if count]
    parts += [f"also {_many(count, name)}" for name, count in run.also.items()]
    title = "nothing was imported" if refused else ", ".join(parts)
    facts: list[tuple[str, Any]] = [
        ("from", f"{order.file}: {'; '.join(table.notes)}"),
        (f"{table.unit}s", _number(run.reading.rows)),
        ("source", run.source),
    ]
    known = run.skipped - sum(run.left_out.values())
    if known and not refused:
        can_update = "external_id" in match.columns and not order.options["update"]
        advice = "; --update takes over what differs" if can_update else ""
        facts.append(("known", f"{_number(known)} imported before{advice}"))
    facts += [("left out", [f"{_number(count)} {why}" for why, count in run.left_out.items()])]
    facts += [("columns", run.reading.remarks)]
    example = run.reading.preview[0] if run.reading.preview else {}
    rows = [
        {"column": short(table.header[index]), "field": field, "example": _example(run, field, example)}
        for field, indexes in match.columns.items()
        for index in indexes
        if table.header[index] != field
    ]
    left = [name for name in table.unread(match.unmatched) if name.strip()]
    way_out = "" if table.is_exact else ', --map "Column=field" maps them'
    kept = "kept as a note" if run.reading.kept else f"left out (--keep-unknown keeps them{way_out})"
    return [
        Block(title, pairs=facts),
        Block("", rows=rows, show=("column", "field", "example")),
        Block("", lines=[] if refused else _told(order, run)),
        Block("", lines=[listed(kept, left)] if left else []),
    ]


def _told(order: Any, run: Run) -> list[str]:
    """What becomes of records, in words: what is new in a dry run, and what is changed."""
    lines = []
    if order.dry_run and run.new_names:
        more = " …" if run.created > len(run.new_names) else ""
        lines.append(f"would be created: {' · '.join(run.new_names)}{more}")
    changes = run.changes[:SHOWN]
    lines += [
        f"{'would change' if order.dry_run else 'changed'}: {one['noun']} #{one['id']} {one['record']}: "
        f"{one['field']}: {_shown(one['old']) or '–'} → {_shown(one['new']) or '–'}"
        for one in changes
    ]
    more_changes = len(run.changes) - len(changes)
    return lines + ([f"… {_number(more_changes)} more changes; --json has them all"] if more_changes else [])


def _example(run: Run, field: str, row: Row) -> str:
    """What was understood of a field in a row; of a number that is stored without its decimals, with them."""
    value, places = row.get(field), run.importing.fields[field].places
    if value is not None and places:
        from decimal import Decimal

        value = format(Decimal(value).scaleb(-places).normalize(), "f")
    return short(_shown(value))


def _shown(value: Any) -> str:
    """A value of the first row, as it was understood, as far as it fits."""
    text = " ".join(_text(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_one, value))
    if isinstance(value, tuple):
        return str(value[0] if value[2] else value[1])
    return "" if value is None else str(value).replace(ID, "").replace(OR, " ")


def _one(part: Any) -> str:
    """One of several values of a cell: a detail by its value, another tuple by its first text."""
    if isinstance(part, str):
        return part
    return part[2] if len(part) == 4 and isinstance(part[2], str) else str(part[0])


def _many(count: int, name: str) -> str:
    """``12 clients``, ``1 client``."""
    return f"{_number(count)} {name.removesuffix('s') if count == 1 and name != 'nps' else name}"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", " ")
