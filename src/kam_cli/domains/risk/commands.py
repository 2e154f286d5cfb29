"""`kam risk`: how reliable a client is, why, and how much he may owe."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.risk import assessing, store
from kam_cli.domains.risk.assessing import saved
from kam_cli.domains.risk.naming import find, seen, sign
from kam_cli.domains.terms.kinds import pay
from kam_cli.errors import Ambiguous, BadValue, KamError
from kam_cli.kinds import integer, line, money, past_day, ref, text
from kam_cli.output import Failed, Rows, Saved
from kam_cli.params import Edit, Kind, arg, flag, opt, words
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money

    Row = dict[str, Any]

weight = integer(1, 100)
assessment = ref("risk")
name = Kind(
    lambda c, text: line.parse(c, text),
    "NAME",
    lambda c, text: [row["name"] for row in store.all_signs(c.book)],
)


@verb("assess", "add", extra=[Edit("note")])
def assess(
    c: Context,
    client: Ref = arg(ref("client"), "whom"),
    sign: list[tuple[Row, str | None]] = opt(seen, "a sign that is there, and what shows it", many=True),
    no: list[Row] = opt(sign, "a sign that was looked for and is not there", many=True),
    unknown: list[Row] = opt(sign, "a sign of which nothing is known any more", many=True),
    fresh: bool = flag("forget what was found the last time"),
    note: str | None = opt(text, "a note; - reads it from stdin"),
    on: datetime.date | None = opt(past_day, "the day of the assessment; today"),
    set_limit: tuple[Money | None] | None = opt(assessing.limit, "write this credit limit into his terms"),
) -> Saved:
    """Assess a client's reliability by warning signs.

    On a terminal every sign is asked (y, n, u); with --sign and --no nothing is. What was found the last time
    stands unless it is said anew.

    $ kam risk assess acme --sign "address=a mailbox" --no registration --no disputes
    $ kam risk assess acme --set-limit 5k
    """
    day = on or c.today
    if day > c.today:
        raise BadValue(f"--on: {day} is in the future; somebody is assessed today or before")
    old = store.last(c.book, client.id)
    begun = store.findings(c.book, old["id"]) if old and not fresh else {}
    is_said = bool(sign or no or unknown or fresh or note)
    if is_said:
        found = assessing.answered(sign, no, unknown, begun)
    elif c.interactive and not set_limit:
        found = assessing.ask(c, client, begun)
    elif set_limit and old:
        found = begun
    else:
        raise BadValue(
            "say what was found: --sign NAME, --no NAME (see: kam risk signs); on a terminal it is asked"
        )
    with c.write():
        is_new = is_said or not set_limit or old is None
        made = store.add(c.book, client.id, day.isoformat(), note, found) if is_new or not old else old["id"]
        if set_limit:
            assessing.agree_limit(c, client, set_limit[0])
        return saved(c, made, "limit agreed" if set_limit else "assessed")


@verb(listing=store.LISTING)
def list_(
    c: Context,
    page: Page,
    stale: bool = flag("only those whose assessment is older than half a year (config risk.stale_days)"),
    client: Ref | None = opt(ref("client"), "every assessment of this client, also former ones"),
) -> Rows:
    """List the last assessment of each client, the worst score first.

    $ kam risk list --where "score<60"
    $ kam risk list --stale
    """
    filters: list[tuple[str, list[Any]]] = (
        [("a.client_id = ?", [client.id])] if client else [(store.LAST, [])]
    )
    filters += [(f"{store.LISTING.columns['is_stale']}", [])] if stale else []
    return store.LISTING.fetch(c, page, filters)


@verb()
def show(c: Context, client: Ref = arg(ref("client"), "whom")) -> Any:
    """Show a client's score, the reasons, what is unknown, and his limit.

    How he pays is taken from the invoices, payments and promises in the book, as of today.

    $ kam risk show acme
    """
    from kam_cli.domains.risk import page

    return page.build(c, client)


@verb()
def check(
    c: Context,
    client: Ref = arg(ref("client"), "who"),
    money: Money = arg(money, "what he would get, e.g. 12k"),
    *,
    terms: int | None = opt(pay, "days to pay: 30d, 0 for at once; as agreed"),
) -> Any:
    """Answer whether a deferred payment keeps to the client's limit.

    The agreed limit counts, else the suggested one. Where it is passed, or none is known, the exit code is 1.

    $ kam risk check acme 500 --terms 30d
    """
    from kam_cli.domains.risk import page

    row, said = page.answer(c, client, money, terms)
    shown: Any = row if c.format != "table" else said
    if row["is_kept"]:
        return shown
    return Failed(row if c.format != "table" else None, KamError(said))


@verb(writes=True, extra=[Edit("note", lambda c, given: store.get(c.book, given["assessment"].id)["note"])])
def edit(
    c: Context,
    assessment: Ref = arg(assessment, "the number of the assessment"),
    note: str | None = opt(text, "a note; - reads it from stdin"),
    on: datetime.date | None = opt(past_day, "the day of the assessment"),
) -> Saved:
    """Correct an assessment's day or note; what was found changes with assess.

    $ kam risk edit 12 --note "their bank was asked"
    """
    if on and on > c.today:
        raise BadValue(f"--on: {on} is in the future; somebody is assessed today or before")
    given = {"note": note, "assessed_on": on and on.isoformat()}
    fields = {name: value for name, value in given.items() if value is not None}
    changed = c.book.update("risk_assessments", assessment.id, fields)
    return saved(c, assessment.id, "changed" if changed else "nothing differs")


@verb(writes=True)
def remove(c: Context, assessment: Ref = arg(assessment, "the number of the assessment")) -> Saved:
    """Remove an assessment entered by mistake; the one before it counts again.

    $ kam risk remove 12
    """
    done = saved(c, assessment.id, "removed")
    c.book.remove("risk_assessments", assessment.id)
    return done


@verb(listing=store.SIGNS)
def signs(c: Context, page: Page) -> Rows:
    """List the warning signs and their weights.

    The last ones are told by the book itself.

    $ kam risk signs --where "weight>9"
    """
    return store.SIGNS.fetch(c, page)


@verb("sign", writes=True)
def sign_(
    c: Context,
    name: str = words(name, "which sign"),
    *,
    new: bool = flag("add it"),
    weight: int | None = opt(weight, "how much it counts beside the others, 1–100"),
    text_: str | None = opt(line, "when it is seen", "--text"),
    rename: str | None = opt(line, "its new name"),
    remove: bool = flag("no longer look for it"),
) -> Saved:
    """Change a warning sign, add one, or take one off the list.

    $ kam risk sign address --weight 10
    $ kam risk sign tax debt --new --weight 12 --text "owes taxes or social insurance"
    """
    taken = {row["name_key"]: row["name"] for row in store.all_signs(c.book)}
    wanted = rename or (name if new else None)
    row = None if new else find(c, name)
    if wanted and fold(wanted) in taken and not (row and fold(wanted) == row["name_key"]):
        raise Ambiguous(f"there is a sign {taken[fold(wanted)]!r}; change it: kam risk sign")
    if new and (weight is None or not text_):
        raise BadValue("a new sign needs --weight, how much it counts, and --text, when it is seen")
    if remove and row:
        c.book.remove("risk_signs", row["id"])
        return Saved(f"sign {row['name']} – removed", store.SIGNS.one(c, row["id"]))
    fields = {"name": wanted, "weight": weight, "text": text_}
    fields = {field: value for field, value in fields.items() if value is not None}
    if not fields:
        raise BadValue("say what changes: --weight, --text, --rename; or --remove it")
    row = store.SIGNS.one(c, store.put_sign(c.book, row["id"] if row else None, fields))
    return Saved(
        f"sign #{row['id']} {row['name']} · weight {row['weight']} · {row['text']} – {'added' if new else 'changed'}",
        row,
    )
