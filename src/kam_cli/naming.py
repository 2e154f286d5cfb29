"""What a person is called, now and before, and where a text says so: in any case, accents, script and ending."""

from __future__ import annotations

import re

from kam_cli import journal, registry
from kam_cli.text import fold, fold_all, phone_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.reach import Reach

    Row = dict[str, Any]

BLANK = "…"
SHORTEST = 3  # letters of a name that is looked for
INFLECTED = 5  # letters from which on a name may have another ending: Kowalska, Kowalskiej
SHORTEST_PHONE = 7  # digits
# Hebrew writes "and", "to", "from" … as a letter before the name; romanised as in kam_cli.text.
_BEFORE = "(?:sh|[vhblmk]){0,2}"


class Names:
    """All that names the persons of a reach: names now and before, handles, e-mails, phones, document numbers, uids.

    One word alone counts where nobody else in the book has it among his names; in a command line (`in_lines`)
    it always does.
    """

    def __init__(self, book: Book, reach: Reach) -> None:
        self.book = book
        self._others: dict[str, bool] = {}
        names: set[str] = set()
        exact: set[str] = set()
        numbers: set[str] = set()
        for table in ("clients", "contacts", "aliases", "details"):
            for row in [*reach.live(table), *_images(book, table)]:
                names |= _names_in(row)
                exact |= {row.get(name) or "" for name in ("document_no", "handle", "uid")}
                if row.get("kind") in ("email", "social"):
                    exact.add(row["value"])
                if row.get("kind") == "phone":
                    numbers.add(phone_key(row["value"]))
        self._keys = {key for text in names | exact if len(key := fold(text)) >= SHORTEST}
        phrases = {_inflected(text) for text in names if fold(text) in self._keys}
        phrases |= {re.escape(key) for text in exact if (key := fold(text)) in self._keys}
        longest_first = sorted(phrases, key=len, reverse=True)
        self._phrases = re.compile(f"(?:^|(?<= ))(?:{'|'.join(longest_first) or '(?!)'})(?= |$)")
        gap = r"[\s().\-/]*"
        dialled = (gap.join(number) for number in sorted(numbers) if len(number) >= SHORTEST_PHONE)
        self._phones = re.compile(
            r"(?:(?:\+|00)[\d\s().\-/]{1,8}|\b0?)(?:" + ("|".join(dialled) or "(?!)") + r")\b"
        )

    def held(self, texts: list[str]) -> list[bool]:
        """Which of the texts name them."""
        return [
            any(self._counts(found[0]) for found in self._phrases.finditer(key))
            or bool(self._phones.search(text))
            for text, key in zip(texts, fold_all(list(map(_bare, texts))), strict=True)
        ]

    def in_lines(self, lines: list[str]) -> list[bool]:
        """Which of the command lines name them, apart from the words of the command."""
        split = [_split(line) for line in lines]
        return self.held([" ".join(words[len(known(words)) :]) for words in split])

    def without(self, text: str) -> str:
        """A text with "…" in their place; the text itself where it does not name them."""
        text = self._phones.sub(BLANK, text)
        words = [
            (word, chunk) for chunk in re.finditer(r"\S+", text) for word in fold(_bare(chunk[0])).split()
        ]
        joined = " ".join(word for word, _ in words)
        for found in reversed(list(self._phrases.finditer(joined))):
            if self._counts(found[0]):
                first = joined.count(" ", 0, found.start())
                last = first + found[0].count(" ")
                start, end = words[first][1].start(), words[last][1].end()
                text = text[:start] + _around(text[start:end]) + text[end:]
        return text

    def _counts(self, form: str) -> bool:
        """Whether a form of a name is his for certain: one word, or another ending, may be somebody else's."""
        if form in self._keys and " " in form:
            return True
        if form not in self._others:
            self._others[form] = _is_of_others(self.book, form)
        return not self._others[form]


def known(words: list[str]) -> list[str]:
    """The words of a command line that any such line has: ``kam``, noun and verb."""
    entry = registry.find(words[1]) if len(words) > 1 else None
    if entry and not entry.alone and len(words) > 2 and words[2] in registry.verbs(entry):
        return words[:3]
    return words[: 1 + bool(entry)]


def _split(line: str) -> list[str]:
    import shlex

    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _names_in(row: Row) -> set[str]:
    """What a card, alias or detail calls its person."""
    from kam_cli.text import bare

    name = row.get("name") or ""
    found = {
        name,
        row.get("last_name") or "",
        " ".join(filter(None, (row.get("first_name"), row.get("last_name")))),
    }
    if row.get("kind") == "person":
        found.add(name.split()[-1])
    # Roof Masters of Roof Masters GmbH; what is left of Roof GmbH is any word.
    found.add(key if " " in (key := bare(fold(name))) else "")
    return found


def _inflected(text: str) -> str:
    """A pattern for the search key of a name with any ending: ``jan[a-z]{0,4} nowak[a-z]{0,4}``."""
    words = fold(text).split()
    shortest = INFLECTED if len(words) == 1 else SHORTEST
    parts = []
    for word in words:
        if word.isalpha() and word.isascii() and len(word) >= shortest:
            stem = word[:-1] if len(word) > SHORTEST and word[-1] in "aeiouy" else word
            parts.append(f"{stem}[a-z]{{0,4}}")
        else:
            parts.append(re.escape(word))
    is_hebrew = any("א" <= char <= "ת" for char in text)
    before = _BEFORE if is_hebrew and (len(words) > 1 or len(words[0]) >= INFLECTED) else ""
    return before + " ".join(parts)


def _bare(text: str) -> str:
    """Without the ``'s`` of an English owner, which is no part of a name."""
    return re.sub(r"['’]s\b", "", text) if "'" in text or "’" in text else text


def _around(text: str) -> str:
    """The blank, within the punctuation that stood around the text."""
    inner = re.fullmatch(r"(\W*)(.*?)(\W*)", text, re.S)
    return f"{inner[1]}{BLANK}{inner[3]}" if inner else BLANK


def _images(book: Book, table: str) -> list[Row]:
    sql = (
        "SELECT j.before FROM temp.reach r JOIN journal j ON j.tbl = r.tbl AND j.row_id = r.id "
        "WHERE r.tbl = ? AND j.before IS NOT NULL"
    )
    return [journal.parse_image(before) for before in book.column(sql, (table,))]


def _is_of_others(book: Book, words: str) -> bool:
    """Whether a card out of the reach has these words in its name."""
    return any(
        book.value(
            f"SELECT 1 FROM {table} x WHERE ' ' || x.name_key || ' ' LIKE ? AND x.deleted_at IS NULL "
            "AND x.id NOT IN (SELECT id FROM temp.reach WHERE tbl = ?)",
            (f"% {words} %", table),
        )
        for table in ("clients", "contacts")
    )
