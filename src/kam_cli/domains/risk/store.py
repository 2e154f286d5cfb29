"""Warning signs and assessments in the book, the scores that follow from them, and the limits that hold."""

from __future__ import annotations

from kam_cli.domains.risk import behaviour, rules
from kam_cli.domains.terms import store as terms
from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]

REASONS = 3  # named in a list

_SIGNS = "SELECT * FROM risk_signs WHERE deleted_at IS NULL ORDER BY measure IS NOT NULL, id"
LAST = (
    "a.id = (SELECT x.id FROM risk_assessments x WHERE x.client_id = a.client_id AND x.deleted_at IS NULL "
    "ORDER BY x.assessed_on DESC, x.id DESC LIMIT 1)"
)


class RiskListing(Listing):
    """The list of assessments: what each comes to is worked out by the rules, with what the book knows today."""

    __slots__ = ()

    def prepare(self, c: Context) -> None:
        know(c)

    def one(self, c: Context, row_id: int) -> Row:
        know(c, row_id)
        names = ", ".join(f"{sql} AS {name}" for name, sql in self.columns.items())
        row = c.book.row(f"SELECT {names} FROM {self.source} WHERE a.id = ?", (row_id,))
        assert row is not None
        return row


_TERMS = "(SELECT {} FROM terms t WHERE t.client_id = a.client_id AND t.deleted_at IS NULL ORDER BY t.updated_at DESC, t.id DESC LIMIT 1)"
_DAYS = "CAST(julianday(kam_today()) - julianday(a.assessed_on) AS INTEGER)"
LISTING = RiskListing(
    {
        "id": "a.id", "uid": "a.uid", "client_id": "a.client_id", "client": "c.name",
        "score": "kam_risk(a.id, 'score')", "known_pct": "kam_risk(a.id, 'known_pct')", "signs": "kam_risk(a.id, 'signs')",
        "assessed_on": "a.assessed_on", "days": _DAYS, "is_stale": f"{_DAYS} > kam_stale()",
        "limit_minor": _TERMS.format("t.limit_minor"), "currency": _TERMS.format("t.currency"),
        "note": "a.note", "created_at": "a.created_at", "updated_at": "a.updated_at",
    },
    "risk_assessments a JOIN clients c ON c.id = a.client_id",
    base="a.deleted_at IS NULL",
    order="kam_risk(a.id, 'score') NULLS LAST, a.id",
    show="client score known_pct signs assessed_on is_stale limit_minor",
    wide="known_pct is_stale",
    empty="nobody was assessed. Begin: kam risk assess acme",
)  # fmt: skip

SIGNS = Listing(
    {
        "id": "s.id", "uid": "s.uid", "name": "s.name", "weight": "s.weight", "measure": "s.measure", "text": "s.text",
        "created_at": "s.created_at", "updated_at": "s.updated_at",
    },
    "risk_signs s",
    base="s.deleted_at IS NULL",
    order="s.measure IS NOT NULL, s.id",
    show="id name weight text",
    empty="no signs are left. Add one: kam risk sign registration --new --weight 15 --text …",
)  # fmt: skip


def know(c: Context, assessment_id: int | None = None) -> None:
    """Give SQL ``kam_risk`` (of all assessments, or of one), ``kam_today`` and ``kam_stale``."""
    scored = scores(c.book, c.today.isoformat(), assessment_id)
    c.book.conn.create_function("kam_risk", 2, lambda row_id, name: scored.get(row_id, {}).get(name))
    c.book.conn.create_function("kam_today", 0, c.today.isoformat)
    c.book.conn.create_function("kam_stale", 0, lambda: c.config.get("risk.stale_days"))


# --- scores -------------------------------------------------------------------------------------------------


def scores(book: Book, today: str, assessment_id: int | None = None) -> dict[int, Row]:
    """Assessment → `rules.score` of it, with ``signs``: the heaviest that were seen, as a text."""
    only = "AND (? IS NULL OR a.id = ?)"
    args = (assessment_id, assessment_id)
    found = book.rows(
        f"SELECT a.id, a.client_id FROM risk_assessments a WHERE a.deleted_at IS NULL {only}", args
    )
    seen: dict[int, dict[int, Row]] = {}
    for row in book.rows(
        "SELECT f.risk_assessment_id, f.risk_sign_id, f.is_seen, f.evidence FROM risk_findings f "
        f"JOIN risk_assessments a ON a.id = f.risk_assessment_id WHERE a.deleted_at IS NULL {only}",
        args,
    ):
        seen.setdefault(row["risk_assessment_id"], {})[row["risk_sign_id"]] = row
    client = found[0]["client_id"] if assessment_id is not None and found else None
    known = behaviour.of_clients(book, today, client) if found else {}
    signs = all_signs(book)
    return {
        row["id"]: _scored(signs, seen.get(row["id"], {}), known.get(row["client_id"], behaviour.NOTHING))
        for row in found
    }


