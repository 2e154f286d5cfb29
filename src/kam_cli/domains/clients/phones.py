"""The international form of the phone numbers on cards: worked out with the client's country, or the book's."""

from __future__ import annotations

from kam_cli.values.numbering import plain_form
from kam_cli.values.phones import e164, is_available

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]

MOST = 50_000  # numbers of one import that need a second look; more are left to `kam contact phones`
_COUNTRY = {
    "client_id": "SELECT id, country FROM clients WHERE id IN ({})",
    "contact_id": "SELECT p.id, c.country FROM contacts p JOIN clients c ON c.id = p.client_id WHERE p.id IN ({})",
}
_ALL = """
SELECT d.id, d.value, d.e164, coalesce(c.country, w.country) AS country, coalesce(c.id, w.id) AS client_id,
  coalesce(c.name, w.name) AS client, p.id AS contact_id, p.name AS contact
FROM details d LEFT JOIN clients c ON c.id = d.client_id
LEFT JOIN contacts p ON p.id = d.contact_id LEFT JOIN clients w ON w.id = p.client_id
WHERE d.kind = 'phone' AND c.deleted_at IS NULL AND p.deleted_at IS NULL AND d.id > ? {}
ORDER BY d.id LIMIT 2000"""


def countries(book: Book, owner: str, ids: Sequence[int]) -> dict[int, str | None]:
    """Card → country of its client; ``owner`` is ``client_id`` or ``contact_id``."""
    found: dict[int, str | None] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        rows = book.conn.execute(_COUNTRY[owner].format(", ".join("?" * len(some))), some)
        found.update(rows.fetchall())
    return found


def form(book: Book, owner: str, owner_id: int, value: str) -> str | None:
    """The international form of a number on a card."""
    if not is_available():
        return None
    return e164(value, countries(book, owner, [owner_id]).get(owner_id) or book.meta["country"])


class Forms:
    """The international forms of the numbers that one import brings; ``left`` are those that were not worked out."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.count = self.left = 0
        self.known: dict[tuple[str, str | None], str | None] = {}

    def of(self, owner: str, numbers: Sequence[tuple[int, str]]) -> list[str | None]:
        """The form of each (card, number)."""
        if not numbers or not is_available():
            return [None] * len(numbers)
        where = countries(self.book, owner, list({card for card, _ in numbers}))
        home = self.book.meta["country"]
        self.known = {} if len(self.known) > MOST else self.known
        return [self._one(value, where.get(card) or home) for card, value in numbers]

    def _one(self, value: str, country: str | None) -> str | None:
        if found := plain_form(value, country):
            return found
        key = (value, country)
        if key in self.known:
            return self.known[key]
        if self.count >= MOST:
            self.left += 1
            return None
        self.count += 1
        found = self.known[key] = e164(value, country)
        return found


def count(book: Book) -> int:
    """How many phone numbers there are."""
    return int(book.value("SELECT count(*) FROM details WHERE kind = 'phone'"))


def refresh(book: Book, narrow: str = "", args: Sequence[Any] = ()) -> tuple[int, list[Row]]:
    """Work out the forms anew, of all numbers or of some (``narrow`` is a condition over ``c``, ``p``, ``w``).

    Gives how many changed, and the numbers that have none: ``id value country client_id client contact_id contact``.
    """
    if not is_available():
        return 0, []
    home, changed, without, last = book.meta["country"], 0, [], 0
    while rows := book.rows(_ALL.format(narrow), (last, *args)):
        last = rows[-1]["id"]
        for row in rows:
            found = e164(row["value"], row["country"] or home)
            if found != row.pop("e164"):
                book.update("details", row["id"], {"e164": found})
                changed += 1
            if found is None:
                without.append({**row, "country": row["country"] or home})
    return changed, without
