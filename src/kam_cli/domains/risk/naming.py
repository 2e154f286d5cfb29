"""From what a person types ("addr", "#6", "address=a mailbox") to one warning sign, and what shows it."""

from __future__ import annotations

from kam_cli.domains.risk import store
from kam_cli.errors import Ambiguous, NotFound
from kam_cli.kinds import line
from kam_cli.params import Kind
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


def find(c: Context, text: str) -> Row:
    """The one sign that ``text`` names: number → exact → beginning of a word → fragment. Raises NotFound, Ambiguous."""
    signs, key, number = store.all_signs(c.book), fold(text), text.strip().removeprefix("#")
    steps = (
        lambda row: number.isascii() and number.isdigit() and row["id"] == int(number[:15]),
        lambda row: row["name_key"] == key,
        lambda row: bool(key) and f" {key}" in f" {row['name_key']}",
        lambda row: bool(key) and key in row["name_key"],
    )
    found: list[Row] = next((some for step in steps if (some := [row for row in signs if step(row)])), [])
    if not found:
        raise NotFound(f"no warning sign {text[:40]!r}; there are {', '.join(row['name'] for row in signs)}")
    if len(found) > 1:
        raise Ambiguous(
            f"{text!r} matches {len(found)} signs; type more of the name:",
            [f"#{row['id']} {row['name']}" for row in found],
        )
    return found[0]


def told(c: Context, text: str) -> Row:
    """A sign that a person tells. Raises NotFound, also for one that the book tells by itself."""
    row = find(c, text)
    if row["measure"]:
        raise NotFound(f"{row['name']!r} is told by the book itself; it needs no answer")
    return row


def _seen(c: Context, text: str) -> tuple[Row, str | None]:
    name, _, evidence = str(line.parse(c, text)).partition("=")
    return told(c, name.strip()), evidence.strip() or None


def offered(c: Context, prefix: str) -> list[str]:
    """What completion offers."""
    from kam_cli.complete import is_plain

    names = [(row["name"], row["id"]) for row in store.all_signs(c.book) if not row["measure"]]
    return [name if is_plain(name) else str(number) for name, number in names]


seen = Kind(_seen, "NAME[=WHY]", offered)
sign = Kind(lambda c, text: told(c, text), "NAME", offered)
