"""The page of one contract: its terms, what is not agreed yet, its versions, and whether its documents are as they were."""

from __future__ import annotations

import datetime

from kam_cli.domains.contracts import documents, rules, store
from kam_cli.domains.contracts.moves import said
from kam_cli.output import Block, Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]


def build(c: Context, contract_id: int) -> Page:
    """The page; its data: the row of the list, and the lists ``clauses versions files`` (each file with its ``state``)."""
    row = store.LISTING.one(c, contract_id)
    data = {
        **row,
        "clauses": store.clauses(c.book, contract_id),
        "versions": store.versions(c.book, contract_id),
        "files": [{**file, "state": documents.found(file)} for file in store.files(c.book, contract_id)],
    }
    number = f" no. {row['number']}" if row["number"] else ""
    title = f"{row['title']}{number} · {row['client']} · #{contract_id}"
    return Page(data, [Block(title, pairs=terms(c, row)), protocol(data), texts(data), papers(data)])


def terms(c: Context, row: Row) -> list[tuple[str, Any]]:
    """The facts, the decisive ones first."""
    from kam_cli.values.money import format_money

    return [
        ("status", row["status"]),
        ("value", row["value_minor"] is not None and format_money(row["value_minor"], row["currency"])),
        ("holds", holds(c, row)),
        ("renewal", renewal(row)),
        ("signed", row["signed_on"] and said(row["signed_on"])),
        ("extended", row["extended_on"] and said(row["extended_on"])),
        ("ended", row["ended_on"] and said(row["ended_on"])),
        ("reason", row["reason"]),
        ("referral", "the client recommends us" if row["is_referral"] else None),
        ("deal", row["deal"]),
        ("person", row["contact"]),
        ("note", row["note"]),
    ]


def holds(c: Context, row: Row) -> str | None:
    """``from … to …, 41 days left``."""
    starts, ends = row["starts_on"], row["ends_on"]
    parts = [
        starts and f"from {said(starts)}",
        f"to {said(ends)}" if ends else "without end" if starts else None,
    ]
    text = " ".join(part for part in parts if part)
    if ends and row["status"] in rules.RUNNING and not row["ended_on"]:
        left = (datetime.date.fromisoformat(ends) - c.today).days
        text += f", {left} day{'' if left == 1 else 's'} left" if left else ", today is the last day"
    return text or None


def renewal(row: Row) -> str | None:
    """When its renewal comes up, while that is still to be decided."""
    is_open = row["notice_on"] and not row["ended_on"] and row["status"] not in rules.OVER
    return f"to be decided from {said(row['notice_on'])}" if is_open else None


def protocol(data: Row) -> Block:
    """The clauses on which the parties differ, or differed."""
    pairs = []
    for one in data["clauses"]:
        lines = [f"{name}: {one[name]}" for name in ("ours", "theirs", "agreed") if one[name]]
        pairs.append((one["clause"], lines if one["agreed"] else [*lines, "open"]))
    return Block("Protocol of disagreements", pairs=pairs)


def texts(data: Row) -> Block:
    rows = [{**one, "version": f"version {one['number']}"} for one in data["versions"]]
    return Block("Versions", rows=rows, show=("version", "made_on", "note"))


def papers(data: Row) -> Block:
    """The documents; which of them is not as it was comes first."""
    rows = []
    for file in data["files"]:
        what = f"version {file['version']}" if file["version"] else file["note"]
        state = "" if file["state"] == "unchanged" else file["state"].upper()
        rows.append({**file, "id": f"#{file['id']}", "state": state, "what": what})
    rows.sort(key=lambda row: row["state"], reverse=True)
    names = [
        name for name in ("state", "path", "attached_on", "what", "id") if any(row[name] for row in rows)
    ]
    return Block("Documents", rows=rows, show=names)
