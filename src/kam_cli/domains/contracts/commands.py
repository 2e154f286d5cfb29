"""`kam contract`: what was agreed in writing, how far it is, and when it runs out."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.contracts import rules, store
from kam_cli.domains.contracts.card import CARD, fields_of, span
from kam_cli.domains.contracts.moves import (
    attached,
    clause_name,
    document,
    move,
    pathname,
    refuse_open,
    refuse_too_early,
    saved,
    settle,
    shown_path,
)
from kam_cli.errors import BadValue, KamError
from kam_cli.kinds import choice, future_day, past_day, ref, text, title
from kam_cli.output import Rows, Saved
from kam_cli.params import Edit, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.refs import Ref

    Row = dict[str, Any]


contract = ref("contract")


@verb(writes=True, extra=[*CARD, Edit("note")])
def add(
    c: Context,
    client: Ref = arg(ref("client"), "with whom"),
    title: str = words(title, "what it is about; - reads it from stdin"),
    referral_clause: bool = flag("it has a clause by which the client recommends us"),
    **card: Any,
) -> Saved:
    """Add a contract, as a draft.

    $ kam contract add acme Frame agreement 2026 --value 40k --ends "31 dec" --notice 60d
    $ kam contract add acme Service --number S-18 --referral-clause
    """
    fields = fields_of(c, card)
    rules.check_days(fields.get("starts_on"), fields.get("ends_on"))
    fields |= {"client_id": client.id, "title": title, "is_referral": int(referral_clause)}
    return saved(c, store.add(c.book, fields), "added")


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: Page,
    status: str | None = opt(
        choice(*rules.STATES, "running", "all"), "draft, in-negotiation, signed, active … running or all"
    ),
    client: Ref | None = opt(ref("client"), "with this client"),
    ending: int | None = opt(span, "in force, and ending within so long"),
    referral: bool = flag("with a referral clause"),
) -> Rows:
    """List the contracts that are not over, the next to end first.

    Running ones are active, extended or not.

    $ kam contract list --ending 60d
    $ kam contract list --status running --referral
    $ kam contract list --status all --json
    """
    filters = store.filters(status or ("running" if ending is not None else None))
    filters += [("k.client_id = ?", [client.id])] if client else []
    filters += [("k.is_referral = 1", [])] if referral else []
    filters += [store.ends_within(c.today, ending)] if ending is not None else []
    return store.LISTING.fetch(c, page, filters)


@verb()
def show(c: Context, contract: Ref = arg(contract, "which contract")) -> Any:
    """Show a contract: terms, disagreements, versions, documents.

    It says which documents are missing or changed.

    $ kam contract show "frame agreement"
    """
    from kam_cli.domains.contracts import page

    return page.build(c, contract.id)


@verb(
    writes=True, extra=[*CARD, Edit("note", lambda c, given: store.get(c.book, given["contract"].id)["note"])]
)
def edit(
    c: Context,
    contract: Ref = arg(contract, "which contract"),
    title: str | None = opt(title, "the new title"),
    referral_clause: bool = flag("it has a clause by which the client recommends us"),
    clear: list[str] = opt(choice(*store.CLEARABLE, "referral-clause"), "empty this field", many=True),
    **card: Any,
) -> Saved:
    """Change a contract; what is signed is put off with extend.

    $ kam contract edit S-17 --value 44k --notice 90d --clear deal
    """
    fields = fields_of(c, card) | ({"title": title} if title else {})
    fields |= {store.CLEARABLE[name]: None for name in clear if name in store.CLEARABLE}
    fields |= {"currency": None} if "value" in clear else {}
    if referral_clause or "referral-clause" in clear:
        fields["is_referral"] = int(referral_clause)
    now = {**store.get(c.book, contract.id), **fields}
    rules.check_days(now["starts_on"], now["ends_on"])
    changed = store.edit(c.book, contract.id, fields)
    return saved(c, contract.id, "changed" if changed else "nothing differs")


@verb(writes=True)
def negotiate(c: Context, contract: Ref = arg(contract, "which contract")) -> Saved:
    """Say that a draft is being negotiated.

    $ kam contract negotiate S-17
    """
    return move(c, contract.id, "negotiate", {}, "in negotiation")


@verb(writes=True)
def clause(
    c: Context,
    contract: Ref = arg(contract, "which contract"),
    clause: str = arg(clause_name, 'which clause: 4.2, "7 payment" …'),
    ours: str | None = opt(text, "our wording; - reads it from stdin"),
    theirs: str | None = opt(text, "the wording that the client wants"),
    agreed: str | None = opt(text, "what was agreed; until then it is open"),
    reopen: bool = flag("it is open again"),
    remove: bool = flag("take it off the protocol"),
) -> Saved:
    """Enter a clause into the protocol of disagreements, or settle it.

    A draft is then in negotiation.

    $ kam contract clause S-17 "7 payment" --ours "14 days" --theirs "60 days"
    $ kam contract clause S-17 "7 payment" --agreed "30 days, 2 % within 8"
    """
    given: Row = {"ours": ours, "theirs": theirs, "agreed": agreed}
    fields = {name: value for name, value in given.items() if value}
    if (remove and (reopen or fields)) or (reopen and agreed) or not (remove or reopen or fields):
        raise BadValue(
            "say what is known: --ours, --theirs, --agreed; or --reopen the clause; or --remove it"
        )
    fields |= {"agreed": None} if reopen else {}
    return settle(c, contract.id, clause, fields, remove)


@verb(writes=True)
def version(
    c: Context,
    contract: Ref = arg(contract, "which contract"),
    file: str | None = opt(pathname, "the file that holds it"),
    on: datetime.date | None = opt(past_day, "its day; today"),
    note: str | None = opt(text, "what changed"),
) -> Saved:
    """Keep a version of the text: its number, its day, the checksum of its file.

    $ kam contract version S-17 --file service.pdf --note "their changes to 7"
    """
    day = (on or c.today).isoformat()
    taken = document("--file", file, c.today.isoformat(), None) if file else None
    made = store.add_version(c.book, contract.id, day, note)
    if taken:
        store.put_file(c.book, contract.id, taken, made["id"])
    row = {**made, "made_on": day, "note": note, "file": taken}
    return saved(c, contract.id, f"version {made['number']} of {day} kept", version=row)


@verb(writes=True)
def attach(
    c: Context,
    contract: Ref = arg(contract, "which contract"),
    path: str = arg(pathname, "the document"),
    note: str | None = opt(text, "what it is"),
) -> Saved:
    """Attach a document: its place, size and SHA-256.

    The file stays where it is; kam check says when it is missing or was changed. Attached again, what it
    holds now counts.

    $ kam contract attach S-17 annex-1.pdf --note "price list"
    """
    taken = document("PATH", path, c.today.isoformat(), note)
    done = store.put_file(c.book, contract.id, taken)
    is_same = not done["is_new"] and done["sha256"] == taken["sha256"]
    said = "attached" if done["is_new"] else "is as it was" if is_same else "attached as it is now"
    return saved(c, contract.id, f"{taken['path']} {said}", file={**taken, "id": done["id"]})


@verb(writes=True)
def detach(
    c: Context,
    contract: Ref = arg(contract, "which contract"),
    path: str | None = arg(shown_path, "its path, a part of it, or its number; the only one", optional=True),
) -> Saved:
    """Take a document off a contract; the file stays.

    $ kam contract detach S-17 annex-1
    """
    file = attached(c, contract.id, path)
    store.drop(c.book, "files", file["id"])
    return saved(c, contract.id, f"{file['path']} detached")


@verb(writes=True)
def sign(
    c: Context,
    contract: Ref = arg(contract, "which contract"),
    on: datetime.date | None = opt(past_day, "the day of the signature; today"),
    open_: bool = flag("though clauses are not agreed"),
) -> Saved:
    """Say that a contract was signed.

    It holds from its first day on, else from the signature.

    $ kam contract sign S-17 --on yesterday
    """
    day = on or c.today
    if day > c.today:
        raise BadValue(f"--on: {day} is in the future; a contract is signed today or before")
    old = store.get(c.book, contract.id)
    rules.check_days(old["starts_on"] or day.isoformat(), old["ends_on"])
    if not open_:
        refuse_open(c, old)
    fields = {"signed_on": day.isoformat(), "starts_on": old["starts_on"] or day.isoformat()}
    return move(c, contract.id, "sign", fields, "signed")


@verb(writes=True)
def extend(
    c: Context,
    contract: Ref = arg(contract, "which contract"),
    *,
    until: datetime.date = opt(future_day, "the new last day", required=True),
) -> Saved:
    """Put off the end of a contract.

    $ kam contract extend service --until "31 dec 2027"
    """
    old = store.get(c.book, contract.id)
    if old["ends_on"] and until.isoformat() <= old["ends_on"]:
        raise KamError(
            f"contract #{contract.id} {contract.name!r} ends on {old['ends_on']} as it is; --until is later"
        )
    refuse_too_early(old, until, "--until")
    fields = {
        "ends_on": until.isoformat(),
        "extended_on": c.today.isoformat(),
        "ended_on": None,
        "reason": None,
    }
    return move(c, contract.id, "extend", fields, f"extended until {until}")


@verb(writes=True)
def end(
    c: Context,
    contract: Ref = arg(contract, "which contract"),
    *,
    on: datetime.date | None = opt(future_day, "the day it ends; today"),
    reason: str = opt(text, "why; - reads it from stdin", required=True),
) -> Saved:
    """End a contract, today or on a day to come; or give up a draft.

    $ kam contract end service --on eom --reason "they moved the service in-house"
    """
    day = on or c.today
    old = store.get(c.book, contract.id)
    refuse_too_early(old, day, "--on")
    if old["status"] == "signed" and old["ends_on"] and day.isoformat() > old["ends_on"]:
        raise KamError(f"--on: contract #{contract.id} {contract.name!r} ends on {old['ends_on']} anyway")
    if old["status"] != "signed" and day > c.today:
        raise BadValue(f"--on: {day} is in the future; what was never signed is given up today or before")
    return move(c, contract.id, "end", {"ended_on": day.isoformat(), "reason": reason}, f"ends on {day}")


@verb(writes=True)
def remove(c: Context, contract: Ref = arg(contract, "which contract")) -> Saved:
    """Remove a contract entered by mistake; its files stay where they are.

    $ kam contract remove S-17
    """
    done = saved(c, contract.id, "removed")
    c.book.remove("contracts", contract.id)
    return done
