"""Puts the invented story into a new book, dated as if it had been kept day by day."""

from __future__ import annotations

import datetime

from kam_cli.demo.sale import Sale
from kam_cli.domains.clients.details import key_of
from kam_cli.domains.stages.store import AFTER_WIN
from kam_cli.text import fold, handle_for
from kam_cli.values.clock import to_utc
from kam_cli.values.money import parse_money

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kam_cli.book import Book

    Row = dict[str, Any]
    Story = dict[str, list[Row]]


class Loader:
    """Loads one story inside one write of ``book``; ``today`` is the day on which the story is told."""

    def __init__(self, book: Book, today: datetime.date) -> None:
        self.book = book
        self.tz = str(book.meta["tz"])
        self.today = today.isoformat()
        self.start = self.at((today - datetime.timedelta(days=400)).isoformat(), "09:00")
        self.ids: dict[str, int] = {}

    def at(self, day: str, time: str | None = None) -> str:
        clock = datetime.time.fromisoformat(time) if time else None
        return to_utc(datetime.date.fromisoformat(day), clock, self.tz)

    def insert(self, table: str, row: Row, at: str) -> int:
        return self.book.insert(table, {**row, "created_at": at, "updated_at": at})

    def id_of(self, kind: str, key: str | None) -> int | None:
        return self.ids[f"{kind}:{key}"] if key else None

    def load(self, story: Story) -> None:
        for client in story["clients"]:
            self.client(client)
        for contact in story["contacts"]:
            self.contact(contact)
        for deal in story["deals"]:
            self.deal(deal)
        for interaction in story["interactions"]:
            self.interaction(interaction)
        for answer in story["nps"]:
            self.answer(answer)
        for task in story["tasks"]:
            self.task(task)
        Sale(self, datetime.date.fromisoformat(self.today)).load(story)

    def client(self, one: Row) -> None:
        plain = ("name", "kind", "stage", "segment", "source", "country", "city", "address", "postcode", "website",
                 "birthday", "cadence_days", "since_on", "note")  # fmt: skip
        row = {name: one.get(name) for name in plain if one.get(name) is not None}
        taken = set(self.book.column("SELECT handle FROM clients"))
        row |= {"name_key": fold(one["name"]), "handle": handle_for(one["name"], taken)}
        row |= {"city_key": fold(one["city"]) if one.get("city") else None, "verified_on": self.today}
        self.ids[f"client:{one['key']}"] = client_id = self.insert("clients", row, self.start)
        self.details("client_id", client_id, one)

    def contact(self, one: Row) -> None:
        plain = ("name", "first_name", "last_name", "title", "role", "birthday", "note")
        row = {name: one.get(name) for name in plain if one.get(name) is not None}
        row |= {
            "client_id": self.id_of("client", one["client"]),
            "name_key": fold(one["name"]),
            "verified_on": self.today,
        }
        self.ids[f"contact:{one['key']}"] = contact_id = self.insert("contacts", row, self.start)
        self.details("contact_id", contact_id, one)

    def details(self, owner: str, owner_id: int, one: Row) -> None:
        given = [("phone", None, value) for value in one.get("phones") or []]
        given += [("email", None, value) for value in one.get("emails") or []]
        given += [("tag", None, value) for value in one.get("tags") or []]
        given += [(d["kind"], d.get("label"), d["value"]) for d in one.get("details") or []]
        for kind, label, value in given:
            row = {
                owner: owner_id,
                "kind": kind,
                "label": label,
                "value": value,
                "value_key": key_of(kind, value),
            }
            self.insert("details", row, self.start)

    def deal(self, one: Row) -> None:
        stages = {row["name"]: row["id"] for row in self.book.rows("SELECT id, name FROM stages")}
        value = parse_money(one["value"], one["currency"])
        last = one["history"][-1]
        row = {
            "client_id": self.id_of("client", one["client"]),
            "contact_id": self.id_of("contact", one.get("contact")),
            "title": one["title"],
            "title_key": fold(one["title"]),
            "product": one.get("product"),
            "value_minor": value.minor,
            "currency": one["currency"],
            "probability_pct": one.get("probability"),
            "stage_id": stages[last["stage"]],
            "entered_stage_at": self.at(last["on"]),
            **{
                name: one.get(name)
                for name in ("status", "opened_on", "close_on", "closed_on", "reason", "competitor")
            },
        }
        self.ids[f"deal:{one['key']}"] = deal_id = self.insert("deals", row, self.at(one["opened_on"]))
        steps = [(step["stage"], step["on"], "open") for step in one["history"]]
        if one["status"] == "won":
            steps = [(name, on, "won" if name in AFTER_WIN else "open") for name, on, _ in steps]
        elif one["status"] == "lost":
            steps.append((last["stage"], one["closed_on"], "lost"))
        before = None
        for name, on, status in steps:
            self.move(deal_id, before, stages[name], status, on, one.get("close_on"))
            before = stages[name]

    def move(
        self, deal_id: int, before: int | None, to: int, status: str, on: str, close_on: str | None
    ) -> None:
        self.book.conn.execute(
            "INSERT INTO deal_moves (deal_id, from_stage_id, to_stage_id, status, moved_at, close_on) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (deal_id, before, to, status, self.at(on), close_on),
        )

    def interaction(self, one: Row) -> None:
        day, time = one["day"], one.get("time")
        at = self.at(day, time)
        row = {
            "client_id": self.id_of("client", one["client"]),
            "contact_id": self.id_of("contact", one.get("contact")),
            "deal_id": self.id_of("deal", one.get("deal")),
            "occurred_at": at,
            "is_timed": int(bool(time)),
            # What is still open on the day of the story was planned, and is yet to come.
            "is_planned": int(day >= self.today and not one.get("outcome")),
            **{name: one.get(name) for name in ("kind", "direction", "outcome", "minutes", "text")},
        }
        made = min(at, self.at(self.today))
        interaction_id = self.insert("interactions", row, made)
        for kind in ("wish", "decision"):
            for text in one.get(f"{kind}s" if kind == "decision" else "wishes") or []:
                self.book.conn.execute(
                    "INSERT INTO interaction_points (interaction_id, kind, text) VALUES (?, ?, ?)",
                    (interaction_id, kind, text),
                )

    def answer(self, one: Row) -> None:
        row = {
            "client_id": self.id_of("client", one["client"]),
            "contact_id": self.id_of("contact", one.get("contact")),
            "answered_at": self.at(one["answered_on"], "18:00"),
            **{name: one.get(name) for name in ("score", "reason", "product", "answered_on")},
        }
        self.insert("nps_answers", row, self.at(one["answered_on"], "18:00"))

    def task(self, one: Row) -> None:
        due = one.get("due_on")
        made = min(self.at(due) if due else self.start, self.at(self.today, "08:00"))
        row = {
            "title": one["text"],
            "title_key": fold(one["text"]),
            "client_id": self.id_of("client", one.get("client")),
            "contact_id": self.id_of("contact", one.get("contact")),
            "due_on": due,
            "due_time": one.get("due_time"),
            "repeat_rule": one.get("repeat"),
            "anchor_on": due if one.get("repeat") else None,
            "done_at": made if one.get("done") else None,
        }
        self.insert("tasks", row, made)
