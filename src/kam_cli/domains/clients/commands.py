"""`kam client`: the cards of the clients."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.clients import details, store
from kam_cli.errors import Ambiguous, BadValue, KamError
from kam_cli.kinds import birthday, choice, country, every, integer, line, past_day, ref, text
from kam_cli.output import Rows, Saved
from kam_cli.params import Param, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.refs import Ref

client = ref("client")
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
    Param(line, "short name without spaces, to type", ("--handle",)).named("handle"),
    Param(text, "a note; - reads it from stdin", ("--note",)).named("note"),
    *details.PARAMS,
]


@verb(writes=True, extra=CARD)
def add(
    c: Context,
    name: str = words(line, "name of the company or person"),
    force: bool = flag("add it even if it looks like one in the book"),
    **card: Any,
) -> Saved:
    """Add a client; one that looks like a client in the book is refused unless --force.

    $ kam client add "Acme GmbH" --city Berlin --country DE --phone "+49 30 2312 5001" --every 3w --tag vip
    """
    extras = details.given(card)
    fields = plain(c, card)
    if not force:
        refuse_lookalikes(c, name, fields.get("city"), extras)
    client_id = store.add(c.book, {**fields, "name": name, "verified_on": c.today.isoformat()}, extras)
    return saved(c, client_id, "added")


def plain(c: Context, card: dict[str, Any]) -> dict[str, Any]:
    """The card's plain columns in their stored form. Raises BadValue for a handle that cannot be typed."""
    fields = {name: value for name, value in card.items() if name in store.FIELDS and value is not None}
    if "since_on" in fields:
        fields["since_on"] = fields["since_on"].isoformat()
    handle = fields.get("handle")
    if handle is not None:
        if (
            not handle.replace("-", "").isalnum()
            or not handle.isascii()
            or handle.isdigit()
            or len(handle) > 40
        ):
            raise BadValue(f"--handle: {handle!r}: use letters, digits and '-', not only digits")
        fields["handle"] = handle.lower()
        if c.book.value("SELECT 1 FROM clients WHERE handle = ?", (fields["handle"],)):
            raise Ambiguous(f"--handle: {handle!r} is taken already; choose another")
    return fields


def refuse_lookalikes(c: Context, name: str, city: str | None, extras: list[details.Detail]) -> None:
    ids = store.lookalikes(c.book, name, city, extras)
    if ids:
        from kam_cli import refs, registry

        lines = refs.describe(c.book, registry.noun("client"), ids[:10])
        raise Ambiguous(f"{name!r} looks like a client in the book; add --force if it is another one:", lines)


def saved(c: Context, client_id: int, done: str) -> Saved:
    row = store.LISTING.one(c, client_id)
    from kam_cli.values.spans import format_every

    rhythm = f"every {format_every(row['cadence_days'])}" if row["cadence_days"] else None
    parts = [
        f"client #{client_id} {row['name']}",
        row["city"],
        row["country"],
        row["stage"],
        rhythm,
        row["tags"],
    ]
    return Saved(" · ".join(str(part) for part in parts if part) + f" – {done} as {row['handle']}", row)


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: Page,
    stage: str | None = opt(stage, "of this stage"),
    segment: str | None = opt(line, "of this segment"),
    source: str | None = opt(line, "of this source"),
    country: str | None = opt(country, "in this country"),
    city: str | None = opt(line, "in this city"),
    tag: list[str] = opt(line, "with this tag; several: with all", many=True),
    group: str | None = opt(
        choice("promoter", "passive", "critic", aliases={"detractor": "critic"}), "by the last NPS answer"
    ),
    archived: bool = flag("those put aside"),
) -> Rows:
    """List clients.

    $ kam client list --stage key --sort next_due_on
    $ kam client list --tag vip --json
    """
    from kam_cli.text import fold

    filters: list[tuple[str, list[Any]]] = [
        ("c.archived_at IS NOT NULL" if archived else "c.archived_at IS NULL", [])
    ]
    for name, value in (("stage", stage), ("country", country), ("nps_group", group)):
        if value:
            filters.append((f"c.{name} = ?", [value]))
    if city:
        filters.append(("c.city_key = ?", [fold(city)]))
    page.where += [f"{name}={value}" for name, value in (("segment", segment), ("source", source)) if value]
    has_tag = "c.id IN (SELECT client_id FROM details WHERE kind = 'tag' AND value_key = ?)"
    filters += [(has_tag, [fold(one)]) for one in tag]
    return store.LISTING.fetch(c, page, filters)


