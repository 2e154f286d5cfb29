"""Days and instants in the cells of a table, with the order of day and month that the column itself tells."""

from __future__ import annotations

from kam_cli.imports.fields import Field, Memo, Reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

_NUMERIC = r"\s*(\d{1,2})[./-](\d{1,2})[./-]\d{4}"
_MIDNIGHT = r"[T ]00:00:00(\.0+)?Z?"  # how programs write a day alone


class Day(Field):
    """A local date, as ``YYYY-MM-DD``; of an instant, the day on which it falls for the owner."""

    def __init__(self) -> None: ...

    def reader(self, c: Context) -> Reader:
        return DayReader(c)


class Moment(Field):
    """A day or an instant: (UTC text, local date ``YYYY-MM-DD``, whether a time was said); a day alone is its noon."""

    def __init__(self) -> None: ...

    def reader(self, c: Context) -> Reader:
        return MomentReader(c)


class Birthday(Field):
    """``YYYY-MM-DD``, or ``--MM-DD`` without a year; with ``split`` also the day alone, whose month stands elsewhere."""

    def __init__(self, *, split: bool = False) -> None:
        self.split = split

    def reader(self, c: Context) -> Reader:
        return BirthdayReader(c, self.split)


class DatedReader(Reader):
    """What readers of dates share."""

    def __init__(self, c: Context) -> None:
        super().__init__(self.parse)
        self.c = c
        self.order = c.date_order

    def learn(self, cells: list[str]) -> str:
        """A column that is month first in some cells, and day first in none, is month first in all; and the reverse."""
        import re

        found = [match for cell in cells if (match := re.match(_NUMERIC, cell))]
        days = any(int(match[1]) > 12 for match in found)
        months = any(int(match[2]) > 12 for match in found)
        if days == months:
            return ""
        self.order = "dmy" if days else "mdy"
        return "" if self.order == self.c.date_order else f"{'day' if days else 'month'} first"

    def one(self, cell: str) -> Any:
        """None of what programs write for no date: 0/0/00, 0000-00-00."""
        return None if "0" in cell and not cell.strip(" 0/.:-T") else super().one(cell)

    def moment(self, text: str) -> tuple[str, str, bool]:
        """As `Moment`. Raises BadValue."""
        import datetime
        import re

        from kam_cli.values.clock import parse_instant, to_local, to_utc
        from kam_cli.values.dates import parse_when

        c = self.c
        if re.fullmatch(_MIDNIGHT, text[10:]):
            text = text[:10]
        if len(text) > 10 and text[4:5] == "-" and text[10] in "T ":
            utc = parse_instant(text, c.today, c.tz, self.order)
            return utc, to_local(utc, c.tz).date().isoformat(), True
        day, at = parse_when(text, c.today, self.order, prefer="past")
        return to_utc(day, at, c.tz), datetime.date.isoformat(day), at is not None


class DayReader(DatedReader):
    """Reads days."""

    def parse(self, text: str) -> str:
        return self.moment(text)[1]


class BirthdayReader(DatedReader):
    """Reads birthdays."""

    def __init__(self, c: Context, split: bool) -> None:
        super().__init__(c)
        self.split = split

    def parse(self, text: str) -> str:
        import re

        from kam_cli.values.dates import parse_birthday

        if self.split and len(text) < 3 and text.isascii() and text.isdigit():
            return text
        if re.fullmatch(_MIDNIGHT, text[10:]):
            text = text[:10]
        return parse_birthday(text, self.c.today, self.order)


class MomentReader(DatedReader):
    """Reads instants; of two in the same hour of the same day the second costs no more than a look."""

    def __init__(self, c: Context) -> None:
        super().__init__(c)
        self.hours = Memo(self._hour)
        self.minutes = {f":{minute:02}" for minute in range(60)}

    def parse(self, text: str) -> tuple[str, str, bool]:
        return self.moment(text)

    def read(self, cells: list[str]) -> list[Any]:
        hours, minutes, memo, found = self.hours, self.minutes, self.memo, []
        for cell in cells:
            # "YYYY-MM-DD HH:MM" with or without seconds
            if len(cell) == 16 and cell[13:] in minutes and (hour := hours[cell[:13]]):
                found.append((f"{hour[0]}{cell[13:]}:00Z", hour[1], True))
            elif (
                len(cell) == 19
                and cell[13:16] in minutes
                and cell[16:] in minutes
                and (hour := hours[cell[:13]])
            ):
                found.append(
                    (f"{hour[0]}{cell[13:]}Z", hour[1], True) if cell[11:] != "00:00:00" else memo[cell]
                )
            else:
                found.append(memo[cell])
        return found

    def _hour(self, text: str) -> tuple[str, str] | None:
        """The beginning of the UTC text of an hour of local time, and its day; None where its minutes need care."""
        first, last = self.one(f"{text}:00:01"), self.one(f"{text}:59:01")
        if not (isinstance(first, tuple) and isinstance(last, tuple)) or first[0][:13] != last[0][:13]:
            self.failed = False
            return None
        return (first[0][:13], first[1]) if first[0][13:16] == ":00" else None
