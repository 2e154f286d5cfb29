"""`kam client forget` and `kam contact forget`: erasure, asked for once and never undone."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.kinds import ref
from kam_cli.output import Saved
from kam_cli.params import Kind, arg, flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.copies import Copies
    from kam_cli.reach import Reach
    from kam_cli.refs import Ref

    Row = dict[str, Any]

NAMED = ("client", "contact")
MOST = 20  # records that are listed


def card(noun: str) -> Kind:
    """A card, also one that was removed: it still holds its person."""

    def parse(c: Context, text: str) -> Ref:
        from kam_cli import refs, registry
        from kam_cli.errors import Ambiguous, KamError, NotFound
        from kam_cli.reach import removed

        try:
            return refs.resolve(c, noun, text, follow=False)
        except NotFound:
            declared = registry.noun(noun)
            numbers = removed(c.book, declared, text)
            if not numbers:
                raise
        if len(numbers) > 1:
            lines = refs.describe(c.book, declared, numbers[:MOST])
            raise Ambiguous(
                f"{text!r} names {len(numbers)} removed {noun}s; name one by its number:", lines
            ) from None
        into = c.book.row(f"SELECT * FROM {declared.table} WHERE id = ?", (numbers[0],)) or {}
        if into.get("merged_into_id"):
            raise KamError(f"{text!r} is part of {noun} #{into['merged_into_id']} now. Name that one")
        return refs.Ref(numbers[0], str(into.get("name") or f"#{numbers[0]}"))

    return Kind(parse, noun.upper(), ref(noun).complete)


TEXTS = flag("also put … for the names in the notes and logs of others", "--texts")
DRY_RUN = flag("show what would go, and change nothing", "--dry-run")


@verb("forget")
def client(
    c: Context,
    client: Ref | None = arg(card("client"), "whom; nobody: finish what was cut short", optional=True),
    texts: bool = TEXTS,
    dry_run: bool = DRY_RUN,
) -> Any:
    """Erase a client for good.

    The card goes, its people, logs, deals, tasks, answers and whatever else hangs on it: from the book, from its
    history and undo, from the search index and from the free pages of the file. Nothing brings it back, and a
    restored backup loses it again. The backups that still hold it are listed, and the files here that kam wrote;
    exports and copies made elsewhere are yours to remove. What the file system keeps of deleted files is out of
    kam's reach.

    $ kam client forget acme --dry-run
    $ kam client forget 12 --yes
    """
    return forget(c, "client", client, texts, dry_run) if client else finish(c)


@verb("forget")
def contact(
    c: Context, contact: Ref = arg(card("contact"), "whom"), texts: bool = TEXTS, dry_run: bool = DRY_RUN
) -> Any:
    """Erase a person for good.

    The card goes, and every trace of it in history, undo, search index and free pages. What was logged, sold and
    answered belongs to the client: it stays, without the person. Texts that hold the name are listed, for you to
    mend; --texts puts … for it. Nothing brings the person back, and a restored backup loses him again.

    $ kam contact forget nováková --dry-run
    $ kam contact forget 7 --texts --yes
    """
    return forget(c, "contact", contact, texts, dry_run)


def forget(c: Context, noun: str, person: Ref, texts: bool, dry_run: bool) -> Any:
    """Show, ask, erase, and clean the file."""
    from kam_cli import copies, erased, erasure, mentions, registry
    from kam_cli.book import lenient
    from kam_cli.naming import Names
    from kam_cli.reach import Reach

    c.book.conn.text_factory = lenient  # all texts are looked through, those of other programs too
    root = (registry.noun(noun).table, person.id)
    reach = Reach(c.book, [root])
    names = Names(c.book, reach)
    found = mentions.find(c.book, names, reach)
    held = copies.look(c.book, erased.uids(c.book, reach), names)
    row = summary(noun, person, reach, found, held)
    row["synced"] = copies.mirrored(c.book, reach.uids())
    if dry_run:
        return Saved(f"would be erased: {noun} #{person.id}", row, remarks(row, texts))
    c.confirm(
        f"Erase {noun} #{person.id} {person.name} for good? Nothing can bring it back.", remarks(row, texts)
    )
    with c.write(rows=0):  # a backup made now would keep the person
        erasure.erase(c.book, Reach(c.book, [root]), texts)
    erased.settle(c.book)
    row["files"] += copies.remove(row["synced"])
    if texts:
        # The names of other cards stay as they are.
        row["mentions"] = [one for one in found if one["noun"] in NAMED and one["field"] == "name"]
    gone = ", ".join(f"{name} {count}" for name, count in row["rows"].items())
    return Saved(f"erased {noun} #{person.id} for good: {gone or 'what the journal held'}", row, after(row))


def finish(c: Context) -> Saved:
    """Erase again who came back with an old copy of the file, and clean what an interrupted erasure left."""
    from kam_cli import erased, erasure
    from kam_cli.errors import BadValue

    if not list(erased.unfinished(c.book)):
        raise BadValue("CLIENT is missing, and no erasure was cut short. Try: kam client forget --help")
    count = erasure.reapply(c.book)
    return Saved(f"finished; erased again: {count}", {"erased": count})


def summary(noun: str, person: Ref, reach: Reach, found: list[Row], held: Copies) -> Row:
    """What goes (``rows``) and stays without him (``unlinked``), by table; what names him; what still holds him."""
    unlinked: dict[str, int] = {}
    for link, numbers in reach.pointing().items():
        unlinked[link.table] = unlinked.get(link.table, 0) + len(numbers)
    return {
        "noun": noun, "id": person.id, "rows": reach.counts(), "unlinked": unlinked, "mentions": found,
        "backups": held.holding, "closed_backups": held.closed, "files": held.files,
    }  # fmt: skip


def remarks(row: Row, texts: bool) -> list[str]:
    """What is to be known before."""
    lines = [
        f"goes: {', '.join(f'{name} {count}' for name, count in row['rows'].items()) or 'what the journal holds'}"
    ]
    if row["unlinked"]:
        lines.append(
            f"stays without the person: {', '.join(f'{name} {n}' for name, n in row['unlinked'].items())}"
        )
    if row["mentions"]:
        what = "gets … for the name" if texts else "names it and stays; --texts puts … for the name"
        lines += [f"{what}: {_records(row['mentions'])}"]
    lines += [f"goes too: {path}" for path in row["synced"]]
    return lines + _kept(row)


def after(row: Row) -> list[str]:
    """What is left to do."""
    lines = [f"still names it: {_records(row['mentions'])}"] if row["mentions"] else []
    return lines + _kept(row)


def _kept(row: Row) -> list[str]:
    kept = [("still holds it (restored, it is erased again)", row["backups"])]
    kept.append(("encrypted, damaged or not there now, so it may hold it", row["closed_backups"]))
    kept.append(("names it, and is yours to remove", row["files"]))
    return [f"{what}: {path}" for what, paths in kept for path in paths]


def _records(found: list[Row]) -> str:
    names = list(dict.fromkeys(f"{row['noun']} #{row['id']}" for row in found))
    return ", ".join(names[:MOST]) + (f" and {len(names) - MOST} more" if len(names) > MOST else "")
