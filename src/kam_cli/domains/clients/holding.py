"""The fields of an import that a card can hold any number of: phones, e-mails, tags, dates …, and further names."""

from __future__ import annotations

from kam_cli.domains.clients import details, phones
from kam_cli.domains.clients.rules import check_name
from kam_cli.errors import BadValue
from kam_cli.formats.packed import unpack_pair
from kam_cli.imports.fields import Each, Packed
from kam_cli.text import check_text, fold, fold_all, phone_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context
    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    Row = dict[str, Any]
    Keyed = tuple[str, str | None, str, str]  # kind, label, value, search key of a detail


def _detail(kind: str, label: str | None = None) -> Callable[[Context, str], Keyed]:
    def parse(c: Context, text: str) -> Keyed:
        text = check_text(" ".join(text.split()), f"the {kind}")
        given, value = (None, text) if kind == "tag" else details.part_label(text)
        _, called, value = details.check(c, kind, given or label, value)
        return kind, called, value, details.key_of(kind, value)

    return parse


def _tag(c: Context, text: str) -> Keyed | None:
    # Google marks the group that comes first with an asterisk: mostly its own, which everybody is in.
    return None if text in ("* myContacts", "* My Contacts") else _detail("tag")(c, text.removeprefix("* "))


def _phone(label: str | None) -> Each:
    dialled = r"\+?[0-9](?:[ ()./-]?[0-9])+"
    return Each(
        _detail("phone", label), plain=dialled, plainly=lambda cell: ("phone", label, cell, phone_key(cell))
    )


PHONE, FAX = _phone(None), _phone("fax")
# Printable ASCII but for comma, semicolon, the equals sign after a label, and another @.
_MAILED = r"[!-+\--:<>-?A-~]{1,200}@[!-+\--:<>-?A-~]{1,200}"
EMAIL = Each(_detail("email"), ",; ", plain=_MAILED, plainly=lambda cell: ("email", None, cell, cell.lower()))
TAGS = Each(_tag, parts=",;|")
ALIAS = Each(lambda c, text: check_name(check_text(text, "the name")))
# Beside phones, e-mails and tags; what an address and a website are called depends on the noun.
MORE = {kind: Each(_detail(kind)) for kind in ("social", "date", "hobby", "family", "preference", "fact")}
ADDRESS, WEBSITE = Each(_detail("address")), Each(_detail("website"))


def _any(c: Context, text: str) -> Keyed:
    """A detail of any kind, written ``kind=value`` or ``kind label=value``."""
    head, value = unpack_pair(text)
    kind, _, label = head.partition(" ")
    if kind not in details.KINDS:
        raise BadValue(
            f"{text[:40]!r} is not written kind=value, as in hobby=chess or 'social linkedin=jana-n'"
        )
    value = check_text(" ".join(value.split()), f"the {kind}")
    _, called, value = details.check(c, kind, label or None, value)
    return kind, called, value, details.key_of(kind, value)


ANY = Packed(_any)


def keep_facts(batch: Batch, label: str, values: Sequence[str | None]) -> None:
    """Put a fact of one name on the cards of a batch, beside those that the table gives; None for none."""
    if not any(values):
        return
    facts = list(batch.get("fact"))
    for index, value in enumerate(values):
        if value:
            facts[index] = [*(facts[index] or ()), ("fact", label, value, details.key_of("fact", value))]
    batch.values["fact"] = facts


def insert_details(run: Run, owner: str, ids: Sequence[int], batch: Batch, fields: Sequence[str]) -> None:
    """Put the details of the rows on the cards ``ids``; ``owner`` is ``client_id`` or ``contact_id``."""
    rows = {
        (row_id, kind, value if kind == "date" else key, label): (row_id, kind, label, value, key)
        for field in fields
        for row_id, given in zip(ids, batch.values.get(field, ()), strict=False)
        if given is not None
        for kind, label, value, key in given
    }
    for row_id, kind, key, _ in [one for one in rows if one[3] is not None]:
        rows.pop((row_id, kind, key, None), None)
    if rows:
        names = (owner, "kind", "label", "value", "value_key", "e164")
        columns = zip(*_with_forms(run, owner, list(rows.values())), strict=True)
        run.insert("details", dict(zip(names, columns, strict=True)))


def _with_forms(run: Run, owner: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows with the international form of those that are phones."""
    helper = run.once(phones.Forms)
    forms = iter(helper.of(owner, [(row[0], row[3]) for row in rows if row[1] == "phone"]))
    if helper.left:
        run.reading.remarks[:] = [one for one in run.reading.remarks if "international" not in one]
        run.reading.remarks.append(f"{helper.left} phones have no international form yet: kam contact phones")
    return [(*row, next(forms) if row[1] == "phone" else None) for row in rows]


def update_details(book: Book, owner: str, row_id: int, row: Row, fields: Sequence[str]) -> int:
    """Add the details that a card lacks; how many rows changed."""
    given = [detail[:3] for field in fields for detail in row.get(field) or ()]
    return details.add(book, owner, row_id, given)


def add_scripts(run: Run, batch: Batch, countries: Sequence[str | None]) -> None:
    """Where it is asked for, put each name in the other script beside the further names of its row."""
    if not run.options.transliterate:
        return
    from kam_cli.values.cyrillic import other_script

    aliases = list(batch.get("alias"))
    for index, (name, country) in enumerate(zip(batch.get("name"), countries, strict=True)):
        found = other_script(name, run.options.transliterate, country) if name else None
        if found:
            aliases[index] = [*(aliases[index] or ()), check_name(found)]
    batch.values["alias"] = aliases


def insert_aliases(run: Run, owner: str, ids: Sequence[int], batch: Batch) -> None:
    """Keep the further names of the rows."""
    pairs = [
        (row_id, name)
        for row_id, given in zip(ids, batch.values.get("alias", ()), strict=False)
        for name in dict.fromkeys(given or ())
    ]
    if pairs:
        keys = fold_all([name for _, name in pairs])
        rows = [(*pair, key, run.now) for pair, key in zip(pairs, keys, strict=True)]
        run.book.insert_many("aliases", (owner, "name", "name_key", "created_at"), rows)


def update_aliases(run: Run, owner: str, row_id: int, row: Row) -> int:
    """Add the names that a card lacks; how many."""
    sql = f"SELECT name_key FROM aliases WHERE {owner} = ?"
    known = {*run.book.column(sql, (row_id,)), fold(row.get("name") or "")}
    new = {fold(name): name for name in row.get("alias") or () if fold(name) not in known}
    rows = [(row_id, name, key, run.now) for key, name in new.items()]
    if rows:
        run.book.insert_many("aliases", (owner, "name", "name_key", "created_at"), rows)
    return len(rows)
