"""Tells the demo's year: clients, people, deals, answers and tasks, all counted back from a given day."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

from kam_cli.demo.diary import Diary, workday
from kam_cli.demo.sale import told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Record = dict[str, Any]

_MACHINES = ("Tarna 2", "Tarna 3", "Orla 300", "Orla 900", "Pika", "Fjell Brew")
_WAITING = ("presentation", "objections", "closing")  # stages in which a client is reminded
_ASIDE = ("gatekeeper", "blocker")  # roles that are not rung in the ordinary rhythm
_YEAR = 362
_WAVES = (283, 192, 101, 10)  # days before today on which each quarter's round of questions ends


def story(today: date) -> dict[str, list[Record]]:
    """The invented book as plain records, the same for the same day: clients, contacts, interactions,
    tasks, nps and deals.

    Records refer to each other by ``key``. Days are ISO text; ``value`` is text in major units. Interactions
    on ``today`` or later are planned and have no outcome; ``deal`` names the deal that one moved.
    """
    tables = {name: _table(name) for name in ("clients", "deals", "nps", "plan", "texts", "sale")}
    diary = Diary(today, random.Random(20), tables)
    clients = tables["clients"]["clients"]
    people: dict[str, tuple[Record, Record | None]] = {client["key"]: (client, None) for client in clients}
    people |= {contact["key"]: (client, contact) for client in clients for contact in _contacts(client)}
    book: dict[str, list[Record]] = {
        "clients": [],
        "contacts": [],
        "deals": [
            _deal(diary, *people[row.get("contact", row["client"])], f"deal-{number}", row)
            for number, row in enumerate(tables["deals"], 1)
        ],
        "nps": [answer for row in tables["nps"] for answer in _answers(diary, *people[row["who"]], row)],
        "tasks": [_task(today, row) for row in tables["plan"]["tasks"]],
    }
    _plan(diary, people, tables["plan"])
    for client in clients:
        _birthdays(diary, client)
        _rhythm(diary, client)
    phones = _Phones(tables["clients"]["phones"])
    for client in clients:
        book["clients"].append(_client(today, client, phones))
        book["contacts"] += [_contact(today, client, contact, phones) for contact in _contacts(client)]
    return book | {"interactions": diary.write()} | told(tables["sale"])


def _table(name: str) -> Any:
    import json
    import os

    with open(os.path.join(os.path.dirname(__file__), name + ".json"), encoding="utf-8") as file:
        return json.load(file)


def _contacts(client: Record) -> list[Record]:
    return client.get("contacts", [])  # type: ignore[no-any-return]


class _Phones:
    """Numbers out of the ranges that no one is given, each once."""

    def __init__(self, plans: dict[str, str]) -> None:
        self.plans, self.count = plans, 0

    def take(self, client: Record) -> str:
        self.count += 1
        digits = f"{(self.count * 37 + 101) % 1000:03d}"
        plan = self.plans.get(client["city"]) or self.plans[client["country"]]
        return plan.replace("###", digits).replace("##", digits[1:])


def _client(today: date, row: Record, phones: _Phones) -> Record:
    is_person = row.get("kind") == "person"
    plain = ("key", "name", "stage", "segment", "source", "country", "city", "address", "postcode", "note")
    return {name: row[name] for name in plain if name in row} | {
        "kind": row.get("kind", "company"),
        "website": None if is_person else f"https://www.{row['domain']}",
        "phones": [phones.take(row)],
        "emails": [f"{row['key'] if is_person else 'info'}@{row['domain']}"],
        "tags": row.get("tags", []),
        "cadence_days": row.get("cadence"),
        "since_on": None if row["stage"] == "prospect" else _ago(today, row["since"]).isoformat(),
        "birthday": row.get("birthday"),
        "details": _details(today, row),
    }


def _contact(today: date, client: Record, row: Record, phones: _Phones) -> Record:
    first, _, last = row["name"].partition(" ")
    return {
        "key": row["key"],
        "client": client["key"],
        "name": row["name"],
        "first_name": row.get("first", first),
        "last_name": row.get("last", last),
        "title": row["title"],
        "role": row["role"],
        "phones": [phones.take(client)] if row.get("phone", True) else [],
        "emails": [f"{row['key']}@{client['domain']}"] if row.get("email", True) else [],
        "birthday": _birthday(today, row.get("birthday")),
        "note": row.get("note"),
        "details": _details(today, row),
    }


def _details(today: date, row: Record) -> list[Record]:
    """``kind / label / value`` taken apart; a value ``@40`` is the day in forty days."""
    found = []
    for text in row.get("details", ()):
        kind, label, value = text.split(" / ", 2)
        if re.fullmatch(r"@-?\d+", value):
            value = _ago(today, -int(value[1:])).isoformat()
        found.append({"kind": kind, "label": label, "value": value})
    return found


def _birthday(today: date, text: str | None) -> str | None:
    """A birthday as it is written in the table; ``in 5 1994`` is in five days, and the year of birth."""
    if text is None or not text.startswith("in "):
        return text
    days, *year = text[3:].split()
    day = today + timedelta(days=int(days))
    if not year:
        return f"--{day:%m-%d}"
    leap = (day.month, day.day) == (2, 29)
    return f"{int(year[0]) // 4 * 4 if leap else int(year[0])}-{day:%m-%d}"


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _deal(diary: Diary, client: Record, contact: Record | None, key: str, row: Record) -> Record:
    """A deal with its way through the stages; every step is a contact in the diary."""
    is_machine = row["product"] in _MACHINES
    extra = {
        "deal": key,
        "product": f"the {row['product']}" if is_machine else row["product"],
        "value": f"{row['currency']} {int(row['value']):,}",
    } | {name: row[name] for name in ("reason", "competitor") if name in row}
    decks = ["", "/new" if " base" in row["path"] else "/old"]
    if is_machine and client["segment"] != "dealers":
        decks.append("/machine")

    def note(day: date, deck: str) -> None:
        diary.add(client, contact, day, " ".join(f"@{deck}{kind}" for kind in decks), **extra)

    steps = {
        stage: workday(_ago(diary.today, int(days)), client["country"])
        for days, stage in (step.split() for step in row["path"].split(", "))
    }
    for stage, day in steps.items():
        if stage in row.get("says", ()):
            diary.add(client, contact, day, row["says"][stage], **extra)
        else:
            note(day, "won" if stage == "support" else stage)
    for (stage, day), later in zip(steps.items(), [*steps.values()][1:], strict=False):
        if stage in _WAITING and (later - day).days >= 10:
            note(workday(day + (later - day) / 2, client["country"]), "chase")
    won_on = steps.get("support")
    if won_on:
        note(workday(won_on + timedelta(days=12), client["country"]), "support")
    lost_on = workday(_ago(diary.today, row["lost"]), client["country"]) if "lost" in row else None
    if lost_on:
        note(lost_on, "lost")
    closed_on = won_on or lost_on
    slip = diary.rng.randrange(-12, 15)
    close_on = closed_on + timedelta(days=slip) if closed_on else _ago(diary.today, -row["close"])
    return {name: row[name] for name in row if name not in ("path", "says", "lost", "close")} | {
        "key": key,
        "status": "won" if won_on else "lost" if lost_on else "open",
        "history": [{"stage": stage, "on": day.isoformat()} for stage, day in steps.items()],
        "opened_on": min(steps.values()).isoformat(),
        "close_on": close_on.isoformat(),
        "closed_on": closed_on and closed_on.isoformat(),
    }


def _answers(diary: Diary, client: Record, contact: Record | None, row: Record) -> list[Record]:
    """One person's answers over the four rounds, with the trouble before and the call after some of them."""
    found = []
    for latest, answer in zip(_WAVES, row["answers"], strict=True):
        days = latest + diary.rng.randrange(26)
        if answer is None:
            continue
        if latest == _WAVES[-1]:
            days = row.get("newest", days)
        score, reason, after, trouble = (*answer, None, None)[:4]
        day = _ago(diary.today, days)
        if trouble:
            ahead = timedelta(days=diary.rng.randrange(3, 7))
            diary.add(client, contact, workday(day - ahead, client["country"]), trouble)
        if after:
            later = timedelta(days=diary.rng.randrange(1, 4))
            diary.add(client, contact, workday(day + later, client["country"], 1), after)
        found.append(
            {
                "client": client["key"],
                "contact": contact and contact["key"],
                "score": score,
                "reason": reason,
                "answered_on": day.isoformat(),
                "product": row["product"],
            }
        )
    return found


