"""When a recurring task is due: first, and again once it was done."""

from __future__ import annotations

from datetime import date, timedelta

from kam_cli.values.spans import next_repeat


def first_due(rule: str, today: date) -> date:
    """The first day of the series from today on; a rule that counts steps begins today."""
    return next_repeat(rule, today - timedelta(days=1), today)


def next_due(rule: str, counts_from: str, due: date | None, anchor: date | None, today: date) -> date:
    """The day on which a task that was done today is due again, always after today.

    Counted from the due date (``counts_from`` "due"), days that passed meanwhile left out, or from today
    ("done"). ``anchor`` is the first day of the series: from 31 January ``1m`` gives 28 February, then
    31 March. Raises BadValue where the calendar ends.
    """
    if counts_from == "done" or due is None:
        return next_repeat(rule, today)
    return next_repeat(rule, max(due, today), anchor or due)
