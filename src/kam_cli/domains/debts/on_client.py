"""What a client's page shows of his money: what he owes, his credit, how he pays, what he promised."""

from __future__ import annotations

from kam_cli.domains.debts import promises, store
from kam_cli.domains.debts.page import summary
from kam_cli.domains.payments import store as payments
from kam_cli.domains.terms import store as terms
from kam_cli.output import Block
from kam_cli.values.money import format_money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


def put(c: Context, data: Row, client_id: int) -> Block:
    """Add ``owed credit promises`` (lists), ``average_days_late`` and ``terms`` to the page's data; gives their block."""
    data["owed"] = store.owed_by(c, client_id)
    data["credit"] = payments.credit_of(c.book, client_id)
    data["average_days_late"] = store.average_days_late(c.book, client_id)
    data["promises"] = promises.of_client(c, client_id)
    data["terms"] = agreed = terms.of(c.book, client_id)
    told = [
        f"{format_money(row['amount_minor'], row['currency'])} by {row['due_on']}{', broken' * (row['status'] == 'broken')}"
        for row in data["promises"]
        if row["status"] == "open" or (row["status"] == "broken" and data["owed"])
    ]
    limit = agreed["limit_minor"]
    said = [
        f"{agreed['pay_days']} days to pay" if agreed["pay_days"] is not None else "",
        f"limit {format_money(limit, agreed['currency'])}" if limit is not None else "",
    ]
    pairs = [*summary(data), ("promised", told), ("terms", ", ".join(filter(None, said)))]
    return Block("Money", pairs=pairs)
