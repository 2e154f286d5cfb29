"""What is to be known of a product: features, strengths against competitors, options for uses, substitutes."""

from __future__ import annotations

from kam_cli.errors import BadValue, NotFound
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]
    Fact = tuple[str, str | None, str]  # kind, label, text
    Substitute = tuple[int, str | None]  # product, what is different

LONGEST = 2000
# kind → what its label is; a feature has none.
LABELS = {"feature": "", "strength": "competitor", "option": "use"}
EXAMPLES = {"strength": "Panel World=dries in a day", "option": "sauna=oiled with linseed"}


def parse(kind: str, text: str) -> Fact:
    """A fact as it is typed: a feature is a text, a strength ``COMPETITOR=TEXT``, an option ``USE=TEXT``. Raises BadValue."""
    text = " ".join(text.split())
    label = None
    if LABELS[kind]:
        label, _, said = (part.strip() for part in text.partition("="))
        if not label or not said:
            raise BadValue(
                f"{text[:40]!r} is not written {LABELS[kind].upper()}=TEXT, as in {EXAMPLES[kind]!r}"
            )
        text = said
    if not 1 <= len(text) <= LONGEST:
        raise BadValue(f"{len(text)} characters; it takes 1 to {LONGEST}")
    return kind, label, text


def of(book: Book, product_id: int, kind: str | None = None) -> list[Row]:
    """``id kind label text`` in the order of entry; of one kind, if one is said."""
    where = "" if kind is None else " AND kind = ?"
    sql = f"SELECT id, kind, label, text FROM product_facts WHERE product_id = ?{where} ORDER BY id"
    return book.rows(sql, (product_id, *filter(None, [kind])))


def add(book: Book, product_id: int, facts: Iterable[Fact]) -> int:
    """Put facts on a product; how many it did not have."""
    known = {(row["kind"], fold(row["label"] or ""), fold(row["text"])) for row in of(book, product_id)}
    count = 0
    for kind, label, text in facts:
        key = (kind, fold(label or ""), fold(text))
        if key not in known:
            known.add(key)
            row = {"product_id": product_id, "kind": kind, "label": label, "label_key": label and fold(label)}
            book.insert("product_facts", {**row, "text": text})
            count += 1
    return count


def drop(book: Book, product_id: int, given: str) -> None:
    """Take a fact off that is named as ``feature=TEXT``, ``strength=COMPETITOR`` or ``option=USE``, or a substitute.

    Any part of its label or text will do that only one has. Raises BadValue, NotFound.
    """
    kind, _, text = (part.strip() for part in given.partition("="))
    if kind not in (*LABELS, "substitute") or not text:
        kinds = ", ".join((*LABELS, "substitute"))
        raise BadValue(f"--drop: {given[:40]!r} is not written KIND=TEXT; kinds are {kinds}")
    rows = substitutes(book, product_id) if kind == "substitute" else of(book, product_id, kind)
    names = [
        (row["id"], (row["name"],) if kind == "substitute" else (row["label"], row["text"])) for row in rows
    ]
    key = fold(text)
    found = [row_id for row_id, words in names if key in [fold(word or "") for word in words]]
    found = found or [row_id for row_id, words in names if any(key in fold(word or "") for word in words)]
    if len(found) != 1:
        there = [" – ".join(filter(None, words)) for _, words in names]
        why = f"{len(found)} match" if found else "there is none such"
        raise NotFound(f"--drop: {kind} {text[:40]!r}: {why}" + ("; it has:" if there else ""), there)
    table = "substitutes" if kind == "substitute" else "product_facts"
    book.conn.execute(f"DELETE FROM {table} WHERE id = ?", (found[0],))


# --- substitutes --------------------------------------------------------------------------------------------


def substitutes(book: Book, product_id: int) -> list[Row]:
    """What is sold in place of a product, the best first: ``id product_id name note is_in_stock`` of those still sold."""
    return book.rows(
        "SELECT s.id, p.id AS product_id, p.name, s.note, p.is_in_stock FROM substitutes s "
        "JOIN products p ON p.id = s.other_id "
        "WHERE s.product_id = ? AND p.deleted_at IS NULL AND p.archived_at IS NULL ORDER BY s.id",
        (product_id,),
    )


def add_substitutes(book: Book, product_id: int, others: Iterable[Substitute]) -> int:
    """Put substitutes behind those that are there; a new note on one that is there replaces the old one."""
    from kam_cli.book import utc_now

    count = 0
    for other_id, note in others:
        if other_id == product_id:
            raise BadValue("--substitute: a product is no substitute of itself")
        sql = "SELECT id, note FROM substitutes WHERE product_id = ? AND other_id = ?"
        known = book.row(sql, (product_id, other_id))
        if known is None:
            names = "(product_id, other_id, note, created_at)"
            row = (product_id, other_id, note, utc_now())
            book.conn.execute(f"INSERT INTO substitutes {names} VALUES (?, ?, ?, ?)", row)
        elif note and note != known["note"]:
            book.conn.execute("UPDATE substitutes SET note = ? WHERE id = ?", (note, known["id"]))
        else:
            continue
        count += 1
    return count
