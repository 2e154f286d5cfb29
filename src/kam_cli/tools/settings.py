"""`kam config`: settings of the program (a TOML file) and, under ``book.``, of the book itself."""

from __future__ import annotations

import os

from kam_cli import config
from kam_cli.atomic import make_folder
from kam_cli.command import verb
from kam_cli.errors import BadValue, named
from kam_cli.files import write_new
from kam_cli.kinds import line
from kam_cli.output import Rows, Saved
from kam_cli.params import Kind, arg, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

BOOK = {
    "book.currency": ("currency", "ISO code of amounts typed without one"),
    "book.tz": ("tz", "time zone in which your days begin"),
    "book.country": ("country", "your country"),
    "book.name": ("owner_name", "your name"),
}


def _given(c: Context, text: str) -> str:
    from kam_cli.text import check_text

    return check_text(" ".join(text.split()), "the value")


given = Kind(_given, "TEXT")


@verb()
def get(c: Context, key: str = arg(line, "which setting")) -> Any:
    """Print one setting.

    $ kam config get date_order
    """
    value = current(c, key)
    return {"key": key, "value": value} if c.format != "table" else str(value if value is not None else "")


@verb()
def list_(c: Context) -> Rows:
    """List every setting, its value and its meaning.

    $ kam config list
    """
    rows = [{"key": k, "value": c.config.get(k), "about": about} for k, (_, about) in config.KEYS.items()]
    if os.path.exists(c.db_path):
        rows += [
            {"key": k, "value": c.book.meta[column], "about": about} for k, (column, about) in BOOK.items()
        ]
    return Rows(rows, show=("key", "value", "about"))


@verb("path")
def path_(c: Context) -> Any:
    """Print where the settings and the book lie.

    $ kam config path
    """
    paths = {"config": config.config_path(), "book": c.db_path}
    return paths if c.format != "table" else "\n".join(f"{name}: {path}" for name, path in paths.items())


@verb("set")
def set_(
    c: Context,
    key: str = arg(line, "which setting"),
    value: str = words(given, 'its value; "" for none'),
) -> Saved:
    """Change one setting.

    $ kam config set mail.to ewa@lis.example
    $ kam config set book.tz Europe/Prague
    """
    try:
        parsed = book_value(c, key, value) if key in BOOK else config.parse(key, value)
    except BadValue as error:
        raise named("KEY" if str(error).startswith("KEY") else "VALUE", error) from None
    if key in BOOK:
        column = BOOK[key][0]
        with c.write():
            c.book.update("meta", 1, {column: parsed})
        hints = ["phone numbers without a country are read anew by: kam contact phones"]
        row = {"key": key, "value": parsed}
        return Saved(
            f"{key} = {parsed or 'none'}, saved in the book", row, hints if key == "book.country" else []
        )
    store(key, parsed)
    said = "none" if parsed == "" else parsed
    return Saved(f"{key} = {said}, saved in {config.config_path()}", {"key": key, "value": parsed})


def current(c: Context, key: str) -> Any:
    if key in BOOK:
        return c.book.meta[BOOK[key][0]]
    if key not in config.KEYS:
        from kam_cli.registry import suggest

        hint = suggest(key, [*config.KEYS, *BOOK])
        raise BadValue(f"KEY: no setting {key!r}{hint or '.'} See: kam config list")
    return c.config.get(key)


def book_value(c: Context, key: str, value: str) -> str | None:
    """A book's own setting, checked. Raises BadValue."""
    if key == "book.tz":
        from kam_cli.values.clock import check_tz

        return check_tz(value)
    if key == "book.currency":
        from kam_cli.values.money import is_currency

        if not is_currency(value.upper()):
            raise BadValue(f"{value!r} is not an ISO 4217 code such as EUR or PLN")
        return value.upper()
    if key == "book.country" and value:
        from kam_cli.values.countries import parse_country

        return parse_country(value)
    return value or None


def store(key: str, value: Any) -> None:
    """Write one setting into the file, whole or not at all; what else is in it stays, comments too."""
    import tomlkit

    path = config.config_path()
    try:
        with open(path, encoding="utf-8") as file:
            document = tomlkit.parse(file.read())
    except FileNotFoundError:
        document = tomlkit.document()
    table: Any = document
    *parents, name = key.split(".")
    for parent in parents:
        table = table.setdefault(parent, tomlkit.table())
    table[name] = value
    path = os.path.realpath(path)  # settings kept elsewhere stay there, and the link to them stays
    make_folder(os.path.dirname(path))
    write_new(path, tomlkit.dumps(document).encode(), force=True)
