"""The arithmetic of the Net Promoter Score: groups, index, margin of error, movements."""

from __future__ import annotations

from kam_cli.errors import BadValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any, Literal, TypeVar

    Row = dict[str, Any]

    Group = Literal["promoter", "passive", "critic"]
    K = TypeVar("K")

GROUPS: tuple[Group, ...] = ("critic", "passive", "promoter")
"""From the lowest to the highest: the order of rows and columns in a matrix of movements."""

Z95 = 1.959963984540054
"""The two-sided 95 % quantile of the normal distribution."""

COMMANDS: dict[str, str] = {
    "promoter": "kam task add Ask for a referral --client {}",
    "passive": "kam task add Make an offer --client {}",
    "critic": "kam log call {} …",
    "unasked": "kam nps add {} SCORE --reason …",
}
"""What closes the loop with a client of each group, ``{}`` being the client's handle or number."""


def group_of(score: int) -> Group:
    """The group of a 0–10 score: 9–10 promoter, 7–8 passive, 0–6 critic (Reichheld, HBR Dec 2003).

    Raises BadValue outside 0–10.
    """
    if not 0 <= score <= 10:
        raise BadValue(f"a score is 0 to 10, not {score}: write a whole number on that scale")
    return "promoter" if score >= 9 else "passive" if score >= 7 else "critic"


def parse_group(text: str) -> Group:
    """The group that a person names, singular or plural; the field's "detractor" is a critic.

    Raises BadValue for any other word.
    """
    word = text.strip().lower().removesuffix("s")
    if word == "detractor":
        return "critic"
    for group in GROUPS:
        if word == group:
            return group
    raise BadValue(f"no group {text!r}: write promoters, passives or critics")


def nps(promoters: int, passives: int, critics: int) -> float | None:
    """Promoters' share less critics' share in percentage points, −100..100 (Reichheld, HBR Dec 2003)."""
    answers = promoters + passives + critics
    return 100 * (promoters - critics) / answers if answers else None


def margin(promoters: int, passives: int, critics: int) -> float | None:
    """Half-width of the 95 % confidence interval of the index, in percentage points (Wald).

    z·√((p + d − (p − d)²) / n) with p and d the shares of promoters and critics among n answers.
    """
    return _wald(promoters, critics, promoters + passives + critics)


def adjusted(promoters: int, passives: int, critics: int) -> tuple[float | None, float | None]:
    """Index and 95 % margin in percentage points by the adjusted Wald method, fit for few answers.

    Three answers are added, ¾ promoter, 1½ passive, ¾ critic (Rocks, "Interval estimation for the Net
    Promoter Score", 2016). Both are None where nobody answered: three invented answers are no measurement.
    """
    answers = promoters + passives + critics
    if not answers:
        return None, None
    return 100 * (promoters - critics) / (answers + 3), _wald(promoters + 0.75, critics + 0.75, answers + 3)


def _wald(promoters: float, critics: float, answers: int) -> float | None:
    if not answers:
        return None
    p, d = promoters / answers, critics / answers
    # Rounding can leave −1e-17 under the root when every answer is the same.
    return float(100 * Z95 * (max(0.0, p + d - (p - d) ** 2) / answers) ** 0.5)


def finite_population(margin: float | None, n: int, population: int) -> float | None:
    """The margin, in its own unit, when n of a book of ``population`` clients answered: × √((N − n)/(N − 1)).

    The standard correction for sampling without replacement (Cochran, Sampling Techniques, 1977). None
    where the factor has no value: a book of one client, or more respondents than clients.
    """
    if margin is None or population < 2 or not 0 <= n <= population:
        return None
    return float(margin * ((population - n) / (population - 1)) ** 0.5)


def answered_at(day: date, today: date, now: str, tz: str) -> str:
    """The UTC text of an answer given on a local day: ``now`` on ``today``, else the day's last second.

    So an answer that is entered late stands after all that were entered on its day.
    """
    if day == today:
        return now
    from datetime import time

    from kam_cli.values.clock import to_utc

    return to_utc(day, time(23, 59, 59), tz)


def tally(group: str | None, promoters: int, passives: int, critics: int) -> Row:
    """A row of the report: counts, index and margins in points, unrounded; None where undefined."""
    centre, spread = adjusted(promoters, passives, critics)
    return {
        "group": group,
        "responses": promoters + passives + critics,
        "promoters": promoters,
        "passives": passives,
        "critics": critics,
        "nps": nps(promoters, passives, critics),
        "margin": margin(promoters, passives, critics),
        "nps_adjusted": centre,
        "margin_adjusted": spread,
    }


def index(value: float | None, margin: float | None) -> str:
    """An index with its margin for a person: ``+30.0 ± 48.4``; a dash for none."""
    if value is None:
        return "–"
    return (f"{value:+.1f}" if abs(value) >= 0.05 else "0.0") + (
        f" ± {margin:.1f}" if margin is not None else ""
    )


def moves(before: Mapping[K, int], after: Mapping[K, int]) -> tuple[dict[str, list[K]], list[list[int]]]:
    """Who moved between the groups, and how many from which to which.

    ``before`` and ``after`` give each respondent's last 0–10 score up to two moments. The first result
    lists respondents, in the order of ``after``, under ``rose``, ``fell``, ``same`` (another score in the
    same group is no movement) and ``new``. The second counts those who answered both times:
    ``matrix[from][to]``, both in the order of GROUPS. Raises BadValue for a score outside 0–10.
    """
    who: dict[str, list[K]] = {"rose": [], "fell": [], "same": [], "new": []}
    matrix = [[0] * len(GROUPS) for _ in GROUPS]
    for key, score in after.items():
        now = GROUPS.index(group_of(score))
        if key not in before:
            who["new"].append(key)
            continue
        was = GROUPS.index(group_of(before[key]))
        matrix[was][now] += 1
        who["rose" if now > was else "fell" if now < was else "same"].append(key)
    return who, matrix
