"""Amounts of money in the cells of a table, with the decimal mark that the column itself tells."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.imports.fields import Bad, Field, Memo, Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context


class Amount(Field):
    """An amount in major units, perhaps with its currency: the text stays until the currency's column is read too."""

    def __init__(self) -> None: ...

    def reader(self, c: Context) -> Reader:
        return AmountReader(c)


class AmountReader(Reader):
    """Keeps the texts, and finds out how they are written."""

    def __init__(self, c: Context) -> None:
        super().__init__(str)
        self.currency = c.currency
        self.point: str | None = None
        self.amounts = Memo(self._amount)

    def learn(self, cells: list[str]) -> str:
        self.point = decimal_mark(cells)
        return ""

    def in_currency(self, texts: Sequence[str | None], currencies: Sequence[str | None]) -> list[Any]:
        """(minor units, currency) of each text, None of an empty one; a currency of None is the text's, or the book's."""
        return list(map(self.amounts.__getitem__, zip(texts, currencies, strict=True)))

    def _amount(self, pair: tuple[str | None, str | None]) -> Any:
        from kam_cli.values.money import parse_money

        text, currency = pair
        if text is None:
            return None
        try:
            money = parse_money(text, currency or self.currency, point=self.point)
        except BadValue as error:
            return Bad(str(error))
        if currency and money.currency != currency:
            return Bad(f"{text!r} is in {money.currency}, but the currency beside it is {currency}")
        return money


def decimal_mark(cells: list[str]) -> str | None:
    """``.`` or ``,`` where the amounts of a column tell it and none speaks against it; else None.

    It is told by an amount with both marks, by a mark that stands several times (it parts thousands), and by one
    that is not followed by three digits; an amount like 1.200 tells nothing.
    """
    import re

    other = {".": ",", ",": "."}
    told = set()
    for cell in cells:
        found = re.search(r"\d[\d.,' \u00a0\u202f]*", cell)
        number = found[0].rstrip(" .,'\u00a0\u202f") if found else ""
        marks = [sign for sign in number if sign in other]
        if not marks:
            continue
        last, behind = marks[-1], len(number) - max(number.rfind("."), number.rfind(",")) - 1
        if len(set(marks)) == 2:
            told.add(last)
        elif len(marks) > 1:
            told.add(other[last])
        elif behind != 3:
            told.add(last)
    return told.pop() if len(told) == 1 else None
