"""What the kernel knows of an order."""

from kam_cli.noun import Noun

# 10^6 added and taken away again: a division of SQLite goes towards zero, the rule of rounding goes up.
_SUMS = """
SELECT CASE count(*) WHEN 0 THEN orders.given_minor ELSE
    sum(amount_minor) + (sum(amount_rest) + 5000000 + 10000000000000) / 10000000 - 1000000 END,
  CASE count(*) WHEN 0 THEN 0 ELSE (sum(amount_rest) + 5000000 + 10000000000000) % 10000000 - 5000000 END
FROM order_lines WHERE order_id = orders.id"""

NOUN = Noun(
    "order",
    "orders",
    15,
    title="number",
    key="number_key",
    hint="(SELECT name FROM clients WHERE id = t.client_id) || ' · ' || t.ordered_on || ' · ' || t.status",
    feeds=("orders", "order_tags.order_id"),
    document="""
        SELECT o.id, o.client_id, o.number, coalesce(o.note, '') || ' ' || coalesce(o.reason, '') || ' ' ||
          coalesce((SELECT group_concat(tag, ' ') FROM order_tags WHERE order_id = o.id), '')
        FROM orders o WHERE o.deleted_at IS NULL AND o.id IN ({ids})""",
    maintain=f"""
        UPDATE orders SET (total_minor, total_rest) = ({_SUMS})
        WHERE id IN ({{ids}}) AND (total_minor, total_rest) IS NOT ({_SUMS})""",
    maintained_by=("orders", "order_lines.order_id"),
)
