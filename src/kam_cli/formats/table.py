"""A table being read, whatever the file is made of: a header, then rows, once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Record = tuple[int, list[str], str | None]  # line, cells, problem


class Table:
    """An open table: its header is read, its rows are still to be read, once.

    ``header``      the names of the columns, as in the file, or fields of the noun.
    ``header_line`` where it stands (1-based line, or row of a sheet); 0 where the file has none.
    ``noun``        what its rows are unless ``--as`` says otherwise; "" where the file does not tell.
    ``source``      where its ids come from unless ``--source`` says otherwise; "" where they are the file's own.
    ``unit``        what a row is called, and ``place`` what its number counts: card and line of a vCard file.
    ``notes``       what was detected, in words fit to be shown.
    ``is_exact``    whether cells hold what they say: several values are parted by line breaks alone, and no mark of
                    a spreadsheet stands before a text.
    ``bytes_read``  how far in the file the reading is.
    The rows are what an iterator gives as it reads; ``done`` is called at the end.
    """

    bytes_read = 0
    is_exact = False

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
        notes: Iterable[str] = (),
        done: Callable[[], object] = lambda: None,
    ) -> None:
        self.header = header
        self.noun, self.source, self.unit, self.place = noun, source, unit, place
        self.header_line = header_line
        self.notes = list(notes)
        self._rows, self._done = rows, done

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

    def close(self) -> None:
        """Close the file, if it was opened here."""
        self._done()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
