"""From the names and ids of other records in a table to those records; what is not certain makes the row bad."""

from __future__ import annotations

from kam_cli import refs, registry
from kam_cli.imports import identity
from kam_cli.imports.batch import Batch
from kam_cli.imports.fields import ID, OR, REMEMBERED, Bad
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kam_cli.imports.fields import Reference
    from kam_cli.imports.run import Run

    Key = tuple[int | None, str]  # whose record, and what it is called in the table

AT_ONCE = 500
SHOWN = 3  # candidates named in an error


def parts(text: str) -> list[str]:
    """The names and ids by which a table names one record, the name first."""
    return text.replace(ID, "").split(OR)


def _can_be_made(noun: str) -> bool:
    """Whether a record of the noun can be made of a name alone."""
    from kam_cli.imports.noun import every

    return any(one.noun == noun and "name" in one.fields for one in every())


class References:
    """The references of one import, each looked up once.

    A text is the ``external_id`` of the same source, else an exact name (see `refs.exact`); never a local number,
    a prefix or a fragment.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.known: dict[str, dict[Key, Any]] = {}

    def resolve(self, batch: Batch, field: str, reference: Reference) -> None:
        """Put the numbers of the records in the place of their names; rows where one is not certain become bad.

        ``<field>_uid`` beside a name says for certain whom it means, where the book has that record.
        """
        certain = self._by_uid(batch, field, reference)
        known = self.known.setdefault(reference.refers, {})
        owners = batch.get(reference.within) if reference.within else [None] * len(batch)
        keys: list[Key] = list(zip(owners, batch.get(field), strict=True))
        unknown = [key for key in dict.fromkeys(keys) if key not in known and key[1] is not None]
        if unknown:
            if len(known) > 4 * REMEMBERED:
                known.clear()
                unknown = [key for key in dict.fromkeys(keys) if key[1] is not None]
            self._look_up(reference, unknown, known)
        found = list(map(known.get, keys))
        if certain:
            found = [one or other for one, other in zip(certain, found, strict=True)]
        batch.values[field] = found
        for index, value in enumerate(found):
            if value.__class__ is Bad:
                batch.refuse(index, value.message, field)
        if reference.within and None in owners:
            self._fill_owners(batch, field, reference)

    def _by_uid(self, batch: Batch, field: str, reference: Reference) -> list[int | None]:
        """The records that the uids name; their names are asked no more."""
        uids = batch.values.pop(f"{field}_uid", [])
        asked = list(dict.fromkeys(one for one in uids if one is not None))
        alive: dict[str, int] = {}
        for start in range(0, len(asked), AT_ONCE):
            part = identity.by_uid(self.run.book, reference.refers, asked[start : start + AT_ONCE])
            alive |= self._alive(reference.refers, part)
        if not asked:
            return []
        found = [alive.get(one) for one in uids]
        names = batch.get(field)
        for index, (uid, one, name) in enumerate(zip(uids, found, names, strict=True)):
            if uid and not one and name is None:
                batch.refuse(
                    index,
                    f"no {reference.refers} with this uid; import the {reference.refers}s first",
                    f"{field}_uid",
                )
        batch.values[field] = [None if one else name for one, name in zip(found, names, strict=True)]
        return found

    def _fill_owners(self, batch: Batch, field: str, reference: Reference) -> None:
        """Where a table names a person and no client, the client is the one whose person it is."""
        table = registry.noun(reference.refers).table
        owner_of = self.run.memo(self._client_of)
        owners = list(batch.get(reference.within))
        for index, (owner, found) in enumerate(zip(owners, batch.values[field], strict=True)):
            if owner is None and isinstance(found, int):
                owners[index] = owner_of[table, found]
                if owners[index] is None and index not in batch.bad:
                    batch.refuse(index, "that person is at no client: name the client, too", field)
        batch.values[reference.within] = owners

    def _client_of(self, record: tuple[str, int]) -> int | None:
        found: int | None = self.run.book.value(
            f"SELECT client_id FROM {record[0]} WHERE id = ?", (record[1],)
        )
        return found

    def _look_up(self, reference: Reference, keys: list[Key], known: dict[Key, Any]) -> None:
        noun = reference.refers
        ids: dict[str, int] = {}
        texts = list({part for _, text in keys for part in parts(text)})
        for start in range(0, len(texts), AT_ONCE):
            ids |= self._alive(
                noun, identity.seen(self.run.book, noun, self.run.source, texts[start : start + AT_ONCE])
            )
        missing = []
        for key in keys:
            found = (ids[part] for part in reversed(parts(key[1])) if part in ids)
            named = (self._by_name(noun, (key[0], part)) for part in parts(key[1]))
            value = next(found, None) or next(filter(None, named), None)
            if value is None:
                missing.append(key)
            else:
                known[key] = value
        may = self.run.options.create and _can_be_made(noun)
        makeable = [key for key in missing if may and (key[0] or not reference.within)]
        makeable = [key for key in makeable if key[1][0] != ID]
        known |= {key: self._nothing(noun, key[1]) for key in missing}
        if makeable:
            self._create(noun, makeable, known)

    def _alive(self, noun: str, ids: dict[str, int]) -> dict[str, int]:
        marks = ", ".join("?" * len(ids))
        table = registry.noun(noun).table
        sql = f"SELECT id FROM {table} WHERE deleted_at IS NULL AND id IN ({marks})"
        alive = set(self.run.book.column(sql, list(ids.values()))) if ids else set()
        return {text: row_id for text, row_id in ids.items() if row_id in alive}

    def _by_name(self, name: str, key: Key) -> Any:
        """The number of the record with this exact name, `Bad` where there are several, None where there is none."""
        noun, (owner, text) = registry.noun(name), key
        found = refs.exact(self.run.book, noun, text, owner)
        if not found and name == "contact":
            from kam_cli.values.names import parse_name

            # A person is kept under the name without its forms of address.
            found = refs.exact(self.run.book, noun, parse_name(text).whole, owner)
        if len(found) < 2:
            return found[0] if found else None
        lines = refs.describe(self.run.book, noun, found[:SHOWN])
        more = ", …" if len(found) > SHOWN else ""
        return Bad(
            f"{text!r} is the name of {len(found)} {name}s: {', '.join(lines)}{more}; give its external_id"
        )

    def _nothing(self, noun: str, text: str) -> Bad:
        is_id, text = text[0] == ID, parts(text)[0]
        source = identity.elsewhere(self.run.book, noun, text)
        if source:
            return Bad(
                f"no {noun} {text!r} of the source {self.run.source!r}; {source!r} has one: add --source {source!r}"
            )
        if is_id:
            return Bad(
                f"no {noun} has the id {text!r} in the source {self.run.source!r}: import the {noun}s first"
            )
        way = "add --create to make it" if _can_be_made(noun) else f"import the {noun}s first"
        return Bad(f"no {noun} {text!r} in the book; {way}")

    def _create(self, noun: str, keys: Iterable[Key], known: dict[Key, Any]) -> None:
        """Make what is missing, once for each name, whatever its case and accents."""
        from kam_cli.imports.noun import of_noun

        importing = of_noun(noun)
        check = importing.fields["name"].reader(self.run.c).one
        names: dict[Key, Any] = {}
        for owner, text in keys:
            names.setdefault((owner, fold(parts(text)[0])), check(parts(text)[0]))
        good = {key: name for key, name in names.items() if name.__class__ is not Bad}
        values = {"name": list(good.values()), "client": [owner for owner, _ in good]}
        batch = Batch(
            [0] * len(good), [[]] * len(good), {f: v for f, v in values.items() if f in importing.fields}
        )
        importing.complete(self.run, batch)
        made = dict(zip(good, importing.insert(self.run, batch), strict=True))
        self.run.count_also(importing.name, len(made))
        for owner, text in keys:
            name_key = (owner, fold(parts(text)[0]))
            known[owner, text] = made.get(name_key) or names[name_key]
