"""Doubles in the book: cards as they are compared, those that look like a new one, pairs that look like one."""

from __future__ import annotations

from kam_cli.blocking import VALUES, Blocking
from kam_cli.derived import CODES
from kam_cli.likeness import LOOKALIKE, Card, compare
from kam_cli.namesakes import PART, Name, letters_of, likeness
from kam_cli.text import bare, document_key, fold, site_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.noun import Noun

    Row = dict[str, Any]

LONGEST_WORDS = 4  # words of a new name that others are looked up by
SAME_WORD = 500  # cards looked at for each
SHORTEST_KEY = 5  # digits of a phone, characters of an e-mail, from which on it tells whose it is
AT_ONCE = 500

_CARDS = {
    "clients": "SELECT t.id, t.name, t.name_key, t.city_key, t.country, NULL, t.website, t.document_no, t.address, t.postcode, "
    "t.birthday, NULL FROM clients t",
    "contacts": "SELECT t.id, t.name, t.name_key, c.city_key, c.country, t.client_id, NULL, NULL, NULL, NULL, "
    "t.birthday, t.sex FROM contacts t LEFT JOIN clients c ON c.id = t.client_id",
}
_DETAILS = """
SELECT {owner}, kind, value, value_key, e164 FROM details WHERE kind IN ('phone', 'email', 'website') AND {which}"""
_ALIASES = "SELECT {owner}, name, name_key FROM aliases WHERE {which}"


def owner(noun: Noun) -> str:
    """The column of details and aliases that points to the noun's cards."""
    return f"{noun.name}_id"


# --- cards --------------------------------------------------------------------------------------------------


def cards(book: Book, noun: Noun, ids: Collection[int] | None = None) -> list[Card]:
    """The cards that are in the book, or those of the numbers ``ids``, in the order of their numbers."""
    if ids is None:
        return _cards(book, noun, "")
    numbers = sorted(ids)
    chunks = (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))
    return [card for chunk in chunks for card in _cards(book, noun, ", ".join(map(str, chunk)))]


def _cards(book: Book, noun: Noun, ids: str) -> list[Card]:
    whose = owner(noun)
    which = f"{whose} IN ({ids})" if ids else f"{whose} IS NOT NULL"
    names: dict[int, list[Name]] = {}
    for card_id, written, key in book.conn.execute(_ALIASES.format(owner=whose, which=which)):
        names.setdefault(card_id, []).append(Name(key, written))
    held = Held()
    for card_id, kind, value, key, e164 in book.conn.execute(_DETAILS.format(owner=whose, which=which)):
        held.add(card_id, kind, site_key(value) if kind == "website" else key)
        held.add(card_id, kind, e164)  # where it is known it tells what the last digits do not
    sql = f"{_CARDS[noun.table]} WHERE t.deleted_at IS NULL{f' AND t.id IN ({ids})' if ids else ''} ORDER BY t.id"
    return [
        _card(row, (Name(row[2], row[1]), *names.get(row[0], ())), held)
        for row in book.conn.execute(sql).fetchall()
    ]


class Held:
    """The comparable forms of phones, e-mails and websites that cards hold."""

    def __init__(self) -> None:
        self.by_kind: dict[str, dict[int, tuple[str, ...]]] = {"phone": {}, "email": {}, "website": {}}

    def add(self, number: int, kind: str, key: str | None) -> None:
        of_kind = self.by_kind.get(kind)
        if of_kind is not None and key and len(key) >= SHORTEST_KEY:
            there = of_kind.get(number, ())
            of_kind[number] = there if key in there else (*there, key)


def _card(row: tuple[Any, ...], names: tuple[Name, ...], held: Held) -> Card:
    number, _, _, city, country, client, site, document, address, postcode, birthday, sex = row
    if site:
        held.add(number, "website", site_key(site))
    document = document and document_key(document)
    place = address and (postcode or city)
    return Card(
        number,
        names,
        city,
        country,
        client,
        held.by_kind["phone"].get(number, ()),
        held.by_kind["email"].get(number, ()),
        held.by_kind["website"].get(number, ()),
        (document,) if document else (),
        (f"{fold(address)}, {fold(place)}",) if place else (),
        birthday,
        sex,
    )


