"""The names in a table of persons: split into first and last, without forms of address, which tell sex and title."""

from __future__ import annotations

from kam_cli.domains.clients import cards, holding
from kam_cli.domains.clients.importing import whole_name, with_suffix
from kam_cli.domains.clients.phones import countries
from kam_cli.values.forms_of_address import said_by
from kam_cli.values.names import split_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run


def complete(run: Run, batch: Batch) -> None:
    """Work out ``name first_name last_name sex`` and the title before the name, which is kept as a fact.

    A name whose parts the table gives stays as it is, but for a suffix that it lacks; middle names are first names. So
    does one in a table that holds what it says.
    """
    is_exact = run.reading.table.is_verbatim
    may_stand_before = not is_exact and _is_called_title(run)
    clients = batch.get("client_id")
    where = countries(run.book, "client_id", list({one for one in clients if one}))
    home = run.book.meta["country"]
    names, firsts, lasts = (list(batch.get(one)) for one in ("name", "first_name", "last_name"))
    middles, suffixes = batch.get("middle_name"), batch.get("name_suffix")
    sexes, titles = list(batch.get("sex")), list(batch.get("title"))
    more = cards.forms(run.c)
    honorifics = [_told(given, sexes, index, more) for index, given in enumerate(batch.get("honorific"))]
    for index, (name, first, last) in enumerate(zip(names, firsts, lasts, strict=True)):
        country = where.get(clients[index]) or home
        name = names[index] = with_suffix(name, suffixes[index])
        if first or last:
            firsts[index] = first = whole_name(first, middles[index])
            names[index] = name or whole_name(first, last, suffixes[index])
        elif name and is_exact:
            firsts[index], lasts[index] = split_name(name, country)
        elif name:
            found = cards.person(name, country, more)
            names[index], firsts[index], lasts[index] = found.whole, found.first, found.last
            sexes[index] = sexes[index] or found.sex or None
            honorifics[index] = honorifics[index] or found.honorific or None
        if titles[index] and may_stand_before and (said := said_by(titles[index], more)):
            # The column called "title" is that of Outlook, where it stands before the name.
            titles[index] = None
            honorifics[index] = honorifics[index] or said[0] or None
            sexes[index] = sexes[index] or said[1] or None
    batch.values |= {"name": names, "first_name": firsts, "last_name": lasts}
    for field, values in (("sex", sexes), ("title", titles)):
        if field in batch.values or any(values):
            batch.values[field] = values
    holding.keep_facts(batch, "honorific", honorifics)
    holding.add_scripts(run, batch, [where.get(one) or home for one in clients])


def _is_called_title(run: Run) -> bool:
    """Whether positions come from a column of that name; what is called a position or a job is one: Professor, Doctor."""
    from kam_cli.formats.headers import normalise

    reading = run.reading
    fed = [index for field in ("title", "contact_title") for index in reading.match.columns.get(field, ())]
    return any(normalise(reading.table.header[index]) == "title" for index in fed)


def _told(text: str | None, sexes: list[Any], index: int, more: Any) -> str | None:
    """The title that a form of address holds; where it tells the sex, that is noted."""
    said = said_by(text, more) if text else None
    if said is None:
        return text
    sexes[index] = sexes[index] or said[1] or None
    return said[0] or None
