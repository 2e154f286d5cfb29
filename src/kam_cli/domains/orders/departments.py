"""The verbs for what departments have of an order: hand, done, parts."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.orders import rules, shipping, store
from kam_cli.domains.orders.naming import order
from kam_cli.errors import BadValue, KamError, NotFound
from kam_cli.kinds import future_day, line, past_day, phrase
from kam_cli.output import Rows, Saved
from kam_cli.params import Kind, arg, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]


def _part(c: Context, text: str) -> int:
    """The number of the part that a number names, or a department that has one open. Raises NotFound, Ambiguous."""
    digits = text.strip().removeprefix("#")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None
    found = shipping.find_parts(c.book, number, text)
    if not found:
        raise NotFound(f"no part {text[:40]!r} of an order. See: kam order parts")
    if len(found) > 1:
        lines = [
            f"#{one['id']} {one['text']} (order {one['order']}, due {one['due_on'] or 'any time'})"
            for one in found
        ]
        return int(
            found[c.choose(f"{text[:40]!r} has {len(found)} open parts; name one by its number:", lines)][
                "id"
            ]
        )
    return int(found[0]["id"])


part = Kind(_part, "PART")


@verb(writes=True)
def hand(
    c: Context,
    order: Ref = arg(order, "which order"),
    department: str = arg(line, "who has to do it"),
    text: str = words(phrase, "what is to be done"),
    *,
    due: datetime.date | None = opt(future_day, "the day that the department promised"),
) -> Saved:
    """Hand a part of an order to a department.

    $ kam order hand acme workshop cut the panels to size --due fri
    """
    old = store.get(c.book, order.id)
    if old["status"] not in rules.OPEN:
        raise KamError(f"order {old['number']!r} is {old['status']}; nothing of it is to be done")
    part_id = shipping.hand(
        c.book, order.id, department, text, c.today.isoformat(), due.isoformat() if due else None
    )
    return _saved(c, part_id, "handed over")


@verb(writes=True)
def done(
    c: Context,
    part: int = arg(part, "its number, or the department"),
    *,
    on: datetime.date | None = opt(past_day, "the day on which it was; today"),
) -> Saved:
    """Note that a department has done its part.

    $ kam order done 7
    $ kam order done workshop --on yesterday
    """
    old = shipping.part(c.book, part)
    day = on or c.today
    if day > c.today:
        raise BadValue(f"--on: {day} is in the future; a part is done today or before")
    if old["done_on"]:
        raise KamError(f"part #{part} was done on {old['done_on']}")
    c.book.update("order_parts", part, {"done_on": day.isoformat()})
    return _saved(c, part, "done")


@verb()
def parts(
    c: Context,
    department: str | None = opt(line, "of this department"),
    late: bool = flag("open ones whose day has passed"),
    all_: bool = flag("those that are done, too"),
) -> Rows:
    """List what departments have of orders.

    $ kam order parts --late
    """
    found = shipping.list_parts(c.book, department, c.today.isoformat() if late else None, all_)
    show = ["id", "department", "text", "due_on", "number", "client", *(["done_on"] if all_ else [])]
    return Rows(found, show=show, empty="no department has a part of an order. Hand one over: kam order hand")


def _saved(c: Context, part_id: int, what: str) -> Saved:
    from kam_cli.domains.orders.page import date, day, days

    row = shipping.part(c.book, part_id)
    due, made = date(row["due_on"]), date(row["done_on"])
    late = rules.days_late(due, made, c.today)
    state = f"due {day(row['due_on'])}" if due else None
    parts = [
        f"part #{part_id} of order {row['number']}",
        row["client"],
        row["department"],
        row["text"],
        state,
    ]
    parts.append(f"{days(late)} late" if late else None)
    record = {name: row[name] for name in ("id", "order_id", "department", "text", "due_on", "done_on")}
    return Saved(" · ".join(one for one in parts if one) + f" – {what}", record)
