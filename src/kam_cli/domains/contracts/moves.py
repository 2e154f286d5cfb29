"""What the contract commands do to a contract: its moves, its clauses, its documents, and the line they answer with."""

from __future__ import annotations

import os

from kam_cli.domains.contracts import rules, store
from kam_cli.errors import Ambiguous, BadValue, KamError, NotFound
from kam_cli.kinds import line
from kam_cli.output import Saved
from kam_cli.params import Kind
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

LONGEST = 200  # characters of a clause's name


def _clause(c: Context, text: str) -> str:
    name = str(line.parse(c, text))
    if len(name) > LONGEST:
        raise BadValue(
            f"it has {len(name)} characters; at most {LONGEST}, its wording goes to --ours, --theirs"
        )
    return name


clause_name = Kind(_clause, "CLAUSE")


def _file(c: Context, text: str) -> str:
    path = os.path.abspath(os.path.expanduser(text))
    if not os.path.isfile(path):
        raise BadValue(f"{path} {'is no ordinary file' if os.path.exists(path) else 'is not there'}")
    return path


pathname = Kind(_file, "FILE")
shown_path = Kind(lambda c, text: line.parse(c, text), "TEXT")  # of a document that may be gone


def state_of(c: Context, contract: Row) -> str:
    """The state, today, of a stored contract."""
    days = {name: contract[name] for name in ("starts_on", "ends_on", "extended_on", "ended_on")}
    return rules.state(contract["status"], c.today.isoformat(), **days)


def move(c: Context, contract_id: int, verb: str, fields: Row, done: str) -> Saved:
    """Bring a contract where ``verb`` leads, with ``fields``. Raises KamError where it does not lead anywhere."""
    old = store.get(c.book, contract_id)
    status = rules.moved(state_of(c, old), verb, f"contract #{contract_id} {old['title']!r}")
    store.edit(c.book, contract_id, {**fields, "status": status})
    return saved(c, contract_id, done)


def refuse_open(c: Context, contract: Row) -> None:
    """Raises KamError where a contract that may be signed has clauses that are not agreed."""
    left = [one["clause"] for one in store.clauses(c.book, contract["id"]) if one["agreed"] is None]
    if left and "sign" in rules.MOVES[contract["status"]]:
        raise KamError(
            f"contract #{contract['id']} {contract['title']!r} has {len(left)} open clause{'s'[: len(left) > 1]}: "
            f"{', '.join(left)}. Settle: kam contract clause; or sign it all the same: --open"
        )


def refuse_too_early(contract: Row, day: datetime.date, label: str) -> None:
    """Raises KamError for a day before the contract was signed."""
    first = contract["signed_on"]
    if first and day.isoformat() < first:
        raise KamError(f"{label}: the contract was signed on {first}, after {day}")


# --- clauses ------------------------------------------------------------------------------------------------


def settle(c: Context, contract_id: int, clause: str, fields: Row, is_removing: bool) -> Saved:
    """Enter, change or take off a clause. Raises KamError once wordings are no longer discussed."""
    old = store.get(c.book, contract_id)
    known = _known_clause(c, contract_id, clause, is_removing)
    state = state_of(c, old)
    is_open = known is not None and known["agreed"] is None
    if not rules.may_discuss(state, is_open, set(fields) == {"agreed"}):
        raise KamError(
            f"contract #{contract_id} {old['title']!r} {rules.SAID[state]}: only what was left open then is still to be "
            "agreed (--agreed). A new text: kam contract version"
        )
    if is_removing:
        assert known is not None
        store.drop(c.book, "clauses", known["id"])
        return saved(c, contract_id, f"clause {known['clause']} taken off")
    row = store.put_clause(c.book, contract_id, known["clause"] if known else clause, fields)
    if state == "draft":
        store.edit(c.book, contract_id, {"status": "in-negotiation"})
    done = f"agreed: {row['agreed']}" if row["agreed"] else "open"
    return saved(c, contract_id, f"clause {row['clause']} {done}", clause=record(row))


def _known_clause(c: Context, contract_id: int, text: str, is_needed: bool) -> Row | None:
    """The clause of that name, else the one whose name begins with that word: 7 is "7 payment". Raises NotFound."""
    if found := store.clause_of(c.book, contract_id, text):
        return found
    rows = store.clauses(c.book, contract_id)
    key = fold(text)
    near = [row for row in rows if key and fold(row["clause"]).split()[: len(key.split())] == key.split()]
    if len(near) == 1:
        return near[0]
    if len(near) > 1:
        raise Ambiguous(
            f"{text!r} begins {len(near)} clauses; type more of it:", [row["clause"] for row in near]
        )
    if is_needed:
        there = ", ".join(row["clause"] for row in rows) or "none"
        raise NotFound(
            f"no clause {text[:40]!r} on the protocol of contract #{contract_id}; there are {there}"
        )
    return None


def record(row: Row) -> Row:
    """A row without what is of no use outside the book."""
    return {name: value for name, value in row.items() if name not in ("clause_key", "contract_id")}


# --- documents ----------------------------------------------------------------------------------------------


def document(label: str, path: str, day: str, note: str | None) -> Row:
    """The row of a file as it is now. Raises BadValue where it cannot be read."""
    from kam_cli.domains.contracts.documents import taken

    return taken(label, path, day, note)


def attached(c: Context, contract_id: int, text: str | None) -> Row:
    """The one document of that number, or whose path is, ends with or holds a text; without one the only document.

    Raises NotFound and Ambiguous.
    """
    files = store.files(c.book, contract_id)
    text = "" if text is None else text
    full, number = os.path.abspath(os.path.expanduser(text)), text.removeprefix("#")
    steps = (
        lambda file: str(file["id"]) == number,
        lambda file: file["path"] == full,
        lambda file: fold(os.path.basename(file["path"])) == fold(text),
        lambda file: fold(text) in fold(file["path"]),
    )
    found = next((some for step in steps if (some := [file for file in files if step(file)])), [])
    if len(found) > 1:
        lines = [f"#{file['id']} {file['path']}" for file in found]
        what = f"{text!r} matches" if text else "there are"
        raise Ambiguous(f"{what} {len(found)} documents; name one by its number:", lines)
    if not found:
        there = ", ".join(os.path.basename(file["path"]) for file in files) or "none"
        raise NotFound(
            f"no document {text[:80]!r}".removesuffix(" ''")
            + f" at contract #{contract_id}; there are {there}"
        )
    return found[0]


# --- what is answered ---------------------------------------------------------------------------------------


def saved(c: Context, contract_id: int, done: str, **more: Row) -> Saved:
    """The one line a change is answered with, and the record, with what was changed beside it."""
    from kam_cli.values.money import format_money

    row = store.LISTING.one(c, contract_id)
    value = row["value_minor"] is not None and format_money(row["value_minor"], row["currency"])
    last = row["ended_on"] or row["ends_on"]
    until = last and f"{'to' if row['status'] in rules.RUNNING else 'until'} {said(last)}"
    parts = [
        f"contract #{contract_id} {row['title']}",
        row["number"] and f"no. {row['number']}",
        row["client"],
    ]
    parts += [value, row["status"], until]
    return Saved(" · ".join(str(part) for part in parts if part) + f" – {done}", row | more)


def said(day: str) -> str:
    """A local date with its weekday."""
    import datetime

    from kam_cli.values.dates import echo_day

    return echo_day(datetime.date.fromisoformat(day))
