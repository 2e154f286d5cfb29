"""Lists: a noun says which columns it shows, and every list sorts, filters and limits by them and by nothing else."""

from __future__ import annotations

from kam_cli.encode import shown_name
from kam_cli.errors import BadValue, named
from kam_cli.kinds import integer
from kam_cli.output import Rows
from kam_cli.params import Kind, Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.command import Context

SCREEN_ROWS = 500  # of a table on a terminal; machine formats and pipes get all
_typed = Kind(lambda c, given: given.strip(), "TEXT")
OPERATORS = ("!=", ">=", "<=", "=", ">", "<", "~")


class Listing:
    """``columns`` public name → SQL expression (``value_minor`` is shown and filtered as ``value``);
    ``source`` the FROM clause; ``base`` what always holds; ``order`` the default ORDER BY; ``show`` the columns
    of a table on paper, of which those in ``wide`` need more than 100 columns.
    """

    __slots__ = ("base", "columns", "empty", "order", "show", "source", "wide")

    def __init__(
        self,
        columns: dict[str, str],
        source: str,
        *,
        base: str,
        order: str,
        show: str,
        wide: str = "",
        empty: str = "nothing yet",
    ) -> None:
        self.columns = columns
        self.source = source
        self.base = base
        self.order = order
        self.show = tuple(show.split())
        self.wide = tuple(wide.split())
        self.empty = empty

    def fetch(self, c: Context, page: Page, filters: Sequence[tuple[str, Sequence[Any]]] = ()) -> Rows:
        """The rows for the page asked for; ``filters`` are SQL conditions with their values."""
        self.prepare(c)
        where, args = self.condition(c, page, filters)
        screenful = page.limit is None and c.format == "table" and c.terminal
        limit = SCREEN_ROWS if screenful else page.limit
        names = ", ".join(f'{sql} AS "{name}"' for name, sql in self.columns.items())
        sql = f"SELECT {names} FROM {self.source} WHERE {where} ORDER BY {self.sorting(page.sort)}"
        # A row too many tells that there are more, without counting them all.
        rows = c.book.rows(sql + (f" LIMIT {limit + screenful}" if limit else ""), args)
        if screenful and len(rows) > SCREEN_ROWS:
            rows.pop()
            c.note(f"the first {SCREEN_ROWS} are shown; --limit 0 shows all")
        return Rows(rows, show=self.show, wide=self.wide, empty=self.empty)

    def prepare(self, c: Context) -> None:
        """Teach SQLite what the columns need."""

    def condition(
        self, c: Context, page: Page, filters: Sequence[tuple[str, Sequence[Any]]] = ()
    ) -> tuple[str, list[Any]]:
        """The WHERE clause of the rows asked for, with its values. Raises BadValue."""
        wheres = [self.base]
        args: list[Any] = []
        for sql, values in [*filters, *(self._condition(c, one) for one in page.where)]:
            wheres.append(f"({sql})")
            args += values
        return " AND ".join(wheres), args

    def one(self, c: Context, row_id: int) -> dict[str, Any]:
        """The row of one record, as the list has it."""
        self.prepare(c)
        names = ", ".join(f'{sql} AS "{name}"' for name, sql in self.columns.items())
        row = c.book.row(f"SELECT {names} FROM {self.source} WHERE {self.columns['id']} = ?", (row_id,))
        assert row is not None
        return row

    def _field(self, option: str, name: str) -> tuple[str, str]:
        """Stored name and SQL of a public column name. Raises BadValue with the names there are."""
        for stored in (name, f"{name}_minor", f"{name}_milli", f"{name.removesuffix('_pct')}_bp"):
            if stored in self.columns:
                return stored, self.columns[stored]
        known = ", ".join(map(shown_name, self.columns))
        raise BadValue(f"{option}: no field {name[:40]!r}; there are {known}")

    def sorting(self, sort: list[str]) -> str:
        """The ORDER BY clause. Raises BadValue."""
        parts = []
        for name in [part for given in sort for part in given.split(",") if part]:
            down = name.startswith("-")
            sql = self._field("--sort", name.lstrip("-+"))[1]
            parts.append(f"{sql}{' DESC' if down else ''} NULLS LAST")
        # Ties of a chosen order go by number, which an index of the column gives for nothing.
        return ", ".join([*parts, self.columns.get("id", self.order)]) if parts else self.order

    def _condition(self, c: Context, given: str) -> tuple[str, list[Any]]:
        operator = next((op for op in OPERATORS if op in given), None)
        # The earliest operator counts, so that a value may hold another one.
        if operator:
            operator = min(
                (op for op in OPERATORS if op in given), key=lambda op: (given.index(op), -len(op))
            )
        if not operator:
            raise BadValue(f"--where {given[:40]!r}: write FIELD=VALUE (also != > < >= <= and ~ for a part)")
        name, _, value = given.partition(operator)
        stored, sql = self._field("--where", name.strip().casefold().replace("-", "_"))
        value = value.strip()
        if operator == "~":
            c.book.conn.create_function("kam_fold", 1, _fold, deterministic=True)
            return f"kam_fold({sql}) LIKE '%' || kam_fold(?) || '%'", [value]
        if not value:
            return f"({sql}) IS {'NOT ' if operator == '!=' else ''}NULL", []
        if stored.endswith("_on") and not _is_iso(value):
            from kam_cli.kinds import past_day

            try:
                value = past_day.parse(c, value).isoformat()
            except BadValue as error:
                raise named("--where", error) from None
        number = _number(value)
        if stored.endswith("_minor") and number is not None:
            c.book.conn.create_function("kam_scale", 1, _scale, deterministic=True)
            currency = self.columns.get("currency", "NULL")
            return f"{sql} {operator} ? * kam_scale({currency})", [number]
        if number is not None and stored.endswith(("_milli", "_bp")):
            return f"{sql} {operator} ?", [round(number * (1000 if stored.endswith("_milli") else 100))]
        if number is not None and operator not in ("=", "!="):
            return f"{sql} {operator} ?", [number]
        c.book.conn.create_function("kam_fold", 1, _fold, deterministic=True)
        return f"kam_fold({sql}) {operator} kam_fold(?)", [value]


class Page:
    """What ``--where``, ``--sort`` and ``--limit`` ask for; ``limit`` None is all, and a screenful on a terminal."""

    __slots__ = ("limit", "sort", "where")

    def __init__(self, where: list[str], sort: list[str], limit: int | None) -> None:
        self.where = where
        self.sort = sort
        self.limit = limit


def page_params() -> list[Param]:
    """The three options of every list."""
    return [
        Param(
            _typed, "only rows where FIELD=VALUE; also != > < >= <= and ~ for a part", ("--where",), many=True
        ).named("where"),
        Param(_typed, "by this field; -FIELD for the largest first", ("--sort",), many=True).named("sort"),
        Param(integer(0, 10**9), "at most so many rows; 0 for all", ("--limit",)).named("limit"),
    ]


def _fold(value: Any) -> str:
    from kam_cli.text import fold

    return fold(str(value)) if value is not None else ""


def _is_iso(value: str) -> bool:
    return len(value) == 10 and value[4] == value[7] == "-" and value.replace("-", "").isdigit()


def _number(value: str) -> int | float | None:
    plain = value.removeprefix("-").replace(".", "", 1)
    if not (plain.isascii() and plain.isdigit() and len(plain) < 16):
        return None
    return float(value) if "." in value else int(value)


def _scale(currency: str | None) -> int:
    from kam_cli.values.money import decimals

    return int(10 ** decimals(currency or "EUR"))
