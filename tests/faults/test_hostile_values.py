"""Numbers, amounts and dates that are none, on the real command line: refused by name at once, or exact to the last unit."""

from __future__ import annotations

import json
import re
import time
from datetime import date
from decimal import Decimal

import pytest
from faultkit import times
from inside import ask, harmful, last_command

from calls import example, line_of, run, verbs

METAVARS = {
    "DATE",
    "DAYS",
    "MINUTES",
    "MONEY",
    "N",
    "PERCENT",
    "RULE",
    "SCORE",
    "SPAN",
    "WHEN",
    "overdue|today|week|DATE",
}
NONE = (
    "NaN", "nan", "inf", "-inf", "Infinity", "∞", "1e999999", "1e3", "1E5", "1e-9", "9" * 400, "1" * 100_000, "-" * 100_000, "1 " * 50_000,
    "1." * 50_000, "9223372036854775808", "-9223372036854775809", "18446744073709551616", "9223372036854775808.5", "٣", "１２", "१२", "½", "²", "Ⅻ", "1٠",
    "٢٠٢٦-٠١-٠١", "２０２６-０１-０１", "0x10", "0b1", "1_000", "1.5.5.5", "1,2,3,4", "%s", "+", ".", "2026-02-30", "2025-02-29", "99999-01-01",
    "-2026-01-01", "2026-13-01", "31 feb", "25:00", "+99999999999999999999d", "-1" * 5_000, "2026-01-01T99:99", "0000-00-00", "1\x00", "1\ud800",
)  # fmt: skip
CPU_SECONDS = 1.0
EACH = 6  # in the short form


def numeric(verb) -> list:
    """The parameters that take a number, an amount or a date."""
    found = [param for param in verb.params if param.kind and param.kind.metavar in METAVARS]
    return found + [
        param for param in verb.params if param.name == "date" and param.kind.metavar == "[LABEL=]VALUE"
    ]


VERBS = [verb for verb in verbs() if numeric(verb)]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.path)
def test_what_is_no_number_is_refused_by_name_and_at_once(place, verb):
    raw = example(place, verb)
    place.fresh()
    for number, param in enumerate(numeric(verb)):
        for text in NONE if times(0, 1) else (*NONE[number % 7 :: 7], *NONE[:3])[:EACH]:
            before = last_command(place.db)
            argv = line_of(verb, {**raw, param.name: [text] if param.many else text})
            used = time.process_time()
            code, _, err = run(argv)
            used = time.process_time() - used
            said = f"{argv!r}"[:300]
            assert code == 2 and err.startswith("kam: "), f"{said}: {code} {err[:300]}"
            assert param.label in err and not harmful(err) and len(err) < 3000, f"{said}: {err[:300]}"
            assert used < CPU_SECONDS, f"{said}: {used:.1f} s"
            assert last_command(place.db) == before


@pytest.mark.parametrize("text", [text for text in NONE if "\0" not in text and "\ud800" not in text])
def test_no_day_is_today(kam, monkeypatch, text):
    assert "--today" in kam(["client", "list", "--due", f"--today={text}"], exit=2).err
    monkeypatch.setenv("KAM_TODAY", text)
    assert "--today" in kam("client list --due", exit=2).err


