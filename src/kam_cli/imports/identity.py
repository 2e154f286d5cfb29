"""What an import remembers: the names that records have elsewhere, the files without such names, the column maps."""

from __future__ import annotations

import re

from kam_cli import bulk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kam_cli.book import Book
    from kam_cli.formats.headers import Match
    from kam_cli.noun import Noun

_UID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# Of the name of a file that --skip-bad wrote: its rows are of the source of the file they were left out of.
_BAD_ROWS = r"\.bad(-\d+)?\.csv$"


def default_source(path: str) -> str:
    """The source of a file where none is named: its base name without extension; ``stdin`` for ``-``."""
    import os

    from kam_cli.imports.clipboard import CLIPBOARD

    name = os.path.basename(path)
    name = re.sub(_BAD_ROWS, "", name)
    if path == CLIPBOARD:
        return "clipboard"
    return "stdin" if path == "-" else os.path.splitext(name)[0] or name


def seen(book: Book, noun: str, source: str, external_ids: Collection[str]) -> dict[str, int]:
    """Of these external ids those that are known: id there → number here, of removed records too.

    What an export calls the external id is the ``uid``, which means the same record in every book.
    """
    marks = ", ".join("?" * len(external_ids))
    found = book.conn.execute(
        "SELECT external_id, row_id FROM external_ids "
        f"WHERE noun = ? AND source = ? AND external_id IN ({marks}) ORDER BY id",
        (noun, source, *external_ids),
    )
    known: dict[str, int] = dict(found.fetchall())
    return by_uid(book, noun, [one for one in external_ids if is_uid(one) and one not in known]) | known


def is_uid(text: str | None) -> bool:
    """Whether a text is the ``uid`` of a record of some book: a UUIDv7 as kam writes it."""
    return text is not None and len(text) == 36 and text[14] == "7" and _UID.fullmatch(text) is not None


def by_uid(book: Book, noun: str, uids: Collection[str]) -> dict[str, int]:
    """uid → number, of those that the book has; of removed records too, and of a card that was merged the one that
    took it over."""
    if not uids:
        return {}
    from kam_cli import registry

    return dict(book.conn.execute(_of_uids(registry.noun(noun), len(uids)), list(uids)).fetchall())


def _of_uids(noun: Noun, count: int) -> str:
    number = "coalesce(merged_into_id, id)" if noun.is_merged else "id"
    return f"SELECT uid, {number} FROM {noun.table} WHERE uid IN ({', '.join('?' * count)})"


def remember(book: Book, noun: str, ids: Sequence[tuple[str, str]], numbers: Sequence[int]) -> None:
    """Note what records are called in other programs: (source, id there) of each number."""
    if ids:
        sources, there = zip(*ids, strict=True)
        columns = {"source": sources, "noun": [noun] * len(ids), "external_id": there, "row_id": numbers}
        bulk.insert(book, "external_ids", columns)


def of_another_noun(book: Book, noun: str, external_ids: Collection[str]) -> dict[str, str]:
    """Of external ids those that are uids of records of other nouns in this book: uid → noun."""
    uids = [one for one in external_ids if is_uid(one)]
    if not uids:
        return {}
    from kam_cli import registry

    names = [one.name for one in registry.nouns() if one.name != noun]
    return {uid: name for name in names for uid in by_uid(book, name, uids)}


def elsewhere(book: Book, noun: str, external_id: str) -> str | None:
    """A source in which a record has this id."""
    found: str | None = book.value(
        "SELECT source FROM external_ids WHERE noun = ? AND external_id = ? ORDER BY id DESC",
        (noun, external_id),
    )
    return found


# --- files --------------------------------------------------------------------------------------------------


def file_key(digest: str, part: str, noun: str, header: list[str], match: Match) -> str:
    """SHA-256 of a file's content, of its sheet, of the noun and of how its columns were understood."""
    import hashlib

    columns = sorted(f"{header[index]}={field}" for index, field in match.fields.items())
    return hashlib.sha256("\n".join([digest, *filter(None, [part]), noun, *columns]).encode()).hexdigest()


def is_known_file(book: Book, key: str) -> bool:
    return bool(book.value("SELECT 1 FROM imported_files WHERE digest = ?", (key,)))


def remember_file(book: Book, key: str, noun: str, name: str, now: str) -> None:
    book.conn.execute(
        "INSERT INTO imported_files (digest, noun, name, imported_at) VALUES (?, ?, ?, ?)",
        (key, noun, name, now),
    )


# --- column maps --------------------------------------------------------------------------------------------


def saved_map(book: Book, source: str, noun: str) -> dict[str, str]:
    """Their column → our field, as given with ``--map`` for this source before."""
    import json

    text = book.value("SELECT map FROM column_maps WHERE source = ? AND noun = ?", (source, noun))
    found: dict[str, str] = json.loads(text) if text else {}
    return found


def mapped_nouns(book: Book, source: str) -> list[str]:
    """The nouns for which this source has a map."""
    return book.column("SELECT noun FROM column_maps WHERE source = ?", (source,))


def save_map(book: Book, source: str, noun: str, columns: Mapping[str, str]) -> None:
    import json

    book.conn.execute(
        "INSERT INTO column_maps (source, noun, map) VALUES (?, ?, ?) "
        "ON CONFLICT (source, noun) DO UPDATE SET map = excluded.map",
        (source, noun, json.dumps(dict(columns), ensure_ascii=False)),
    )
