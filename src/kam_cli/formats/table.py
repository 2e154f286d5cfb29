"""A table being read, whatever the file is made of: a header, then rows, once."""

from __future__ import annotations

from kam_cli.errors import KamError
from kam_cli.formats.packed import IDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Record = tuple[int, list[str], str | None]  # line, cells, problem


class BadTable(KamError):
    """A file that cannot be read as a table; ``line`` is the physical line at fault (1-based), None where it is the whole."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class Table:
    """An open table: its header is read, its rows are still to be read, once.

    ``header``      the names of the columns, as in the file, or fields of the noun.
    ``header_line`` where it stands (1-based line, or row of a sheet); 0 where the file has none.
    ``noun``        what its rows are unless ``--as`` says otherwise; "" where the file does not tell.
    ``source``      where its ids come from unless ``--source`` says otherwise; "" where they are the file's own.
    ``part``        which of several tables of the file it is: the name of a sheet.
    ``unit``        what a row is called, and ``place`` what its number counts: card and line of a vCard file.
    ``point``       the decimal mark of its amounts where the file itself tells it, as one with typed numbers does.
    ``notes``       what was detected, in words fit to be shown.
    ``is_exact``    whether cells hold what they say: several values are parted by line breaks alone.
    ``is_marked``   whether the mark of a spreadsheet may stand before a text (see `kam_cli.formats.formulas`).
    ``is_sheet``    whether another table may stand below it, as on a sheet, which knows no end of one.
    ``detected``    what was detected, for programs: the encoding of a text and its delimiter.
    ``bytes_read``  how far in the file the reading is.
    The rows are what an iterator gives as it reads; ``done`` is called at the end.
    """

    bytes_read = 0
    is_exact = False
    is_sheet = False
    is_marked = True
    part = ""
    _open: Iterator[Record] | None = None

    def __init__(
        self,
        header: list[str],
        rows: Iterable[Record] = (),
        *,
        noun: str = "",
        source: str = "",
        unit: str = "row",
        place: str = "line",
        header_line: int = 0,
        point: str | None = None,
        notes: Iterable[str] = (),
        done: Callable[[], object] = lambda: None,
    ) -> None:
        self.header = header
        self.noun, self.source, self.unit, self.place = noun, source, unit, place
        self.header_line, self.point = header_line, point
        self.notes = list(notes)
        self.detected: dict[str, object] = {}
        self._rows, self._done = rows, done
        self._ahead: list[Record] = []

    def unread(self, columns: list[str]) -> list[str]:
        """What is left where these columns feed no field, once the rows are read; by the names a person knows it by."""
        return columns

    @property
    def is_verbatim(self) -> bool:
        """Whether texts are as they are to be kept, as in a table of our own: none was misread, and no form of address
        stands in a name by custom."""
        return self.is_exact or IDS in self.header

    def suit(self, noun: str) -> None:
        """Be told what the rows are taken as, before they are read; a file of people has other columns for each noun.

        Raises BadValue for a noun that the file cannot hold.
        """

    def rows(self) -> Iterator[Record]:
        """(line, cells, problem) of every row that is not blank, in the order of the file.

        There are as many cells as columns. ``problem`` is None, or one phrase that says why the row cannot be taken;
        it may have other cells then. Raises KamError, naming the place, where the file cannot be read on.
        """
        yield from self._rows
        self.close()

    def peek(self, count: int) -> list[Record]:
        """The first rows, which `all_rows` gives again. Raises as `rows` does."""
        from itertools import islice

        self._ahead += islice(self._begun(), max(0, count - len(self._ahead)))
        return self._ahead[:count]

    def all_rows(self) -> Iterator[Record]:
        """All rows, once; as `rows`, with those that were looked at before."""
        ahead, self._ahead = self._ahead, []
        yield from ahead
        yield from self._begun()

    def take_header_for_row(self) -> None:
        """Take the header for the first row, where it turns out to be one; the columns are called 1, 2, 3 … then."""
        from kam_cli.formats.frame import numbered

        self._ahead.insert(0, (self.header_line, self.header, None))
        self.header, self.header_line = numbered(len(self.header)), 0

    def _begun(self) -> Iterator[Record]:
        if self._open is None:
            self._open = self.rows()
        return self._open

    def close(self) -> None:
        """Close the file, if it was opened here."""
        self._done()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
