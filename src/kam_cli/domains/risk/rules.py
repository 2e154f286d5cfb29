"""How reliable a client is: a score from warning signs, and the credit that follows from it.

The score is an additive scorecard, the plain form of credit scoring: each sign that is seen takes its share of 100 away.
Equal or roughly guessed weights do nearly as well as fitted ones (R. Dawes, "The robust beauty of improper linear
models in decision making", American Psychologist 34, 1979), so that weights a person can argue about are kept. As with
a client's health, signs nobody knows are left out and the weights of the others renormalised, and the reasons are
always shown. The signs are those of the five Cs of credit: character, capacity, capital, collateral, conditions.
"""

from __future__ import annotations

from kam_cli.values.rounding import halves_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Row = dict[str, Any]

WHOLE = 1000  # a sign that is fully there, in thousandths
LATE_DAYS = 30  # paid so late on average, a client pays as late as can be: the first step of ageing
BROKEN = 2  # so many broken promises, and the next one counts for nothing
OVERDUE_DAYS = 90  # the last step of ageing
KNOWN_PCT = 50  # with less of the weights known, no credit is suggested
# From this score on so many percent of the exposure are suggested; below the last step nothing.
STEPS = ((80, 100), (60, 50), (40, 25))
GRACE_DAYS = 30  # a client is expected to pay at most so long after the day he should


def measured(measure: str, behaviour: Row) -> tuple[int | None, str]:
    """How far a sign that the book tells is there, 0..1000, or None where it tells nothing; and what shows it.

    ``behaviour``: ``invoices late_invoices days_late`` (the paid ones: mean days after the due date, 0 where in time)
    ``promises broken_promises oldest_days`` (the oldest overdue one, None where nothing is overdue).
    """
    if measure == "broken-promises":
        broken = behaviour["broken_promises"]
        said = f"{broken} of {_count(behaviour['promises'], 'promise')} broken"
        return (min(WHOLE, broken * WHOLE // BROKEN), said) if behaviour["promises"] else (None, "")
    if not behaviour["invoices"] and (measure != "overdue" or behaviour["oldest_days"] is None):
        return None, ""
    if measure == "overdue":
        days = behaviour["oldest_days"] or 0
        said = f"the oldest is {_count(days, 'day')} overdue" if days else "nothing is overdue"
        return min(WHOLE, days * WHOLE // OVERDUE_DAYS), said
    late, days = behaviour["late_invoices"], behaviour["days_late"]
    said = (
        f"{late} of {_count(behaviour['invoices'], 'invoice')} late, {_count(round(days), 'day')} on average"
    )
    return min(WHOLE, int(days * WHOLE / LATE_DAYS)), said


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def score(findings: Iterable[Row]) -> Row:
    """``score known_pct reasons`` of findings ``sign weight seen evidence``.

    ``seen`` is how far a sign is there, 0..1000, or None where nobody knows. The score is 100 − 100 × Σ weight × seen ÷
    Σ weight over the known signs, rounded to whole points, halves up: 100 where no sign was seen, 0 where all were; None
    where none is known. ``known_pct`` is the share of the weights that is known, and ``reasons`` are the findings with
    ``points``, what each takes away (not rounded), the heaviest first.
    """
    rows = list(findings)
    known = [row for row in rows if row["seen"] is not None]
    total, weights = sum(row["weight"] for row in rows), sum(row["weight"] for row in known)
    if not weights:
        return {"score": None, "known_pct": 0, "reasons": []}
    lost = sum(row["weight"] * row["seen"] for row in known)
    reasons = [{**row, "points": 100 * row["weight"] * row["seen"] / (weights * WHOLE)} for row in known]
    reasons.sort(key=lambda row: (-row["points"], -row["weight"]))
    return {
        "score": 100 - halves_up(100 * lost, weights * WHOLE),
        "known_pct": halves_up(100 * weights, total),
        "reasons": reasons,
    }


def suggested_limit(
    score: int | None, known_pct: int, turnover_minor: int, average_minor: int, pay_days: int
) -> int | None:
    """A credit limit in minor units, or None where too little is known to suggest one.

    The exposure is what a client owes at any time who buys evenly and pays a month late: turnover of a year ×
    (``pay_days`` + 30) ÷ 365, the formula of days sales outstanding turned round; but at least one average invoice
    (his own, else of the whole book). Of it a score of 80 gives all, 60 a half, 40 a quarter, less nothing. Rounded down
    to two significant digits. There is no standard; the steps are a convention that a person may overrule.
    """
    exposure = max(turnover_minor * (pay_days + GRACE_DAYS) // 365, average_minor)
    if score is None or known_pct < KNOWN_PCT or exposure <= 0:
        return None
    percent = next((percent for least, percent in STEPS if score >= least), 0)
    return two_digits(exposure * percent // 100)


def two_digits(amount: int) -> int:
    """An amount of 0 or more, rounded down to two significant digits."""
    unit = int(10 ** max(0, len(str(amount)) - 2))
    return amount // unit * unit


def passed_by(limit_minor: int, owed_minor: int, new_minor: int) -> int:
    """By how much a limit is passed when ``new_minor`` is owed on top, in minor units; 0 where it is kept."""
    return max(0, owed_minor + new_minor - limit_minor)
