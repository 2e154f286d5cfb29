"""`kam log`: every contact on every channel in one line, and what was logged."""

from __future__ import annotations

from kam_cli import kinds
from kam_cli.command import Verb, verb
from kam_cli.domains.interactions import echo, entry, rules, store
from kam_cli.domains.interactions.belonging import own, resolve_own
from kam_cli.errors import BadValue, named
from kam_cli.kinds import choice, ref
from kam_cli.output import Block, Page, Rows, Saved
from kam_cli.params import Edit, Kind, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli import listing
    from kam_cli.command import Context
    from kam_cli.domains.tasks.echo import When
    from kam_cli.refs import Ref

EVERY_OUTCOME = tuple(dict.fromkeys(one for outcomes in rules.OUTCOMES.values() for one in outcomes))
CLEARED = {
    "text": "text", "outcome": "outcome", "minutes": "minutes", "direction": "direction", "with": "",
    "deal": "deal_id",
}  # fmt: skip


def _outcome_of_verb(c: Context, given: str) -> str:
    assert c.verb is not None
    return rules.read_outcome(c.verb.name, given)


def any_outcome(parse: Any) -> Kind:
    return Kind(parse, "OUTCOME", lambda c, given: list(EVERY_OUTCOME))


def log(
    c: Context,
    client: Ref = arg(ref("client"), "with which client"),
    text: str | None = words(kinds.text, "what was said; - reads it from stdin", optional=True),
    with_: list[Ref] = opt(own("contact"), "who took part, the main person first", many=True),
    at: When | None = opt(kinds.past_when, "when; now. In the future it is planned"),
    outcome: str | None = opt(any_outcome(_outcome_of_verb), "what came of it: held, no-show, no-answer …"),
    deal: Ref | None = opt(own("deal"), "about which deal"),
    **more: Any,
) -> Saved:
    """Log one {kind}: who, what was said, what comes next.

    $ kam log {kind} acme wants the new price list --next "send the list" --due fri
    $ kam log {kind} acme "agree the new terms" --with jana --at "next fri 10:00"
    """
    assert c.verb is not None
    kind = c.verb.name
    points = entry.check(more)
    if kind == "note" and not (text or points):
        raise BadValue("TEXT is missing; a note without a text says nothing")
    people = list(dict.fromkeys(one.id for one in with_))
    row = {
        "client_id": client.id, "deal_id": deal.id if deal else None, "kind": kind, **entry.moment(c, at),
        "direction": entry.direction(more), "outcome": outcome, "minutes": more["minutes"], "text": text,
    }  # fmt: skip
    with c.write():
        interaction_id = store.add(c.book, row, people, points)
        task = entry.next_step(c, interaction_id, more)
        return entry.saved(c, interaction_id, task)


class Channel(Verb):
    """`kam log KIND`: nine verbs with one function, each with its own kind on its help page."""

    __slots__ = ()

    @property
    def doc(self) -> str:
        return super().doc.replace("{kind}", self.name)


log.__verbs__ = [Channel(log, kind, False, None, [*entry.PARAMS, Edit("text")]) for kind in rules.KINDS]  # type: ignore[attr-defined]


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: listing.Page,
    client: Ref | None = opt(ref("client"), "with this client"),
    kind: list[str] = opt(choice(*rules.KINDS), "of this kind; several: of any", many=True),
    since: datetime.date | None = opt(kinds.past_day, "from this day on"),
    until: datetime.date | None = opt(kinds.past_day, "up to the end of this day"),
    with_: Ref | None = opt(own("contact"), "in which this person took part"),
    deal: Ref | None = opt(own("deal"), "about this deal"),
    outcome: str | None = opt(choice(*EVERY_OUTCOME), "with this outcome"),
    planned: bool = flag("only what is planned"),
) -> Rows:
    """List what was logged, the newest first.

    $ kam log list --client acme --kind call --kind meeting
    $ kam log list --since mon --json
    """
    from kam_cli.values.clock import local_day_bounds

    filters: list[tuple[str, list[Any]]] = []
    for column, one in (("client_id", client), ("deal_id", deal)):
        if one:
            filters.append((f"i.{column} = ?", [one.id]))
    if with_:
        filters.append(store.took_part(with_.id))
    if kind:
        filters.append((f"i.kind IN ({', '.join('?' * len(kind))})", kind))
    if since:
        filters.append(("i.occurred_at >= ?", [local_day_bounds(since, c.tz)[0]]))
    if until:
        filters.append(("i.occurred_at < ?", [local_day_bounds(until, c.tz)[1]]))
    if outcome:
        filters.append(("i.outcome = ?", [outcome]))
    if planned:
        filters.append(("i.is_planned = 1", []))
    rows = store.LISTING.fetch(c, page, filters)
    # A column of nothing but dashes says nothing.
    rows.show = [name for name in rows.show if any(row[name] is not None for row in rows.rows)]
    return rows


