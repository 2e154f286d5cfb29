"""`kam product quiz`: what is to be known of the products, asked again the sooner the worse it was known."""

from __future__ import annotations

from kam_cli.command import verb
from kam_cli.domains.products import questions as bank
from kam_cli.domains.products import rules
from kam_cli.errors import BadValue, Cancelled, NotFound
from kam_cli.kinds import integer, line, ref
from kam_cli.output import Block, Page, Rows
from kam_cli.params import Kind, flag, opt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kam_cli.command import Context
    from kam_cli.refs import Ref

    Row = dict[str, Any]
    Given = tuple[str, str]  # key of a question, answer

ASKED = 10  # questions of a session
KNOWN = 3  # the box from which on a question counts as known
NONE_YET = "no questions yet: they are made of prices, delivery days, packaging, facts and substitutes. See: kam product edit --help"
SHOWN = ("key", "product", "kind", "question", "choices", "box", "due_on")


def _pair(c: Context, text: str) -> Given:
    """``KEY=ANSWER``. Raises BadValue."""
    key, equals, said = (part.strip() for part in text.partition("="))
    if not key or not equals:
        raise BadValue(f"{text[:40]!r} is not written KEY=ANSWER, as in price:3=24.50")
    return key, said


def _file(c: Context, path: str) -> list[Given]:
    """A line each ``KEY=ANSWER``, or a JSON object with ``key`` and ``answer``. Raises BadValue."""
    from kam_cli import kinds

    if path == "-":
        text = str(kinds.text.parse(c, path))
    else:
        try:
            with open(path, encoding="utf-8-sig") as file:
                text = file.read()
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise BadValue(
                f"cannot read {path!r}: {getattr(error, 'strerror', None) or 'it is no UTF-8'}"
            ) from None
    found = []
    for number, one in enumerate(text.splitlines(), 1):
        if one.strip():
            try:
                found.append(_object(one) if one.lstrip().startswith("{") else _pair(c, one))
            except BadValue as error:
                raise BadValue(f"line {number}: {error}") from None
    return found


def _object(text: str) -> Given:
    import json

    try:
        row = json.loads(text)
        return str(row["key"]), str(row["answer"])
    except (ValueError, KeyError, RecursionError):
        raise BadValue(f'{text[:40]!r} is not written {{"key": …, "answer": …}}') from None


@verb()
def quiz(
    c: Context,
    product: Ref | None = opt(ref("product"), "about this product only"),
    category: str | None = opt(line, "about this category only"),
    questions: int | None = opt(integer(1, 10_000), "so many questions; 10"),
    all_: bool = flag("those, too, that are not due yet"),
    list_: bool = flag("show the questions instead of asking them"),
    answer: list[Given] = opt(Kind(_pair, "KEY=ANSWER"), "answer a question of --list", many=True),
    answers: list[Given] | None = opt(Kind(_file, "FILE"), "answers from a file, a line each; - reads stdin"),
    score: bool = flag("show how well which product is known"),
) -> Any:
    """Test yourself on prices, delivery, facts and substitutes.

    What was answered wrong comes again at once, what was right after 1, 3, 7, 16 and 35 days. An answer is typed, or
    chosen by its letter. Scripts take the questions from --list and give --answer or --answers; undo leaves scores alone.

    $ kam product quiz --questions 5
    $ kam product quiz --list --json
    $ kam product quiz --answer price:1=24.50 --answer "feature:1=oiled"
    $ kam product quiz --score
    """
    found = [one for one in bank.questions(c) if _is_asked(one, product, category)]
    if score:
        return score_of(c, found)
    if answer or answers is not None:
        return answered(c, found, [*(answer or ()), *(answers or ())])
    due = [one for one in found if all_ or one["is_due"]]
    if list_:
        return Rows(
            [public(one) for one in due[:questions]],
            show=SHOWN,
            wide=("kind", "box"),
            empty=nothing_due(found),
        )
    if not c.interactive:
        raise Cancelled(
            "nobody can be asked here: take the questions from --list, give --answer KEY=ANSWER or --answers FILE"
        )
    if not due:
        return Page([], [], empty=nothing_due(found))
    return asked(c, due[: questions or ASKED])


def _is_asked(question: Row, product: Ref | None, category: str | None) -> bool:
    from kam_cli.text import fold

    if product and question["product_id"] != product.id:
        return False
    return not category or fold(question["category"] or "") == fold(category)


