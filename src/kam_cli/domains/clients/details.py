"""What a card can hold any number of: phones, e-mails, tags, hobbies … , of a client or of a contact."""

from __future__ import annotations

from kam_cli.domains.clients import phones
from kam_cli.domains.clients.rules import LONGEST_DETAIL, say_day
from kam_cli.errors import BadValue, NotFound
from kam_cli.kinds import line, phrase
from kam_cli.params import Kind, Param
from kam_cli.text import email_key, fold, phone_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]
    Detail = tuple[str, str | None, str]  # kind, label, value

KINDS = (
    "phone", "email", "social", "address", "website", "date", "hobby", "family", "preference", "tag", "fact",
)  # fmt: skip
FREE = ("fact", "family", "preference", "hobby")  # may hold anything, so that - reads it from stdin
PLAIN = ("tag", "hobby")  # typed without a label: an equals sign belongs to the value
# Of which the label says what it is: wife=Anna, daughter=Anna.
LABELLED = ("date", "family", "preference", "fact")


def parsed(kind: str) -> Kind:
    """A detail of one kind as it is typed: ``VALUE`` or ``LABEL=VALUE``."""

    def parse(c: Context, given: str) -> Detail:
        value = str((phrase if kind in FREE else line).parse(c, given))
        return check(c, kind, *((None, value) if kind in PLAIN else part_label(value)))

    return Kind(parse, "TEXT" if kind in PLAIN else "[LABEL=]VALUE")


def part_label(text: str) -> tuple[str | None, str]:
    """Label and value of ``label=value``; an equals sign in front says that there is no label."""
    label, equals, rest = text.partition("=")
    if not equals or "://" in label or len(label) > 40:
        return None, text
    return label.strip() or None, rest.strip()


def check(c: Context, kind: str, label: str | None, value: str) -> Detail:
    """A detail in its stored form: e-mails by form only, dates read, phones as typed. Raises BadValue."""
    if not value:
        raise BadValue("it is empty; type something")
    if len(value) > LONGEST_DETAIL:
        raise BadValue(f"{len(value)} characters; at most {LONGEST_DETAIL}, the rest is a --note")
    if kind == "email" and not ("@" in value[1:-1] and " " not in value and value.count("@") == 1):
        raise BadValue(f"{value[:60]!r} is not an e-mail address such as jana@acme.example")
    if kind == "phone" and not phone_key(value):
        raise BadValue(f"{value[:60]!r} has no digits, so it is no phone number")
    if kind == "date":
        value = day(c, value)
    return kind, label, value


def day(c: Context, value: str) -> str:
    """An important date, ``YYYY-MM-DD`` or ``--MM-DD``, which may lie ahead. Raises BadValue."""
    from kam_cli.values.dates import parse_birthday

    try:
        return parse_birthday(value, type(c.today).max, c.date_order)
    except BadValue as error:
        raise BadValue(str(error).replace("birthday", "date")) from None


def key_of(kind: str, value: str) -> str:
    """The comparable form by which a detail is found."""
    if kind == "phone":
        return phone_key(value)
    if kind == "email":
        return email_key(value)
    return value[-5:] if kind == "date" else fold(value)


def _param(kind: str, help: str, flag: str) -> Param:
    # The plain name address is a column of a client.
    return Param(parsed(kind), help, (flag,), many=True).named(f"{kind}_" if kind == "address" else kind)


PARAMS = [
    _param("phone", "phone number, as you would dial it", "--phone"),
    _param("email", "e-mail address", "--email"),
    _param("social", "social account, e.g. linkedin=jana-n", "--social"),
    _param("address", "a further address, e.g. 'warehouse=Hafenstr. 1, Kiel'", "--more-address"),
    _param("date", "important date, e.g. founded=1998-05-12 or 'wedding=12 jun'", "--date"),
    _param("hobby", "hobby", "--hobby"),
    _param("family", "family, e.g. wife=Anna", "--family"),
    _param("preference", "preference or trait, e.g. drinks=tea", "--prefers"),
    _param("tag", "tag", "--tag"),
    _param("fact", "anything else, e.g. fleet=40", "--fact"),
]
_DROP_HELP = "take a detail off the card, e.g. phone=+48… or tag=vip"
DROP = Param(line, _DROP_HELP, ("--drop",), many=True).named("drop")


