"""`kam nps`: how likely clients are to recommend us, and what follows from it."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.nps import rules, store
from kam_cli.errors import BadValue
from kam_cli.kinds import choice, every, integer, line, past_day, ref, text
from kam_cli.output import Saved
from kam_cli.params import Edit, arg, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.output import Rows
    from kam_cli.refs import Ref

answer = ref("nps")
points = integer(0, 10, "SCORE")
group = choice("promoter", "passive", "critic", aliases={"detractor": "critic", "detractors": "critic",
               "promoters": "promoter", "passives": "passive", "critics": "critic"})  # fmt: skip


@verb(writes=True, extra=[Edit("reason")])
def add(
    c: Context,
    client: Ref = arg(ref("client"), "who answered"),
    score: int = arg(points, "0–10"),
    reason: str | None = opt(text, "the main reason, in the client's words; - reads it from stdin"),
    with_: Ref | None = opt(ref("contact", within="client"), "the person who answered"),
    on: datetime.date | None = opt(past_day, "when it was given; today"),
    product: str | None = opt(line, "about which product"),
) -> Saved:
    """Store an answer, 0–10, with its reason.

    0–6 is a critic, 7–8 a passive, 9–10 a promoter. A day in the future is refused.

    $ kam nps add acme 6 --reason "late deliveries" --with jana
    """
    row = {
        "client_id": client.id,
        "contact_id": with_.id if with_ else None,
        "score": score,
        "reason": reason,
        "product": product,
        **when(c, on or c.today),
    }
    return saved(c, c.book.insert("nps_answers", row))


def when(c: Context, day: datetime.date) -> dict[str, str]:
    """The day and the instant of an answer. Raises BadValue for a day to come: nobody has answered then."""
    if day > c.today:
        raise BadValue(f"--on: {day} is in the future; an answer is given today or before")
    at = rules.answered_at(day, c.today, c.now, c.tz)
    return {"answered_on": day.isoformat(), "answered_at": at}


def saved(c: Context, answer_id: int, done: str = "") -> Saved:
    """The line of an answer: who, score and group, the way since the last one, and what to do now."""
    row = store.LISTING.one(c, answer_id)
    parts = [
        f"nps #{answer_id} {named(row)}",
        f"{row['score']} {row['nps_group']}{way(c, row)}",
        echo(row["answered_on"]),
        row["product"],
        f"“{row['reason']}”" if row["reason"] else None,
    ]
    said = " · ".join(part for part in parts if part)
    if done:
        return Saved(f"{said} – {done}", row)
    step = next_step(c, row)
    if step and row["nps_group"] == "critic":
        return Saved(f"{said} – {step}", row)
    return Saved(said, row, [step] if step else [])


def named(row: dict[str, Any]) -> str:
    return f"{row['client']}, {row['contact']}" if row["contact"] else str(row["client"])


def echo(day: str) -> str:
    from datetime import date

    from kam_cli.values.dates import echo_day

    return echo_day(date.fromisoformat(day))


def way(c: Context, row: dict[str, Any]) -> str:
    """``, fell from 9 promoter`` beside an answer whose respondent stood in another group before."""
    answers = store.of_respondent(c.book, row)
    place = [one["id"] for one in answers].index(row["id"])
    was = answers[place + 1]["score"] if place + 1 < len(answers) else row["score"]
    if rules.group_of(was) == row["nps_group"]:
        return ""
    return f", {'rose' if row['score'] > was else 'fell'} from {was} {rules.group_of(was)}"


def next_step(c: Context, row: dict[str, Any]) -> str:
    """What the answer asks for, with the command to do it; nothing once the client has answered again, or a
    critic was spoken to."""
    state = store.standing(c.book, row)
    if not state["is_last"] or (row["nps_group"] == "critic" and state["is_spoken_to"]):
        return ""
    from kam_cli.agenda import Namer

    command = rules.COMMANDS[row["nps_group"]].format(Namer(c).name(row["client_id"], state["handle"]))
    if row["nps_group"] == "promoter":
        return f"a promoter can be asked for a referral: {command}"
    if row["nps_group"] == "passive":
        return f"a passive can be won by an offer: {command}"
    from datetime import date, timedelta

    by = date.fromisoformat(row["answered_on"]) + timedelta(c.config.get("critic_days"))
    return f"call back {f'by {echo(by.isoformat())}' if by >= c.today else 'at once'}: {command}"


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: Page,
    client: Ref | None = opt(ref("client"), "of this client"),
    group: str | None = opt(group, "promoter, passive or critic"),
    since: datetime.date | None = opt(past_day, "from this day on"),
    until: datetime.date | None = opt(past_day, "up to this day"),
    product: str | None = opt(line, "about this product"),
) -> Rows:
    """List the answers, the newest first.

    $ kam nps list --group critic --since "1 jan"
    """
    check_span(since, until)
    low, high = {None: (0, 10), "critic": (0, 6), "passive": (7, 8), "promoter": (9, 10)}[group]
    filters: list[tuple[str, list[Any]]] = [("a.score BETWEEN ? AND ?", [low, high])] if group else []
    filters += [("a.client_id = ?", [client.id])] if client else []
    filters += [("a.answered_on >= ?", [since.isoformat()])] if since else []
    filters += [("a.answered_on <= ?", [until.isoformat()])] if until else []
    page.where += [f"product={product}"] if product else []
    return store.LISTING.fetch(c, page, filters)


def check_span(since: datetime.date | None, until: datetime.date | None) -> None:
    if since and until and since > until:
        raise BadValue(f"--since: {since} is after --until {until}; the period has no day")


@verb()
def show(c: Context, answer: Ref = arg(answer, "the number of the answer")) -> Any:
    """Show an answer and the respondent's others.

    $ kam nps show 12
    """
    from kam_cli.output import Block
    from kam_cli.output import Page as Sheet

    row = store.LISTING.one(c, answer.id)
    others = [one for one in store.of_respondent(c.book, row) if one["id"] != answer.id]
    lines = [
        f"#{one['id']}  {one['answered_on']}  {one['score']} {rules.group_of(one['score'])}"
        + (f"  {one['reason']}" if one["reason"] else "")
        for one in others
    ]
    pairs = [
        ("score", f"{row['score']} {row['nps_group']}{way(c, row)}"),
        ("reason", row["reason"]),
        ("product", row["product"]),
        ("answered", echo(row["answered_on"])),
        ("others", lines),
        ("next", next_step(c, row)),
    ]
    return Sheet({**row, "others": others}, [Block(f"NPS #{answer.id} {named(row)}", pairs=pairs)])


@verb(
    writes=True, extra=[Edit("reason", lambda c, given: store.LISTING.one(c, given["answer"].id)["reason"])]
)
def edit(
    c: Context,
    answer: Ref = arg(answer, "the number of the answer"),
    score: int | None = opt(points, "0–10"),
    reason: str | None = opt(text, "the main reason; - reads it from stdin"),
    with_: str | None = opt(line, "the person who answered", "--with"),
    on: datetime.date | None = opt(past_day, "when it was given"),
    product: str | None = opt(line, "about which product"),
    clear: list[str] = opt(
        choice("reason", "product", "contact", aliases={"with": "contact"}), "empty this field", many=True
    ),
) -> Saved:
    """Correct an answer.

    $ kam nps edit 12 --score 7 --reason "late, but well mended"
    """
    given: dict[str, Any] = {"score": score, "reason": reason, "product": product}
    if with_:
        from kam_cli.refs import resolve

        given["contact_id"] = resolve(c, "contact", with_, answer.client_id).id
    fields = {name: value for name, value in given.items() if value is not None}
    fields |= {"contact_id" if name == "contact" else name: None for name in clear}
    # The day as it was keeps its time of day.
    if on and on.isoformat() != store.LISTING.one(c, answer.id)["answered_on"]:
        fields |= when(c, on)
    changed = c.book.update("nps_answers", answer.id, fields)
    return saved(c, answer.id, "changed" if changed else "nothing differs")


@verb(writes=True)
def remove(c: Context, answer: Ref = arg(answer, "the number of the answer")) -> Saved:
    """Remove an answer entered by mistake.

    $ kam nps remove 12
    """
    done = saved(c, answer.id, "removed")
    c.book.remove("nps_answers", answer.id)
    return done


@verb()
def score(
    c: Context,
    by: str | None = opt(choice(*store.GROUPINGS), "a row for each week, segment, client …"),
    all_: bool = flag("count every answer (the default)"),
    latest: bool = flag("count only the last answer of each respondent: the contact, else the client"),
    since: datetime.date | None = opt(past_day, "answers from this day on"),
    until: datetime.date | None = opt(past_day, "answers up to this day"),
    population: bool = flag("narrow ± as the book has only so many clients"),
) -> Any:
    """The Net Promoter Score with its margin.

    It is % promoters less % critics, ± its margin at 95 %. The adjusted figures (three answers added, ¾ of a
    promoter and ¾ of a critic) are fit for few answers. Weeks are ISO weeks. --latest takes the last answer
    up to --until, then groups it by its own day, product and client.

    $ kam nps score --by month --since "1 jan"
    $ kam nps score --latest --by segment
    """
    if all_ and latest:
        raise BadValue("--all and --latest exclude each other; leave one out")
    check_span(since, until)
    from kam_cli.domains.nps import views

    return views.score(c, by, latest, since, until, population)


@verb()
def moves(
    c: Context,
    since: datetime.date | None = opt(past_day, "the first day; start of this quarter"),
    until: datetime.date | None = opt(past_day, "the last day; today"),
) -> Any:
    """Who rose, who fell, why, and after what.

    Movement is between promoters, passives and critics; after what: the last contact between the answers.
    Everybody who answered in the period, by the last answer in it, against the last one before it; who had
    not answered before is compared with the first answer in it, and is new where that is the only one.

    $ kam nps moves
    $ kam nps moves --since 2026-01-01 --until 2026-03-31
    """
    from kam_cli.domains.nps import views
    from kam_cli.values.dates import period

    until = until or c.today
    since = since or period(until, "quarter")[0]
    check_span(since, until)
    return views.moves(c, since, until)


@verb(listing=store.DUE)
def due(
    c: Context,
    page: Page,
    older: int | None = opt(every, "not asked for so long; 180 days (config nps_days)"),
) -> Rows:
    """Who was never asked, or long ago.

    Key clients come first; lost ones and those in the archive are left out.

    $ kam nps due --older 6m
    """
    from datetime import timedelta

    from kam_cli.values.clock import local_day_bounds

    store.give_today(c.book, c.today)
    last = c.today - timedelta(older or c.config.get("nps_days"))
    before = local_day_bounds(last, c.tz)[1]
    return store.DUE.fetch(c, page, [("c.nps_answered_at IS NULL OR c.nps_answered_at < ?", [before])])