def new_card(book: Book, name: str, fields: Row, details: Sequence[tuple[str, str | None, str]]) -> Card:
    """A card not yet in the book, from the fields of its table and its details (kind, label, value)."""
    from kam_cli.domains.clients.details import key_of

    held = Held()
    for kind, _, value in details:
        held.add(0, kind, site_key(value) if kind == "website" else key_of(kind, value))
    place = fields
    if client := fields.get("client_id"):
        place = book.row("SELECT city, country FROM clients WHERE id = ?", (client,)) or {}
    city = fold(place["city"]) if place.get("city") else None
    more = (fields.get(one) for one in ("website", "document_no", "address", "postcode", "birthday", "sex"))
    row = (0, name, "", city, place.get("country"), client, *more)
    return _card(row, (Name(fold(name), name),), held)


def count(book: Book, noun: Noun) -> int:
    return int(book.value(f"SELECT count(*) FROM {noun.table} WHERE deleted_at IS NULL"))


# --- one card against the book ------------------------------------------------------------------------------


def lookalikes(book: Book, noun: Noun, card: Card) -> list[tuple[int, list[str]]]:
    """Cards for which a new one may be held, the likeliest first: number and reasons.

    They are looked up by what has an index, so that it costs the same in a large book: phones, e-mails, names, words of
    names, near names in the same city; registration numbers are read through.
    """
    found = _of_values(book, noun, card) | _of_names(book, noun, card)
    scored = [(compare(card, one), one.id) for one in cards(book, noun, found)]
    alike = sorted(((-v.score, number, v.reasons) for v, number in scored if v.score >= LOOKALIKE))
    return [(number, reasons) for _, number, reasons in alike]


def _of_values(book: Book, noun: Noun, card: Card) -> set[int]:
    sql = f"SELECT {owner(noun)} FROM details WHERE kind = ? AND value_key = ? AND {owner(noun)} IS NOT NULL"
    keys = [("phone", one) for one in card.phones] + [("email", one) for one in card.emails]
    found = {number for key in keys for number in book.column(sql, key)}
    if card.documents:
        sql = f"SELECT id, document_no FROM {noun.table} WHERE document_no IS NOT NULL"
        found |= {number for number, text in book.conn.execute(sql) if document_key(text) in card.documents}
    return found


def _of_names(book: Book, noun: Noun, card: Card) -> set[int]:
    (name,) = card.names
    sql = f"SELECT id FROM {noun.table} WHERE name_key = ? UNION SELECT {owner(noun)} FROM aliases WHERE name_key = ?"
    found = {number for number in book.column(sql, (name.key, name.key)) if number}
    for word in [word for word in name.bare.split() if len(word) > 2][:LONGEST_WORDS]:
        found.update(
            book.column(
                f"SELECT rowid / {CODES} FROM search WHERE search MATCH ? AND rowid % {CODES} = {noun.code} LIMIT {SAME_WORD}",
                (f'title : "{word}"',),
            )
        )
    if card.city:
        place = {
            "clients": "SELECT id, name_key FROM clients WHERE city_key = ?",
            "contacts": "SELECT p.id, p.name_key FROM clients c JOIN contacts p ON p.client_id = c.id WHERE c.city_key = ?",
        }
        rows = book.conn.execute(place[noun.table], (card.city,)).fetchall()
        found |= {
            number
            for number, key in rows
            # Most names differ in more letters than a slip or another spelling changes.
            if (letters_of(bare(key).split()) ^ name.letters).bit_count() <= 6
            and likeness(name, Name(key)) < PART
        }
    return found


# --- the book against itself --------------------------------------------------------------------------------


