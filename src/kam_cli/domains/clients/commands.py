"""`kam client`: the cards of the clients."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.clients import cards, details, doubling, forgetting, merge, rules, store
from kam_cli.domains.clients.noun import NOUN
from kam_cli.errors import Ambiguous, BadValue, KamError
from kam_cli.kinds import birthday, choice, country, every, integer, line, past_day, ref, text
from kam_cli.output import Rows, Saved
from kam_cli.params import Edit, Kind, Param, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.refs import Ref

client = ref("client")
exactly = ref("client", follow=False)  # not the card that took it over
handle = Kind(lambda c, text: rules.check_handle(str(line.parse(c, text))), "HANDLE")
stage = choice(*store.STAGES, aliases={"vip": "key"})

CARD = [
    Param(choice("company", "person"), "company (default) or person", ("--kind",)).named("kind"),
    Param(stage, "prospect (default), new, regular, key or lost", ("--stage",)).named("stage"),
    Param(line, "market segment", ("--segment",)).named("segment"),
    Param(line, "how the client was found", ("--source",)).named("source"),
    Param(country, "country, as PL or Poland", ("--country",)).named("country"),
    Param(line, "state, province, county", ("--region",)).named("region"),
    Param(line, "city", ("--city",)).named("city"),
    Param(line, "postcode", ("--postcode",)).named("postcode"),
    Param(line, "street and number", ("--address",)).named("address"),
    Param(line, "website", ("--website",)).named("website"),
    Param(line, "registration, tax or identity document number", ("--document",)).named("document_no"),
    Param(birthday, "birthday of a person, the year if known", ("--birthday",)).named("birthday"),
    Param(every, "agreed rhythm of contacts, e.g. 3w", ("--every",)).named("cadence_days"),
    Param(past_day, "client since", ("--since",)).named("since_on"),
    Param(handle, "short name without spaces, to type", ("--handle",)).named("handle"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
    *details.PARAMS,
]


@verb(writes=True, extra=[*CARD, Edit("note")])
def add(
    c: Context,
    name: str = words(cards.name, "name of the company or person"),
    force: bool = flag("add it even if it looks like one in the book"),
    **card: Any,
) -> Saved:
    """Add a client; a look-alike is refused unless --force.

    $ kam client add "Acme GmbH" --city Berlin --country DE --phone "+49 30 2312 5001" --every 3w --tag vip
    """
    extras = details.given(card)
    fields = plain(c, card)
    if fields.get("kind") == "person":
        found = cards.person(name, fields.get("country") or c.book.meta["country"], cards.forms(c))
        name = found.whole
        extras += details.honorific(found.forms, extras)
    if not force:
        doubling.refuse(c, NOUN, name, fields, extras)
    client_id = store.add(c.book, {**fields, "name": name, "verified_on": c.today.isoformat()}, extras)
    return saved(c, client_id, "added")


def plain(c: Context, card: dict[str, Any], client_id: int | None = None) -> dict[str, Any]:
    """The card's plain columns in their stored form. Raises Ambiguous for a handle that is taken."""
    fields = {name: value for name, value in card.items() if name in store.FIELDS and value is not None}
    if "since_on" in fields:
        fields["since_on"] = fields["since_on"].isoformat()
    if "handle" in fields and store.is_taken(c.book, fields["handle"], client_id):
        raise Ambiguous(f"--handle: {fields['handle']!r} is taken already; choose another")
    return fields


def saved(c: Context, client_id: int, done: str, hints: list[str] | None = None) -> Saved:
    """The echo of a card, with its dates as they were understood."""
    import datetime

    from kam_cli.values.dates import echo_day
    from kam_cli.values.spans import format_every

    row = store.LISTING.one(c, client_id)
    rhythm = f"every {format_every(row['cadence_days'])}" if row["cadence_days"] else None
    since = row["since_on"] and f"since {echo_day(datetime.date.fromisoformat(row['since_on']))}"
    born = row["birthday"] and f"born {rules.say_day(row['birthday'])}"
    parts = [row["name"], row["city"], row["country"], row["stage"], rhythm, since, born, row["tags"]]
    card = " · ".join(part for part in parts if part)
    return Saved(f"client #{client_id} {card} – {done} as {row['handle']}", row, hints or [])


@verb(listing=store.LISTING, extra=cards.NARROWING)
def list_(
    c: Context,
    page: Page,
    text: str | None = words(line, "only those with such words in the name", optional=True),
    kind: str | None = opt(choice("company", "person"), "companies or persons only"),
    stage: str | None = opt(stage, "of this stage"),
    segment: str | None = opt(line, "of this segment"),
    source: str | None = opt(line, "of this source"),
    country: str | None = opt(country, "in this country"),
    city: str | None = opt(line, "in this city"),
    document: str | None = opt(line, "with this in the document number"),
    group: str | None = opt(
        choice("promoter", "passive", "critic", aliases={"detractor": "critic"}), "by the last NPS answer"
    ),
    due: bool = flag("whose next contact is due today or was before"),
    archived: bool = flag("those put aside"),
    **narrow: Any,
) -> Rows:
    """List clients.

    Namesakes are told apart by a further word, phone, e-mail, birthday or document number.

    $ kam client list --stage key --sort next_due_on
    $ kam client list --tag vip --json
    $ kam client list kowal jan --phone 601234567
    """
    from kam_cli.text import fold

    filters = cards.narrowing(NOUN, "c", "client_id", text, narrow)
    filters.append((f"c.archived_at IS {'NOT ' if archived else ''}NULL", []))
    same = {"kind": kind, "stage": stage, "country": country, "nps_group": group}
    filters += [(f"c.{name} = ?", [value]) for name, value in same.items() if value]
    if city:
        filters.append(("c.city_key = ?", [fold(city)]))
    if due:
        filters.append(("c.next_due_on <= ?", [c.today.isoformat()]))
    page.where += [f"{name}={value}" for name, value in (("segment", segment), ("source", source)) if value]
    page.where += [f"document_no~{document}"] if document else []
    is_narrowed = bool(archived or page.where or len(filters) > 1)
    rows = store.LISTING.fetch(c, page, filters)
    rows.empty = "no client matches" if is_narrowed else rows.empty
    return rows


