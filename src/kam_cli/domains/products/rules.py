"""What to suggest to a client from what others buy, and when a quiz question comes again: pure."""

from __future__ import annotations

import datetime

from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

# --- what others buy ----------------------------------------------------------------------------------------


def bought_by_others(
    mine: Collection[int], groups: Sequence[tuple[str, Mapping[int, int], int]]
) -> list[tuple[int, str]]:
    """What the clients of each group buy and this one does not: product and reason, the most usual first.

    A group is the words for its clients, how many of them buy each product, and how many there are that buy at all. The
    rank is the share of buyers in the group where it is largest, by Laplace's rule (k + 1) ÷ (n + 2), so that one of one
    weighs less than nine of ten.
    """
    shares: dict[int, float] = {}
    reasons: dict[int, list[str]] = {}
    for words, counts, size in groups:
        for product, buyers in counts.items():
            if product in mine:
                continue
            shares[product] = max(shares.get(product, 0.0), (buyers + 1) / (size + 2))
            reasons.setdefault(product, []).append(f"{buyers} of {size} {words} buy it")
    order = sorted(shares, key=lambda product: (-shares[product], product))
    return [(product, "; ".join(reasons[product])) for product in order]


# --- the quiz -----------------------------------------------------------------------------------------------

# Leitner's boxes: days after which a question comes again; one that was answered wrong lies in the first.
BOX_DAYS = (0, 1, 3, 7, 16, 35)
CHOICES = "abcd"
ENOUGH = 2 / 3  # of the words of an answer that have to be said


def next_box(box: int, is_right: bool, is_due: bool) -> int:
    """Where a question goes after an answer: a right one moves it up, if it was due, a wrong one back to the start."""
    if not is_right:
        return 0
    return min(box + 1, len(BOX_DAYS) - 1) if is_due else box


def comes_again(box: int, today: datetime.date) -> datetime.date:
    """The day on which a question of a box is asked again."""
    return today + datetime.timedelta(BOX_DAYS[box])


def is_right(question: Mapping[str, Any], given: str) -> bool:
    """Whether an answer is one of ``answers``: by its letter among ``choices``, or in words.

    An amount of money counts whatever way it is written, a number of days with or without that word; of a text at
    least two thirds of its words have to be said.
    """
    given = given.strip()
    letter = given.casefold().removesuffix(")")
    if len(letter) == 1 and letter in CHOICES[: len(question["choices"])]:
        given = question["choices"][CHOICES.index(letter)]
    if question["kind"] == "price":
        return _is_amount(given, question["answers"][0], question["currency"])
    if question["kind"].endswith("days"):
        return given.split()[:1] == [question["answers"][0].split()[0]]
    return any(_says(given, answer) for answer in question["answers"])


def _is_amount(given: str, answer: str, currency: str) -> bool:
    """Whether a text can be read as the amount, with either decimal mark."""
    from kam_cli.errors import BadValue
    from kam_cli.values.money import parse_money

    wanted = parse_money(answer, currency, point=".")
    for point in (None, ".", ","):
        try:
            if parse_money(given, currency, point=point) == wanted:
                return True
        except BadValue:
            continue
    return False


def _says(given: str, answer: str) -> bool:
    said, wanted = set(fold(given).split()), set(fold(answer).split())
    return bool(wanted) and len(said & wanted) >= ENOUGH * len(wanted)


def alike(one: str, other: str) -> bool:
    """Whether two texts answer a question alike, whatever their case and accents."""
    return fold(one) == fold(other)


def shuffled(texts: Collection[str], seed: str) -> list[str]:
    """Texts in an order that depends on nothing but them and the seed."""
    from zlib import crc32

    return sorted(dict.fromkeys(texts), key=lambda text: (crc32(f"{seed} {text}".encode()), text))
