"""What an export gives of an interaction; persons and deals that were removed since are not named."""

from __future__ import annotations

from kam_cli.exporting import IDS, Exporting, gathered, living

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.book import Book
    from kam_cli.exporting import Among, Parts


def _parts(book: Book, among: Among) -> Parts:
    where = among.sql("interaction_id")
    found: Parts = {}
    points = f"SELECT interaction_id, text, kind FROM interaction_points WHERE {where} ORDER BY id"
    said = book.fetch(points)[1]
    for header, kind in (("wishes", "wish"), ("decisions", "decision")):
        mine = [row for row in said if row[2] == kind]
        found[header] = gathered([row[0] for row in mine], [row[1] for row in mine])
    people = (
        "SELECT x.interaction_id, p.name, p.uid FROM interaction_people x JOIN contacts p ON p.id = x.contact_id "
        f"WHERE p.deleted_at IS NULL AND x.{where} ORDER BY x.id"
    )
    others = book.fetch(people)[1]
    for at, header in ((1, "others"), (2, "others_uid")):
        found[header] = gathered([row[0] for row in others], [row[at] for row in others])
    return found


EXPORT = Exporting(
    {
        "client": "c.name", "contact": "p.name", "kind": "i.kind",
        "occurred_at": "CASE WHEN i.is_timed THEN i.occurred_at ELSE kam_local_day(i.occurred_at) END",
        "direction": "i.direction", "outcome": "i.outcome", "minutes": "i.minutes", "text": "i.text",
        "deal": "d.title", "others": None, "wishes": None, "decisions": None, "is_planned": "i.is_planned",
        IDS: None, "external_id": "i.uid", "client_uid": "c.uid", "contact_uid": "p.uid", "deal_uid": "d.uid",
        "others_uid": None,
    },
    _parts,
    joins=living("i", c="client", p="contact", d="deal"),
)  # fmt: skip
