"""From what a person types ("pres", "#6") to one stage: the beginning of any of its words is enough."""

from __future__ import annotations

from kam_cli.domains.stages import store
from kam_cli.errors import Ambiguous, NotFound
from kam_cli.params import Kind
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]


def find(c: Context, text: str) -> Row:
    """The one stage that ``text`` names: number → uid → exact → beginning of a word → fragment.

    Raises NotFound with the stages there are, and Ambiguous with the candidates.
    """
    stages = store.all_stages(c.book)
    found = candidates(stages, text.strip())
    if not found:
        names = ", ".join(row["name"] for row in stages)
        raise NotFound(f"no stage {text[:40]!r}; there are {names}")
    if len(found) > 1:
        lines = [f"#{row['id']} {row['name']}" for row in found]
        message = f"{text!r} matches {len(found)} stages; type more of the name:"
        if not c.interactive:
            raise Ambiguous(message, lines)
        return found[c.choose(message, lines)]
    return found[0]


def candidates(stages: list[Row], text: str) -> list[Row]:
    """The stages that match at the first step at which any does."""
    number, key = text.removeprefix("#"), fold(text)
    steps = (
        lambda row: number.isascii() and number.isdigit() and row["id"] == int(number[:15]),
        lambda row: row["uid"] == text.lower(),
        lambda row: row["name_key"] == key,
        lambda row: bool(key) and f" {key}" in f" {row['name_key']}",
        lambda row: bool(key) and key in row["name_key"],
    )
    return next((found for step in steps if (found := [row for row in stages if step(row)])), [])


def same_name(book: Book, name: str) -> Row | None:
    """The stage on the list that is already called so, whatever the case and accents."""
    return next((row for row in store.all_stages(book) if row["name_key"] == fold(name)), None)


def offered(c: Context, prefix: str) -> list[str]:
    """What completion offers: names that need no quotes, else numbers."""
    from kam_cli.complete import is_plain

    return [row["name"] if is_plain(row["name"]) else str(row["id"]) for row in store.all_stages(c.book)]


stage = Kind(find, "STAGE", offered)
