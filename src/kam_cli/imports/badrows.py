"""The rows that `--skip-bad` leaves out, kept in a table of their own that can be mended and imported."""

from __future__ import annotations

import os

from kam_cli.imports.clipboard import CLIPBOARD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


class BadRows:
    """``FILE.bad.csv``, with the header of the table; made 0600 at the first bad row, never over an older one."""

    def __init__(self, path: str, header: list[str]) -> None:
        self.stem = {"-": "stdin", CLIPBOARD: "clipboard"}.get(path, path)
        self.header = header
        self.path = ""
        self._file: TextIO | None = None

    def write(self, row: list[str]) -> None:
        """Add a row as it stands in the table."""
        if self._file is None:
            self._open()
            self._writer.writerow(self.header)
        self._writer.writerow(row)

    def close(self, keep: bool) -> None:
        """Make the file durable, or remove it where the import was not carried out."""
        if self._file is None:
            return
        self._file.close()
        self._file = None
        if not keep:
            os.unlink(self.path)
            return
        from kam_cli.atomic import sync

        sync(self.path)
        sync(os.path.dirname(os.path.abspath(self.path)))

    def _open(self) -> None:
        import csv

        number = 1
        while self._file is None:
            self.path = f"{self.stem}.bad{f'-{number}' if number > 1 else ''}.csv"
            try:
                handle = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
                self._file = open(handle, "w", encoding="utf-8", newline="")  # noqa: SIM115 - closed with the rows
            except FileExistsError:
                number += 1
        self._writer = csv.writer(self._file, lineterminator="\n")
