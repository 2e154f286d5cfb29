"""Opens a table of text as tests write it: encoding and delimiter as words of their own."""

from __future__ import annotations

from kam_cli.formats.readers import Ask
from kam_cli.formats.readers.text import TextTable
from kam_cli.formats.readers.text import open_table as opened


def open_table(source, encoding: str | None = None, delimiter: str | None = None) -> TextTable:
    return opened(source, Ask(encoding, delimiter))
