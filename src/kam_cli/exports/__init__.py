"""`kam export`: what the book holds, as files; one verb a noun, and one file here a further format, found by its name.

A format is a file with a ``@verb()`` function of the file's name. It gives its text in parts and leaves the rest,
stdout or a file of the owner's own, to `kam_cli.exports._target`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.command import Verb


def more_verbs() -> list[str]:
    """The verbs that no file here stands for: the nouns that have records."""
    from kam_cli.exports._nouns import words

    return words()


def verb_of(name: str) -> Verb | None:
    """The verb for one of these, by any of a noun's words."""
    from kam_cli.exports import _nouns

    return _nouns.verb_of(name)
