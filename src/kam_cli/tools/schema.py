"""`kam schema`: every table, column and unit, read from the comments of the book's own SQL."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.errors import NotFound
from kam_cli.kinds import line
from kam_cli.output import Block, Page, Rows
from kam_cli.params import arg, flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]


@verb()
def schema(
    c: Context,
    table: str | None = arg(line, "one table only", optional=True),
    as_sql: bool = flag("the SQL itself, with its comments", "--sql"),
) -> Any:
    """Show every table and column of the book, with its meaning and unit.

    $ kam schema deals
    $ kam schema --sql
    """
    tables = read(c.book, table)
    if table and not tables:
        from kam_cli.registry import suggest

        names = [one["name"] for one in read(c.book, None)]
        raise NotFound(f"no table {table!r}{suggest(table, names) or '.'} See: kam schema")
    if as_sql:
        return "\n\n".join(one["sql"] + ";" for one in tables)
    rows = [column for one in tables for column in one["columns"]]
    if c.format != "table":
        return Rows(rows)
    blocks = [
        Block(
            f"{one['name']} – {one['about']}" if one["about"] else one["name"],
            rows=one["columns"],
            show=("column", "type", "about"),
        )
        for one in tables
    ]
    return Page(rows, blocks)


def read(book: Book, only: str | None) -> list[Row]:
    """Tables with their columns: ``name about sql columns[table column type about]``, shadow tables left out."""
    found = book.rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND name NOT LIKE 'search\\_%' ESCAPE '\\' AND name <> '_sqlite_migrations' ORDER BY rowid"
    )
    tables = []
    for one in found:
        if only and one["name"] != only:
            continue
        head, abouts = comments(one["sql"])
        info = book.rows("SELECT name, type FROM pragma_table_xinfo(?)", (one["name"],))
        columns = [
            {"table": one["name"], "column": i["name"], "type": i["type"], "about": abouts.get(i["name"], "")}
            for i in info
            if i["name"] not in ("search", "rank")
        ]
        tables.append({"name": one["name"], "about": head, "sql": one["sql"], "columns": columns})
    return tables


def comments(sql: str) -> tuple[str, dict[str, str]]:
    """The remark on the table, and those on its columns; a column's may stand on the last line of its rules."""
    head, abouts, column = "", {}, ""
    for number, text in enumerate(sql.splitlines()):
        code, _, remark = text.lstrip(" ,").partition("-- ")  # a column added later begins with the comma
        word = code.split()[0] if code.split() else ""
        if number == 0:
            head = remark.strip()
            continue
        if word.isidentifier() and word.islower():
            column = word
        if remark and column:
            abouts[column] = remark.strip()
    return head, abouts
