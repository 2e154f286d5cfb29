"""New cards that look like others, told after an import: pairs that share a name, phone or e-mail, and near names in a
small one, judged by the same measure as everywhere."""

from __future__ import annotations

from kam_cli import refs, registry
from kam_cli.domains.clients import doubles
from kam_cli.likeness import LOOKALIKE, compare
from kam_cli.namesakes import PART, Name, likeness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.imports.noun import Importing
    from kam_cli.imports.run import Run
    from kam_cli.noun import Noun

    Pair = tuple[int, int]  # the new card, the older one

SHOWN = 20
LOOKED_AT = 500  # pairs judged of each reason
SMALL = 5_000  # new records up to which they are compared with each other, too
NEAR_PAIRS = 50_000  # pairs in the same city up to which near names are looked for


def found(run: Run, importing: Importing, owner: str) -> list[str]:
    """Lines such as ``'Acme GmbH' looks like #3 Acme (Berlin, DE, acme): same name``, at most 20 and one more.

    ``owner`` is the column of details and aliases that points to the cards.
    """
    added = run.added.get(importing.table)
    if not added:
        return []
    first, last = added[0][0], added[-1][-1]
    small = last - first < SMALL
    pairs: set[Pair] = set()
    if small or run.book.value(f"SELECT 1 FROM {importing.table} WHERE id < ? LIMIT 1", (first,)):
        args = {"first": first, "last": last, "most": LOOKED_AT}
        for sql in _queries(importing.table, owner, "n.id" if small else ":first"):
            pairs.update(run.book.conn.execute(f"{sql} LIMIT :most", args))
        if small and importing.noun == "client":
            pairs |= _near(run, args)
    noun = registry.noun(importing.noun)
    return _lines(run, noun, _judged(run, noun, pairs))


def _queries(table: str, owner: str, older: str) -> list[str]:
    """SELECTs of pairs that share a name now or before, a phone, an e-mail."""
    new = f"FROM {table} n JOIN {{}} WHERE n.id BETWEEN :first AND :last"
    same = f"SELECT n.id, o.id {new.format(f'{table} o ON o.name_key = n.name_key AND o.id < {older}')}"
    alias = f"aliases o ON o.name_key = n.name_key AND o.{owner} < {older}"
    detail = (
        f"SELECT n.id, o.{owner} FROM details d JOIN {table} n ON n.id = d.{owner} "
        f"JOIN details o ON o.kind = d.kind AND o.value_key = d.value_key AND o.{owner} < {older} "
        f"WHERE d.{owner} BETWEEN :first AND :last AND length(d.value_key) >= {doubles.SHORTEST_KEY} AND d.kind = '{{}}'"
    )
    return [
        f"{same} AND o.deleted_at IS NULL",
        f"SELECT n.id, o.{owner} {new.format(alias)}",
        detail.format("phone"),
        detail.format("email"),
    ]


def _near(run: Run, args: dict[str, int]) -> set[Pair]:
    """Pairs of near names in the same city, where that is not too much work."""
    same_city = (
        "FROM clients n JOIN clients o ON o.city_key = n.city_key AND o.id < n.id AND o.deleted_at IS NULL "
        "WHERE n.id BETWEEN :first AND :last"
    )
    if run.book.value(f"SELECT count(*) {same_city}", args) > NEAR_PAIRS:
        return set()
    name = run.memo(Name)
    rows = run.book.conn.execute(f"SELECT n.id, o.id, n.name_key, o.name_key {same_city}", args)
    return {(new, old) for new, old, mine, other in rows if likeness(name[mine], name[other]) < PART}


def _judged(run: Run, noun: Noun, pairs: set[Pair]) -> dict[Pair, str]:
    """The pairs that look like one, with the reasons."""
    cards = {
        card.id: card for card in doubles.cards(run.book, noun, {number for pair in pairs for number in pair})
    }
    alike = {}
    for new, old in sorted(pairs):
        if new in cards and old in cards:
            verdict = compare(cards[new], cards[old])
            if verdict.score >= LOOKALIKE:
                alike[new, old] = ", ".join(verdict.reasons)
    return alike


def _lines(run: Run, noun: Noun, alike: dict[Pair, str]) -> list[str]:
    shown = list(alike)[:SHOWN]
    names = dict(_names(run, noun, [new for new, _ in shown]))
    lines = []
    for new, old in shown:
        (described,) = refs.describe(run.book, noun, [old])
        lines.append(f"{names[new]!r} looks like {described}: {alike[new, old]}")
    return lines + (["… and more"] if len(alike) > SHOWN else [])


def _names(run: Run, noun: Noun, ids: list[int]) -> list[tuple[int, str]]:
    marks = ", ".join("?" * len(ids))
    return run.book.conn.execute(
        f"SELECT t.id, t.{noun.title} FROM {noun.table} t WHERE t.id IN ({marks})", ids
    ).fetchall()
