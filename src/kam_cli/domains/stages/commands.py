"""`kam stage`: the stages of the pipeline, their order, default probability and expected days."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.stages import store
from kam_cli.domains.stages.naming import same_name, stage
from kam_cli.errors import Ambiguous, BadValue, KamError
from kam_cli.kinds import integer, line, percent
from kam_cli.output import Rows, Saved
from kam_cli.params import Kind, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page

    Row = dict[str, Any]


def _name(c: Context, text: str) -> str:
    """A stage's name. Raises BadValue for one that `deal move` would read otherwise."""
    from kam_cli.text import fold

    name = str(line.parse(c, text))
    if fold(name) in ("next", "back") or fold(name).isdigit() or len(name) > 60:
        raise BadValue(
            f"{name[:40]!r} is no name for a stage; use up to 60 characters, no number, not next, back"
        )
    return name


name = Kind(_name, "TEXT")
days = integer(0, 3660, "DAYS")
place = integer(1, store.MOST)


@verb(writes=True)
def add(
    c: Context,
    name: str = words(name, "name of the stage"),
    *,
    probability: int = opt(percent, "default probability of the deals in it, e.g. 35", required=True),
    days: int = opt(days, "how long a deal should stay in it; 0: it never rots", required=True),
    position: int | None = opt(place, "its place; the last one before the win"),
    after_win: bool = flag("work that follows the win"),
) -> Saved:
    """Add a stage to the pipeline.

    $ kam stage add pilot --probability 60 --days 30 --position 7
    """
    check_free(c, name)
    first, last = part(c, after_win)
    at = in_part(position if position is not None else last + 1, first, last + 1, after_win, "--position: ")
    stage_id = store.add(c.book, name, last + 1, probability, days, after_win)
    store.place(c.book, stage_id, at)
    return saved(c, stage_id, "added")


@verb(listing=store.LISTING)
def list_(c: Context, page: Page) -> Rows:
    """List the stages in order, with their open deals.

    $ kam stage list
    """
    return store.LISTING.fetch(c, page)


@verb(writes=True)
def edit(
    c: Context,
    stage: Row = arg(stage, "which stage"),
    *,
    name: str | None = opt(name, "the new name"),
    probability: int | None = opt(percent, "default probability of the deals in it"),
    days: int | None = opt(days, "how long a deal should stay in it; 0: it never rots"),
) -> Saved:
    """Rename a stage, change its probability or expected days.

    $ kam stage edit needs --probability 40 --days 14
    """
    fields: Row = {"probability_pct": probability, "expected_days": days}
    if name is not None:
        check_free(c, name, stage["id"])
        from kam_cli.text import fold

        fields |= {"name": name, "name_key": fold(name)}
    fields = {field: value for field, value in fields.items() if value is not None}
    changed = c.book.update("stages", stage["id"], fields)
    return saved(c, stage["id"], "changed" if changed else "nothing differs")


@verb(writes=True)
def move(
    c: Context,
    stage: Row = arg(stage, "which stage"),
    position: int = arg(place, "its new place, from 1"),
) -> Saved:
    """Put a stage to another place; the others close up.

    $ kam stage move presentation 4
    """
    first, last = part(c, stage["is_after_win"])
    store.place(c.book, stage["id"], in_part(position, first, last, stage["is_after_win"]))
    return saved(c, stage["id"], "moved")


@verb(writes=True)
def remove(c: Context, stage: Row = arg(stage, "which stage")) -> Saved:
    """Take a stage without open deals off the pipeline.

    $ kam stage remove preparation
    """
    held = store.open_deals(c.book, stage["id"])
    if held:
        what = f"{held} open deal{'' if held == 1 else 's'}"
        raise KamError(
            f"{stage['name']!r} holds {what}. Move them first: kam deal list --stage {stage['id']}"
        )
    first, last = part(c, stage["is_after_win"])
    if first == last and not stage["is_after_win"]:
        raise KamError(f"{stage['name']!r} is the only stage before the win; add another one first")
    done = saved(c, stage["id"], "removed")
    store.remove(c.book, stage["id"])
    return done


def check_free(c: Context, name: str, own_id: int | None = None) -> None:
    """Raises Ambiguous for a name that is taken."""
    taken = same_name(c.book, name)
    if taken and taken["id"] != own_id:
        raise Ambiguous(f"there is a stage {taken['name']!r} (#{taken['id']}) already; choose another name")


def part(c: Context, after_win: Any) -> tuple[int, int]:
    """The first and last position of the stages before the win, or after it; last < first where none is."""
    flags = [bool(row["is_after_win"]) for row in store.all_stages(c.book)]
    before = flags.count(False)
    return (before + 1, len(flags)) if after_win else (1, before)


def in_part(position: int, first: int, last: int, after_win: Any, label: str = "") -> int:
    """The position, where it lies in its part of the pipeline. Raises BadValue."""
    if first <= position <= last:
        return position
    which = "after" if after_win else "before"
    raise BadValue(f"{label}{position} is out of range; stages {which} the win stand at {first} to {last}")


def saved(c: Context, stage_id: int, done: str) -> Saved:
    row = store.LISTING.one(c, stage_id)
    stay = f"{row['expected_days']} days" if row["expected_days"] else "no limit"
    parts = [
        f"stage #{stage_id} {row['name']}",
        f"place {row['position']}",
        f"{row['probability_pct']} %",
        stay,
    ]
    parts += ["after the win"] if row["is_after_win"] else []
    return Saved(" · ".join(parts) + f" – {done}", row)
