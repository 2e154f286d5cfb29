"""An assessment in the making: the answers that are given, those that stand from the last time, and the limit."""

from __future__ import annotations

from kam_cli.domains.risk import store
from kam_cli.domains.terms import store as terms
from kam_cli.errors import BadValue, KamError
from kam_cli.kinds import money
from kam_cli.output import Saved
from kam_cli.params import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref
    from kam_cli.values.money import Money

    Row = dict[str, Any]
    Found = dict[int, Row]  # sign → is_seen evidence

YES, NO, UNKNOWN = ("y", "yes"), ("n", "no"), ("u", "unknown", "?")


def _limit(c: Context, text: str) -> Money | None:
    return None if text.strip().casefold() == "suggested" else money.parse(c, text)


limit = Kind(lambda c, text: (_limit(c, text),), "MONEY|suggested", lambda c, text: ["suggested"])


def answered(
    seen: list[tuple[Row, str | None]], absent: list[Row], unknown: list[Row], begun: Found
) -> Found:
    """The findings: those ``begun`` with, changed by what was said. Raises BadValue where a sign is named twice."""
    numbers = [row["id"] for row, _ in seen] + [row["id"] for row in (*absent, *unknown)]
    if len(set(numbers)) < len(numbers):
        raise BadValue("a sign is named twice; say --sign, --no or --unknown of it, once")
    found = {number: row for number, row in begun.items() if number not in numbers}
    found |= {row["id"]: {"is_seen": 1, "evidence": evidence} for row, evidence in seen}
    return found | {row["id"]: {"is_seen": 0, "evidence": None} for row in absent}


def ask(c: Context, client: Ref, begun: Found) -> Found:
    """Every sign that a person tells, one by one; Enter keeps what stands there from the last time."""
    from kam_cli.output import ask as asked
    from kam_cli.output import say

    say(
        f"{client.name}: is it so? y, n, or u for unknown; Enter keeps what is in brackets; text after y is the evidence."
    )
    found: Found = {}
    for sign in (row for row in store.all_signs(c.book) if not row["measure"]):
        old = begun.get(sign["id"])
        kept = "u" if old is None else "y" if old["is_seen"] else "n"
        while True:
            word, _, evidence = asked(f"{sign['name']}: {sign['text']} [{kept}] ").partition(" ")
            word = word.casefold() or kept
            if word in (*YES, *NO, *UNKNOWN):
                break
            say("  y, n or u, please")
        if word in YES:
            before = old["evidence"] if old and old["is_seen"] else None
            found[sign["id"]] = {"is_seen": 1, "evidence": evidence.strip() or before}
        elif word in NO:
            found[sign["id"]] = {"is_seen": 0, "evidence": None}
    return found


def agree_limit(c: Context, client: Ref, wanted: Money | None) -> None:
    """Write a credit limit into the client's terms, the suggested one where none is said.

    Raises KamError where none can be suggested.
    """
    if wanted:
        minor, currency = wanted.minor, wanted.currency
    else:
        suggested = store.suggested(c.book, client.id, c.today.isoformat())
        if suggested is None:
            raise KamError(
                f"--set-limit: no limit can be suggested for {client.name}: {why_none(c, client.id)}"
            )
        minor, currency = suggested, c.currency
    terms.set(c.book, client.id, {"limit_minor": minor, "currency": currency})


def why_none(c: Context, client_id: int) -> str:
    """Why no limit is suggested."""
    from kam_cli.domains.risk.rules import KNOWN_PCT

    standing = store.of_client(c.book, client_id, c.today.isoformat())
    if standing["assessment"] is None:
        return "he was never assessed (kam risk assess)"
    if standing["known_pct"] < KNOWN_PCT:
        return f"only {standing['known_pct']} % of the signs, by weight, are known"
    return f"the book has no invoices or orders in {c.currency} of the last year to go by"


def saved(c: Context, assessment_id: int, done: str) -> Saved:
    """The one line a change is answered with, and the record."""
    from kam_cli.values.money import format_money

    row = store.LISTING.one(c, assessment_id)
    score = "no score" if row["score"] is None else f"score {row['score']}"
    most = row["limit_minor"] is not None and f"limit {format_money(row['limit_minor'], row['currency'])}"
    parts = [
        f"risk #{assessment_id} {row['client']}",
        score,
        f"{row['known_pct']} % known",
        row["signs"],
        most,
    ]
    parts.append(row["assessed_on"] if row["assessed_on"] != c.today.isoformat() else "")
    return Saved(" · ".join(str(part) for part in parts if part) + f" – {done}", row)
