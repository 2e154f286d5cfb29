"""What a noun gives to an export: its columns, under the names by which an import takes them in again.

A noun with an ``exporting.py`` in its folder says it there; of any other one everything that its list has goes out.
"""

from __future__ import annotations

from kam_cli.formats.packed import IDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kam_cli.book import Book
    from kam_cli.listing import Listing
    from kam_cli.noun import Noun

    # record → its text, or several
    Texts = dict[int, str] | dict[int, list[str]]
    Parts = dict[str, Texts]  # by header

__all__ = ["IDS", "PACKED", "Among", "Exporting", "gathered", "living", "of"]

# Columns that no other program writes: their texts are packed, whatever stands in them.
PACKED = (
    "more_details", IDS, "wishes", "decisions", "others", "others_uid", "features", "strengths", "options", "prices",
    "substitutes", "substitutes_uid", "allocations", "lines", "lines_uid", "more_tags", "deliveries", "parts",
)  # fmt: skip
# Columns of a list that are no property of the record: numbers of this book, and stamps that a copy has of its own.
_LOCAL = ("id", "created_at", "updated_at")
_SUFFIXES = ("", "_minor", "_on", "_at", "_pct", "s")


class Among:
    """The records of a page, for the queries that fetch their parts."""

    def __init__(self, ids: list[int]) -> None:
        first, last = min(ids), max(ids)
        # A range is read in one go; parts of a few records too many do no harm.
        is_range = last - first < 4 * len(ids)
        self._test = f"BETWEEN {first} AND {last}" if is_range else f"IN ({', '.join(map(str, ids))})"

    def sql(self, column: str) -> str:
        """A condition on a column that holds their numbers."""
        return f"{column} {self._test}"


def gathered(numbers: Sequence[int], texts: Sequence[str]) -> Texts:
    """The texts of each record, in their order; lists only where a record has several, since most have one."""
    single = dict(zip(numbers, texts, strict=True))
    if len(single) == len(numbers):
        return single
    several: dict[int, list[str]] = {number: [] for number in single}
    for number, text in zip(numbers, texts, strict=True):
        several[number].append(text)
    return several


class Exporting:
    """``columns``: header → SQL over the source of the noun's list (``_minor`` is given in major units, as elsewhere);
    None for a cell that holds several texts, which ``parts`` fetches for a page of records.

    ``joins`` are further tables that the columns look into, one row of each at most.

    An import field called like the header takes the cell in; ``external_id`` is the ``uid``, ``<reference>_uid`` that
    of the record a name stands for.
    """

    __slots__ = ("columns", "joins", "parts")

    def __init__(
        self,
        columns: dict[str, str | None],
        parts: Callable[[Book, Among], Parts] = lambda book, among: {},
        *,
        joins: str = "",
    ) -> None:
        self.columns = columns
        self.parts = parts
        self.joins = joins


def living(of: str, **nouns: str) -> str:
    """Joins to the records that a row ``of`` points to, alias=noun each; those that were removed count as none."""
    return " ".join(
        f"LEFT JOIN {noun}s {alias} ON {alias}.id = {of}.{noun}_id AND {alias}.deleted_at IS NULL"
        for alias, noun in nouns.items()
    )


def of(book: Book, noun: Noun, listing: Listing) -> Exporting:
    """What a noun exports. ``ids_elsewhere`` is filled for every noun by the export itself."""
    import os

    from kam_cli import registry

    entry = registry.find(noun.name)
    assert entry is not None
    folder = os.path.join(os.path.dirname(__file__), *entry.module.split("."))
    if os.path.exists(os.path.join(folder, "exporting.py")):
        declared: Exporting = registry.load(f"{entry.module}.exporting").EXPORT  # type: ignore[attr-defined]
        return declared
    return Exporting(_derived(book, noun, listing, _fields(noun)))


def _fields(noun: Noun) -> list[str]:
    """The fields by which the noun is imported, in their order; none where it is not."""
    from kam_cli.imports.noun import every

    return [field for one in every() if one.noun == noun.name for field in one.fields]


def _derived(book: Book, noun: Noun, listing: Listing, fields: list[str]) -> dict[str, str | None]:
    """The columns of a list under the names of the import's fields, those first that it takes."""
    parents = {
        row["from"]: row["table"]
        for row in book.rows('SELECT "from", "table" FROM pragma_foreign_key_list(?)', (noun.table,))
    }
    taken: dict[str, str | None] = {}
    for field in fields:
        stored = next((field + end for end in _SUFFIXES if field + end in listing.columns), None)
        if stored and field != "external_id" and not field.endswith("_minor"):
            taken[field + "_minor" if stored.endswith("_minor") else field] = listing.columns[stored]
    used = set(taken.values())
    rest = {name: sql for name, sql in listing.columns.items() if name not in _LOCAL and sql not in used}
    last: dict[str, str | None] = {IDS: None} if fields else {}
    last["external_id"] = (
        rest.pop("uid", None) or f"(SELECT uid FROM {noun.table} WHERE id = {listing.columns['id']})"
    )
    for name, sql in list(rest.items()):
        if name.endswith("_id"):
            del rest[name]
            if name in parents:
                last[f"{name[:-3]}_uid"] = (
                    f"(SELECT uid FROM {parents[name]} WHERE id = {sql} AND deleted_at IS NULL)"
                )
    return {**taken, **rest, **last}
