"""What other programs call the fields of products, orders, invoices and payments: ready for the nouns that take them."""

from __future__ import annotations

from kam_cli.imports.vocabulary import COMPANY, COMPANY_ID, CURRENCY, OWN_ID

_LINE = {
    "product": ("product", "product name", "item", "item name", "sku", "product id"),
    "quantity": ("quantity", "qty", "units"),
    "unit_price": ("unit price", "price", "price per unit", "list price"),
    "unit_price_minor": (),
    "discount_pct": ("discount %", "discount percent", "discount percentage", "% discount"),
    "discount": ("discount", "discount rate"),
}

ORDERS = {
    "external_id": ("order id", "order number", "order no", "order #", "order", *OWN_ID),
    "client": (*COMPANY, *COMPANY_ID, "customer id", "user id"),
    "ordered_on": ("order date", "date of order", "date ordered", "purchase date", "ordered", "date"),
    "due_on": ("required date", "due date", "delivery date", "promised date"),
    "shipped_on": ("shipped date", "ship date", "date shipped", "shipped"),
    "status": ("order status",),
    **_LINE,
    "total": ("order total", "total amount", "grand total", "amount", "order value"),
    "total_minor": (),
    "currency": CURRENCY,
    "tags": ("tag", "labels"),
}
ORDERS_MANY = ("ordered_on", "tags")
ORDER_LINES = {
    "order": ("order id", "order number", "order no", "order #"),
    **_LINE,
}
# The word of --as → its columns and those of its fields that several columns may feed.
COMING: dict[str, tuple[dict[str, tuple[str, ...]], tuple[str, ...]]] = {
    "orders": (ORDERS, ORDERS_MANY),
    "order-lines": (ORDER_LINES, ()),
}
