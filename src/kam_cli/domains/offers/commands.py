"""`kam offer`: what a client is offered, at which price, and what he answers."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.offers import answering, making, sending, store
from kam_cli.domains.offers.naming import days, deal, extra, language, offer, path, person, valid
from kam_cli.domains.offers.page import saved
from kam_cli.errors import KamError
from kam_cli.kinds import choice, currency, discount, item, line, past_day, ref, text
from kam_cli.output import Rows, Saved
from kam_cli.params import Edit, Param, arg, flag, opt

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
    Param(days, "days to pay; what was agreed with the client", ("--terms",)).named("terms"),
    Param(valid, "how long it holds, or its last day; 30d", ("--valid",)).named("valid"),
    Param(discount, "a further discount on all products", ("--discount",)).named("discount"),
    Param(line, "let prices fall below their floor, and why", ("--override",)).named("override"),
    Param(person, "to the attention of", ("--with",)).named("person"),
    Param(deal, "the deal that it is for", ("--deal",)).named("deal"),
    Param(language, "the language of the document", ("--language",)).named("language"),
    Param(text, "a note, printed on it; - reads it from stdin", ("--note",)).named("note"),
]


@verb("create", "add", extra=[*CARD, Edit("note")])
def create(
    c: Context,
    client: Ref = arg(ref("client"), "to whom"),
    *,
    items: list[tuple[str, int]] = opt(
        item, "a product and how much of it: Oak panel×40", "--item", many=True
    ),
    extras: list[tuple[str, Money]] = opt(
        extra, "something else at a fixed price: Delivery=120", "--extra", many=True
    ),
    currency: str | None = opt(currency, "of the price list; the book's own"),
    dry_run: bool = flag("show the prices, and make nothing"),
    **card: Any,
) -> Any:
    """Make an offer: list prices less every discount that holds.

    It gets the next number of the year. The page of the offer says how each price came about; none falls below the
    floor of its product, unless --override says why.

    $ kam offer create acme --item "Oak panel×40" --item "Pine board×12" --terms 30d
    $ kam offer create acme --item oak*2.5 --extra Delivery=120 --discount 3% --dry-run
    """
    from kam_cli.domains.offers import basket, page

    goods = {"items": items, "extras": extras, "currency": currency}
    if dry_run:
        row, lines = making.new(c, client, goods, card)
        row = {**making.EMPTY, **row, **store.totals(lines), "client": client.name}
        for remark in basket.remarks(c, row, lines):
            c.note(remark)
        return page.of(c, row, lines)
    with c.write():
        row, lines = making.new(c, client, goods, card)
        offer_id = store.add(c.book, row, lines)
    return saved(c, offer_id, "made", basket.remarks(c, row, lines))


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: Page,
    status: str | None = opt(
        choice(*store.STATUSES, "open", "all"),
        "open (default), draft, sent, expired, accepted, rejected or all",
    ),
    client: Ref | None = opt(ref("client"), "to this client"),
    expiring: int | None = opt(days, "open ones that hold for no more than so long, e.g. 7d"),
    since: datetime.date | None = opt(past_day, "issued on this day or later"),
    until: datetime.date | None = opt(past_day, "issued on this day or before"),
) -> Rows:
    """List offers without an answer, the newest first.

    $ kam offer list --expiring 7d
    $ kam offer list --status accepted --since 2026-01-01 --json
    """
    status = status or "open"
    filters: list[tuple[str, list[Any]]] = [("o.client_id = ?", [client.id])] if client else []
    if status == "open":
        filters.append((f"{store.IS_OPEN} AND o.valid_until >= kam_today()", []))
    elif status != "all":
        filters.append((f"{store.LISTING.columns['status']} = ?", [status]))
    if expiring is not None:
        filters.append(
            (
                f"{store.IS_OPEN} AND o.valid_until BETWEEN kam_today() AND date(kam_today(), ?)",
                [f"+{expiring} days"],
            )
        )
        page.sort = page.sort or ["valid_until"]
    filters += [("o.issued_on >= ?", [since.isoformat()])] if since else []
    filters += [("o.issued_on <= ?", [until.isoformat()])] if until else []
    return store.LISTING.fetch(c, page, filters)


@verb()
def show(
    c: Context,
    offer: Ref = arg(offer, "which offer"),
    *,
    html: str | None = opt(path, "write it as a document to this file; - is stdout"),
    md: str | None = opt(path, "the same as Markdown"),
    pdf: str | None = opt(path, "the same as PDF"),
    force: bool = flag("replace a file that is there"),
) -> Any:
    """Show an offer, or write the document that the client gets.

    The page explains every step of every price. An offer is named by its number, or by the client who has one open. The
    document is in the client's language, with
    your details (kam config list seller).

    $ kam offer show 2026-0001
    $ kam offer show acme --pdf offer.pdf
    $ kam offer show acme --html -
    """
    from kam_cli.domains.offers import page, writing

    asked = {name: to for name, to in (("html", html), ("md", md), ("pdf", pdf)) if to}
    return writing.write(c, offer, asked, force) if asked else page.build(c, offer.id)


@verb(writes=True, extra=[*CARD, Edit("note", lambda c, given: store.get(c.book, given["offer"].id)["note"])])
def edit(
    c: Context,
    offer: Ref = arg(offer, "which offer"),
    *,
    items: list[tuple[str, int]] = opt(
        item, "what is offered, in the place of all its items", "--item", many=True
    ),
    extras: list[tuple[str, Money]] = opt(
        extra, "something else at a fixed price; with --item", "--extra", many=True
    ),
    clear: list[str] = opt(choice(*store.CLEARABLE), "empty this field", many=True),
    **card: Any,
) -> Saved:
    """Change an offer that has no answer yet.

    Other items, terms, discount or override price it anew, by the list of its day and the rules as they are now; an
    offer that was sent is a draft again then.

    $ kam offer edit 2026-0001 --valid 14d --discount 2%
    """
    from kam_cli.domains.offers import basket

    old = store.get(c.book, offer.id)
    fields = making.fields_of(c, card) | {store.CLEARABLE[name]: None for name in clear}
    changed, lines = making.changed(c, old, {"items": items, "extras": extras}, fields)
    hints = basket.remarks(c, {**old, **fields}, lines)
    if changed and lines and old["status"] == "sent":
        store.edit(c.book, offer.id, {"status": "draft", "sent_at": None})
        hints.append(f"its prices were worked out anew; send it again: kam offer send {offer.name}")
    return saved(c, offer.id, "changed" if changed else "nothing differs", hints)


send = sending.send
accept = answering.accept
reject = answering.reject
reopen = answering.reopen
winrate = answering.winrate


@verb(writes=True)
def remove(c: Context, offer: Ref = arg(offer, "which offer")) -> Saved:
    """Remove an offer made by mistake.

    Its number is not given again. One that came to nothing is rejected instead: kam offer reject.

    $ kam offer remove 2026-0001
    """
    row = store.get(c.book, offer.id)
    if row["status"] == "accepted":
        raise KamError(
            f"offer {row['number']} is accepted since {row['decided_on']}. To take that back: kam undo"
        )
    done = saved(c, offer.id, "removed")
    c.book.remove("offers", offer.id)
    return done
