"""Mail and meetings find their client by the e-mail addresses of those who took part."""

from __future__ import annotations

from kam_cli.text import email_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kam_cli.imports.batch import Batch
    from kam_cli.imports.run import Run

    People = dict[int, int | None]  # client → the first of its persons, if any

_CARDS = """
SELECT d.value_key, coalesce(d.client_id, p.client_id) AS client_id, d.contact_id
FROM details d LEFT JOIN contacts p ON p.id = d.contact_id LEFT JOIN clients c ON c.id = coalesce(d.client_id, p.client_id)
WHERE d.kind = 'email' AND d.value_key IN ({marks}) AND p.deleted_at IS NULL AND c.deleted_at IS NULL
  AND c.id IS NOT NULL
ORDER BY d.contact_id IS NULL, d.id
"""


def attach(run: Run, batch: Batch) -> None:
    """Give rows without a client those whose address is in ``sender`` or ``participants``; one with several becomes several.

    Rows of strangers are skipped, and so are those of an address that stands on the cards of several clients.
    """
    if "sender" not in batch.values and "participants" not in batch.values:
        return
    senders, others = batch.get("sender"), batch.get("participants")
    cards = _cards(run, {key for given in (*senders, *others) for key in given or ()})
    shared = {key for key, people in cards.items() if len(people) > 1}
    found = [
        {} if owner else _people(cards, shared, [*(sender or ()), *(other or ())])
        for owner, sender, other in zip(batch.values["client_id"], senders, others, strict=True)
    ]
    _direct(run, batch, cards)
    named = list(zip(batch.values["client_id"], senders, others, found, strict=True))
    unclear = [
        not (owner or people) and bool(shared.intersection((*(one or ()), *(more or ()))))
        for owner, one, more, people in named
    ]
    strange = [
        not (owner or people or odd) for (owner, _, _, people), odd in zip(named, unclear, strict=True)
    ]
    _spread(batch, found)
    extra = [False] * (len(batch) - len(found))
    kept = [not odd for odd in unclear] + [True] * len(extra)
    run.skip(batch, [*unclear, *extra], "of an address that is on the cards of several clients")
    run.skip(
        batch,
        [one for one, keep in zip([*strange, *extra], kept, strict=True) if keep],
        "of nobody whose address is in the book",
    )


def _cards(run: Run, keys: set[str]) -> dict[str, People]:
    """Address → the clients it belongs to, each with its person."""
    found: dict[str, People] = {}
    wanted = list(keys)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        sql = _CARDS.format(marks=", ".join("?" * len(part)))
        for key, client, contact in run.book.conn.execute(sql, part).fetchall():
            found.setdefault(key, {}).setdefault(client, contact)
    return found


def _people(cards: dict[str, People], shared: set[str], keys: list[str]) -> People:
    people: People = {}
    for key in keys:
        if key not in shared:
            for client, contact in cards.get(key, {}).items():
                people[client] = people.get(client) or contact
    return people


def _direct(run: Run, batch: Batch, cards: dict[str, People]) -> None:
    """Mail comes in where its sender is known; it goes out where he is the owner, or nobody says who that is."""
    if "sender" not in batch.values:
        return
    own = {email_key(str(run.c.config.get(name))) for name in ("mail.from", "mail.to")} - {""}
    directions = list(batch.get("direction"))
    for index, sender in enumerate(batch.values["sender"]):
        if directions[index] is None and sender:
            known = any(key in cards for key in sender) and not own.intersection(sender)
            out = not own or own.intersection(sender)
            directions[index] = "in" if known else "out" if out else None
    batch.values["direction"] = directions


def _spread(batch: Batch, found: list[People]) -> None:
    """Fill in clients and persons; a row with further clients is repeated for each of them, without its id."""
    clients, contacts = list(batch.values["client_id"]), list(batch.values["contact_id"])
    more: list[tuple[int, int, int | None]] = []
    for index, people in enumerate(found):
        for number, (client, contact) in enumerate(people.items()):
            if number == 0:
                clients[index], contacts[index] = client, contacts[index] or contact
            elif batch.ids[index] is None:
                more.append((index, client, contact))
    batch.values["client_id"], batch.values["contact_id"] = clients, contacts
    batch.repeat([index for index, _, _ in more])
    for place, (_, client, contact) in enumerate(more, len(found)):
        clients[place], contacts[place] = client, contact
        if "external_id" in batch.values:
            batch.values["external_id"][place] = None
