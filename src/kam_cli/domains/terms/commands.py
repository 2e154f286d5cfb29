"""`kam terms`: what was agreed with a client about paying."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.terms import store
from kam_cli.domains.terms.kinds import language, pay
from kam_cli.errors import BadValue, NotFound
from kam_cli.kinds import choice, money, ref, text
from kam_cli.output import Block, Page, Rows, Saved
from kam_cli.params import Edit, arg, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli import listing
    from kam_cli.command import Context
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money

    Row = dict[str, Any]


@verb("set", "add", "edit", writes=True, extra=[Edit("note")])
def set_(
    c: Context,
    client: Ref = arg(ref("client"), "with whom"),
    pay: int | None = opt(pay, "days to pay: 30d, 2w, 0 for at once"),
    limit: Money | None = opt(money, "credit limit, e.g. 10k"),
    language: str | None = opt(language, "of letters to him: en, pl, de …"),
    note: str | None = opt(text, "a note; - reads it from stdin"),
    clear: list[str] = opt(choice(*store.CLEARABLE), "empty this field", many=True),
) -> Saved:
    """Agree terms of payment with a client, or change them.

    $ kam terms set acme --pay 30d --limit 10k --language pl
    """
    given = {"pay_days": pay, "language": language, "note": note}
    fields: Row = {name: value for name, value in given.items() if value is not None}
    if limit:
        fields |= {"limit_minor": limit.minor, "currency": limit.currency}
    fields |= {store.CLEARABLE[name]: None for name in clear}
    if "limit" in clear:
        fields["currency"] = None
    if not fields:
        raise BadValue("say what was agreed: --pay, --limit, --language or --note")
    terms_id, changed = store.set(c.book, client.id, fields)
    return saved(c, terms_id, "agreed" if changed else "nothing differs")


def saved(c: Context, terms_id: int, done: str) -> Saved:
    row = store.LISTING.one(c, terms_id)
    parts = [value for name, value in pairs_of(row) if name != "note" and value]
    names = " · ".join([f"terms of {row['client']}", *parts])
    return Saved(f"{names} – {done}", row)


def pairs_of(row: Row) -> list[tuple[str, str | None]]:
    """What was agreed, in words."""
    from kam_cli.values.money import format_money

    days, limit = row["pay_days"], row["limit_minor"]
    return [
        ("pay", (days is not None and f"{days} day{'s' * (days != 1)} to pay") or None),
        ("limit", (limit is not None and f"limit {format_money(limit, row['currency'])}") or None),
        ("language", row["language"] and f"letters in {row['language']}"),
        ("note", row["note"]),
    ]


@verb(listing=store.LISTING)
def list_(c: Context, page: listing.Page) -> Rows:
    """List the terms of all clients with whom some were agreed.

    $ kam terms list --where language=pl
    """
    return store.LISTING.fetch(c, page)


@verb()
def show(c: Context, client: Ref = arg(ref("client"), "whose terms")) -> Page:
    """Show what was agreed with a client.

    $ kam terms show acme
    """
    row = store.LISTING.one(c, _terms_of(c, client))
    return Page(row, [Block(f"Terms of {row['client']}", pairs=pairs_of(row))])


def _terms_of(c: Context, client: Ref) -> int:
    row = store.row_of(c.book, client.id)
    if row is None:
        raise NotFound(
            f"no terms were agreed with {client.name}. Agree some: kam terms set {client.id} --pay 30d"
        )
    return int(row["id"])


@verb(writes=True)
def remove(c: Context, client: Ref = arg(ref("client"), "whose terms")) -> Saved:
    """Remove the terms of a client; the general ones count again.

    $ kam terms remove acme
    """
    terms_id = _terms_of(c, client)
    done = saved(c, terms_id, "removed")
    c.book.remove("terms", terms_id)
    return done
