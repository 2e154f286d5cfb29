"""`kam debt`: who owes how much, who was reminded, who promised what."""

from __future__ import annotations

import datetime

from kam_cli.command import verb
from kam_cli.domains.debts import page, promises, store
from kam_cli.domains.interactions.belonging import own, resolve_own
from kam_cli.domains.terms.kinds import language
from kam_cli.errors import BadValue
from kam_cli.kinds import choice, future_day, integer, line, money, past_day, ref, text
from kam_cli.output import Page, Rows, Saved
from kam_cli.params import Edit, Kind, Param, arg, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli import listing
    from kam_cli.command import Context
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money

    Row = dict[str, Any]


def _worth(c: Context, given: str) -> Any:
    from kam_cli.values.money import parse_money

    return parse_money(given, promises.get(c.book, c.values["debt"].id)["currency"])


def _his(noun: str) -> Kind:
    def parse(c: Context, given: str) -> Ref:
        return resolve_own(c, noun, given, promises.get(c.book, c.values["debt"].id)["client_id"])

    return Kind(parse, noun.upper(), ref(noun).complete)


worth = Kind(_worth, money.metavar)
level_ = integer(1, 9, "LEVEL")


@verb(listing=store.DEBTORS)
def list_(
    c: Context,
    page: listing.Page,
    overdue: bool = flag("only who is overdue"),
    client: Ref | None = opt(ref("client"), "this client"),
) -> Rows:
    """List who owes, who has been overdue for longest first.

    Average days late: of what he has paid, days after the last day to pay; in time is 0. The level is that of the
    reminder to send now (config debt.levels).

    $ kam debt list
    $ kam debt list --overdue --json
    """
    filters: list[tuple[str, list[Any]]] = [("d.overdue > 0", [])] if overdue else []
    filters += [("d.client_id = ?", [client.id])] if client else []
    rows = store.DEBTORS.fetch(c, page, filters)
    rows.show = [name for name in rows.show if any(row[name] not in (None, 0) for row in rows.rows)]
    return rows


@verb()
def show(c: Context, client: Ref = arg(ref("client"), "whose debts")) -> Page:
    """Show what a client owes, promised, and was told.

    $ kam debt show acme
    """
    return page.build(c, client)


@verb()
def remind(
    c: Context,
    client: Ref = arg(ref("client"), "whom"),
    *,
    level: int | None = opt(level_, "how urgent; by the days late"),
    language: str | None = opt(language, "of the text; by the client's terms"),
    send: bool = flag("mail it, as reminders are mailed (config mail)"),
    print_: bool = flag("print it, to be sent by hand"),
    to: str | None = opt(line, "to this address; else the client's"),
    dry_run: bool = flag("show it; send and note nothing"),
) -> Any:
    """Remind a client of what is overdue, and log it.

    Without --send or --print your mail program opens; where there is none, the text is printed. Texts of your own:
    templates/debt-1.en.txt beside the settings (kam config path), with a first line Subject: …

    $ kam debt remind acme --print
    $ kam debt remind acme --level 2 --send
    $ kam debt remind acme --dry-run
    """
    if send and print_:
        raise BadValue("--send and --print: give one of them")
    from kam_cli.domains.debts import sending
    from kam_cli.domains.debts.letters import Letter

    letter = Letter(c, client, level, language, to)
    if dry_run:
        return page.of_letter(c, letter, None, "")
    if send:
        done = sending.mail(c, letter)
    elif not print_ and c.terminal and sending.open_program(letter):
        done = "opened in your mail program"
    else:
        done = ""
    with c.write():
        logged = page.note(c, client, letter, "email" if done else "letter")
    return page.of_letter(c, letter, logged, done)


PROMISE = [
    Param(past_day, "the day it was promised; today", ("--on",)).named("on"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
]


@verb("promise", "add", writes=True, extra=[*PROMISE, Edit("note")])
def promise(
    c: Context,
    client: Ref = arg(ref("client"), "who promised"),
    amount: Money = arg(money, "how much, e.g. 500"),
    *,
    by: datetime.date = opt(future_day, "until when he will pay", required=True),
    invoice: Ref | None = opt(own("invoice"), "for this invoice"),
    with_: Ref | None = opt(own("contact"), "the person who promised"),
    **card: Any,
) -> Saved:
    """Note a promise to pay; whether it is kept follows from the payments.

    $ kam debt promise acme 500 --by fri
    $ kam debt promise acme 300 --by eom --invoice FV/2026/17
    """
    on = card["on"] or c.today
    row = {
        "client_id": client.id,
        "amount_minor": amount.minor,
        "currency": amount.currency,
        "note": card["note"],
    }
    row |= {"promised_on": on.isoformat(), "due_on": by.isoformat()}
    row |= {"invoice_id": invoice and invoice.id, "contact_id": with_ and with_.id}
    page.check_promise(c, row)
    return page.saved(c, c.book.insert("promises", row), "noted")


@verb("promises", listing=promises.LISTING)
def promised(
    c: Context,
    page: listing.Page,
    status: str | None = opt(choice(*promises.STATES, "all"), "open (default), kept, broken or all"),
    client: Ref | None = opt(ref("client"), "of this client"),
) -> Rows:
    """List promises to pay, the next to be due first.

    $ kam debt promises --status broken
    """
    filters: list[tuple[str, list[Any]]] = [("m.client_id = ?", [client.id])] if client else []
    if status != "all":
        filters.append((f"{promises.STATE} = ?", [status or "open"]))
    return promises.LISTING.fetch(c, page, filters)


@verb(
    writes=True,
    extra=[*PROMISE, Edit("note", lambda c, given: promises.get(c.book, given["debt"].id)["note"])],
)
def edit(
    c: Context,
    debt: Ref = arg(ref("debt"), "which promise, by its number"),
    *,
    amount: Money | None = opt(worth, "how much"),
    by: datetime.date | None = opt(future_day, "until when"),
    invoice: Ref | None = opt(_his("invoice"), "for this invoice"),
    with_: Ref | None = opt(_his("contact"), "the person who promised"),
    clear: list[str] = opt(choice(*promises.CLEARABLE), "empty this field", many=True),
    **card: Any,
) -> Saved:
    """Change a promise to pay.

    $ kam debt edit 12 --by "next fri"
    """
    fields: Row = {
        "note": card["note"],
        "invoice_id": invoice and invoice.id,
        "contact_id": with_ and with_.id,
    }
    fields |= {"promised_on": card["on"] and card["on"].isoformat(), "due_on": by and by.isoformat()}
    fields = {name: value for name, value in fields.items() if value is not None}
    fields |= {"amount_minor": amount.minor, "currency": amount.currency} if amount else {}
    fields |= {promises.CLEARABLE[name]: None for name in clear}
    page.check_promise(c, {**promises.get(c.book, debt.id), **fields})
    changed = c.book.update("promises", debt.id, fields)
    return page.saved(c, debt.id, "changed" if changed else "nothing differs")


@verb(writes=True)
def remove(c: Context, debt: Ref = arg(ref("debt"), "which promise, by its number")) -> Saved:
    """Remove a promise entered by mistake.

    $ kam debt remove 12
    """
    done = page.saved(c, debt.id, "removed")
    c.book.remove("promises", debt.id)
    return done
