"""A book with something of everything, to be copied, damaged and brought back."""

from __future__ import annotations

import random

from kam_cli.book import Book, new_uid
from kam_cli.text import fold

WORDS = [
    "wants",
    "the",
    "new",
    "price",
    "list",
    "asked",
    "for",
    "oak",
    "panels",
    "samples",
    "Łódź",
    "delivery",
    "autumn",
    "fair",
    "discount",
    "terms",
    "Київ",
]
AT = "2026-01-02T10:00:00Z"


def fill(book: Book, clients: int = 40) -> None:
    """Clients with a contact, deals, interactions and answers, some changed since: always the same, but for uids."""
    dice = random.Random(1)

    def say(count: int) -> str:
        return " ".join(dice.choices(WORDS, k=count))

    def many(table: str, rows: list[dict]) -> None:
        rows = [{"uid": new_uid(), "created_at": AT, "updated_at": AT, **row} for row in rows]
        book.insert_many(table, list(rows[0]), [list(row.values()) for row in rows])

    with book.write(["fill"]):
        stage = book.value("SELECT min(id) FROM stages")
        start = (book.value("SELECT max(id) FROM clients") or 0) + 1
        ids = range(start, start + clients)
        names = {i: f"Klient {i} {say(1)}" for i in ids}
        many("clients", [
            {"name": names[i], "name_key": fold(names[i]), "handle": f"k{i}", "note": say(8), "cadence_days": 21} for i in ids
        ])  # fmt: skip
        many("contacts", [{"client_id": i, "name": f"Person {i}", "name_key": f"person {i}"} for i in ids])
        many("deals", [
            {"client_id": dice.choice(ids), "title": f"Deal {n}", "title_key": f"deal {n}", "value_minor": n * 100,
             "currency": "EUR", "stage_id": stage, "entered_stage_at": AT, "opened_on": AT[:10]} for n in range(clients)
        ])  # fmt: skip
        many("interactions", [
            {"client_id": dice.choice(ids), "kind": "call", "text": say(10),
             "occurred_at": f"2025-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}T10:00:00Z"}
            for _ in range(clients * 6)
        ])  # fmt: skip
        many("nps_answers", [
            {"client_id": dice.choice(ids), "score": dice.randrange(11), "reason": say(4), "answered_on": AT[:10],
             "answered_at": AT} for _ in range(clients * 2)
        ])  # fmt: skip
    with book.write(["change"]):
        for i in ids[::4]:
            book.update("clients", i, {"city": "Łódź", "city_key": "lodz"})
        book.remove("clients", ids[-1])
