"""`kam export vcard`: people and companies as cards, for a telephone or another address book."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.clients import cards
from kam_cli.domains.clients.store import STAGES
from kam_cli.domains.contacts.store import ROLES
from kam_cli.exports._target import TARGET, deliver
from kam_cli.kinds import choice, country, line, ref
from kam_cli.params import opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]
    Filter = tuple[str, list[Any]]
    Numbers = dict[str, list[int]]  # noun → numbers of its cards

client = ref("client")
stage = choice(*STAGES, aliases={"vip": "key"})
role = choice(*ROLES)
versions = choice("4.0", "3.0")
OF = {"all": ("contact", "client"), "contacts": ("contact",), "clients": ("client",)}


@verb(extra=[*cards.NARROWING, *TARGET])
def vcard(
    c: Context,
    text: str | None = words(line, "only those with such words in the name", optional=True),
    of: str | None = opt(choice(*OF), "contacts or clients only"),
    client: Ref | None = opt(client, "this client and its people"),
    kind: str | None = opt(choice("company", "person"), "companies, or persons only"),
    role: str | None = opt(role, "people with this role in the decision"),
    stage: str | None = opt(stage, "of clients of this stage"),
    segment: str | None = opt(line, "of clients of this segment"),
    country: str | None = opt(country, "of clients in this country"),
    city: str | None = opt(line, "of clients in this city"),
    version: str | None = opt(versions, "3.0 for old telephones; 4.0"),
    **more: Any,
) -> Any:
    """Give people and companies as cards (vCard).

    A folder gets a file for each. What is known of a client narrows its people too; clients put aside are left out,
    unless named. Imported again, by kam or by a telephone, a card is known by its identity.

    $ kam export vcard --to phone.vcf
    $ kam export vcard --tag vip --version 3.0 --to vip.vcf
    $ kam export vcard --client acme --of contacts
    """
    narrow = {param.name: more.pop(param.name) for param in cards.NARROWING}
    same = {"stage": stage, "country": country, "city_key": city, "segment": segment}
    numbers = {
        noun: found(c, noun, text, narrow, client, {"kind": kind, "role": role}, same)
        for noun in OF[of or "all"]
    }
    return give(c, numbers, version or "4.0", more)


def found(
    c: Context, noun: str, text: str | None, narrow: Row, client: Ref | None, own: Row, same: Row
) -> list[int]:
    """The numbers of the cards of one noun that were asked for."""
    from kam_cli import registry
    from kam_cli.exports import _people
    from kam_cli.text import fold

    declared, alias = registry.noun(noun), "p" if noun == "contact" else "c"
    filters = cards.narrowing(declared, alias, f"{noun}_id", text, narrow)
    filters.append(("c.id = ?", [client.id]) if client else ("c.archived_at IS NULL", []))
    for name, value in same.items():
        if value:
            filters.append((f"c.{name} = ?", [fold(value) if name == "city_key" else value]))
    if own["role"]:
        filters.append(("p.role = ?", [own["role"]]) if noun == "contact" else ("0", []))
    if own["kind"]:
        filters.append(
            ("c.kind = ?", [own["kind"]]) if noun == "client" else (str(int(own["kind"] == "person")), [])
        )
    return _people.ids(c.book, noun, filters)


def give(c: Context, numbers: Numbers, version: str, target: Row) -> Any:
    """The cards in one file, on stdout, or in a folder."""
    import os

    from kam_cli.exports import _people
    from kam_cli.formats.cardwriting import card_of
    from kam_cli.formats.vcard import text_of

    def texts() -> Iterator[tuple[str, str]]:
        for noun, some in numbers.items():
            for person in _people.people(c.book, noun, some):
                yield person.external_id.rpartition(":")[2], text_of(card_of(person, version))

    total = sum(map(len, numbers.values()))
    if not total:
        c.note("no card matches")
    said = f"{total} card{'' if total == 1 else 's'}"
    row = {"cards": total, **{f"{noun}s": len(some) for noun, some in numbers.items()}}
    to = target["to"]
    if to and (os.path.isdir(to) or to.endswith(os.sep)):
        return into_folder(to, texts(), target["force"], said, row)
    return deliver(c, (text for _, text in texts()), target, lambda: (said, row))


def into_folder(folder: str, texts: Iterator[tuple[str, str]], force: bool, said: str, row: Row) -> Any:
    """A file a card, named by its identity, in a folder that is made where it is not there."""
    import os

    from kam_cli.atomic import make_folder
    from kam_cli.errors import KamError
    from kam_cli.files import inside, write_new
    from kam_cli.output import Saved

    make_folder(folder)
    try:
        there = set(os.listdir(folder))
    except OSError as error:
        raise KamError(
            f"cannot write into {folder}: {error.strerror}. Check the folder, its owner and mode"
        ) from None
    files = [(f"{name}.vcf", text) for name, text in texts]
    in_the_way = sorted(name for name, _ in files if name in there)
    if in_the_way and not force:
        raise KamError(
            f"{folder} holds {len(in_the_way)} of these files already, as {in_the_way[0]}. "
            "Replace them with --force, or name another folder"
        )
    for name, text in files:
        write_new(inside(folder, name), text.encode(), force)
    return Saved(f"wrote {said} into {folder}, each a file readable by you alone", {**row, "path": folder})
