"""What an import asks a person at the terminal: what the rows are, and what the columns mean that match nothing."""

from __future__ import annotations

from kam_cli.formats.headers import normalise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kam_cli.command import Context
    from kam_cli.formats.headers import Match
    from kam_cli.formats.table import Table
    from kam_cli.imports.noun import Importing

SAMPLES = 3
LOOKED_AT = 100  # rows in which samples are sought
LONGEST = 30
ENOUGH = ("stop", "q", "quit")


def columns(
    c: Context, importing: Importing, table: Table, match: Match, known: Mapping[str, str]
) -> dict[str, str]:
    """Their column → our field ("" leaves it out), of the unmatched columns that hold something; asked one by one.

    Columns that ``known`` already tells of are not asked about.
    """
    from kam_cli.output import ask

    answered = {normalise(name) for name in known}
    samples = _samples(table)
    wanted = [
        name for name in match.unmatched if normalise(name) not in answered and samples.get(name.strip())
    ]
    if not wanted:
        return {}
    taken = set(match.columns) - set(importing.many)
    given: dict[str, str] = {}
    c.note(
        f"{len(wanted)} columns match nothing. Which field is each? Enter leaves it out, stop leaves out the rest."
    )
    for name in wanted:
        free = [field for field in importing.fields if field not in taken]
        while True:
            answer = ask(f"  {name.strip()} ({', '.join(samples[name.strip()])}): ")
            field = _field(answer, free)
            if field is not None or answer.casefold() in ENOUGH:
                break
            c.note(f"    {answer!r} is no field that is free; there are {', '.join(free)}")
        if answer.casefold() in ENOUGH and field is None:
            break
        given[name] = field or ""
        taken |= {field} - {None, "", *importing.many}  # type: ignore[arg-type]
    return given


def _field(answer: str, free: list[str]) -> str | None:
    """The field that was typed, or the only one that begins so; "" for Enter, None for what is none."""
    typed = normalise(answer) if answer else ""
    exact = [field for field in free if normalise(field) == typed]
    begun = exact or [field for field in free if typed and normalise(field).startswith(typed)]
    return "" if not typed else begun[0] if len(begun) == 1 else None


def _samples(table: Table) -> dict[str, list[str]]:
    """Header → a few different values of its column, quoted."""
    found: dict[str, list[str]] = {}
    for _, cells, _ in table.peek(LOOKED_AT):
        for name, cell in zip(table.header, cells, strict=False):
            shown = " ".join(cell.split())
            values = found.setdefault(name.strip(), [])
            quoted = repr(shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…")
            if shown and len(values) < SAMPLES and quoted not in values:
                values.append(quoted)
    return found
