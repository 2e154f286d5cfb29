"""Contracts in the book, with their clauses, versions and documents."""

from __future__ import annotations

from kam_cli.domains.contracts import rules
from kam_cli.listing import Listing
from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]

# What an edit may empty: public name → column.
CLEARABLE = {
    "number": "number", "value": "value_minor", "starts": "starts_on", "ends": "ends_on", "deal": "deal_id",
    "with": "contact_id", "note": "note",
}  # fmt: skip
_STATE = "kam_contract_state(k.status, k.starts_on, k.ends_on, k.extended_on, k.ended_on)"
_COUNT = "(SELECT count(*) FROM contract_{} x WHERE x.contract_id = k.id{})"


class ContractListing(Listing):
    """The list of contracts: what each is today is worked out by the rules."""

    __slots__ = ()

    def prepare(self, c: Context) -> None:
        """Give SQL the state of a contract on the command's today."""
        know_today(c.book, c.today)


LISTING = ContractListing(
    {
        "id": "k.id", "uid": "k.uid", "number": "k.number", "client_id": "k.client_id", "client": "c.name",
        "title": "k.title", "status": _STATE, "value_minor": "k.value_minor", "currency": "k.currency",
        "starts_on": "k.starts_on", "ends_on": "k.ends_on", "notice_days": "k.notice_days", "notice_on": "k.notice_on",
        "is_referral": "k.is_referral", "signed_on": "k.signed_on", "extended_on": "k.extended_on",
        "ended_on": "k.ended_on", "reason": "k.reason", "deal_id": "k.deal_id", "deal": "d.title",
        "contact_id": "k.contact_id", "contact": "p.name",
        "clauses_open": _COUNT.format("clauses", " AND x.agreed IS NULL"),
        "versions": _COUNT.format("versions", ""), "documents": _COUNT.format("files", ""),
        "note": "k.note", "created_at": "k.created_at", "updated_at": "k.updated_at",
    },
    "contracts k LEFT JOIN clients c ON c.id = k.client_id LEFT JOIN deals d ON d.id = k.deal_id "
    "LEFT JOIN contacts p ON p.id = k.contact_id",
    base="k.deleted_at IS NULL",
    order="coalesce(k.ended_on, k.ends_on) NULLS LAST, k.id",
    show="id number client title status value_minor starts_on ends_on notice_on clauses_open",
    wide="number starts_on clauses_open",
    empty="no such contracts. Add one: kam contract add acme \"Frame agreement\" --ends eoy",
)  # fmt: skip


def know_today(book: Book, today: datetime.date) -> None:
    """Give SQL ``kam_contract_state``: a contract's state on this day."""
    day = today.isoformat()

    def state(
        status: str, starts: str | None, ends: str | None, extended: str | None, ended: str | None
    ) -> str:
        return rules.state(status, day, starts_on=starts, ends_on=ends, extended_on=extended, ended_on=ended)

    book.conn.create_function("kam_contract_state", 5, state, deterministic=True)


def filters(status: str | None) -> list[tuple[str, list[Any]]]:
    """The filters of a list: contracts in one state, ``running`` ones, ``all``, else (None) those that are not over."""
    if status == "all":
        return []
    alive = [state for state in rules.STATES if state not in rules.OVER]
    states = alive if status is None else rules.RUNNING if status == "running" else [status]
    return [(f"{_STATE} IN ({', '.join('?' * len(states))})", list(states))]


def ends_within(today: datetime.date, days: int) -> tuple[str, list[Any]]:
    """The filter: the last day is today or one of so many days after it."""
    sql = "coalesce(k.ended_on, k.ends_on) BETWEEN ? AND date(?, '+' || ? || ' days')"
    return sql, [today.isoformat(), today.isoformat(), days]


# --- changing -----------------------------------------------------------------------------------------------


def add(book: Book, contract: Row) -> int:
    """A new contract; gives its number."""
    return book.insert("contracts", with_keys({name: v for name, v in contract.items() if v is not None}))


def edit(book: Book, contract_id: int, fields: Row) -> Row:
    """Change a contract; gives what changed."""
    return book.update("contracts", contract_id, with_keys(fields))


def with_keys(fields: Row) -> Row:
    """Fields with the search keys of those that have one."""
    keys = {
        f"{name}_key": fields[name] and fold(fields[name]) for name in ("title", "number") if name in fields
    }
    return {**fields, **keys}


