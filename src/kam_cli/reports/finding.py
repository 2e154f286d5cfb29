"""`kam find`: anything in the book, by a few letters of its words."""

from __future__ import annotations

from kam_cli import refs, registry
from kam_cli.agenda import Hit, Namer, fetch, local
from kam_cli.command import verb
from kam_cli.derived import CODES
from kam_cli.kinds import integer, line
from kam_cli.output import Group, Groups
from kam_cli.params import opt, words
from kam_cli.text import fold, phone_digits, phone_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.noun import Noun

    Row = dict[str, Any]

ON_PAPER = 50  # hits of a table; machine formats get all
COUNTED = 10_000  # hits counted at most
BEFORE, AFTER = 20, 120  # letters of a text shown before the first word found, and from there on
PHONE = frozenset("0123456789 +-()./")
NAMED = 200  # clients considered whom one of several words names
WALKED = 20_000  # records with the other words that are looked through for theirs
SHORTEST_PHONE = 4  # digits from which on a text of digits may be a part of a number


@verb()
def find(
    c: Context,
    text: str = words(line, "beginnings of words, or a telephone number"),
    limit: int | None = opt(integer(0, 10**9), "at most so many; 50 in a table, 0 for all"),
) -> Groups:
    """Find clients, people, logs, deals, tasks and answers in which all the words occur.

    Some of the words may name the client: "acme price" finds the log of a call to Acme about prices. Case,
    accents and script do not matter; what is found by its name comes first.

    $ kam find lodz bakery
    $ kam find "601 234 567" --json
    """
    keys = fold(text).split()
    most = limit if limit is not None else ON_PAPER if c.format == "table" else 0
    ids = search(c, text, keys, most)
    if not ids:
        return Groups([], nothing(c, text))
    rows = hits(c, ids[:most] if most else ids, keys)
    found = f"{len(rows)} found for {text!r}"
    if most and len(ids) > most:
        total = count(c, match(text, keys))
        of = f"more than {COUNTED}" if total > COUNTED else max(total, len(ids))
        found = f"{len(rows)} of {of} found for {text!r}; --limit 0 shows all"
    return Groups(rows, found, groups(rows), show=("when", "kind", "shown", "command"), marked=keys)


# --- the index ----------------------------------------------------------------------------------------------


def match(text: str, keys: list[str]) -> str:
    """The FTS5 query: all the words, or the number, however it was grouped and prefixed."""
    query = all_of(keys)
    digits = phone_key(text) if PHONE.issuperset(text) else ""
    if len(digits) >= SHORTEST_PHONE:
        query = f'({query}) OR "{digits}" * OR "{phone_digits(text)}" *'
    return query


def all_of(keys: Iterable[str]) -> str:
    """An FTS5 query: every word begun, in any order."""
    return " AND ".join(f'"{key}" *' for key in keys)


def search(c: Context, text: str, keys: list[str], most: int) -> list[int]:
    """Search rows: the client of this very name, clients by name, other records by title, all other hits, and
    the records of clients whom some of the words name.

    Each the newest first. With ``most`` one more than that at most.
    """
    if not any(key.isalnum() for key in keys):
        return []
    query = match(text, keys)
    client = registry.noun("client")
    found = dict.fromkeys(row_id * CODES + client.code for row_id in refs.exact(c.book, client, text))
    for where, args in (
        (f"search MATCH ? AND rowid % {CODES} = {client.code}", (f"title : ({query})",)),
        ("search MATCH ?", (f"title : ({query})",)),
        ("search MATCH ?", (query,)),
    ):
        sql = f"SELECT rowid FROM search WHERE {where} ORDER BY rowid DESC"
        found |= dict.fromkeys(c.book.column(f"{sql} LIMIT {most + 1 + len(found)}" if most else sql, args))
        if most and len(found) > most:
            return list(found)
    if len(keys) > 1:
        found |= dict.fromkeys(of_named_clients(c, keys))
    return list(found) or by_part_of_number(c, text)


