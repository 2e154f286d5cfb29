"""What two cards of one client or person come to: field by field the fuller value, or a contradiction to be decided."""

from __future__ import annotations

from collections import namedtuple

from kam_cli.text import document_key, fold, site_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Row = dict[str, Any]

SAME, A, B, BOTH, OPEN = "same", "A", "B", "both", "?"

# Fields that are decided together: ``rule`` is fuller, first (A's unless B's is preferred), further (of the stages of
# life), earliest, latest or joined.
Unit = namedtuple("Unit", "name columns rule", defaults=("fuller",))
# One of them on two cards: what it is on A and on B, as a person reads it; which is taken; the values that A gets.
Line = namedtuple("Line", "unit a b takes values")

LIFE = ("prospect", "new", "regular", "key")
_PLACE = ("address", "postcode", "city", "region", "country")
CLIENT = (
    Unit("name", ("name",), "first"), Unit("handle", ("handle",), "first"), Unit("kind", ("kind",)), Unit("stage", ("stage",), "further"),
    Unit("segment", ("segment",)), Unit("source", ("source",)), Unit("address", _PLACE), Unit("website", ("website",)),
    Unit("document", ("document_no",)), Unit("birthday", ("birthday",)), Unit("every", ("cadence_days",)),
    Unit("since", ("since_on",), "earliest"), Unit("verified", ("verified_on",), "latest"), Unit("note", ("note",), "joined"),
)  # fmt: skip
# A position is held at a client: who is somewhere else has another one there.
CONTACT = (
    Unit("name", ("name", "first_name", "last_name"), "first"), Unit("position", ("client_id", "title", "role")), Unit("sex", ("sex",)),
    Unit("birthday", ("birthday",)), Unit("verified", ("verified_on",), "latest"), Unit("note", ("note",), "joined"),
)  # fmt: skip
_EXACT = (
    "country",
    "kind",
    "cadence_days",
    "client_id",
    "sex",
    "role",
    "stage",
)  # of which no value is fuller than another


def lines(units: Sequence[Unit], a: Row, b: Row, preferred: str = "") -> list[Line]:
    """The units of two cards that hold anything, each with what is taken of it.

    Where A and B contradict each other that is `OPEN`, and nothing is taken, unless one is ``preferred``: `A` or `B`.
    """
    found = [line(unit, a, b, preferred) for unit in units]
    return [one for one in found if one.a or one.b]


def line(unit: Unit, a: Row, b: Row, preferred: str = "") -> Line:
    takes, values = decided(unit, a, b, preferred)
    return Line(unit, said(unit, a), said(unit, b), takes, values)


def decided(unit: Unit, a: Row, b: Row, preferred: str = "") -> tuple[str, Row]:
    """What is taken of a unit, and the values of its columns."""
    mine, others = ({name: row[name] for name in unit.columns} for row in (a, b))
    if mine == others:
        return SAME, mine
    if unit.rule == "first":
        # A handle is what a person types for the card that stays.
        is_b = preferred == B and unit.name != "handle"
        return (B, others) if is_b else (A, mine)
    (one,) = unit.columns if len(unit.columns) == 1 else ("",)
    if unit.rule == "joined" and mine[one] and others[one]:
        return _joined(one, mine[one], others[one])
    takes = {name: _taken(unit.rule, name, mine[name], others[name]) for name in unit.columns}
    if OPEN in takes.values():
        return {A: (A, mine), B: (B, others)}.get(preferred, (OPEN, {}))
    values = {name: others[name] if side == B else mine[name] for name, side in takes.items()}
    sides = {side for side in takes.values() if side != SAME}
    return sides.pop() if len(sides) == 1 else BOTH, values


def _taken(rule: str, name: str, a: Any, b: Any) -> str:
    """Which of two values of a column is taken; one that is there before one that is not."""
    if a == b:
        return SAME
    if not a or not b:
        return A if a else B
    if rule in ("earliest", "latest"):
        return A if (a < b) == (rule == "earliest") else B
    if rule == "further" and a in LIFE and b in LIFE:
        return A if LIFE.index(a) > LIFE.index(b) else B
    return OPEN if name in _EXACT else fuller(name, a, b)


def fuller(name: str, a: str, b: str) -> str:
    """Which of two texts says the same as the other and more; `OPEN` where they contradict each other."""
    if name == "birthday":
        if a[-5:] != b[-5:] or "-" not in (a[0], b[0]):
            return OPEN
        return B if a[0] == "-" else A
    key = {"website": site_key, "document_no": document_key}.get(name, fold)
    mine, others = key(a) or fold(a), key(b) or fold(b)
    if mine == others:
        return A if _letters(a) >= _letters(b) else B
    if name in ("website", "document_no"):
        return OPEN
    if f" {mine} " in f" {others} ":
        return B
    return A if f" {others} " in f" {mine} " else OPEN


def _letters(text: str) -> tuple[int, int]:
    """How much is written: accents count, so that Łódź is more than Lodz."""
    return len(text), len(text.encode())


def _joined(name: str, a: str, b: str) -> tuple[str, Row]:
    """Both notes, or the one that holds the other."""
    if b in a:
        return A, {name: a}
    return (B, {name: b}) if a in b else (BOTH, {name: f"{a}\n\n{b}"})


def said(unit: Unit, row: Row) -> str:
    """A unit of one card, as a person reads it."""
    if unit.name == "position":
        return ", ".join(part for part in (row["title"], row["role"], row["client"]) if part)
    if unit.columns == _PLACE:
        town = " ".join(part for part in (row["postcode"], row["city"]) if part)
        return ", ".join(part for part in (row["address"], town, row["region"], row["country"]) if part)
    if unit.name == "every" and row["cadence_days"]:
        return f"{row['cadence_days']} days"
    return " ".join(str(row[unit.columns[0]] or "").split())


def lost(one: Line, other: Row, day: str) -> list[tuple[str, str | None, str]]:
    """Details (kind, label, value) that keep what a contradiction took from a card; ``other`` is that card."""
    name, value = one.unit.name, said(one.unit, other)
    if not value or name in ("kind", "stage", "every", "sex", "name", "handle"):
        return []
    if name in ("website", "address"):
        return [(name, None, value)]
    return [("fact", f"until {day}" if name == "position" else name, value)]


def same_person(a: Row, b: Row) -> bool:
    """Whether two persons of one client are one: one folded name, and neither birthday nor e-mail contradicts it.

    ``emails`` are the comparable forms; where both have some, one has to be the same.
    """
    if a["name_key"] != b["name_key"]:
        return False
    if a["birthday"] and b["birthday"] and fuller("birthday", a["birthday"], b["birthday"]) == OPEN:
        return bool(a["birthday"] == b["birthday"])
    return not (a["emails"] and b["emails"]) or bool(set(a["emails"]) & set(b["emails"]))
