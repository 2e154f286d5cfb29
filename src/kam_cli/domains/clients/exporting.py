"""What an export gives of a client, and what it gives of any card."""

from __future__ import annotations

from kam_cli.domains.clients.details import part_label
from kam_cli.exporting import IDS, Exporting, gathered
from kam_cli.formats.packed import pack_pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kam_cli.book import Book
    from kam_cli.exporting import Among, Parts, Texts

    Row = tuple[int, str, str]  # a detail: owner, what it is called, value

_OTHERS = "more_details"
# Kind and label in one: fewer texts to fetch.
_CALLED = "CASE WHEN label IS NULL THEN kind ELSE kind || ' ' || label END"
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
        where = f"WHERE {among.sql(owner)} ORDER BY"
        sorted_out = _ByHeader(columns)
        # An index has them by owner and kind, and those of a kind in the order of entry.
        for row in book.fetch(f"SELECT {owner}, {_CALLED}, value FROM details {where} {owner}, kind, id")[1]:
            sorted_out[row[1]].append(row)
        has_others = bool(sorted_out.rows.pop(_OTHERS, None))
        found: Parts = {}
        for header, rows in sorted_out.rows.items():
            found[header], are_odd = _column(columns, header, rows)
            has_others |= are_odd
        if has_others:
            every = book.fetch(f"SELECT {owner}, kind, label, value FROM details {where} id")[1]
            cells = [(row[0], *_cell(columns, *row[1:])) for row in every]
            others = [(number, text) for number, header, text in cells if header == _OTHERS]
            found[_OTHERS] = gathered(*zip(*others, strict=True))
        aliases = book.fetch(f"SELECT {owner}, name FROM aliases {where} {owner}, id")[1]
        found["alias"] = gathered([row[0] for row in aliases], [row[1] for row in aliases])
        return found

    return parts


class _ByHeader(dict[str, "list[Row]"]):
    """What a detail is called → the details of the column in which such a one stands, unless its value is an odd one."""

    def __init__(self, columns: dict[str, str]) -> None:
        self.columns = columns
        self.rows: dict[str, list[Row]] = {}

    def __missing__(self, called: str) -> list[Row]:
        header = _cell(self.columns, *_kind_and_label(called), "0")[0]
        rows = self[called] = self.rows.setdefault(header, [])
        return rows


def _kind_and_label(called: str) -> tuple[str, str | None]:
    kind, blank, label = called.partition(" ")
    return kind, label if blank else None


def _column(columns: dict[str, str], header: str, rows: list[Row]) -> tuple[Texts, bool]:
    """What stands in the column of these details, and whether there are some that do not fit in there."""
    owners, called, values = zip(*rows, strict=True)
    whole = "\0".join(values)
    kind = _kind_and_label(called[0])[0]
    if not any(mark in whole for mark in ("=", *_PARTING, *_ALSO_PARTING.get(kind, ()))):
        labels = {one: _kind_and_label(one)[1] for one in set(called)}
        if header == "fax" or not any(labels.values()):
            return gathered(owners, values), False
        if all(value == value.strip() for value in values):
            texts = [
                f"{label}={value}" if (label := labels[one]) else value
                for one, value in zip(called, values, strict=True)
            ]
            return gathered(owners, texts), False
    cells = [(number, *_cell(columns, *_kind_and_label(one), value)) for number, one, value in rows]
    fitting = [(number, text) for number, where, text in cells if where != _OTHERS]
    return gathered(*zip(*fitting, strict=True)) if fitting else {}, len(fitting) < len(cells)


def _cell(columns: dict[str, str], kind: str, label: str | None, value: str) -> tuple[str, str]:
    """The column for a detail, and what stands there."""
    header, said = columns.get(kind, ""), label
    if columns is CLIENT and (kind, label) == ("phone", "fax"):
        header, said = "fax", None
    text = f"{said}={value}" if said else value if _read(kind, value) == (None, value) else f"={value}"
    parting = (*_PARTING, *_ALSO_PARTING.get(kind, ()))
    if header and _read(kind, text) == (said, value) and not any(part in text for part in parting):
        return header, text
    return _OTHERS, pack_pair(f"{kind} {label}" if label else kind, value)


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
        "date": None, "hobby": None, "family": None, "preference": None, "fact": None, _OTHERS: None,
        IDS: None, "external_id": "c.uid",
    },
    card_parts("client_id", CLIENT),
)  # fmt: skip
