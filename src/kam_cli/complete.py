"""What the shell may offer next: commands, options, choices, and names of records."""

from __future__ import annotations

import os
import sys

from kam_cli import registry
from kam_cli.globals import GLOBALS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Context, Verb
    from kam_cli.params import Param


def main() -> int | None:
    """Answer bash at once; the scripts of other shells are answered by Typer, with the same candidates."""
    if os.environ.get("_KAM_COMPLETE") != "complete_bash":
        return None
    words = _split(os.environ.get("COMP_WORDS", ""))
    at = os.environ.get("COMP_CWORD", "")
    position = int(at) if at.isascii() and at.isdigit() else len(words)
    current = words[position] if position < len(words) else ""
    try:
        found = candidates(words[1:position], current)
    except Exception:  # a completion never writes over the line that is being typed
        found = []
    sys.stdout.write("".join(f"{one}\n" for one in found))
    return 0


def _split(line: str) -> list[str]:
    """The words of a line that is still being typed, as the shell parts them."""
    if not set(line).intersection("\"'\\"):
        return line.split()
    import re

    found = re.findall(r"""(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*(?:"|$)|'[^']*(?:'|$))+""", line, re.DOTALL)
    return [re.sub(r"""\\(.)|["']""", r"\1", word) for word in found]


def candidates(before: list[str], current: str) -> list[str]:
    """What could stand for ``current`` after the words ``before``."""
    words = [word for word in before if not word.startswith("-")]
    entry = registry.find(words[0]) if words else None
    if entry is None:
        return _begin([e.name for e in registry.ENTRIES], current) if not words else []
    verb = registry.verb(entry, entry.name) if entry.alone else None
    if verb is None:
        if len(words) == 1:
            return _begin(list(registry.verbs(entry)), current)
        verb = registry.verb(entry, words[1])
    if verb is None:
        return []
    options = {one: p for p in [*verb.params, *GLOBALS] for one in p.flags or ()}
    if before and before[-1] in options and not options[before[-1]].is_flag:
        return offered(options[before[-1]], current, _context(before))
    if current.startswith("-"):
        return _begin(list(options), current)
    return _positional(verb, before, current, skip=1 if entry.alone else 2, options=options)


def _positional(
    verb: Verb, before: list[str], current: str, skip: int, options: dict[str, Param]
) -> list[str]:
    count = 0
    takes_value = False
    for word in before:
        if takes_value:
            takes_value = False
        elif word.startswith("-"):
            takes_value = word in options and not options[word].is_flag
        else:
            count += 1
    takers = [p for p in verb.params if not p.flags]
    number = min(count - skip, len(takers) - 1)
    return offered(takers[number], current, _context(before)) if number >= 0 else []


def offered(param: Param, current: str, c: Context) -> list[str]:
    """What a parameter offers for a beginning; nothing that a shell would part, run or expand."""
    if param.kind is None or param.kind.complete is None:
        return []
    return [one for one in _begin(param.kind.complete(c, current), current) if is_plain(one)]


def is_plain(word: str) -> bool:
    """Whether every shell takes the word as it stands: letters, digits and ``. @ + _ -``, which does not come first."""
    return word[:1] != "-" and "".join(one for one in word if one not in ".@+_-").isalnum()


def _context(before: list[str]) -> Context:
    from kam_cli.command import Context

    at = before.index("--db") + 1 if "--db" in before else 0
    return Context({"db": before[at]} if 0 < at < len(before) else {}, [])


def names(c: Context, noun_name: str, current: str) -> list[str]:
    """Handles (or numbers) without spaces that begin so; any case and accents."""
    from kam_cli.text import fold

    noun = registry.noun(noun_name)
    key = fold(current)
    if noun.name == "client":
        key = key.replace(" ", "-")
        begun = "SELECT handle FROM clients WHERE deleted_at IS NULL AND handle >= ? AND handle < ?"
        return c.book.column(begun + " ORDER BY handle LIMIT 50", (key, key + "\x7f"))
    sql = f"SELECT id FROM {noun.table} WHERE deleted_at IS NULL AND CAST(id AS TEXT) LIKE ? ORDER BY id DESC LIMIT 50"
    return [str(i) for i in c.book.column(sql, (key + "%",))]


def _begin(values: list[str], current: str) -> list[str]:
    folded = current.casefold()
    return [value for value in values if value.casefold().startswith(folded)]
