"""`kam contact`: the cards of the persons at a client."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.clients import cards, details, doubling, forgetting, merge, rules
from kam_cli.domains.contacts import store
from kam_cli.domains.contacts.noun import NOUN
from kam_cli.errors import BadValue, KamError
from kam_cli.kinds import birthday, choice, integer, line, ref, text
from kam_cli.output import Rows, Saved
from kam_cli.params import Edit, Param, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.refs import Ref

contact = ref("contact")
client = ref("client")
role = choice(*store.ROLES, aliases={"decider": "decision-maker", "coach": "sponsor", "champion": "sponsor"})

CARD = [
    Param(role, f"in the decision: {', '.join(store.ROLES)}", ("--role",)).named("role"),
    Param(line, "position in the firm", ("--title",)).named("title"),
    Param(birthday, "birthday, the year if known", ("--birthday",)).named("birthday"),
    Param(choice("f", "m"), "f or m", ("--sex",)).named("sex"),
    Param(cards.name, "given names, if not all but the last word", ("--first-name",)).named("first_name"),
    Param(cards.name, "family name, if not the last word", ("--last-name",)).named("last_name"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
    *details.PARAMS,
]


@verb(writes=True, extra=[*CARD, Edit("note")])
def add(
    c: Context,
    client: Ref = arg(client, "where the person works"),
    name: str = words(cards.name, "name of the person"),
    force: bool = flag("add it even if it looks like one in the book"),
    **card: Any,
) -> Saved:
    """Add a person; a look-alike is refused unless --force.

    Forms of address are taken off the name: they tell the sex, or are kept as a title ("honorific").

    $ kam contact add acme Jana Nováková --role decision-maker --title Buyer --birthday "12 jun"
    """
    extras = details.given(card)
    found = cards.person(name, store.home(c.book, client.id), cards.forms(c))
    extras += details.honorific(found.honorific, extras)
    card["sex"] = card["sex"] or found.sex or None
    row = {**card, "client_id": client.id, "name": found.whole, "verified_on": c.today.isoformat()}
    if not force:
        doubling.refuse(c, NOUN, found.whole, row, extras)
    return saved(c, store.add(c.book, row, extras), "added")


def saved(c: Context, contact_id: int, done: str, hints: list[str] | None = None) -> Saved:
    """The echo of a card, with the birthday as it was understood."""
    row = store.LISTING.one(c, contact_id)
    born = row["birthday"] and f"born {rules.say_day(row['birthday'])}"
    parts = [row[name] for name in ("name", "title", "role", "client", "phones", "emails", "tags")]
    card = " · ".join(part for part in (*parts, born) if part)
    return Saved(f"contact #{contact_id} {card} – {done}", row, hints or [])


@verb(listing=store.LISTING, extra=cards.NARROWING)
def list_(
    c: Context,
    page: Page,
    text: str | None = words(line, "only those with such words in the name", optional=True),
    client: Ref | None = opt(client, "of this client"),
    role: str | None = opt(role, "with this role in the decision"),
    **narrow: Any,
) -> Rows:
    """List contacts.

    Namesakes are told apart by a further word, phone, e-mail or birthday. Persons at clients put aside are
    left out, unless the client is named.

    $ kam contact list --client acme
    $ kam contact list --role decision-maker --tag golf
    $ kam contact list nov --birthday "12 jun"
    """
    filters = cards.narrowing(NOUN, "p", "contact_id", text, narrow)
    filters.append(("p.client_id = ?", [client.id]) if client else ("c.archived_at IS NULL", []))
    if role:
        filters.append(("p.role = ?", [role]))
    is_narrowed = bool(client or page.where or len(filters) > 1)
    rows = store.LISTING.fetch(c, page, filters)
    rows.empty = "no contact matches" if is_narrowed else rows.empty
    return rows


@verb()
def show(
    c: Context,
    contact: Ref = arg(contact, "which contact"),
    last: int | None = opt(integer(1, 1000), "how many contacts of the timeline; 8"),
) -> Any:
    """Show a person's page.

    The card, what is agreed and to be done, the last contacts, open deals, NPS and all details.

    $ kam contact show nováková
    """
    from kam_cli.domains.contacts import page

    return page.build(c, contact.id, last or 8)


@verb(
    extra=[*CARD, details.DROP, Edit("note", lambda c, given: store.get(c.book, given["contact"].id)["note"])]
)
def edit(
    c: Context,
    contact: Ref = arg(contact, "which contact"),
    name: str | None = opt(cards.name, "the new name; the old one still finds it"),
    verified: bool = flag("the card was checked today"),
    clear: list[str] = opt(line, "empty this field, e.g. role", many=True),
    transliterate: str | None = opt(cards.script, cards.SCRIPT_HELP),
    drop: list[str] | None = None,
    **card: Any,
) -> Saved:
    """Change a card.

    Details (phones, tags …) are added, and taken off with --drop.

    $ kam contact edit nováková --name "Jana Malá" --phone "mobile=+420 601 555 010" --drop tag=golf
    """
    with c.write():
        extras = details.given(card)
        fields = {field: value for field, value in card.items() if value is not None}
        fields |= cards.cleared(clear, store.CLEARABLE)
        if name:
            fields["name"] = name
        if verified:
            fields["verified_on"] = c.today.isoformat()
        if not fields and not extras and not drop and not transliterate:
            raise BadValue("say what to change. Try: kam contact edit --help")
        changed = cards.changes(c.book, "contact_id", contact.id, drop or [], extras)
        differs = bool(store.edit(c.book, contact.id, fields) or changed)
        if transliterate:
            row = store.get(c.book, contact.id)
            country = store.home(c.book, row["client_id"])
            differs |= cards.add_script(c.book, "contact_id", contact.id, row, transliterate, country)
        return saved(c, contact.id, "changed" if differs else "nothing differs")


@verb(writes=True)
def move(
    c: Context,
    contact: Ref = arg(contact, "which contact"),
    client: Ref = arg(client, "where the person works now"),
    title: str | None = opt(line, "the position there"),
    role: str | None = opt(role, "the role in the decision there"),
) -> Saved:
    """Move a person to another client.

    What was logged, sold and answered stays with the former one, which is noted on the card.

    $ kam contact move nováková globex --title "Plant manager" --role influencer
    """
    if contact.client_id == client.id:
        return saved(c, contact.id, "is there already")
    held = store.held_by(c.book, contact.id, contact.client_id) if contact.client_id else {}
    given = {"title": title, "role": role}
    store.move(c.book, contact.id, client.id, c.today.isoformat(), {k: v for k, v in given.items() if v})
    row = store.get(c.book, contact.id)
    kept = [f"{field} {row[field]!r}" for field, value in given.items() if not value and row[field]]
    hints = [f"still named at the former client: {rules.say_counts(held)}"] if held else []
    if kept:
        hints.append(f"kept: {' and '.join(kept)}. Change it: kam contact edit {contact.id} …")
    return saved(c, contact.id, "moved", hints)


@verb(writes=True)
def remove(c: Context, contact: Ref = arg(ref("contact", follow=False), "which contact")) -> Saved:
    """Remove a person from every list.

    What was logged stays, and still names the person.

    $ kam contact remove "jana nov"
    """
    done = saved(c, contact.id, "removed")
    c.book.remove("contacts", contact.id)
    return done


@verb()
def phones_(c: Context) -> Rows:
    """Work out the international form of every phone number.

    New numbers get it as they come, by the client's country or the book's. To be said once the extra
    kam-cli[phone] is installed, or after the book's country changed. Lists the numbers that have none.

    $ kam contact phones
    """
    import shlex

    from kam_cli.domains.clients import phones
    from kam_cli.values.phones import HOW, is_available

    if not is_available():
        raise KamError(f"numbers are worked out by an extra that is not installed. Install it: {HOW}")
    with c.write(phones.count(c.book)):
        changed, without = phones.refresh(c.book)
    what = f"{changed} number{' has' if changed == 1 else 's have'} a new international form"
    if changed or without:
        c.note(f"{what}, {len(without)} have none")
    for row in without:
        noun, number = ("contact", row["contact_id"]) if row["contact_id"] else ("client", row["client_id"])
        is_whole = row["value"].lstrip(" (").startswith(("+", "00"))
        where = f"not valid in {row['country']}" if row["country"] else "the country is not known"
        row["why"] = "not valid" if is_whole else where
        row["command"] = f"kam {noun} edit {number} --drop {shlex.quote('phone=' + row['value'])} --phone …"
    show = ("client", "contact", "value", "why", "command")
    return Rows(without, show=show, empty="every phone number has its international form")


dupes = doubling.contact
merge_ = merge.contact
forget = forgetting.contact
