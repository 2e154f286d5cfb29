"""Matches the columns of somebody's table to the fields of a noun."""

from __future__ import annotations

from kam_cli.errors import BadValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_LONGEST = 200  # of a header, what is looked at
_SHORT = 60  # of a header, what is shown
_LISTED = 50  # headers shown
_WORDS = {"%": " pct ", "#": " number ", "№": " number "}


class Match:
    """Which column feeds which field.

    ``fields`` goes from a column's index to its field; ``columns`` from a field to its columns, the best
    first (several only for a field that may have many); ``unmatched`` are the headers left over,
    nameless and repeated columns not among them. ``ids`` are the columns that hold the ids of other records.
    """

    __slots__ = ("columns", "fields", "ids", "unmatched")

    def __init__(
        self, columns: dict[str, list[int]], unmatched: list[str], ids: Collection[int] = ()
    ) -> None:
        self.columns, self.unmatched, self.ids = columns, unmatched, ids
        self.fields = {index: field for field, indexes in columns.items() for index in indexes}


def normalise(header: str) -> str:
    """A header reduced to what its spellings share: ``E-mail 1 - Value`` becomes ``email1value``.

    Byte order mark, case, spaces and punctuation go; ``%`` and ``#`` are read as words. A header of
    nothing but punctuation stays as it is, trimmed.
    """
    import unicodedata

    text = unicodedata.normalize("NFC", header.removeprefix("\ufeff")).casefold()
    for sign, word in _WORDS.items():
        text = text.replace(sign, word)
    return "".join(filter(str.isalnum, text)) or header.strip()


def match_columns(
    header: list[str],
    synonyms: Mapping[str, tuple[str, ...]],
    explicit: Mapping[str, str] | None = None,
    many: Collection[str] = (),
) -> Match:
    """Match columns to fields: by the explicit map first, then by synonyms.

    ``explicit`` goes from a header (as it stands, or in another spelling) to a field, or to "" where the
    column is to be left alone. The remaining fields take, in their order, the column named by the
    earliest of their synonyms, their own name being the last of these; ``*`` in a synonym stands for
    any characters. A field in ``many`` takes every column that fits. Of columns with the very same
    header only the first is read. Raises BadValue for an explicit column that is not in the table,
    for an unknown field, and for two explicit columns on a field that takes one.
    """
    keys = _keys(header)
    chosen = _explicit(header, keys, synonyms, explicit or {})
    columns: dict[str, list[int]] = {}
    for index, field in chosen.items():
        if field in columns and field not in many:
            both = f"{short(header[columns[field][0]])!r} and {short(header[index])!r}"
            raise BadValue(f"{both} are both mapped to {field!r}, which takes one column: choose one of them")
        if field:
            columns.setdefault(field, []).append(index)
    free = {index: key for index, key in keys.items() if index not in chosen}
    for field, names in synonyms.items():
        if field in columns and field not in many:
            continue
        found = list(dict.fromkeys(_fitting(free, (*names, field))))
        for index in found if field in many else found[:1]:
            columns.setdefault(field, []).append(index)
            del free[index]
    dropped = [index for index, field in chosen.items() if not field]
    return Match(columns, [header[index] for index in sorted([*free, *dropped])])


def _keys(header: list[str]) -> dict[int, str]:
    """Index → normalised header of the columns that can be matched: named, and not named before."""
    first: dict[str, int] = {}
    for index, name in enumerate(header):
        first.setdefault(name.strip(), index)
    return {index: normalise(name[:_LONGEST]) for name, index in first.items() if name}


def _fitting(keys: dict[int, str], names: Iterable[str]) -> Iterator[int]:
    """The columns that the names fit, by the order of the names, then from left to right."""
    import re

    by_key: dict[str, list[int]] = {}
    for index, key in keys.items():
        by_key.setdefault(key, []).append(index)
    for name in names:
        if "*" in name:
            pattern = re.compile(".*".join(re.escape(normalise(part)) for part in name.split("*")))
            yield from (index for index, key in keys.items() if pattern.fullmatch(key))
        else:
            yield from by_key.get(normalise(name), ())


def _explicit(
    header: list[str], keys: dict[int, str], fields: Collection[str], explicit: Mapping[str, str]
) -> dict[int, str]:
    """Column → field as the user mapped them; BadValue for a column or a field that does not exist."""
    named = [header[index].strip() for index in keys]
    chosen: dict[int, str] = {}
    for name, field in explicit.items():
        exact = [index for index in keys if header[index].strip() == name.strip()]
        found = exact or [index for index, key in keys.items() if key == normalise(name)]
        if not found:
            raise BadValue(
                f"--map: the table has no column {short(name)!r}{_near(name, named)}",
                [listed("columns", named)],
            )
        if field and field not in fields:
            message = (
                f"--map: unknown field {short(field)!r} for the column {short(name)!r}{_near(field, fields)}"
            )
            raise BadValue(message, [listed("fields", fields)])
        if found[0] in chosen:
            raise BadValue(f"--map: the column {short(header[found[0]])!r} is mapped twice: map it once")
        chosen[found[0]] = field
    return chosen


def _near(typed: str, known: Iterable[str]) -> str:
    """What may have been meant, as the end of a message."""
    from difflib import get_close_matches

    names = {normalise(name[:_LONGEST]): name for name in known}
    close = get_close_matches(normalise(typed[:_LONGEST]), names, n=3, cutoff=0.6)
    return ": did you mean " + " or ".join(repr(short(names[key])) for key in close) + "?" if close else ""


def listed(what: str, names: Collection[str]) -> str:
    """``columns: Firm, Town … and 12 more``: as many names as a person reads, none of them endless."""
    shown = ", ".join(short(name) for name in list(names)[:_LISTED])
    return f"{what}: {shown}{f' … and {len(names) - _LISTED} more' if len(names) > _LISTED else ''}"


def short(name: str) -> str:
    """A header in a message."""
    name = name.strip()
    return name if len(name) <= _SHORT else f"{name[: _SHORT - 1]}…"
