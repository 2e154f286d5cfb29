"""Every list sorts and filters by its own columns and by nothing else: a name is looked up, a value is bound, never run."""

from __future__ import annotations

import sqlite3

import pytest

from kam_cli import registry
from kam_cli.encode import shown_name
from kam_cli.listing import OPERATORS

VERBS = [verb for entry in registry.ENTRIES for verb in registry.verbs(entry).values()]
LISTED = [verb for verb in VERBS if verb.listing is not None]
EXPORTS = [verb for verb in LISTED if verb.path.startswith("export ")]
LISTS = [verb for verb in LISTED if verb not in EXPORTS]
GROUPED = [
    (verb, param) for verb in VERBS for param in verb.params if param.name == "by" and param.kind.complete
]
# As names of columns: what SQLite would take for an expression, a statement, another table's column, its own rowid.
NAMES = (
    "rowid", "oid", "c.id", "main.clients.id", "name_key", "deleted_at", "1", "*", "?", "id; DROP TABLE clients", "id--", "id /*",
    "id) UNION SELECT sql FROM sqlite_master --", "(SELECT 1)", "name COLLATE NOCASE", "id DESC", '"id"', "[id]", "`id`", "'id'",
    "CASE WHEN 1 THEN id END", "load_extension('x')", "randomblob(999999999)", "ıd", "іd", "id\u200b", "id\n", "__class__", "{id}", "%s",
)  # fmt: skip
VALUES = (
    "' OR 1=1 --",
    "x') OR ('1'='1",
    '" OR ""="',
    "1; DROP TABLE clients",
    "%",
    "_",
    "\\",
    "x' || (SELECT 1) || '",
    "NULL",
    "?",
)


@pytest.fixture
def book(kam):
    for line in (
        "client add Acme --city Łódź --tag vip --every 3w --segment retail", "contact add acme Jana Nováková --phone 601555010",
        "log call acme hello --with jana", "task add send --client acme --due fri", "deal add acme Roof --value 12k", "nps add acme 6",
        "client add Globex", "deal add globex Pine --value 1k", "nps add globex 9",
    ):  # fmt: skip
        kam(line)
    return kam


def words(verb) -> list[str]:
    """The list as it is typed; segments have one of their own each."""
    return [*verb.path.split(), *(["critics"] if verb.path == "segment list" else [])]


def columns(verb) -> list[str]:
    return [shown_name(name) for name in verb.listing.columns]


def refuses(book, verb, names) -> None:
    """No such name is taken; those there are, are told."""
    for name in names:
        if name.strip().casefold().replace("-", "_") in columns(verb):
            continue
        for given in (f"--sort=-{name}", f"--sort={name},{columns(verb)[0]}", f"--where={name}~1"):
            said = book([*words(verb), "--json", given], exit=2)
            assert said.out == "" and said.err.count("\n") == 1, given
            assert "no field" in said.err and all(column in said.err for column in columns(verb)), given


@pytest.mark.parametrize("verb", EXPORTS, ids=lambda verb: verb.path)
def test_an_export_knows_the_columns_of_its_list(book, verb):
    refuses(book, verb, NAMES[::3])
    column = columns(verb)[-1]
    assert len(book.json([*words(verb), "--sort", f"-{column}"])) == len(book.json(words(verb)))
    assert book.json([*words(verb), "--where", f"{column}={VALUES[0]}"]) == []


@pytest.mark.parametrize("verb", LISTS, ids=lambda verb: verb.path)
def test_a_list_knows_its_own_columns_only(book, verb):
    start = [*words(verb), "--json"]
    everything = book([*start]).out
    before = book.db.read_bytes()
    refuses(book, verb, NAMES)
    for place, column in enumerate(columns(verb)):
        pairs = [(OPERATORS[(place + n) % len(OPERATORS)], value) for n, value in enumerate(VALUES)]
        for operator, value in [*pairs, ("=", VALUES[place % len(VALUES)])]:
            done = book([*start, "--where", f"{column}{operator}{value}"], exit=None)
            assert done.code == 0 or (done.code == 2 and column.endswith("_on")), (
                column,
                operator,
                value,
                done.err,
            )
            assert "mistake" not in done.err and (operator != "=" or done.code or done.json == [])
    assert book.db.read_bytes() == before
    assert book([*start]).out == everything


@pytest.mark.parametrize("verb", LISTS, ids=lambda verb: verb.path)
def test_a_list_sorts_by_each_of_its_columns(book, verb):
    start = words(verb)
    rows = book.json(start)
    for column in columns(verb):
        up, down = (book.json([*start, "--sort", f"{sign}{column}"]) for sign in ("", "-"))
        for found in (up, down):
            assert sorted(map(str, found)) == sorted(map(str, rows)), column
            filled = [row[column] is not None for row in found]
            assert filled == sorted(filled, reverse=True), f"{column}: what is empty comes last"
        values = [row[column] for row in up if row[column] is not None]
        assert [row[column] for row in down if row[column] is not None] == values[::-1] or len(
            set(values)
        ) < len(values)


@pytest.mark.parametrize("verb, param", GROUPED, ids=lambda one: getattr(one, "path", ""))
def test_a_report_groups_by_what_it_offers(book, verb, param):
    start = [*verb.path.split(), "--json"]
    offered = param.kind.complete(None, "")
    for name in offered:
        book([*start, param.label, name])
    for name in (*NAMES, *VALUES):
        said = book([*start, f"{param.label}={name}"], exit=2).err
        assert said.startswith(f"kam: {param.label}") and all(word in said for word in offered), name


def test_a_query_only_reads(book):
    before = book.db.read_bytes()
    for query in (
        "DROP TABLE clients", "DELETE FROM clients", "UPDATE clients SET name = 'x'", "INSERT INTO stages DEFAULT VALUES",
        "SELECT 1; DROP TABLE clients", "PRAGMA user_version = 9", "PRAGMA writable_schema = ON", "ATTACH '/tmp/x.db' AS x", "VACUUM",
        "CREATE TEMP TABLE x (y)", "BEGIN IMMEDIATE", "WITH x AS (SELECT 1) DELETE FROM clients", "SELECT load_extension('x')",
        "SELECT writefile('x', 'y')", "PRAGMA journal_mode = WAL", "REINDEX", "DETACH main", "VACUUM INTO 'copy.db'",
    ):  # fmt: skip
        done = book(["sql", query], exit=None)
        assert done.code in (1, 2) and done.err.startswith("kam: ") and done.err.count("\n") == 1, query
    assert book.db.read_bytes() == before
    conn = sqlite3.connect(book.db)
    assert conn.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    conn.close()
