"""What to offer for a client's open needs: the product with its price today, what stands in for it, what is off."""

from __future__ import annotations

from kam_cli.domains.needs import store
from kam_cli.domains.products import facts
from kam_cli.domains.products import store as products

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


def of_client(c: Context, client_id: int) -> list[Row]:
    """The open needs, the strongest first, as `store.open_of`; beside each what of our offer is of interest.

    ``price_minor currency`` today, ``substitute`` (the first in stock, where the product is out of it), ``promotion
    discount_bp valid_until`` of the largest discount that runs for it and for this client.
    """
    rows = store.open_of(c.book, client_id)
    for row in rows:
        row |= dict.fromkeys(
            ("price_minor", "currency", "substitute", "promotion", "discount_bp", "valid_until")
        )
        if row["product"]:
            listed = products.LISTING.one(c, row["product_id"])
            row |= {name: listed[name] for name in ("price_minor", "currency")}
            row |= store.promotion(c.book, client_id, row["product_id"], c.today.isoformat()) or {}
            if not row["is_in_stock"]:
                others = facts.substitutes(c.book, row["product_id"])
                row["substitute"] = next((one["name"] for one in others if one["is_in_stock"]), None)
    return rows


def said(row: Row) -> str:
    """``Oak panel 24.50 EUR · out of stock, instead: Pine board · 10 % off until 2026-04-30 (Spring)``."""
    from kam_cli.values.money import format_money

    if not row["product"]:
        return ""
    price = f" {format_money(row['price_minor'], row['currency'])}" if row["currency"] else ""
    parts = [f"{row['product']}{price}"]
    if not row["is_in_stock"]:
        parts.append("out of stock" + (f", instead: {row['substitute']}" if row["substitute"] else ""))
    if row["promotion"]:
        until = f" until {row['valid_until']}" if row["valid_until"] else ""
        parts.append(f"{row['discount_bp'] / 100:g} % off{until} ({row['promotion']})")
    return " · ".join(parts)
