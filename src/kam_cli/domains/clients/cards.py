"""What cards of clients and contacts share: names with their earlier forms, and what narrows a list."""

from __future__ import annotations

from kam_cli.derived import CODES
from kam_cli.domains.clients import details
from kam_cli.domains.clients.rules import check_name
from kam_cli.errors import BadValue
from kam_cli.kinds import birthday, choice, line
from kam_cli.params import Kind, Param
from kam_cli.text import email_key, fold, phone_digits, phone_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.noun import Noun

    Row = dict[str, Any]
    Filter = tuple[str, list[Any]]


def _name(c: Context, text: str) -> str:
    return check_name(str(line.parse(c, text)))


name = Kind(_name, "NAME")
script = choice("icao", "iso9")
SCRIPT_HELP = "keep the name in the other script too, as passports (icao) or libraries (iso9) write it"


def forms(c: Context) -> Any:
    """The forms of address that the settings name beside those that kam knows."""
    from kam_cli.values.forms_of_address import parse_forms

    return parse_forms(str(c.config.get("names.honorifics")))


def person(text: str, country: str | None, more: Any) -> Any:
    """A person's name taken apart, as `kam_cli.values.names.parse_name` does; ``more`` are those of `forms`."""
    from kam_cli.values.names import parse_name

    found = parse_name(text, country, more)
    return found if found.whole == text else found._replace(whole=check_name(found.whole))


# What tells namesakes apart; a list takes these beside its own filters.
NARROWING = [
    Param(line, "with these digits in a phone number", ("--phone",)).named("phone"),
    Param(line, "with this in an e-mail address", ("--email",)).named("email"),
    Param(birthday, "born on this day, the year if known", ("--birthday",)).named("birthday"),
    Param(line, "with this tag; several: with all", ("--tag",), many=True).named("tag"),
]


def narrowing(noun: Noun, alias: str, owner: str, text: str | None, by: Row) -> list[Filter]:
    """Conditions on the rows ``alias`` of a list: words that begin words of the name, and `NARROWING`."""
    filters: list[Filter] = []
    detail = f"{alias}.id IN (SELECT {owner} FROM details WHERE kind = '{{}}' AND {{}})"
    if text:
        words = " AND ".join(f'"{word}" *' for word in fold(text).replace('"', " ").split())
        found = f"SELECT rowid / {CODES} FROM search WHERE search MATCH ? AND rowid % {CODES} = {noun.code}"
        filters.append((f"{alias}.id IN ({found})", [f"title : ({words})"]) if words else ("0", []))
    if by["phone"]:
        digits = phone_key(by["phone"])
        if not digits:
            raise BadValue(f"--phone: {by['phone'][:40]!r} has no digits")
        found = "(instr(value_key, ?) OR instr(e164, ?))"
        filters.append((detail.format("phone", found), [digits, phone_digits(by["phone"])]))
    if by["email"]:
        filters.append((detail.format("email", "instr(value_key, ?)"), [email_key(by["email"])]))
    if by["birthday"]:
        day = by["birthday"]
        # A card without the year may be the one that is meant.
        days = [day] if day.startswith("--") else [day, f"--{day[-5:]}"]
        exact = f"{alias}.birthday IN ({', '.join('?' * len(days))})"
        filters.append((exact, days) if len(days) > 1 else (f"{alias}.birthday_md = ?", [day[-5:]]))
    filters += [(detail.format("tag", "value_key = ?"), [fold(tag)]) for tag in by["tag"]]
    return filters


def cleared(given: list[str], fields: dict[str, str]) -> Row:
    """Fields to empty, from their option names; ``fields`` is option name → column. Raises BadValue."""
    for one in given:
        if one not in fields:
            raise BadValue(f"--clear: no field {one[:40]!r} that can be empty; there are {', '.join(fields)}")
    return {fields[one]: None for one in given}


def add_script(book: Book, owner: str, owner_id: int, row: Row, style: str, country: str | None) -> bool:
    """Keep a card's name in the other script, too; whether that was new. Raises BadValue where it has no other form."""
    from kam_cli.book import utc_now
    from kam_cli.values.cyrillic import other_script

    found = other_script(row["name"], style, country, always=True)
    if found is None:
        raise BadValue(f"--transliterate: {row['name']!r} cannot be turned into the other script by {style}")
    if found in aliases(book, owner, owner_id):
        return False
    values = (owner_id, check_name(found), fold(found), utc_now())
    book.conn.execute(
        f"INSERT INTO aliases ({owner}, name, name_key, created_at) VALUES (?, ?, ?, ?)", values
    )
    return True


def rename(book: Book, owner: str, owner_id: int, old: Row, new_key: str) -> None:
    """Keep the name that a card had before, so that it still finds it; the new one is an alias no more."""
    book.conn.execute(f"DELETE FROM aliases WHERE {owner} = ? AND name_key = ?", (owner_id, new_key))
    add_alias(book, owner, owner_id, old["name"])


def add_alias(book: Book, owner: str, owner_id: int, name: str) -> None:
    """A further name under which a card is found, unless it is found under it already."""
    from kam_cli.book import utc_now

    key, table = fold(name), f"{owner.removesuffix('_id')}s"
    known = f"SELECT 1 FROM aliases WHERE {owner} = ? AND name_key = ? UNION SELECT 1 FROM {table} WHERE id = ? AND name_key = ?"
    if not book.value(known, (owner_id, key, owner_id, key)):
        book.conn.execute(
            f"INSERT INTO aliases ({owner}, name, name_key, created_at) VALUES (?, ?, ?, ?)",
            (owner_id, name, key, utc_now()),
        )


def drop_alias_of_name(book: Book, owner: str, owner_id: int) -> None:
    """What a card is called is no further name of it."""
    table = f"{owner.removesuffix('_id')}s"
    book.conn.execute(
        f"DELETE FROM aliases WHERE {owner} = ? AND name_key = (SELECT name_key FROM {table} WHERE id = {owner})",
        (owner_id,),
    )


def aliases(book: Book, owner: str, owner_id: int) -> list[str]:
    """Further names of a card, in the order of entry."""
    return book.column(f"SELECT name FROM aliases WHERE {owner} = ? ORDER BY id", (owner_id,))


def merged(book: Book, owner: str, owner_id: int) -> list[Row]:
    """The cards that a card took over: ``id name merged_at``."""
    table = f"{owner.removesuffix('_id')}s"
    return book.rows(
        f"SELECT id, name, deleted_at AS merged_at FROM {table} WHERE merged_into_id = ? ORDER BY deleted_at, id",
        (owner_id,),
    )


def say_merged(rows: list[Row]) -> list[str]:
    """A line for each of `merged`, for a page."""
    return [f"#{row['id']} {row['name']}, {row['merged_at'][:10]}" for row in rows]


def joined(kind: str, owner: str) -> str:
    """SQL for all details of a kind of one card, in one text; ``owner`` is as in ``contact_id = p.id``."""
    return f"(SELECT group_concat(value, ', ') FROM details WHERE {owner} AND kind = '{kind}')"


def changes(book: Book, owner: str, owner_id: int, drop: list[str], given: list[details.Detail]) -> int:
    """Take details off a card, then put others on it; how many changed."""
    return details.drop(book, owner, owner_id, drop) + details.add(book, owner, owner_id, given)