def test_a_cell_that_is_no_number_is_refused_with_its_place(kam, tmp_path):
    kam("client add Acme")
    header = {"deals": "title", "nps": "product", "interactions": "text", "contacts": "name"}
    fields = {
        "deals": ("value", "probability", "close_on"), "nps": ("score", "answered_on"), "interactions": ("minutes", "occurred_at"),
        "contacts": ("birthday",),
    }  # fmt: skip
    more = {"nps": "score", "interactions": "kind,occurred_at"}
    good = {"nps": "7", "interactions": "call,2026-01-05"}
    # 0000-00-00 is how MySQL writes no day.
    texts = [text for text in NONE if not re.search("[\0\n\ud800]", text) and text != "0000-00-00"]
    for noun, field in ((noun, field) for noun, names in fields.items() for field in names):
        beside = [
            (name, cell)
            for name, cell in zip(more.get(noun, "").split(","), good.get(noun, "").split(","), strict=True)
            if name not in ("", field)
        ]
        names = [header[noun], "client", field, *(name for name, _ in beside)]
        rows = [
            [f"X{at}", "Acme", f'"{text}"', *(cell for _, cell in beside)] for at, text in enumerate(texts)
        ]
        (tmp_path / "x.csv").write_text("\n".join(map(",".join, [names, *rows])), encoding="utf-8")
        code, out, err = run(["import", str(tmp_path / "x.csv"), "--as", noun, "--json"])
        assert code == 1, err
        bad = {error["line"] for error in json.loads(out)["errors"] if error["column"] == field}
        assert bad == set(range(2, len(rows) + 2)), f"{noun} {field}: {set(range(2, len(rows) + 2)) - bad}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.01", "0.01"), ("0", "0"), ("92233720368547758.07", "92233720368547758.07"), ("92233720368547758.08", None),
        ("9007199254740993", "9007199254740993"), ("0.1", "0.1"), ("1 200,50 €", "1200.50"), ("USD 99999999999999.99", "99999999999999.99"),
        ("JPY 9223372036854775807", "9223372036854775807"), ("JPY 9223372036854775808", None), ("KWD 1.2345", None), ("KWD 1.234", None),
        ("KWD 1,234.567", "1234.567"), ("12k", "12000"), ("0.005", None), ("1.005k", None), ("10.05k", "10050"), ("-1", None),
    ],
)  # fmt: skip
def test_an_amount_is_exact_to_the_last_unit_or_refused(kam, text, value):
    kam("client add Acme")
    code, out, _ = run(["deal", "add", "acme", "Roof", f"--value={text}", "--json"])
    assert code == (0 if value else 2)
    if value:
        shown = json.loads(out, parse_float=Decimal, parse_int=Decimal)["value"]
        assert shown == Decimal(value)
        listed = json.loads(run(["deal", "list", "--json"])[1], parse_float=Decimal, parse_int=Decimal)
        assert listed[0]["value"] == Decimal(value)


def test_sums_beyond_64_bits_are_exact(kam):
    kam("client add Acme --segment Retail")
    for number in range(3):
        kam(f"deal add acme D{number} --value 92233720368547758.07 --product Oven")
    kam("nps add acme 10")
    whole = Decimal("276701161105643274.21")

    def said(line: str, name: str) -> Decimal:
        code, out, err = run([*line.split(), "--json"])
        assert code == 0, f"{line}: {err}"
        rows = json.loads(out, parse_float=Decimal, parse_int=Decimal)
        return sum((Decimal(row[name] or 0) for row in rows), Decimal(0))

    for line in (
        "metrics pipeline",
        *(f"metrics pipeline --by {one}" for one in ("product", "client", "segment")),
        "segment list",
    ):
        assert said(line, "value") == whole, line
    assert said("metrics pipeline", "weighted") == whole * 5 / 100
    for number in (1, 2):
        kam(f"deal win {number}")
    kam("deal lose 3 --reason price")
    assert said("metrics winrate", "won_value") == Decimal("184467440737095516.14")
    for line in (
        "today",
        "client show acme",
        "deal board",
        "metrics velocity",
        "metrics funnel",
        "metrics ageing",
        "metrics winrate --by product",
        "deal list --status all",
        "find d1",
    ):
        code, _, err = run(line.split(), terminal=True)
        assert code == 0, f"{line}: {err}"


@pytest.mark.parametrize(
    ("line", "column", "table", "days"),
    [
        ("task add x --due", "due_on", "tasks", ("2028-02-29", "2199-12-31", "2026-12-31", "2027-01-01")),
        ("deal add acme x --value 1 --close", "close_on", "deals", ("2028-02-29", "2199-12-31")),
        ("client add X --force --since", "since_on", "clients", ("1900-01-01", "2024-02-29", "2025-12-31")),
        ("client add X --force --kind person --birthday", "birthday", "clients", ("1900-01-01", "1904-02-29")),
        ("nps add acme 5 --on", "answered_on", "nps_answers", ("2024-02-29", "2025-12-31", "2026-01-01")),
    ],
)  # fmt: skip
def test_a_day_is_exact(kam, line, column, table, days):
    kam("client add Acme")
    for text in days:
        date.fromisoformat(text)
        kam(f"{line} {text}")
        assert ask(kam.db, f"SELECT {column} FROM {table} ORDER BY id DESC LIMIT 1") == [(text,)]
