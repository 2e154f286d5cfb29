"""New cards that look like others, told after an import: equal names, phones, e-mails, and near names in a small one."""

from __future__ import annotations

from kam_cli import refs, registry
from kam_cli.text import near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.imports.noun import Importing
    from kam_cli.imports.run import Run

SHOWN = 20
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
    pairs: dict[tuple[int, int], str] = {}
    if small or run.book.value(f"SELECT 1 FROM {importing.table} WHERE id < ? LIMIT 1", (first,)):
        args = {"first": first, "last": last, "most": SHOWN + 1}
        older = "n.id" if small else ":first"
        for why, sql in _queries(importing.table, owner, older).items():
            for pair in run.book.conn.execute(f"{sql} LIMIT :most", args):
                pairs.setdefault(pair, why)
        if small and importing.noun == "client" and len(pairs) <= SHOWN:
            _add_near(run, args, pairs)
    return _lines(run, importing.noun, pairs)


def _queries(table: str, owner: str, older: str) -> dict[str, str]:
    """Why two cards are alike → SELECT of the new one and the older one."""
    new = f"FROM {table} n JOIN {{}} WHERE n.id BETWEEN :first AND :last"
    same = f"SELECT n.id, o.id {new.format(f'{table} o ON o.name_key = n.name_key AND o.id < {older}')}"
    alias = f"aliases o ON o.name_key = n.name_key AND o.{owner} < {older}"
    detail = (
        f"SELECT n.id, o.{owner} FROM details d JOIN {table} n ON n.id = d.{owner} "
        f"JOIN details o ON o.kind = d.kind AND o.value_key = d.value_key AND o.{owner} < {older} "
        f"WHERE d.{owner} BETWEEN :first AND :last AND length(d.value_key) > 4 AND d.kind = '{{}}'"
    )
    return {
        "same name": f"{same} AND o.deleted_at IS NULL",
        "an earlier name": f"SELECT n.id, o.{owner} {new.format(alias)}",
        "same phone": detail.format("phone"),
        "same e-mail": detail.format("email"),
    }


def _add_near(run: Run, args: dict[str, int], pairs: dict[tuple[int, int], str]) -> None:
    same_city = (
        "FROM clients n JOIN clients o ON o.city_key = n.city_key AND o.id < n.id AND o.deleted_at IS NULL "
        "WHERE n.id BETWEEN :first AND :last"
    )
    if run.book.value(f"SELECT count(*) {same_city}", args) > NEAR_PAIRS:
        return
    for new, old, new_key, old_key in run.book.conn.execute(
        f"SELECT n.id, o.id, n.name_key, o.name_key {same_city}", args
    ):
        if near(new_key, old_key):
            pairs.setdefault((new, old), "a near name in the same city")


def _lines(run: Run, name: str, pairs: dict[tuple[int, int], str]) -> list[str]:
    noun = registry.noun(name)
    shown = sorted(pairs)[:SHOWN]
    names = dict(refs_names(run, noun.table, noun.title, [new for new, _ in shown]))
    lines = []
    for new, old in shown:
        (described,) = refs.describe(run.book, noun, [old])
        lines.append(f"{names[new]!r} looks like {described}: {pairs[new, old]}")
    return lines + (["… and more"] if len(pairs) > SHOWN else [])


def refs_names(run: Run, table: str, title: str, ids: list[int]) -> list[tuple[int, str]]:
    marks = ", ".join("?" * len(ids))
    return run.book.conn.execute(
        f"SELECT t.id, t.{title} FROM {table} t WHERE t.id IN ({marks})", ids
    ).fetchall()