@verb(writes=True, extra=[*CARD, details.DROP])
def edit(
    c: Context,
    client: Ref = arg(client, "which client"),
    name: str | None = opt(line, "the new name; the old one still finds it"),
    verified: bool = flag("the card was checked today"),
    clear: list[str] = opt(line, "empty this field, e.g. segment", many=True),
    drop: list[str] | None = None,
    **card: Any,
) -> Saved:
    """Change a card; details are added, and taken off with --drop.

    $ kam client edit acme --stage key --phone "mobile=+49 171 555 0100" --drop tag=cold
    """
    dropped = details.drop(c.book, "client_id", client.id, drop or [])
    added = details.add(c.book, "client_id", client.id, details.given(card))
    fields = plain(c, card)
    if name:
        fields["name"] = name
    for field in clear:
        field = {"every": "cadence_days", "since": "since_on", "document": "document_no"}.get(field, field)
        if field not in store.FIELDS or field in ("name", "kind", "stage", "handle"):
            raise BadValue(
                f"--clear: no field {field!r} that can be empty; there are {', '.join(store.FIELDS[3:-1])}"
            )
        fields[field] = None
    if verified:
        fields["verified_on"] = c.today.isoformat()
    changed = store.edit(c.book, client.id, fields)
    if not changed and not added and not dropped:
        return saved(c, client.id, "nothing differs; known")
    return saved(c, client.id, "changed, known")


@verb()
def show(
    c: Context,
    client: Ref = arg(client, "which client"),
    last: int | None = opt(integer(1, 1000), "how many contacts of the timeline; 8"),
) -> Any:
    """Show a client's page: card, people, timeline, open deals, tasks, NPS.

    $ kam client show acme
    """
    from kam_cli.domains.clients import page

    return page.build(c, client.id, last or 8)


@verb(writes=True)
def archive(
    c: Context,
    client: Ref = arg(client, "which client"),
    back: bool = flag("take it out of the archive"),
) -> Saved:
    """Put a client aside: no list and no reminder shows it; find and show still do.

    $ kam client archive acme
    """
    from kam_cli.book import utc_now

    c.book.update("clients", client.id, {"archived_at": None if back else utc_now()})
    return saved(c, client.id, "back again" if back else "archived, known")


@verb(writes=True)
def remove(c: Context, client: Ref = arg(client, "which client")) -> Saved:
    """Remove a card entered by mistake; a client with a history is archived instead.

    $ kam client remove 12
    """
    held = store.records(c.book, client.id)
    if held:
        what = ", ".join(f"{count} {name}" for name, count in held.items())
        raise KamError(f"{client.name!r} has {what}. Put it aside instead: kam client archive {client.id}")
    done = saved(c, client.id, "removed, was known")
    c.book.remove("clients", client.id)
    return done


@verb()
def stale(
    c: Context,
    days: int | None = opt(integer(1, 10000), "not verified for so many days; 365 (config stale_days)"),
) -> Rows:
    """Report cards that are incomplete, long not verified, or of clients never contacted.

    $ kam client stale
    """
    import datetime

    before = c.today - datetime.timedelta(days=days or c.config.get("stale_days"))
    rows = store.stale(c.book, before.isoformat())
    return Rows(
        rows,
        show=("id", "name", "why", "last_contact_at", "verified_on"),
        wide=("verified_on",),
        empty="every card is in order",
    )