@verb(
    extra=[*CARD, details.DROP, Edit("note", lambda c, given: store.get(c.book, given["client"].id)["note"])]
)
def edit(
    c: Context,
    client: Ref = arg(client, "which client"),
    name: str | None = opt(cards.name, "the new name; the old one still finds it"),
    verified: bool = flag("the card was checked today"),
    clear: list[str] = opt(line, "empty this field, e.g. segment", many=True),
    transliterate: str | None = opt(cards.script, cards.SCRIPT_HELP),
    drop: list[str] | None = None,
    **card: Any,
) -> Saved:
    """Change a card.

    Details (phones, tags …) are added, and taken off with --drop.

    $ kam client edit acme --stage key --phone "mobile=+49 171 555 0100" --drop tag=cold
    """
    with c.write():
        fields = {**plain(c, card, client.id), **cards.cleared(clear, store.CLEARABLE)}
        if name:
            fields["name"] = name
        if verified:
            fields["verified_on"] = c.today.isoformat()
        extras = details.given(card)
        if not fields and not extras and not drop and not transliterate:
            raise BadValue("say what to change. Try: kam client edit --help")
        changed = cards.changes(c.book, "client_id", client.id, drop or [], extras)
        changed = bool(store.edit(c.book, client.id, fields) or changed)
        if transliterate:
            row = store.get(c.book, client.id)
            country = row["country"] or c.book.meta["country"]
            changed |= cards.add_script(c.book, "client_id", client.id, row, transliterate, country)
        if not changed:
            return saved(c, client.id, "nothing differs; known")
        return saved(c, client.id, "changed, known")


@verb()
def show(
    c: Context,
    client: Ref = arg(client, "which client"),
    last: int | None = opt(integer(1, 1000), "how many contacts of the timeline; 8"),
) -> Any:
    """Show a client's page.

    The card, the people, what is agreed and to be done, the last contacts, open deals, NPS and all details.

    $ kam client show acme
    """
    from kam_cli.domains.clients import page

    return page.build(c, client.id, last or 8)


@verb(writes=True)
def archive(
    c: Context,
    client: Ref = arg(exactly, "which client"),
    back: bool = flag("take it out of the archive"),
) -> Saved:
    """Put a client aside.

    No list and no reminder shows it; find and show still do.

    $ kam client archive acme
    """
    from kam_cli.book import utc_now

    is_there = store.get(c.book, client.id)["archived_at"] is not None
    if is_there == (not back):
        return saved(c, client.id, "archived already, known" if is_there else "not archived, known")
    c.book.update("clients", client.id, {"archived_at": None if back else utc_now()})
    if back:
        return saved(c, client.id, "back again")
    left = rules.say_counts(store.unfinished(c.book, client.id))
    return saved(c, client.id, "archived, known", [f"still there: {left}"] if left else [])


@verb(writes=True)
def remove(c: Context, client: Ref = arg(exactly, "which client")) -> Saved:
    """Remove a card entered by mistake.

    A client with a history is archived instead.

    $ kam client remove 12
    """
    held = store.records(c.book, client.id)
    if held:
        what = rules.say_counts(held)
        raise KamError(f"{client.name!r} has {what}. Put it aside instead: kam client archive {client.id}")
    done = saved(c, client.id, "removed, was known")
    c.book.remove("clients", client.id)
    return done


@verb()
def stale(
    c: Context,
    days: int | None = opt(integer(1, 10000), "not verified for so many days; 365 (config stale_days)"),
) -> Rows:
    """Report cards that need care.

    Those that are incomplete or long not verified, and clients never contacted within their rhythm.

    $ kam client stale
    """
    import datetime

    before = c.today - datetime.timedelta(days=days or c.config.get("stale_days"))
    rows = store.stale(c.book, before.isoformat(), c.today.isoformat())
    return Rows(
        rows,
        show=("id", "name", "why", "last_contact_at", "verified_on", "command"),
        wide=("last_contact_at", "verified_on"),
        empty="every card is in order",
    )


@verb()
def discounts(
    c: Context,
    client: Ref = arg(ref("client"), "which client"),
    *,
    since: datetime.date | None = opt(past_day, "from this day on; 1 January"),
    until: datetime.date | None = opt(past_day, "up to this day; today"),
) -> Any:
    """Show how much a client was given off the list: by rule, and the bonus that is due (also: kam discount given).

    $ kam client discounts acme --since 2026-01-01
    """
    from kam_cli.domains.discounts import given

    return given.build(c, client, since, until)


dupes = doubling.client
merge_ = merge.client
forget = forgetting.client