def put_clause(book: Book, contract_id: int, clause: str, fields: Row) -> Row:
    """Enter a clause, or change the one of that name; gives it."""
    old = clause_of(book, contract_id, clause)
    if old:
        book.update("contract_clauses", old["id"], fields)
    else:
        row = {"contract_id": contract_id, "clause": clause, "clause_key": fold(clause), **fields}
        book.insert("contract_clauses", row)
    found = clause_of(book, contract_id, clause)
    assert found is not None
    return found


def drop(book: Book, table: str, row_id: int) -> None:
    """Take a clause or a document off a contract."""
    book.conn.execute(f"DELETE FROM contract_{table} WHERE id = ?", (row_id,))


def add_version(book: Book, contract_id: int, made_on: str, note: str | None) -> Row:
    """The next version of a contract: ``id number``."""
    last = book.value("SELECT max(number) FROM contract_versions WHERE contract_id = ?", (contract_id,)) or 0
    row = {"contract_id": contract_id, "number": last + 1, "made_on": made_on, "note": note}
    return {"id": book.insert("contract_versions", row), "number": last + 1}


def put_file(book: Book, contract_id: int, file: Row, version_id: int | None = None) -> Row:
    """Attach a file (``path sha256 size_bytes attached_on note``), or take note of what it holds now.

    A version's own file is never written over: the version is what it was then.
    """
    old = None
    if version_id is None:
        old = book.row(
            "SELECT * FROM contract_files WHERE contract_id = ? AND path = ? AND contract_version_id IS NULL",
            (contract_id, file["path"]),
        )
    if old:
        book.update("contract_files", old["id"], {name: v for name, v in file.items() if v is not None})
        return {**old, "is_new": False}
    row = {"contract_id": contract_id, "contract_version_id": version_id, **file}
    return {"id": book.insert("contract_files", row), "is_new": True}


# --- reading ------------------------------------------------------------------------------------------------


def get(book: Book, contract_id: int) -> Row:
    row = book.row("SELECT * FROM contracts WHERE id = ?", (contract_id,))
    assert row is not None
    return row


def clauses(book: Book, contract_id: int) -> list[Row]:
    """The protocol of disagreements, in the order of entry: ``id uid clause ours theirs agreed``."""
    sql = (
        "SELECT id, uid, clause, ours, theirs, agreed FROM contract_clauses WHERE contract_id = ? ORDER BY id"
    )
    return book.rows(sql, (contract_id,))


def clause_of(book: Book, contract_id: int, clause: str) -> Row | None:
    """The clause of that name."""
    sql = "SELECT * FROM contract_clauses WHERE contract_id = ? AND clause_key = ?"
    return book.row(sql, (contract_id, fold(clause)))


def versions(book: Book, contract_id: int) -> list[Row]:
    """The versions, the last one first: ``id uid number made_on note``."""
    sql = "SELECT id, uid, number, made_on, note FROM contract_versions WHERE contract_id = ? ORDER BY number DESC"
    return book.rows(sql, (contract_id,))


def files(book: Book, contract_id: int | None = None) -> list[Row]:
    """The documents of a contract, or of all: ``id uid contract_id version path sha256 size_bytes attached_on note``.

    ``version`` is the number of the version that a file is.
    """
    return book.rows(
        "SELECT f.id, f.uid, f.contract_id, v.number AS version, f.path, f.sha256, f.size_bytes, f.attached_on, "
        "f.note FROM contract_files f JOIN contracts k ON k.id = f.contract_id "
        "LEFT JOIN contract_versions v ON v.id = f.contract_version_id "
        "WHERE k.deleted_at IS NULL AND (? IS NULL OR f.contract_id = ?) ORDER BY f.contract_id, v.number, f.id",
        (contract_id, contract_id),
    )


def of_client(book: Book, client_id: int) -> list[Row]:
    """A client's contracts, as the list has them, those in force first."""
    names = ", ".join(f"{sql} AS {name}" for name, sql in LISTING.columns.items())
    return book.rows(
        f"SELECT {names} FROM {LISTING.source} WHERE {LISTING.base} AND k.client_id = ? "
        f"ORDER BY {_STATE} IN ('expired', 'ended'), {LISTING.order}",
        (client_id,),
    )
