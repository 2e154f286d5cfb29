"""How tables become orders and lines of orders; several rows with one id are one order."""

from __future__ import annotations

from kam_cli.domains.orders import cells, store, tablelines, tableparts
from kam_cli.domains.orders.rules import OPEN
from kam_cli.imports import vocabulary
from kam_cli.imports.amounts import Amount
from kam_cli.imports.fields import LONGEST_TEXT, Reference, Text
from kam_cli.imports.identity import is_uid
from kam_cli.imports.moments import Day
from kam_cli.imports.noun import Importing
from kam_cli.text import fold_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]

_ORDER_ID = ("order id", "order number", "order no", "order #")
_LINKS = ("contact", "deal")  # what an order may name by the uid alone


class Orders(Importing):
    """A row is an order, or a line of one; or a further step of one: purchased, sent.

    An order without a state is delivered where it has a day of delivery, else taken.
    """

    name = "orders"
    noun = "order"
    word = "order"
    table = "orders"
    takes_more = True
    fields = {  # noqa: RUF012
        "external_id": Text(), "client": Reference("client", ids=(*vocabulary.COMPANY_ID, "customer id", "user id")),
        "ordered_on": Day(), "due_on": Day(), "shipped_on": Day(), "status": cells.STATUS, **tablelines.FIELDS, "total": Amount(),
        "total_minor": cells.MINOR, "currency": cells.CURRENCY, "tags": cells.TAGS, "more_tags": cells.MORE_TAGS, "number": Text(), "reason": Text(),
        "note": Text(LONGEST_TEXT, lines=True), "lines": cells.LINES, "lines_uid": cells.UIDS, "deliveries": cells.DELIVERIES,
        "parts": cells.PARTS, **{f"{one}_uid": Text() for one in (*_LINKS, "offer")},
    }  # fmt: skip
    synonyms = {  # noqa: RUF012
        "external_id": (*_ORDER_ID, "order", *vocabulary.OWN_ID),
        "client": (*vocabulary.COMPANY, *vocabulary.COMPANY_ID, "customer id", "user id"),
        "ordered_on": ("order date", "date of order", "date ordered", "purchase date", "ordered", "date"),
        "due_on": ("required date", "due date", "delivery date", "promised date"),
        "shipped_on": ("shipped date", "ship date", "date shipped", "shipped"), "status": ("order status",),
        **tablelines.SYNONYMS,
        "total": ("order total", "total amount", "grand total", "amount", "order value"), "currency": vocabulary.CURRENCY,
        "tags": ("tag", "labels"),
    }  # fmt: skip
    many = ("ordered_on", "tags")
    required = ("client", "ordered_on")
    telling = ("ordered_on",)
    columns = (
        "number", "number_key", "client_id", "contact_id", "deal_id", "offer_id", "status", "ordered_on", "due_on", "shipped_on",
        "currency", "given_minor", "total_minor", "total_rest", "reason", "note",
    )  # fmt: skip
    defaults = {"given_minor": 0}  # noqa: RUF012
    note = "note"

    def complete(self, run: Run, batch: Batch) -> None:
        batch.values["client_id"] = batch.get("client")
        if "more_tags" in batch.values:
            pairs = zip(batch.get("tags"), batch.values["more_tags"], strict=True)
            batch.values["tags"] = [[*(some or ()), *(more or ())] or None for some, more in pairs]
        for one in _LINKS:
            if f"{one}_uid" in batch.values:
                run.references.resolve(batch, one, Reference(one))
                batch.values[f"{one}_id"] = batch.values[one]
        if "offer_uid" in batch.values:
            # Offers stay in their book: elsewhere an order comes from none.
            there = tablelines.by_uids(run.book, "offer", batch.values["offer_uid"])
            batch.values["offer_id"] = [one and there.get(one) for one in batch.values["offer_uid"]]
        if {"total", "total_minor"} & batch.values.keys():
            run.amounts(batch, "total")
        tablelines.work_out(run, batch, batch.get("ordered_on"))
        tableparts.work_out(run, batch)
        pairs = zip(batch.get("status"), batch.get("shipped_on"), strict=True)
        for index, (status, shipped) in enumerate(pairs):
            if shipped and status in OPEN:
                batch.refuse(index, f"it has a day of delivery, but its status is {status}", "shipped_on")

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        batch.fill("currency", run.c.currency)
        pairs = zip(batch.get("status"), batch.get("shipped_on"), strict=True)
        batch.values["status"] = [
            status or ("delivered" if shipped else "taken") for status, shipped in pairs
        ]
        numbers = run.once(Numbers)
        triples = zip(batch.get("number"), batch.get("external_id"), batch.get("ordered_on"), strict=True)
        own = [
            number or (named if named and not is_uid(named) else numbers.next(day[:4]))
            for number, named, day in triples
        ]
        batch.values["number"], batch.values["number_key"] = own, fold_all(own)
        lines = batch.get("line")
        is_net = [line is not None and line[5] is not None for line in lines]
        # What the lines come to counts, and a total beside them says it once more.
        has_lines = [net or bool(some) for net, some in zip(is_net, batch.get("all_lines"), strict=True)]
        totals = [
            0 if has else total or 0 for has, total in zip(has_lines, batch.get("total_minor"), strict=True)
        ]
        batch.values["given_minor"] = totals
        batch.values["total_minor"] = [
            line[6] if line else total for line, total in zip(lines, totals, strict=True)
        ]
        batch.values["total_rest"] = [line[7] if line else 0 for line in lines]
        ids = super().insert(run, batch)
        run.count_also("order-lines", len(tablelines.add(run, ids, lines)))
        tableparts.add(run, ids, batch)
        add_tags(run, ids, batch.get("tags"))
        return ids

    def more(self, run: Run, batch: Batch) -> None:
        """Further rows of orders of this import: lines, tags, and what became of them later."""
        for field in ("client", "product"):
            if field in batch.values or f"{field}_uid" in batch.values:
                run.references.resolve(batch, field, self.fields[field])  # type: ignore[arg-type]
        ids: list[int] = [one for one in batch.ids if one is not None]
        known = tablelines.facts(run.book, ids)
        for index, (order_id, client) in enumerate(zip(ids, batch.get("client"), strict=True)):
            if client is not None and client != known[order_id]["client_id"]:
                what = "another row with this id is of another client; where it is no id, map the column to number"
                batch.refuse(index, what, "external_id")
        batch.values["currency"] = [known[one]["currency"] for one in ids]
        batch.values["total_minor"] = [None] * len(ids)
        tablelines.work_out(run, batch, [known[one]["ordered_on"] for one in ids])
        good = [index not in batch.bad for index in range(len(batch))]
        part = batch.part(good)
        owners = [one for one in part.ids if one is not None]
        run.count_also("order-lines", len(tablelines.add(run, owners, part.get("line"))))
        add_tags(run, owners, part.get("tags"), known=True)
        go_on(run, known, part)

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        old = store.get(run.book, row_id)
        fields = {name: row[name] for name in self.columns if name in row}
        for name in ("total_minor", "number_key", "total_rest", "given_minor"):
            fields.pop(name, None)
        if row.get("total_minor") is not None and not (row.get("line") or row.get("all_lines")):
            fields["given_minor"] = row["total_minor"]
        if "status" not in fields and fields.get("shipped_on") and old["status"] in OPEN:
            fields["status"] = "delivered"
        changed = bool(store.edit(run.book, row_id, fields))
        changed |= store.add_tags(run.book, row_id, [tag for tag, _ in row.get("tags") or ()]) > 0
        if row.get("line"):
            known = run.once(tablelines.Known)
            known.learn([row_id])
            line_id = known.next(row_id, row["line"])
            if line_id is None:
                tablelines.add(run, [row_id], [row["line"]])
                changed = True
            else:
                changed |= tablelines.change(run.book, line_id, row["line"])
        return tableparts.update(run, old, row) or changed


