"""`kam objection`: what clients say against buying, and which answers worked."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.deals.naming import deal
from kam_cli.domains.objections import rules, store
from kam_cli.errors import BadValue
from kam_cli.kinds import choice, line, past_day, ref, text, title
from kam_cli.output import Block, Rows, Saved
from kam_cli.output import Page as Sheet
from kam_cli.params import Edit, Kind, Param, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.refs import Ref

    Row = dict[str, Any]


def _owner(c: Context) -> Ref:
    of: Ref = c.values.get("client") or c.values["objection"]
    return of


def _person(c: Context, given: str) -> Ref:
    from kam_cli.refs import resolve

    return resolve(c, "contact", given, _owner(c).client_id)


def _deal(c: Context, given: str) -> Ref:
    found: Ref = deal.parse(c, given)
    if found.client_id != _owner(c).client_id:
        raise BadValue(f"deal #{found.id} {found.name!r} is another client's")
    return found


objection = ref("objection")
CARD = [
    Param(title, "what was answered; - reads it from stdin", ("--answer",)).named("answer"),
    Param(None, "the answer worked", ("--worked",), is_flag=True).named("worked"),
    Param(None, "the answer did not work", ("--failed",), is_flag=True).named("failed"),
    Param(ref("product"), "against which product", ("--product",)).named("product"),
    Param(Kind(_deal, "DEAL", deal.complete), "in which deal", ("--deal",)).named("deal"),
    Param(Kind(_person, "PERSON"), "the person who said it", ("--with",)).named("with_"),
    Param(past_day, "the day on which it was said; today", ("--on",)).named("on"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]


@verb(writes=True, extra=[*CARD, Edit("note")])
def add(
    c: Context,
    client: Ref = arg(ref("client"), "who said it"),
    text: str = words(title, "what he said; - reads it from stdin"),
    **card: Any,
) -> Saved:
    """Note an objection, the answer given, and whether it worked.

    $ kam objection add acme too expensive --product oak --answer "it lasts twice as long" --worked
    """
    fields = {"said_on": c.today.isoformat(), **fields_of(c, card)}
    if "result" in fields and "answer" not in fields:
        raise BadValue(f"--{fields['result']}: what is it that {fields['result']}? Give the --answer, too")
    done = saved(c, store.add(c.book, {**fields, "client_id": client.id, "text": text}), "added")
    return done if "answer" in fields else Saved(done.line, done.row, best(c, text))


def best(c: Context, text: str) -> list[str]:
    """A line with the answer that worked best before, where one did."""
    found = [one for one in rules.answers(text, store.like(c.book, text)) if one["worked"]]
    if not found:
        return []
    tried = found[0]["worked"] + found[0]["failed"]
    return [f"worked {found[0]['worked']} of {tried} times before: {found[0]['answer']}"]


def fields_of(c: Context, card: Row) -> Row:
    """The options of a card that were given, as columns. Raises BadValue for a day to come."""
    if card["on"] and card["on"] > c.today:
        raise BadValue(f"--on: {card['on']} is in the future; it was said today or before")
    if card["worked"] and card["failed"]:
        raise BadValue("--worked and --failed exclude each other; leave one out")
    fields = {name: card[name] for name in ("answer", "note")}
    fields["result"] = "worked" if card["worked"] else "failed" if card["failed"] else None
    fields["said_on"] = card["on"] and card["on"].isoformat()
    fields |= {f"{name}_id": card[name] and card[name].id for name in ("product", "deal")}
    fields["contact_id"] = card["with_"] and card["with_"].id
    return {name: value for name, value in fields.items() if value is not None}


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: Page,
    client: Ref | None = opt(ref("client"), "of this client"),
    product: Ref | None = opt(ref("product"), "against this product"),
    deal: Ref | None = opt(deal, "in this deal"),
    open_: bool = flag("those without an answer that worked", "--open"),
    since: datetime.date | None = opt(past_day, "said on this day or later"),
) -> Rows:
    """List objections, the last first.

    $ kam objection list --open
    $ kam objection list --product oak --since "1 jan"
    """
    given = {"o.client_id": client, "o.product_id": product, "o.deal_id": deal}
    filters: list[tuple[str, list[Any]]] = [(f"{name} = ?", [one.id]) for name, one in given.items() if one]
    filters += [("o.result IS NOT 'worked'", [])] if open_ else []
    filters += [("o.said_on >= ?", [since.isoformat()])] if since else []
    return store.LISTING.fetch(c, page, filters)


@verb()
def answers(c: Context, text: str = words(line, "what he says")) -> Rows:
    """What was answered to the like before, the nearest first, and how often it worked.

    Answers in the same words are counted together; of those that fit alike the one that worked most stands first.

    $ kam objection answers too expensive
    """
    rows = rules.answers(text, store.like(c.book, text))
    return Rows(
        rows,
        show=("answer", "worked", "failed", "objection", "client", "said_on"),
        wide=("client", "said_on"),
        empty=f"no answer to anything like {text!r} yet",
    )


@verb()
def show(c: Context, objection: Ref = arg(objection, "which objection")) -> Any:
    """Show an objection, its answer, and what else was answered to the like.

    $ kam objection show 12
    """
    from kam_cli.values.dates import echo_iso

    row = store.LISTING.one(c, objection.id)
    others = [
        one
        for one in rules.answers(row["text"], store.like(c.book, row["text"]))
        if one["answer"] != row["answer"]
    ]
    pairs = [
        ("client", row["client"]), ("by", row["contact"]), ("said", echo_iso(row["said_on"])), ("product", row["product"]),
        ("deal", row["deal"]), ("answer", row["answer"] or "none yet"), ("result", row["result"]), ("note", row["note"]),
    ]  # fmt: skip
    blocks = [Block(f"{row['text']} · #{objection.id}", pairs=pairs)]
    blocks.append(Block("Other answers", rows=others[:5], show=("answer", "worked", "failed", "objection")))
    return Sheet({**row, "others": others}, blocks)


@verb(writes=True, extra=[Edit("text")])
def answer(
    c: Context,
    objection: Ref = arg(objection, "which objection"),
    text: str | None = words(title, "what was answered; what stands there", optional=True),
    worked: bool = flag("it worked"),
    failed: bool = flag("it did not work"),
) -> Saved:
    """Note what was answered, or whether it worked.

    $ kam objection answer 12 it lasts twice as long --worked
    $ kam objection answer 12 --failed
    """
    if worked and failed:
        raise BadValue("--worked and --failed exclude each other; leave one out")
    there = store.get(c.book, objection.id)["answer"]
    if not text and not there:
        raise BadValue("TEXT: say what was answered")
    result = "worked" if worked else "failed" if failed else None
    if not text and not result:
        raise BadValue("say what was answered, or --worked or --failed")
    changed = store.edit(c.book, objection.id, {"answer": text or there, "result": result})
    return saved(c, objection.id, "answered" if changed else "nothing differs")


@verb(
    writes=True,
    extra=[*CARD, Edit("note", lambda c, given: store.get(c.book, given["objection"].id)["note"])],
)
def edit(
    c: Context,
    objection: Ref = arg(objection, "which objection"),
    *,
    text: str | None = opt(title, "what he said"),
    clear: list[str] = opt(choice(*store.CLEARABLE), "empty this field", many=True),
    **card: Any,
) -> Saved:
    """Change an objection.

    $ kam objection edit 12 --product pine --clear deal
    """
    fields = fields_of(c, card) | ({"text": text} if text else {})
    fields |= {store.CLEARABLE[name]: None for name in clear}
    if not fields:
        raise BadValue("say what to change. Try: kam objection edit --help")
    if fields.get("answer", "") is None:
        fields["result"] = None  # of what would it be?
    changed = store.edit(c.book, objection.id, fields)
    return saved(c, objection.id, "changed" if changed else "nothing differs")


@verb(writes=True)
def remove(c: Context, objection: Ref = arg(objection, "which objection")) -> Saved:
    """Remove an objection entered by mistake.

    $ kam objection remove 12
    """
    done = saved(c, objection.id, "removed")
    c.book.remove("objections", objection.id)
    return done


def saved(c: Context, objection_id: int, done: str) -> Saved:
    """The one line a change is answered with, and the record."""
    row = store.LISTING.one(c, objection_id)
    answered = row["answer"] and f"answered: {row['answer']}" + (
        f", {row['result']}" if row["result"] else ""
    )
    parts = [f"objection #{objection_id} {row['text']}", row["client"], row["product"], row["deal"], answered]
    return Saved(" · ".join(part for part in parts if part) + f" – {done}", row)
