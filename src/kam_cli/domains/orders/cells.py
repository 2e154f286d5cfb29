"""What the cells of a table of orders mean: quantities, discounts, states, tags, and what `kam export` packs into one cell."""

from __future__ import annotations

from kam_cli.domains.orders import rules
from kam_cli.errors import BadValue
from kam_cli.formats.packed import unpack_pair
from kam_cli.imports.fields import Each, Field, Packed, Words
from kam_cli.params import Kind
from kam_cli.text import check_text, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kam_cli.command import Context

    Packed_line = tuple[str, str, str, str, str]  # quantity, price, discount, net, title

# What other programs call the states of an order. Goods that are to be sent back are with the client still.
_STATUSES = {
    **dict.fromkeys(("placed", "purchased", "ordered", "new", "received", "pending", "confirmed", "accepted", "open",
                     "booked", "draft", "unfulfilled", "awaiting payment", "on hold"), "taken"),
    **dict.fromkeys(("in work", "in progress", "in process", "processing", "in production", "picking", "packed",
                     "awaiting shipment", "ready"), "in-work"),
    **dict.fromkeys(("partially delivered", "partially shipped", "partly delivered", "part shipped", "partial",
                     "partially fulfilled"), "part-delivered"),
    **dict.fromkeys(("shipped", "sent", "completed", "complete", "fulfilled", "closed", "done", "dispatched", "reviewed",
                     "return pending", "paid"), "delivered"),
    **dict.fromkeys(("refunded", "sent back", "return"), "returned"),
    **dict.fromkeys(("canceled", "void", "voided", "rejected", "declined"), "cancelled"),
}  # fmt: skip


def _quantity(c: Context, text: str) -> int:
    from kam_cli.values.quantities import parse_quantity

    return parse_quantity(text)


def _fraction(c: Context, text: str) -> int:
    """Hundredths of a percent of a fraction of 1, or of a percentage with its sign. Raises BadValue.

    What a binary fraction makes of 0.05 (0.0500000007) is read as it was meant.
    """
    from decimal import Decimal, InvalidOperation

    from kam_cli.values.quantities import parse_discount

    if text.endswith("%"):
        return parse_discount(text)
    try:
        exact = (
            Decimal(text.replace(",", ".")) * rules.WHOLE_BP if len(text) < 40 and text.isascii() else None
        )
    except InvalidOperation:
        exact = None
    if exact is None or not exact.is_finite():
        raise BadValue(f"cannot read the discount {text[:40]!r}: write a fraction such as 0.05, or 5%")
    if not 0 <= exact <= rules.WHOLE_BP:
        raise BadValue(
            f"discount {text[:40]!r} is no fraction of 1; a column of percentages is the discount_pct"
        )
    near = round(exact)
    if abs(exact - near) > Decimal("0.001"):
        raise BadValue(f"discount {text[:40]!r} has too many decimals: at most 4, as in 0.1255")
    return near


def _percentage(c: Context, text: str) -> int:
    from kam_cli.values.quantities import parse_discount

    return parse_discount(text)


def _minor(c: Context, text: str) -> int:
    from kam_cli.values.money import parse_minor

    return parse_minor(text)


def _currency(c: Context, text: str) -> str:
    from kam_cli.values.money import parse_currency

    return parse_currency(text, c.currency)


def _tag(c: Context, text: str) -> tuple[str, str]:
    tag = check_text(" ".join(text.split()), "the tag")
    return tag, fold(tag)


def _line(c: Context, text: str) -> Packed_line:
    """``40×12.50-5%=475.00 Oak panel``: quantity, price, perhaps a discount and what was agreed for all, title."""
    import re

    found = re.fullmatch(r"([0-9.]+)×([0-9.]+)(?:-([0-9.]+)%)?(?:=([0-9.]+))? (.+)", text, re.DOTALL)
    if not found:
        raise BadValue(
            f"{text[:40]!r} is not written QUANTITY×PRICE[-DISCOUNT%][=NET] TITLE, as in 40×12.50-5% Oak"
        )
    return found[1], found[2], found[3] or "0", found[4] or "", check_text(found[5], "the title")


def _delivery(c: Context, text: str) -> tuple[str, int, int]:
    """``2026-03-18 1×20``: local day, place of the line, thousandths."""
    day, _, portion = text.partition(" ")
    place, _, quantity = portion.partition("×")
    if not (place.isascii() and place.isdigit()):
        raise BadValue(f"{text[:40]!r} is not written DAY LINE×QUANTITY, as in 2026-03-18 1×20")
    return _day(day), int(place), _quantity(c, quantity)


def _part(c: Context, text: str) -> tuple[str, str, str | None, str | None, str]:
    """``workshop=2026-03-18/2026-03-20/- cut``: department, the days on which it got it, promised it and did it, text."""
    department, rest = unpack_pair(text)
    days, _, what = rest.partition(" ")
    own = days.split("/")
    if not department or len(own) != 3 or not what:
        raise BadValue(f"{text[:40]!r} is not written DEPARTMENT=HANDED/DUE/DONE TEXT, with - for no day")
    due, done = (None if day == "-" else _day(day) for day in own[1:])
    return check_text(department, "the department"), _day(own[0]), due, done, check_text(what, "the text")


def _day(text: str) -> str:
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadValue(f"{text[:40]!r} is no day like 2026-01-31") from None


STATUS = Words(*rules.STATUSES, aliases=_STATUSES)
QUANTITY = Field(Kind(_quantity, "N"), places=3)
FRACTION, PERCENTAGE = Field(Kind(_fraction, "N"), places=4), Field(Kind(_percentage, "PERCENT"), places=2)
MINOR, CURRENCY = Field(Kind(_minor, "N")), Field(Kind(_currency, "CODE"))
TAGS, MORE_TAGS = Each(_tag, parts=",;|"), Packed(_tag)
LINES, DELIVERIES, PARTS = Packed(_line), Packed(_delivery), Packed(_part)
UIDS = Packed(lambda c, text: text)


def packed_line(row: Sequence[object], currency: str) -> str:
    """The text that LINES reads, of quantity_milli, unit_price_minor, discount_bp, net_minor and title."""
    from kam_cli.values.money import major

    milli, price, discount, net, title = row
    rebate = f"-{rules.plain(discount * 10)}%" if discount else ""  # type: ignore[operator]
    agreed = f"={major(net, currency)}" if net is not None else ""  # type: ignore[arg-type]
    return f"{rules.plain(milli)}×{major(price, currency)}{rebate}{agreed} {title}"  # type: ignore[arg-type]
