"""From what a person types ("acme", "#12", "Łódź bak") to one record, or a clear question; never a guess."""

from __future__ import annotations

from kam_cli import registry
from kam_cli.derived import CODES
from kam_cli.errors import Ambiguous, BadValue, KamError, NotFound
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.noun import Noun

    OpenOf = Callable[[Book, Sequence[int]], list[int]]

MOST = 20  # candidates listed


class Ref:
    """One record: its number and the name a person knows it by. Stands for the number wherever SQL takes one."""

    __slots__ = ("client_id", "id", "name")

    def __init__(self, id: int, name: str, client_id: int | None = None) -> None:
        self.id = id
        self.name = name
        self.client_id = client_id


def resolve(c: Context, noun_name: str, text: str, within: int | None = None, *, follow: bool = True) -> Ref:
    """The one record that ``text`` names.

    number → uid → exact name, handle or alias → unique prefix of a word → unique fragment. ``within`` keeps to
    one client's records. The number of a card that was merged into another stands for that one, which is said; it is
    refused (KamError) unless ``follow``. Raises NotFound (with near misses) and Ambiguous (with the candidates)
    unless a person at the terminal chooses.
    """
    noun = registry.noun(noun_name)
    ids = candidates(c.book, noun, text, within)
    if noun.is_merged and (told := _told_of_merge(c.book, noun, text, ids)):
        if not follow:
            raise KamError(f"{told}. Name that one")
        c.note(told)
    if not ids:
        raise not_found(c.book, noun, text, within)
    if len(ids) > 1:
        lines = describe(c.book, noun, ids[:MOST])
        more = [f"… and {len(ids) - MOST} more; type more of the name"] if len(ids) > MOST else []
        message = f"{text!r} matches {_count(len(ids))} {noun.name}s; name one by its number:"
        if not c.interactive:
            raise Ambiguous(message, lines + more)
        ids = [ids[c.choose(message, lines)]]
    return ref(c.book, noun, ids[0])


def of_client(c: Context, noun_name: str, text: str, clients: list[int], open_of: OpenOf, see: str) -> Ref:
    """The record that is meant where ``text`` names no record of the noun, but these clients: their one open record.

    ``open_of`` gives the open records of some clients; ``see`` is the command that shows the others. Raises NotFound,
    and Ambiguous unless a person at the terminal chooses.
    """
    noun = registry.noun(noun_name)
    held = open_of(c.book, clients)
    if len(clients) == 1 and len(held) == 1:
        return ref(c.book, noun, held[0])
    if held:
        message = f"{text!r} is a client with {len(held)} open {noun.name}s; name one by its number:"
        lines = describe(c.book, noun, held[:MOST])
        if not c.interactive:
            raise Ambiguous(message, lines)
        return ref(c.book, noun, held[:MOST][c.choose(message, lines)])
    if clients:
        raise NotFound(f"no {noun.name} {text!r}, nor an open one of that client. See: {see}")
    raise not_found(c.book, noun, text)


def ref(book: Book, noun: Noun, row_id: int) -> Ref:
    """The reference to a record known to exist."""
    row = book.row(
        f"SELECT {noun.title} AS name, {noun.client} AS client_id FROM {noun.table} t WHERE t.id = ?",
        (row_id,),
    )
    assert row is not None
    return Ref(row_id, str(row["name"]), row["client_id"])


def candidates(book: Book, noun: Noun, text: str, within: int | None = None) -> list[int]:
    """Numbers of the records that match at the first step at which any does."""
    text = text.strip()
    if not text:
        raise BadValue(f"the name of the {noun.name} is empty")
    scope = _scope(within)
    if identity := _identity(text):
        found = book.column(
            f"SELECT t.id FROM {noun.table} t WHERE t.{identity[0]} = ? AND {scope}", identity[1:]
        )
        if not found and noun.is_merged:
            found = book.column(
                _SURVIVOR.format(table=noun.table, column=identity[0], scope=scope), identity[1:]
            )
        if found or text.startswith("#"):
            return found
    key = fold(text)
    if noun.key is None or not key:
        return []
    return (
        _exact(book, noun, key, text, scope)
        or _word_prefix(book, noun, key, scope)
        or _fragment(book, noun, key, scope)
    )


# The card that took over a card, perhaps by way of others.
_SURVIVOR = """
WITH RECURSIVE way (id) AS (
  SELECT merged_into_id FROM {table} WHERE {column} = ? UNION
  SELECT x.merged_into_id FROM {table} x JOIN way ON x.id = way.id
)
SELECT t.id FROM way JOIN {table} t ON t.id = way.id WHERE {scope}"""


def _identity(text: str) -> tuple[str, int | str] | None:
    """Column and value, where a text is a number or a uid."""
    digits = text.removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        return "id", int(digits)
    return ("uid", text.lower()) if len(text) == 36 and text.count("-") == 4 else None


