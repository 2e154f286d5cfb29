"""`kam export person`: all that is known of one person."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.clients.forgetting import card
from kam_cli.errors import Ambiguous, BadValue, NotFound
from kam_cli.exports._target import path
from kam_cli.output import Block, Page, Saved
from kam_cli.params import Kind, flag, opt, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]
    Person = tuple[str, Ref]  # noun and record

NOUNS = ("client", "contact")
EXTENSIONS = {"md": ".md", "json": ".json", "jsonl": ".jsonl"}


def _person(c: Context, text: str) -> Person:
    """A client, else a contact; ``contact 12`` says which. Raises Ambiguous where a name fits both equally."""
    from kam_cli import refs, registry

    noun, _, rest = text.strip().partition(" ")
    if noun in NOUNS and rest:
        return noun, card(noun).parse(c, rest)
    text = text.strip()
    if text.removeprefix("#").isdigit():
        return "client", card("client").parse(c, text)
    nouns = [registry.noun(name) for name in NOUNS]
    found = {one.name: refs.candidates(c.book, one, text) for one in nouns}
    exact = {one.name: refs.exact(c.book, one, text) for one in nouns}
    hit = [name for name in NOUNS if exact[name]] or [name for name in NOUNS if found[name]]
    if len(hit) > 1:
        lines = [
            line
            for one in nouns
            for line in _named(refs.describe(c.book, one, found[one.name][:10]), one.name)
        ]
        raise Ambiguous(f"{text!r} is a client and a contact; write client or contact and the number:", lines)
    for name in hit or NOUNS:
        try:
            return name, card(name).parse(c, text)
        except NotFound:
            continue
    raise NotFound(f"no client and no contact {text!r}. See: kam find")


def _named(lines: list[str], noun: str) -> list[str]:
    return [f"{noun} {line.removeprefix('#')}" for line in lines]


someone = Kind(_person, "CLIENT|CONTACT")


@verb()
def person(
    c: Context,
    person: Person = words(someone, "whom: a client or a contact"),
    to: str | None = opt(path, "write it to this file, or into this folder; - is stdout"),
    force: bool = flag("replace a file that is there"),
) -> Any:
    """Give all that is known of one person.

    The card, people, logs, deals, tasks, answers, ids in other programs, every change with the row before it, and
    which other records name him. JSON, unless --format says md or table; a file is readable by you alone.

    $ kam export person acme --to acme.json
    $ kam export person contact nováková --format md
    """
    import os

    from kam_cli import registry
    from kam_cli.dossier import dossier
    from kam_cli.encode import public
    from kam_cli.files import inside, write_new

    noun, record = person
    data: Row = public(dossier(c.book, registry.noun(noun).table, record.id))
    given = c.flags.get("format") or os.environ.get("KAM_FORMAT")
    if to in (None, "-"):
        return (
            page(noun, record, data)
            if given in ("table", "csv", "tsv")
            else text(noun, record, data, given or "json")
        )
    if os.path.isdir(to):
        to = inside(to, f"{file_name(noun, record)}{EXTENSIONS.get(given or 'json', '.json')}")
    kind = given or ("md" if to.endswith(".md") else "json")
    if kind not in EXTENSIONS:
        raise BadValue(f"--format: {kind!r} holds no nested record; choose json or md")
    content = text(noun, record, data, kind).encode()
    write_new(to, content, force)
    line = f"wrote all that is known of {noun} #{record.id} to {to} ({len(content)} bytes, readable by you alone)"
    return Saved(line, {"noun": noun, "id": record.id, "path": to, "bytes": len(content)})


def file_name(noun: str, record: Ref) -> str:
    from kam_cli.text import fold

    words = "".join(char if char.isascii() and char.isalnum() else "-" for char in fold(record.name))
    return f"{noun}-{record.id}-{words[:40]}".rstrip("-")


def text(noun: str, record: Ref, data: Row, kind: str) -> str:
    """The record as JSON, as one line of it, or as a page in Markdown."""
    from kam_cli import encode

    if kind == "md":
        return "\n".join(markdown(noun, record, data)) + "\n"
    return (encode.json_text if kind == "json" else encode.json_line)(data) + "\n"


def markdown(noun: str, record: Ref, data: Row) -> list[str]:
    """A page: a section a table, an item a row, nested ones below."""
    from kam_cli.text import safe

    lines = [f"# {safe(record.name)} ({noun} #{record.id})"]
    for name, value in data.items():
        if value:
            lines += ["", f"## {name.replace('_', ' ')}", ""]
            for row in value if isinstance(value, list) else [value]:
                lines += _item(row, "")
    return lines


def _item(row: Row, indent: str) -> list[str]:
    from kam_cli.text import safe

    plain = {name: value for name, value in row.items() if _is_for_people(row, name, value)}
    words = {
        name: str(value).lower() if isinstance(value, bool) else safe(str(value))
        for name, value in plain.items()
    }
    lines = [f"{indent}- " + " · ".join(f"{name.replace('_', ' ')}: {word}" for name, word in words.items())]
    for name, value in row.items():
        if isinstance(value, (list, dict)) and value:
            lines.append(f"{indent}  - {name}:")
            for one in value if isinstance(value, list) else [value]:
                lines += _item(one, f"{indent}    ")
    return lines


def _is_for_people(row: Row, name: str, value: Any) -> bool:
    """Whether a person reads this: no identity for programs, no number where the name stands beside it."""
    is_plain = value not in (None, "", False) and not isinstance(value, (list, dict))
    return (
        is_plain
        and name not in ("uid", "created_at", "updated_at")
        and not (name.endswith("_id") and name.removesuffix("_id") in row)
    )


def page(noun: str, record: Ref, data: Row) -> Page:
    """The same for a terminal."""
    blocks = [Block(f"{record.name} ({noun} #{record.id})")]
    for name, value in data.items():
        rows = value if isinstance(value, list) else [value]
        lines = [line for row in rows for line in _item(row, "")] if value else []
        blocks.append(Block(name.replace("_", " "), lines=lines))
    return Page(data, blocks)
