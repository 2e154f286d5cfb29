"""The lines, deliveries and parts of an order that stand in one cell each, as `kam export` writes them."""

from __future__ import annotations

from kam_cli.domains.orders import rules, store, tablelines
from kam_cli.errors import BadValue
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.domains.orders.tablelines import Line
    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]


def work_out(run: Run, batch: Batch) -> None:
    """Put the lines of each row into ``all_lines``, and refuse rows whose deliveries do not fit them."""
    if "lines" not in batch.values:
        for index, given in enumerate(batch.get("deliveries")):
            if given:
                batch.refuse(index, "deliveries are of lines: give the lines, too", "deliveries")
        return
    told = (uid for some in batch.get("lines_uid") for uid in some or () if uid != "-")
    products = tablelines.by_uids(run.book, "product", told)
    found: list[list[Line] | None] = []
    for index, lines in enumerate(batch.values["lines"]):
        uids = batch.get("lines_uid")[index] or []
        made = None
        try:
            currency = batch.get("currency")[index] or run.c.currency
            made = lines and [
                _line(one, currency, products.get(uid))
                for one, uid in zip(lines, [*uids, *[""] * len(lines)], strict=False)
            ]
            _check(made or [], batch.get("deliveries")[index] or [])
        except BadValue as error:
            batch.refuse(index, str(error), "lines")
        found.append(made)
    batch.values["all_lines"] = found


def _line(told: tuple[str, str, str, str, str], currency: str, product: int | None) -> Line:
    from kam_cli.values.money import parse_money
    from kam_cli.values.quantities import parse_discount, parse_quantity

    quantity, price, discount, net, title = told
    agreed = parse_money(net, currency, point=".").minor if net else None
    minor = parse_money(price, currency, point=".").minor
    return tablelines.made(product, title, parse_quantity(quantity), minor, parse_discount(discount), agreed)


def _check(lines: list[Line], deliveries: list[tuple[str, int, int]]) -> None:
    left = {place: line[2] for place, line in enumerate(lines, 1)}
    for _, place, milli in deliveries:
        if place not in left or milli > left[place]:
            raise BadValue(f"deliveries: more of line {place} than was ordered")
        left[place] -= milli


def add(run: Run, ids: Sequence[int], batch: Batch) -> None:
    """Store what new orders have in these cells."""
    columns = [batch.get(name) for name in ("all_lines", "deliveries", "parts")]
    for order_id, lines, deliveries, parts in zip(ids, *columns, strict=True):
        _add(run, order_id, lines or [], deliveries or [], parts or [])


def _add(run: Run, order_id: int, lines: list[Line], deliveries: list[Any], parts: list[Any]) -> None:
    book, now = run.book, run.now
    numbers = tablelines.add(run, [order_id] * len(lines), lines)
    run.count_also("order-lines", len(lines))
    book.insert_many(
        "shipments",
        ("order_id", "order_line_id", "shipped_on", "quantity_milli", "created_at"),
        [(order_id, numbers[place - 1], day, milli, now) for day, place, milli in deliveries],
    )
    if parts:
        rows = [(order_id, name, fold(name), *rest) for name, *rest in parts]
        names = ("order_id", "department", "department_key", "handed_on", "due_on", "done_on", "text")
        run.insert("order_parts", dict(zip(names, zip(*rows, strict=True), strict=True)))


def update(run: Run, order: Row, row: Row) -> bool:
    """Bring the lines of an order to those of the cell; deliveries and parts are those of the book. Raises BadValue."""
    new: list[Line] | None = row.get("all_lines")
    if not new:
        return False
    there = store.lines(run.book, order["id"])
    if [tuple(one[name] for name in tablelines.COLUMNS) for one in there] == new:
        return False
    if any(one["shipped_milli"] for one in there) and order["status"] in rules.OPEN:
        raise BadValue(
            f"order {order['number']!r} is delivered in part; change its lines with kam order edit"
        )
    for one in there:
        run.book.conn.execute("DELETE FROM shipments WHERE order_line_id = ?", (one["id"],))
        run.book.conn.execute("DELETE FROM order_lines WHERE id = ?", (one["id"],))
    tablelines.add(run, [order["id"]] * len(new), new)
    return True
