"""One card out of two: what it will hold, and the change itself; of clients and of contacts alike."""

from __future__ import annotations

from kam_cli import merging
from kam_cli.domains.clients import cards, details, merge_rules, phones
from kam_cli.domains.clients.merge_rules import OPEN, A, B, Line
from kam_cli.domains.clients.rules import LONGEST_DETAIL
from kam_cli.domains.interactions import store as interactions
from kam_cli.stamps import utc_now

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.noun import Noun

    Row = dict[str, Any]
    Edit = Callable[[Book, int, Row], Row]

UNITS = {"client": merge_rules.CLIENT, "contact": merge_rules.CONTACT}
NEWER, OLDER = "newer", "older"
MOST_PERSONS = 40  # of a client that are compared with each other after a merge
TOLD = 3


class Join:
    """Two cards of a ``noun`` about to be one: ``into`` (A) stays, ``gone`` (B) goes. ``lines`` tell what is taken of
    each field, ``moved`` how many rows of which table go over. Contacts joined because their clients are (``at`` the one
    that stays) have one position each."""

    def __init__(
        self, book: Book, noun: Noun, into: int, gone: int, prefer: str = "", at: int | None = None
    ) -> None:
        self.noun, self.at = noun, at
        self.owner = f"{noun.name}_id"
        self.into, self.gone = card(book, noun, into, at), card(book, noun, gone, at)
        self.preferred = prefer if prefer in ("", A, B) else self._by_age(prefer)
        self.lines = merge_rules.lines(UNITS[noun.name], self.into, self.gone, self.preferred)
        self.moved = merging.pointing(book, noun.table, gone)

    def _by_age(self, prefer: str) -> str:
        """The card that was changed last, or the other; of two changed in one second the later entered is the newer."""
        a, b = ((row["updated_at"], row["id"]) for row in (self.into, self.gone))
        return A if (a > b) == (prefer == NEWER) else B

    @property
    def open(self) -> list[Line]:
        """The fields in which the cards contradict each other, and nothing says which one counts."""
        return [line for line in self.lines if line.takes == OPEN]

    def decide(self, line: Line, side: str) -> None:
        """Take a contradicted field from A or B."""
        at = self.lines.index(line)
        self.lines[at] = merge_rules.line(line.unit, self.into, self.gone, side)

    def contradicted(self) -> list[Line]:
        """The fields of which one value is given up."""
        found = merge_rules.lines(UNITS[self.noun.name], self.into, self.gone)
        return [now for then, now in zip(found, self.lines, strict=True) if then.takes == OPEN]

    def is_as_planned(self, book: Book) -> bool:
        """Whether both cards still are what they were when the question was asked."""
        return [card(book, self.noun, row["id"], self.at) for row in (self.into, self.gone)] == [
            self.into,
            self.gone,
        ]

    def carry_out(self, book: Book, edit: Edit, day: str) -> None:
        """Make it so, inside a write; ``edit`` changes a card of the noun, ``day`` is the local date."""
        into, gone = self.into["id"], self.gone["id"]
        kept = [detail for line in self.contradicted() for detail in self._kept(line, day)]
        details.hand_over(book, self.owner, gone, into)
        merging.absorb(book, self.noun.table, into, gone)
        values: Row = {}
        for line in self.lines:
            values |= line.values
        if "archived_at" in self.into:
            values["archived_at"] = self.into["archived_at"] and self.gone["archived_at"]
        changed = edit(
            book, into, {name: value for name, value in values.items() if value != self.into[name]}
        )
        details.add(book, self.owner, into, kept)
        self._keep_names(book)
        if self.noun.name == "contact":
            interactions.drop_repeated(book, into)
        else:
            from kam_cli.domains.payments import allocating
            from kam_cli.domains.terms import store as terms

            terms.keep_newest(book, into)
            allocating.settle(book, [into])
        # A number is read by the country of its client, which may be another one now.
        whose = "p.id = ?" if self.noun.name == "contact" else "coalesce(c.id, w.id) = ?"
        phones.refresh(book, f"AND {whose}", (into,))
        now = utc_now()
        book.update(self.noun.table, gone, {"merged_into_id": into, "deleted_at": now})
        if not changed:
            # So that the history of the card tells of the merge.
            book.conn.execute(f"UPDATE {self.noun.table} SET updated_at = ? WHERE id = ?", (now, into))

    def _kept(self, line: Line, day: str) -> list[details.Detail]:
        loser = self.into if line.takes == B else self.gone
        found = merge_rules.lost(line, loser, day)
        return [(kind, label, value[:LONGEST_DETAIL]) for kind, label, value in found]

    def _keep_names(self, book: Book) -> None:
        """The names of the card that goes find the one that stays; so does its handle, unless a name does already."""
        into = self.into["id"]
        cards.add_alias(book, self.owner, into, self.gone["name"])
        if handle := self.gone.get("handle"):
            keys = book.column(f"SELECT name_key FROM aliases WHERE {self.owner} = ?", (into,))
            names = [self.into["name_key"], *keys]
            if "-" in handle or not any(word.startswith(handle) for name in names for word in name.split()):
                cards.add_alias(book, self.owner, into, handle)
        cards.drop_alias_of_name(book, self.owner, into)


