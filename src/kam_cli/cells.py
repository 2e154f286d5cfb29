"""How a value looks in a cell: by the suffix of its column, in as many cells as it may take."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from kam_cli.text import is_rtl, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

LRM = "\u200e"
# The first words of columns that hold amounts.
MONEY = {
    "value", "weighted", "amount", "total", "revenue", "monetary", "won", "velocity", "price", "floor", "net", "list",
    "open", "free", "credit", "limit", "balance", "paid", "owed", "overdue", "promised", "receivables", "sales", "transaction", "given", "bonus", "left", "turnover", "not", "missing", "per", "d1", "d31", "d61", "d90",
}  # fmt: skip
HEADINGS = {
    "id": "#", "nps_score": "NPS", "nps_group": "group", "cadence_days": "every", "nps_adjusted": "adj. NPS",
    "margin_adjusted": "adj. ±", "margin": "±", "nps": "NPS", "probability_pct": "prob.",
    "winrate_pct": "win rate", "winrate_value_pct": "by value", "days_in_stage": "days", "oldest_days": "oldest",
    "minutes": "min", "occurred_at": "when", "otif": "on time", "otif_pct": "OTIF", "is_concentrated": "10 %", "expiring_on": "on", "due_time": "time", "repeat_rule": "again",
}  # fmt: skip


def cell(c: Context, name: str, row: Row, whole: bool = True) -> str:
    """The text of a value, formatted by its column's suffix; a whole amount without decimals unless ``whole`` is off."""
    value = row.get(name)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if (name == "at" or name.endswith("_at")) and isinstance(value, str):
        return local_minute(c, value, bool(row.get("is_timed", True)))
    if "currency" in row and row["currency"] and is_money(name) and is_number(value):
        from decimal import Decimal

        from kam_cli.values.money import decimals

        places = decimals(row["currency"])
        return f"{grouped(value if whole else Decimal(value), places)} {row['currency']}"
    if name.endswith("_pct") or name.startswith("share"):
        return f"{grouped(value, 1)} %"
    if name == "cadence_days":
        from kam_cli.values.spans import format_every

        return format_every(value)
    if isinstance(value, list):
        return safe(", ".join(str(item) for item in value))
    if is_number(value):
        return str(value) if name == "id" or name.endswith("year") else grouped(value, 1)
    return safe(str(value))


def build_cells(
    c: Context, rows: list[Row], names: Sequence[str], totals: list[Row]
) -> tuple[list[list[str]], list[list[str]]]:
    """The texts of the rows and of the totals."""
    # An amount with decimals gives them to all of its column and currency, so that digits stand below each other.
    parts = {
        (name, row.get("currency"))
        for row in (*rows, *totals)
        for name in names
        if not isinstance(row.get(name), (int, type(None)))
    }

    def line(row: Row, missing: str) -> list[str]:
        texts = [cell(c, name, row, (name, row.get("currency")) not in parts) for name in names]
        return [missing if row.get(n) is None else text for n, text in zip(names, texts, strict=True)]

    return [line(row, "–") for row in rows], [line(row, "") for row in totals]


def is_money(name: str) -> bool:
    first = name.split("_")[0]
    return (first in MONEY or is_bucket(name)) and not (name.endswith(("_pct", "_deals")) or name == "won")


def is_bucket(name: str) -> bool:
    """Whether a column holds what is overdue by so many days: ``d31_60``, ``d90_plus``."""
    first, _, last = name.removesuffix("_minor").partition("_")
    return first[:1] == "d" and first[1:].isdigit() and (last.isdigit() or last == "plus")


def is_number(value: Any) -> bool:
    return value is None or (not isinstance(value, (str, bool, list, dict)))


def are_numbers(rows: list[Row], name: str) -> bool:
    """Whether a column is set to the right: numbers only, and at least one."""
    return all(is_number(row.get(name)) for row in rows) and any(row.get(name) is not None for row in rows)


def grouped(value: Any, places: int) -> str:
    """1234.5 → '1 234.5': thousands apart, at most ``places`` decimals, a Decimal rounded halves up; whole numbers
    without."""
    if isinstance(value, int):
        return f"{value:,}".replace(",", " ")
    if hasattr(value, "as_tuple"):
        from decimal import ROUND_HALF_UP, Decimal

        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{value:,.{places}f}".replace(",", " ")


def local_minute(c: Context, utc: str, timed: bool = True) -> str:
    from kam_cli.values.clock import to_local

    try:
        local = to_local(utc, c.tz)
    except ValueError:
        return safe(utc)  # another program's idea of a time
    return f"{local:%Y-%m-%d %H:%M}" if timed else f"{local:%Y-%m-%d}"


def heading(name: str) -> str:
    if name in HEADINGS:
        return HEADINGS[name]
    if is_bucket(name):
        first, last = name[1:].removesuffix("_minor").split("_")
        return f"over {first}" if last == "plus" else f"{first}–{last}"
    for suffix in ("_on", "_at", "_pct", "_minor", "_milli"):
        name = name.removesuffix(suffix)
    return name.replace("_", " ")


def cut(text: str, width: int) -> str:
    """At most ``width`` cells, the last one '…' where something is missing."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def isolate(c: Context, text: str) -> str:
    """Keep a right-to-left text from pulling its neighbours along on a terminal that reorders lines."""
    return f"{LRM}{text}{LRM}" if c.terminal and is_rtl(text) else text