def _plan(diary: Diary, people: dict[str, tuple[Record, Record | None]], plan: Record) -> None:
    for who, days, line in plan["happened"]:
        client, contact = people[who]
        diary.add(client, contact, workday(_ago(diary.today, days), client["country"]), line)
    for who, days, time, line in plan["planned"]:
        client, contact = people[who]
        day = diary.today + timedelta(days=days)
        diary.add(client, contact, workday(day, client["country"], 1) if days else day, line, time=time)


def _task(today: date, row: Record) -> Record:
    day = _ago(today, -row["due"])
    if row["due"]:
        day = workday(day, step=1 if row["due"] > 0 else -1)
    return {
        "text": row["text"],
        "client": row.get("client"),
        "contact": row.get("contact"),
        "due_on": day.isoformat(),
        "due_time": row.get("time"),
        "done": row.get("done", False),
        "repeat": row.get("repeat"),
    }


def _birthdays(diary: Diary, client: Record) -> None:
    """Wishes on the last birthday of those who were clients then and were not out of sight."""
    if client["stage"] in ("prospect", "lost"):
        return
    for contact in _contacts(client):
        for year in (diary.today.year - 1, diary.today.year):
            try:
                day = date.fromisoformat(f"{year}-{contact.get('birthday', '')[-5:]}")
            except ValueError:  # none, one of the coming days, or 29 February
                continue
            if client.get("end", 3) < (diary.today - day).days < min(client["since"], _YEAR):
                diary.add(client, contact, workday(day, client["country"]), "@birthday")


def _rhythm(diary: Diary, client: Record) -> None:
    """The ordinary contacts, backwards from the last one, never further apart than the agreed rhythm."""
    rng, country = diary.rng, client["country"]
    contacts = [c for c in _contacts(client) if c["role"] not in _ASIDE and c.get("phone", True)]
    cadence = client.get("cadence", 30)
    segment = "prospect" if client["stage"] == "prospect" else client["segment"]
    deck = f"@{segment}" if segment in diary.decks else f"@routine @routine/{segment}"
    if client["owns"].startswith("Tarna") and " " in deck:
        deck += " @routine/espresso"
    days = client.get("end") or rng.uniform(1, 0.55 * cadence)
    while days < min(client["since"], _YEAR):
        day = workday(_ago(diary.today, int(days) or 1), country)
        days += cadence * rng.uniform(0.72, 0.97)
        if not diary.is_free(client, day, cadence // 5):
            continue
        contact = rng.choice((contacts[0], contacts[0], *contacts)) if contacts else None
        diary.add(client, contact, day, deck)
        if rng.random() < 0.16:
            diary.add(client, contact, workday(day - timedelta(days=rng.randrange(1, 3)), country), "@missed")
        if client["stage"] != "prospect" and rng.random() < 0.08:
            diary.add(client, contact, day, "@aside")
