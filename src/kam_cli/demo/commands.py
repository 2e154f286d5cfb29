"""`kam demo`: an invented book in a file of its own, and a walk through the views of it."""

from __future__ import annotations

import os

from kam_cli.command import Context, verb
from kam_cli.errors import KamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What is shown, and why one would type it.
WALK = (
    ("kam today", "What is due: this is also what `kam` alone shows."),
    ("kam client show sinobrzeg", "The page to read before the phone is picked up."),
    (
        "kam log call sinobrzeg wants the renewal in one invoice --next 'send the draft' --due fri",
        "A call logged in one line.",
    ),
    ("kam find warszawa", "Anything, by a few letters of it; accents and scripts do not matter."),
    ("kam client dupes", "Two cards of one client, whatever the script; kam client merge makes one of them."),
    ("kam segment list", "Who recommends you, and who does not."),
    ("kam segment list critics", "Critics, with what disappointed them and the command that deals with it."),
    ("kam nps score --by quarter", "The score over time, with its margin of error."),
    ("kam deal board", "The pipeline, deal by deal."),
    ("kam metrics pipeline", "The pipeline in figures: weighted value per stage, totals per currency."),
    ("kam metrics winrate --by quarter", "What was won of what was decided."),
    ("kam order list --late", "Orders that should have been delivered."),
    ("kam debt list", "Who owes, since when, and who should be reminded how."),
    ("kam risk show valdoro", "Whether he may owe more: what speaks against it, and the limit that follows."),
    ("kam contract show V-118", "What is agreed in writing, and what is not yet."),
    ("kam undo --yes", "Every change can be taken back; here the call above."),
)


@verb()
def demo(c: Context) -> Any:
    """Make an invented book in a new file and walk through the main views on it.

    The book of a maker of coffee machines: some 40 clients in many countries, a year of calls, answers and
    deals, the same for the same --today. It never touches your own book.

    $ kam demo
    $ kam demo --db coffee.db
    """
    path = fresh_path(c.flags.get("db"))
    own = Context({**c.flags, "db": path}, c.argv)
    counts = make(own, path)
    if c.format != "table":
        return {"path": path, **counts}
    walk(own, path)
    return closing(path)


def fresh_path(given: str | None) -> str:
    """Where the demo's book goes: the file named, which must not exist, or one in a new temporary folder."""
    if not given:
        import tempfile

        return os.path.join(tempfile.mkdtemp(prefix="kam-demo-"), "book.db")
    path = os.path.expanduser(given)
    if os.path.lexists(path):
        raise KamError(f"{path} exists already; the demo only writes new files. Name another: --db PATH")
    return path


def make(c: Context, path: str) -> dict[str, int]:
    """Create and fill the book; gives how many records of each kind it holds."""
    from kam_cli.demo.loader import Loader
    from kam_cli.demo.story import story
    from kam_cli.tools.init import create, settings

    create(path, settings("EUR", "Europe/Warsaw", "Ewa Lis", "PL"))
    told = story(c.today)
    with c.write(rows=0):
        Loader(c.book, c.today).load(told)
    c.book.close()
    return {name: len(rows) for name, rows in told.items()}


def walk(c: Context, path: str) -> None:
    """Type each line of the walk, as a person would, on the demo's book."""
    import shlex

    from kam_cli import fastpath, output
    from kam_cli.command import run

    for line, why in WALK:
        output.heading(c, line, why)
        parsed = fastpath.parse([*shlex.split(line)[1:], "--db", path, "--today", c.today.isoformat()])
        if parsed is None or run(
            parsed[0], parsed[1], {**c.flags, **parsed[2], "quiet": False}, shlex.split(line)[1:]
        ):
            raise KamError(f"the demo stopped at: {line}")


def closing(path: str) -> str:
    """How to go on."""
    return (
        f"\nThe demo's book is {path}\n"
        f"Look around in it:   export KAM_DB={path}; kam\n"
        f"Start your own:      kam init --currency EUR --tz Europe/Warsaw"
    )