def pairs(
    book: Book, noun: Noun, least: int, only: int | None = None
) -> tuple[list[Row], list[tuple[int, str]]]:
    """Pairs of cards that look like one, the likeliest first: ``score reasons id other_id``, with a score of ``least`` at least.

    With ``only`` the pairs of that card, compared with every other. Also gives the groups that were too large to compare
    each with each (see `Blocking.large`).
    """
    import gc

    was_on = gc.isenabled()
    # Nothing here is cyclic, and to look for cycles among so many cards takes a third of the time.
    gc.disable()
    try:
        return _pairs(cards(book, noun), different(book, noun), least, only)
    finally:
        if was_on:
            gc.enable()


def _pairs(
    there: list[Card], judged: set[tuple[int, int]], least: int, only: int | None
) -> tuple[list[Row], list[tuple[int, str]]]:
    places, counts, large = _of_one(there, only) if only else _of_all(there)
    found = []
    for at, other in places:
        a, b = there[at], there[other]
        if (a.id, b.id) in judged:
            continue
        score, reasons = compare(a, b, counts)
        if score >= least:
            found.append({"score": score, "reasons": ", ".join(reasons), "id": a.id, "other_id": b.id})
    found.sort(key=lambda row: (-row["score"], row["id"], row["other_id"]))
    return found, large


def _of_all(there: list[Card]) -> tuple[Iterable[tuple[int, int]], Any, list[tuple[int, str]]]:
    blocking = Blocking(there)
    return blocking.places(), blocking.counts, blocking.large


def _of_one(there: list[Card], number: int) -> tuple[Iterable[tuple[int, int]], Any, list[tuple[int, str]]]:
    mine = next(at for at, card in enumerate(there) if card.id == number)
    own = {(field, value) for field in VALUES for value in getattr(there[mine], field)}
    own |= {("name", name.joined) for name in there[mine].names}
    counts = dict.fromkeys(own, 0)
    for card in there:
        for field, value in own:
            has = (name.joined for name in card.names) if field == "name" else getattr(card, field)
            counts[field, value] += value in has
    return [(min(at, mine), max(at, mine)) for at in range(len(there)) if at != mine], counts, []


def described(book: Book, noun: Noun, rows: list[Row]) -> list[Row]:
    """The rows of `pairs` with what a person knows the cards by, and the command that merges them."""
    told = {"clients": ("city", "SELECT id, name, city FROM clients"),
            "contacts": ("client", "SELECT p.id, p.name, c.name FROM contacts p LEFT JOIN clients c ON c.id = p.client_id")}  # fmt: skip
    place, sql = told[noun.table]
    wanted = {row[name] for row in rows for name in ("id", "other_id")}
    known: dict[int, tuple[str, str | None]] = {}
    alias = "" if noun.table == "clients" else "p."
    for start in range(0, len(wanted), AT_ONCE):
        marks = ", ".join(map(str, sorted(wanted)[start : start + AT_ONCE]))
        known |= {
            number: (name, at)
            for number, name, at in book.conn.execute(f"{sql} WHERE {alias}id IN ({marks})")
        }
    return [
        {
            "score": row["score"], "id": row["id"], "name": known[row["id"]][0], place: known[row["id"]][1],
            "other_id": row["other_id"], "other": known[row["other_id"]][0], f"other_{place}": known[row["other_id"]][1],
            "reasons": row["reasons"], "command": f"kam {noun.name} merge {row['id']} {row['other_id']}",
        }
        for row in rows
    ]  # fmt: skip


# --- what was judged not to be a double ---------------------------------------------------------------------


def different(book: Book, noun: Noun) -> set[tuple[int, int]]:
    """Pairs of cards that are not one, the lower number first."""
    rows = book.conn.execute(f"SELECT {owner(noun)}, other_id FROM different_{noun.table}").fetchall()
    return {(min(row), max(row)) for row in rows}


def keep_apart(book: Book, noun: Noun, one: int, other: int) -> bool:
    """Remember that two cards are not one; whether that is new."""
    from kam_cli.stamps import utc_now

    pair = (min(one, other), max(one, other))
    if pair in different(book, noun):
        return False
    sql = f"INSERT INTO different_{noun.table} ({owner(noun)}, other_id, created_at) VALUES (?, ?, ?)"
    book.conn.execute(sql, (*pair, utc_now()))
    return True