def nothing_due(found: list[Row]) -> str:
    """Why nothing is asked."""
    days = [one["due_on"] for one in found if one["due_on"]]
    return f"nothing is due before {min(days)}; --all asks all the same" if days else NONE_YET


def public(question: Row) -> Row:
    """A question as a script gets it: without its answers."""
    return {name: value for name, value in question.items() if name not in ("answers", "currency")}


# --- answers of scripts -------------------------------------------------------------------------------------


def answered(c: Context, found: list[Row], given: list[Given]) -> Rows:
    """Mark answers and keep them, all or none. Raises NotFound for a question that there is not."""
    by_key = {one["key"]: one for one in found}
    if unknown := next((key for key, _ in given if key not in by_key), None):
        raise NotFound(f"no question {unknown[:40]!r}. See: kam product quiz --list --all")
    rows = []
    with c.write():
        for key, said in given:
            rows.append(_mark(c, by_key[key], said))
    right = sum(row["is_right"] for row in rows)
    return Rows(
        rows,
        show=("key", "question", "given", "expected", "is_right", "due_on"),
        title=f"{right} of {len(rows)} right",
        empty="no answers were given",
    )


def _mark(c: Context, question: Row, said: str) -> Row:
    """Whether an answer is right, kept; a question answered twice lies in the box of the first answer for the second."""
    is_right = rules.is_right(question, said)
    stands = bank.note(c, question, is_right)
    question |= {**stands, "is_due": int(stands["due_on"] <= c.today.isoformat())}
    return {
        "key": question["key"], "product_id": question["product_id"], "product": question["product"], "question": question["question"],
        "given": said, "expected": " / ".join(question["answers"]), "is_right": int(is_right), **stands,
    }  # fmt: skip


# --- a person at the terminal -------------------------------------------------------------------------------


def asked(c: Context, queue: list[Row]) -> Page:
    """Ask, a question after the other; one that was answered wrong is asked once more at the end. Each answer is kept at once."""
    from kam_cli.output import ask

    c.note(f"{len(queue)} questions; Enter where you do not know, q to stop")
    right = count = 0
    wrong: list[Row] = []
    for question in _round(queue, wrong):
        count += 1
        said = ask(f"{count}. {question['question']} ", _lettered(question))
        if said.casefold() in ("q", "quit"):
            count -= 1
            break
        with c.write():
            row = _mark(c, question, said)
        right += row["is_right"]
        if not row["is_right"]:
            wrong.append(question)
        c.note("   right" if row["is_right"] else f"   no: {row['expected']}")
    data = [{"asked": count, "was_right": right, "right_pct": 100 * right / count if count else None}]
    share = f", {100 * right / count:.0f} %" if count else ""
    return Page(data, [Block("", lines=[f"{right} of {count} right{share}. See: kam product quiz --score"])])


def _round(queue: list[Row], wrong: list[Row]) -> Iterator[Row]:
    """The questions, then once more those that have gone into ``wrong`` meanwhile."""
    yield from queue
    yield from list(wrong)


def _lettered(question: Row) -> list[str]:
    return [f"{letter}) {text}" for letter, text in zip(rules.CHOICES, question["choices"], strict=False)]


# --- the score ----------------------------------------------------------------------------------------------


def score_of(c: Context, found: list[Row]) -> Rows:
    """A row a product: questions, how many are due, how many sit (boxes 3 and up), answers given, and the share of right ones."""
    rows: dict[int, Row] = {}
    total = _no_score(None, None)
    for one in found:
        for row in (rows.setdefault(one["product_id"], _no_score(one["product_id"], one["product"])), total):
            row["questions"] += 1
            row["due"] += one["is_due"]
            row["known"] += one["box"] >= KNOWN
            row["asked"] += one["asked"]
            row["was_right"] += one["was_right"]
    for row in (*rows.values(), total):
        row["right_pct"] = 100 * row["was_right"] / row["asked"] if row["asked"] else None
    since = bank.first_day(c.book)
    ranked = sorted(
        rows.values(), key=lambda row: (row["right_pct"] is None, row["right_pct"], row["product_id"])
    )
    return Rows(
        ranked,
        show=("product", "questions", "due", "known", "asked", "was_right", "right_pct"),
        title=f"Quiz since {since}" if since else "",
        totals=[{**total, "product": "all"}],
        empty=NONE_YET,
    )


def _no_score(number: int | None, product: str | None) -> Row:
    counts = dict.fromkeys(("questions", "due", "known", "asked", "was_right"), 0)
    return {"product_id": number, "product": product, **counts}