class OrderLines(Importing):
    """A row is a line of an order that the book has; the nth row of a product is the nth line of it."""

    name = "order-lines"
    noun = "order"
    word = "line of an order"
    table = "order_lines"
    fields = {  # noqa: RUF012
        "order": Reference("order", ids=_ORDER_ID), **tablelines.FIELDS, "currency": cells.CURRENCY,
    }  # fmt: skip
    synonyms = {"order": _ORDER_ID, **tablelines.SYNONYMS, "currency": vocabulary.CURRENCY}  # noqa: RUF012
    required = ("order", "product|unit_price")
    telling = ("order", "quantity")

    def complete(self, run: Run, batch: Batch) -> None:
        batch.values.pop("ids_elsewhere", None)  # a line has none
        ids = batch.get("order")
        orders = tablelines.facts(run.book, [one for one in ids if one is not None])
        told = batch.get("currency")
        batch.values["currency"] = [one and orders[one]["currency"] for one in ids]
        for index, (one, currency) in enumerate(zip(batch.values["currency"], told, strict=True)):
            if currency not in (None, one):
                batch.refuse(index, f"the order is in {one}, not in {currency}", "currency")
        tablelines.work_out(run, batch, [one and orders[one]["ordered_on"] for one in ids])
        known = run.once(tablelines.Known)
        known.learn(one for one in ids if one is not None)
        pairs = zip(ids, batch.get("line"), strict=True)
        batch.ids = [known.next(one, line) if one and line else None for one, line in pairs]
        if not run.options.update:
            run.skip(
                batch, [number is not None and i not in batch.bad for i, number in enumerate(batch.ids)], ""
            )

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        return tablelines.add(run, batch.get("order"), batch.get("line"))

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        return tablelines.change(run.book, row_id, row["line"])


