"""What a noun tells the import about itself; declared in ``importing.py`` of its folder, found by its name."""

from __future__ import annotations

from kam_cli.errors import BadValue
from kam_cli.imports.fields import Packed, Text, elsewhere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kam_cli.imports.batch import Batch
    from kam_cli.imports.fields import Field
    from kam_cli.imports.run import Run

    Row = dict[str, Any]


class Importing:
    """The import of one noun.

    ``name``      the word of ``--as``.
    ``noun``      the command's word; ``word`` what the summary calls a record; ``table`` its rows.
    ``fields``    what can be given, besides the ``<reference>_uid`` and ``ids_elsewhere`` that every noun has.
                  ``synonyms``: field → what other programs call its column, the best name first; an
                  earlier field takes a column before a later one that could use it. ``many``: fields that several
                  columns may feed; phones, e-mails and tags are added up, texts follow each other, of dates the first
                  that is filled in counts. ``required``: what a new record needs, alternatives parted by ``|``.
    ``telling``   fields without which a table is not taken for this noun unasked.
    ``columns``   of the table, taken from the values of the same name; ``defaults`` of a new record.
    ``note``      the field that unknown columns are kept in, if any.
    ``late``      indexes that adding rows does not ask, so that they can be made when all rows are there.
    ``takes_more`` whether further rows with the same ``external_id`` belong to the same record (see `more`).
    """

    name: str
    noun: str
    word: str
    table: str
    fields: dict[str, Field]
    synonyms: dict[str, tuple[str, ...]] = {}  # noqa: RUF012
    many: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    defaults: Row = {}  # noqa: RUF012 - replaced, never changed
    note: str = ""
    late: tuple[str, ...] = ()
    takes_more = False

    @property
    def headers(self) -> dict[str, tuple[str, ...]]:
        """Field → the headers that name it, for every field."""
        return self.synonyms | {field: () for field in self.fields if field not in self.synonyms}

    def identify(self, run: Run, batch: Batch) -> None:
        """Give rows an ``external_id`` that the table has under another name."""

    def complete(self, run: Run, batch: Batch) -> None:
        """Work out the values of ``columns`` from the fields, and refuse rows whose fields do not go together.

        What is not given stays None: an update leaves it as it is.
        """

    def insert(self, run: Run, batch: Batch) -> Sequence[int]:
        """Add the rows as new records; gives their numbers."""
        for name, value in self.defaults.items():
            batch.fill(name, value)
        return run.insert(
            self.table, {name: batch.get(name) for name in self.columns}, batch.get("external_id")
        )

    def update(self, run: Run, row_id: int, row: Row) -> bool:
        """Change what differs in a record; ``row`` has the values that were given. Whether anything did."""
        return bool(run.book.update(self.table, row_id, {n: row[n] for n in self.columns if n in row}))

    def more(self, run: Run, batch: Batch) -> None:
        """Take further rows of records that this import has added; ``batch.ids`` has their numbers."""

    def finish(self, run: Run) -> None:
        """After the last row: settle what rows say of each other."""

    def lookalikes(self, run: Run) -> list[str]:
        """Lines about new records that look like others; ``run.added`` has their numbers."""
        return []


def names() -> list[str]:
    """The words of ``--as``, sorted."""
    return sorted(_all())


def find(word: str) -> Importing:
    """The import that a word of ``--as`` names, in the plural or the singular. Raises BadValue."""
    known = _all()
    for one in known.values():
        if word.casefold() in (one.name, one.noun, one.table, one.name.removesuffix("s")):
            return one
    there = ", ".join(sorted(known))
    raise BadValue(f"--as: {word[:40]!r} cannot be imported; there are {there}")


def of_noun(noun: str) -> Importing:
    """The import of the records that a reference names."""
    return next(one for one in _all().values() if one.noun == noun)


def every() -> list[Importing]:
    """All imports, by their names."""
    return [one for _, one in sorted(_all().items())]


def _all() -> dict[str, Importing]:
    import os

    from kam_cli import domains, registry

    folder = os.path.dirname(domains.__file__)
    modules = [one for one in os.listdir(folder) if os.path.exists(os.path.join(folder, one, "importing.py"))]
    found = [one for module in modules for one in registry.load(f"domains.{module}.importing").IMPORTS]  # type: ignore[attr-defined]
    for one in found:
        one.fields = _own(one.fields) | one.fields
    return {one.name: one for one in found}


def _own(fields: dict[str, Field]) -> dict[str, Field]:
    """What `kam export` writes beside the fields of any noun: whom a name means, and the ids in other programs."""
    uids: dict[str, Field] = {f"{name}_uid": Text() for name, field in fields.items() if field.refers}
    return {**uids, "ids_elsewhere": Packed(elsewhere)}
