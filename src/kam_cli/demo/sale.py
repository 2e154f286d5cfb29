"""The demo's sale: price list, orders, invoices, payments, debtors and contracts, counted back from the day of the story."""

from __future__ import annotations

from datetime import date, timedelta

from kam_cli.domains.contracts import store as contracts
from kam_cli.domains.invoices import store as invoices
from kam_cli.domains.orders import shipping
from kam_cli.domains.orders import store as orders
from kam_cli.domains.payments import store as payments
from kam_cli.domains.products import store as products
from kam_cli.domains.risk import store as risk
from kam_cli.domains.terms import store as terms
from kam_cli.values.money import parse_money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.demo.loader import Loader

    Row = dict[str, Any]

RAISED = 150  # days ago, when prices went up


def told(table: Row) -> dict[str, list[Row]]:
    """The records of the sale; their days are so many days before the story's, below 0 after it."""
    regular = [
        {
            "client": one["client"], "currency": one["currency"], "ordered": day, "due": day - 7, "shipped": day - 6 - number % 2,
            "days": one["days"], "invoice": day - 8, "paid": [[day - 8 - one["pays"], ""]], "lines": one["lines"],
        }
        for one in table["rhythms"]
        for number, day in enumerate(range(one["from"], one["pays"] + 20, -one["every"]))
    ]  # fmt: skip
    ordered = sorted([*regular, *table["orders"]], key=lambda one: -one["ordered"])
    return {**{name: rows for name, rows in table.items() if name != "rhythms"}, "orders": ordered}


class Sale:
    """Puts the sale into the book of a loader that has its clients and contacts."""

    def __init__(self, loader: Loader, today: date) -> None:
        self.loader, self.book, self.today = loader, loader.book, today
        self.products: dict[str, int] = {}

    def load(self, story: dict[str, list[Row]]) -> None:
        for product in story["products"]:
            self.product(product)
        for one in story["terms"]:
            terms.set(self.book, self.client(one), self.agreed(one))
        for order in story["orders"]:
            self.order(order)
        for promise in story["promises"]:
            self.promise(promise)
        for assessment in story["assessments"]:
            self.assessment(assessment)
        for contract in story["contracts"]:
            self.contract(contract)

    def day(self, ago: int) -> str:
        """So many days before today, on the Friday before where that is no day of work."""
        day = self.today - timedelta(days=ago)
        return (day - timedelta(days=max(0, day.weekday() - 4))).isoformat()

    def client(self, one: Row) -> int:
        return int(self.loader.ids[f"client:{one['client']}"])

    def agreed(self, one: Row) -> Row:
        limit = parse_money(one["limit"], one["currency"])
        fields = {"pay_days": one["days"], "limit_minor": limit.minor, "currency": limit.currency}
        return {**fields, "language": one.get("language")}

    def product(self, one: Row) -> None:
        plain = {name: one[name] for name in ("name", "category", "unit", "sku", "description")}
        more = {
            "is_in_stock": int(not one.get("out")),
            "stock_days": one["stock"],
            "order_days": one.get("order"),
        }
        self.products[one["name"]] = product_id = products.add(self.book, {**plain, **more})
        for currency, prices in one["prices"].items():
            for ago, price in zip((400, RAISED), prices, strict=True):
                minor = parse_money(price, currency).minor
                products.set_price(self.book, product_id, currency, self.day(ago), minor, None)

    def order(self, one: Row) -> None:
        client_id, day = self.client(one), self.day(one["ordered"])
        row = {
            "client_id": client_id,
            "ordered_on": day,
            "due_on": self.day(one["due"]),
            "currency": one["currency"],
        }
        lines = []
        for name, count in one["lines"]:
            price = products.price_on(self.book, self.products[name], one["currency"], day)
            assert price is not None, name
            line = {"product_id": self.products[name], "title": name, "quantity_milli": count * 1000}
            lines.append({**line, "unit_price_minor": price["price_minor"]})
        order_id = orders.add(self.book, row, lines)
        kept = orders.lines(self.book, order_id)
        if "shipped" in one:
            shipping.deliver(
                self.book,
                order_id,
                [(line, line["quantity_milli"]) for line in kept],
                self.day(one["shipped"]),
            )
        for ago, number, count in one.get("sent", ()):
            shipping.deliver(self.book, order_id, [(kept[number], count * 1000)], self.day(ago))
        for department, text, due in one.get("parts", ()):
            shipping.hand(self.book, order_id, department, text, day, self.day(due))
        if "invoice" in one:
            self.invoice(one, client_id, order_id)

    def invoice(self, one: Row, client_id: int, order_id: int) -> None:
        issued = date.fromisoformat(self.day(one["invoice"]))
        number = f"FV/{issued.year}/{(self.book.value('SELECT count(*) FROM invoices') or 0) + 101}"
        amount = orders.get(self.book, order_id)["total_minor"]
        row = {
            "number": number,
            "client_id": client_id,
            "order_id": order_id,
            "issued_on": issued.isoformat(),
        }
        row |= {"due_on": (issued + timedelta(days=one["days"])).isoformat(), "amount_minor": amount}
        invoice_id = invoices.add(self.book, {**row, "currency": one["currency"]})
        for ago, paid in one.get("paid", ()):
            minor = parse_money(paid, one["currency"]).minor if paid else amount
            payment: Row = {"client_id": client_id, "paid_on": self.day(ago), "amount_minor": minor}
            payments.add(
                self.book, {**payment, "currency": one["currency"], "method": "transfer"}, [invoice_id]
            )

    def promise(self, one: Row) -> None:
        row: Row = {
            "client_id": self.client(one),
            "contact_id": self.loader.id_of("contact", one.get("contact")),
        }
        row |= {"promised_on": self.day(one["promised"]), "due_on": self.day(one["due"]), "note": one["note"]}
        amount = parse_money(one["amount"], one["currency"])
        self.book.insert("promises", {**row, "amount_minor": amount.minor, "currency": amount.currency})

    def assessment(self, one: Row) -> None:
        signs = {row["name"]: row["id"] for row in risk.all_signs(self.book)}
        found: dict[int, Row] = {signs[name]: {"is_seen": 0, "evidence": None} for name in one["absent"]}
        found |= {signs[name]: {"is_seen": 1, "evidence": why} for name, why in one["seen"].items()}
        risk.add(self.book, self.client(one), self.day(one["on"]), one.get("note"), found)

    def contract(self, one: Row) -> None:
        value = parse_money(one["value"], one["currency"])
        row: Row = {"client_id": self.client(one), "contact_id": self.loader.id_of("contact", one["contact"])}
        row |= {
            "title": one["title"],
            "number": one["number"],
            "value_minor": value.minor,
            "currency": value.currency,
        }
        row |= {f"{name}_on": self.day(one[name]) for name in ("signed", "starts", "ends") if name in one}
        row |= {"notice_days": one["notice"], "is_referral": int(one.get("referral", False))}
        row["status"] = "signed" if "signed" in one else "in-negotiation"
        contract_id = contracts.add(self.book, row)
        for ago, note in one.get("versions", ()):
            contracts.add_version(self.book, contract_id, self.day(ago), note)
        for clause, ours, theirs, agreed in one.get("clauses", ()):
            contracts.put_clause(
                self.book, contract_id, clause, {"ours": ours, "theirs": theirs, "agreed": agreed}
            )
