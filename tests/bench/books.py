"""Makes books of a given size by `kam import`, always the same: invented rows from a seeded generator."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from harness import Case, problem_of, run_once

TODAY = date(2026, 1, 15)  # every command gets it as KAM_TODAY, so that the agenda of a book stays the same
DUE = 20  # clients of a large book not spoken to for over a year; all others were within the last week
SYLLABLES = ["ac", *(c + v for c in "bdkmnrst" for v in "aeiou")][:40]
WORDS = [
    *(
        "wants",
        "asked for",
        "likes",
        "spoke about",
        "complained of",
        "thanks for",
        "will call back on",
        "sent",
    ),
    *("the price list", "delivery in autumn", "oak panels", "samples", "the renewal", "a discount", "terms"),
    *("by Friday", "before the fair", "with purchasing", "from Łódź", "at last", "once more", "in two parts"),
]
STAGES = ["base", "appointment", "preparation", "contact", "needs", "presentation", "objections", "closing"]
COLUMNS = {
    "clients": "external_id name kind stage segment source phone email country city since note",
    "contacts": "external_id client name role phone email",
    "deals": "external_id client title value currency stage status opened_on close_on closed_on reason",
    "interactions": "external_id client kind occurred_at direction outcome minutes text",
    "nps": "external_id client score reason answered_on",
    "orders": "external_id client ordered_on due_on shipped_on total currency",
    "invoices": "external_id client issued_on due_on amount currency paid_on paid_amount",
}
Row = tuple[object, ...]


def make_book(
    path: Path,
    clients: int,
    interactions: int,
    deals: int,
    answers: int,
    orders: int = 0,
    *,
    kam: Path,
    env: dict[str, str],
) -> None:
    """A new book at `path` with that many records, its first client Acme. RuntimeError where kam refuses."""
    _kam(kam, env, "init", "--currency", "EUR", "--tz", "Europe/Warsaw", "--db", path)
    counts = {"clients": clients, "contacts": clients, "deals": deals}
    fill(path, counts | {"interactions": interactions, "nps": answers, "orders": orders}, kam=kam, env=env)


def of_size(path: Path, interactions: int, *, kam: Path, env: dict[str, str]) -> None:
    """A book as it is after years: to ten interactions one client, two deals, three answers."""
    tenth = -(-interactions // 10)
    make_book(path, tenth, interactions, 2 * tenth, 3 * tenth, kam=kam, env=env)


def with_invoices(path: Path, invoices: int, *, kam: Path, env: dict[str, str]) -> None:
    """A book with five invoices to a client, and their payments; an empty one with none."""
    clients = -(-invoices // 5)
    _kam(kam, env, "init", "--currency", "EUR", "--tz", "Europe/Warsaw", "--db", path)
    fill(path, {"clients": clients, "invoices": invoices}, kam=kam, env=env)


def fill(path: Path, counts: dict[str, int], *, kam: Path, env: dict[str, str]) -> None:
    """Put `counts` records of each noun into the book."""
    with tempfile.TemporaryDirectory() as folder:
        for noun, count in counts.items():
            if count:
                rows = write_csv(Path(folder) / f"{noun}.csv", noun, count, counts["clients"])
                load(path, noun, rows, kam=kam, env=env)


def load(path: Path, noun: str, rows: Path, *, kam: Path, env: dict[str, str]) -> None:
    _kam(kam, env, "import", rows, "--as", noun, "--source", "bench", "--quiet", "--db", path)


def _kam(kam: Path, env: dict[str, str], *words: str | Path) -> None:
    if problem := problem_of(run_once(Case("", [kam, *words], env), keep=True)):
        raise RuntimeError(f"`kam {words[0]}`: {problem}")


def write_csv(path: Path, noun: str, count: int, clients: int) -> Path:
    """A file of `count` rows of the noun about `clients` clients; never held in memory as a whole."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS[noun].split())
        writer.writerows(rows(noun, count, clients))
    return path


def rows(noun: str, count: int, clients: int) -> Iterator[Row]:
    """The rows of `write_csv`: their external id, their client's, and what the noun adds."""
    chance = random.Random(f"{noun} {count} {clients}")
    for number in range(count):
        client, later = number % clients, (count - 1 - number) // clients
        ids = [f"{noun[0]}{number}"] if noun == "clients" else [f"{noun[0]}{number}", f"c{client}"]
        yield *ids, *MAKERS[noun](chance, number, client, later)


