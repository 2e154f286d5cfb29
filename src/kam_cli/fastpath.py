"""Plain, well-formed calls, parsed straight from the declarations: most calls of the day never load Typer.

Whatever is not plain (help, an unknown option, a missing verb, ``--``) is left to Typer by returning None; what
is parsed here gives exactly the raw values that Typer would give, which a test holds on random lines.
"""

from __future__ import annotations

import os

from kam_cli import registry
from kam_cli.globals import GLOBALS, meaning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Verb
    from kam_cli.params import Param


def main(argv: list[str]) -> int | None:
    """Run a plain call; None where Typer has to."""
    if "_KAM_COMPLETE" in os.environ:
        from kam_cli import complete

        return complete.main()
    if argv == ["--version"]:
        from kam_cli import __version__

        print(f"kam {__version__}")
        return 0
    parsed = parse(argv)
    if parsed is None:
        return None
    from kam_cli.command import run

    verb, raw, flags = parsed
    return run(verb, raw, flags, argv)


def parse(argv: list[str]) -> tuple[Verb, dict[str, Any], dict[str, Any]] | None:
    """The verb, its raw values, and the global options of a line; None where it is not plain."""
    flags: dict[str, Any] = {}
    words = _Words(argv)
    noun = words.next_word(flags) if argv else "today"
    if noun is None and not words.rest and not words.odd:
        noun = "today"
    entry = registry.find(noun or "")
    if entry is None or words.odd:
        return None
    name = entry.name if entry.alone else words.next_word(flags)
    verb = registry.verb(entry, name) if name else None
    if verb is None or words.odd:
        return None
    raw = _values(verb, words, flags)
    return None if raw is None else (verb, raw, flags)


class _Words:
    """The words still to be read; ``odd`` once something is not plain."""

    def __init__(self, argv: list[str]) -> None:
        self.rest = list(argv)
        self.odd = False

    def next_word(self, flags: dict[str, Any]) -> str | None:
        """The next word that is no option; global options on the way are taken in."""
        while self.rest and not self.odd:
            word = self.rest.pop(0)
            if not word.startswith("-") or word == "-":
                return word
            self.take(word, GLOBAL_OPTIONS, flags, {})
        return None

    def take(self, word: str, known: dict[str, Param], flags: dict[str, Any], raw: dict[str, Any]) -> None:
        """An option with its value, into ``flags`` if it is global, else into ``raw``."""
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        param = known.get(name)
        given: Any = True
        if param is None or (param.is_flag and equals):
            self.odd = True
            return
        if not param.is_flag:
            following = self.rest[0] if self.rest else "--"
            if not equals and following.startswith("-") and following != "-":
                self.odd = True  # a value that looks like an option: Typer knows what it makes of it
                return
            given = value if equals else self.rest.pop(0)
        if name in GLOBAL_OPTIONS:
            said = meaning(param.name, given)
            # Two answers to one question (--json --csv): Typer knows which it takes.
            self.odd = any(flags.get(key, value) != value for key, value in said.items())
            flags.update(said)
        elif param.many:
            raw.setdefault(param.name, []).append(given)
        else:
            raw[param.name] = given


def _values(verb: Verb, words: _Words, flags: dict[str, Any]) -> dict[str, Any] | None:
    known = {**GLOBAL_OPTIONS, **{one: p for p in verb.params for one in p.flags or ()}}
    raw: dict[str, Any] = {}
    positional: list[str] = []
    while words.rest and not words.odd:
        word = words.rest.pop(0)
        if word == "-" or not word.startswith("-"):
            positional.append(word)
        else:
            words.take(word, known, flags, raw)
    if words.odd:
        return None
    takers = [p for p in verb.params if not p.flags]
    for number, param in enumerate(takers):
        if param.many or param.joined:
            raw[param.name] = positional[: len(positional) - (len(takers) - number - 1)]
            positional = positional[len(raw[param.name]) :]
        elif positional:
            raw[param.name] = positional.pop(0)
    return None if positional else raw


GLOBAL_OPTIONS = {one: p for p in GLOBALS for one in p.flags or ()}
