"""People taken over from an earlier group: whoever carries a tag, or took part in an event, gets the tag of a new one."""

from __future__ import annotations

from kam_cli.domains.clients import details
from kam_cli.errors import BadValue, NotFound
from kam_cli.output import Block, Page
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

SHOWN = 20  # people named to a person

TAGGED = """
SELECT 'client' AS noun, t.id, t.name, t.archived_at FROM details d JOIN clients t ON t.id = d.client_id
WHERE d.kind = 'tag' AND d.value_key = :group AND t.deleted_at IS NULL
UNION SELECT 'contact', t.id, t.name, NULL FROM details d JOIN contacts t ON t.id = d.contact_id
WHERE d.kind = 'tag' AND d.value_key = :group AND t.deleted_at IS NULL ORDER BY 1, 2
"""
# An event with several clients is an entry for each of them: same kind, time and text.
ENTRIES = """
SELECT i.id FROM interactions i JOIN interactions e ON e.id = :event AND i.kind = e.kind AND i.occurred_at = e.occurred_at
AND i.text IS e.text WHERE i.deleted_at IS NULL
"""
THERE = f"""
SELECT 'contact' AS noun, t.id, t.name, NULL AS archived_at FROM contacts t WHERE t.deleted_at IS NULL AND t.id IN (
  SELECT contact_id FROM interactions WHERE id IN ({ENTRIES})
  UNION SELECT contact_id FROM interaction_people WHERE interaction_id IN ({ENTRIES}))
UNION SELECT 'client', t.id, t.name, t.archived_at FROM clients t WHERE t.deleted_at IS NULL AND t.id IN (
  SELECT client_id FROM interactions WHERE contact_id IS NULL AND id IN ({ENTRIES})) ORDER BY 1, 2
"""


def take_over(c: Context, group: str, into: str | None, dry_run: bool) -> Page:
    """Give the tag ``into`` to everybody of ``group``, a tag or the number of a log entry; archived clients stay out.

    Raises NotFound for a group that is none, BadValue where no new group is named or it is the same one.
    """
    if not into:
        raise BadValue("--from-group: name the new group, too: --into TAG")
    details.check(c, "tag", None, into)
    if fold(into) == fold(group):
        raise BadValue(f"--into: {into!r} is the group they are taken from; name another")
    if dry_run:
        return _page(group, into, dry_run, *_chosen(c, group, into))
    with c.write():
        people, new, archived = _chosen(c, group, into)
        for one in new:
            details.add(c.book, f"{one['noun']}_id", one["id"], [("tag", None, into)])
    return _page(group, into, dry_run, people, new, archived)


def _chosen(c: Context, group: str, into: str) -> tuple[list[Row], list[Row], int]:
    """The people of a group who are not archived, those of them who are not in the new one, and how many are archived."""
    everybody = members(c, group)
    people = [one for one in everybody if not one["archived_at"]]
    has = "SELECT 1 FROM details WHERE {}_id = ? AND kind = 'tag' AND value_key = ?"
    new = [one for one in people if not c.book.value(has.format(one["noun"]), (one["id"], fold(into)))]
    return people, new, len(everybody) - len(people)


def members(c: Context, group: str) -> list[Row]:
    """``noun id name archived_at`` of those who carry the tag, or took part in the entry ``#12``. Raises NotFound."""
    number = group.removeprefix("#")
    is_number = number.isascii() and number.isdigit() and len(number) < 16
    people = [] if group.startswith("#") else c.book.rows(TAGGED, {"group": fold(group)})
    if people or not is_number:
        return people or _nobody(c, group)
    if not c.book.value("SELECT 1 FROM interactions WHERE id = ? AND deleted_at IS NULL", (int(number),)):
        return _nobody(c, group)
    return c.book.rows(THERE, {"event": int(number)})


def _nobody(c: Context, group: str) -> list[Row]:
    from difflib import get_close_matches

    tags = c.book.rows("SELECT DISTINCT value, value_key FROM details WHERE kind = 'tag' ORDER BY value_key")
    key = fold(group)
    keys = [one["value_key"] for one in tags]
    alike = {*get_close_matches(key, keys, n=3), *(one for one in keys if key and key in one)}
    close = [one["value"] for one in tags if one["value_key"] in alike]
    hint = f"; did you mean {' or '.join(map(repr, close[:3]))}?" if close else ""
    raise NotFound(f"nobody has the tag {group!r}, and it is no number of a log entry{hint}")


def _page(group: str, into: str, dry_run: bool, people: list[Row], new: list[Row], archived: int) -> Page:
    would = "would be taken over" if dry_run else "taken over"
    left_out = {"archived": archived} if archived else {}
    data = {
        "read": len(people) + archived,
        "created": 0,
        "updated": len(new),
        "skipped": len(people) - len(new) + archived,
        "also": {},
        "errors": [],
        "left_out": left_out,
        "members": [{name: one[name] for name in ("noun", "id", "name")} for one in new],
    }
    names = [f"{one['noun']} #{one['id']} {one['name']}" for one in new]
    more = len(names) - SHOWN
    facts: list[tuple[str, Any]] = [
        ("group", f"{group} → {into}"),
        ("there before", len(people) - len(new) or None),
    ]
    facts.append(("left out", [f"{archived} archived"] if archived else []))
    lines = names[:SHOWN] + ([f"… and {more} more; --json has them all"] if more > 0 else [])
    return Page(data, [Block(f"{len(new)} {would}", pairs=facts), Block("", lines=lines)])
