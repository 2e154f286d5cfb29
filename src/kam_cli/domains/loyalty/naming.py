"""What the loyalty commands take: a programme, a span of months, points for money, the threshold of a tier."""

from __future__ import annotations

from kam_cli.domains.loyalty import rules, store
from kam_cli.errors import BadValue, NotFound
from kam_cli.kinds import ref
from kam_cli.params import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]


def _points(c: Context, text: str) -> tuple[int, int, str | None]:
    """Points, minor units and their currency of ``1/10EUR``, ``2 / 5``; ``5%`` is five points for a hundred."""
    from kam_cli.values.money import decimals, parse_money

    count, slash, amount = text.partition("/")
    if text.strip().endswith("%") and not slash:
        from kam_cli.values.quantities import parse_discount

        bp = parse_discount(text)
        if not bp:
            raise BadValue("0 % gives no points")
        return *rules.lowest(bp, rules.PERCENT * 10 ** decimals(c.currency)), None
    count = count.strip()
    if not slash or not (count.isascii() and count.isdigit() and len(count) < 7):
        raise BadValue(f"{text[:40]!r} is not written POINTS/AMOUNT, as in 1/10EUR, or as a percentage")
    money = parse_money(amount, c.currency)
    if not money.minor or not int(count):
        raise BadValue(f"{text[:40]!r}: points and amount are above 0, as in 1/10EUR")
    return int(count), money.minor, money.currency


def the_one(c: Context, of: Ref | None) -> Row:
    """The programme that was named, else the only one. Raises NotFound and Ambiguous."""
    if of:
        return store.get(c.book, of.id)
    found = store.programmes(c.book)
    if not found:
        raise NotFound("no loyalty programme. Begin one: kam loyalty add Club --points 1/10EUR")
    if len(found) > 1:
        lines = [f"#{one['id']} {one['name']}" for one in found]
        return found[c.choose("there are several programmes; name one: --of NAME", lines)]
    return found[0]


def threshold(c: Context, programme: Row, text: str) -> int:
    """From which value on a tier is reached: minor units, or a number of purchases. Raises BadValue."""
    if programme["basis"] == "purchases":
        if not (text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 10):
            raise BadValue(f"--from: {text[:40]!r} is no number of purchases such as 5")
        return int(text)
    from kam_cli.errors import named
    from kam_cli.values.money import parse_money

    try:
        money = parse_money(text, programme["currency"])
    except BadValue as error:
        raise named("--from", error) from None
    if money.currency != programme["currency"]:
        raise BadValue(f"--from: the programme is in {programme['currency']}, not in {money.currency}")
    return money.minor


programme = Kind(ref("loyalty").parse, "LOYALTY", ref("loyalty").complete)
span = Kind(lambda c, text: rules.months(text), "MONTHS")
points = Kind(_points, "POINTS/AMOUNT")
value = Kind(lambda c, text: text.strip(), "MONEY|N")
