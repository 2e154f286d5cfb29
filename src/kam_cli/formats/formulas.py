"""Cells that a spreadsheet would run as formulas, made harmless on the way out and exact again on the way in.

Excel, LibreOffice and Google run what begins with = + - @, also after a tab or a line break, also in full width
(https://owasp.org/www-community/attacks/CSV_Injection). An apostrophe before it makes it text. A plain number is
left alone, so that columns still add up. Every text comes back: ``restored(neutral(text)) == text``.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

RISKY = "=+\\-@\t\r\n＝＋－＠"
_CARE = frozenset(RISKY.replace("\\", "") + "'")  # what a cell that may need an apostrophe begins with
_DOUBTFUL = frozenset("'-")  # … and may do without it
_DANGEROUS = re.compile(f"'*[{RISKY}]")
_MARKED = re.compile(f"''*[{RISKY}]")
_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")


def neutral(cell: str) -> str:
    """The cell with an apostrophe before it, where a spreadsheet would run it or `restored` would change it."""
    return f"'{cell}" if _DANGEROUS.match(cell) and not _NUMBER.fullmatch(cell) else cell


def neutral_all(cells: Sequence[str], whole: str) -> Sequence[str]:
    """`neutral` of each cell, for all at once; ``whole`` is the cells, joined by NUL."""
    cut = f"\0{whole}"
    begins = {mark for mark in _CARE if mark in whole and f"\0{mark}" in cut}
    if begins.isdisjoint(_DOUBTFUL):
        return [f"'{cell}" if cell[:1] in begins else cell for cell in cells] if begins else cells
    return [neutral(cell) if cell[:1] in begins else cell for cell in cells]


def restored(cell: str) -> str:
    """The cell without the apostrophe that `neutral`, or another program that takes the same care, put before it."""
    return cell[1:] if cell[:1] == "'" and _MARKED.match(cell) else cell
