"""The page of a client: the card, the people, what is ahead, the last contacts, open deals, NPS, details."""

from __future__ import annotations

from kam_cli import registry
from kam_cli.domains.clients import blocks, cards, details, rules, store, timeline
from kam_cli.domains.contacts import store as contacts
from kam_cli.domains.orders import store as orders
from kam_cli.output import Block, Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kam_cli.command import Context

    Row = dict[str, Any]

ANSWERS = 4  # NPS answers shown
ORDERS = 5  # and orders, those first that are not wholly delivered
HEAD = ("phone", "email", "tag")  # details that stand in the card's first block


def build(c: Context, client_id: int, last: int) -> Page:
    """The page with the ``last`` contacts.

    Its data is one record: the columns of `store.LISTING`, ``aliases``, and lists: ``merged`` ``details`` ``contacts``
    ``interactions`` ``appointments`` ``deals`` ``orders`` ``tasks`` ``answers``,
    and what further nouns have of him.
    """
    key, book = "client_id", c.book
    data: Row = {
        **store.LISTING.one(c, client_id),
        "aliases": cards.aliases(book, key, client_id),
        "merged": cards.merged(book, key, client_id),
        "details": details.of(book, key, client_id),
        "contacts": contacts.of_client(book, client_id),
        "interactions": timeline.interactions(book, key, client_id, last),
        "appointments": timeline.appointments(book, key, client_id),
        "deals": timeline.open_deals(book, key, client_id),
        "orders": orders.of_client(book, client_id, ORDERS),
        "tasks": timeline.tasks(book, key, client_id),
        "answers": timeline.answers(book, key, client_id, ANSWERS),
    }
    further_blocks = [block(c, data, client_id) for block in of_nouns()]
    total = timeline.count(book, key, client_id)
    here = (client_id, None)
    return Page(
        data,
        [
            head(c, data),
            blocks.people(c, data["contacts"]),
            *blocks.ahead(c, data["appointments"], data["tasks"], here),
            blocks.contacts(c, data["interactions"], total, f"kam log list --client {data['handle']}", here),
            blocks.deals(c, data["deals"], here),
            blocks.orders(c, data["orders"], orders.count_of(book, client_id), data["handle"]),
            *further_blocks,
            blocks.answers(c, data["answers"], here),
            further(data),
        ],
    )


def of_nouns() -> list[Callable[[Context, Row, int], Block]]:
    """What the nouns that stand on a client's page (``on_client.py``) put there: each adds its records to the data under
    its plural, and gives its block."""
    modules: list[Any] = [
        registry.load(f"{entry.module}.on_client") for entry in registry.ENTRIES if entry.on_client
    ]
    return [module.put for module in modules]


def head(c: Context, data: Row) -> Block:
    """Who it is, where, how often, how content, and how to reach them."""
    from kam_cli.values.countries import country_name

    place = ", ".join(
        part for part in (data["city"], data["country"] and country_name(data["country"])) if part
    )
    is_aside = "archived" if data["archived_at"] else None
    title = blocks.joined(data["name"], data["handle"], data["stage"], place, is_aside)
    lines = dict(details.grouped(data["details"]))
    answer = data["answers"][0] if data["answers"] else None
    address = ", ".join(part for part in (data["address"], town(data), data["region"]) if part)
    return Block(
        title,
        pairs=[
            ("tags", lines.get("tag")),
            ("rhythm", rhythm(c, data)),
            (
                "NPS",
                answer
                and f"{answer['score']} {answer['nps_group']}, {blocks.day_said(answer['answered_on'])}",
            ),
            ("birthday", data["birthday"] and rules.say_birthday(data["birthday"], c.today)),
            ("phone", lines.get("phone")),
            ("email", lines.get("email")),
            ("address", address if data["address"] or data["region"] else None),
            ("website", data["website"]),
            ("note", data["note"]),
        ],
    )


def town(data: Row) -> str:
    return " ".join(part for part in (data["postcode"], data["city"]) if part)


def rhythm(c: Context, data: Row) -> str:
    import datetime

    due = data["next_due_on"] and datetime.date.fromisoformat(data["next_due_on"])
    return rules.say_rhythm(data["cadence_days"], due, c.today)


def further(data: Row) -> Block:
    """What else the card holds."""
    return blocks.more(
        data["details"],
        HEAD,
        ("known as", data["aliases"]),
        ("merged", cards.say_merged(data["merged"])),
        ("kind", data["kind"]),
        ("segment", data["segment"]),
        ("source", data["source"]),
        ("document", data["document_no"]),
        ("client since", blocks.day_said(data["since_on"])),
        ("verified", blocks.day_said(data["verified_on"])),
    )
