"""`kam need`: what clients need or are interested in, and what became of it."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.needs import store
from kam_cli.errors import BadValue, KamError
from kam_cli.kinds import choice, integer, past_day, phrase, ref, text, title
from kam_cli.output import Block, Rows, Saved
from kam_cli.output import Page as Sheet
from kam_cli.params import Edit, Kind, Param, arg, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.refs import Ref

    Row = dict[str, Any]


def _person(c: Context, given: str) -> Ref:
    from kam_cli.refs import resolve

    of: Ref = c.values.get("client") or c.values["need"]
    return resolve(c, "contact", given, of.client_id)


need = ref("need")
strength = integer(1, 5, "1-5")
CARD = [
    Param(ref("product"), "the product that is meant", ("--product",)).named("product"),
    Param(strength, "1 mentioned … 5 cannot do without; 3", ("--strength",)).named("strength"),
    Param(past_day, "the day on which it was said; today", ("--on",)).named("on"),
    Param(Kind(_person, "PERSON"), "the person who said it", ("--with",)).named("with_"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]


@verb(writes=True, extra=[*CARD, Edit("note")])
def add(
    c: Context,
    client: Ref = arg(ref("client"), "whose need it is"),
    text: str | None = words(title, "what he needs, in his words; the name of the --product", optional=True),
    **card: Any,
) -> Saved:
    """Note what a client needs or is interested in.

    $ kam need add acme a floor that stands water --product oak --strength 4 --with jana
    """
    if not text and not card["product"]:
        raise BadValue("TEXT: say what he needs, or which --product he is interested in")
    fields = {"noted_on": c.today.isoformat(), **fields_of(c, card)}
    need_id = store.add(c.book, {**fields, "client_id": client.id, "text": text or card["product"].name})
    return saved(c, need_id, "added")


def fields_of(c: Context, card: Row) -> Row:
    """The options of a card that were given, as columns. Raises BadValue for a day to come."""
    day, product, person = card["on"], card["product"], card["with_"]
    if day and day > c.today:
        raise BadValue(f"--on: {day} is in the future; it was said today or before")
    fields = {"strength": card["strength"], "note": card["note"], "noted_on": day and day.isoformat()}
    fields |= {"product_id": product and product.id, "contact_id": person and person.id}
    return {name: value for name, value in fields.items() if value is not None}


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: Page,
    client: Ref | None = opt(ref("client"), "of this client"),
    product: Ref | None = opt(ref("product"), "for this product"),
    status: str | None = opt(choice(*store.STATUSES, "all"), "open (default), met, dropped or all"),
    since: datetime.date | None = opt(past_day, "noted on this day or later"),
) -> Rows:
    """List open needs, the strongest first.

    $ kam need list --product oak
    $ kam need list --client acme --status all
    """
    status = status or "open"
    filters: list[tuple[str, list[Any]]] = [] if status == "all" else [("n.status = ?", [status])]
    filters += [("n.client_id = ?", [client.id])] if client else []
    filters += [("n.product_id = ?", [product.id])] if product else []
    filters += [("n.noted_on >= ?", [since.isoformat()])] if since else []
    return store.LISTING.fetch(c, page, filters)


@verb()
def show(c: Context, need: Ref = arg(need, "which need")) -> Any:
    """Show a need.

    $ kam need show 12
    """
    from kam_cli.values.dates import echo_iso

    row = store.LISTING.one(c, need.id)
    closed = row["closed_on"] and f"{row['status']} {echo_iso(row['closed_on'])}"
    pairs = [
        ("client", row["client"]), ("product", row["product"] if row["product"] != row["text"] else None),
        ("strength", f"{row['strength']} of 5"), ("said", echo_iso(row["noted_on"])), ("by", row["contact"]),
        ("status", closed or row["status"]), ("reason", row["reason"]), ("note", row["note"]),
    ]  # fmt: skip
    return Sheet(row, [Block(f"{row['text']} · #{need.id}", pairs=pairs)])


@verb(writes=True, extra=[*CARD, Edit("note", lambda c, given: store.get(c.book, given["need"].id)["note"])])
def edit(
    c: Context,
    need: Ref = arg(need, "which need"),
    *,
    text: str | None = opt(title, "what he needs"),
    reason: str | None = opt(phrase, "how it was met, or why it was dropped"),
    clear: list[str] = opt(choice(*store.CLEARABLE), "empty this field", many=True),
    **card: Any,
) -> Saved:
    """Change a need.

    $ kam need edit 12 --strength 5 --product pine
    """
    fields = fields_of(c, card) | {n: v for n, v in (("text", text), ("reason", reason)) if v}
    fields |= {store.CLEARABLE[name]: None for name in clear}
    if not fields:
        raise BadValue("say what to change. Try: kam need edit --help")
    changed = store.edit(c.book, need.id, fields)
    return saved(c, need.id, "changed" if changed else "nothing differs")


@verb(writes=True, extra=[Edit("reason")])
def met(
    c: Context,
    need: Ref = arg(need, "which need"),
    on: datetime.date | None = opt(past_day, "the day; today"),
    reason: str | None = opt(phrase, "how; - reads it from stdin"),
) -> Saved:
    """A need is met: by us, or by others.

    $ kam need met 12 --reason "order 2026-0012"
    """
    return _closed(c, need.id, "met", on, reason)


@verb(writes=True, extra=[Edit("reason")])
def drop(
    c: Context,
    need: Ref = arg(need, "which need"),
    on: datetime.date | None = opt(past_day, "the day; today"),
    reason: str | None = opt(phrase, "why; - reads it from stdin"),
) -> Saved:
    """A need is there no more.

    $ kam need drop 12 --reason "the rebuilding is called off"
    """
    return _closed(c, need.id, "dropped", on, reason)


def _closed(c: Context, need_id: int, status: str, on: datetime.date | None, reason: str | None) -> Saved:
    old = store.get(c.book, need_id)
    if old["status"] != "open":
        raise KamError(
            f"need #{need_id} is {old['status']} since {old['closed_on']}. Try: kam need reopen {need_id}"
        )
    day = on or c.today
    if day > c.today or day.isoformat() < old["noted_on"]:
        span = f"from {old['noted_on']}, when it was noted, to today"
        raise BadValue(f"--on: {day} is not a day {span}")
    store.edit(
        c.book, need_id, {"status": status, "closed_on": day.isoformat(), "reason": reason or old["reason"]}
    )
    return saved(c, need_id, status)


@verb(writes=True)
def reopen(c: Context, need: Ref = arg(need, "which need")) -> Saved:
    """A need that was met or dropped is there again.

    $ kam need reopen 12
    """
    if store.get(c.book, need.id)["status"] == "open":
        raise KamError(f"need #{need.id} is open")
    store.edit(c.book, need.id, {"status": "open", "closed_on": None, "reason": None})
    return saved(c, need.id, "open again")


@verb(writes=True)
def remove(c: Context, need: Ref = arg(need, "which need")) -> Saved:
    """Remove a need entered by mistake.

    $ kam need remove 12
    """
    done = saved(c, need.id, "removed")
    c.book.remove("needs", need.id)
    return done


def saved(c: Context, need_id: int, done: str) -> Saved:
    """The one line a change is answered with, and the record."""
    from kam_cli.values.dates import echo_iso

    row = store.LISTING.one(c, need_id)
    parts = [
        f"need #{need_id} {row['text']}", row["client"], row["product"] if row["product"] != row["text"] else None,
        f"strength {row['strength']}", echo_iso(row["noted_on"]), row["reason"],
    ]  # fmt: skip
    return Saved(" · ".join(part for part in parts if part) + f" – {done}", row)