def _word(number: int) -> str:
    """A pronounceable word, another for each number below 40⁴, and unlike that of the next number."""
    scattered = number * 1_048_573 % 40**4
    return "".join(SYLLABLES[scattered // 40**power % 40] for power in range(4))


def _ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def _text(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(2, 6)))


def _client(chance: random.Random, number: int, client: int, later: int) -> Row:
    word = _word(number) if number else "acme"
    name = f"{word.title()} {chance.choice(['Timber', 'Travel', 'Foods', 'Tools'])}" if number else "Acme"
    stage = chance.choices(["prospect", "new", "regular", "key"], [30, 20, 45, 5])[0]
    segment, source = (
        chance.choice(["retail", "building", "export"]),
        chance.choice(["fair", "web", "referral"]),
    )
    phone, mail = f"+48 {500_000_000 + number * 7919 % 10**8}", f"office@{word}.example"
    where = "PL", chance.choice(["Warszawa", "Łódź", "Kraków", "Gdańsk", "Poznań"])
    return (
        name,
        "company",
        stage,
        segment,
        source,
        phone,
        mail,
        *where,
        _ago(chance.randint(1100, 3000)),
        _text(chance),
    )


def _contact(chance: random.Random, number: int, client: int, later: int) -> Row:
    first, last = chance.choice(["Anna", "Piotr", "Zofia", "Jan", "Łucja"]), _word(number + 1_000_000)
    role = chance.choice(["decision-maker", "influencer", "user"])
    phone = f"+48 {600_000_000 + number * 7919 % 10**8}"
    return f"{first} {last.title()}", role, phone, f"{last}@{_word(number)}.example"


def _deal(chance: random.Random, number: int, client: int, later: int) -> Row:
    status = chance.choices(["open", "won", "lost"], [20, 30, 50])[0]
    title, value = f"{chance.choice(WORDS)} {number}", chance.randint(500, 200_000)
    opened, days = chance.randint(150, 1000), chance.randint(10, 140)
    if status == "open":
        return title, value, "EUR", chance.choice(STAGES), status, _ago(opened), _ago(-days), "", ""
    reason, closed = "price" if status == "lost" else "", _ago(opened - days)
    return title, value, "EUR", "", status, _ago(opened), closed, closed, reason


def _interaction(chance: random.Random, number: int, client: int, later: int) -> Row:
    days = 1 + client % 7 + 100 * later + (400 if 1 <= client <= DUE else 0)
    kind = chance.choices(["call", "email", "meeting"], [5, 4, 2])[0]
    missed = later > 0 and chance.random() < 0.4  # never the last: an unanswered call resets no cadence
    outcome = {"call": "no-answer" if missed else "reached", "meeting": "held", "email": ""}[kind]
    at = f"{_ago(days)} {chance.randint(8, 17):02}:{chance.randint(0, 59):02}"
    minutes = "" if kind == "email" else chance.randint(2, 60)
    return kind, at, chance.choice(["in", "out"]), outcome, minutes, _text(chance)


def _answer(chance: random.Random, number: int, client: int, later: int) -> Row:
    score = chance.choices(range(11), [1, 1, 1, 2, 2, 4, 6, 12, 20, 28, 23])[0]
    return score, _text(chance), _ago(chance.randint(60, 1000))


def _order(chance: random.Random, number: int, client: int, later: int) -> Row:
    days, total = chance.randint(30, 1000), f"{chance.randint(2_000, 2_000_000) / 100:.2f}"
    return _ago(days), _ago(days - 14), _ago(days - chance.randint(5, 18)), total, "EUR"


def _invoice(chance: random.Random, number: int, client: int, later: int) -> Row:
    """Due after 30 days; nine of ten are paid some days around that, some of these in part."""
    issued, total = chance.randint(1, 1000), chance.randint(2_000, 2_000_000)
    after = max(1, int(chance.gauss(32, 15)))
    if after > issued or chance.random() < 0.1:
        return _ago(issued), _ago(issued - 30), f"{total / 100:.2f}", "EUR", "", ""
    paid = total if chance.random() < 0.95 else total // 2
    return (
        _ago(issued),
        _ago(issued - 30),
        f"{total / 100:.2f}",
        "EUR",
        _ago(issued - after),
        f"{paid / 100:.2f}",
    )


MAKERS = {
    "clients": _client,
    "contacts": _contact,
    "deals": _deal,
    "interactions": _interaction,
    "nps": _answer,
    "orders": _order,
    "invoices": _invoice,
}
