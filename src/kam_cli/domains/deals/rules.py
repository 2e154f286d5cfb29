"""The arithmetic of the pipeline: weighted value, win rate, conversion, ageing, velocity, coverage."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date
    from decimal import Decimal


def weighted(value_minor: int, probability_pct: int) -> int | Decimal:
    """Value × probability in minor units, exact and unrounded; the pipeline's is the sum over open deals.

    An open deal has its own probability, a won one 100 %, a lost one 0 %: the common weighted pipeline.
    """
    whole, rest = divmod(value_minor * probability_pct, 100)
    if not rest:
        return whole
    from decimal import Decimal

    # Built from text: arithmetic would round to the precision of the context.
    return Decimal(f"{whole * 100 + rest}e-2")


def win_rate(won: int, lost: int) -> float | None:
    """Won ÷ (won + lost), 0..1, open deals excluded; of numbers of deals or of values in minor units."""
    closed = won + lost
    return won / closed if closed else None


def entered_and_passed(paths: Iterable[tuple[Collection[int], int]], stage: int) -> tuple[int, int]:
    """How many deals ever entered a stage, and how many of them reached a later one.

    Paths are as for `conversion`, each with the number of deals that went this way.
    """
    counts = [(max(path) > stage, count) for path, count in paths if stage in path]
    return sum(count for _, count in counts), sum(count for went_on, count in counts if went_on)


def conversion(paths: Iterable[Collection[int]], stage: int) -> float | None:
    """Stage conversion, 0..1: deals that reached a later stage ÷ deals that ever entered this one.

    Each path holds the positions of all the stages that one deal ever entered, in any order: a deal that
    went further and came back still counts as having gone on, one that skipped the stage does not count.
    """
    entered, passed = entered_and_passed(((path, 1) for path in paths), stage)
    return passed / entered if entered else None


def days_in_stage(entered_on: date, today: date) -> int:
    """Ageing: whole days since the deal came into its *current* stage, not since it was created."""
    return (today - entered_on).days


def is_rotten(days: int, expected_days: int | None) -> bool:
    """Whether a deal has sat in its stage for 1.5 × the stage's expected days or longer."""
    return expected_days is not None and 0 < 3 * expected_days <= 2 * days


def rotten_from(expected_days: int | None) -> int | None:
    """The days in a stage from which on a deal is rotten; None where it never is."""
    return (3 * expected_days + 1) // 2 if expected_days else None


def velocity(
    open_deals: int, rate: float | None, average_won: float | None, median_cycle_days: float | None
) -> float | None:
    """Pipeline velocity per day, in the unit of ``average_won``.

    Open deals × win rate (0..1) × average won value ÷ median cycle in days: the standard sales velocity,
    with the median because a few endless deals distort the mean.
    """
    if rate is None or average_won is None or not median_cycle_days:
        return None
    return open_deals * rate * average_won / median_cycle_days


def coverage(open_minor: int, to_reach_minor: int) -> float | None:
    """Open value closing in the period ÷ quota still to reach, both in minor units.

    Compare with ``needed``. None once the quota is reached: nothing is left to cover.
    """
    return open_minor / to_reach_minor if to_reach_minor > 0 else None


def needed(rate: float | None) -> float | None:
    """The coverage that a win rate (0..1) asks for: 1 ÷ win rate, so 4 where one deal in four is won."""
    return 1 / rate if rate else None


def is_slipped(was_on: date | None, close_on: date | None, period_end: date, open_on: date) -> bool:
    """Whether a deal's expected date moved to a later period, or passed while the deal was open.

    ``was_on`` is the earlier expected date and ``period_end`` the first day after its period (periods are
    half-open); ``open_on`` is the last day on which the deal was open: today, or the day it was closed.
    A deal without an expected date cannot slip.
    """
    if close_on is None:
        return False
    moved = was_on is not None and was_on < period_end <= close_on
    return moved or close_on < open_on


def median(values: Iterable[float]) -> float | None:
    """The middle value, or the mean of the two in the middle, in the unit of the values.

    Here because importing ``statistics`` costs more than a whole command.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def median_counted(counts: Mapping[int, int]) -> float | None:
    """The median of values given as value → how often it occurs."""
    total = sum(counts.values())
    middle = {(total - 1) // 2, total // 2}
    passed, found = 0, []
    for value in sorted(counts):
        found += [value for rank in middle if passed <= rank < passed + counts[value]]
        passed += counts[value]
    return median(found)
