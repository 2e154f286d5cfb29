"""`kam client dupes` and `kam contact dupes`: cards that look like one; and the question before another is added."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.errors import Ambiguous, BadValue
from kam_cli.kinds import integer, ref
from kam_cli.output import Rows, Saved
from kam_cli.params import arg, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.noun import Noun
    from kam_cli.refs import Ref

SCREEN_ROWS = 100  # of a table on a terminal
SLOW = 20_000  # cards from which on a terminal is told that something is being done
TOLD = 3  # groups too large to compare that are named

LEAST = opt(integer(0, 100), "from this score on; 40", "--min")
LIMIT = opt(integer(0, 10**9), "at most so many pairs; 0 for all", "--limit")
NOT = flag("two cards that are not one: never show them again", "--not")


@verb("dupes")
def client(
    c: Context,
    client: list[Ref] = arg(ref("client"), "only pairs with this one", optional=True, many=True),
    least: int | None = LEAST,
    limit: int | None = LIMIT,
    is_not: bool = NOT,
) -> Any:
    """List clients that look like one and the same.

    A pair a line, with a score of 0–100 (50: as likely as not) and the reasons: same or near name, in whatever
    script, order and legal form; same phone, e-mail, website, registration number, address; same city or birthday
    beside a name. A value that many cards share counts for less. Merge a pair with kam client merge, or say --not.

    $ kam client dupes
    $ kam client dupes acme --min 20
    $ kam client dupes --not 3 17
    """
    return dupes(c, "client", client, least, limit, is_not)


@verb("dupes")
def contact(
    c: Context,
    contact: list[Ref] = arg(ref("contact"), "only pairs with this one", optional=True, many=True),
    least: int | None = LEAST,
    limit: int | None = LIMIT,
    is_not: bool = NOT,
) -> Any:
    """List persons who look like one and the same.

    A pair a line, with a score of 0–100 (50: as likely as not) and the reasons: same or near name, in whatever
    script and order; same phone or e-mail; same client, city or birthday beside a name. A value that many cards
    share counts for less. Merge a pair with kam contact merge, or say --not.

    $ kam contact dupes
    $ kam contact dupes nováková --min 20
    $ kam contact dupes --not 4 9
    """
    return dupes(c, "contact", contact, least, limit, is_not)


def dupes(c: Context, noun: str, given: list[Ref], least: int | None, limit: int | None, is_not: bool) -> Any:
    from kam_cli import registry
    from kam_cli.domains.clients import doubles
    from kam_cli.likeness import SHOWN
    from kam_cli.output import progress

    declared = registry.noun(noun)
    if is_not:
        return keep_apart(c, declared, given)
    if len(given) > 1:
        raise BadValue(f"{noun.upper()}: name one, or two with --not")
    is_slow = not given and doubles.count(c.book, declared) >= SLOW
    if is_slow and not c.flags.get("quiet"):
        progress("comparing …")
    found, large = doubles.pairs(
        c.book, declared, SHOWN if least is None else least, given[0].id if given else None
    )
    if is_slow:
        progress("")
    if large:
        c.note(say_large(large))
    shown = found[: limit or None]
    if limit is None and c.format == "table" and c.terminal and len(found) > SCREEN_ROWS:
        shown = found[:SCREEN_ROWS]
        c.note(f"the first {SCREEN_ROWS} of {len(found)} pairs are shown; --limit 0 shows all")
    rows = doubles.described(c.book, declared, shown)
    place = "city" if noun == "client" else "client"
    return Rows(
        rows,
        show=("score", "id", "name", place, "other_id", "other", f"other_{place}", "reasons"),
        wide=(place, f"other_{place}"),
        empty=f"no two {noun}s look like one",
    )


def keep_apart(c: Context, noun: Noun, given: list[Ref]) -> Saved:
    from kam_cli.domains.clients import doubles

    if len(given) != 2 or given[0].id == given[1].id:
        raise BadValue(
            f"--not: name the two {noun.name}s that are not one, e.g. kam {noun.name} dupes --not 3 17"
        )
    one, other = sorted(given, key=lambda ref: ref.id)
    with c.write():
        is_new = doubles.keep_apart(c.book, noun, one.id, other.id)
    done = "not shown as doubles any more" if is_new else "known as different already"
    line = f"{noun.name} #{one.id} {one.name} and #{other.id} {other.name} – {done}"
    return Saved(line, {"noun": noun.name, "id": one.id, "other_id": other.id})


def say_large(large: list[tuple[int, str]]) -> str:
    """What was not compared each with each."""
    groups = [f"{count} with {what}" for count, what in sorted(large, reverse=True)[:TOLD]]
    more = f" and {len(large) - TOLD} more groups" if len(large) > TOLD else ""
    return f"too many cards to compare each with each: {', '.join(groups)}{more}; of these some doubles may be missing"


def refuse(c: Context, noun: Noun, name: str, fields: dict[str, Any], extras: list[Any]) -> None:
    """Raises Ambiguous where a card about to be added looks like one in the book."""
    from kam_cli.domains.clients import doubles

    alike = doubles.lookalikes(c.book, noun, doubles.new_card(c.book, name, fields, extras))
    if alike:
        from kam_cli.refs import describe

        described = describe(c.book, noun, [number for number, _ in alike[:10]])
        lines = [f"{line}: {', '.join(why)}" for line, (_, why) in zip(described, alike, strict=False)]
        another = "another one" if noun.name == "client" else "another"
        raise Ambiguous(
            f"{name!r} looks like a {noun.name} in the book; add --force if it is {another}:", lines
        )
