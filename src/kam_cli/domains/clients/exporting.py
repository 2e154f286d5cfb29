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

    Row = tuple[int, str, str | None, str, int]  # a detail: owner, kind, label, value, number

_OTHERS = "more_details"
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
        where = f"WHERE {among.sql(owner)} ORDER BY {owner}"
        # An index has them by owner and kind, and those of a kind in the order of entry.
        details = book.fetch(f"SELECT {owner}, kind, label, value, id FROM details {where}, kind, id")[1]
        sorted_out = _ByHeader(columns)
        for row in details:
            sorted_out[row[1:3]].append(row)
        others = sorted_out.rows.pop(_OTHERS, [])
        found: Parts = {}
        for header, rows in sorted_out.rows.items():
            found[header], odd = _column(columns, header, rows)
            others += odd
        others.sort(key=lambda row: row[4])
        packed = [_cell(columns, kind, label, value)[1] for _, kind, label, value, _ in others]
        found[_OTHERS] = gathered([row[0] for row in others], packed)
        aliases = book.fetch(f"SELECT {owner}, name FROM aliases {where}, id")[1]
        found["alias"] = gathered([row[0] for row in aliases], [row[1] for row in aliases])
        return found

    return parts


class _ByHeader(dict["tuple[str, str | None]", "list[Row]"]):
    """(kind, label) → the details of the column in which such a one stands, unless its value is an odd one."""

    def __init__(self, columns: dict[str, str]) -> None:
        self.columns = columns
        self.rows: dict[str, list[Row]] = {}

    def __missing__(self, of: tuple[str, str | None]) -> list[Row]:
        rows = self[of] = self.rows.setdefault(_cell(self.columns, *of, "0")[0], [])
        return rows


def _column(columns: dict[str, str], header: str, rows: list[Row]) -> tuple[Texts, list[Row]]:
    """What stands in the column of these details, and those of them whose values do not fit in there."""
    owners, kinds, labels, values, _ = zip(*rows, strict=True)
    whole = "\0".join(values)
    if not any(mark in whole for mark in ("=", *_PARTING, *_ALSO_PARTING.get(kinds[0], ()))):
        if header == "fax" or labels.count(None) == len(labels):
            return gathered(owners, values), []
        if all(value == value.strip() for value in values):
            pairs = zip(labels, values, strict=True)
            return gathered(owners, [f"{label}={value}" if label else value for label, value in pairs]), []
    texts, fitting, odd = [], [], []
    for row in rows:
        header, text = _cell(columns, *row[1:4])
        if header == _OTHERS:
            odd.append(row)
        else:
            fitting.append(row[0])
            texts.append(text)
    return gathered(fitting, texts), odd


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