class Numbers:
    """The next numbers of orders that have none of their own, by year."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.last: dict[str, int] = {}

    def next(self, year: str) -> str:
        if year not in self.last:
            self.last[year] = int(store.next_number(self.book, year)[5:]) - 1
        self.last[year] += 1
        return f"{year}-{self.last[year]:04}"


def add_tags(run: Run, ids: Sequence[int], tags: Sequence[Any], known: bool = False) -> None:
    """Give orders their tags, each once; ``known`` where they may have some."""
    there: set[tuple[int, str]] = set()
    tagged = [order_id for order_id, some in zip(ids, tags, strict=True) if some]
    if known and tagged:
        sql = "SELECT order_id, tag_key FROM order_tags WHERE order_id BETWEEN ? AND ?"
        there.update(run.book.conn.execute(sql, (min(tagged), max(tagged))).fetchall())
    new = []
    for order_id, some in zip(ids, tags, strict=True):
        for tag, key in some or ():
            if (order_id, key) not in there:
                there.add((order_id, key))
                new.append((order_id, tag, key))
    run.book.insert_many("order_tags", ("order_id", "tag", "tag_key"), new)


def go_on(run: Run, known: dict[int, Row], batch: Batch) -> None:
    """Bring orders to the state that a further row tells, on its day: what was purchased was sent later."""
    names = ("status", "ordered_on", "shipped_on", "due_on")
    for order_id, status, day, shipped, due in zip(batch.ids, *map(batch.get, names), strict=True):
        order = known[order_id]
        fields: Row = {"due_on": due} if due and order.get("due_on", due) is None else {}
        if status and status != order["status"]:
            fields["status"] = status
            if status == "delivered":
                fields["shipped_on"] = shipped or day
        if day and day < order["ordered_on"]:
            fields["ordered_on"] = day
        if fields:
            store.edit(run.book, order["id"], fields)
            order |= fields


IMPORTS = (Orders(), OrderLines())
