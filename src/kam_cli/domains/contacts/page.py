"""The page of a contact person: the card, what is ahead, the last contacts, open deals, NPS, details."""

from __future__ import annotations

from kam_cli.domains.clients import blocks, cards, details, rules, timeline
from kam_cli.domains.contacts import store
from kam_cli.output import Block, Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

ANSWERS = 4  # NPS answers shown
HEAD = ("phone", "email", "tag")  # details that stand in the card's first block


def build(c: Context, contact_id: int, last: int) -> Page:
    """The page with the ``last`` contacts.

    Its data is one record: the columns of `store.LISTING`, ``aliases``, and lists: ``merged`` ``details``
    ``interactions`` ``appointments`` ``deals`` ``tasks`` ``answers``. All but the first name their client:
    people change jobs.
    """
    key, book = "contact_id", c.book
    data: Row = {
        **store.LISTING.one(c, contact_id),
        "aliases": cards.aliases(book, key, contact_id),
        "merged": cards.merged(book, key, contact_id),
        "details": details.of(book, key, contact_id),
        "interactions": timeline.interactions(book, key, contact_id, last),
        "appointments": timeline.appointments(book, key, contact_id),
        "deals": timeline.open_deals(book, key, contact_id),
        "tasks": timeline.tasks(book, key, contact_id),
        "answers": timeline.answers(book, key, contact_id, ANSWERS),
    }
    total = timeline.count(book, key, contact_id)
    all_of_them = f"kam contact show {contact_id} --last {total}"
    here = (data["client_id"], contact_id)
    return Page(
        data,
        [
            head(c, data),
            *blocks.ahead(c, data["appointments"], data["tasks"], here),
            blocks.contacts(c, data["interactions"], total, all_of_them, here),
            blocks.deals(c, data["deals"], here),
            blocks.answers(c, data["answers"], here),
            blocks.more(
                data["details"],
                HEAD,
                ("known as", data["aliases"]),
                ("merged", cards.say_merged(data["merged"])),
                ("given names", data["first_name"]),
                ("family name", data["last_name"]),
                ("sex", data["sex"]),
                ("verified", blocks.day_said(data["verified_on"])),
            ),
        ],
    )


def head(c: Context, data: Row) -> Block:
    """Who it is, where, and how to reach him."""
    lines = dict(details.grouped(data["details"]))
    return Block(
        blocks.joined(data["name"], data["title"], data["role"]),
        pairs=[
            ("client", f"{data['client']} (#{data['client_id']})" if data["client_id"] else "none known"),
            ("tags", lines.get("tag")),
            ("birthday", data["birthday"] and rules.say_birthday(data["birthday"], c.today)),
            ("phone", lines.get("phone")),
            ("email", lines.get("email")),
            ("note", data["note"]),
        ],
    )
