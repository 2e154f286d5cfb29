"""Long lists as JSON, a column at a time: the same text as `kam_cli.encode` gives row by row, in a fifth of the time."""

from __future__ import annotations

from kam_cli.encode import _major, _string, json_line, public, shown_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Row = dict[str, Any]

_PLAIN = {str, int, float, bool, type(None)}


def json_rows(rows: list[Row]) -> str | None:
    """A list of records as one JSON array; None where they have not all the same columns, or hold more than plain values."""
    names = tuple(rows[0])
    if any(tuple(row) != names for row in rows):
        return None
    return json_table(names, list(zip(*(row.values() for row in rows), strict=True)))


def json_table(names: Sequence[str], columns: Sequence[Sequence[Any]]) -> str | None:
    """As `json_rows`, of columns under their stored names."""
    currencies = columns[names.index("currency")] if "currency" in names else [None] * len(columns[0])
    amounts: dict[str | None, dict[int | None, str]] = {one: {None: "null"} for one in set(currencies)}
    texts = []
    for name, column in zip(names, columns, strict=True):
        cells = _money(column, currencies, amounts) if name.endswith("_minor") else _cells(name, column)
        if cells is None:
            return None
        texts.append(cells)
    fields = (f"{_string(shown_name(name))}: ".replace("%", "%%") + "%s" for name in names)
    row = "{" + ", ".join(fields) + "}"
    return "[" + ",\n ".join(map(row.__mod__, zip(*texts, strict=True))) + "]"


def _cells(name: str, column: Sequence[Any]) -> Iterable[Any] | None:
    kinds = set(map(type, column))
    if name.startswith("is_") or name.endswith(("_milli", "_bp")):
        return [json_line(next(iter(public({name: value}).values()))) for value in column]
    if kinds == {int}:
        return column
    if kinds == {str}:
        whole = "".join(column)
        is_plain = whole.isprintable() and '"' not in whole and "\\" not in whole
        return [f'"{value}"' for value in column] if is_plain else map(_string, column)
    return map(json_line, column) if all(map(_is_plain, kinds)) else None


def _is_plain(kind: type) -> bool:
    return kind in _PLAIN or kind.__name__ == "Decimal"


def _money(
    column: Sequence[Any], currencies: Sequence[str | None], amounts: dict[str | None, dict[int | None, str]]
) -> Iterable[str] | None:
    """The amounts of a column in major units; ``amounts`` keeps what was worked out, by currency."""
    kinds = set(map(type, column))
    if not kinds <= {int, type(None)}:
        if not all(map(_is_plain, kinds)):
            return None
        return [json_line(_major(value, one)) for value, one in zip(column, currencies, strict=True)]
    if len(amounts) == 1:
        [(currency, known)] = amounts.items()
        _learn(known, set(column), currency)
        return map(known.__getitem__, column)
    pairs = list(zip(currencies, column, strict=True))
    for currency, known in amounts.items():
        _learn(known, {minor for one, minor in pairs if one == currency}, currency)
    return [amounts[currency][minor] for currency, minor in pairs]


def _learn(known: dict[int | None, str], minors: set[int | None], currency: str | None) -> None:
    """Add exact amounts in major units, without trailing zeros."""
    from kam_cli.values.money import decimals

    digits = decimals(currency or "EUR")
    new = [minor for minor in minors if minor not in known and minor is not None]
    if not digits:
        known.update((minor, str(minor)) for minor in new)
        return
    unit = 10**digits
    known.update(
        (
            minor,
            f"{'-' * (minor < 0)}{abs(minor) // unit}.{abs(minor) % unit:0{digits}}".rstrip("0").rstrip("."),
        )
        for minor in new
    )
