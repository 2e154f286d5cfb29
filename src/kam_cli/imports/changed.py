"""What an import has changed in records that were there before, field by field, read from the journal."""

from __future__ import annotations

from kam_cli.changes import Words
from kam_cli.encode import public, shown_name
from kam_cli.journal import parse_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.imports.run import Run

    Row = dict[str, Any]

MOST = 100_000  # entries of the journal that are told
_UNTOLD = ("id", "uid", "created_at", "updated_at", "entered_stage_at")

ENTRIES = """
SELECT tbl, row_id, op, before FROM journal
WHERE command_id = (SELECT command_id FROM journal_state) AND last_id IS NULL ORDER BY id LIMIT ?
"""


def changes(run: Run) -> list[Row]:
    """``noun id record field old new`` of every field that has another value now, inside the transaction.

    A phone, tag or the like that was added has no ``old``. Money is in major units, other records are named.
    """
    words = Words(run.c)
    seen = set()
    found: list[Row] = []
    for entry in run.book.rows(ENTRIES, (MOST,)):
        table, place = entry["tbl"], (entry["tbl"], entry["row_id"])
        if place in seen:
            continue
        seen.add(place)
        before = parse_image(entry["before"])
        after = run.book.row(f"SELECT * FROM {table} WHERE id = ?", (entry["row_id"],)) or {}
        if table in words.nouns and before and after:
            found += _told(words, place, _fields(words, table, before, after))
        elif owner := words.owner(table, after or before):
            found += _told(words, owner, _part(words, table, before, after))
    return found


def _told(words: Words, place: tuple[str, int], fields: Iterator[tuple[str, Any, Any]]) -> Iterator[Row]:
    table, number = place
    for field, old, new in fields:
        yield {
            "noun": words.nouns[table].name,
            "id": number,
            "record": words.title(table, number),
            "field": field,
            "old": old,
            "new": new,
        }


def _fields(words: Words, table: str, before: Row, after: Row) -> Iterator[tuple[str, Any, Any]]:
    was, now = public(before), public({name: after.get(name) for name in before})
    for name in before:
        if before[name] == after.get(name) or name in _UNTOLD or name.endswith("_key"):
            continue
        if words.links(table).get(name) in words.nouns:
            old, new = (words.value(table, name, row) if row[name] else None for row in (before, after))
            yield name.removesuffix("_id"), old, new
        else:
            shown = shown_name(name)
            yield shown, was.get(shown), now.get(shown)


def _part(words: Words, table: str, before: Row, after: Row) -> Iterator[tuple[str, Any, Any]]:
    (what, was), (other, now) = (words.part(table, row) if row else ("", "") for row in (before, after))
    if was != now:
        yield what or other, was or None, now or None


def names(run: Run, count: int) -> list[str]:
    """What the first few new records are called."""
    words = Words(run.c)
    ids = (number for ids in run.added.get(run.importing.table, ()) for number in ids)
    return [words.title(run.importing.table, number) for _, number in zip(range(count), ids, strict=False)]
