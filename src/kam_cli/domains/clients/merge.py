"""`kam client merge` and `kam contact merge`: two cards shown side by side, asked about, and made one."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.errors import Ambiguous, KamError
from kam_cli.kinds import choice, ref
from kam_cli.output import Block, Page, Saved
from kam_cli.params import arg, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.domains.clients.joining import Join
    from kam_cli.domains.clients.merge_rules import Line
    from kam_cli.noun import Noun
    from kam_cli.refs import Ref

    Row = dict[str, Any]

PREFER = opt(
    choice("a", "b", "newer", "older"),
    "where they contradict: A's, B's, or that of the card changed last (newer) or not last (older)",
    "--prefer",
)
DRY_RUN = flag("show what would come of it, and change nothing", "--dry-run")
A_CLIENT, A_CONTACT = ref("client", follow=False), ref("contact", follow=False)


@verb("merge")
def client(
    c: Context,
    a: Ref = arg(A_CLIENT, "the client that stays"),
    b: Ref = arg(A_CLIENT, "the one that goes into it"),
    prefer: str | None = PREFER,
    keep_contacts: bool = flag("do not merge equal persons of both", "--keep-contacts"),
    dry_run: bool = DRY_RUN,
) -> Any:
    """Merge two cards of one client: B goes into A.

    All that hangs on B goes to A: people, logs, deals, tasks, answers, ids of imports and whatever else. A field
    that one card lacks comes from the other; of two values the fuller one is kept, of stages the further, of since
    the earlier, of verified the later, of notes both. Where they contradict each other you are asked, or --prefer decides; the
    value given up stays as a detail. Name and handle stay A's (with --prefer the name of the card preferred);
    the others still find it. Persons of one name whose birthday and e-mail do not contradict each other
    are merged, too. B's number leads to A from then on. One undo takes it all back.

    $ kam client merge 3 17
    $ kam client merge acme 17 --dry-run
    $ kam client merge 3 17 --prefer newer --yes
    """
    return merge(c, "client", (a, b), prefer, dry_run, not keep_contacts)


@verb("merge")
def contact(
    c: Context,
    a: Ref = arg(A_CONTACT, "the contact who stays"),
    b: Ref = arg(A_CONTACT, "the one that goes into it"),
    prefer: str | None = PREFER,
    dry_run: bool = DRY_RUN,
) -> Any:
    """Merge two cards of one person: B goes into A.

    All that names B names A: logs, deals, tasks, answers, ids of imports and whatever else; each stays with the
    client it was with. A field that one card lacks comes from the other; of two values the fuller one is kept, of
    notes both. Where they contradict each other (client, position and role count as one) you are asked, or --prefer
    decides; the value given up stays as a detail. The name stays A's (with --prefer that of the card
    preferred); the other still finds the person. B's number leads to A from then on. One undo takes it all back.

    $ kam contact merge 4 9
    $ kam contact merge 4 9 --prefer newer --yes
    """
    return merge(c, "contact", (a, b), prefer, dry_run, False)


def merge(
    c: Context, noun: str, given: tuple[Ref, Ref], prefer: str | None, dry_run: bool, with_persons: bool
) -> Any:
    """Show, ask, make one of two."""
    from kam_cli import registry
    from kam_cli.domains.clients.joining import Join, persons

    a, b = given
    if a.id == b.id:
        raise KamError(f"both are {noun} #{a.id} {a.name}; name two")
    side = {"a": "A", "b": "B"}.get(prefer or "", prefer or "")
    joins = [Join(c.book, registry.noun(noun), a.id, b.id, side)]
    if with_persons:
        pairs = persons(c.book, registry.noun("contact"), a.id, b.id)
        joins += [Join(c.book, registry.noun("contact"), *pair, side, a.id) for pair in pairs]
    if dry_run:
        return preview(c, joins)
    is_asked = not c.flags.get("yes") or (c.interactive and joins_open(joins))
    lines = told(c, joins) if is_asked else []
    if c.interactive:
        show(lines)
    settle(c, joins)
    question = f"Merge {noun} #{b.id} {b.name} into #{a.id} {a.name}?"
    c.confirm(question, None if c.interactive else lines)
    with c.write(rows=sum(count for join in joins for count in join.moved.values()) + len(joins)):
        if not all(join.is_as_planned(c.book) for join in joins):
            raise KamError("one of the cards was changed meanwhile; nothing was merged. Try again")
        for join in joins:
            join.carry_out(c.book, store_of(join.noun).edit, c.today.isoformat())
    return done(c, joins)


def store_of(noun: Noun) -> Any:
    from kam_cli import registry

    return registry.load(f"domains.{noun.table}.store")


def settle(c: Context, joins: list[Join]) -> None:
    """Have contradictions decided. Raises Ambiguous, with all of them, where nobody can be asked."""
    still = joins_open(joins)
    if still and not c.interactive:
        lines = [
            f"{whose(joins, join)}{line.unit.name}: {line.a} (A) or {line.b} (B)" for join, line in still
        ]
        raise Ambiguous(
            "the cards contradict each other; add --prefer A, B, newer or older. Nothing was changed:", lines
        )
    for join, line in still:
        question = f"{whose(joins, join)}{line.unit.name}: which one counts? The other stays as a detail."
        join.decide(line, "AB"[c.choose(question, [line.a, line.b])])


def joins_open(joins: list[Join]) -> list[tuple[Join, Line]]:
    """All fields in which cards contradict each other, and nobody has decided."""
    return [(join, line) for join in joins for line in join.open]


def whose(joins: list[Join], join: Join) -> str:
    return "" if join is joins[0] else f"{join.into['name']}, "


# --- what is shown ------------------------------------------------------------------------------------------


def rows_of(c: Context, join: Join) -> list[Row]:
    """The fields and details of both cards side by side: ``field a b takes``."""
    from kam_cli.domains.clients import details

    rows = [{"field": line.unit.name, "a": line.a, "b": line.b, "takes": line.takes} for line in join.lines]
    mine, others = (
        dict(details.grouped(details.of(c.book, join.owner, row["id"]))) for row in (join.into, join.gone)
    )
    for kind in details.KINDS:
        a, b = ("; ".join(found.get(kind, ())) for found in (mine, others))
        if a or b:
            rows.append({"field": kind, "a": a, "b": b, "takes": "both" if a and b else "A" if a else "B"})
    return rows


def preview(c: Context, joins: list[Join]) -> Page:
    first = joins[0]
    data = {
        "noun": first.noun.name, "id": first.into["id"], "merged_id": first.gone["id"], "fields": rows_of(c, first),
        "moved": first.moved,
        "contacts": [{"id": join.into["id"], "merged_id": join.gone["id"], "fields": rows_of(c, join)} for join in joins[1:]],
    }  # fmt: skip
    return Page(data, [block for join in joins for block in blocks(c, join)])


def blocks(c: Context, join: Join) -> list[Block]:
    name = join.noun.name
    head = {"field": "", "a": f"A #{join.into['id']}", "b": f"B #{join.gone['id']}", "takes": "taken"}
    title = f"{name} #{join.gone['id']} {join.gone['name']} into #{join.into['id']} {join.into['name']}"
    moved = say_moved(join)
    return [
        Block(title, rows=[head, *rows_of(c, join)], show=("field", "a", "b", "takes")),
        Block("", lines=[f"to A: {moved}"] if moved else []),
    ]


def told(c: Context, joins: list[Join]) -> list[str]:
    """The same as lines for the person who is asked."""
    from kam_cli.asides import lines_of

    return [line for join in joins for block in blocks(c, join) for line in lines_of(c, block)]


def show(lines: list[str]) -> None:
    from kam_cli.output import say

    for line in lines:
        say("  " + line)


def say_moved(join: Join) -> str:
    from kam_cli import registry
    from kam_cli.domains.clients.rules import say_counts

    names = {one.table: one.table.replace("nps_", "") for one in registry.nouns()}
    return say_counts({names[table]: count for table, count in join.moved.items() if table in names})


def done(c: Context, joins: list[Join]) -> Saved:
    from kam_cli.domains.clients.joining import alike_persons

    first = joins[0]
    noun, into, gone = first.noun.name, first.into, first.gone
    row = store_of(first.noun).LISTING.one(c, into["id"])
    moved = say_moved(first)
    persons = [f"{join.into['name']} (#{join.gone['id']} into #{join.into['id']})" for join in joins[1:]]
    hints = [f"merged, too: {', '.join(persons)}"] if persons else []
    if noun == "client":
        hints += [f"perhaps one person, too: {one}" for one in alike_persons(c.book, into["id"])]
    if noun == "client" and into["archived_at"] and not gone["archived_at"]:
        hints.append("it is out of the archive again")
    line = f"{noun} #{into['id']} {row['name']} – took over #{gone['id']} {gone['name']}{f' with {moved}' if moved else ''}"
    return Saved(line, row | {"merged_id": gone["id"], "moved": first.moved}, hints)
