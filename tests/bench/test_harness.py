"""The harness itself: whom it runs when, what it makes of the times, and that RESULTS.md stays in order."""

from __future__ import annotations

import sys
from pathlib import Path

import books
import harness
import pytest
from harness import Case, Figures, Run


def python(code: str, **more: object) -> Case:
    return Case("it", [sys.executable, "-c", code], {}, **more)


def figures(*seconds: float) -> Figures:
    return Figures([Run(each, 30, 0) for each in seconds])


def test_commands_alternate_within_each_round_after_a_warm_up() -> None:
    seen = []

    def run(case: Case, keep: bool = False) -> Run:
        seen.append(case.name.upper() if keep else case.name)
        return Run(1, 30, 0)

    measured = harness.measure([Case(name, [], {}) for name in "abc"], 3, run)
    assert "".join(seen) == "ABC" + "abc" * 3
    assert [len(one.runs) for one in measured.values()] == [3, 3, 3]


def test_a_failing_command_is_marked_and_left_out() -> None:
    answers = {"gone": "kam: No such command 'gone'.", "bad": "kam: it broke\n  here"}
    ran = []

    def run(case: Case, keep: bool = False) -> Run:
        ran.append(case.name)
        return Run(1, 30, int(case.name in answers), answers.get(case.name, ""))

    measured = harness.measure([Case(name, [], {}) for name in ("ok", "gone", "bad")], 2, run)
    assert ran == ["ok", "gone", "bad", "ok", "ok"]
    assert [one.problem for one in measured.values()] == ["", "not there yet", "exit 1: kam: it broke"]
    assert [measured[name].cell() for name in answers] == ["not there yet", "failed"]
    assert harness.ratio(measured["bad"], measured["ok"]) is None


def test_medians_ratios_and_verdicts() -> None:
    mine, base = figures(0.3, 9.0, 0.2), figures(0.1, 3.0, 0.2)
    assert mine.cell(unit=0.1) == "3.00 (2.00–90.00)"
    assert mine.cell(base) == "3.00 (1.00–3.00)"
    assert harness.ratio(mine, base) == pytest.approx(3)
    assert harness.verdict([(3, 3), (1, 2)]) == "reached"
    assert harness.verdict([(3.1, 3), (1, 2)]) == "not reached"
    assert harness.verdict([(3.1, 3), (None, 2)]) == "–"
    assert harness.verdict([]) == ""


@pytest.mark.parametrize(("out", "terminal"), [("null", False), ("pipe", False), ("tty", True)])
def test_output_goes_where_the_case_says(out: str, terminal: bool) -> None:
    code = "import os; print(os.isatty(1), os.isatty(2), *(os.get_terminal_size() if os.isatty(1) else ()))"
    run = harness.run_once(python(code, out=out), keep=True)
    assert run.output.split() == (["True", "True", "120", "40"] if terminal else ["False", "False"])


def test_a_run_knows_its_exit_code_its_memory_and_its_preparation(tmp_path: Path) -> None:
    said = tmp_path / "said"
    code = f"import sys; x = b'x' * 200_000_000; sys.exit(open({str(said)!r}).read())"
    run = harness.run_once(python(code, before=lambda: said.write_text("gone wrong")))
    assert (run.code, run.output.strip()) == (1, "gone wrong")
    assert run.peak_mb > 200


def test_output_without_what_is_expected_is_a_problem() -> None:
    assert harness.problem_of(harness.run_once(python("print('cli')"), keep=True), "client")
    assert not harness.problem_of(harness.run_once(python("print('client')"), keep=True), "client")


def test_a_section_is_replaced_in_place_and_only_once() -> None:
    text = "# Measurements\n\nHow to read it.\n"
    for name in ("startup", "bulk", "scale"):
        text = harness.replace_section(text, name, f"old {name}\n\n### part\n\nmore")
    new = harness.replace_section(text, "bulk", "new bulk\n")
    assert harness.replace_section(new, "bulk", "new bulk") == new
    assert new == text.replace("old bulk\n\n### part\n\nmore", "new bulk")
    assert [line for line in new.splitlines() if line.startswith("## ")] == [
        "## startup",
        "## bulk",
        "## scale",
    ]


def test_a_table_lines_up() -> None:
    assert harness.table(["a", ""], [["long", "–"]]).splitlines() == [
        "| a    |   |",
        "| ---- | - |",
        "| long | – |",
    ]


@pytest.mark.parametrize("noun", books.COLUMNS)
def test_invented_rows_are_complete_and_always_the_same(noun: str, tmp_path: Path) -> None:
    first, second = (books.write_csv(tmp_path / name, noun, 60, 30).read_text("utf-8") for name in "ab")
    assert first == second
    width = len(books.COLUMNS[noun].split())
    rows = list(books.rows(noun, 60, 30))
    assert {len(row) for row in rows} == {width}
    assert len({row[0] for row in rows}) == 60


def test_every_client_of_a_large_book_was_just_spoken_to_but_the_few_that_are_due() -> None:
    latest: dict[object, str] = {}
    for row in books.rows("interactions", 1000, 100):
        if row[5] != "no-answer":
            latest[row[1]] = max(latest.get(row[1], ""), str(row[3]))
    assert sum(at < "2025-06" for at in latest.values()) == books.DUE
    assert all("2026-01-0" < at < "2026-01-15" for at in latest.values() if at > "2025-06")
