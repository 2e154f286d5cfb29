"""The questions that the price list gives, and the answers given so far."""

from __future__ import annotations

from kam_cli.domains.products import rules, store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.book import Book
    from kam_cli.command import Context

    Row = dict[str, Any]

_SOLD = "p.deleted_at IS NULL AND p.archived_at IS NULL"
FACTS = {
    "feature": ("Which of these is true of {product}?", "Name a feature of {product}."),
    "strength": ("What speaks for {product} against {label}?",) * 2,
    "option": ("What of {product} serves this use: {label}?",) * 2,
}
CHOSEN = len(rules.CHOICES) - 1  # wrong answers beside the right one
ENOUGH = 2  # of them from which on an answer is chosen, not typed

STANDS = """
SELECT a.question, a.box, a.due_on, t.asked, t.was_right FROM quiz_answers a JOIN (
  SELECT max(id) AS id, count(*) AS asked, sum(is_right) AS was_right FROM quiz_answers GROUP BY question
) t ON t.id = a.id"""


def questions(c: Context) -> list[Row]:
    """All questions, those asked first that are longest due, of these the ones answered wrong; then those never asked.

    ``key product_id product category kind question answers choices currency box due_on asked was_right is_due``; an
    empty ``choices`` means that the answer is typed.
    """
    stands = {row.pop("question"): row for row in c.book.rows(STANDS)}
    today = c.today.isoformat()
    found = []
    for one in (*_of_prices(c), *_of_products(c), *_of_facts(c)):
        new = {"box": 0, "due_on": None, "asked": 0, "was_right": 0}
        one |= stands.get(one["key"], new)
        one["is_due"] = int(one["due_on"] is None or one["due_on"] <= today)
        found.append(one)
    mixed = {key: place for place, key in enumerate(rules.shuffled([one["key"] for one in found], today))}
    found.sort(
        key=lambda one: (
            not one["is_due"],
            not one["asked"],
            one["due_on"] or "",
            one["box"],
            mixed[one["key"]],
        )
    )
    return found


def note(c: Context, question: Row, is_right: bool) -> Row:
    """Keep an answer, inside a write; gives the question's new ``box`` and ``due_on``."""
    from kam_cli.book import utc_now

    box = rules.next_box(question["box"], is_right, bool(question["is_due"]))
    due_on = rules.comes_again(box, c.today).isoformat()
    row = (
        question["key"],
        question["product_id"],
        c.today.isoformat(),
        int(is_right),
        box,
        due_on,
        utc_now(),
    )
    names = "(question, product_id, answered_on, is_right, box, due_on, created_at)"
    c.book.conn.execute(f"INSERT INTO quiz_answers {names} VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return {"box": box, "due_on": due_on}


def first_day(book: Book) -> str | None:
    """The day of the first answer."""
    found: str | None = book.value("SELECT min(answered_on) FROM quiz_answers")
    return found


# --- what is asked ------------------------------------------------------------------------------------------


def _question(key: str, of: Row, kind: str, text: str, answers: list[str], choices: list[str]) -> Row:
    return {
        "key": key, "product_id": of["id"], "product": of["name"], "category": of["category"], "kind": kind, "question": text,
        "answers": answers, "choices": choices, "currency": of.get("currency"),
    }  # fmt: skip


def _choices(c: Context, key: str, right: str, others: list[str]) -> list[str]:
    """The right answer among wrong ones, in an order of the day; none where there are too few of those."""
    day = c.today.isoformat()
    wrong = [text for text in rules.shuffled(others, f"{key} {day}") if not rules.alike(text, right)][:CHOSEN]
    return rules.shuffled([right, *wrong], f"{day} {key}") if len(wrong) >= ENOUGH else []


def _of_prices(c: Context) -> Iterator[Row]:
    from kam_cli.values.money import format_money

    store.LISTING.prepare(c)
    names = ("id", "name", "category", "price_minor", "currency", "unit", "stock_days", "order_days")
    columns = ", ".join(f"{store.LISTING.columns[name]} AS {name}" for name in names)
    for row in c.book.rows(f"SELECT {columns} FROM {store.LISTING.source} WHERE {_SOLD} ORDER BY p.id"):
        number, name = row["id"], row["name"]
        if row["currency"]:
            of = f" per {row['unit']}" if row["unit"] else ""
            price = format_money(row["price_minor"], row["currency"])
            yield _question(
                f"price:{number}",
                row,
                "price",
                f"What is the list price of {name}{of}, in {row['currency']}?",
                [price],
                [],
            )
        for kind, where in (("stock_days", "from stock"), ("order_days", "when it is out of stock")):
            if row[kind] is not None:
                text = f"In how many days is {name} delivered {where}?"
                days = f"{row[kind]} day{'' if row[kind] == 1 else 's'}"
                yield _question(
                    f"{kind.replace('_', '-')}:{number}", row, kind.replace("_", "-"), text, [days], []
                )


def _of_products(c: Context) -> Iterator[Row]:
    rows = c.book.rows(
        f"SELECT id, name, category, packaging, conditions FROM products p WHERE {_SOLD} ORDER BY id"
    )
    for kind, text in (
        ("packaging", "How is {} packed?"),
        ("conditions", "What are the conditions of use of {}?"),
    ):
        told = [row for row in rows if row[kind]]
        for row in told:
            key = f"{kind}:{row['id']}"
            choices = _choices(c, key, row[kind], [one[kind] for one in told if one is not row])
            yield _question(key, row, kind, text.format(row["name"]), [row[kind]], choices)
    sql = (
        "SELECT s.product_id, o.name FROM substitutes s JOIN products p ON p.id = s.product_id "
        f"JOIN products o ON o.id = s.other_id WHERE {_SOLD} AND {_SOLD.replace('p.', 'o.')} ORDER BY s.id"
    )
    stand_ins: dict[int, list[str]] = {}
    for number, name in c.book.conn.execute(sql):
        stand_ins.setdefault(number, []).append(name)
    for row in rows:
        if names := stand_ins.get(row["id"]):
            key, text = (
                f"substitute:{row['id']}",
                f"What stands in for {row['name']} when it is out of stock?",
            )
            others = [one["name"] for one in rows if one["name"] not in (row["name"], *names)]
            yield _question(key, row, "substitute", text, names, _choices(c, key, names[0], others))


def _of_facts(c: Context) -> Iterator[Row]:
    rows = c.book.rows(
        "SELECT f.id AS fact_id, f.kind, f.label, f.label_key, f.text, p.id, p.name, p.category FROM product_facts f "
        f"JOIN products p ON p.id = f.product_id WHERE {_SOLD} ORDER BY f.id"
    )
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    for kind, of_kind in by_kind.items():
        for row in of_kind:
            same = [one for one in of_kind if one["id"] == row["id"] and one["label_key"] == row["label_key"]]
            own = [one["text"] for one in of_kind if one["id"] == row["id"]]
            others = [one["text"] for one in of_kind if one["text"] not in own]
            key = f"{kind}:{row['fact_id']}"
            choices = _choices(c, key, row["text"], others)
            text = FACTS[kind][not choices].format(product=row["name"], label=row["label"])
            answers = [row["text"]] if choices else [one["text"] for one in same]
            yield _question(key, row, kind, text, answers, choices)
