"""What an export gives of a client, and what it gives of any card."""

from __future__ import annotations

from kam_cli.domains.clients.details import part_label
from kam_cli.exporting import IDS, Exporting
from kam_cli.formats.packed import pack_pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kam_cli.book import Book
    from kam_cli.exporting import Among, Parts

# What parts the values of a cell: other programs write such columns too.
_PARTING = (":::", "\n", "\r")
_ALSO_PARTING = {"email": (",", ";"), "tag": (",", ";", "|", "* ")}
_COLUMNS = {
    kind: kind for kind in ("phone", "email", "social", "date", "hobby", "family", "preference", "fact")
}
CLIENT = {**_COLUMNS, "tag": "tags", "address": "more_address", "website": "more_website"}
CONTACT = {**_COLUMNS, "tag": "tags", "address": "address", "website": "website"}


def card_parts(owner: str, columns: dict[str, str]) -> Callable[[Book, Among], Parts]:
    """Details of cards, each in the column of its kind as a command takes it, ``label=value``; and further names.

    What would be read there as something else stands in ``more_details``, packed.
    """

    def parts(book: Book, among: Among) -> Parts:
        found: Parts = {name: {} for name in (*columns.values(), "fax", "more_details", "alias")}
        where = f"WHERE {among.sql(owner)} ORDER BY id"
        for row_id, kind, label, value in book.fetch(
            f"SELECT {owner}, kind, label, value FROM details {where}"
        )[1]:
            header, text = _cell(columns, kind, label, value)
            found[header].setdefault(row_id, []).append(text)
        for row_id, name in book.fetch(f"SELECT {owner}, name FROM aliases {where}")[1]:
            found["alias"].setdefault(row_id, []).append(name)
        return found

    return parts


def _cell(columns: dict[str, str], kind: str, label: str | None, value: str) -> tuple[str, str]:
    """The column for a detail, and what stands there."""
    header, said = columns.get(kind, ""), label
    if columns is CLIENT and (kind, label) == ("phone", "fax"):
        header, said = "fax", None
    text = f"{said}={value}" if said else value if _read(kind, value) == (None, value) else f"={value}"
    parting = (*_PARTING, *_ALSO_PARTING.get(kind, ()))
    if header and _read(kind, text) == (said, value) and not any(part in text for part in parting):
        return header, text
    return "more_details", pack_pair(f"{kind} {label}" if label else kind, value)


def _read(kind: str, text: str) -> tuple[str | None, str]:
    """Label and value as the import reads them."""
    return (None, text) if kind == "tag" else part_label(text)


EXPORT = Exporting(
    {
        "name": "c.name", "kind": "c.kind", "stage": "c.stage", "segment": "c.segment", "source": "c.source",
        "phone": None, "fax": None, "email": None, "website": "c.website", "country": "c.country",
        "region": "c.region", "city": "c.city", "postcode": "c.postcode", "address": "c.address", "tags": None,
        "since": "c.since_on", "note": "c.note", "cadence_days": "c.cadence_days", "birthday": "c.birthday",
        "document_no": "c.document_no", "verified_on": "c.verified_on", "archived_at": "c.archived_at",
        "handle": "c.handle", "alias": None, "more_address": None, "more_website": None, "social": None,
        "date": None, "hobby": None, "family": None, "preference": None, "fact": None, "more_details": None,
        IDS: None, "external_id": "c.uid",
    },
    card_parts("client_id", CLIENT),
)  # fmt: skip