def _scored(signs: list[Row], seen: dict[int, Row], known: Row) -> Row:
    findings = []
    for sign in signs:
        finding = {
            "sign": sign["name"],
            "weight": sign["weight"],
            "text": sign["text"],
            "measure": sign["measure"],
        }
        if sign["measure"]:
            level, evidence = rules.measured(sign["measure"], known)
        else:
            own = seen.get(sign["id"])
            level, evidence = (
                (None, "") if own is None else (own["is_seen"] * rules.WHOLE, own["evidence"] or "")
            )
        findings.append({**finding, "seen": level, "evidence": evidence})
    result = rules.score(findings)
    named = [reason["sign"] for reason in result["reasons"] if reason["points"] > 0]
    more = f" and {len(named) - REASONS} more" if len(named) > REASONS else ""
    unknown = [row for row in findings if row["seen"] is None]
    return {**result, "signs": ", ".join(named[:REASONS]) + more, "unknown": unknown}


def of_client(book: Book, client_id: int, today: str) -> Row:
    """A client's standing: ``assessment`` (its row, or None) and what `scores` gives; without one by the book alone."""
    row = last(book, client_id)
    if row:
        return {"assessment": row, **scores(book, today, row["id"])[row["id"]]}
    known = behaviour.of_clients(book, today, client_id).get(client_id, behaviour.NOTHING)
    return {"assessment": None, **_scored(all_signs(book), {}, known)}


# --- limits -------------------------------------------------------------------------------------------------


def suggested(book: Book, client_id: int, today: str) -> int | None:
    """The credit limit that follows from a client's score and turnover, in minor units of the book's currency."""
    from kam_cli.config import Config

    standing = of_client(book, client_id, today)
    if standing["assessment"] is None:
        return None
    agreed = terms.of(book, client_id)["pay_days"]
    days = Config.load().get("money.pay_days") if agreed is None else agreed
    turnover, average = behaviour.bought(book, client_id, book.meta["currency"], today)
    return rules.suggested_limit(standing["score"], standing["known_pct"], turnover, average, days)


def limit_of(book: Book, client_id: int, today: str) -> Row | None:
    """The limit that holds for a client: ``limit_minor currency is_agreed``; the suggested one where none was agreed."""
    agreed = terms.of(book, client_id)
    if agreed["limit_minor"] is not None:
        return {"limit_minor": agreed["limit_minor"], "currency": agreed["currency"], "is_agreed": True}
    minor = suggested(book, client_id, today)
    return (
        None
        if minor is None
        else {"limit_minor": minor, "currency": book.meta["currency"], "is_agreed": False}
    )


def limit_passed(book: Book, client_id: int, minor: int, currency: str, day: str) -> Row | None:
    """Whether a client who gets so much more on deferred payment owes more than he may; None where not, or no limit is known.

    ``limit_minor owed_minor new_minor over_minor currency is_agreed``: the limit that holds on the local date ``day``,
    what he owes now (`behaviour.exposure`), and by how much both together pass it. Amounts of another currency than the limit's are never
    compared: None.
    """
    limit = limit_of(book, client_id, day)
    if limit is None or limit["currency"] != currency:
        return None
    owed = behaviour.exposure(book, client_id, currency)
    over = rules.passed_by(limit["limit_minor"], owed, minor)
    return {**limit, "owed_minor": owed, "new_minor": minor, "over_minor": over} if over else None


# --- reading ------------------------------------------------------------------------------------------------


def all_signs(book: Book) -> list[Row]:
    """The signs, those that a person tells first."""
    return book.rows(_SIGNS)


def get(book: Book, assessment_id: int) -> Row:
    row = book.row("SELECT * FROM risk_assessments WHERE id = ?", (assessment_id,))
    assert row is not None
    return row


def last(book: Book, client_id: int) -> Row | None:
    """The assessment of a client that counts."""
    return book.row(f"SELECT a.* FROM risk_assessments a WHERE a.client_id = ? AND {LAST}", (client_id,))


def findings(book: Book, assessment_id: int) -> dict[int, Row]:
    """Sign → ``is_seen evidence``."""
    sql = "SELECT risk_sign_id, is_seen, evidence FROM risk_findings WHERE risk_assessment_id = ?"
    return {row.pop("risk_sign_id"): row for row in book.rows(sql, (assessment_id,))}


# --- changing -----------------------------------------------------------------------------------------------


def add(book: Book, client_id: int, assessed_on: str, note: str | None, found: dict[int, Row]) -> int:
    """A new assessment with its findings (sign → ``is_seen evidence``)."""
    row = {"client_id": client_id, "assessed_on": assessed_on, "note": note}
    assessment_id = book.insert("risk_assessments", row)
    book.conn.executemany(
        "INSERT INTO risk_findings (risk_assessment_id, risk_sign_id, is_seen, evidence) VALUES (?, ?, ?, ?)",
        [(assessment_id, sign_id, one["is_seen"], one["evidence"]) for sign_id, one in found.items()],
    )
    return assessment_id


def put_sign(book: Book, sign_id: int | None, fields: Row) -> int:
    """Add a sign, or change one; gives its number."""
    key = {"name_key": fold(fields["name"])} if "name" in fields else {}
    if sign_id is None:
        return book.insert("risk_signs", {**fields, **key})
    book.update("risk_signs", sign_id, {**fields, **key})
    return sign_id
