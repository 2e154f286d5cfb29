"""Which answers fit an objection, and how they fared: pure."""

from __future__ import annotations

from kam_cli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Row = dict[str, Any]

# Words that say nothing of what is objected to, as search keys.
EMPTY = frozenset(
    (
        "a", "an", "and", "are", "at", "be", "but", "for", "i", "if", "in", "is", "it", "its", "of", "on", "or", "so", "than",
        "that", "the", "this", "to", "too", "very", "we", "with", "you", "your",
    )
)  # fmt: skip
STEM = 5  # letters from which on two words that begin alike are taken for one


def words(text: str) -> list[str]:
    """The words of a text that say something, as search keys; all of them where none does."""
    found = list(dict.fromkeys(fold(text).split()))
    return [word for word in found if word not in EMPTY] or found


def likeness(asked: list[str], text: str) -> float:
    """How much two objections have in common, 0–1: the share of their words that both have (Dice's coefficient).

    Words count as one where they begin with the same `STEM` letters, so that "expensive" meets "expensively".
    """
    mine, theirs = {word[:STEM] for word in asked}, {word[:STEM] for word in words(text)}
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def worth(worked: int, failed: int) -> float:
    """The chance that an answer works, 0–1, by Laplace's rule of succession: one that was never tried stands at a half."""
    return (worked + 1) / (worked + failed + 2)


def answers(text: str, objections: Iterable[Row]) -> list[Row]:
    """The answers given to objections like this text, the best first: by likeness, then by `worth`, then the last given.

    ``objections`` are rows ``id client text answer answer_key result said_on``; answers of the same words are one.
    Rows: ``answer likeness_pct worked failed unknown objection client said_on``, of the nearest objection.
    """
    asked = words(text)
    found: dict[str, Row] = {}
    for one in objections:
        near = likeness(asked, one["text"])
        if not near or not one["answer"]:
            continue
        best = found.setdefault(
            one["answer_key"], {"near": 0.0, "worked": 0, "failed": 0, "unknown": 0, "said_on": ""}
        )
        best[one["result"] or "unknown"] += 1
        if (near, one["said_on"]) > (best["near"], best["said_on"]):
            best |= {"near": near, "answer": one["answer"], "objection": one["text"], "client": one["client"]}
            best["id"] = one["id"]
        best["said_on"] = max(best["said_on"], one["said_on"])
    rows = sorted(found.values(), key=lambda one: one["said_on"], reverse=True)
    rows.sort(key=lambda one: (-round(one["near"], 9), -worth(one["worked"], one["failed"])))
    return [
        {
            "answer": row["answer"], "worked": row["worked"], "failed": row["failed"], "unknown": row["unknown"],
            "likeness_pct": round(100 * row["near"]), "objection": row["objection"], "client": row["client"],
            "said_on": row["said_on"], "objection_id": row["id"],
        }
        for row in rows
    ]  # fmt: skip
