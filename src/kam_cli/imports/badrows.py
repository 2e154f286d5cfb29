"""The rows that `--skip-bad` leaves out, kept in a table of their own that can be mended and imported."""

from __future__ import annotations

from kam_cli.errors import KamError

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
            self._writer.writerow(self.header)
        self._writer.writerow(row)

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
        import csv

        from kam_cli.atomic import Part, part_of

        part = Part(part_of(f"{self.stem}.bad.csv"))
        part.claim()
        self._part = part
        self._file = open(part.path, "r+", encoding="utf-8", newline="")  # noqa: SIM115 - closed with the rows
        self._writer = csv.writer(self._file, lineterminator="\n")