def card(book: Book, noun: Noun, row_id: int, at: int | None = None) -> Row:
    """A card with what is compared of it: of a contact (who is ``at`` a client, if not at his own) also the name of
    that ``client`` and the keys of the ``emails``."""
    row = book.row(f"SELECT * FROM {noun.table} WHERE id = ?", (row_id,))
    assert row is not None
    if noun.name == "contact":
        row["client_id"] = at or row["client_id"]
        row["client"] = book.value("SELECT name FROM clients WHERE id = ?", (row["client_id"],))
        row["emails"] = book.column(
            "SELECT value_key FROM details WHERE contact_id = ? AND kind = 'email' ORDER BY value_key",
            (row_id,),
        )
    return row


def persons(book: Book, noun: Noun, into: int, gone: int) -> list[tuple[int, int]]:
    """Contacts at two clients who are one person each: pairs of numbers, his at the one and at the other.

    A name that several contacts of one client have pairs nobody.
    """
    sql = "SELECT id FROM contacts WHERE client_id = ? AND deleted_at IS NULL ORDER BY id"
    mine, others = (
        [card(book, noun, row_id) for row_id in book.column(sql, (client,))] for client in (into, gone)
    )
    found = []
    for one in mine:
        same = [other for other in others if other["name_key"] == one["name_key"]]
        alone = [other for other in mine if other["name_key"] == one["name_key"]]
        if len(same) == len(alone) == 1 and merge_rules.same_person(one, same[0]):
            found.append((one["id"], same[0]["id"]))
    return found


def alike_persons(book: Book, client_id: int) -> list[str]:
    """Contacts of a client who may be one person, with the command that merges them; the first few."""
    from kam_cli import registry
    from kam_cli.domains.clients import doubles
    from kam_cli.likeness import LOOKALIKE, compare

    noun = registry.noun("contact")
    sql = "SELECT id FROM contacts WHERE client_id = ? AND deleted_at IS NULL ORDER BY id LIMIT ?"
    there = doubles.cards(book, noun, book.column(sql, (client_id, MOST_PERSONS)))
    names = dict(book.conn.execute("SELECT id, name FROM contacts WHERE client_id = ?", (client_id,)))
    judged = doubles.different(book, noun)
    return [
        f"{names[a.id]} and {names[b.id]}: kam contact merge {a.id} {b.id}"
        for at, a in enumerate(there)
        for b in there[at + 1 :]
        if (a.id, b.id) not in judged and compare(a, b).score >= LOOKALIKE
    ][:TOLD]