number = arg(ref("log"), "its number")


@verb()
def show(c: Context, log: Ref = number) -> Page:
    """Show one of them with all that was noted.

    $ kam log show 812
    """
    row = store.LISTING.one(c, log.id)
    people = store.people(c.book, log.id)
    wishes, decisions = (store.points(c.book, log.id, kind) for kind in ("wish", "decision"))
    from kam_cli.domains.tasks import store as tasks
    from kam_cli.domains.tasks.echo import echo_due

    steps = tasks.of_interaction(c.book, log.id)
    pairs: list[tuple[str, Any]] = [
        ("when", echo.echo_moment(c, row["occurred_at"], bool(row["is_timed"]))),
        ("with", [" · ".join(filter(None, (one["name"], one["title"], one["role"]))) for one in people]),
        ("began", {"in": "the client", "out": "you"}.get(row["direction"])),
        ("outcome", row["result"]),
        ("minutes", row["minutes"]),
        ("deal", row["deal"] and f"{row['deal']} (#{row['deal_id']})"),
        ("text", row["text"]),
        ("wishes", wishes),
        ("decisions", decisions),
        ("next", [f"#{t['id']} {t['title']}, {'done' if t['done_at'] else echo_due(t)}" for t in steps]),
    ]
    data = {**row, "people": people, "wishes": wishes, "decisions": decisions, "tasks": steps}
    return Page(data, [Block(f"#{log.id} {row['kind']} · {row['client']}", pairs=pairs)])


@verb(extra=[*entry.PARAMS, Edit("text", lambda c, given: store.get(c.book, given["log"].id)["text"])])
def edit(
    c: Context,
    log: Ref = number,
    text: str | None = opt(kinds.text, "what was said, in place of what stands there; - reads it from stdin"),
    client: Ref | None = opt(ref("client"), "it was with this client; its open tasks go along"),
    with_: list[str] = opt(kinds.line, "who took part, in place of those there", many=True),
    at: When | None = opt(kinds.past_when, "when"),
    outcome: str | None = opt(any_outcome(kinds.line.parse), "what came of it; closes a planned one"),
    deal: str | None = opt(kinds.line, "about which deal"),
    clear: list[str] = opt(choice(*CLEARED), f"empty this: {', '.join(CLEARED)}", many=True),
    **more: Any,
) -> Saved:
    """Put one of them right, or say what came of a planned one.

    $ kam log edit 812 --outcome held --minutes 40 --text "they sign on Friday" --next "send the contract"
    $ kam log edit 812 --client acme --with jana
    """
    points = entry.check(more)
    old = store.get(c.book, log.id)
    client_id = client.id if client else old["client_id"]
    people = list(dict.fromkeys(resolve_own(c, "contact", one, client_id).id for one in with_)) or None
    fields: dict[str, Any] = {CLEARED[name]: None for name in clear if name != "with"}
    if deal:
        fields["deal_id"] = resolve_own(c, "deal", deal, client_id).id
    if outcome:
        try:
            fields["outcome"] = rules.read_outcome(old["kind"], outcome)
        except BadValue as error:
            raise named("--outcome", error) from None
    given = {"text": text, "minutes": more["minutes"], "direction": entry.direction(more)}
    fields |= {name: value for name, value in given.items() if value is not None}
    fields |= entry.moved_in_time(c, old, at, outcome)
    if people is None and "with" in clear:
        people = []
    with c.write():
        hints: list[str] = []
        if client_id != old["client_id"]:
            people, fields, hints = entry.moved_to(c, old, client_id, people, fields)
        changed = store.edit(c.book, log.id, fields, people)
        store.add_points(c.book, log.id, points)
        task = entry.next_step(c, log.id, more)
        done = "changed" if changed or points or task else "nothing differs"
        return entry.saved(c, log.id, task, done, hints)


@verb(writes=True)
def remove(c: Context, log: Ref = number) -> Saved:
    """Remove what was logged by mistake.

    $ kam log remove 812
    """
    gone = entry.saved(c, log.id, None, "removed")
    c.book.remove("interactions", log.id)
    return gone
