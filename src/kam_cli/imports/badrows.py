"""The rows that `--skip-bad` leaves out, kept in a table of their own that can be mended and imported."""

from __future__ import annotations

from kam_cli.errors import KamError
from kam_cli.formats.formulas import neutral, restored
from kam_cli.imports.clipboard import CLIPBOARD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.atomic import Part


class BadRows:
    """``FILE.bad.csv``, with the header of the table; 0600, never over an older one, and there once it is kept."""

    def __init__(self, path: str, header: list[str]) -> None:
        self.stem = {"-": "stdin", CLIPBOARD: "clipboard"}.get(path, path)
        self.header = header
        self.path = ""
        self._part: Part | None = None

    def write(self, row: list[str]) -> None:
        """Add a row as it stands in the table. Raises KamError, or OSError, where that cannot be written."""
        if self._part is None:
            self._open()
            self._put(self.header)
        self._put(row)

    def _put(self, row: list[str]) -> None:
        """As it was, but for what a spreadsheet would run; the import reads both alike."""
        import csv

        cells = [neutral(restored(cell)) for cell in row]
        # Python before 3.13 leaves a carriage return unquoted, where readers end the row.
        if any("\r" in cell for cell in cells):
            csv.writer(self._file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(cells)
        else:
            csv.writer(self._file, lineterminator="\n").writerow(cells)

    def close(self, keep: bool) -> None:
        """Make the file durable under its name, or remove it where the import was not carried out."""
        if self._part is None:
            return
        self._file.close()
        try:
            number = 1
            while keep and not self.path:
                path = f"{self.stem}.bad{f'-{number}' if number > 1 else ''}.csv"
                try:
                    self._part.put(path)
                    self.path = path
                except (KamError, FileExistsError):
                    number += 1
        finally:
            self._part.drop()
            self._part = None

    def _open(self) -> None:
        from kam_cli.atomic import Part, part_of

        part = Part(part_of(f"{self.stem}.bad.csv"))
        part.claim()
        self._part = part
        self._file = open(part.path, "r+", encoding="utf-8", newline="")  # noqa: SIM115 - closed with the rows