def _told_of_merge(book: Book, noun: Noun, text: str, ids: list[int]) -> str:
    """``client #7 ACME was merged into #3 Acme GmbH on 2026-03-18``, where a text names the one by its number."""
    identity = _identity(text.strip())
    if identity is None or len(ids) != 1:
        return ""
    was = book.row(
        f"SELECT id, {noun.title} AS name, substr(deleted_at, 1, 10) AS day FROM {noun.table} "
        f"WHERE {identity[0]} = ? AND id <> ? AND merged_into_id IS NOT NULL",
        (identity[1], ids[0]),
    )
    if was is None:
        return ""
    into = ref(book, noun, ids[0])
    return f"{noun.name} #{was['id']} {was['name']} was merged into #{into.id} {into.name} on {was['day']}"


def exact(book: Book, noun: Noun, text: str, within: int | None = None) -> list[int]:
    """Numbers of the records whose name, handle or alias is exactly this, as an import resolves names."""
    return _exact(book, noun, fold(text), text, _scope(within))


def _scope(within: int | None) -> str:
    return "t.deleted_at IS NULL" + (f" AND t.client_id = {int(within)}" if within is not None else "")


def _exact(book: Book, noun: Noun, key: str, text: str, scope: str) -> list[int]:
    parts = [f"SELECT t.id FROM {noun.table} t WHERE t.{noun.key} = :key AND {scope}"]
    parts += [f"SELECT t.id FROM {noun.table} t WHERE t.id IN ({sql}) AND {scope}" for sql in noun.exact]
    return book.column(" UNION ".join(parts), {"key": key, "raw": text.casefold()})


def _word_prefix(book: Book, noun: Noun, key: str, scope: str) -> list[int]:
    """The words in their order, the last one begun; else each begun, in any order ("novak jana")."""
    whole = _titles(book, noun, phrase(key), scope)
    return whole or (_titles(book, noun, " AND ".join(map(phrase, key.split())), scope) if " " in key else [])


def _titles(book: Book, noun: Noun, query: str, scope: str) -> list[int]:
    return book.column(
        f"SELECT t.id FROM search s JOIN {noun.table} t ON t.id = s.rowid / {CODES} "
        f"WHERE s.search MATCH ? AND s.rowid % {CODES} = {noun.code} AND {scope} ORDER BY t.id LIMIT 1000",
        (f"title : ({query})",),
    )


def _fragment(book: Book, noun: Noun, key: str, scope: str) -> list[int]:
    pattern = "%" + key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return book.column(
        f"SELECT t.id FROM {noun.table} t WHERE t.{noun.key} LIKE ? ESCAPE '\\' AND {scope} ORDER BY t.id LIMIT 1000",
        (pattern,),
    )


def phrase(key: str) -> str:
    """A folded text as an FTS5 query: its words in order, the last one begun."""
    return '"' + key.replace('"', '""') + '" *'


def not_found(book: Book, noun: Noun, text: str, within: int | None = None) -> NotFound:
    """The error, with near misses to type instead."""
    near = near_misses(book, noun, text, within)
    where = " there" if within is not None else ""
    hint = "; did you mean:" if near else f". See: kam {noun.name} list"
    return NotFound(f"no {noun.name} {text!r}{where}{hint}", describe(book, noun, near))


def near_misses(book: Book, noun: Noun, text: str, within: int | None = None) -> list[int]:
    """Up to five records whose names are near to a text that matched none."""
    if noun.key is None:
        return []
    key = fold(text)
    scope = f"deleted_at IS NULL{f' AND client_id = {int(within)}' if within is not None else ''}"
    names = book.rows(
        f"SELECT id, {noun.key} AS name FROM {noun.table} WHERE {scope} AND {noun.key} >= ? AND {noun.key} < ? LIMIT 3000",
        (key[:1], key[:1] + "\x7f"),
    )
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(b=key)
    scored = []
    for row in names:
        # "acmee" is near to "acme gmbh": each name is compared whole and by as many letters as were typed.
        best = 0.0
        for part in {row["name"], row["name"][: len(key)]}:
            matcher.set_seq1(part)
            if matcher.real_quick_ratio() > 0.7 and matcher.quick_ratio() > 0.7:
                best = max(best, matcher.ratio())
        if best > 0.7:
            scored.append((-best, row["id"]))
    return [row_id for _, row_id in sorted(scored)[:5]]


def describe(book: Book, noun: Noun, ids: list[int]) -> list[str]:
    """A line each: number, name, and what tells it from others of that name."""
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    rows = book.rows(
        f"SELECT t.id, {noun.title} AS name, {noun.hint} AS hint FROM {noun.table} t WHERE t.id IN ({marks})",
        ids,
    )
    hints = {row["id"]: f" ({row['hint']})" if row["hint"] else "" for row in rows}
    lines = {row["id"]: f"#{row['id']} {row['name']}{hints[row['id']]}" for row in rows}
    return [lines[i] for i in ids if i in lines]


def _count(n: int) -> str:
    return f"{n}" if n < 1000 else "1000 or more"
