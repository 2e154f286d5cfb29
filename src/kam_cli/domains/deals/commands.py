"""`kam deal`: what may be sold, how far it is, and what came of it."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.deals import store
from kam_cli.domains.deals.closing import closing_day, refuse_closed, to_stage
from kam_cli.domains.deals.naming import deal, person, worth
from kam_cli.domains.stages import store as stages
from kam_cli.domains.stages.naming import offered, stage
from kam_cli.errors import BadValue, KamError
from kam_cli.kinds import choice, future_day, line, money, past_day, percent, phrase, ref, text
from kam_cli.output import Rows, Saved
from kam_cli.params import Edit, Kind, Param, arg, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money

    Row = dict[str, Any]

CARD = [
    Param(future_day, "day on which it is expected to close", ("--close",)).named("close"),
    Param(percent, "its own probability; else its stage's", ("--probability",)).named("probability_pct"),
    Param(line, "what is sold", ("--product",)).named("product"),
    Param(person, "the person it is worked with", ("--with",)).named("person"),
    Param(line, "who else is after it", ("--competitor",)).named("competitor"),
    Param(past_day, "day on which it was opened; today", ("--opened",)).named("opened"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]
step = Kind(lambda c, text: text, "STAGE", lambda c, prefix: ["next", "back", *offered(c, prefix)])


@verb(writes=True, extra=[*CARD, Edit("note")])
def add(
    c: Context,
    client: Ref = arg(ref("client"), "the buyer"),
    title: str = words(phrase, "what it is about; - reads it from stdin"),
    *,
    value: Money = opt(money, "what it is worth, e.g. 12k or 1200.50 USD", required=True),
    stage: Row | None = opt(stage, "where it stands; the first stage"),
    **card: Any,
) -> Saved:
    """Add a deal to the pipeline.

    $ kam deal add acme Oak panels for the lobby --value 12k --close eom --with nowak
    """
    from kam_cli.values.clock import to_utc

    row = stage or stages.first(c.book)
    if row["is_after_win"]:
        raise KamError(f"{row['name']!r} follows the win. Add the deal before it, then: kam deal win")
    opened = card["opened"] or c.today
    fields = {"opened_on": opened.isoformat(), **fields_of(c, card), "title": title, "client_id": client.id}
    fields |= {"value_minor": value.minor, "currency": value.currency, "stage_id": row["id"]}
    deal_id = store.add(c.book, fields, c.now if opened == c.today else to_utc(opened, None, c.tz))
    return saved(c, deal_id, "added")


def fields_of(c: Context, card: Row) -> Row:
    """The options of a card that were given, as columns. Raises BadValue for a future day of opening."""
    opened, close, person = card["opened"], card["close"], card["person"]
    if opened and opened > c.today:
        raise BadValue(f"--opened: {opened} is in the future; a deal is opened today or before")
    fields = {name: card[name] for name in ("probability_pct", "product", "competitor", "note")}
    fields |= {"opened_on": opened and opened.isoformat(), "close_on": close and close.isoformat()}
    fields["contact_id"] = person and person.id
    return {name: value for name, value in fields.items() if value is not None}


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: Page,
    status: str | None = opt(choice(*store.STATUSES, "all"), "open (default), won, lost or all"),
    client: Ref | None = opt(ref("client"), "of this client"),
    stage: Row | None = opt(stage, "in this stage"),
    since: datetime.date | None = opt(past_day, "closing on this day or later: expected day, or real one"),
    until: datetime.date | None = opt(future_day, "closing on this day or before"),
) -> Rows:
    """List open deals, the next to close first.

    With --status the won, the lost or all of them, those closed last first.

    $ kam deal list --until eoq
    $ kam deal list --status lost --since 2026-01-01 --json
    """
    status = status or "open"
    day = {"open": "d.close_on", "all": "coalesce(d.closed_on, d.close_on)"}.get(status, "d.closed_on")
    filters: list[tuple[str, list[Any]]] = [] if status == "all" else [("d.status = ?", [status])]
    filters += [("d.client_id = ?", [client.id])] if client else []
    filters += [("d.stage_id = ?", [stage["id"]])] if stage else []
    filters += [(f"{day} >= ?", [since.isoformat()])] if since else []
    filters += [(f"{day} <= ?", [until.isoformat()])] if until else []
    if status != "open" and not page.sort:
        page.sort = ["-closed_on"]
    rows = store.LISTING.fetch(c, page, filters)
    if status != "open":
        rows.show = ("id", "client", "title", "value_minor", "status", "closed_on", "reason", "competitor")
        rows.wide = ("competitor",)
    return rows


@verb()
def show(c: Context, deal: Ref = arg(deal, "which deal")) -> Any:
    """Show a deal's page: worth, tasks, contacts, history.

    $ kam deal show oak
    """
    from kam_cli.domains.deals import page

    return page.build(c, deal.id)


@verb(writes=True, extra=[*CARD, Edit("note", lambda c, given: store.get(c.book, given["deal"].id)["note"])])
def edit(
    c: Context,
    deal: Ref = arg(deal, "which deal"),
    *,
    title: str | None = opt(phrase, "the new title"),
    value: Money | None = opt(worth, "what it is worth, in its currency unless another is named"),
    reason: str | None = opt(phrase, "why it was won or lost"),
    clear: list[str] = opt(choice(*store.CLEARABLE), "empty this field", many=True),
    **card: Any,
) -> Saved:
    """Change a deal; its stage changes with move.

    $ kam deal edit oak --value 14k --close "15 apr" --clear probability
    """
    fields = fields_of(c, card)
    if title:
        fields["title"] = title
    if value:
        fields |= {"value_minor": value.minor, "currency": value.currency}
    if reason:
        fields["reason"] = reason
    fields |= {store.CLEARABLE[name]: None for name in clear}
    old = store.get(c.book, deal.id)
    if old["closed_on"] and fields.get("opened_on", "") > old["closed_on"]:
        raise KamError(f"the deal was closed on {old['closed_on']}, before --opened {fields['opened_on']}")
    changed = store.edit(c.book, deal.id, fields)
    return saved(c, deal.id, "changed" if changed else "nothing differs")


@verb(writes=True)
def move(
    c: Context, deal: Ref = arg(deal, "which deal"), stage: str = arg(step, "the stage, or next, or back")
) -> Saved:
    """Move a deal to another stage.

    An open deal moves among the stages before the win, a won one among those after it.

    $ kam deal move acme presentation
    $ kam deal move acme next
    """
    old = store.get(c.book, deal.id)
    target = to_stage(c, old, stage)
    if target["id"] == old["stage_id"]:
        return saved(c, deal.id, "is there already")
    store.move(c.book, deal.id, target["id"], c.now, {})
    return saved(c, deal.id, f"moved from {stages.get(c.book, old['stage_id'])['name']}")


@verb(writes=True, extra=[Edit("reason")])
def win(
    c: Context,
    deal: Ref = arg(deal, "which deal"),
    *,
    on: datetime.date | None = opt(past_day, "the day it was won; today"),
    reason: str | None = opt(phrase, "why it was won; - reads it from stdin"),
) -> Saved:
    """Close a deal as won; it goes to the first stage after the win.

    $ kam deal win oak --on yesterday --reason "delivery in two parts"
    """
    old = store.get(c.book, deal.id)
    refuse_closed(old)
    closed_on, at = closing_day(c, old, on)
    after = stages.first_after_win(c.book)
    fields = {"status": "won", "closed_on": closed_on, "reason": reason or old["reason"]}
    store.move(c.book, deal.id, after["id"] if after else old["stage_id"], at, fields)
    return saved(c, deal.id, "won")


@verb(writes=True, extra=[Edit("reason")])
def lose(
    c: Context,
    deal: Ref = arg(deal, "which deal"),
    *,
    reason: str = opt(phrase, "why it was lost; - reads it from stdin", required=True),
    competitor: str | None = opt(line, "who got it instead", "--to"),
    on: datetime.date | None = opt(past_day, "the day it was lost; today"),
) -> Saved:
    """Close a deal as lost, with the reason.

    $ kam deal lose oak --reason price --to "Panel World"
    """
    old = store.get(c.book, deal.id)
    refuse_closed(old)
    closed_on, at = closing_day(c, old, on)
    fields = {"status": "lost", "closed_on": closed_on, "reason": reason}
    store.move(c.book, deal.id, old["stage_id"], at, fields | {"competitor": competitor or old["competitor"]})
    return saved(c, deal.id, "lost")


@verb(writes=True)
def reopen(c: Context, deal: Ref = arg(deal, "which deal")) -> Saved:
    """Take a won or lost deal back into the stage it was closed in.

    $ kam deal reopen oak
    """
    old = store.get(c.book, deal.id)
    if old["status"] == "open":
        raise KamError(f"deal #{deal.id} {deal.name!r} is open")
    stage_id = store.stage_before_closing(c.book, old)
    fields = {"status": "open", "closed_on": None, "reason": None, "competitor": None}
    store.move(c.book, deal.id, stage_id, c.now, fields)
    return saved(c, deal.id, "open again")


@verb()
def board(c: Context) -> Any:
    """Show the open deals by stage; "!" marks a rotten one.

    $ kam deal board
    """
    from kam_cli.domains.deals import board

    return board.build(c)


@verb(writes=True)
def remove(c: Context, deal: Ref = arg(deal, "which deal")) -> Saved:
    """Remove a deal entered by mistake.

    One that came to nothing is lost instead: kam deal lose.

    $ kam deal remove 12
    """
    done = saved(c, deal.id, "removed")
    c.book.remove("deals", deal.id)
    return done


def saved(c: Context, deal_id: int, done: str) -> Saved:
    """The one line a change is answered with, and the record."""
    from kam_cli.domains.deals.page import day
    from kam_cli.values.money import format_money

    row = store.LISTING.one(c, deal_id)
    if row["status"] == "open":
        state = f"{row['stage']} {row['probability_pct']} %"
        when = row["close_on"] and f"closes {day(row['close_on'])}"
    else:
        state = f"{row['status']} {day(row['closed_on'])}"
        when = f"now in {row['stage']}" if row["status"] == "won" else None
        state += f" to {row['competitor']}" if row["status"] == "lost" and row["competitor"] else ""
    worth = format_money(row["value_minor"], row["currency"])
    parts = [f"deal #{deal_id} {row['title']}", row["client"], worth, state, when]
    parts.append(row["closed_on"] and row["reason"])
    return Saved(" · ".join(str(part) for part in parts if part) + f" – {done}", row)
