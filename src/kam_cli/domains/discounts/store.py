"""Rules of discount in the book."""

from __future__ import annotations

from kam_cli.domains.discounts import rules
from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.listing import Page
    from kam_cli.output import Rows

    Row = dict[str, Any]

# What an edit may empty: public name → columns.
CLEARABLE = {
    "client": ("client_id",), "product": ("product_id",), "category": ("category", "category_key"),
    "from": ("quantity_milli",), "from-amount": ("amount_minor", "currency"), "since": ("valid_from",),
    "until": ("valid_until",), "note": ("note",), "on-top": ("is_on_top",),
}  # fmt: skip


class RuleListing(Listing):
    """The list of rules, each with its condition in words."""

    __slots__ = ()

    def fetch(self, c: Context, page: Page, filters: Sequence[tuple[str, Sequence[Any]]] = ()) -> Rows:
        found = super().fetch(c, page, filters)
        found.rows = [_in_words(row) for row in found.rows]
        return found

    def one(self, c: Context, row_id: int) -> Row:
        return _in_words(super().one(c, row_id))


def _in_words(row: Row) -> Row:
    return {**row, "rule": rules.say(row)}


LISTING = RuleListing(
    {
        "id": "d.id", "uid": "d.uid", "kind": "d.kind", "name": "d.name", "discount_bp": "d.discount_bp",
        "client_id": "d.client_id", "client": "c.name", "product_id": "d.product_id", "product": "p.name",
        "category": "d.category", "quantity_milli": "d.quantity_milli", "amount_minor": "d.amount_minor",
        "currency": "d.currency", "pay_days": "d.pay_days", "is_on_top": "d.is_on_top",
        "valid_from": "d.valid_from", "valid_until": "d.valid_until", "note": "d.note",
        "on_what": "coalesce(p.name, d.category)", "created_at": "d.created_at", "updated_at": "d.updated_at",
    },
    "discounts d LEFT JOIN clients c ON c.id = d.client_id LEFT JOIN products p ON p.id = d.product_id",
    base="d.deleted_at IS NULL",
    order="d.kind, d.name_key, d.quantity_milli, d.amount_minor, d.id",
    show="id kind name rule on_what client",
    empty="no such discounts. Add one: kam discount add volume 5% Pallet price --from 40",
)  # fmt: skip


def add(book: Book, rule: Row) -> int:
    """A new rule. Raises BadValue where it contradicts itself."""
    rules.check(rule)
    return book.insert("discounts", _keyed(rule))


def edit(book: Book, rule_id: int, fields: Row) -> Row:
    """Change fields; gives what changed. Raises BadValue where the rule would contradict itself."""
    rules.check({**get(book, rule_id), **fields})
    return book.update("discounts", rule_id, _keyed(fields))


def _keyed(fields: Row) -> Row:
    keys = {
        f"{name}_key": fields[name] and fold(fields[name]) for name in ("name", "category") if name in fields
    }
    return {**fields, **keys}


def get(book: Book, rule_id: int) -> Row:
    row = book.row("SELECT * FROM discounts WHERE id = ?", (rule_id,))
    assert row is not None
    return row


def all_for(book: Book, client_id: int) -> list[Row]:
    """Every rule that may concern a client, as stored."""
    return book.rows(
        "SELECT * FROM discounts WHERE (client_id IS NULL OR client_id = ?) AND deleted_at IS NULL ORDER BY id",
        (client_id,),
    )


def used(book: Book, rule_id: int) -> Row:
    """In how many ``lines`` of how many ``offers`` a rule was used."""
    row = book.row(
        "SELECT count(*) AS lines, count(DISTINCT l.offer_id) AS offers FROM offer_lines l "
        "JOIN offers o ON o.id = l.offer_id WHERE o.deleted_at IS NULL AND EXISTS "
        "(SELECT 1 FROM json_each(l.steps) s WHERE json_extract(s.value, '$.rule') = ?)",
        (rule_id,),
    )
    assert row is not None
    return row
