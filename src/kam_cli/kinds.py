"""The kinds of values that commands take: each a parser with a name for help pages and, where it helps, completion."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.params import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

LONGEST_TITLE = 2000


def _line(c: Context, text: str) -> str:
    from kam_cli.text import check_text

    text = check_text(" ".join(text.split()), "the text")
    if not text:
        raise BadValue("it is empty; type something")
    return text


def _phrase(c: Context, text: str) -> str:
    return _line(c, _from_stdin(c) if text == "-" else text)


def _title(c: Context, text: str) -> str:
    title = _phrase(c, text)
    if len(title) > LONGEST_TITLE:
        raise BadValue(f"it has {len(title)} characters; at most {LONGEST_TITLE}, the rest is a --note")
    return title


def _text(c: Context, text: str) -> str:
    from kam_cli.text import check_text

    text = check_text((_from_stdin(c) if text == "-" else text).strip(), "the text")
    if not text:
        raise BadValue("it is empty; type something")
    return text


def _from_stdin(c: Context) -> str:
    """All that is on stdin. Raises BadValue where it was read before."""
    import sys

    if c.is_stdin_read:
        raise BadValue("stdin is read once; - can stand in one place only")
    c.is_stdin_read = True
    if c.interactive:
        c.note("Write the text; Ctrl-D on a line of its own ends it.")
    return sys.stdin.buffer.read().decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def _money(c: Context, text: str) -> Any:
    from kam_cli.values.money import parse_money

    return parse_money(text, c.currency)


def _currency(c: Context, text: str) -> str:
    from kam_cli.values.money import parse_currency

    return parse_currency(text, c.currency)


def _past_day(c: Context, text: str) -> Any:
    from kam_cli.values.dates import parse_day

    return parse_day(text, c.today, c.date_order, prefer="past")


def _future_day(c: Context, text: str) -> Any:
    from kam_cli.values.dates import parse_day

    return parse_day(text, c.today, c.date_order)


def _past_when(c: Context, text: str) -> Any:
    from kam_cli.values.dates import parse_when

    return parse_when(text, c.today, c.date_order, prefer="past")


def _future_when(c: Context, text: str) -> Any:
    from kam_cli.values.dates import parse_when

    return parse_when(text, c.today, c.date_order)


def _birthday(c: Context, text: str) -> str:
    from kam_cli.values.dates import parse_birthday

    return parse_birthday(text, c.today, c.date_order)


def _every(c: Context, text: str) -> int:
    from kam_cli.values.spans import parse_every

    return parse_every(text)


def _repeat(c: Context, text: str) -> str:
    from kam_cli.values.spans import parse_repeat

    return parse_repeat(text)


def _minutes(c: Context, text: str) -> int:
    from kam_cli.values.spans import parse_minutes

    return parse_minutes(text)


def _percent(c: Context, text: str) -> int:
    from kam_cli.values.spans import parse_percent

    return parse_percent(text)


def _quantity(c: Context, text: str) -> int:
    from kam_cli.values.quantities import parse_quantity

    return parse_quantity(text)


def _discount(c: Context, text: str) -> int:
    from kam_cli.values.quantities import parse_discount

    return parse_discount(text)


def _item(c: Context, text: str) -> tuple[str, int]:
    from kam_cli.values.quantities import parse_item

    return parse_item(str(line.parse(c, text)))


def _products(c: Context, text: str) -> list[str]:
    from kam_cli.complete import names

    return names(c, "product", text)


def _country(c: Context, text: str) -> str:
    from kam_cli.values.countries import parse_country

    return parse_country(text)


line = Kind(_line, "TEXT")
phrase = Kind(_phrase, "TEXT")  # a line that may hold anything, so that - reads it from stdin
title = Kind(_title, "TEXT")
text = Kind(_text, "TEXT")
money = Kind(_money, "MONEY")
currency = Kind(_currency, "CODE")
past_day = Kind(_past_day, "DATE")
future_day = Kind(_future_day, "DATE")
past_when = Kind(_past_when, "WHEN")
future_when = Kind(_future_when, "WHEN")
birthday = Kind(_birthday, "DATE")
every = Kind(_every, "SPAN")
repeat = Kind(_repeat, "RULE")
minutes = Kind(_minutes, "MINUTES")
percent = Kind(_percent, "PERCENT")
quantity = Kind(_quantity, "N")  # thousandths
discount = Kind(_discount, "PERCENT")  # hundredths of a percent
item = Kind(_item, "PRODUCT×N", _products)  # what was typed of the product, and thousandths
country = Kind(_country, "COUNTRY")


def integer(low: int, high: int, metavar: str = "N") -> Kind:
    """A whole number within bounds, in the digits 0–9."""

    def parse(c: Context, text: str) -> int:
        text = text.strip()
        plain = text.removeprefix("-")
        if not (plain.isascii() and plain.isdigit() and len(plain) < 16):
            raise BadValue(f"{text[:40]!r} is not a whole number")
        if not low <= int(text) <= high:
            raise BadValue(f"{text} is out of range; it goes from {low} to {high}")
        return int(text)

    return Kind(parse, metavar)


def choice(*names: str, aliases: dict[str, str] | None = None) -> Kind:
    """One of a few words; a unique beginning is enough."""

    def parse(c: Context, text: str) -> str:
        word = text.strip().casefold()
        word = (aliases or {}).get(word, word)
        found = [word] if word in names else [name for name in names if word and name.startswith(word)]
        if len(found) == 1:
            return found[0]
        raise BadValue(f"{text[:40]!r} is not one of {', '.join(names)}")

    return Kind(
        parse, "|".join(names) if sum(map(len, names)) < 60 else names[0] + "|…", lambda c, text: list(names)
    )


def ref(noun: str, within: str | None = None, *, follow: bool = True) -> Kind:
    """A record named by number, uid or a fragment of its name; ``within`` names the parameter that holds its client.

    With ``follow`` the number of a card that was merged stands for the card that took it over.
    """

    def parse(c: Context, text: str) -> Any:
        from kam_cli.refs import resolve

        client = c.values.get(within) if within else None
        return resolve(c, noun, text, client.id if client else None, follow=follow)

    def complete(c: Context, text: str) -> list[str]:
        from kam_cli.complete import names

        return names(c, noun, text)

    return Kind(parse, noun.upper(), complete)