def given(card: dict[str, Any]) -> list[Detail]:
    """The details among a command's values."""
    return [detail for param in PARAMS for detail in card.pop(param.name, None) or []]


def honorific(text: str, there: list[Detail]) -> list[Detail]:
    """The title that stood before a name, as a fact, unless one is given beside it."""
    is_given = any(kind == "fact" and label == "honorific" for kind, label, _ in there)
    return [("fact", "honorific", text)] if text and not is_given else []


def add(book: Book, owner: str, owner_id: int, details: list[Detail]) -> int:
    """Put details on a card (``owner`` is ``client_id`` or ``contact_id``); gives how many changed.

    What is there already is left; one that had no label takes the new one.
    """
    count = 0
    for kind, label, value in details:
        key = key_of(kind, value)
        column, same = ("value", value) if kind == "date" else ("value_key", key)
        there = book.rows(
            f"SELECT id, label FROM details WHERE {owner} = ? AND kind = ? AND {column} = ?",
            (owner_id, kind, same),
        )
        if any(row["label"] == label for row in there) or (there and label is None):
            continue
        bare = next((row["id"] for row in there if row["label"] is None), None)
        row = {"kind": kind, "label": label, "value": value, "value_key": key}
        if kind == "phone":
            row["e164"] = phones.form(book, owner, owner_id, value)
        if bare is None:
            book.insert("details", {owner: owner_id, **row})
        else:
            book.update("details", bare, row)
        count += 1
    return count


def hand_over(book: Book, owner: str, giver: int, taker: int) -> None:
    """Take those details off a card that another has too; a label, or a number written in full, goes to the other."""
    for one in book.rows(f"SELECT * FROM details WHERE {owner} = ? ORDER BY id", (giver,)):
        column = "value" if one["kind"] == "date" else "value_key"
        there = book.rows(
            f"SELECT id, label, value, e164 FROM details WHERE {owner} = ? AND kind = ? AND {column} = ? ORDER BY id",
            (taker, one["kind"], one[column]),
        )
        if one["kind"] in LABELLED:
            there = [row for row in there if row["label"] in (one["label"], None) or one["label"] is None]
        if there:
            best = max(there, key=lambda row: row["label"] == one["label"])
            fuller = max(best, one, key=lambda row: len(row["value"]))
            row = {"label": best["label"] or one["label"], "value": fuller["value"], "e164": fuller["e164"]}
            book.update("details", best["id"], row)
            book.conn.execute("DELETE FROM details WHERE id = ?", (one["id"],))


def drop(book: Book, owner: str, owner_id: int, what: list[str]) -> int:
    """Take details off a card, each named ``kind=value``; gives how many. Raises NotFound."""
    count = 0
    for given in what:
        kind, _, value = (part.strip() for part in given.partition("="))
        ids = book.column(
            f"SELECT id FROM details WHERE {owner} = ? AND kind = ? "
            "AND (value = ? OR value_key = ? OR label = ?)",
            (owner_id, kind, value, key_of(kind, value) or None, value),
        )
        if not ids:
            there = [f"{d['kind']}={d['value']}" for d in of(book, owner, owner_id)]
            raise NotFound(f"--drop: the card has no {given[:60]!r}; it has", there or ["no details at all"])
        book.conn.execute(f"DELETE FROM details WHERE id IN ({', '.join('?' * len(ids))})", ids)
        count += len(ids)
    return count


def of(book: Book, owner: str, owner_id: int) -> list[Row]:
    """All details of a card: ``id kind label value e164``, in the order of entry."""
    sql = f"SELECT id, kind, label, value, e164 FROM details WHERE {owner} = ? ORDER BY id"
    return book.rows(sql, (owner_id,))


def grouped(details: list[Row]) -> list[tuple[str, list[str]]]:
    """For a page: kind → lines, in the order of `KINDS`."""
    lines: dict[str, list[str]] = {}
    for detail in details:
        value = say_day(detail["value"]) if detail["kind"] == "date" else detail["value"]
        if detail.get("e164") and not value.startswith(("+", "00")):
            value = f"{value} ({detail['e164']})"
        text = f"{detail['label']}: {value}" if detail["label"] else value
        lines.setdefault(detail["kind"], []).append(text)
    return [
        (kind, [", ".join(lines[kind])] if kind in ("tag", "hobby") else lines[kind])
        for kind in KINDS
        if kind in lines
    ]