def of_named_clients(c: Context, keys: list[str]) -> list[int]:
    """Records of a client whom some of the words name, that hold the others."""
    code = registry.noun("client").code
    by_rest: dict[tuple[str, ...], set[int]] = {}
    named = f"SELECT rowid, title FROM search WHERE search MATCH ? AND rowid % {CODES} = {code} LIMIT {NAMED}"
    for key in dict.fromkeys(keys):
        for row in c.book.rows(named, (f'title : ("{key}" *)',)):
            words = row["title"].split()
            rest = tuple(one for one in keys if not any(word.startswith(one) for word in words))
            if rest:
                by_rest.setdefault(rest, set()).add(row["rowid"] // CODES)
    sql = f"SELECT rowid, client_id FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT {WALKED}"
    return [
        row["rowid"]
        for rest, clients in by_rest.items()
        for row in c.book.rows(sql, (all_of(rest),))
        if row["client_id"] in clients
    ]


def by_part_of_number(c: Context, text: str) -> list[int]:
    """Owners of telephone numbers that hold these digits anywhere, as of the last four on a display."""
    digits = "".join(filter(str.isdigit, text))
    if not PHONE.issuperset(text) or len(digits) < SHORTEST_PHONE:
        return []
    client, contact = (registry.noun(name).code for name in ("client", "contact"))
    return c.book.column(
        f"SELECT coalesce(d.client_id * {CODES} + {client}, d.contact_id * {CODES} + {contact}) "
        "FROM details d WHERE d.kind = 'phone' AND d.value_key LIKE '%' || ? || '%' LIMIT 1000",
        (digits,),
    )


def count(c: Context, query: str) -> int:
    """How many hits there are; one more than COUNTED where there are more."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT {COUNTED + 1})"
    return int(c.book.value(sql, (query,)))


# --- the records --------------------------------------------------------------------------------------------


def hits(c: Context, ids: list[int], keys: list[str]) -> list[Row]:
    """The records behind search rows, in their order, with one query a noun."""
    nouns = {noun.code: noun for noun in registry.nouns()}
    by_code: dict[int, list[int]] = {}
    for one in ids:
        by_code.setdefault(one % CODES, []).append(one // CODES)
    namer = Namer(c)
    found: dict[int, Row] = {}
    for code, numbers in by_code.items():
        for row in records(c, nouns[code], numbers, keys, namer):
            found[row["id"] * CODES + code] = row
    return [found[one] for one in ids if one in found]


def records(c: Context, noun: Noun, ids: list[int], keys: list[str], namer: Namer) -> list[Row]:
    """The records of one noun: ``noun id client_id client text due_on kind command noted_on match``."""
    hit = hit_of(noun)
    numbers = {"ids": f"[{', '.join(map(str, ids))}]"}
    these = "SELECT value FROM json_each(:ids)"
    rows = fetch(
        c,
        f"SELECT t.id, {hit.text} AS text, {hit.kind} AS kind, {hit.day} AS day, {hit.due_on} AS due, "
        f"c.id AS client_id, c.name AS client, c.handle FROM {noun.table} t "
        f"LEFT JOIN clients c ON c.id = {noun.client} WHERE t.id IN ({these})",
        numbers,
    )
    document = noun.document.format(ids=these)
    sql = f"WITH d (id, client_id, title, body) AS ({document}) SELECT id, title, body FROM d"
    bodies = {row["id"]: row for row in fetch(c, sql, numbers)}
    return [
        {
            "noun": noun.name,
            "id": row["id"],
            "client_id": row["client_id"],
            "client": row["client"],
            "text": row["text"],
            "due_on": day_of(c, row["due"]),
            "kind": row["kind"],
            "command": namer.fill(hit.command, {**row, "noun": noun.name}),
            "noted_on": day_of(c, row["day"]),
            "match": passage(str(row["text"] or ""), bodies[row["id"]], keys),
        }
        for row in rows
        if row["id"] in bodies
    ]


def hit_of(noun: Noun) -> Hit:
    """How the noun wants its records shown; without a word of it by number and title."""
    entry = registry.find(noun.name)
    if entry is None or not entry.agenda:
        title = f"(SELECT {noun.title} FROM {noun.table} WHERE id = t.id)"
        return Hit(title, f"'{noun.name}'", f"kam {noun.name} show {{id}}")
    module: Any = registry.load(entry.module + ".agenda")
    return module.HIT  # type: ignore[no-any-return]


def day_of(c: Context, value: str | None) -> str | None:
    return local(c, value)[0] if value and "T" in value else value


def passage(text: str, document: Row, keys: list[str]) -> str | None:
    """Where in the record the first word was found; None where its title holds all the words."""
    if document["title"]:
        known = fold(f"{document['title']} {text}").split()
        keys = [key for key in keys if not any(word.startswith(key) for word in known)]
        if not keys:
            return None
        text = ""
    return around(text, keys) or around(document["body"] or "", keys)


def around(text: str, keys: list[str]) -> str | None:
    """A piece of the text from shortly before the first word that begins with one of ``keys``."""
    import re

    text = " ".join(text.split())
    for word in re.finditer(r"\w+", text):
        if any(fold(word[0]).startswith(key) for key in keys):
            start = text.rfind(" ", 0, word.start() - BEFORE) + 1 if word.start() > BEFORE else 0
            end = word.start() + AFTER
            return f"{'…' * bool(start)}{text[start:end]}{'…' * (end < len(text))}"
    return None


# --- what a person sees -------------------------------------------------------------------------------------


def groups(rows: list[Row]) -> list[Group]:
    """The hits by client, in the order of the best hit; a client's own hit is the heading."""
    found: dict[int | None, list[Row]] = {}
    for row in rows:
        found.setdefault(row["client_id"], []).append(row)
    return [one_group(of_client) for of_client in found.values()]


def one_group(rows: list[Row]) -> Group:
    own = next((row for row in rows if row["noun"] == "client"), None)
    beside = own["command"] if own else ""
    shown = [
        {
            "when": row["noted_on"],
            "kind": kind_of(row),
            "shown": line_of(row),
            "command": row["command"] if row is not own else "",
        }
        for row in rows
        if row is not own or row["match"]
    ]
    return Group(rows[0]["client"] or "No client", shown, beside=beside)


def kind_of(row: Row) -> str:
    """``call``, ``deal won``, ``contact``: what it is, in few letters."""
    if row["noun"] in ("log", "client"):
        return str(row["kind"]) if row["noun"] == "log" else ""
    noun, kind = row["noun"], row["kind"]
    return f"{noun} {kind}" if kind in ("open", "done", "won", "lost") else str(noun)


def line_of(row: Row) -> str:
    """The title, and the passage where it lies elsewhere."""
    title = "" if row["noun"] in ("client", "log") else " ".join(str(row["text"] or "").split())
    return ": ".join(part for part in (title, row["match"]) if part)


def nothing(c: Context, text: str) -> str:
    """One kind line, with names that are near."""
    near = []
    for name in ("client", "contact"):
        noun = registry.noun(name)
        near += refs.describe(c.book, noun, refs.near_misses(c.book, noun, text))
    return f"nothing found for {text!r}{'; did you mean ' * bool(near)}{', '.join(near[:5])}"
