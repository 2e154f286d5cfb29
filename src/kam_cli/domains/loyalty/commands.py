"""`kam loyalty`: programmes that reward clients who come back."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.loyalty import page, standing, store
from kam_cli.domains.loyalty.naming import points, programme, span, the_one, threshold, value
from kam_cli.errors import BadValue, KamError, NotFound
from kam_cli.kinds import choice, discount, integer, past_day, phrase, ref, text
from kam_cli.output import Rows, Saved
from kam_cli.params import Param, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.refs import Ref

    Row = dict[str, Any]

CARD = [
    Param(span, "months up to today that tiers are reached in; 12m", ("--window",)).named("window"),
    Param(points, "points for money: 1/10EUR, or 5%", ("--points",)).named("points"),
    Param(span, "how long points hold; for ever", ("--expire",)).named("expire"),
    Param(past_day, "orders from this day on earn points; today", ("--since",)).named("since"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]
OF = Param(programme, "in which programme, where there are several", ("--of",)).named("of")
CLEARABLE = {"expire": "expire_months", "note": "note"}
MOVES = "about to rise or fall: near the next tier, or losing this one within 30 days"


def fields_of(c: Context, card: Row) -> Row:
    """The options of a programme that were given, as columns. Raises BadValue."""
    fields: Row = {"window_months": card["window"], "expire_months": card["expire"], "note": card["note"]}
    if card["since"]:
        if card["since"] > c.today:
            raise BadValue(f"--since: {card['since']} is in the future; a programme begins today or before")
        fields["starts_on"] = card["since"].isoformat()
    if card["points"]:
        fields["earn_points"], fields["earn_minor"] = card["points"][:2]
    return {name: value for name, value in fields.items() if value is not None}


@verb(writes=True, extra=CARD)
def add(
    c: Context,
    name: str = words(phrase, "what it is called"),
    *,
    basis: str | None = opt(choice("turnover", "purchases"), "what tiers are reached by; turnover"),
    repeat: bool = flag("the first order of a client earns nothing"),
    **card: Any,
) -> Saved:
    """Begin a loyalty programme; its tiers and members come next.

    Points are worked out from the orders of those who take part, so that each stands behind one of them; a cancelled or
    returned order earns none.

    $ kam loyalty add Club --window 12m --points 1/10EUR --expire 24m
    """
    currency = (card["points"] and card["points"][2]) or c.currency
    fields = {"window_months": 12, "starts_on": c.today.isoformat(), **fields_of(c, card), "name": name}
    fields |= {"basis": basis or "turnover", "currency": currency, "is_repeat_only": int(repeat)}
    return page.saved(c, store.add(c.book, fields), "added")


@verb(listing=store.LISTING)
def list_(c: Context, page: Page, moving: bool = flag(MOVES)) -> Rows:
    """List programmes, or with --moving who is about to rise or fall.

    $ kam loyalty list
    $ kam loyalty list --moving
    """
    if not moving:
        return store.LISTING.fetch(c, page)
    found = [
        row for one in store.programmes(c.book) for row in standing.of(c.book, one, c.today) if row["move"]
    ]
    return _rows(found, ("move", "client", "programme", "tier", "next"), "nobody is about to rise or fall")


def _rows(found: list[Row], first: tuple[str, ...], empty: str) -> Rows:
    """Members in a list; their orders are told one by one only for a single client."""
    rows = [
        {name: value for name, value in row.items() if name not in ("lots", "spendings")} for row in found
    ]
    figures = ("value_minor", "purchases", "missing_minor", "missing_purchases")
    there = [name for name in figures if any(row[name] is not None for row in rows)]
    return Rows(rows, show=(*first, *there, "points", "expiring", "expiring_on"), empty=empty)


@verb()
def show(c: Context, loyalty: Ref = arg(programme, "which programme")) -> Any:
    """Show a programme: its rules, its tiers and how many have reached them.

    $ kam loyalty show club
    """
    return page.build(c, loyalty.id)


@verb(writes=True, extra=CARD)
def edit(
    c: Context,
    loyalty: Ref = arg(programme, "which programme"),
    *,
    name: str | None = opt(phrase, "the new name"),
    clear: list[str] = opt(choice(*CLEARABLE), "empty this field", many=True),
    **card: Any,
) -> Saved:
    """Change a programme; points and tiers are worked out by the new rules at once.

    $ kam loyalty edit club --expire 12m --points 2/10EUR
    """
    old, fields = store.get(c.book, loyalty.id), fields_of(c, card)
    if card["points"] and (card["points"][2] or old["currency"]) != old["currency"]:
        raise BadValue(f"--points: the programme is in {old['currency']}, not in {card['points'][2]}")
    fields |= {CLEARABLE[one]: None for one in clear} | ({"name": name} if name else {})
    return page.saved(
        c, loyalty.id, "changed" if store.edit(c.book, loyalty.id, fields) else "nothing differs"
    )


@verb(writes=True, extra=[OF])
def tier(
    c: Context,
    name: str = words(phrase, "what the tier is called"),
    *,
    from_: str | None = opt(value, "reached from this turnover, or number of purchases, on", "--from"),
    rebate: int | None = opt(discount, "what its members get off", "--discount"),
    drop: bool = flag("take the tier away"),
    of: Ref | None = None,
) -> Saved:
    """Set a tier of a programme: from where on, and what its members get off.

    $ kam loyalty tier Gold --from 10k --discount 3%
    """
    one = the_one(c, of)
    if drop:
        store.drop_tier(c.book, one["id"], name)
        return page.saved(c, one["id"], f"tier {name} dropped")
    fields: Row = {} if rebate is None else {"discount_bp": rebate}
    if from_ is not None:
        fields["from_value"] = threshold(c, one, from_)
    elif not store.tier_named(c.book, one["id"], name):
        raise BadValue("--from is missing: from where on the tier is reached")
    changed = store.set_tier(c.book, one["id"], name, fields)
    return page.saved(c, one["id"], f"tier {name} set" if changed else "nothing differs")


@verb(writes=True, extra=[OF])
def enrol(
    c: Context,
    clients: list[Ref] = arg(ref("client"), "who takes part", optional=True, many=True),
    all_: bool = flag("every client who is not archived"),
    since: datetime.date | None = opt(past_day, "from this day on; today"),
    *,
    of: Ref | None = None,
) -> Saved:
    """Let clients take part; their orders from now on earn points.

    $ kam loyalty enrol acme globex
    $ kam loyalty enrol --all --since 2026-01-01
    """
    one = the_one(c, of)
    if bool(clients) == all_:
        raise BadValue("CLIENTS or --all: say who takes part")
    if since and since > c.today:
        raise BadValue(f"--since: {since} is in the future")
    ids = store.living_clients(c.book) if all_ else [client.id for client in clients]
    count = store.enrol(c.book, one["id"], ids, (since or c.today).isoformat())
    return page.saved(c, one["id"], f"{count} enrolled")


@verb(writes=True, extra=[OF])
def leave(c: Context, client: Ref = arg(ref("client"), "who"), *, of: Ref | None = None) -> Saved:
    """Let a client take part no longer; his points are gone.

    $ kam loyalty leave globex
    """
    one = the_one(c, of)
    if not store.leave(c.book, one["id"], client.id):
        raise KamError(f"{client.name} takes no part in {one['name']}")
    return page.saved(c, one["id"], f"{client.name} left")


@verb(writes=True, extra=[OF])
def spend(
    c: Context,
    client: Ref = arg(ref("client"), "who"),
    number: int = arg(integer(1, 10**9), "how many points"),
    *,
    on: datetime.date | None = opt(past_day, "the day; today"),
    note: str | None = opt(text, "for what; - reads it from stdin"),
    of: Ref | None = None,
) -> Saved:
    """Spend points of a client, those that expire first; never more than there are.

    $ kam loyalty spend acme 25 --note "coffee machine"
    """
    one, day = the_one(c, of), on or c.today
    if day > c.today:
        raise BadValue(f"--on: {day} is in the future")
    before = page.standing_of(c, one, client, c.today)
    on_day = page.standing_of(c, one, client, day)
    if on_day["points"] < number:
        raise KamError(
            f"{client.name} has {on_day['points']} points on {day}, not {number}; nothing was changed"
        )
    store.spend(c.book, one["id"], client.id, number, day.isoformat(), note)
    after = page.standing_of(c, one, client, c.today)
    if after["uncovered"] > before["uncovered"]:
        raise KamError(f"{client.name} spent the points of {day} later on; nothing was changed")
    return page.told(c, after, f"{number} points spent")


@verb(extra=[OF])
def status(
    c: Context,
    client: Ref | None = arg(ref("client"), "whose; all members", optional=True),
    *,
    of: Ref | None = None,
) -> Any:
    """Show how members stand: tier, points, what is missing to the next tier.

    $ kam loyalty status acme
    $ kam loyalty status --json
    """
    those = [store.get(c.book, of.id)] if of else store.programmes(c.book)
    found = [row for one in those for row in standing.of(c.book, one, c.today, client.id if client else None)]
    if client is None:
        return _rows(
            found, ("client", "programme", "tier", "next"), "nobody takes part. See: kam loyalty enrol --help"
        )
    if not found:
        raise NotFound(f"{client.name} takes part in no programme. See: kam loyalty enrol --help")
    return page.of_client(c, found)


@verb(writes=True)
def remove(c: Context, loyalty: Ref = arg(programme, "which programme")) -> Saved:
    """Remove a programme with all that was earned in it.

    $ kam loyalty remove club
    """
    told = page.saved(c, loyalty.id, "removed")
    c.book.remove("loyalty_programmes", loyalty.id)
    return told
